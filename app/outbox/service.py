"""Verbs about letters that wait: asked for in an act's own transaction, taken back, taken up by one sender, settled."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.db import columns
from app.core.subjects import NOTHING, Subject
from app.outbox.models import (
    FREE_WHEN_DROPPED,
    WAITING,
    LetterKind,
    LettersOfDays,
    LetterStatus,
    QueuedLetter,
)

UNDO_SECONDS = 60
"""So long a letter waits about what can be taken back."""

LEASE = timedelta(minutes=2)
"""How long a sender has a letter to itself: longer than any try takes."""

BUSY_PAUSE = timedelta(seconds=30)
"""How long after the database was too busy for a letter it is looked at again."""

RETRY_MINUTES = (1, 2, 5, 15, 60, 360, 360)
"""How long after each try that failed the next one is made; after the one that follows the last of them none is."""

PATIENCE = timedelta(minutes=sum(RETRY_MINUTES))
"""How old a letter may be for which the database has had no time; after that such a try counts like others."""

KEPT_DAYS = 30
"""So long it is known that a letter was sent, dropped or failed."""


def queue_letters(
    session: Session,
    kind: LetterKind,
    *,
    to: Iterable[int],
    subject: Subject = NOTHING,
    facts: Mapping[str, Any] | None = None,
    in_seconds: int = UNDO_SECONDS,
) -> None:
    """Asks for a letter to each of these people, which leaves when what it tells can no longer be taken back at once.

    Each takes the place of one that still waits, of the same kind, to the same person, about the same.
    """
    people = sorted(set(to))
    if not people:
        return
    same = col(QueuedLetter.kind) == kind, col(QueuedLetter.subject) == subject
    _remove_queued(session, *same, col(QueuedLetter.person_id).in_(people))
    due_at, told = utcnow() + timedelta(seconds=in_seconds), json.dumps(facts or {})
    session.add_all(
        QueuedLetter(kind=kind, person_id=one, subject=subject, facts=told, seed=new_seed(), due_at=due_at)
        for one in people
    )
    session.flush()


def queue_once(
    session: Session,
    kind: LetterKind,
    wanted: Mapping[str, tuple[int, Subject]],
    *,
    in_seconds: int = 0,
) -> None:
    """Asks for letters under names of which each is used once: ``wanted`` are a person and a subject by such names."""
    if not wanted:
        return
    names = col(QueuedLetter.dedupe_key)
    if kind in FREE_WHEN_DROPPED:
        _renew(session, wanted)
    # Asked for after that: who was dropping one, for which that waited, has freed its name by now.
    known = set(columns(session, select(names).where(names.in_(list(wanted)))).scalars())
    due_at = utcnow() + timedelta(seconds=in_seconds)
    session.add_all(
        QueuedLetter(kind=kind, person_id=person_id, subject=subject, dedupe_key=name, seed=new_seed(), due_at=due_at)
        for name, (person_id, subject) in sorted(wanted.items())
        if name not in known
    )
    session.flush()


def _renew(session: Session, wanted: Mapping[str, tuple[int, Subject]]) -> None:
    """Has letters that still wait tell of something new: whoever finds nothing to tell in one looks once more."""
    waiting = col(QueuedLetter.dedupe_key).in_(list(wanted)), col(QueuedLetter.status).in_(WAITING)
    found = select(QueuedLetter).where(*waiting).order_by(col(QueuedLetter.id)).with_for_update()
    for letter in session.scalars(found):
        letter.subject = wanted[letter.dedupe_key or ""][1]
    session.flush()


def queue_at_once(
    session: Session,
    kind: LetterKind,
    *,
    person_id: int | None = None,
    address: str = "",
    subject: Subject = NOTHING,
    facts: Mapping[str, Any] | None = None,
    seed: str | None = None,
    expires_at: datetime | None = None,
) -> QueuedLetter:
    """Asks for a letter that somebody waits for: to a person, to an address, or to a person at another address."""
    letter = QueuedLetter(
        kind=kind,
        person_id=person_id,
        address=address,
        subject=subject,
        facts=json.dumps(facts or {}),
        seed=seed or new_seed(),
        urgent=True,
        due_at=utcnow(),
        expires_at=expires_at,
    )
    session.add(letter)
    session.flush()
    return letter


def read_facts(letter: QueuedLetter) -> dict[str, Any]:
    """What was so when a letter was asked for."""
    found: dict[str, Any] = json.loads(letter.facts)
    return found


def new_seed() -> str:
    """What tells one letter from all others."""
    return secrets.token_hex(16)


def read_queued(session: Session, *, subject: Subject, kinds: Iterable[LetterKind]) -> dict[LetterKind, dict[str, Any]]:
    """Which of these letters about something have not left, with what was so when one of each was asked for."""
    which = col(QueuedLetter.subject) == subject, col(QueuedLetter.status) == LetterStatus.QUEUED
    found = select(QueuedLetter).where(*which, col(QueuedLetter.kind).in_(list(kinds)))
    return {letter.kind: read_facts(letter) for letter in session.scalars(found)}


def take_out(session: Session, *, subject: Subject, kinds: Iterable[LetterKind]) -> bool:
    """Takes back letters that have not left: what they were to tell is undone. Whether there was one."""
    return _remove_queued(session, col(QueuedLetter.subject) == subject, col(QueuedLetter.kind).in_(list(kinds)))


def take_out_to(session: Session, *, person_id: int, address: str, kinds: Iterable[LetterKind]) -> None:
    """Takes back letters that have not arrived, to this person or this address.

    Also one that is being sent, which may have to be tried again, and one that failed, which somebody may send again.
    """
    whose = or_(
        col(QueuedLetter.person_id) == person_id,
        and_(col(QueuedLetter.person_id).is_(None), col(QueuedLetter.address) == address),
    )
    sendable = col(QueuedLetter.status).in_([*WAITING, LetterStatus.FAILED])
    session.exec(delete(QueuedLetter).where(whose, sendable, col(QueuedLetter.kind).in_(list(kinds))))


def _remove_queued(session: Session, *which: ColumnElement[bool]) -> bool:
    queued = col(QueuedLetter.status) == LetterStatus.QUEUED
    return bool(session.exec(delete(QueuedLetter).where(*which, queued)).rowcount)


def forget_letters(session: Session, *, person_id: int, address: str = "") -> None:
    """Removes all letters to a person, or to an address, whatever has become of them: also one that is being sent."""
    hers = col(QueuedLetter.person_id) == person_id
    session.exec(delete(QueuedLetter).where(or_(hers, col(QueuedLetter.address) == address) if address else hers))


def forget_old_letters(session: Session) -> int:
    """Removes what was settled some time ago; returns how many."""
    before = utcnow() - timedelta(days=KEPT_DAYS)
    return session.exec(delete(QueuedLetter).where(col(QueuedLetter.done_at) < before)).rowcount


def drop_waiting(session: Session) -> int:
    """Drops all letters that wait, and asks for none of days gone by: they are of another time. Returns how many."""
    session.exec(update(LettersOfDays).values(since=utcnow()))
    return session.exec(
        update(QueuedLetter).where(col(QueuedLetter.status).in_(WAITING)).values(_settled(LetterStatus.DROPPED))
    ).rowcount


def days_count_since(session: Session) -> datetime:
    """From which instant on days bring letters."""
    found: datetime = columns(session, select(func.max(col(LettersOfDays.since)))).scalar_one()
    return found


def _due(*, urgent: bool) -> list[ColumnElement[bool]]:
    return [
        col(QueuedLetter.urgent).is_(urgent),
        col(QueuedLetter.status).in_(WAITING),
        col(QueuedLetter.due_at) <= utcnow(),
    ]


def is_due(session: Session, *, urgent: bool) -> bool:
    """Whether there is a letter to be sent now."""
    return columns(session, select(col(QueuedLetter.id)).where(*_due(urgent=urgent)).limit(1)).first() is not None


def take_up(session: Session, *, urgent: bool) -> QueuedLetter | None:
    """Takes up the letter that is due first, for some time: nobody else gets it, unless its sender dies over it."""
    first = (
        select(col(QueuedLetter.id))
        .where(*_due(urgent=urgent))
        .order_by(col(QueuedLetter.due_at), col(QueuedLetter.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter_id = session.scalar(
        update(QueuedLetter)
        .where(col(QueuedLetter.id) == first.scalar_subquery(), *_due(urgent=urgent))
        .values(status=LetterStatus.SENDING, due_at=utcnow() + LEASE, tries=col(QueuedLetter.tries) + 1)
        .returning(col(QueuedLetter.id))
    )
    return None if letter_id is None else session.get(QueuedLetter, letter_id, populate_existing=True)


def settle(session: Session, letter: QueuedLetter, status: LetterStatus, *, failure: str = "") -> bool:
    """Notes what has become of a try; False where somebody else has the letter by now, or it was taken away.

    What failed is tried again later, up to the end of :data:`RETRY_MINUTES`: pass ``QUEUED`` for that. One that is
    dropped, and was to tell of something new meanwhile, waits to be looked at once more.
    """
    mine = _taken_up_as(letter)
    if letter.kind is LetterKind.SIGN_IN and status is not LetterStatus.QUEUED:
        # Nobody's leaves as much as somebody's: nothing, however many addresses somebody asks for.
        return bool(session.exec(delete(QueuedLetter).where(*mine)).rowcount)
    values: dict[str, Any] = _settled(status) if status is not LetterStatus.FAILED else {"status": status}
    if status is LetterStatus.QUEUED:
        later = RETRY_MINUTES[letter.tries - 1] if letter.tries <= len(RETRY_MINUTES) else None
        values = {"status": LetterStatus.FAILED}
        if later is not None:
            values = {"status": status, "due_at": utcnow() + timedelta(minutes=later)}
    if status is LetterStatus.DROPPED and letter.kind in FREE_WHEN_DROPPED:
        values["dedupe_key"] = None
        mine.append(col(QueuedLetter.subject) == letter.subject)
    if values["status"] is LetterStatus.FAILED:
        values["done_at"] = utcnow()
    values["failure"] = failure[:60]
    if session.exec(update(QueuedLetter).where(*mine).values(values)).rowcount:
        return True
    return status is LetterStatus.DROPPED and give_back(session, letter)


def give_back(session: Session, letter: QueuedLetter) -> bool:
    """Lets a letter wait that could not even be written, because the database was busy: that was no try."""
    mine = _taken_up_as(letter)
    again = {"status": LetterStatus.QUEUED, "due_at": utcnow() + BUSY_PAUSE, "tries": letter.tries - 1}
    return bool(session.exec(update(QueuedLetter).where(*mine).values(again)).rowcount)


def _taken_up_as(letter: QueuedLetter) -> list[ColumnElement[bool]]:
    """Whether a letter still is as its sender has taken it up: a lease that somebody else has ends at another time."""
    return [
        col(QueuedLetter.id) == letter.id,
        col(QueuedLetter.status) == LetterStatus.SENDING,
        col(QueuedLetter.tries) == letter.tries,
        col(QueuedLetter.due_at) == letter.due_at,
    ]


def _settled(status: LetterStatus) -> dict[str, Any]:
    return {"status": status, "done_at": utcnow(), "address": "", "facts": "{}"}


def send_again(session: Session, shown: ColumnElement[bool], *, letter_id: int) -> LetterKind | None:
    """Has a letter tried again that failed, from the first try on; returns its kind.

    None where none has, or it is none of those that are ``shown`` to who asks.
    """
    failed = col(QueuedLetter.id) == letter_id, col(QueuedLetter.status) == LetterStatus.FAILED, shown
    again = {"status": LetterStatus.QUEUED, "due_at": utcnow(), "tries": 0, "done_at": None}
    return session.scalar(update(QueuedLetter).where(*failed).values(again).returning(col(QueuedLetter.kind)))
