"""Ribbons that are to arrive: boxes on their way, and orders that vendors have."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from app.claims.models import Claim
from app.conferences.models import Conference
from app.core.db import Statement, columns
from app.core.keys import ServerKey
from app.core.language import Text, phrase
from app.core.rules import Rules
from app.feeds.conferences import lately
from app.feeds.events import MOST, Event, EventStatus
from app.purchasing.models import CAME, WITH_VENDOR, OrderStatus, PurchaseOrder, order_number
from app.shipments.models import ARRIVED, NEVER_ARRIVED, TRAVELING, WITH_CARRIER, Shipment, shipment_number


def box_events(session: Session, *, rules: Rules, key: ServerKey) -> list[Event]:
    """When boxes should arrive that a carrier has; those that have come, or will not, for a month."""
    statement: Statement = (
        select(
            *(col(getattr(Shipment, name)) for name in ("id", "status", "shipped_on", "delivered_on", "received_on")),
            col(Shipment.version),
            func.coalesce(col(Shipment.changed_at), col(Shipment.created_at)).label("changed_at"),
            col(Conference.name).label("conference"),
        )
        .outerjoin(Claim, col(Claim.id) == col(Shipment.claim_id))
        .outerjoin(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(
            col(Shipment.status).in_(WITH_CARRIER),
            col(Shipment.shipped_on).is_not(None),
            or_(col(Shipment.status).in_(TRAVELING), col(Shipment.changed_at) > lately()),
        )
        .order_by(col(Shipment.id))
        .limit(MOST)
    )
    return [_box(row, rules, key) for row in columns(session, statement)]


def _box(row: Any, rules: Rules, key: ServerKey) -> Event:
    address = f"{rules.public_url}/shipments/{row.id}"
    came = row.received_on or row.delivered_on
    here = came is not None and row.status in ARRIVED
    day = came if here else row.shipped_on + timedelta(days=rules.transit_days)
    fails = row.status in NEVER_ARRIVED
    return Event(
        uid=f"box-{row.id}@{key.name}",
        sequence=row.version - 1,
        changed_at=row.changed_at,
        first=day,
        last=day,
        status=EventStatus.CANCELLED if fails else EventStatus.CONFIRMED,
        summary=_said_of_box(shipment_number(row.id), row.conference, arrived=here),
        text=phrase("The page of this box: {address}", address=address),
        address=address,
    )


def _said_of_box(number: str, conference: str | None, *, arrived: bool) -> Text:
    if conference is None:
        if arrived:
            return phrase("Box {number} has arrived", number=number)
        return phrase("Box {number} should arrive", number=number)
    if arrived:
        return phrase("Box {number} has arrived: {conference}", number=number, conference=conference)
    return phrase("Box {number} should arrive: {conference}", number=number, conference=conference)


def order_events(session: Session, *, rules: Rules, key: ServerKey) -> list[Event]:
    """When orders are needed that vendors have; those that have come, or were cancelled, for a month."""
    statement: Statement = (
        select(
            *(col(getattr(PurchaseOrder, name)) for name in ("id", "status", "needed_by", "version")),
            func.coalesce(col(PurchaseOrder.changed_at), col(PurchaseOrder.created_at)).label("changed_at"),
        )
        .where(
            col(PurchaseOrder.needed_by).is_not(None),
            col(PurchaseOrder.placed_at).is_not(None),
            or_(col(PurchaseOrder.status).in_(WITH_VENDOR), col(PurchaseOrder.changed_at) > lately()),
        )
        .order_by(col(PurchaseOrder.id))
        .limit(MOST)
    )
    return [_order(row, rules, key) for row in columns(session, statement)]


def _order(row: Any, rules: Rules, key: ServerKey) -> Event:
    number, address = order_number(row.id), f"{rules.public_url}/todo"
    if row.status in CAME:
        summary = phrase("Order {number} has come", number=number)
    else:
        summary = phrase("Order {number} is needed", number=number)
    return Event(
        uid=f"order-{row.id}@{key.name}",
        sequence=row.version - 1,
        changed_at=row.changed_at,
        first=row.needed_by,
        last=row.needed_by,
        status=EventStatus.CANCELLED if row.status is OrderStatus.CANCELLED else EventStatus.CONFIRMED,
        summary=summary,
        text=phrase("What waits: {address}", address=address),
        address=address,
    )
