"""Letters that a day brings: asked for by the server from time to time, each once.

What a day did not bring because no server ran, one of the next days brings, as far as it still holds then.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.claims.models import Claim, ClaimStatus
from app.claims.queries import has_shipped
from app.claims.ship_by import first_in_time
from app.conferences.models import Conference, ConferenceStatus, Mode
from app.core.clock import day_of, now, today, utcnow
from app.core.db import Statement, columns
from app.core.rules import Rules
from app.core.subjects import NOTHING, Subject, Thing
from app.feeds.claims import COUNT_DAYS
from app.outbox.models import LetterKind
from app.outbox.service import days_count_since, queue_once
from app.people.models import Person
from app.people.service import STAFF
from app.todo.queries import low_stock

HOUR = 8
"""No letter of a day comes before that hour where its reader, or the conference, is."""

CLOSE_OUT_DAYS = (COUNT_DAYS, 10)
"""So long after a conference its champion is asked for the final count."""

CATCH_UP_DAYS = 5
"""So many days later at most a letter comes whose day no server has seen: long before the next reminder is due."""

Wanted = dict[str, tuple[int, Subject]]


def ask_for_letters_of_days(session: Session, *, rules: Rules) -> None:
    """Asks for what today brings, and the days before that brought nothing; doing it twice, or twice at once, asks for
    nothing more.
    """
    since = days_count_since(session)
    queue_once(session, LetterKind.HAND_OUTS_BEGIN, _about_to_begin(session, since))
    queue_once(session, LetterKind.CLOSE_OUT, _to_close_out(session, since))
    here = now(rules.timezone)
    if here.hour < HOUR:
        return
    team = list(columns(session, select(col(Person.id)).where(STAFF)).scalars())
    queue_once(session, LetterKind.SHIP_TODAY, _for_team(team, "ship-today", _to_ship(session, since, rules)))
    year, week, weekday = here.isocalendar()
    monday = here.date() - timedelta(days=weekday - 1)
    if since <= _hour_of(monday, rules.timezone):  # else what this week was told may have been lost with a restore
        low = [(f"{one.design_id}:{year}-{week}", Thing.DESIGN.named(one.design_id)) for one in low_stock(session)]
        queue_once(session, LetterKind.STOCK_LOW, _for_team(team, "stock-low", low))
    if _brings(monday, rules.timezone, since):
        queue_once(session, LetterKind.WEEKLY, _for_team(team, "weekly", [(f"{year}-{week}", NOTHING)]))


def _brings(day: date, timezone: str, since: datetime) -> bool:
    """Whether a day brings its letter now: its hour has come, not long ago, and was not of another time."""
    return since <= _hour_of(day, timezone) <= utcnow() and (today(timezone) - day).days < CATCH_UP_DAYS


def _hour_of(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(HOUR), ZoneInfo(timezone))


def _for_team(team: list[int], kind: str, about: list[tuple[str, Subject]]) -> Wanted:
    return {f"{kind}:{name}:{one}": (one, subject) for name, subject in about for one in team}


def _deputized() -> Statement:
    return (
        select(
            col(Claim.id),
            col(Claim.champion_id),
            func.coalesce(col(Claim.changed_at), col(Claim.created_at)).label("since"),
            col(Conference.starts_on),
            col(Conference.over_at),
            col(Conference.timezone),
        )
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(
            col(Claim.status) == ClaimStatus.DEPUTIZED,
            col(Conference.status) == ConferenceStatus.SCHEDULED,
            col(Conference.mode) != Mode.VIRTUAL,
        )
    )


def _about_to_begin(session: Session, since: datetime) -> Wanted:
    """Conferences that begin tomorrow, or have begun today."""
    around = today()
    near = col(Conference.starts_on).between(around - timedelta(days=1), around + timedelta(days=2))
    found: Wanted = {}
    for claim in columns(session, _deputized().where(near)):
        eve = claim.starts_on - timedelta(days=1)
        if _brings(eve, claim.timezone, since) and today(claim.timezone) <= claim.starts_on:
            name = f"hand-outs-begin:{claim.id}:{claim.starts_on}"
            found[name] = claim.champion_id, Thing.CLAIM.named(claim.id)
    return found


def _to_close_out(session: Session, since: datetime) -> Wanted:
    """Claims to be closed out; of two reminders that were both missed the later one alone.

    A day brought nothing to a claim that was accepted, or opened again, after it.
    """
    instant = utcnow()
    longest = timedelta(days=max(CLOSE_OUT_DAYS) + CATCH_UP_DAYS)
    over = col(Conference.over_at).between(instant - longest, instant)
    found: Wanted = {}
    for claim in columns(session, _deputized().where(over)):
        last = day_of(claim.over_at, claim.timezone)
        there = max(since, claim.since)
        due = [days for days in CLOSE_OUT_DAYS if _brings(last + timedelta(days=days), claim.timezone, there)]
        if due:
            found[f"close-out:{claim.id}:{max(due)}"] = claim.champion_id, Thing.CLAIM.named(claim.id)
    return found


def _to_ship(session: Session, since: datetime, rules: Rules) -> list[tuple[str, Subject]]:
    """Claims whose box has to leave today to be there in time, or had to of late, and has not.

    A claim that was accepted after its day has missed nothing.
    """
    day = today(rules.timezone)
    last = first_in_time(day, rules)
    near = col(Conference.starts_on).between(max(last - timedelta(days=CATCH_UP_DAYS), day + timedelta(days=1)), last)
    found = []
    for claim in columns(session, _deputized().where(near, ~has_shipped())):
        due = day - (last - claim.starts_on)
        if day_of(claim.since, rules.timezone) <= due and _brings(due, rules.timezone, since):
            # Not by the day that it was due: that moves with the rules.
            found.append((f"{claim.id}:{claim.starts_on}", Thing.CLAIM.named(claim.id)))
    return found
