"""The conferences of everybody's calendar."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, true
from sqlmodel import Session, col

from app.claims.calendar import matching
from app.conferences.models import OFF, Conference, ConferenceStatus
from app.conferences.schemas import ConferenceFilter, ConferenceStatusToday
from app.core.clock import today, utcnow
from app.core.db import Statement, columns
from app.core.geography import CountryName, state_name
from app.core.keys import ServerKey
from app.core.language import Sayable, phrase, verbatim
from app.core.rules import Rules
from app.feeds.events import KEPT_DAYS, MOST, PAST_DAYS, Event, EventStatus

SAID = (
    *(col(getattr(Conference, name)) for name in ("name", "venue", "city", "state", "country", "starts_on", "ends_on")),
    col(Conference.id).label("conference_id"),
    col(Conference.status).label("conference_status"),
    col(Conference.version).label("conference_version"),
    func.coalesce(col(Conference.changed_at), col(Conference.created_at)).label("conference_changed_at"),
)
"""What a calendar says of a conference."""


_WITH_CANCELLED = {None, ConferenceStatusToday.SCHEDULED, ConferenceStatusToday.CANCELLED}
"""Which conferences are asked for where one that was cancelled was among them, or is."""


def lately() -> datetime:
    """Since when what was cancelled is shown as that."""
    return utcnow() - timedelta(days=KEPT_DAYS)


def find_conference_events(session: Session, *, wanted: ConferenceFilter, rules: Rules, key: ServerKey) -> list[Event]:
    """The conferences that match, by their first day, and those that were cancelled of late.

    Proposals are none of everybody's business. Unless days are asked for, it begins a year ago.
    """
    off = col(Conference.status).in_(OFF)
    # How a conference stands, which one that is cancelled has ceased to.
    stands = ConferenceFilter(status=wanted.status, needs_champion=wanted.needs_champion)
    fits = and_(~off, true(), *matching(stands))
    if wanted.status in _WITH_CANCELLED:
        fits = or_(fits, off & (func.coalesce(col(Conference.changed_at), col(Conference.created_at)) > lately()))
    statement: Statement = (
        select(*SAID)
        .where(
            col(Conference.status) != ConferenceStatus.PROPOSED,
            *matching(wanted.model_copy(update={"status": None, "needs_champion": None})),
            fits,
        )
        .order_by(col(Conference.starts_on), col(Conference.id))
        .limit(MOST)
    )
    if not (wanted.year or wanted.starts_after or wanted.starts_before):
        statement = statement.where(col(Conference.starts_on) > today(rules.timezone) - timedelta(days=PAST_DAYS))
    return [_event(row, rules, key) for row in columns(session, statement)]


def place_of(row: Any, rules: Rules) -> tuple[str | Sayable, ...]:
    """Where a conference is; a country that is not the community's own is named."""
    abroad = (CountryName(row.country),) if row.country != rules.home_country else ()
    return (row.venue, row.city, state_name(row.state) if row.state else "", *abroad)


def _event(row: Any, rules: Rules, key: ServerKey) -> Event:
    address = f"{rules.public_url}/conferences/{row.conference_id}"
    return Event(
        uid=f"conference-{row.conference_id}@{key.name}",
        sequence=row.conference_version - 1,
        changed_at=row.conference_changed_at,
        first=row.starts_on,
        last=row.ends_on,
        status=EventStatus.CANCELLED if row.conference_status in OFF else EventStatus.CONFIRMED,
        summary=verbatim("{name}", name=row.name),
        text=phrase("More about this conference: {address}", address=address),
        address=address,
        place=place_of(row, rules),
    )
