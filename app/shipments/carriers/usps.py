"""Asks USPS whether a box was delivered, by its Tracking API 3.2.

A token is got for each question, from a consumer key and secret, and not kept: a question now and then is all that a
community has. The documentation of the token is USPS's own: https://github.com/USPS/api-examples#oauth-token. Boxes are
asked for by ``POST /tracking/v3r2/tracking``, which follows ``GET /tracking/v3/tracking/{number}``: it takes a list of
at most 35 numbers and answers with a list, a box or an error for each, as 207 where they are mixed; the reference is
https://developers.usps.com/sites/default/files/apidoc_specs/tracking-v3r2_11.yaml. It could not be read where this was
written: what is sent and read here is what those say who call it (a summary of the request is at
https://www.simworkflow.com/integration-operation/usps-tracking-tracking-post-c48; that an unknown number may also be a
404 for all of it, at https://github.com/USPS/api-examples/issues/102). No more than that is relied on.
"""

import json
from datetime import date
from typing import Any, NoReturn

from app.core.config import Settings
from app.core.errors import Conflict
from app.core.language import phrase
from app.outside.http import Fetched, Outbound
from app.shipments.carriers.asking import CarrierUnclear

_NOT_DOCUMENTED = phrase("USPS answers something that is not the JSON it documents.")


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
    asked = json.dumps([{"trackingNumber": number}]).encode()
    headers["Content-Type"] = "application/json"
    answer = outbound.fetch("POST", f"{base}/tracking/v3r2/tracking", headers=headers, body=asked)
    if answer.status == 404:
        raise _unknown(number)
    found = _json(answer)
    if not (isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict)):
        raise CarrierUnclear(_NOT_DOCUMENTED)
    return _delivery(_answered(found[0], number))


def _answered(box: dict[str, Any], number: str) -> dict[str, Any]:
    """What is said of a box, unless that is an error of its own."""
    error, status = box.get("error"), str(box.get("statusCode", "200"))
    if isinstance(error, dict) and status == "200":
        status = str(error.get("code"))
    if status == "404":
        raise _unknown(number)
    if error or status != "200":
        _refuse(status if status.isdecimal() and len(status) == 3 else "?")
    return box


def _unknown(number: str) -> Conflict:
    return Conflict(phrase("USPS does not know the tracking number {number}, or does not know it yet.", number=number))


def _token(outbound: Outbound, base: str, here: Settings) -> str:
    asked = {
        "grant_type": "client_credentials",
        "client_id": here.usps_client_id,
        "client_secret": here.usps_client_secret.get_secret_value(),
    }
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    answer = outbound.fetch("POST", f"{base}/oauth2/v3/token", headers=headers, body=json.dumps(asked).encode())
    found = _json(answer)
    if not isinstance(found, dict):
        raise CarrierUnclear(_NOT_DOCUMENTED)
    token = found.get("access_token")
    # What goes into a header is checked here: it comes from outside.
    if not (isinstance(token, str) and token.isascii() and token.isprintable() and token.strip() == token != ""):
        raise CarrierUnclear(phrase("USPS gives no token."))
    return token


def _json(answer: Fetched) -> Any:
    if answer.status not in {200, 207}:
        _refuse(str(answer.status))
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise CarrierUnclear(_NOT_DOCUMENTED) from None


def _refuse(status: str) -> NoReturn:
    """Raises what USPS means by a status, of all that was asked or of one box."""
    if status in {"400", "401", "403"}:
        said = phrase("USPS refuses us ({status}): look at the credentials and at what they are for.", status=status)
        raise CarrierUnclear(said)
    raise CarrierUnclear(phrase("USPS answers {status}.", status=status))


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
