"""How often somebody may try, counted in the database so that all replicas count together."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, columns
from app.core.errors import TooMany
from app.core.language import phrases


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often something may be tried within a window (0 for no such limit).

    ``per_account`` counts what is asked for one account, whoever asks; ``per_person`` what one person asks somebody
    outside. ``wrong_per_address`` counts attempts at a secret that were wrong, by one network address: many people may
    be behind it, and whoever shows a right one gets in, however often others there have guessed.
    """

    name: str
    per_account: int = 0
    per_person: int = 0
    wrong_per_address: int = 0
    window: timedelta = timedelta(minutes=15)


class Attempts(Row, table=True):
    """Attempts under one name within one window. The name is a hash: it may stand for an address."""

    __tablename__ = "attempts"

    name_hash: str = Field(primary_key=True, max_length=64)
    window_start: datetime = Field(primary_key=True, sa_type=UtcDateTime, index=True)
    number: int


def count_attempt(session: Session, *, name: str, most: int, window: timedelta) -> None:
    """Counts an attempt. Raises :class:`TooMany`, saying when to come back, above ``most`` in the present window."""
    now = utcnow()
    start = datetime.fromtimestamp(now.timestamp() // window.total_seconds() * window.total_seconds(), tz=now.tzinfo)
    dialect = postgresql if session.connection().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Attempts).values(
        name_hash=hashlib.sha256(name.encode()).hexdigest(), window_start=start, number=1
    )
    number = columns(
        session,
        insert.on_conflict_do_update(
            index_elements=["name_hash", "window_start"], set_={"number": col(Attempts.number) + 1}
        ).returning(col(Attempts.number)),
    )
    if number.scalar_one() > most:
        wait = max(1, round((start + window - now).total_seconds()))
        text = phrases(
            "Too many attempts. Try again in {n} second.", "Too many attempts. Try again in {n} seconds.", n=wait
        )
        raise TooMany(text, retry_after=wait)


def forget_attempts(session: Session, *, before: datetime) -> None:
    """Removes the counts of windows that began before an instant."""
    session.exec(delete(Attempts).where(col(Attempts.window_start) < before))
