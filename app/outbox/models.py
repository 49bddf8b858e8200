"""Table: the letters that wait, with what has become of each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import AutoString, Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of


class LetterKind(StrEnum):
    """What letters are about. How each is called and what it says: ``app/letters``."""

    SIGN_IN = "sign-in"
    APPLICATION = "application"
    INVITATION = "invitation"
    NEW_EMAIL = "new-email"
    OLD_EMAIL = "old-email"
    DEPUTIZED = "deputized"
    DECLINED = "declined"
    REVOKED = "revoked"
    NEXT_IN_LINE = "next-in-line"
    BOX_SENT = "box-sent"
    COUNT_BOX = "count-box"
    COUNT_DIFFERS = "count-differs"
    CONFERENCE_MOVED = "conference-moved"
    CONFERENCE_CANCELLED = "conference-cancelled"
    CONFERENCE_VIRTUAL = "conference-virtual"
    SHIP_TODAY = "ship-today"
    HAND_OUTS_BEGIN = "hand-outs-begin"
    CLOSE_OUT = "close-out"
    NAMED = "named"
    NEW_REPORT = "new-report"
    NEW_CLAIM = "new-claim"
    NEW_PROPOSAL = "new-proposal"
    STOCK_LOW = "stock-low"
    WEEKLY = "weekly"


class LetterStatus(StrEnum):
    """What has become of a letter."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


ALLOWED: dict[LetterStatus, frozenset[LetterStatus]] = {
    LetterStatus.QUEUED: frozenset({LetterStatus.SENDING, LetterStatus.DROPPED}),
    LetterStatus.SENDING: frozenset(
        {LetterStatus.SENT, LetterStatus.QUEUED, LetterStatus.FAILED, LetterStatus.DROPPED}
    ),
    LetterStatus.FAILED: frozenset({LetterStatus.QUEUED, LetterStatus.DROPPED}),
    LetterStatus.SENT: frozenset(),
    LetterStatus.DROPPED: frozenset(),
}
"""Each step is an UPDATE that names the status before it, so that of two replicas one takes it."""

FREE_WHEN_DROPPED = frozenset({LetterKind.NAMED})
"""Kinds of which one that was dropped uses nothing up: the next one that day may have something to tell."""

WAITING = frozenset({LetterStatus.QUEUED, LetterStatus.SENDING})
"""Statuses of what is still to be sent; who was sending it may have died over it."""

_WAITING = text("status IN ({})".format(", ".join(f"'{status}'" for status in LetterStatus if status in WAITING)))
_FAILED = text("status = 'failed'")


class QueuedLetter(Row, table=True):
    """A letter that is to be written and sent; its words are made when it is, so that what holds then is said."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_waiting", "urgent", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_letter_failed", "id", sqlite_where=_FAILED, postgresql_where=_FAILED),
        Index("ix_letter_subject_kind", "subject", "kind"),
    )

    id: int = Field(default=None, primary_key=True)
    kind: LetterKind = Field(sa_type=one_of(LetterKind, "kind"))
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    address: str = Field(default="", max_length=254)
    """Where it goes if that is not the person's own address; empty once it was sent or dropped."""
    subject: str = Field(default="", max_length=60)
    facts: str = Field(default="{}", max_length=1000)
    """What was so when it was asked for and cannot be read later, as JSON; empty once it was sent or dropped."""
    dedupe_key: str | None = Field(default=None, max_length=120, unique=True)
    seed: str = Field(max_length=32, unique=True)
    """What tells it from all others; a secret in the letter is made of it and the server's key."""
    message_id: str = Field(default="", max_length=200)
    """Set before the first try, so that whoever gets the letter twice knows it for the same."""
    urgent: bool = False
    """Whether somebody sits there and waits for it: such letters have a line of their own."""
    status: LetterStatus = Field(default=LetterStatus.QUEUED, sa_type=one_of(LetterStatus, "status"))
    due_at: datetime = Field(sa_type=UtcDateTime)
    """From when it may be sent; of one that is being sent, until when nobody else takes it up."""
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    failure: str = Field(default="", sa_type=AutoString(length=60), max_length=60)
    """What the last try failed of: a mail server's number, or the kind of an error. Nothing that names anybody."""
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class LettersOfDays(Row, table=True):
    """From which instant on days bring letters: the one row. What was due before that is of another time."""

    __tablename__ = "letters_of_days"

    since: datetime = Field(sa_type=UtcDateTime, primary_key=True)
