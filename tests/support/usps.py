"""A carrier on loopback that answers as Tracking 3.2 of USPS does: tokens, and boxes by a list of their numbers.

https://github.com/USPS/api-examples#oauth-token; what is known of the list, app/shipments/carriers/usps.py says.
"""

import json
from collections.abc import Callable
from functools import cache
from threading import Thread
from typing import Any

from pydantic import SecretStr

from app.core.config import Settings
from tests.support.loopback import Handler, Server

CLIENT, SECRET, TOKEN = "our-key", "our-secret", "t0k3n"

DELIVERED, UNDER_WAY, RETURNED, EXPIRED, UNKNOWN = "9400", "9401", "9402", "9403", "9404"
UNSCANNED, FORBIDDEN = "9405", "9406"
"""Numbers of boxes; one by which the token has expired in the meantime, one that is answered by 404 as a whole, and two
that are errors of their own among the answers."""

DAY = "2026-03-09"
"""When the box came."""

odd: dict[str, tuple[int, bytes]] = {}
"""What is answered for further numbers: a status and a body."""

meanwhile: dict[str, Callable[[], object]] = {}
"""What happens while somebody asks for a number."""


def _event(kind: str, code: str, time: str) -> dict[str, Any]:
    place = {"eventCity": "CHICAGO", "eventState": "IL", "eventZIP": "60611", "eventCountry": None}
    return {"eventType": kind, "eventTimestamp": time, "eventCode": code, "firm": None, "name": None, **place}


_ACCEPTED = _event("USPS in possession of item", "03", "2026-03-05T07:31:00")
_HISTORY = {
    DELIVERED: ("Delivered", [_event("Delivered, In/At Mailbox", "01", f"{DAY}T23:55:00"), _ACCEPTED]),
    UNDER_WAY: ("Accepted", [_ACCEPTED]),
    RETURNED: ("Delivered", [_event("Delivered, To Original Sender", "01", f"{DAY}T10:00:00"), _ACCEPTED]),
}


class _Usps(Handler):
    def post(self, body: bytes) -> None:
        asked = json.loads(body)
        if self.path == "/tracking/v3r2/tracking" and self.headers["Content-Type"] == "application/json":
            self._track([each["trackingNumber"] for each in asked])
            return
        ours = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
        if self.path != "/oauth2/v3/token" or self.headers["Content-Type"] != "application/json":
            self._say(404, _error(404, "Not found"))
        elif asked == ours:
            self._say(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": "28799", "status": "approved"})
        else:
            self._say(401, {"error": "invalid_client", "error_description": "The client credentials are invalid"})

    def _track(self, numbers: list[str]) -> None:
        for number in numbers:
            meanwhile.pop(number, lambda: None)()
        if EXPIRED in numbers or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._say(401, _error(401, "The token has expired or is not valid"))
        elif not 1 <= len(numbers) <= 35:
            self._say(400, _error(400, "1 to 35 numbers"))
        elif numbers[0] in odd:
            self.answer(*odd[numbers[0]])
        elif UNKNOWN in numbers:
            self._say(404, _error(404, "Tracking is not available for this item"))
        else:
            boxes = [_box(number) for number in numbers]
            self._say(200 if all(box["statusCode"] == "200" for box in boxes) else 207, boxes)

    def _say(self, status: int, document: Any) -> None:
        self.answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


def _box(number: str) -> dict[str, Any]:
    if number not in _HISTORY:
        status = 403 if number == FORBIDDEN else 404
        return {"trackingNumber": number, "statusCode": str(status), **_error(status, "Not for you, or not there")}
    category, events = _HISTORY[number]
    return {"trackingNumber": number, "statusCode": "200", "statusCategory": category, "trackingEvents": events}


def _error(status: int, message: str) -> dict[str, Any]:
    return {"apiVersion": "v3r2", "error": {"code": str(status), "message": message, "errors": []}}


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
