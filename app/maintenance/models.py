"""The table of proofs that the books agree."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of


class VerificationStatus(StrEnum):
    """The life of a proof that the books agree."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Verification(Row, table=True):
    """A proof that the books agree. Who asked for it is known to the trail."""

    __tablename__ = "verification"

    id: int = Field(default=None, primary_key=True)
    status: VerificationStatus = Field(default=VerificationStatus.WAITING, sa_type=one_of(VerificationStatus, "status"))
    unfinished: bool | None = Field(default=True, unique=True)
    """Empty once it has come to its end, so that there is one at a time, whichever server does it."""
    done: int = 0
    total: int
    differing: int = 0
    """How many lines there are to say what differs."""
    differences: str = Field(default="", max_length=200_000)
    """The first of them."""
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
