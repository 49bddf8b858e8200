"""Depots and vendors as they change: one is closed once nothing is there, or on its way from there or to there."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.errors import Conflict
from app.core.language import phrases
from app.core.lifecycle import Version
from app.purchasing.models import COMING, PurchaseOrder, order_number
from app.shipments.models import UNDER_WAY, Shipment, shipment_number
from app.stock.ledger import on_hand
from app.stock.locations import edit_location_step
from app.stock.schemas import LocationPatch


def edit_location(session: Session, *, location_id: int, version: Version | None, patch: LocationPatch) -> None:
    """Renames, moves, closes or reopens a depot or a vendor.

    Raises what :func:`app.stock.locations.edit_location_step` does, and :class:`Conflict` for one that is to be closed
    while something is still there.
    """
    edit_location_step(session, location_id=location_id, version=version, changes=patch.changes())
    if patch.active is False:
        _check_empty(session, location_id)


def _check_empty(session: Session, location_id: int) -> None:
    left = sum(number for number in on_hand(session, location_id=location_id).values() if number > 0)
    if left:
        text = phrases(
            "{n} ribbon is still there. Move it elsewhere first.",
            "{n} ribbons are still there. Move them elsewhere first.",
            n=left,
        )
        raise Conflict(text, on_hand=left)
    ends = (col(Shipment.source_id) == location_id) | (col(Shipment.target_id) == location_id)
    boxes = select(col(Shipment.id)).where(ends, col(Shipment.status).in_(UNDER_WAY)).order_by(col(Shipment.id))
    orders = select(col(PurchaseOrder.id)).where(
        (col(PurchaseOrder.vendor_id) == location_id) | (col(PurchaseOrder.ship_to_id) == location_id),
        col(PurchaseOrder.status).in_(COMING),
    )
    open_ = [
        *map(shipment_number, session.scalars(boxes.limit(100))),
        *map(order_number, session.scalars(orders.order_by(col(PurchaseOrder.id)).limit(100))),
    ]
    if open_:
        text = phrases(
            "This is still open: {list}. Finish or cancel it first.",
            "These are still open: {list}. Finish or cancel them first.",
            n=len(open_),
            list=open_,
        )
        raise Conflict(text, open=open_)
