"""Ribbons that are bought: the orders, one of them, and what has come of it."""

from typing import Any
from uuid import uuid4

from fastapi import Response

from app.core.paging import MAXIMUM, Paging
from app.core.schema import typed_id
from app.purchasing.acts import (
    cancel_purchase_order,
    close_order_short,
    create_purchase_order,
    get_purchase_order,
    list_purchase_orders,
    place_purchase_order,
    receive_purchase_order,
    undo_receipt,
)
from app.purchasing.models import ALLOWED, BACK, COMING, SPOKEN, OrderStatus
from app.purchasing.schemas import (
    FOR_VENDOR,
    NewOrder,
    NewOrderLine,
    NewReceipt,
    OrderFilter,
    OrderOut,
    ReceiptLine,
    UndoneReceipt,
)
from app.stock.acts import create_location, list_designs, list_locations
from app.stock.models import Kind
from app.stock.schemas import LocationFilter, NewLocation
from app.web.claims import Verb, verb_of
from app.web.fields import body, lines_typed, some
from app.web.visits import Visit

_MOST = Paging(limit=MAXIMUM)
_PAGE = 20
"""Orders on one page of the list."""


def orders(visit: Visit) -> Response:
    """All orders, the newest first."""
    paging = Paging(limit=_PAGE, cursor=visit.query("cursor") or None)
    found = visit.read(list_purchase_orders, paging=paging, wanted=OrderFilter())
    return visit.show("orders.html", orders=found.items, next=found.next, now=SPOKEN.now, coming=COMING)


def new_order(visit: Visit) -> Response:
    """A form for an order: of whom, to which depot, how many of which ribbons; and one for a vendor."""
    return visit.show(
        "order_new.html",
        vendors=_places(visit, Kind.VENDOR),
        depots=_places(visit, Kind.DEPOT),
        opened=any(visit.typed.get(name, "").strip() for name in FOR_VENDOR),
        designs=[design for design in visit.read(list_designs, paging=_MOST).items if design.active],
    )


def _places(visit: Visit, kind: Kind) -> list[tuple[str, str]]:
    known = visit.read(list_locations, paging=_MOST, wanted=LocationFilter(kind=kind)).items
    return [(str(place.id), place.name) for place in known if place.active]


def add_order(visit: Visit) -> Response:
    """Drafts it, or adds the vendor."""
    if visit.typed.get("verb") == "vendor":
        vendor = body(NewLocation, {"kind": Kind.VENDOR, "name": visit.typed.get("name", "").strip()})
        return visit.do(create_location, to="/orders/new", body=vendor)
    lines = lines_typed(visit, NewOrderLine, unless_empty="quantity")
    ends = {name: typed_id(visit.typed.get(name, "")) for name in ("vendor_id", "ship_to_id")}
    new = body(NewOrder, {**ends, "lines": lines, **some(visit, "needed_by", "note", *FOR_VENDOR)})
    return visit.do(create_purchase_order, to=_here, body=new)


def order(visit: Visit) -> Response:
    """One order, and what can be done with it."""
    found = visit.read(get_purchase_order, purchase_order_id=visit.number("purchase_order_id"))
    possible = ALLOWED[found.status]
    return visit.show(
        "order.html",
        order=found,
        now=SPOKEN.now[found.status],
        may={
            "place": OrderStatus.PLACED in possible,
            "receive": OrderStatus.RECEIVED in possible,
            "short": OrderStatus.CLOSED_SHORT in possible,
            "cancel": OrderStatus.CANCELLED in possible,
            "undo": found.status in BACK,
        },
        entry_id=uuid4(),
        done=visit.query("done"),
    )


def handle_order(visit: Visit) -> Response:
    """Places, receives, closes or cancels an order, or takes its last receipt back."""
    return verb_of(visit, _VERBS)(visit, visit.number("purchase_order_id"))


def _here(made: OrderOut) -> str:
    return f"/orders/{made.id}"


def _receive(visit: Visit, order_id: int) -> Response:
    lines = lines_typed(visit, ReceiptLine, unless_empty="received")
    given: dict[str, Any] = {"lines": lines, **some(visit, "note", "entry_id")}
    new = body(NewReceipt, {**given, "allow_over_receipt": "allow_over_receipt" in visit.typed})
    return visit.do(
        receive_purchase_order, to=lambda made: f"{_here(made)}?done=received", purchase_order_id=order_id, body=new
    )


def _undo(visit: Visit, order_id: int) -> Response:
    why = visit.form(UndoneReceipt, some(visit, "note"))
    return visit.do(undo_receipt, to=_here, purchase_order_id=order_id, body=why)


_VERBS: dict[str, Verb] = {
    "place": lambda visit, number: visit.do(place_purchase_order, to=_here, purchase_order_id=number),
    "receive": _receive,
    "undo": _undo,
    "short": lambda visit, number: visit.do(close_order_short, to=_here, purchase_order_id=number),
    "cancel": lambda visit, number: visit.do(cancel_purchase_order, to=_here, purchase_order_id=number),
}
