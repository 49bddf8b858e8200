"""Verbs by which what was recorded of a meetup is put right, or taken back."""

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.conferences.models import Conference
from app.core.clock import utcnow
from app.core.db import lock
from app.core.errors import Conflict, NotFound
from app.core.language import phrase
from app.core.lifecycle import Version, check_version
from app.meetups.models import NO_MEETUP, Meetup, MeetupLink, Naming, Participant, ParticipantStatus
from app.meetups.schemas import MeetupPatch
from app.meetups.service import check_day, forget_typed
from app.meetups.views import read_meetup
from app.members.models import Report
from app.members.service import member_of_person

_CONFIRMED = phrase("Somebody has confirmed this meetup. Ask a coordinator to change it.")


def change_meetup(
    session: Session, *, meetup_id: int, version: Version | None, patch: MeetupPatch, actor: Actor
) -> None:
    """Changes the given fields. Of a recorder, until she sees that somebody else has confirmed it.

    Who has confirmed and is shown to nobody is asked again if the day or the place has changed: she confirmed another.
    Raises :class:`NotFound`, :class:`Stale`, :class:`Conflict` where it is confirmed, :class:`Invalid` for the day.
    """
    meetup = _own(session, meetup_id, actor)
    meetup.version = check_version(present=meetup.version, based_on=version)
    changes = {name: new for name, new in patch.changes().items() if new != getattr(meetup, name)}
    if "happened_on" in changes:
        check_day(session.get_one(Conference, meetup.conference_id), changes["happened_on"])
    for name, new in changes.items():
        setattr(meetup, name, new)
    if not actor.is_staff and changes.keys() & {"happened_on", "spot"}:
        asked_again = {"status": ParticipantStatus.NAMED, "decided_at": None}
        session.exec(update(Participant).where(*_others(session, meetup), _confirmed()).values(**asked_again))
    session.flush()


def delete_meetup(session: Session, *, meetup_id: int, actor: Actor) -> None:
    """Takes a meetup back. Of a recorder, until she sees that somebody else has confirmed it.

    Who has confirmed and is shown to nobody keeps it, without the recorder, who is told nothing of that. Raises
    :class:`NotFound`, :class:`Conflict` where it is confirmed.
    """
    meetup = _own(session, meetup_id, actor)
    others = _others(session, meetup)
    stays = not actor.is_staff and session.scalar(select(Participant).where(*others, _confirmed()).limit(1))
    session.exec(delete(MeetupLink).where(col(MeetupLink.meetup_id) == meetup_id))
    if not stays:
        session.exec(update(Report).where(col(Report.about_meetup_id) == meetup_id).values(about_meetup_id=None))
        for table in (Naming, Participant):
            session.exec(delete(table).where(col(table.meetup_id) == meetup_id))
        session.delete(meetup)
        session.flush()
        return
    kept = select(col(Participant.member_id)).where(*others, _confirmed())
    for table in (Naming, Participant):
        hers = col(table.member_id).is_(None) | col(table.member_id).not_in(kept)
        session.exec(delete(table).where(col(table.meetup_id) == meetup_id, hers))
    meetup.typed_until = min(meetup.typed_until, utcnow())
    meetup.recorded_by, meetup.note = None, ""
    session.flush()
    forget_typed(session)


def _own(session: Session, meetup_id: int, actor: Actor) -> Meetup:
    """A meetup that the actor may put right, locked."""
    meetup = lock(session, Meetup, meetup_id, missing=NO_MEETUP)
    if not actor.may_touch(meetup.recorded_by):
        raise NotFound(NO_MEETUP)
    if not actor.is_staff:
        seen = read_meetup(session, meetup_id=meetup_id, actor=actor).people
        others = (each for each in seen if each.member_id is None)  # of herself alone, a champion is told the number
        if any(each.status is ParticipantStatus.CONFIRMED for each in others):
            raise Conflict(_CONFIRMED)
    return meetup


def _others(session: Session, meetup: Meetup) -> list[ColumnElement[bool]]:
    """The parts of those who did not record it."""
    own = member_of_person(session, person_id=meetup.recorded_by) if meetup.recorded_by else None
    return [col(Participant.meetup_id) == meetup.id, col(Participant.member_id) != (own or 0)]


def _confirmed() -> ColumnElement[bool]:
    return col(Participant.status) == ParticipantStatus.CONFIRMED
