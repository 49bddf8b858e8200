"""Verbs about meetups: record, confirm, decline, erase."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.entries import TooLate
from app.acts.policy import Actor
from app.claims.models import ENDED, SERVED, Claim
from app.conferences import models as conferences
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.service import NO_CONFERENCE
from app.core.clock import today, utcnow
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import phrase, verbatim
from app.core.lifecycle import check_transition
from app.core.rules import Rules
from app.core.subjects import Thing
from app.meetups.models import ALLOWED, NO_MEETUP, SPOKEN, Meetup, Naming, Participant, ParticipantStatus
from app.meetups.schemas import NewMeetup
from app.members.service import (
    first_handle,
    known_handle,
    member_of_person,
    not_nameable,
    own_member,
    parse,
)

TYPED_DAYS = 30
"""For how long a recorder sees the names that she typed."""

DAYS_AROUND = 1
"""People meet on the evening before a conference and on the morning after it."""


def record_meetup(session: Session, *, new: NewMeetup, rules: Rules, actor: Actor) -> int:
    """Records who met at a conference; returns the meetup's id. One person named by two handles is there once.

    Only who was deputized for the conference, or a coordinator, may record. Raises :class:`Forbidden`,
    :class:`Invalid` for a day outside the conference or a handle that cannot be, :class:`Conflict` where the conference
    is not on, :class:`TooLate` where the claim of who records has ended.
    """
    conference = _conference(session, new)
    _check_recorder(session, conference, actor)
    if conference.status is not ConferenceStatus.SCHEDULED:
        so = phrase("Nobody can have met there.")
        raise Conflict(verbatim("{now} {so}", now=conferences.SPOKEN.now[conference.status], so=so))
    _check_day(conference, new)
    return _record(session, new, rules, actor.person_id, typed=True)


def record_late_meetup(session: Session, *, new: NewMeetup, rules: Rules, recorder_id: int) -> int:
    """Records who met before a claim or a conference came to its end, but was told of after that.

    What was typed is not kept: by now somebody may be gone from it, which the recorder must not see.
    """
    _check_day(_conference(session, new), new)
    return _record(session, new, rules, recorder_id, typed=False)


def _conference(session: Session, new: NewMeetup) -> Conference:
    conference = session.get(Conference, new.conference_id)
    if conference is None:
        raise Invalid(NO_CONFERENCE, field="conference_id")
    return conference


def _check_day(conference: Conference, new: NewMeetup) -> None:
    around = timedelta(days=DAYS_AROUND)
    if not conference.starts_on - around <= new.happened_on <= conference.ends_on + around:
        days = phrase(
            "The conference is from {first} to {last}; a meetup is on one of these days, the day before or the day "
            "after.",
            first=conference.starts_on,
            last=conference.ends_on,
        )
        raise Invalid(days, field="happened_on")
    if new.happened_on > today(conference.timezone):
        raise Invalid(phrase("A meetup is recorded once it has happened."), field="happened_on")


def _record(session: Session, new: NewMeetup, rules: Rules, recorder_id: int | None, *, typed: bool) -> int:
    handles = [parse(entry, rules=rules, field=f"people/{number}/handle") for number, entry in enumerate(new.people)]
    meetup = Meetup(**new.model_dump(exclude={"people", "entry_id"}), recorded_by=recorder_id)
    session.add(meetup)
    session.flush()
    # In one order for everybody, so that two requests that name the same new people do not wait crosswise.
    known = {
        handle: known_handle(session, handle=handle)
        for handle in sorted(set(handles), key=lambda handle: (handle.platform, handle.canonical))
    }
    own = member_of_person(session, person_id=recorder_id) if recorder_id else None
    if own is not None and own not in {member_id for _, member_id in known.values()}:
        handle, handle_id = first_handle(session, member_id=own)
        handles, known[handle] = [*handles, handle], (handle_id, own)
    first: dict[int, int] = {}
    unnamed = not_nameable(session, {member_id for _, member_id in known.values()} - {own})
    for position, handle in enumerate(handles):
        handle_id, member_id = known[handle]
        if member_id not in unnamed:
            first.setdefault(member_id, handle_id)
        naming = Naming(meetup_id=meetup.id, position=position, member_id=None if member_id in unnamed else member_id)
        if typed:
            naming.platform, naming.display, naming.url = handle.platform, handle.display, handle.url
        session.add(naming)
    for member_id in sorted(first):
        part = Participant(meetup_id=meetup.id, member_id=member_id, handle_id=first[member_id])
        if member_id == own:
            part.status, part.decided_at = ParticipantStatus.CONFIRMED, utcnow()
        session.add(part)
    session.flush()
    return meetup.id


def decide(session: Session, *, meetup_id: int, to: ParticipantStatus, actor: Actor) -> None:
    """A member confirms or declines her own part. Raises :class:`NotFound` where she was not named."""
    member_id = own_member(session, actor=actor)
    own = (col(Participant.meetup_id) == meetup_id, col(Participant.member_id) == member_id)
    part = session.scalar(select(Participant).where(*own).with_for_update())
    if part is None:
        raise NotFound(NO_MEETUP)
    part.status = check_transition(ALLOWED, spoken=SPOKEN, present=part.status, to=to)
    part.decided_at = utcnow()


def decline_all(session: Session, *, meetup_ids: Collection[int] | None, actor: Actor) -> None:
    """A member declines these meetups, or all about which she has said nothing.

    What she has declined before stays so. Raises :class:`NotFound` where she was not named in one of them.
    """
    own = col(Participant.member_id) == own_member(session, actor=actor)
    wanted = (
        col(Participant.status) == ParticipantStatus.NAMED
        if meetup_ids is None
        else col(Participant.meetup_id).in_(meetup_ids)
    )
    parts = session.scalars(
        select(Participant).where(own, wanted).order_by(col(Participant.meetup_id)).with_for_update()
    ).all()
    if meetup_ids is not None and len(parts) < len(set(meetup_ids)):
        raise NotFound(NO_MEETUP)
    for part in parts:
        if part.status is not ParticipantStatus.DECLINED:
            part.status, part.decided_at = ParticipantStatus.DECLINED, utcnow()
    session.flush()


def forget_recorder(session: Session, *, person_id: int) -> None:
    """Removes the free text that a person wrote about meetups; the meetups and who confirmed them stay."""
    session.exec(update(Meetup).where(col(Meetup.recorded_by) == person_id).values(note="", spot=""))
    forget_typed(session, before=utcnow())


def forget_part(session: Session, *, member_id: int) -> None:
    """Leaves of a member in meetups that somebody was there, and nothing by which to find her."""
    session.exec(update(Participant).where(col(Participant.member_id) == member_id).values(handle_id=None))
    session.exec(update(Naming).where(col(Naming.member_id) == member_id).values(member_id=None, **_FORGOTTEN))
    # Everybody's, since a recorder who still saw the others would know who is gone.
    forget_typed(session, before=utcnow())


def forget_typed(session: Session, *, before: datetime) -> int:
    """Removes the names that were typed up to an instant, but for those by which somebody is shown; how many."""
    earlier = aliased(Naming)
    same = col(earlier.meetup_id) == col(Naming.meetup_id), col(earlier.member_id) == col(Naming.member_id)
    shown = exists().where(
        col(Participant.meetup_id) == col(Naming.meetup_id),
        col(Participant.member_id) == col(Naming.member_id),
        col(Participant.status) == ParticipantStatus.CONFIRMED,
        ~exists().where(*same, col(earlier.position) < col(Naming.position)),
    )
    old = select(col(Meetup.id)).where(col(Meetup.created_at) <= before)
    typed = update(Naming).where(col(Naming.display) != "", col(Naming.meetup_id).in_(old), ~shown)
    return session.exec(typed.values(**_FORGOTTEN)).rowcount


_FORGOTTEN = {"platform": None, "display": "", "url": ""}


def _check_recorder(session: Session, conference: Conference, actor: Actor) -> None:
    if actor.is_staff:
        return
    claims = select(col(Claim.status)).where(
        col(Claim.conference_id) == conference.id, col(Claim.champion_id) == actor.person_id
    )
    statuses = set(session.scalars(claims))
    if not statuses & SERVED and statuses & ENDED:
        raise TooLate(
            phrase("Your claim for this conference has ended."), subject=Thing.CONFERENCE.named(conference.id)
        )
    if not statuses & SERVED:
        raise Forbidden(phrase("Only the champion for a conference can record meetups there."))
    if conference.status is ConferenceStatus.CANCELLED:
        raise TooLate(conferences.SPOKEN.now[conference.status], subject=Thing.CONFERENCE.named(conference.id))
