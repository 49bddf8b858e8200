"""The page of a box: packed, sent, counted; and what was missing."""

from typing import Any
from uuid import uuid4

from fastapi import Response

from app.core.language import phrase
from app.core.lifecycle import Version
from app.core.paging import MAXIMUM, Paging
from app.core.schema import typed_id
from app.people.schemas import AddressIn
from app.shipments.acts import (
    cancel_shipment,
    deliver_shipment,
    find_missing_ribbons,
    get_shipment,
    pack_shipment,
    receive_shipment,
    return_shipment,
    send_shipment,
    set_shipment_address,
    track_shipment,
    update_shipment,
)
from app.shipments.models import SPOKEN
from app.shipments.schemas import (
    FoundLine,
    NewArrival,
    NewFind,
    NewReturn,
    NewShipmentLine,
    ReceivedLine,
    ReturnedLine,
    Sending,
    ShipmentOut,
    ShipmentPatch,
)
from app.stock.acts import list_locations
from app.stock.models import Kind
from app.stock.schemas import LocationFilter
from app.web.addresses import address_fields, typed_address
from app.web.claims import Verb, verb_of
from app.web.fields import body, lines_typed, some
from app.web.standing import standing, waits_for_count
from app.web.visits import Mistyped, Visit

_GONE = phrase("This box is not of this conference. Reload the page.")


def box(visit: Visit) -> Response:
    """One box, and what the reader can do with it."""
    return visit.show("box.html", **_seen(visit, visit.number("shipment_id")))


def _seen(visit: Visit, shipment_id: int) -> dict[str, Any]:
    found = visit.read(get_shipment, shipment_id=shipment_id)
    own: set[int] = set()
    if not visit.actor.is_staff:
        places = visit.read(list_locations, paging=Paging(limit=MAXIMUM), wanted=LocationFilter(kind=Kind.CHAMPION))
        own = {place.id for place in places.items}
    return {
        "box": found,
        "now": SPOKEN[found.method].now[found.status],
        "sends": visit.actor.is_staff or found.source_id in own,
        "receives": visit.actor.is_staff or found.target_id in own,
        "to_count": waits_for_count(found),
        "entry_id": uuid4(),
        "missing": sum(line.missing or 0 for line in found.lines),
    }


def handle_box(visit: Visit) -> Response:
    """Packs, sends, cancels, counts a box, or notes what became of it."""
    return verb_of(visit, _VERBS)(visit, visit.number("shipment_id"))


def own_address(visit: Visit) -> Response:
    """A form for an address of this box alone."""
    number = visit.read(get_shipment, shipment_id=visit.number("shipment_id")).id
    return visit.show("me_address.html", kept=None, box=number, **address_fields(visit, None))


def save_own_address(visit: Visit) -> Response:
    """Keeps it."""
    number = visit.number("shipment_id")
    address = visit.form(AddressIn, typed_address(visit))
    return visit.do(set_shipment_address, to=_here, shipment_id=number, body=address)


def _here(done: ShipmentOut) -> str:
    return f"/shipments/{done.id}"


def _pack(visit: Visit, shipment_id: int) -> Response:
    return visit.do(pack_shipment, to=_here, shipment_id=shipment_id)


def _send(visit: Visit, shipment_id: int) -> Response:
    sending = visit.form(Sending, some(visit, "carrier", "tracking_number"))
    return visit.do(send_shipment, to=_here, shipment_id=shipment_id, body=sending)


def _deliver(visit: Visit, shipment_id: int) -> Response:
    return visit.do(deliver_shipment, to=_here, shipment_id=shipment_id)


def track(visit: Visit) -> Response:
    """Asks the carrier where a box is."""
    return visit.do(track_shipment, to=_here, shipment_id=visit.number("shipment_id"))


def _cancel(visit: Visit, shipment_id: int) -> Response:
    return visit.do(cancel_shipment, to=_here, shipment_id=shipment_id)


def _receive(visit: Visit, shipment_id: int) -> Response:
    return visit.do(receive_shipment, to=_here, shipment_id=shipment_id, body=arrival(visit))


def _find(visit: Visit, shipment_id: int) -> Response:
    lines = lines_typed(visit, FoundLine, unless_empty="quantity_found")
    return visit.do(find_missing_ribbons, to=_here, shipment_id=shipment_id, body=body(NewFind, {"lines": lines}))


def _take_back(visit: Visit, shipment_id: int) -> Response:
    back = body(NewReturn, {"lines": lines_typed(visit, ReturnedLine), **some(visit, "note")})
    return visit.do(return_shipment, to=_here, shipment_id=shipment_id, body=back)


def _change(visit: Visit, shipment_id: int) -> Response:
    new: dict[str, Any] = {name: visit.typed[name] for name in ("carrier", "tracking_number") if name in visit.typed}
    lines = lines_typed(visit, NewShipmentLine)
    patch = body(ShipmentPatch, {**new, **({"lines": lines} if lines else {})})
    version = typed_id(visit.typed.get("version", ""))
    based_on = None if version is None else Version(version)
    return visit.do(update_shipment, to=_here, shipment_id=shipment_id, version=based_on, body=patch)


_VERBS: dict[str, Verb] = {
    "pack": _pack,
    "send": _send,
    "deliver": _deliver,
    "cancel": _cancel,
    "receive": _receive,
    "find": _find,
    "return": _take_back,
    "change": _change,
}


def arrival(visit: Visit) -> NewArrival:
    """The count of a box as it was typed."""
    lines = lines_typed(visit, ReceivedLine)
    return body(NewArrival, {"lines": lines, **some(visit, "note", "entry_id")})


def claims_box(visit: Visit) -> Response:
    """The boxes of a claim; the one that waits is there to be counted."""
    stands = standing(visit)
    waiting = stands.to_count or next((known for known in stands.boxes if known.received_on), None)
    seen = _seen(visit, waiting.id) if waiting else {}
    return visit.show("claim_box.html", stands=stands, claim=stands.claim, seen=seen)


def count_claims_box(visit: Visit) -> Response:
    """Counts the box of a claim."""
    wanted = visit.typed.get("shipment_id", "")
    found = next((known for known in standing(visit).boxes if str(known.id) == wanted), None)
    if found is None:
        raise Mistyped({"": _GONE})
    back = f"/claims/{visit.number('claim_id')}/box"
    return visit.do(receive_shipment, to=back, shipment_id=found.id, body=arrival(visit))
