"""Tables: short links, the papers that carry them, and print jobs."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime

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
