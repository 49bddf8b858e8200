"""What stands in a calendar: whole days, each said to a reader in their own language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.language import Language, Sayable, Text

KEPT_DAYS = 30
"""How long something is in a calendar as cancelled before it is gone, so that each program hears of it."""

PAST_DAYS = 365
"""How long something that is over stays in a calendar."""

MOST = 1_000
"""Days, or rows of days, of one calendar."""


class EventStatus(StrEnum):
    """How sure it is, in the words of RFC 5545."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that lasts from its first day to its last. ``uid`` is its name for ever.

    ``sequence`` and ``changed_at`` are those of the rows that it is made of: it never changes but they do.
    """

    uid: str
    sequence: int
    changed_at: datetime
    first: date
    last: date
    status: EventStatus
    summary: Text
    text: Text
    address: str
    place: Sequence[str | Sayable] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar. ``language`` is its owner's; None where that is whoever reads it."""

    name: Text
    events: Sequence[Event]
    language: Language | None = None
