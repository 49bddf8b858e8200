"""Tables: purchase orders and their lines."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import phrase
from app.core.lifecycle import Spoken


class OrderStatus(StrEnum):
    """Where a purchase order stands."""

    DRAFT = "draft"
    PLACED = "placed"
    PARTIALLY_RECEIVED = "partially_received"
    RECEIVED = "received"
    CLOSED_SHORT = "closed_short"
    CANCELLED = "cancelled"


ALLOWED: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.DRAFT: frozenset({OrderStatus.PLACED, OrderStatus.CANCELLED}),
    OrderStatus.PLACED: frozenset({OrderStatus.PARTIALLY_RECEIVED, OrderStatus.RECEIVED, OrderStatus.CANCELLED}),
    OrderStatus.PARTIALLY_RECEIVED: frozenset(
        {OrderStatus.PARTIALLY_RECEIVED, OrderStatus.RECEIVED, OrderStatus.CLOSED_SHORT}
    ),
    # The rest may come after all.
    OrderStatus.CLOSED_SHORT: frozenset({OrderStatus.PARTIALLY_RECEIVED, OrderStatus.RECEIVED}),
    OrderStatus.RECEIVED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}

BACK: dict[OrderStatus, frozenset[OrderStatus]] = dict.fromkeys(
    (OrderStatus.PARTIALLY_RECEIVED, OrderStatus.CLOSED_SHORT, OrderStatus.RECEIVED),
    frozenset({OrderStatus.PLACED, OrderStatus.PARTIALLY_RECEIVED, OrderStatus.RECEIVED}),
)
"""The ways back: where a receipt is undone, the order stands as if it had not come."""

SPOKEN: Spoken[OrderStatus] = Spoken(
    now={
        OrderStatus.DRAFT: phrase("This order has not been placed yet."),
        OrderStatus.PLACED: phrase("This order was placed, and nothing has come yet."),
        OrderStatus.PARTIALLY_RECEIVED: phrase("A part of this order has come."),
        OrderStatus.RECEIVED: phrase("All of this order has come."),
        OrderStatus.CLOSED_SHORT: phrase("This order was closed, though not all of it has come."),
        OrderStatus.CANCELLED: phrase("This order was cancelled."),
    },
    cannot={
        OrderStatus.PLACED: phrase("It cannot be placed."),
        OrderStatus.PARTIALLY_RECEIVED: phrase("Nothing can be received for it."),
        OrderStatus.RECEIVED: phrase("Nothing can be received for it."),
        OrderStatus.CLOSED_SHORT: phrase("It cannot be closed as delivered short."),
        OrderStatus.CANCELLED: phrase("It cannot be cancelled."),
    },
)

SPOKEN_BACK: Spoken[OrderStatus] = Spoken(
    now=SPOKEN.now, cannot={OrderStatus.PLACED: phrase("There is no receipt to undo.")}
)


COMING = frozenset({OrderStatus.DRAFT, OrderStatus.PLACED, OrderStatus.PARTIALLY_RECEIVED})
"""Statuses in which ribbons of an order may still come."""

WITH_VENDOR = frozenset({OrderStatus.PLACED, OrderStatus.PARTIALLY_RECEIVED})
"""Statuses in which a vendor has an order, and ribbons of it are to come."""

CAME = frozenset({OrderStatus.RECEIVED, OrderStatus.CLOSED_SHORT})
"""Statuses in which nothing more is expected of an order that was placed."""

ORDERED = frozenset(
    {OrderStatus.PLACED, OrderStatus.PARTIALLY_RECEIVED, OrderStatus.CLOSED_SHORT, OrderStatus.RECEIVED}
)
"""Statuses in which ribbons are ordered from the vendor, whether they have come or not."""


class PurchaseOrder(Row, table=True):
    """Ribbons ordered from a vendor."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        Index("ix_purchase_order_status_id", "status", "id"),
        Index("ix_purchase_order_changed_at", "changed_at"),
    )

    id: int = Field(default=None, primary_key=True)
    vendor_id: int = Field(foreign_key="location.id", ondelete="RESTRICT", index=True)
    ship_to_id: int = Field(foreign_key="location.id", ondelete="RESTRICT", index=True)
    status: OrderStatus = Field(default=OrderStatus.DRAFT, sa_type=one_of(OrderStatus, "status"))
    needed_by: date | None = None
    note: str = Field(default="", max_length=2000)
    proof_name: str = Field(default="", max_length=200)
    proof_phone: str = Field(default="", max_length=60)
    proof_email: str = Field(default="", max_length=200)
    bill_to: str = Field(default="", max_length=200)
    terms: str = Field(default="", max_length=60)
    tax_exemption: str = Field(default="", max_length=60)
    ship_method: str = Field(default="", max_length=60)
    as_before: str = Field(default="", max_length=60)
    created_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    placed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, sa_column_kwargs={"onupdate": utcnow})
    """When anything of it changed last; None where nothing has since it was made."""
    version: int = 1


class PurchaseOrderLine(Row, table=True):
    """So many ribbons of one design, at the price of that day; and how many have come."""

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        UniqueConstraint("purchase_order_id", "design_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received >= 0", name="received"),
        CheckConstraint("unit_cost_cents >= 0", name="unit_cost"),
    )

    id: int = Field(default=None, primary_key=True)
    purchase_order_id: int = Field(foreign_key="purchase_order.id", ondelete="RESTRICT")
    design_id: int = Field(foreign_key="design.id", ondelete="RESTRICT", index=True)
    quantity: int
    unit_cost_cents: int
    currency: str = Field(max_length=3)
    received: int = 0


def order_number(order_id: int) -> str:
    """The number that is printed and spoken: ``PO-0007``."""
    return f"PO-{order_id:04d}"
