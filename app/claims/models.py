"""Tables: claims and their close-outs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of


class ClaimState(StrEnum):
    """Where a claim stands."""

    REQUESTED = "requested"
    DEPUTIZED = "deputized"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    CLOSED = "closed"


ALLOWED: dict[ClaimState, frozenset[ClaimState]] = {
    ClaimState.REQUESTED: frozenset({ClaimState.DEPUTIZED, ClaimState.DECLINED, ClaimState.WITHDRAWN}),
    ClaimState.DEPUTIZED: frozenset({ClaimState.WITHDRAWN, ClaimState.REVOKED, ClaimState.CLOSED}),
    ClaimState.DECLINED: frozenset(),
    ClaimState.WITHDRAWN: frozenset(),
    ClaimState.REVOKED: frozenset(),
    ClaimState.CLOSED: frozenset(),
}

OPEN = frozenset({ClaimState.REQUESTED, ClaimState.DEPUTIZED})
"""A champion has at most one claim in these states at a conference."""

SERVED = frozenset({ClaimState.DEPUTIZED, ClaimState.CLOSED})
"""States in which a claim takes one of the conference's places."""

_OPEN = text("state IN ('requested', 'deputized')")


class Claim(Row, table=True):
    """A champion asks for a conference."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint("ribbons_requested > 0", name="ribbons_requested"),
        Index(
            "uq_claim_open",
            "conference_id",
            "champion_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_claim_conference_id_state_id", "conference_id", "state", "id"),
        Index("ix_claim_champion_id_id", "champion_id", "id"),
        Index("ix_claim_state_id", "state", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    conference_id: int = Field(foreign_key="conference.id", ondelete="RESTRICT")
    champion_id: int = Field(foreign_key="person.id", ondelete="RESTRICT")
    state: ClaimState = Field(default=ClaimState.REQUESTED, sa_type=one_of(ClaimState, "state"))
    ribbons_requested: int
    note: str = Field(default="", max_length=2000)
    decision_note: str = Field(default="", max_length=2000)
    decided_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    close_note: str = Field(default="", max_length=2000)
    version: int = 1


class CloseOutLine(Row, table=True):
    """The champion's final account for one design."""

    __tablename__ = "close_out_line"
    __table_args__ = (CheckConstraint("handed_out >= 0 AND remaining >= 0 AND lost >= 0", name="counts"),)

    claim_id: int = Field(primary_key=True, foreign_key="claim.id", ondelete="RESTRICT")
    design_id: int = Field(primary_key=True, foreign_key="design.id", ondelete="RESTRICT")
    handed_out: int
    remaining: int
    lost: int
