"""Bluesky, and servers of the fediverse, on loopback: they show profiles as they document it, or as some of them do.

https://docs.bsky.app/docs/api/app-bsky-actor-get-profile,
https://docs.joinmastodon.org/methods/accounts/#lookup, https://docs.joinmastodon.org/entities/Account/
"""

import json
import time
from collections.abc import Callable
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.outside.http import MAX_BYTES
from tests.support.loopback import Handler, Server

written: dict[str, str] = {}
"""What stands in a profile, by handle (``ana.bsky.social``, ``ana@mastodon.test``); of others there is none."""

asked: list[str] = []
"""The handles that were asked for."""

meanwhile: dict[str, Callable[[], object]] = {}
"""What happens while somebody asks for a handle."""

odd: dict[str, Callable[[Handler], None]] = {}
"""Servers of the fediverse, by name, that answer in another way."""


class _Platforms(Handler):
    def get(self) -> None:
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/xrpc/app.bsky.actor.getProfile":
            self._bluesky(query["actor"][0])
        elif url.path.endswith("/api/v1/accounts/lookup"):
            self._fediverse(url.path.split("/")[1], query["acct"][0])
        else:
            self.answer(500, b"nobody asks for this")

    def _bluesky(self, handle: str) -> None:
        self._note(handle)
        if handle not in written:
            return self.say(400, {"error": "InvalidRequest", "message": "Profile not found"})
        profile = {"did": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "handle": handle, "displayName": "Somebody"}
        return self.say(
            200, {**profile, "description": f"Cardiología, Bogotá.\n{written[handle]}", "followersCount": 7}
        )

    def _fediverse(self, server: str, name: str) -> None:
        handle = f"{name}@{server}"
        self._note(handle)
        if server in odd:
            return odd[server](self)
        if handle not in written:
            return self.say(404, {"error": "Record not found"})
        account = {"id": "23634", "username": name, "acct": name, "display_name": "Somebody", "bot": False}
        fields = [{"name": "Web", "value": f"<span>{written[handle]}</span>", "verified_at": None}]
        note = "<p>Cardiolog&iacute;a</p>"
        if handle.startswith("note"):
            note, fields = f"<p>Cardiolog&iacute;a<br />{written[handle]}</p>", []
        return self.say(200, {**account, "note": note, "url": f"https://{server}/@{name}", "fields": fields})

    def _note(self, handle: str) -> None:
        asked.append(handle)
        meanwhile.pop(handle, lambda: None)()

    def say(self, status: int, document: Any) -> None:
        self.answer(status, json.dumps(document).encode(), {"Content-Type": "application/json; charset=utf-8"})


def saying(status: int, body: bytes = b"{}", **headers: str) -> Callable[[Handler], None]:
    """A way to answer everybody."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.answer(status, body, named)


def slow(handler: Handler) -> None:
    """Answers a byte now and then."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


HUGE = saying(200, b'{"acct": "ana", "note": "' + b"x" * MAX_BYTES + b'"}')


@cache
def profiles() -> dict[str, Any]:
    """The settings with which an app asks these platforms. They run until the process ends."""
    server = Server(("127.0.0.1", 0), _Platforms)
    Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://{server.address}"
    return {"bluesky_url": here, "fediverse_url": f"{here}/{{server}}", "outbound_allowed": server.address}
