"""The one place that asks what time it is, so that a test or the demo can stand still in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def utcnow() -> datetime:
    """The present instant, UTC-aware."""
    return _frozen.get() or datetime.now(UTC)


def today(timezone: str = "UTC") -> date:
    """The present calendar day in an IANA time zone."""
    return now(timezone).date()


def day_of(moment: datetime, timezone: str) -> date:
    """The calendar day of an instant in an IANA time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def now(timezone: str) -> datetime:
    """The present instant, as the clocks of an IANA time zone show it."""
    return utcnow().astimezone(ZoneInfo(timezone))


def midnight(day: date, timezone: str) -> datetime:
    """The instant at which a calendar day begins in an IANA time zone, UTC-aware; or the first of all instants."""
    try:
        return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def end_of(day: date, timezone: str) -> datetime:
    """The instant at which a calendar day is over in an IANA time zone, UTC-aware; the last of all for the last day."""
    return midnight(day + timedelta(days=1), timezone) if day < date.max else datetime.max.replace(tzinfo=UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Within the block, ``utcnow()`` of this context answers ``at`` (UTC-aware)."""
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
