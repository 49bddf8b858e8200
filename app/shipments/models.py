"""Tables: shipments, their lines, and the addresses they went to."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import Text, phrase, phrases
from app.core.lifecycle import Spoken
from app.core.text import fold
from app.people.models import AddressColumns


class Method(StrEnum):
    """How ribbons travel."""

    CARRIER = "carrier"
    HAND = "hand"


class ShipmentStatus(StrEnum):
    """Where a shipment stands."""

    DRAFT = "draft"
    PACKED = "packed"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    RECEIVED = "received"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"


_S = ShipmentStatus

ALLOWED: dict[Method, dict[ShipmentStatus, frozenset[ShipmentStatus]]] = {
    Method.CARRIER: {
        _S.DRAFT: frozenset({_S.PACKED, _S.CANCELLED}),
        _S.PACKED: frozenset({_S.IN_TRANSIT, _S.CANCELLED}),
        # The receiver's count is also the proof of delivery, so it need not wait for a coordinator to note that first.
        _S.IN_TRANSIT: frozenset({_S.DELIVERED, _S.RECEIVED, _S.RETURNED, _S.LOST}),
        _S.DELIVERED: frozenset({_S.RECEIVED, _S.RETURNED, _S.LOST}),
        _S.RECEIVED: frozenset(),
        _S.RETURNED: frozenset(),
        _S.LOST: frozenset(),
        _S.CANCELLED: frozenset(),
    },
    Method.HAND: {
        _S.DRAFT: frozenset({_S.PACKED, _S.CANCELLED}),
        _S.PACKED: frozenset({_S.RECEIVED, _S.CANCELLED}),
        _S.IN_TRANSIT: frozenset(),
        _S.DELIVERED: frozenset(),
        _S.RECEIVED: frozenset(),
        _S.RETURNED: frozenset(),
        _S.LOST: frozenset(),
        _S.CANCELLED: frozenset(),
    },
}

NO_SHIPMENT = phrase("There is no such shipment.")

_BY_CARRIER: Spoken[ShipmentStatus] = Spoken(
    now={
        _S.DRAFT: phrase("This box has not been packed yet."),
        _S.PACKED: phrase("This box is packed."),
        _S.IN_TRANSIT: phrase("This box is on its way."),
        _S.DELIVERED: phrase("This box was delivered."),
        _S.RECEIVED: phrase("This box was received and counted."),
        _S.RETURNED: phrase("This box came back to its sender."),
        _S.LOST: phrase("This box is recorded as lost."),
        _S.CANCELLED: phrase("This box was cancelled."),
    },
    cannot={
        _S.PACKED: phrase("It cannot be packed."),
        _S.IN_TRANSIT: phrase("It cannot be sent."),
        _S.DELIVERED: phrase("It cannot be marked as delivered."),
        _S.RECEIVED: phrase("It cannot be received."),
        _S.RETURNED: phrase("It cannot come back."),
        _S.LOST: phrase("It cannot be reported lost."),
        _S.CANCELLED: phrase("It cannot be cancelled."),
    },
)

_BY_HAND = phrase("It goes from hand to hand: whoever receives it confirms it.")

SPOKEN: dict[Method, Spoken[ShipmentStatus]] = {
    Method.CARRIER: _BY_CARRIER,
    Method.HAND: Spoken(
        now=_BY_CARRIER.now,
        cannot={**_BY_CARRIER.cannot, **dict.fromkeys((_S.IN_TRANSIT, _S.DELIVERED, _S.RETURNED, _S.LOST), _BY_HAND)},
    ),
}

NOT_SENT = frozenset({_S.DRAFT, _S.PACKED})
"""Statuses in which a shipment can still be called off."""

TRAVELING = frozenset({_S.IN_TRANSIT, _S.DELIVERED})
"""Statuses in which a box was sent, and its receiver has not counted it yet."""

COUNTED = frozenset({_S.RECEIVED, _S.LOST})
"""Statuses in which every line says what has come of it and what is missing; what is missing may turn up there."""

ARRIVED = frozenset({_S.DELIVERED, _S.RECEIVED})
"""Statuses in which a box has come to where it was sent."""

NEVER_ARRIVED = frozenset({_S.LOST, _S.RETURNED})
"""Statuses in which a box was sent and will not come."""

UNDER_WAY = NOT_SENT | TRAVELING
"""Statuses in which a shipment still wants something to be done."""

COMING = TRAVELING | {_S.PACKED}
"""Statuses in which ribbons are in a box that has not been counted."""

WITH_CARRIER = TRAVELING | COUNTED | {_S.RETURNED}
"""Statuses in which a carrier has, or has had, the box."""

PACKED_ONCE = COMING | WITH_CARRIER
"""Statuses in which its ribbons were put into the box, and not taken out again before it left."""

OFF_THE_SHELF = COMING | COUNTED
"""Statuses in which its ribbons are no longer where the box came from."""


class Shipment(Row, table=True):
    """Ribbons that go from one location to another."""

    __tablename__ = "shipment"
    __table_args__ = (
        CheckConstraint("source_id <> target_id", name="locations"),
        Index("ix_shipment_source_id_id", "source_id", "id"),
        Index("ix_shipment_target_id_id", "target_id", "id"),
        Index("ix_shipment_status_id", "status", "id"),
        Index("ix_shipment_folded_carrier_id", "folded_carrier", "id"),
        Index("ix_shipment_tracking_number", "tracking_number"),
        Index("ix_shipment_changed_at", "changed_at"),
    )

    id: int = Field(default=None, primary_key=True)
    source_id: int = Field(foreign_key="location.id", ondelete="RESTRICT")
    target_id: int = Field(foreign_key="location.id", ondelete="RESTRICT")
    claim_id: int | None = Field(default=None, foreign_key="claim.id", ondelete="RESTRICT", index=True)
    method: Method = Field(sa_type=one_of(Method, "method"))
    status: ShipmentStatus = Field(default=ShipmentStatus.DRAFT, sa_type=one_of(ShipmentStatus, "status"))
    carrier: str = Field(default="", max_length=60)
    folded_carrier: str = Field(default="", max_length=200)
    tracking_number: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=2000)
    receipt_note: str = Field(default="", max_length=2000)
    shipped_on: date | None = None
    delivered_on: date | None = None
    received_on: date | None = None
    created_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, sa_column_kwargs={"onupdate": utcnow})
    """When anything of it changed last; None where nothing has since it was made."""
    version: int = 1


class ShipmentLine(Row, table=True):
    """Ribbons of one design in a shipment; once it was counted, received + missing + returned = quantity."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        UniqueConstraint("shipment_id", "design_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(received IS NULL) = (missing IS NULL)", name="counted"),
        CheckConstraint(
            "received >= 0 AND missing >= 0 AND returned >= 0 AND received + missing + returned = quantity",
            name="balance",
        ),
    )

    id: int = Field(default=None, primary_key=True)
    shipment_id: int = Field(foreign_key="shipment.id", ondelete="RESTRICT")
    design_id: int = Field(foreign_key="design.id", ondelete="RESTRICT", index=True)
    quantity: int
    received: int | None = None
    missing: int | None = None
    returned: int = 0
    """What came back to the sender."""


class ShipmentAddress(AddressColumns, table=True):
    """Where a shipment goes: what the label says. Fixed when it is packed, or before that, as an address of its own."""

    __tablename__ = "shipment_address"

    shipment_id: int = Field(primary_key=True, foreign_key="shipment.id", ondelete="RESTRICT")
    own: bool = False
    """Whether it is of this box alone, and not the one on file when it was packed."""


def folded_carrier(carrier: str) -> str:
    """A carrier as it is compared: folded, and cut to what its column holds."""
    return fold(carrier)[:200]  # one letter may become many


def shipment_number(shipment_id: int) -> str:
    """The number that is printed and spoken: ``SH-0012``."""
    return f"SH-{shipment_id:04d}"


def no_shipments(missing: Sequence[int]) -> Text:
    """Says which shipments there are not."""
    numbers = [shipment_number(shipment_id) for shipment_id in missing]
    return phrases("There is no shipment {list}.", "There are no shipments {list}.", n=len(numbers), list=numbers)
