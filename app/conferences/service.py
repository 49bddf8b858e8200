"""Verbs about conferences: add, edit, put on the calendar, cancel, go virtual."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import ANYONE, Actor
from app.conferences.checking import (
    PRINTED,
    conference_of,
    derive,
    folded,
    printed,
    settle,
    timezone_of,
)
from app.conferences.models import ALLOWED, OVER, SPOKEN, Conference, ConferenceStatus, Mode
from app.conferences.schemas import NewConference, Proposed, SpecialtyMerge
from app.conferences.standing import is_held
from app.core.db import lock
from app.core.errors import Conflict, IllegalTransition, Invalid
from app.core.language import phrase
from app.core.lifecycle import Version, check_transition, check_version
from app.core.subjects import Thing
from app.outbox.models import LetterKind
from app.people.service import tell_team
from app.printing.entering import edited, refuse, unprintable

NO_CONFERENCE = phrase("There is no such conference.")


def create_conference(session: Session, *, new: NewConference, actor: Actor) -> Conference:
    """Adds a conference: scheduled if a coordinator adds it, else proposed.

    Raises :class:`Invalid` for impossible dates or places, :class:`Unprintable` for what no paper can show of it,
    :class:`Conflict` where it is here already.
    """
    if new.fictional and not actor.is_staff:
        raise Invalid(phrase("Only a coordinator can add a fictional conference."), field="fictional")
    status = ConferenceStatus.SCHEDULED if actor.is_staff else ConferenceStatus.PROPOSED
    conference = conference_of(new, status=status, proposed_by=actor.person_id)
    settle(conference)
    refuse(unprintable(printed(conference)))
    _check_new(session, conference)
    session.add(conference)
    session.flush()
    if status is ConferenceStatus.PROPOSED:
        tell_team(session, LetterKind.NEW_PROPOSAL, subject=Thing.CONFERENCE.named(conference.id))
    return conference


def edit_conference_step(
    session: Session, *, conference_id: int, version: Version | None, changes: dict[str, Any]
) -> Conference:
    """Changes the given fields. Raises :class:`Stale` where it has changed since ``version`` was read."""
    conference = lock(session, Conference, conference_id, missing=NO_CONFERENCE)
    conference.version = check_version(present=conference.version, based_on=version)
    for name, value in changes.items():
        setattr(conference, name, value)
    if "mode" in changes:
        conference.mode_before = None
    if {"country", "state"} & set(changes) and "timezone" not in changes:
        conference.timezone = timezone_of(conference.country, conference.state, conference.mode)
    settle(conference)
    refuse(unprintable(edited(conference, PRINTED, changes)))
    with session.no_autoflush:
        _check_new(session, conference)
    session.flush()
    return conference


def lock_conference(session: Session, *, conference_id: int) -> Conference:
    """The conference, locked until the unit of work ends. Raises :class:`NotFound`."""
    return lock(session, Conference, conference_id, missing=NO_CONFERENCE)


def leading_conference(session: Session, *, conference_id: int) -> Conference | None:
    """The conference of a number, or the one that it was merged into; None where there is none.

    Until the unit of work ends it is neither merged nor deleted.
    """
    found, shared = None, {"read": True, "key_share": True}
    following: int | None = conference_id
    while following is not None:
        found = session.get(Conference, following, with_for_update=shared, populate_existing=True)
        following = found.merged_into if found is not None else None
    return found


def propose_conference(session: Session, *, new: NewConference) -> tuple[int, Proposed | None]:
    """The number of a proposal of anyone's, and what they are told: not that somebody has proposed it already.

    Raises what :func:`create_conference` does.
    """
    try:
        with session.begin_nested():
            made = create_conference(session, new=new, actor=ANYONE).id
            return made, Proposed(id=made)
    except Conflict as refusal:
        known = session.get(Conference, refusal.extras.get("conference_id"))
        if known is not None and known.status is ConferenceStatus.PROPOSED:
            return known.id, None
        raise


def schedule_conference_step(session: Session, *, conference_id: int) -> Conference:
    """Puts a conference on the calendar that is a proposal or was cancelled."""
    return _go(session, conference_id, ConferenceStatus.SCHEDULED)


def restore_conference_step(session: Session, *, conference_id: int) -> Conference:
    """Takes back that a conference went virtual, or that it was cancelled."""
    conference = lock_conference(session, conference_id=conference_id)
    if conference.status is not ConferenceStatus.SCHEDULED or conference.mode_before is None or is_held(conference):
        return _go(session, conference_id, ConferenceStatus.SCHEDULED)
    conference.mode, conference.mode_before = conference.mode_before, None
    conference.version += 1
    return conference


def cancel_conference_step(session: Session, *, conference_id: int) -> Conference:
    """Marks that a conference will not take place."""
    return _go(session, conference_id, ConferenceStatus.CANCELLED)


def go_virtual_step(session: Session, *, conference_id: int) -> None:
    """Keeps a conference on the calendar to which nobody travels any more.

    Raises :class:`Conflict` unless it is on the calendar, and people travel to it.
    """
    conference = lock_conference(session, conference_id=conference_id)
    if is_held(conference):
        raise Conflict(OVER, ended_on=conference.ends_on)
    if conference.status is not ConferenceStatus.SCHEDULED:
        raise Conflict(SPOKEN.now[conference.status], current_status=conference.status.value)
    if conference.mode is Mode.VIRTUAL:
        raise Conflict(phrase("This conference is virtual already."))
    conference.mode, conference.mode_before = Mode.VIRTUAL, conference.mode
    conference.version += 1


def merge_specialties(session: Session, *, merge: SpecialtyMerge) -> None:
    """Gives all conferences of one specialty another, as it is written there. Case and accents do not matter.

    Raises :class:`Invalid` where no conference has it.
    """
    refuse(unprintable({"into": merge.into}))
    statement = select(Conference).where(col(Conference.folded_specialty) == folded(merge.specialty))
    found = session.scalars(statement.order_by(col(Conference.id)).with_for_update()).all()
    if not found:
        raise Invalid(phrase("No conference has this specialty."), field="specialty")
    for conference in found:
        if conference.specialty != merge.into:
            conference.specialty = merge.into
            conference.version += 1
            derive(conference)
    session.flush()


def _go(session: Session, conference_id: int, to: ConferenceStatus) -> Conference:
    conference = lock_conference(session, conference_id=conference_id)
    if is_held(conference):
        raise IllegalTransition(OVER, SPOKEN.cannot[to], present="held", legal=[])
    conference.status = check_transition(ALLOWED, spoken=SPOKEN, present=conference.status, to=to)
    conference.version += 1
    return conference


def _check_new(session: Session, conference: Conference) -> None:
    statement = select(col(Conference.id)).where(
        col(Conference.folded_name) == conference.folded_name, col(Conference.starts_on) == conference.starts_on
    )
    known = session.scalar(statement)
    if known not in (None, conference.id):
        raise Conflict(phrase("This conference is already in the calendar."), field="name", conference_id=known)
