"""Tables: short links, the papers that carry them, and print jobs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from app.clock import utcnow
from app.db import Row, UtcDateTime, one_of

# Crockford's base 32: no I, L, O or U, which are read as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
"""Characters of a code, five bits each: 80 bits are not to be guessed, and what they lead to is not private."""

LONGEST_ABOUT = 60
"""Characters by which a thing is known here."""


class ShortLink(Row, table=True):
    """What the code on a paper stands for. ``revision`` is 0 where it stands for all of them."""

    __tablename__ = "short_link"
    __table_args__ = (Index("ix_short_link_subject_letter", "subject", "letter"),)

    code: str = Field(primary_key=True, max_length=CODE_LENGTH)
    letter: str = Field(max_length=1)
    subject: str = Field(max_length=LONGEST_ABOUT)
    revision: int
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PrintedPaper(Row, table=True):
    """One content that was printed of one thing, and how often. Of the content itself, only its hash is kept."""

    __tablename__ = "printed_paper"
    __table_args__ = (UniqueConstraint("kind", "subject", "revision"),)

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=32)
    subject: str = Field(max_length=LONGEST_ABOUT)
    revision: int
    content_hash: str = Field(max_length=64)
    code: str = Field(max_length=CODE_LENGTH, foreign_key="short_link.code", ondelete="RESTRICT", index=True)
    copies: int = 1
    first_printed_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    last_printed_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class JobState(StrEnum):
    """The life of a print job."""

    WAITING = "waiting"
    PRINTING = "printing"
    READY = "ready"
    FAILED = "failed"


class PrintJob(Row, table=True):
    """Many papers that somebody wants printed into one file. The row stays, so that its number does not come again."""

    __tablename__ = "print_job"
    __table_args__ = (Index("ix_print_job_person_id_id", "person_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="RESTRICT")
    wanted: str = Field(max_length=60_000)
    """What is to be printed, as JSON."""
    state: JobState = Field(default=JobState.WAITING, sa_type=one_of(JobState, "state"))
    done: int = 0
    total: int
    detail: str = Field(default="", max_length=1_000)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime, index=True)
    updated_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class PrintJobFile(Row, table=True):
    """What a print job has made. It may hold addresses: it is kept for an hour."""

    __tablename__ = "print_job_file"

    job_id: int = Field(primary_key=True, foreign_key="print_job.id", ondelete="RESTRICT")
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=60)
    content: bytes
