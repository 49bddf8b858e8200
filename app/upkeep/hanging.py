"""What hangs on a conference: as long as anything does, it is not deleted."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.claims.models import Claim
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.service import lock_conference
from app.core.db import columns
from app.core.errors import Conflict
from app.core.language import Text, phrase, phrases
from app.joining.models import Application
from app.meetups.models import Meetup
from app.stock.models import Location

HANGING: tuple[tuple[Any, Callable[[int], Text]], ...] = (
    (Claim.conference_id, lambda n: phrases("{n} claim", "{n} claims", n=n)),
    (Meetup.conference_id, lambda n: phrases("{n} meetup", "{n} meetups", n=n)),
    (Application.conference_id, lambda n: phrases("{n} application", "{n} applications", n=n)),
    (Location.conference_id, lambda _: phrase("ribbons that were handed out there")),
    (Conference.merged_into, lambda _: phrase("what was entered under another name")),
)
"""Every column that names a conference, and how its rows are called."""


def hanging(session: Session, *, conference_ids: Collection[int]) -> Iterator[tuple[int, list[Text]]]:
    """What hangs on each of these conferences on which anything does, in the order of their numbers."""
    found: dict[int, list[Text]] = {}
    for column, called in HANGING:
        named = col(column)
        statement = select(named, func.count()).where(named.in_(conference_ids)).group_by(named)
        for conference_id, number in columns(session, statement):
            found.setdefault(conference_id, []).append(called(number))
    merged = select(col(Conference.id)).where(
        col(Conference.id).in_(conference_ids), col(Conference.status) == ConferenceStatus.MERGED
    )
    for (conference_id,) in columns(session, merged):
        found.setdefault(conference_id, []).append(phrase("where it leads"))
    yield from sorted(found.items(), key=lambda each: each[0])


def delete_conference(session: Session, *, conference_id: int) -> None:
    """Deletes a conference that was entered by mistake. Raises :class:`NotFound`, :class:`Conflict` where anything
    hangs on it."""
    lock_conference(session, conference_id=conference_id)
    session.flush()
    for _, things in hanging(session, conference_ids=[conference_id]):
        text = phrase("This belongs to the conference: {things}. Cancel it instead of deleting it.", things=things)
        raise Conflict(text)
    session.exec(delete(Conference).where(col(Conference.id) == conference_id))
