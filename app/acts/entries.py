"""What a phone may send days later is counted once, for ever: each such entry carries an id that is kept for good.

An Idempotency-Key lives for a day; a phone may lie in a drawer for longer. What has happened but comes too late to be
booked is not refused: it is kept as a late entry, and waits for a coordinator.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StrictInt
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import Row, Statement, UtcDateTime, columns, lock, one, one_of
from app.core.errors import Conflict, Invalid
from app.core.language import Text, phrase
from app.core.schema import In, Out
from app.core.statements import built_once
from app.core.subjects import NOTHING, Subject

R = TypeVar("R")
W = TypeVar("W")

EntryId = Annotated[UUID | None, Field(description="your own id of this entry, for ever: sent again, it counts once")]

SecondsAgo = Annotated[
    StrictInt | None,
    Field(ge=0, le=9_999_999_999, description="of what is sent later: how long ago it was; may differ when sent again"),
]
"""A phone's clock may be a year wrong, but it knows how much time has passed."""


class EntryIn(In):
    """What may be sent again: with an ``entry_id``, it counts once, whenever it comes."""

    entry_id: EntryId = None


class EntryReused(Invalid):
    """The id stands for another entry."""

    code = "entry-reused"
    title = phrase("The entry id was used for another entry")


class TooLate(Conflict):
    """It may well have happened, but what it belongs to has ended meanwhile."""

    code = "too-late"
    title = phrase("This has ended meanwhile")

    def __init__(self, detail: Text, *, subject: Subject, **extras: object) -> None:
        super().__init__(detail, **extras)
        self.subject = subject


class LateStatus(StrEnum):
    """What became of a late entry."""

    WAITING = "waiting"
    BOOKED = "booked"
    DISMISSED = "dismissed"


