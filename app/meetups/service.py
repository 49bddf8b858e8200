"""Verbs about meetups: record, confirm, decline, erase."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.entries import TooLate
from app.acts.policy import Actor
from app.claims.models import ENDED, SERVED, Claim
from app.conferences import models as conferences
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.service import NO_CONFERENCE, leading_conference
from app.core.clock import today, utcnow
from app.core.db import columns
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.keys import ServerKey
from app.core.language import phrase, verbatim
from app.core.lifecycle import check_transition
from app.core.rules import Rules
from app.core.subjects import Thing
from app.meetups.models import ALLOWED, NO_MEETUP, SPOKEN, Meetup, MeetupLink, Naming, Participant, ParticipantStatus
from app.meetups.schemas import LateMeetup, NewMeetup
from app.members.blocks import block_person_step, unblock_person_step
from app.members.handles import Handle, Platform
from app.members.models import Member
from app.members.service import (
    first_handle,
    known_handle,
    member_of_person,
    own_member,
    parse,
)
from app.members.showing import not_nameable
from app.outbox.models import LetterKind
from app.outbox.service import UNDO_SECONDS, queue_once

TYPED_DAYS = 30
"""For how long a recorder sees the names that she typed."""

DAYS_AROUND = 1
"""People meet on the evening before a conference and on the morning after it."""


def record_meetup(session: Session, *, new: NewMeetup, rules: Rules, key: ServerKey, actor: Actor) -> int:
    """Records who met at a conference; returns the meetup's id. One person named by two handles is there once.

    Only who was deputized for the conference, or a coordinator, may record. Raises :class:`Forbidden`,
    :class:`Invalid` for a day outside the conference or a handle that cannot be, :class:`Conflict` where the conference
    is not on, :class:`TooLate` where the claim of who records has ended.
    """
    conference, new = _conference(session, new)
    _check_recorder(session, conference, actor)
    if conference.status is not ConferenceStatus.SCHEDULED:
        so = phrase("Nobody can have met there.")
        raise Conflict(verbatim("{now} {so}", now=conferences.SPOKEN.now[conference.status], so=so))
    check_day(conference, new.happened_on)
    handles = [parse(entry, rules=rules, field=f"people/{number}/handle") for number, entry in enumerate(new.people)]
    named = _find(session, handles, key)
    _check_new(session, new, named, actor)
    return _record(session, new, named, actor.person_id)


def record_late_meetup(
    session: Session, *, new: LateMeetup, unnamed: int, rules: Rules, key: ServerKey, recorder_id: int
) -> int:
    """Records who met before a claim or a conference came to its end, but was told of after that.

    ``unnamed`` were erased while it waited. What was typed is not kept: the recorder would see who is gone from it.
    """
    conference, late = _conference(session, new)
    check_day(conference, late.happened_on)
    handles = [parse(entry, rules=rules, field=f"people/{number}/handle") for number, entry in enumerate(new.people)]
    named = [_Named(None, each.part) for each in _find(session, handles, key)]
    return _record(session, late, [*named, *[_Named(None, None)] * unnamed], recorder_id)


def _conference(session: Session, new: NewMeetup) -> tuple[Conference, NewMeetup]:
    """The conference where they met, and the meetup there: where it was merged into another one, at that."""
    conference = leading_conference(session, conference_id=new.conference_id)
    if conference is None:
        raise Invalid(NO_CONFERENCE, field="conference_id")
    return conference, new.model_copy(update={"conference_id": conference.id})


def check_day(conference: Conference, happened_on: date) -> None:
    """Raises :class:`Invalid` for a day on which nobody can have met at a conference, or that has not come yet."""
    around = timedelta(days=DAYS_AROUND)
    if not conference.starts_on - around <= happened_on <= conference.ends_on + around:
        days = phrase(
            "The conference is from {first} to {last}; a meetup is on one of these days, the day before or the day "
            "after.",
            first=conference.starts_on,
            last=conference.ends_on,
        )
        raise Invalid(days, field="happened_on")
    if happened_on > today(conference.timezone):
        raise Invalid(phrase("A meetup is recorded once it has happened."), field="happened_on")


class _Named(NamedTuple):
    """A name in a meetup: as it was typed, and the ids of the handle and of the member, or None for a mere number."""

    typed: Handle | None
    part: tuple[int, int] | None


def _find(session: Session, handles: list[Handle], key: ServerKey) -> list[_Named]:
    # In one order for everybody, so that two requests that name the same new people do not wait crosswise.
    inorder = sorted(set(handles), key=lambda handle: (handle.platform, handle.canonical))
    known = {handle: known_handle(session, handle=handle, key=key) for handle in inorder}
    return [_Named(handle, known[handle]) for handle in handles]


def _check_new(session: Session, new: NewMeetup, named: list[_Named], actor: Actor) -> None:
    """Raises :class:`Conflict` where the same person has recorded the same names on the same day.

    It goes by what she typed herself, as long as that is kept, and by nothing else: it tells her nothing new.
    """
    own = member_of_person(session, person_id=actor.person_id) if actor.person_id else None
    before = (
        select(col(Naming.meetup_id), col(Naming.member_id), col(Naming.platform), col(Naming.display))
        .join(Meetup, col(Meetup.id) == col(Naming.meetup_id))
        .where(
            col(Meetup.recorded_by) == actor.person_id,
            col(Meetup.conference_id) == new.conference_id,
            col(Meetup.happened_on) == new.happened_on,
            col(Meetup.typed_until) > utcnow(),
            col(Naming.display) != "",
        )
    )
    known: dict[int, set[tuple[Platform, str]]] = {}
    for meetup_id, member_id, platform, display in columns(session, before):
        typed = known.setdefault(meetup_id, set())
        if own is None or member_id != own:
            typed.add((platform, display.casefold()))
    typed_now = {
        (each.typed.platform, each.typed.display.casefold())
        for each in named
        if each.typed is not None and (own is None or each.part is None or each.part[1] != own)
    }
    if typed_now in known.values():
        raise Conflict(phrase("You have recorded this already: the same people on the same day."))


def _record(session: Session, new: NewMeetup, named: list[_Named], recorder_id: int | None) -> int:
    until = utcnow() + timedelta(days=TYPED_DAYS)
    meetup = Meetup(**new.model_dump(exclude={"people", "entry_id"}), recorded_by=recorder_id, typed_until=until)
    session.add(meetup)
    session.flush()
    own = member_of_person(session, person_id=recorder_id) if recorder_id else None
    if own is not None and own not in {part[1] for _, part in named if part}:
        handle, handle_id = first_handle(session, member_id=own)
        named = [*named, _Named(handle, (handle_id, own))]
    first: dict[int, int] = {}
    unnamed = not_nameable(session, {part[1] for _, part in named if part} - {own})
    for position, (typed, part) in enumerate(named):
        naming = Naming(meetup_id=meetup.id, position=position)
        if typed is not None:
            naming.platform, naming.display, naming.url = typed.platform, typed.display, typed.url
        if part is not None and part[1] not in unnamed:
            handle_id, naming.member_id = part
            first.setdefault(naming.member_id, handle_id)
        session.add(naming)
    for member_id in sorted(first):
        participant = Participant(meetup_id=meetup.id, member_id=member_id, handle_id=first[member_id])
        if member_id == own:
            participant.status, participant.shown = ParticipantStatus.CONFIRMED, True
            participant.decided_at = utcnow()
        session.add(participant)
    session.flush()
    _tell_named(session, meetup, first.keys() - {own})
    return meetup.id


def _tell_named(session: Session, meetup: Meetup, member_ids: Collection[int]) -> None:
    """Has those told who were named, and can sign in: once a day each, whoever names them."""
    people = select(col(Member.person_id)).where(col(Member.id).in_(member_ids), col(Member.person_id).is_not(None))
    day = utcnow().date().isoformat()
    subject = Thing.MEETUP.named(meetup.id)
    wanted = {f"{LetterKind.NAMED}:{one}:{day}": (one, subject) for one in columns(session, people).scalars()}
    queue_once(session, LetterKind.NAMED, wanted, in_seconds=UNDO_SECONDS)


def decide(session: Session, *, meetup_id: int, to: ParticipantStatus, shown: bool, actor: Actor) -> None:
    """A member confirms or declines her own part, and says whether the others may see it once it is confirmed.

    Who has confirmed may still change that. Raises :class:`NotFound` where she was not named.
    """
    member_id = own_member(session, actor=actor)
    own = (col(Participant.meetup_id) == meetup_id, col(Participant.member_id) == member_id)
    part = session.scalar(select(Participant).where(*own).with_for_update())
    if part is None:
        raise NotFound(NO_MEETUP)
    if part.status is not to or part.shown == shown:
        part.status = check_transition(ALLOWED, spoken=SPOKEN, present=part.status, to=to)
    part.shown, part.decided_at, part.by_link = shown, utcnow(), False


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
            part.status, part.shown, part.decided_at = ParticipantStatus.DECLINED, False, utcnow()
        part.by_link = False
    session.flush()


def block_recorder(session: Session, *, meetup_id: int, actor: Actor) -> None:
    """A member blocks whoever recorded a meetup. Does nothing where nobody is known to have.

    Raises :class:`NotFound` where she was not named, :class:`Conflict` for herself.
    """
    member_id, person_id = _recorder(session, meetup_id, actor)
    if person_id is not None and member_of_person(session, person_id=person_id) == member_id:
        raise Conflict(phrase("You recorded this meetup yourself."))
    if person_id is not None:
        block_person_step(session, member_id=member_id, person_id=person_id)


def unblock_recorder(session: Session, *, meetup_id: int, actor: Actor) -> None:
    """Takes that back. Raises :class:`NotFound` where she was not named."""
    member_id, person_id = _recorder(session, meetup_id, actor)
    if person_id is not None:
        unblock_person_step(session, member_id=member_id, person_id=person_id)


def _recorder(session: Session, meetup_id: int, actor: Actor) -> tuple[int, int | None]:
    """The member that the actor is, and the person who recorded a meetup that names her."""
    member_id = own_member(session, actor=actor)
    if session.get(Participant, (meetup_id, member_id)) is None:
        raise NotFound(NO_MEETUP)
    return member_id, session.scalar(select(col(Meetup.recorded_by)).where(col(Meetup.id) == meetup_id))


def forget_recorder(session: Session, *, person_id: int) -> None:
    """Removes the free text that a person wrote about meetups; the meetups and who confirmed them stay."""
    session.exec(update(Meetup).where(col(Meetup.recorded_by) == person_id).values(note="", spot=""))
    forget_typed_early(session)


def forget_part(session: Session, *, member_id: int) -> None:
    """Leaves of a member in meetups that somebody was there, and nothing by which to find her."""
    session.exec(update(Participant).where(col(Participant.member_id) == member_id).values(handle_id=None))
    session.exec(update(Naming).where(col(Naming.member_id) == member_id).values(member_id=None, **_FORGOTTEN))
    forget_typed_early(session)


def forget_typed_early(session: Session) -> None:
    """Ends the time in which recorders see what they typed, for all that has been recorded so far.

    Everybody's, since a recorder who still saw the others would know who is gone.
    """
    now = utcnow()
    session.exec(update(Meetup).where(col(Meetup.typed_until) > now).values(typed_until=now))
    forget_typed(session)


def forget_typed(session: Session) -> int:
    """Removes the typed names whose time is over, but for those by which somebody is shown; how many.

    With them go the links to those meetups.
    """
    other = aliased(Naming)
    same = col(other.meetup_id) == col(Naming.meetup_id), col(other.member_id) == col(Naming.member_id)
    # Said outright: two queries deep, the row that is looked at would be taken for any row.
    earlier = select(col(other.position)).where(*same, col(other.position) < col(Naming.position)).correlate(Naming)
    shown = select(col(Participant.member_id)).where(
        col(Participant.meetup_id) == col(Naming.meetup_id),
        col(Participant.member_id) == col(Naming.member_id),
        col(Participant.status) == ParticipantStatus.CONFIRMED,
        col(Participant.shown).is_(True),
        ~earlier.exists(),
    )
    over = select(col(Meetup.id)).where(col(Meetup.typed_until) <= utcnow())
    session.exec(delete(MeetupLink).where(col(MeetupLink.meetup_id).in_(over)))
    typed = update(Naming).where(
        col(Naming.display) != "", col(Naming.meetup_id).in_(over), ~shown.correlate(Naming).exists()
    )
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
