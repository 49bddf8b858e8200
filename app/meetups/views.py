"""What somebody may see of meetups: her own records and who confirmed, but nobody with whom a block stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session, col

from app.acts.audit import find_done
from app.acts.policy import Actor
from app.conferences.models import Conference
from app.core.clock import utcnow
from app.core.db import Statement, columns, rows
from app.core.errors import Invalid, NotFound
from app.core.paging import Page, Paging, page
from app.core.subjects import Thing
from app.meetups.models import NO_MEETUP, Meetup, Naming, Participant, ParticipantStatus
from app.meetups.schemas import BlockedRecorder, MeetupOut, MembershipOut, ParticipantOut
from app.members.asking import asked_handles
from app.members.blocks import Hidden, blocked_handles, blocked_people, count_blocked, hidden_from
from app.members.handles import Platform, parse_handle
from app.members.models import Member, MemberHandle
from app.members.schemas import HandleOut
from app.members.service import handles_of, member_of_person, own_member, read_member
from app.members.showing import wishes_of

SHOWN = 50
"""Lines of the trail that a member is shown."""


def find_meetups(
    session: Session, *, paging: Paging, actor: Actor, conference_id: int | None = None
) -> Page[MeetupOut]:
    """Meetups, newest first: all for coordinators; for a champion those she recorded or has confirmed.

    What somebody recorded whom she has blocked is not among them.
    """
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
        raise NotFound(NO_MEETUP)
    return _with_people(session, found, actor)[0]


def recorder_of(session: Session, *, meetup_id: int, actor: Actor) -> int | None:
    """Who recorded a meetup that the actor may see or is named in. Raises :class:`Invalid` for any other."""
    own = actor.member_id
    if own is None and actor.person_id is not None:
        own = member_of_person(session, person_id=actor.person_id)
    part = exists().where(col(Participant.meetup_id) == col(Meetup.id), col(Participant.member_id) == own)
    statement = select(col(Meetup.recorded_by)).where(col(Meetup.id) == meetup_id)
    if not actor.is_staff:
        statement = statement.where(or_(part, _is_hers(session, actor)))
    found = columns(session, statement).first()
    if found is None:
        raise Invalid(NO_MEETUP, field="meetup_id")
    recorder_id: int | None = found.recorded_by
    return recorder_id


def read_membership(session: Session, *, actor: Actor, paging: Paging) -> MembershipOut:
    """All that is kept of the actor as a member, and a page of her meetups, newest first.

    Raises :class:`NotFound` for a person who is linked to none.
    """
    member = read_member(session, member_id=own_member(session, actor=actor))
    part = exists().where(col(Participant.meetup_id) == col(Meetup.id), col(Participant.member_id) == member.id)
    statement = _meetups().where(part, ~_is_by_a_blocked(member.id))
    found = page(session, statement, MeetupOut, order=[col(Meetup.id)], paging=paging, descending=True)
    said = wishes_of(session, member_id=member.id)
    return MembershipOut(
        member_id=member.id,
        display_name=member.display_name,
        handles=member.handles,
        nameable=said.nameable,
        hidden=said.hidden,
        blocked_handles=count_blocked(session, member_id=member.id),
        asked_handles=asked_handles(session, member_id=member.id),
        blocked_recorders=_blocked_recorders(session, member.id),
        meetups=_with_people(session, found.items, Actor(role=actor.role, member_id=member.id)),
        next=found.next,
        trail=find_done(session, to=Thing.MEMBER.named(member.id), most=SHOWN),
    )


def _is_hers(session: Session, actor: Actor) -> ColumnElement[bool]:
    own = member_of_person(session, person_id=actor.person_id) if actor.person_id else None
    recorded = col(Meetup.recorded_by) == actor.person_id
    if own is None:
        return recorded
    confirmed = exists().where(
        col(Participant.meetup_id) == col(Meetup.id),
        col(Participant.member_id) == own,
        col(Participant.status) == ParticipantStatus.CONFIRMED,
    )
    return recorded | (confirmed & ~_is_by_a_blocked(own))


def _is_by_a_blocked(member_id: int) -> ColumnElement[bool]:
    """Whether a member has blocked the recorder: as such, or by the handle by which they are shown there."""
    shown = exists().where(
        col(Participant.meetup_id) == col(Meetup.id),
        col(Participant.status) == ParticipantStatus.CONFIRMED,
        col(Participant.handle_id).in_(blocked_handles(member_id)),
        col(Participant.member_id) == col(Member.id),
        col(Member.person_id) == col(Meetup.recorded_by),
    )
    return func.coalesce(col(Meetup.recorded_by), 0).in_(blocked_people(member_id)) | shown


def _blocked_recorders(session: Session, member_id: int) -> list[BlockedRecorder]:
    """A meetup of each recorder whom a member has blocked, by which the block can be taken back: the newest."""
    part = exists().where(col(Participant.meetup_id) == col(Meetup.id), col(Participant.member_id) == member_id)
    newest = (
        select(func.max(col(Meetup.id)))
        .where(col(Meetup.recorded_by).in_(blocked_people(member_id)), part)
        .group_by(col(Meetup.recorded_by))
    )
    statement: Statement = (
        select(
            col(Meetup.id).label("meetup_id"), col(Conference.name).label("conference_name"), col(Meetup.happened_on)
        )
        .join(Conference, col(Conference.id) == col(Meetup.conference_id))
        .where(col(Meetup.id).in_(newest))
        .order_by(col(Meetup.id).desc())
    )
    return rows(session, statement, BlockedRecorder)


class _Naming(NamedTuple):
    """A name in a meetup; the member's part, and the handle by which she was named first, where there is one."""

    meetup_id: int
    member_id: int | None
    platform: Platform | None
    display: str
    url: str
    typed_until: datetime
    status: ParticipantStatus
    shown: bool
    handle_id: int
    known_on: Platform
    known_as: str
    canonical: str
    hides: bool | None
    by_link: bool | None
    position: int


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads, and what there is that she may see."""

    actor: Actor
    own: int | None
    person_id: int | None
    """The person that she is, also where she came as the member that she is."""
    hidden: Hidden
    handles: dict[int, list[HandleOut]]
    """All handles of those whom she sees whole."""

    def knows(self, member_id: int | None) -> bool:
        """Whether she sees this member whole: with all handles, whatever she has said."""
        return member_id is not None and (self.actor.is_staff or member_id == self.own)

    def shows(self, naming: _Naming, *, typed: bool, first: bool, hers: bool) -> ParticipantOut | None:
        """Somebody as she sees them; None for a mere number.

        ``typed``: she typed it, not long ago; ``hers``: the same, also where she is here as a member.
        """
        position = naming.position if typed and naming.display else None
        if first and self.knows(naming.member_id):
            handles = self.handles[naming.member_id or 0]
            shown = sorted(
                handles, key=lambda known: (known.platform, known.display) != (naming.known_on, naming.known_as)
            )
            return ParticipantOut(
                member_id=naming.member_id, position=position, status=naming.status, shown=naming.shown, handles=shown
            )
        hidden = naming.hides or naming.member_id in self.hidden.members or naming.handle_id in self.hidden.handles
        known = naming.display or naming.canonical  # neither, where the handle was taken from her
        confirmed = (
            first
            and naming.status is ParticipantStatus.CONFIRMED
            and naming.shown
            and not hidden
            and bool(known)
            # What was said with a link that she has made could be her own question, and this the answer.
            and not (hers and naming.by_link)
        )
        if confirmed or (typed and naming.display):
            # The others are "named" whatever they have said, also nothing: who declines is not told on.
            status = ParticipantStatus.CONFIRMED if confirmed else ParticipantStatus.NAMED
            return ParticipantOut(
                member_id=None, position=position, status=status, shown=confirmed, handles=[_spelled(naming)]
            )
        return None


def _with_people(session: Session, meetups: Sequence[MeetupOut], actor: Actor) -> list[MeetupOut]:
    """The meetups with those people whom the actor may see; without the recorder's note, unless it is hers to read.

    What a recorder is told of people who have not confirmed depends on nothing but what she typed, and when: nobody
    finds out by naming somebody whether she is known here, has declined, blocks the recorder or was erased.
    """
    own = actor.member_id
    if own is None and actor.person_id is not None:
        own = member_of_person(session, person_id=actor.person_id)
    namings = _namings(session, [meetup.id for meetup in meetups])
    hidden = Hidden() if actor.is_staff else hidden_from(session, member_id=own, person_id=actor.person_id)
    named = {naming.member_id for naming in namings if naming.member_id is not None}
    known = sorted(named if actor.is_staff else named & {own})
    person_id = actor.person_id
    if person_id is None and own is not None:
        person_id = session.scalar(select(col(Member.person_id)).where(col(Member.id) == own))
    reader = _Reader(actor, own, person_id, hidden, handles_of(session, known))
    by_meetup = {key: list(group) for key, group in groupby(namings, key=lambda naming: naming.meetup_id)}
    return [_seen_by(reader, meetup, by_meetup.get(meetup.id, [])) for meetup in meetups]


def _seen_by(reader: _Reader, meetup: MeetupOut, namings: Sequence[_Naming]) -> MeetupOut:
    hers = meetup.recorded_by is not None and meetup.recorded_by == reader.actor.person_id
    recorder = meetup.recorded_by is not None and meetup.recorded_by == reader.person_id
    people, others, met = [], 0, set[int]()
    for naming in namings:
        first = naming.member_id is not None and naming.member_id not in met
        if naming.member_id is not None:
            met.add(naming.member_id)
        of_late = utcnow() < naming.typed_until
        shown = reader.shows(naming, typed=hers and of_late, first=first, hers=recorder and of_late)
        if shown is not None:
            people.append(shown)
        elif not reader.knows(naming.member_id):
            others += 1
    note = meetup.note if reader.actor.may_touch(meetup.recorded_by) else ""
    return meetup.model_copy(update={"people": people, "others": others, "note": note})


def _namings(session: Session, meetup_ids: list[int]) -> list[_Naming]:
    """Who was named in these meetups, in the order in which they were."""
    part = (
        col(Participant.meetup_id) == col(Naming.meetup_id),
        col(Participant.member_id) == col(Naming.member_id),
    )
    names = (col(getattr(Naming, name)) for name in ("meetup_id", "member_id", "platform", "display", "url"))
    statement: Statement = (
        select(
            *names,
            col(Meetup.typed_until),
            col(Participant.status),
            col(Participant.shown),
            col(Participant.handle_id),
            col(MemberHandle.platform),
            col(MemberHandle.display),
            col(MemberHandle.canonical),
            col(Member.hidden),
            col(Participant.by_link),
            col(Naming.position),
        )
        .join(Meetup, col(Meetup.id) == col(Naming.meetup_id))
        .outerjoin(Participant, and_(*part))
        .outerjoin(MemberHandle, col(MemberHandle.id) == col(Participant.handle_id))
        .outerjoin(Member, col(Member.id) == col(Naming.member_id))
        .where(col(Naming.meetup_id).in_(meetup_ids))
        .order_by(col(Naming.meetup_id), col(Naming.position))
    )
    return [_Naming(*row) for row in columns(session, statement)]


def _spelled(naming: _Naming) -> HandleOut:
    """The handle as it was typed; where that is forgotten, as all who have it would be spelled."""
    if naming.display and naming.platform:
        return HandleOut(platform=naming.platform, display=naming.display, url=naming.url)
    spelled = parse_handle(naming.canonical, platform=naming.known_on)
    return HandleOut(platform=spelled.platform, display=spelled.display, url=spelled.url)


def _meetups() -> Statement:
    skip = {"conference_name", "people", "others"}
    return select(
        *(col(getattr(Meetup, name)) for name in MeetupOut.model_fields if name not in skip),
        col(Conference.name).label("conference_name"),
    ).join(Conference, col(Conference.id) == col(Meetup.conference_id))
