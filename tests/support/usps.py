"""A carrier on loopback that answers as USPS documents it: tokens, and the details of a box by its number.

https://github.com/USPS/api-examples#oauth-token, https://github.com/USPS/api-examples#tracking
"""

import json
import re
from collections.abc import Callable
from functools import cache
from threading import Thread
from typing import Any

from pydantic import SecretStr

from app.core.config import Settings
from tests.support.loopback import Handler, Server

CLIENT, SECRET, TOKEN = "our-key", "our-secret", "t0k3n"

DELIVERED, UNDER_WAY, RETURNED, EXPIRED, UNKNOWN = "9400", "9401", "9402", "9403", "9404"
"""Numbers of boxes, and one by which the token has expired in the meantime."""

DAY = "2026-03-09"
"""When the box came."""

odd: dict[str, tuple[int, bytes]] = {}
"""What is answered for further numbers: a status and a body."""

meanwhile: dict[str, Callable[[], object]] = {}
"""What happens while somebody asks for a number."""


def _event(kind: str, code: str, time: str) -> dict[str, Any]:
    place = {"eventCity": "CHICAGO", "eventState": "IL", "eventZIP": "60611", "eventCountry": None}
    return {"eventType": kind, "eventTimestamp": time, "eventCode": code, "firm": None, "name": None, **place}


_ACCEPTED = _event("USPS in possession of item", "03", "2026-03-05T07:31:00Z")
_HISTORY = {
    DELIVERED: ("Delivered", [_event("Delivered, In/At Mailbox", "01", f"{DAY}T23:55:00Z"), _ACCEPTED]),
    UNDER_WAY: ("Accepted", [_ACCEPTED]),
    RETURNED: ("Delivered", [_event("Delivered, To Original Sender", "01", f"{DAY}T10:00:00Z"), _ACCEPTED]),
}


class _Usps(Handler):
    def post(self, body: bytes) -> None:
        asked = json.loads(body)
        ours = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
        if self.path != "/oauth2/v3/token" or self.headers["Content-Type"] != "application/json":
            self._say(404, _error(404, "Not found"))
        elif asked == ours:
            self._say(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": "28799", "status": "approved"})
        else:
            self._say(401, {"error": "invalid_client", "error_description": "The client credentials are invalid"})

    def get(self) -> None:
        found = re.fullmatch(r"/tracking/v3/tracking/(\w+)\?expand=DETAIL", self.path)
        number = found[1] if found else ""
        meanwhile.pop(number, lambda: None)()
        if number == EXPIRED or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._say(401, _error(401, "The token has expired or is not valid"))
        elif number in odd:
            self.answer(*odd[number])
        elif number in _HISTORY:
            category, events = _HISTORY[number]
            self._say(200, {"trackingNumber": number, "statusCategory": category, "trackingEvents": events})
        else:
            self._say(404, _error(404, "A record of this number is not found"))

    def _say(self, status: int, document: dict[str, Any]) -> None:
        self.answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


def _error(status: int, message: str) -> dict[str, Any]:
    return {"apiVersion": "/tracking/v3", "error": {"code": str(status), "message": message, "errors": []}}


@cache
def usps() -> dict[str, Any]:
    """The settings with which an app asks this carrier. It runs until the process ends."""
    server = Server(("127.0.0.1", 0), _Usps)
    Thread(target=server.serve_forever, daemon=True).start()
    credentials = {"usps_client_id": CLIENT, "usps_client_secret": SecretStr(SECRET)}
    return {"usps_url": f"http://{server.address}", "outbound_allowed": server.address, **credentials}


def asking_usps(**changes: Any) -> Settings:
    """These settings, but for some changes."""
    return Settings(**{**usps(), **changes})