class Entry(Row, table=True):
    """An entry that was counted: by which act, for whom, and what it has made. No personal data."""

    __tablename__ = "entry"

    id: str = Field(primary_key=True, max_length=36)
    act: str = Field(max_length=60)
    principal: str = Field(max_length=60)
    content_hash: str = Field(max_length=64)
    made: str = Field(default="", max_length=60)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class LateEntry(Row, table=True):
    """What came too late: all that was sent, until it is booked or dismissed."""

    __tablename__ = "late_entry"

    id: int = Field(default=None, primary_key=True)
    entry_id: str = Field(foreign_key="entry.id", ondelete="RESTRICT", unique=True, max_length=36)
    act: str = Field(max_length=60)
    person_id: int = Field(foreign_key="person.id", ondelete="RESTRICT", index=True)
    subject: str = Field(max_length=60)
    given: str = Field(default="", max_length=60_000)
    """What the act was given, as JSON; empty once it is settled."""
    status: LateStatus = Field(default=LateStatus.WAITING, sa_type=one_of(LateStatus, "status"), index=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LateEntryOut(Out):
    """An entry that came too late: it waits for a coordinator, who books or dismisses it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    entry_id: UUID
    act: str
    person_id: int
    subject: str
    status: LateStatus
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Repeatable(Generic[W, R]):
    """How an act answers an entry that was counted before: with what it has made, as that stands now.

    ``made`` names what came of it, from what the act was given and its result; ``again`` reads that. Where ``late``,
    what comes too late (:class:`TooLate`) is kept for a coordinator.
    """

    made: Callable[[Mapping[str, Any], R], Subject]
    again: Callable[[W, Subject], R]
    late: bool = False


def take_entry(session: Session, *, entry_id: UUID, act: str, actor: Actor, values: Mapping[str, Any]) -> Entry | None:
    """Takes the id for this unit of work, or gives the entry that it was counted as.

    One that is still in flight is waited for. Raises :class:`EntryReused` where it stands for something else.
    """
    print_ = _hash(values)
    dialect = postgresql if session.connection().dialect.name == "postgresql" else sqlite
    new = {"id": str(entry_id), "act": act, "principal": actor.principal, "content_hash": print_, "made": NOTHING}
    taken = columns(
        session,
        dialect.insert(Entry).values(**new, created_at=utcnow()).on_conflict_do_nothing().returning(col(Entry.id)),
    )
    if taken.first() is not None:
        return None
    known = session.get(Entry, str(entry_id))
    assert known is not None, "entries are never removed"
    if (known.act, known.principal, known.content_hash) != (act, actor.principal, print_):
        raise EntryReused(phrase("This entry_id stands for another entry. Use a new one for each."), field="entry_id")
    return known


def keep_made(session: Session, *, entry_id: UUID, made: Subject) -> None:
    """Notes what came of an entry."""
    session.exec(update(Entry).where(col(Entry.id) == str(entry_id)).values(made=made))


def keep_late(
    session: Session, *, entry_id: UUID, act: str, actor: Actor, subject: Subject, values: Mapping[str, Any]
) -> LateEntryOut:
    """Keeps what came too late, for a coordinator."""
    assert actor.person_id is not None, "only people record what happened at a conference"
    late = LateEntry(
        entry_id=str(entry_id),
        act=act,
        person_id=actor.person_id,
        subject=subject,
        given=_written(values),
    )
    session.add(late)
    session.flush()
    return LateEntryOut.model_validate(late)


def read_late(session: Session, *, entry_id: UUID) -> LateEntryOut:
    """What became of an entry that came too late."""
    statement = select(*_COLUMNS).where(col(LateEntry.entry_id) == str(entry_id))
    return one(session, statement, LateEntryOut, missing=_MISSING)


def waiting(session: Session, *, late_id: int) -> LateEntry:
    """A late entry that waits, locked. Raises :class:`NotFound`, and :class:`Conflict` where it is settled."""
    late = lock(session, LateEntry, late_id, missing=_MISSING)
    if late.status is not LateStatus.WAITING:
        raise Conflict(_SETTLED[late.status], current_status=late.status.value)
    return late


def settle(session: Session, late: LateEntry, *, status: LateStatus, made: Subject = NOTHING) -> LateEntryOut:
    """Notes what became of a late entry; what was sent is not kept any longer."""
    late.status, late.settled_at, late.given = status, utcnow(), ""
    keep_made(session, entry_id=UUID(late.entry_id), made=made)
    session.flush()
    return LateEntryOut.model_validate(late)


@built_once
def waiting_entries() -> Statement:
    """The late entries that wait for a coordinator, the oldest first, ``most`` of them: :class:`LateEntryOut`."""
    waits = select(*_COLUMNS).where(col(LateEntry.status) == LateStatus.WAITING)
    return waits.order_by(col(LateEntry.id)).limit(bindparam("most"))


def change_waiting(session: Session, *, act: str, change: Callable[[dict[str, Any]], bool]) -> None:
    """Has what was sent with the entries of an act that wait changed; ``change`` says whether it did."""
    wait = select(LateEntry).where(col(LateEntry.status) == LateStatus.WAITING, col(LateEntry.act) == act)
    for late in session.scalars(wait.order_by(col(LateEntry.id)).with_for_update()):
        given = json.loads(late.given)
        if change(given):
            late.given = _written(given)
    session.flush()


def forget_late(session: Session, *, person_id: int) -> None:
    """Dismisses what waits of a person, and forgets what they sent."""
    mine = col(LateEntry.person_id) == person_id
    settled = {"status": LateStatus.DISMISSED, "settled_at": utcnow(), "given": ""}
    session.exec(update(LateEntry).where(mine, col(LateEntry.status) == LateStatus.WAITING).values(settled))


_MISSING = phrase("There is no such late entry.")
_SETTLED = {
    LateStatus.BOOKED: phrase("This entry is booked already."),
    LateStatus.DISMISSED: phrase("This entry was dismissed already."),
}
_COLUMNS = tuple(col(getattr(LateEntry, name)) for name in LateEntryOut.model_fields)


def _written(values: Mapping[str, Any], *, all_: bool = True) -> str:
    less: dict[str, Any] = {} if all_ else {"exclude_defaults": True, "exclude": {"seconds_ago"}}
    plain = {name: v.model_dump(mode="json", **less) if isinstance(v, BaseModel) else v for name, v in values.items()}
    return json.dumps(plain, sort_keys=True, ensure_ascii=False)


def _hash(values: Mapping[str, Any]) -> str:
    """What was sent, as a SHA-256. The id in it, which nobody can guess, keeps it from confirming a guess.

    Without what was left unsaid: a field that a later release adds must not make another entry of one of today. And
    without how long ago it was, which is another figure each time it is sent.
    """
    return hashlib.sha256(_written(values, all_=False).encode()).hexdigest()
