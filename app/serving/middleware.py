"""What every request passes: it gets an id and a line in the log, and its body has a limit."""

import time
import uuid
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.observe import REQUESTS, SECONDS, log

_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
"""On every answer that says nothing else of it: links in it are not told to others, it is what it says it is, and no
search engine keeps it."""

_ASKED_AGAIN_AND_AGAIN = {"/healthz", "/readyz", "/readyz/replica", "/metrics"}
"""By those who watch. That all is well is no news."""

_UNCOUNTED = _ASKED_AGAIN_AND_AGAIN | {"/api/v1/sign-in-links"}
"""Of a sign-in link, a counter beside that of letters would tell whether one was sent."""

_NEVER_IN_CLEAR = "max-age=31536000"
"""For a year, and for this name alone: what else has a name below it is not ours."""


class Observed:
    """Gives each request an id, in ``request.state.request_id``, in its log lines and in ``X-Request-ID``.

    The log names the route, not the path, and nothing that was sent.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        encrypted = _is_encrypted(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began, status = time.perf_counter(), 500
        answered = 0.0

        async def send_with_headers(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if encrypted:
                    headers["Strict-Transport-Security"] = _NEVER_IN_CLEAR
            await send(message)
            # Not what is done after the answer: of a sign-in link it would tell whether the e-mail address is known.
            answered = time.perf_counter()

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            route = getattr(scope.get("route"), "path", "")
            say = log.debug if status == 200 and route in _ASKED_AGAIN_AND_AGAIN else log.info
            say("request", method=scope["method"], route=route, status=status, ms=milliseconds)
            if route not in _UNCOUNTED:
                _count(scope["method"], route, status, (answered or time.perf_counter()) - began)
            # The id stays bound: the server, which logs an unexpected error, does so in this request's own task.


def _count(method: str, route: str, status: int, seconds: float) -> None:
    """Counts and times an answer; those to what is no route or method of ours are counted together.

    What somebody makes up would be counted, and kept, for ever.
    """
    if not route or status == HTTPStatus.METHOD_NOT_ALLOWED:
        method = ""
    REQUESTS.labels(method, route, f"{status // 100}xx").inc()
    SECONDS.labels(method, route).observe(seconds)


def _is_encrypted(scope: Scope) -> bool:
    """Whether the client came by https, as a trusted proxy says; not to ``localhost``, where others serve in clear."""
    host = Headers(scope=scope).get("host", "").partition(":")[0]
    return scope["scheme"] == "https" and host.lower().rstrip(".") != "localhost"


class BodyLimit:
    """Refuses a body above ``limit`` bytes, by its announced length or while it is read (chunked bodies)."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        seen = 0

        async def receive_within_limit() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit or (announced.isdigit() and int(announced) > self.limit):
                raise HTTPException(413)
            return message

        await self.app(scope, receive_within_limit, send)
