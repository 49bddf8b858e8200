"""Tables: designs, locations, the moves between them, and the levels that the moves add up to."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import Text, phrase
from app.people.models import AddressColumns


class Kind(StrEnum):
    """What a location is."""

    VENDOR = "vendor"
    DEPOT = "depot"
    CHAMPION = "champion"
    PACKED = "packed"
    TRANSIT = "transit"
    CONFERENCE = "conference"
    LOSS = "loss"
    ADJUSTMENT = "adjustment"


KIND_NAMES: dict[Kind, Text] = {
    Kind.VENDOR: phrase("vendor"),
    Kind.DEPOT: phrase("depot"),
    Kind.CHAMPION: phrase("champion"),
}
"""What people call those kinds that they choose from."""

UNBOUNDED = frozenset({Kind.VENDOR, Kind.ADJUSTMENT})
"""Where ribbons come from without having been there: the only locations whose level may fall below zero."""


IN_HAND = frozenset({Kind.DEPOT, Kind.CHAMPION})
"""Where somebody has ribbons, can count them, and can send them."""


class Reason(StrEnum):
    """Why ribbons moved."""

    PURCHASE = "purchase"
    PACK = "pack"
    UNPACK = "unpack"
    SEND = "send"
    RECEIVE = "receive"
    MISSING = "missing"
    FOUND = "found"
    LOST = "lost"
    HAND_OUT = "hand_out"
    TRANSFER = "transfer"
    COUNT = "count"
    REVERSAL = "reversal"
    CORRECTION = "correction"
    MERGE = "merge"
    HISTORY = "history"


class Design(Row, table=True):
    """A kind of ribbon."""

    __tablename__ = "design"
    __table_args__ = (
        CheckConstraint("width_mm > 0 AND height_mm > 0", name="size"),
        CheckConstraint("pack_size > 0", name="pack_size"),
        CheckConstraint("unit_cost_cents >= 0", name="unit_cost"),
        CheckConstraint("reorder_point >= 0", name="reorder_point"),
    )

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=60, unique=True)
    text: str = Field(max_length=60)
    ribbon_color: str = Field(max_length=7)
    ribbon_color_name: str = Field(max_length=60)
    foil_color: str = Field(max_length=7)
    foil_color_name: str = Field(max_length=60)
    width_mm: float
    height_mm: float
    pack_size: int
    unit_cost_cents: int
    currency: str = Field(max_length=3)
    reorder_point: int = 0
    ribbon_pms: str = Field(default="", max_length=60)
    foil_pms: str = Field(default="", max_length=60)
    vendor_item: str = Field(default="", max_length=60)
    active: bool = True
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    version: int = 1


class Location(Row, table=True):
    """Where ribbons can be. What it is called is said by :func:`app.stock.locations.name_of`."""

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint("unbounded = (kind IN ('vendor', 'adjustment'))", name="unbounded"),
        CheckConstraint("(kind = 'champion') = (person_id IS NOT NULL)", name="person"),
        CheckConstraint("(kind = 'conference') = (conference_id IS NOT NULL)", name="conference"),
        CheckConstraint("(kind IN ('champion', 'conference')) = (name = '')", name="name"),
        UniqueConstraint("id", "unbounded"),
        Index(
            "uq_location_kind",
            "kind",
            unique=True,
            sqlite_where=text("kind IN ('packed', 'transit', 'loss', 'adjustment')"),
            postgresql_where=text("kind IN ('packed', 'transit', 'loss', 'adjustment')"),
        ),
        Index(
            "uq_location_kind_folded_name",
            "kind",
            "folded_name",
            unique=True,
            sqlite_where=text("kind IN ('vendor', 'depot') AND active"),
            postgresql_where=text("kind IN ('vendor', 'depot') AND active"),
        ),
        Index("ix_location_kind_id", "kind", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    kind: Kind = Field(sa_type=one_of(Kind, "kind"))
    name: str = Field(default="", max_length=200)
    """Empty where it stands for a person or a conference, whose name may change."""
    folded_name: str = Field(default="", max_length=200)
    """As it is compared: of two depots of one name in use, nobody knew which is meant."""
    unbounded: bool = False
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", unique=True)
    conference_id: int | None = Field(default=None, foreign_key="conference.id", ondelete="RESTRICT", unique=True)
    active: bool = True
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    version: int = 1


class LocationAddress(AddressColumns, table=True):
    """Where a depot or a vendor is."""

    __tablename__ = "location_address"

    location_id: int = Field(primary_key=True, foreign_key="location.id", ondelete="RESTRICT")


class Move(Row, table=True):
    """One immutable transfer of ribbons of one design. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "move"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("source_id <> target_id", name="locations"),
        CheckConstraint("(reason IN ('reversal', 'correction')) = (reverses_id IS NOT NULL)", name="reversal"),
        Index("ix_move_design_id_id", "design_id", "id"),
        Index("ix_move_source_id_id", "source_id", "id"),
        Index("ix_move_target_id_id", "target_id", "id"),
        Index("ix_move_subject_id", "subject", "id"),
        Index("ix_move_reason_id", "reason", "id"),
        Index("ix_move_created_at", "created_at"),
        Index("ix_move_happened_on_created_at", "happened_on", "created_at"),
    )

    id: int = Field(default=None, primary_key=True)
    design_id: int = Field(foreign_key="design.id", ondelete="RESTRICT")
    source_id: int = Field(foreign_key="location.id", ondelete="RESTRICT")
    target_id: int = Field(foreign_key="location.id", ondelete="RESTRICT")
    quantity: int
    reason: Reason = Field(sa_type=one_of(Reason, "reason"))
    subject: str | None = Field(default=None, max_length=60)
    reference: str | None = Field(default=None, max_length=120, unique=True)
    reverses_id: int | None = Field(default=None, foreign_key="move.id", ondelete="RESTRICT", unique=True)
    actor_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    """When it was booked: the order of the ledger."""
    happened_on: date | None = None
    """The day when it happened, where that was not told of at once."""


