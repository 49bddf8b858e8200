"""Tables: claims and their close-outs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import phrase
from app.core.lifecycle import Spoken


class ClaimStatus(StrEnum):
    """Where a claim stands."""

    REQUESTED = "requested"
    DEPUTIZED = "deputized"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    CLOSED = "closed"


ALLOWED: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.REQUESTED: frozenset({ClaimStatus.DEPUTIZED, ClaimStatus.DECLINED, ClaimStatus.WITHDRAWN}),
    ClaimStatus.DEPUTIZED: frozenset({ClaimStatus.WITHDRAWN, ClaimStatus.REVOKED, ClaimStatus.CLOSED}),
    ClaimStatus.DECLINED: frozenset(),
    ClaimStatus.WITHDRAWN: frozenset(),
    ClaimStatus.REVOKED: frozenset(),
    ClaimStatus.CLOSED: frozenset(),
}

BACK: dict[ClaimStatus, frozenset[ClaimStatus]] = {ClaimStatus.CLOSED: frozenset({ClaimStatus.DEPUTIZED})}
"""The ways back. A claim that is opened again goes on as one that was never closed."""

NO_CLAIM = phrase("There is no such claim.")

SPOKEN: Spoken[ClaimStatus] = Spoken(
    now={
        ClaimStatus.REQUESTED: phrase("This claim is waiting for a decision."),
        ClaimStatus.DEPUTIZED: phrase("This claim is accepted."),
        ClaimStatus.DECLINED: phrase("This claim was declined."),
        ClaimStatus.WITHDRAWN: phrase("This claim was withdrawn."),
        ClaimStatus.REVOKED: phrase("This claim was revoked."),
        ClaimStatus.CLOSED: phrase("This claim is closed."),
    },
    cannot={
        ClaimStatus.DEPUTIZED: phrase("It cannot be accepted."),
        ClaimStatus.DECLINED: phrase("It cannot be declined."),
        ClaimStatus.WITHDRAWN: phrase("It cannot be withdrawn."),
        ClaimStatus.REVOKED: phrase("It cannot be revoked."),
        ClaimStatus.CLOSED: phrase("It cannot be closed."),
    },
)
SPOKEN_BACK = Spoken(now=SPOKEN.now, cannot={ClaimStatus.DEPUTIZED: phrase("Only a closed claim can be opened again.")})

OPEN = frozenset({ClaimStatus.REQUESTED, ClaimStatus.DEPUTIZED})
"""A champion has at most one claim in these statuses at a conference."""

ENDED_EARLY = frozenset({ClaimStatus.WITHDRAWN, ClaimStatus.REVOKED})
"""Statuses of a claim that came to its end before the conference, though it was not declined."""

ENDED = ENDED_EARLY | {ClaimStatus.CLOSED}
"""What comes after a claim was accepted: nothing more is booked for it, unless a coordinator does."""

SERVED = frozenset({ClaimStatus.DEPUTIZED, ClaimStatus.CLOSED})
"""Statuses in which a claim counts towards the conference's ``champion_limit``."""

_OPEN = text("status IN ({})".format(", ".join(f"'{status}'" for status in ClaimStatus if status in OPEN)))


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
        Index("ix_claim_conference_id_status_id", "conference_id", "status", "id"),
        Index("ix_claim_champion_id_id", "champion_id", "id"),
        Index("ix_claim_status_id", "status", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    conference_id: int = Field(foreign_key="conference.id", ondelete="RESTRICT")
    champion_id: int = Field(foreign_key="person.id", ondelete="RESTRICT")
    status: ClaimStatus = Field(default=ClaimStatus.REQUESTED, sa_type=one_of(ClaimStatus, "status"))
    ribbons_requested: int
    note: str = Field(default="", max_length=2000)
    decision_note: str = Field(default="", max_length=2000)
    decided_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    queue_key: int | None = None
    """Where it stands in line, among the ids of the others, if a coordinator has moved it."""
    close_note: str = Field(default="", max_length=2000)
    status_before: ClaimStatus | None = Field(default=None, sa_type=one_of(ClaimStatus, "status_before"))
    """What it was when its conference was cancelled or went virtual, as long as that can be taken back."""
    import_id: int | None = Field(default=None, foreign_key="file_import.id", ondelete="RESTRICT", index=True)
    """The file of history that brought it, if one did."""
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, sa_column_kwargs={"onupdate": utcnow})
    """When anything of it changed last; None where nothing has since it was made."""
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
    hand_out_move_id: int | None = Field(default=None, foreign_key="move.id", ondelete="RESTRICT", unique=True)
    """What it took to bring the hand-outs to what was said."""
    lost_move_id: int | None = Field(default=None, foreign_key="move.id", ondelete="RESTRICT", unique=True)
    count_id: int | None = Field(default=None, foreign_key="stock_count.id", ondelete="RESTRICT", unique=True)
    """What remained was counted."""
