"""Verbs about conferences: add, edit, accept, cancel, import."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.conferences.importers import ConferenceDraft, folded_name
from app.conferences.models import ALLOWED, OVER, SPOKEN, Conference, ConferenceStatus, Mode
from app.conferences.schemas import NewConference, SpecialtyMerge
from app.conferences.standing import is_held
from app.core.clock import midnight
from app.core.db import lock
from app.core.errors import Conflict, IllegalTransition, Invalid, NotFound
from app.core.geography import check_state, check_timezone, default_timezone, state_name
from app.core.language import phrase
from app.core.lifecycle import Version, check_transition, check_version
from app.core.text import fold
from app.printing.entering import edited, refuse, unprintable

LONGEST = 31
"""Days. A longer conference is most likely a mistyped date."""

PRINTED = ("name", "paper_name", "venue", "city", "specialty")
"""What papers show of a conference as it was entered."""

NO_CONFERENCE = phrase("There is no such conference.")


def folded_specialty(specialty: str) -> str:
    """A specialty as it is compared: folded, and cut to what its column holds."""
    return fold(specialty)[:400]


def create_conference(session: Session, *, new: NewConference, actor: Actor) -> Conference:
    """Adds a conference: scheduled if a coordinator adds it, else proposed.

    Raises :class:`Invalid` for impossible dates or places, :class:`Unprintable` for what no paper can show of it,
    :class:`Conflict` where it is here already.
    """
    if new.fictional and not actor.is_staff:
        raise Invalid(phrase("Only a coordinator can add a fictional conference."), field="fictional")
    conference = Conference(
        **new.model_dump(exclude={"timezone"}),
        timezone=new.timezone or _timezone_of(new.country, new.state, new.mode),
        status=ConferenceStatus.SCHEDULED if actor.is_staff else ConferenceStatus.PROPOSED,
        proposed_by=actor.person_id,
        folded_name="",
        search_text="",
    )
    _check(conference)
    refuse(unprintable({name: getattr(conference, name) for name in PRINTED}))
    _check_new(session, conference)
    session.add(conference)
    session.flush()
    return conference


def update_conference(
    session: Session, *, conference_id: int, version: Version | None, changes: dict[str, Any]
) -> Conference:
    """Changes the given fields. Raises :class:`Stale` where it has changed since ``version`` was read."""
    conference = lock(session, Conference, conference_id, missing=NO_CONFERENCE)
    conference.version = check_version(present=conference.version, based_on=version)
    for name, value in changes.items():
        setattr(conference, name, value)
    if {"country", "state"} & set(changes) and "timezone" not in changes:
        conference.timezone = _timezone_of(conference.country, conference.state, conference.mode)
    _check(conference)
    refuse(unprintable(edited(conference, PRINTED, changes)))
    with session.no_autoflush:
        _check_new(session, conference)
    session.flush()
    return conference


def lock_conference(session: Session, *, conference_id: int) -> Conference:
    """The conference, locked until the unit of work ends. Raises :class:`NotFound`."""
    return lock(session, Conference, conference_id, missing=NO_CONFERENCE)


def accept_conference(session: Session, *, conference_id: int) -> Conference:
    """Puts a proposed conference on the calendar."""
    return _go(session, conference_id, ConferenceStatus.SCHEDULED)


def cancel_conference(session: Session, *, conference_id: int) -> Conference:
    """Marks that a conference will not take place."""
    return _go(session, conference_id, ConferenceStatus.CANCELLED)


def merge_specialties(session: Session, *, merge: SpecialtyMerge) -> None:
    """Gives all conferences of one specialty another, as it is written there. Case and accents do not matter.

    Raises :class:`NotFound` where no conference has it.
    """
    refuse(unprintable({"into": merge.into}))
    statement = select(Conference).where(col(Conference.folded_specialty) == folded_specialty(merge.specialty))
    found = session.scalars(statement.order_by(col(Conference.id)).with_for_update()).all()
    if not found:
        raise NotFound(phrase("No conference has this specialty."))
    for conference in found:
        if conference.specialty != merge.into:
            conference.specialty = merge.into
            conference.version += 1
            _derive(conference)
    session.flush()


def import_conferences(session: Session, *, drafts: Sequence[ConferenceDraft]) -> tuple[int, int]:
    """Adds what is not here yet and leaves the rest alone; returns how many were added and how many were known."""
    statement = select(col(Conference.folded_name), col(Conference.starts_on))
    known = {(row.folded_name, row.starts_on) for row in session.connection().execute(statement)}
    fresh = [draft for draft in drafts if (folded_name(draft.name), draft.starts_on) not in known]
    for draft in fresh:
        conference = Conference(
            **{
                name: getattr(draft, name)
                for name in (
                    *("name", "paper_name", "acronym", "starts_on", "ends_on", "venue", "city", "state", "country"),
                    *("timezone", "website", "specialty"),
                )
            },
            mode=Mode(draft.mode),
            status=ConferenceStatus(draft.status),
            folded_name="",
            search_text="",
        )
        _check(conference)
        session.add(conference)
    session.flush()
    return len(fresh), len(drafts) - len(fresh)


def _go(session: Session, conference_id: int, to: ConferenceStatus) -> Conference:
    conference = lock_conference(session, conference_id=conference_id)
    if is_held(conference):
        raise IllegalTransition(OVER, SPOKEN.cannot[to], present="held", legal=[])
    conference.status = check_transition(ALLOWED, spoken=SPOKEN, present=conference.status, to=to)
    conference.version += 1
    return conference


def _timezone_of(country: str, state: str | None, mode: Mode) -> str:
    """The zone of a place, UTC for a virtual conference that has none, or "" where the caller has to say it."""
    virtual = mode is Mode.VIRTUAL and state is None
    return "UTC" if virtual else default_timezone(country, state) or ""


def _check(conference: Conference) -> None:
    """Refuses what cannot be, and derives what follows from the rest."""
    check_state(conference.country, conference.state, required=conference.mode is not Mode.VIRTUAL)
    if not conference.timezone:
        raise Invalid(
            phrase("Several time zones are in use there: name one, such as America/Chicago."),
            field="timezone",
        )
    check_timezone(conference.timezone)
    if not date(2000, 1, 1) <= conference.starts_on <= date(2100, 1, 1):
        raise Invalid(phrase("The first day must be between the years 2000 and 2100."), field="starts_on")
    length = (conference.ends_on - conference.starts_on).days
    if not 0 <= length < LONGEST:
        last = phrase("The last day must be the first or one of the {days} days after it.", days=LONGEST - 1)
        raise Invalid(last, field="ends_on")
    if conference.mode is not Mode.VIRTUAL and not conference.city:
        raise Invalid(phrase("A conference that people travel to needs its city."), field="city")
    _derive(conference)


def _derive(conference: Conference) -> None:
    """What is searched, and when it is over."""
    conference.over_at = midnight(conference.ends_on + timedelta(days=1), conference.timezone)
    conference.folded_name = folded_name(conference.name)
    conference.folded_specialty = folded_specialty(conference.specialty)
    place = state_name(conference.state) if conference.state else ""
    names = (conference.name, conference.paper_name, conference.acronym)
    words = (*names, conference.venue, conference.city, place, conference.specialty)
    conference.search_text = fold(" ".join(words))[:1600]


def _check_new(session: Session, conference: Conference) -> None:
    statement = select(col(Conference.id)).where(
        col(Conference.folded_name) == conference.folded_name, col(Conference.starts_on) == conference.starts_on
    )
    known = session.scalar(statement)
    if known not in (None, conference.id):
        raise Conflict(phrase("This conference is already in the calendar."), field="name", conference_id=known)
