"""Asks USPS whether a box was delivered, by its Tracking API v3.

A token is got for each question, from a consumer key and secret, and not kept: a question now and then is all that a
community has. The documentation of both calls, with the fields that are read here, is USPS's own:
https://github.com/USPS/api-examples#oauth-token and https://github.com/USPS/api-examples#tracking; the reference is
https://developers.usps.com/trackingv3. Its summary of a box is a sentence, so the details are asked for.
"""

import json
from datetime import date
from typing import Any

from app.core.config import Settings
from app.core.errors import Conflict
from app.core.language import phrase
from app.outside.http import Fetched, Outbound
from app.shipments.carriers.asking import CarrierUnclear


def delivered_on(tracking_number: str, here: Settings) -> date | None:
    """The day on which USPS says that it has delivered a box, as ``Carrier`` has it; it takes two requests."""
    if not (here.usps_client_id and here.usps_client_secret.get_secret_value()):
        raise Conflict(
            phrase("This server has no access to USPS. Set CHAMPIONS_USPS_CLIENT_ID and _SECRET, or note it by hand.")
        )
    number = tracking_number.replace(" ", "").replace("-", "")
    if not (number.isascii() and number.isalnum()):
        raise Conflict(phrase("{number} is not a tracking number of USPS.", number=tracking_number))
    outbound, base = Outbound(here.outbound_servers), here.usps_url.rstrip("/")
    headers = {"Accept": "application/json", "Authorization": f"Bearer {_token(outbound, base, here)}"}
    answer = outbound.fetch("GET", f"{base}/tracking/v3/tracking/{number}?expand=DETAIL", headers=headers)
    if answer.status == 404:
        unknown = phrase("USPS does not know the tracking number {number}, or does not know it yet.", number=number)
        raise Conflict(unknown)
    return _delivery(_json(answer))


def _token(outbound: Outbound, base: str, here: Settings) -> str:
    asked = {
        "grant_type": "client_credentials",
        "client_id": here.usps_client_id,
        "client_secret": here.usps_client_secret.get_secret_value(),
    }
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    answer = outbound.fetch("POST", f"{base}/oauth2/v3/token", headers=headers, body=json.dumps(asked).encode())
    token = _json(answer).get("access_token")
    # What goes into a header is checked here: it comes from outside.
    if not (isinstance(token, str) and token.isascii() and token.isprintable() and token.strip() == token != ""):
        raise CarrierUnclear(phrase("USPS gives no token."))
    return token


def _json(answer: Fetched) -> dict[str, Any]:
    if answer.status in {400, 401, 403}:
        refused = phrase(
            "USPS refuses us ({status}): look at the credentials and at what they are for.", status=str(answer.status)
        )
        raise CarrierUnclear(refused)
    if answer.status != 200:
        raise CarrierUnclear(phrase("USPS answers {status}.", status=str(answer.status)))
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise CarrierUnclear(phrase("USPS answers something that is not the JSON it documents."))
    return found


def _delivery(box: dict[str, Any]) -> date | None:
    """The day of the delivery, by its scan. A scan's time is that of the place, whatever zone is written behind it."""
    category, events = box.get("statusCategory"), box.get("trackingEvents")
    if not isinstance(category, str):
        raise CarrierUnclear(phrase("USPS says no status of this box."))
    if category.casefold() != "delivered":
        return None
    for event in events if isinstance(events, list) else []:
        kind = str(event.get("eventType")).casefold() if isinstance(event, dict) else ""
        if "original sender" in kind:
            return None
        if kind.startswith("delivered"):
            try:
                return date.fromisoformat(str(event.get("eventTimestamp"))[:10])
            except ValueError:
                break
    raise CarrierUnclear(phrase("USPS says that this box was delivered, and not when."))
