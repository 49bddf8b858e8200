"""Letters that a day brings: asked for by the server from time to time, each once.

Nothing is told of days gone by: what its day did not bring, because no server ran, no later one does.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.claims.models import Claim, ClaimStatus
from app.claims.queries import has_shipped
from app.claims.ship_by import first_in_time
from app.conferences.models import Conference, ConferenceStatus, Mode
from app.core.clock import now, today, utcnow
from app.core.db import Statement, columns
from app.core.rules import Rules
from app.core.subjects import NOTHING, Subject, Thing
from app.feeds.claims import COUNT_DAYS
from app.outbox.models import LetterKind
from app.outbox.service import queue_once
from app.people.models import Person
from app.people.service import STAFF
from app.todo.queries import low_stock

HOUR = 8
"""No letter of a day comes before that hour where its reader, or the conference, is."""

CLOSE_OUT_DAYS = (COUNT_DAYS, 10)
"""So long after a conference its champion is asked for the final count."""

_MONDAY = 0

Wanted = dict[str, tuple[int, Subject]]


def ask_for_letters_of_the_day(session: Session, *, rules: Rules) -> None:
    """Asks for what today brings; doing it twice, or twice at once, asks for nothing more."""
    queue_once(session, LetterKind.HAND_OUTS_BEGIN, _begins_tomorrow(session))
    queue_once(session, LetterKind.CLOSE_OUT, _to_close_out(session))
    here = now(rules.timezone)
    if here.hour < HOUR:
        return
    team = list(columns(session, select(col(Person.id)).where(STAFF)).scalars())
    queue_once(session, LetterKind.SHIP_TODAY, _for_team(team, "ship-today", _to_ship_today(session, rules)))
    year, week, _ = here.isocalendar()
    low = [(f"{one.design_id}:{year}-{week}", Thing.DESIGN.named(one.design_id)) for one in low_stock(session)]
    queue_once(session, LetterKind.STOCK_LOW, _for_team(team, "stock-low", low))
    if here.weekday() == _MONDAY:
        queue_once(session, LetterKind.WEEKLY, _for_team(team, "weekly", [(f"{year}-{week}", NOTHING)]))


def _for_team(team: list[int], kind: str, about: list[tuple[str, Subject]]) -> Wanted:
    return {f"{kind}:{name}:{one}": (one, subject) for name, subject in about for one in team}


def _deputized() -> Statement:
    return (
        select(
            col(Claim.id),
            col(Claim.champion_id),
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


def _begins_tomorrow(session: Session) -> Wanted:
    around = today()
    near = col(Conference.starts_on).between(around, around + timedelta(days=2))
    found: Wanted = {}
    for claim in columns(session, _deputized().where(near)):
        there = now(claim.timezone)
        if there.hour >= HOUR and there.date() + timedelta(days=1) == claim.starts_on:
            name = f"hand-outs-begin:{claim.id}:{claim.starts_on}"
            found[name] = claim.champion_id, Thing.CLAIM.named(claim.id)
    return found


def _to_close_out(session: Session) -> Wanted:
    instant = utcnow()
    longest, shortest = max(CLOSE_OUT_DAYS), min(CLOSE_OUT_DAYS)
    over = col(Conference.over_at).between(instant - timedelta(days=longest + 1), instant - timedelta(days=shortest))
    found: Wanted = {}
    for claim in columns(session, _deputized().where(over)):
        days = (instant - claim.over_at).days
        if days in CLOSE_OUT_DAYS and now(claim.timezone).hour >= HOUR:
            found[f"close-out:{claim.id}:{days}"] = claim.champion_id, Thing.CLAIM.named(claim.id)
    return found


def _to_ship_today(session: Session, rules: Rules) -> list[tuple[str, Subject]]:
    """Claims whose box has to leave today to be there in time, and has not."""
    day = today(rules.timezone)
    last = _deputized().where(col(Conference.starts_on) == first_in_time(day, rules), ~has_shipped())
    return [(f"{claim.id}:{day}", Thing.CLAIM.named(claim.id)) for claim in columns(session, last)]
