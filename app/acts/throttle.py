"""How often somebody may try, and how much one person may make: counted in the database, for all replicas together."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, columns
from app.core.errors import TooMany
from app.core.language import phrases


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often something may be tried within a window (0 for no such limit).

    ``per_account`` counts what is asked for one account, whoever asks; ``per_person`` what one person asks somebody
    outside, or those whom we do not know from one network address. ``wrong_per_address`` counts attempts at a secret
    that were wrong, by one network address: many people may be behind it, and whoever shows a right one gets in,
    however often others there have guessed. ``by_strangers`` counts what is made from one network address by those whom
    we do not know.
    """

    name: str
    per_account: int = 0
    per_person: int = 0
    wrong_per_address: int = 0
    by_strangers: int = 0
    window: timedelta = timedelta(minutes=15)


FROM_STRANGERS = Throttle("from strangers", by_strangers=30, window=timedelta(hours=1))
"""Of what anyone may send to the coordinators: enough for a room of people behind one network address."""


class Attempts(Row, table=True):
    """What is counted under one name within one window. The name is a hash: it may stand for an address."""

    __tablename__ = "attempts"

    name_hash: str = Field(primary_key=True, max_length=64)
    window_start: datetime = Field(primary_key=True, sa_type=UtcDateTime, index=True)
    number: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one person may make by an act within a day by UTC, beside whatever else refuses it.

    It is counted in the act's own transaction, so that what was refused or repeated does not count; what is done from
    the shell does not, either. High enough for a phone that sends all that it has kept of a day at once. ``of`` gives,
    of what the act is given, how much it makes: one, where nothing else is said.
    """

    most: int
    for_staff: int = 5_000
    of: Callable[[Mapping[str, Any]], int] = lambda _values: 1


USUAL = Quota(most=1_000)
"""Of each act that says nothing else."""


def count_attempt(session: Session, *, name: str, most: int, window: timedelta) -> None:
    """Counts an attempt. Raises :class:`TooMany`, saying when to come back, above ``most`` in the present window."""
    number, wait = _add(session, name, 1, window)
    if number > most:
        text = phrases(
            "Too many attempts. Try again in {n} second.", "Too many attempts. Try again in {n} seconds.", n=wait
        )
        raise TooMany(text, retry_after=wait)


def count_made(session: Session, *, quota: Quota, act: str, actor: Actor, values: Mapping[str, Any]) -> None:
    """Counts what somebody has made by an act. Raises :class:`TooMany` above their quota: then it is not made."""
    if actor.person_id is None and actor.member_id is None:
        return
    number, wait = _add(session, f"{act} made by {actor.principal}", quota.of(values), _DAY)
    most = quota.for_staff if actor.is_staff else quota.most
    if number > most:
        text = phrases(
            "This is more than one person can do of it in a day, which is {most}. You can go on in {n} hour.",
            "This is more than one person can do of it in a day, which is {most}. You can go on in {n} hours.",
            n=-(-wait // 3_600),
            most=most,
        )
        raise TooMany(text, retry_after=wait, most=most)


_DAY = timedelta(days=1)


@cache
def _count(dialect: str) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(Attempts)
    more = {"number": col(Attempts.number) + insert.excluded.number}
    counted = insert.on_conflict_do_update(index_elements=["name_hash", "window_start"], set_=more)
    return counted.returning(col(Attempts.number))


def _add(session: Session, name: str, by: int, window: timedelta) -> tuple[int, int]:
    """Counts so much under a name. How much it is in the present window, and in how many seconds that ends."""
    now = utcnow()
    start = datetime.fromtimestamp(now.timestamp() // window.total_seconds() * window.total_seconds(), tz=now.tzinfo)
    name_hash = hashlib.sha256(name.encode()).hexdigest()
    count = _count(session.connection().dialect.name)
    number = columns(session, count, name_hash=name_hash, window_start=start, number=by)
    return int(number.scalar_one()), max(1, round((start + window - now).total_seconds()))


def forget_attempts(session: Session, *, before: datetime) -> None:
    """Removes the counts of windows that began before an instant."""
    session.exec(delete(Attempts).where(col(Attempts.window_start) < before))