class StockCount(Row, table=True):
    """A count of one design at one location, close-outs among them: what had moved there by then is settled by it."""

    __tablename__ = "stock_count"
    __table_args__ = (Index("ix_stock_count_location_id_design_id", "location_id", "design_id", "through_id"),)

    id: int = Field(default=None, primary_key=True)
    location_id: int = Field(foreign_key="location.id", ondelete="RESTRICT")
    design_id: int = Field(foreign_key="design.id", ondelete="RESTRICT")
    through_id: int = Field(foreign_key="move.id", ondelete="RESTRICT")
    """The last move of the ledger that it took into account."""
    move_id: int | None = Field(default=None, foreign_key="move.id", ondelete="RESTRICT", unique=True)
    """What it took to bring the level to what was counted. Where that is reversed, nothing was counted."""


class MoveNote(Row, table=True):
    """What somebody wrote about a move: apart from the ledger, so that it can be deleted."""

    __tablename__ = "move_note"

    move_id: int = Field(primary_key=True, foreign_key="move.id", ondelete="RESTRICT")
    note: str = Field(max_length=2000)


class Level(Row, table=True):
    """Ribbons of one design on hand at one location: the sum of the moves, changed only with them."""

    __tablename__ = "level"
    __table_args__ = (
        CheckConstraint("on_hand >= 0 OR unbounded", name="on_hand"),
        ForeignKeyConstraint(
            ["location_id", "unbounded"],
            ["location.id", "location.unbounded"],
            name="fk_level_location_id_location",
            ondelete="RESTRICT",
        ),
        Index("ix_level_design_id_location_id", "design_id", "location_id"),
    )

    location_id: int = Field(primary_key=True)
    design_id: int = Field(primary_key=True, foreign_key="design.id", ondelete="RESTRICT")
    unbounded: bool = False
    on_hand: int = Field(default=0, sa_type=BigInteger)
