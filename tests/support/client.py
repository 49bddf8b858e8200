"""A client of an app in this process. Unexpected errors come back as answers, as they do from a server.

Starlette's own goes from thread to thread eight times for each request, which takes longer than many an answer; this
one goes there and back (measured: 0.8 ms instead of 1.6).
"""

import asyncio
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient

Message = MutableMapping[str, Any]


class Client(TestClient):
    """What Starlette's ``TestClient`` is, by a shorter way."""

    peer = ("127.0.0.1", 50_000)
    """The address and the port that it asks from."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app, raise_server_exceptions=False)
        self._transport = _Transport(self)


class _Transport(httpx2.BaseTransport):
    def __init__(self, client: Client) -> None:
        self._client = client

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        assert self._client.portal is not None, "the app has not been started"
        return self._client.portal.call(self._answer, request)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        coming: list[Message] = [{"type": "http.request", "body": request.content}]
        done, head, body = asyncio.Event(), dict[str, Any](), list[bytes]()

        async def receive() -> Message:
            if coming:
                return coming.pop()
            await done.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            else:
                body.append(message.get("body", b""))
                if not message.get("more_body"):
                    done.set()

        try:
            await self._client.app(self._scope(request), receive, send)
        except Exception:
            if not head:
                raise
        return httpx2.Response(head["status"], headers=head["headers"], stream=httpx2.ByteStream(b"".join(body)))

    def _scope(self, request: httpx2.Request) -> dict[str, Any]:
        url = request.url
        return {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.raw_path.partition(b"?")[0],
            "root_path": "",
            "scheme": url.scheme,
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": self._client.peer,
            "server": (url.host, 80),
            "state": self._client.app_state.copy(),
            "extensions": {},
        }
