"""Verbs about meetups: record, confirm, decline, and what a member may see of herself."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, select, update
from sqlmodel import Session, col

from app.claims.models import SERVED, Claim
from app.clock import today, utcnow
from app.conferences.models import Conference, ConferenceState
from app.db import Statement, rows
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.lifecycle import check_move
from app.meetups.models import ALLOWED, Meetup, Participant, Participation
from app.meetups.schemas import MeetupOut, MembershipOut, NewMeetup, ParticipantOut
from app.members.service import (
    erase_member,
    handles_of,
    member_by_handle,
    member_of_person,
    own_member,
    parse,
    read_member,
)
from app.paging import Page, Paging, page
from app.people.policy import Actor

DAYS_AROUND = 1
"""People meet on the evening before a conference and on the morning after it."""

_MISSING = "There is no such meetup."


def record_meetup(session: Session, *, new: NewMeetup, actor: Actor) -> int:
    """Records who met at a conference; returns the meetup's id. One person named by two handles is there once.

    Only who was deputized for the conference, or a coordinator, may record. Raises :class:`Forbidden`,
    :class:`Invalid` for a day outside the conference or a handle that cannot be, :class:`Conflict` where the conference
    is not on.
    """
    conference = session.get(Conference, new.conference_id)
    if conference is None:
        raise Invalid("There is no such conference.", field="conference_id")
    _check_recorder(session, new.conference_id, actor)
    if conference.status is not ConferenceState.SCHEDULED:
        raise Conflict(f"This conference is {conference.status}; nobody can have met there.")
    around = timedelta(days=DAYS_AROUND)
    if not conference.starts_on - around <= new.happened_on <= conference.ends_on + around:
        raise Invalid(
            f"The conference is from {conference.starts_on} to {conference.ends_on}; a meetup is then or a day apart.",
            field="happened_on",
        )
    if new.happened_on > today(conference.timezone):
        raise Invalid("A meetup is recorded once it has happened.", field="happened_on")
    handles = [parse(entry, field=f"people/{number}/handle") for number, entry in enumerate(new.people)]
    meetup = Meetup(**new.model_dump(exclude={"people"}), recorded_by=actor.person_id)
    session.add(meetup)
    session.flush()
    # In one order for everybody, so that two requests that name the same new people do not wait crosswise.
    named = {member_by_handle(session, handle=h) for h in sorted(handles, key=lambda h: (h.platform, h.canonical))}
    own = member_of_person(session, person_id=actor.person_id) if actor.person_id else None
    for member_id in sorted(named | ({own} if own else set())):
        own_part = member_id == own
        session.add(
            Participant(
                meetup_id=meetup.id,
                member_id=member_id,
                state=Participation.CONFIRMED if own_part else Participation.NAMED,
                decided_at=utcnow() if own_part else None,
            )
        )
    session.flush()
    return meetup.id


def decide(session: Session, *, meetup_id: int, to: Participation, actor: Actor) -> None:
    """A member confirms or declines her own part. Raises :class:`NotFound` where she was not named."""
    member_id = own_member(session, actor=actor)
    own = (col(Participant.meetup_id) == meetup_id, col(Participant.member_id) == member_id)
    part = session.scalar(select(Participant).where(*own).with_for_update())
    if part is None:
        raise NotFound(_MISSING)
    part.state = check_move(ALLOWED, thing="Your part in this meetup", present=part.state, to=to)
    part.decided_at = utcnow()


def erase_membership(session: Session, *, member_id: int) -> None:
    """Removes a member's name, handles and link, and takes her parts back from view; that somebody was met stays."""
    session.exec(
        update(Participant)
        .where(col(Participant.member_id) == member_id)
        .values(state=Participation.DECLINED, decided_at=utcnow())
    )
    erase_member(session, member_id=member_id)


def forget_recorder(session: Session, *, person_id: int) -> None:
    """Removes the free text that a person wrote about meetups; the meetups and who confirmed them stay."""
    session.exec(update(Meetup).where(col(Meetup.recorded_by) == person_id).values(note="", place=""))


