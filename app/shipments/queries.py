"""The lists of shipments."""

from sqlalchemy import ColumnElement, bindparam, false, func, literal, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.db import Statement, one, rows
from app.core.errors import NotFound
from app.core.paging import Page, Paging, page
from app.core.statements import Conditions, built_once, filtered
from app.shipments.models import (
    ALLOWED,
    NO_SHIPMENT,
    TRAVELING,
    Shipment,
    ShipmentAddress,
    ShipmentLine,
    ShipmentStatus,
    folded_carrier,
    shipment_number,
)
from app.shipments.schemas import ShipmentFilter, ShipmentLineOut, ShipmentOut, ShipmentSummary, SlipLine, SlipOut
from app.stock.locations import from_or_to_stock_of, name_of
from app.stock.models import Design, Location


def has_arrived() -> ColumnElement[bool]:
    """Whether ribbons of a shipment have come: at least one was counted, or found. An empty box brings none.

    As a value and not as EXISTS, of which PostgreSQL would make a table of the lines of all boxes.
    """
    own = col(ShipmentLine.shipment_id) == col(Shipment.id)
    counted = select(true()).where(own, col(ShipmentLine.received) > 0).limit(1)
    return func.coalesce(counted.correlate(Shipment).scalar_subquery(), false())


def is_shipped() -> ColumnElement[bool]:
    """Whether ribbons of a shipment are on their way, or have come."""
    return col(Shipment.status).in_(TRAVELING) | has_arrived()


def find_shipments(session: Session, *, paging: Paging, wanted: ShipmentFilter, actor: Actor) -> Page[ShipmentSummary]:
    """Shipments, newest first: all for coordinators; those from and to her for a champion."""
    carrier = None if wanted.carrier is None else folded_carrier(wanted.carrier)
    statement, given = filtered(
        _shipments(), _FILTERS, {**dict(wanted), "seen_by": actor.sees_only, "carrier": carrier}
    )
    order = [col(Shipment.id)]
    return page(session, statement, ShipmentSummary, order=order, paging=paging, descending=True, given=given)


def read_shipment(session: Session, *, shipment_id: int, actor: Actor) -> ShipmentOut:
    """One shipment with its lines. Raises :class:`NotFound`, also where it is none of the actor's business."""
    statement, given = filtered(_shipments(), _FILTERS, {"shipment_id": shipment_id, "seen_by": actor.sees_only})
    shipment = one(session, statement, ShipmentOut, missing=NO_SHIPMENT, **given)
    same = select(col(Shipment.id)).where(
        col(Shipment.tracking_number) == shipment.tracking_number, col(Shipment.id) != shipment_id
    )
    others = list(session.scalars(same.order_by(col(Shipment.id)).limit(20))) if shipment.tracking_number else []
    own_address = select(col(ShipmentAddress.own)).where(col(ShipmentAddress.shipment_id) == shipment_id)
    found = {
        "lines": rows(session, _lines(), ShipmentLineOut, shipment_id=shipment_id),
        "same_tracking": others if actor.is_staff else [],
        "own_address": bool(session.scalar(own_address)),
    }
    return shipment.model_copy(update=found)


def read_slip(session: Session, *, shipment_id: int) -> SlipOut:
    """A box for whoever holds its slip. Raises :class:`NotFound`."""
    shipment = session.get(Shipment, shipment_id)
    if shipment is None:
        raise NotFound(NO_SHIPMENT)
    lines: Statement = (
        select(col(ShipmentLine.id), col(Design.code).label("design_code"), col(ShipmentLine.quantity))
        .join(Design, col(Design.id) == col(ShipmentLine.design_id))
        .where(col(ShipmentLine.shipment_id) == shipment_id)
        .order_by(col(ShipmentLine.id))
    )
    return SlipOut(
        id=shipment.id,
        number=shipment_number(shipment.id),
        status=shipment.status,
        to_count=ShipmentStatus.RECEIVED in ALLOWED[shipment.method][shipment.status],
        lines=rows(session, lines, SlipLine),
    )


@built_once
def _lines() -> Statement:
    own = [col(getattr(ShipmentLine, name)) for name in ShipmentLineOut.model_fields if name != "design_code"]
    return (
        select(*own, col(Design.code).label("design_code"))
        .join(Design, col(Design.id) == col(ShipmentLine.design_id))
        .where(col(ShipmentLine.shipment_id) == bindparam("shipment_id"))
        .order_by(col(ShipmentLine.id))
    )


def of_stock_of(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a shipment goes from or to somebody's stock."""
    return from_or_to_stock_of(Shipment, person_id)


_FILTERS: Conditions = {
    "shipment_id": lambda given: col(Shipment.id) == given,
    "seen_by": of_stock_of,
    "status": lambda given: col(Shipment.status) == given,
    "claim_id": lambda given: col(Shipment.claim_id) == given,
    "target_id": lambda given: col(Shipment.target_id) == given,
    "person_id": of_stock_of,
    "carrier": lambda given: col(Shipment.folded_carrier) == given,
}


def shipments_statement(actor: Actor) -> Statement:
    """Shipments that the actor may see, to be filtered, ordered and read as :class:`ShipmentSummary`."""
    return _shipments() if actor.is_staff else _shipments().where(of_stock_of(literal(actor.person_id)))


@built_once
def _shipments() -> Statement:
    source, target = aliased(Location), aliased(Location)
    skip = {"source_name", "target_name", "ribbons"}
    ribbons = select(func.coalesce(func.sum(col(ShipmentLine.quantity)), 0))
    within = ribbons.where(col(ShipmentLine.shipment_id) == col(Shipment.id)).correlate(Shipment).scalar_subquery()
    return (
        select(
            *(col(getattr(Shipment, name)) for name in ShipmentSummary.model_fields if name not in skip),
            name_of(source).label("source_name"),
            name_of(target).label("target_name"),
            within.label("ribbons"),
        )
        .join(source, col(source.id) == col(Shipment.source_id))
        .join(target, col(target.id) == col(Shipment.target_id))
    )