def find_meetups(
    session: Session, *, paging: Paging, actor: Actor, conference_id: int | None = None
) -> Page[MeetupOut]:
    """Meetups, newest first: all for coordinators; for a champion those she recorded or has confirmed."""
    statement = _meetups()
    if not actor.is_staff:
        statement = statement.where(_is_hers(session, actor))
    if conference_id is not None:
        statement = statement.where(col(Meetup.conference_id) == conference_id)
    found = page(session, statement, MeetupOut, order=[col(Meetup.id)], paging=paging, descending=True)
    return Page(items=_with_people(session, found.items, actor), next=found.next)


def read_meetup(session: Session, *, meetup_id: int, actor: Actor) -> MeetupOut:
    """One meetup. Raises :class:`NotFound`, also where it is none of the actor's business."""
    statement = _meetups().where(col(Meetup.id) == meetup_id)
    if not actor.is_staff:
        statement = statement.where(_is_hers(session, actor))
    found = rows(session, statement, MeetupOut)
    if not found:
        raise NotFound(_MISSING)
    return _with_people(session, found, actor)[0]


def read_membership(session: Session, *, actor: Actor) -> MembershipOut:
    """All that is kept of the actor as a member. Raises :class:`NotFound` for a person who is linked to none."""
    member = read_member(session, member_id=own_member(session, actor=actor))
    part = exists().where(col(Participant.meetup_id) == col(Meetup.id), col(Participant.member_id) == member.id)
    meetups = rows(session, _meetups().where(part).order_by(col(Meetup.id).desc()), MeetupOut)
    return MembershipOut(
        member_id=member.id,
        display_name=member.display_name,
        handles=member.handles,
        meetups=_with_people(session, meetups, Actor(role=actor.role, member_id=member.id)),
    )


def _is_hers(session: Session, actor: Actor) -> ColumnElement[bool]:
    own = member_of_person(session, person_id=actor.person_id) if actor.person_id else None
    confirmed = exists().where(
        col(Participant.meetup_id) == col(Meetup.id),
        col(Participant.member_id) == own,
        col(Participant.state) == Participation.CONFIRMED,
    )
    return (col(Meetup.recorded_by) == actor.person_id) | confirmed


def _with_people(session: Session, meetups: Sequence[MeetupOut], actor: Actor) -> list[MeetupOut]:
    """The meetups with those people whom the actor may see; without the recorder's note, unless it is hers to read."""
    own = actor.member_id
    if own is None and actor.person_id is not None:
        own = member_of_person(session, person_id=actor.person_id)
    statement = (
        select(col(Participant.meetup_id), col(Participant.member_id), col(Participant.state))
        .where(col(Participant.meetup_id).in_([meetup.id for meetup in meetups]))
        .order_by(col(Participant.member_id))
    )
    parts = session.connection().execute(statement).all()
    handles = handles_of(session, sorted({part.member_id for part in parts}))
    seen = []
    for meetup in meetups:
        recorded = actor.may_touch(meetup.recorded_by)
        people = [
            ParticipantOut(member_id=part.member_id, state=part.state, handles=handles.get(part.member_id, []))
            for part in parts
            if part.meetup_id == meetup.id
            and (recorded or part.state is Participation.CONFIRMED or part.member_id == own)
        ]
        seen.append(meetup.model_copy(update={"people": people, **({} if recorded else {"note": ""})}))
    return seen


def _meetups() -> Statement:
    skip = {"conference", "people"}
    return select(
        *(col(getattr(Meetup, name)) for name in MeetupOut.model_fields if name not in skip),
        col(Conference.name).label("conference"),
    ).join(Conference, col(Conference.id) == col(Meetup.conference_id))


def _check_recorder(session: Session, conference_id: int, actor: Actor) -> None:
    if actor.is_staff:
        return
    served = select(col(Claim.id)).where(
        col(Claim.conference_id) == conference_id,
        col(Claim.champion_id) == actor.person_id,
        col(Claim.state).in_(SERVED),
    )
    if session.scalar(served.limit(1)) is None:
        raise Forbidden("Only a champion who was deputized for the conference records meetups there.")
