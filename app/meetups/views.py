"""What somebody may see of meetups: her own records and who confirmed, but nobody with whom a block stands."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, ScalarSelect, exists, func, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.conferences.models import Conference
from app.core.db import Statement, columns, rows
from app.core.errors import NotFound
from app.core.paging import Page, Paging, page
from app.meetups.models import NO_MEETUP, Meetup, Participant, ParticipantStatus
from app.meetups.schemas import MeetupOut, MembershipOut, ParticipantOut
from app.members.blocks import blocked_with
from app.members.models import Member, MemberHandle
from app.members.schemas import HandleOut
from app.members.service import handles_of, member_of_person, own_member, read_member


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
        raise NotFound(NO_MEETUP)
    return _with_people(session, found, actor)[0]


def read_membership(session: Session, *, actor: Actor) -> MembershipOut:
    """All that is kept of the actor as a member. Raises :class:`NotFound` for a person who is linked to none."""
    member = read_member(session, member_id=own_member(session, actor=actor))
    part = exists().where(col(Participant.meetup_id) == col(Meetup.id), col(Participant.member_id) == member.id)
    recorders = _people_of(blocked_with(session, member_id=member.id))
    statement = _meetups().where(part, func.coalesce(col(Meetup.recorded_by), 0).not_in(recorders))
    meetups = rows(session, statement.order_by(col(Meetup.id).desc()), MeetupOut)
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
        col(Participant.status) == ParticipantStatus.CONFIRMED,
    )
    return (col(Meetup.recorded_by) == actor.person_id) | confirmed


def _people_of(member_ids: set[int]) -> ScalarSelect[int | None]:
    """The accounts of these members."""
    linked = col(Member.person_id).is_not(None)
    return select(col(Member.person_id)).where(col(Member.id).in_(member_ids), linked).scalar_subquery()


def _with_people(session: Session, meetups: Sequence[MeetupOut], actor: Actor) -> list[MeetupOut]:
    """The meetups with those people whom the actor may see; without the recorder's note, unless it is hers to read."""
    own = actor.member_id
    if own is None and actor.person_id is not None:
        own = member_of_person(session, person_id=actor.person_id)
    blocked = set() if actor.is_staff else blocked_with(session, member_id=own)
    parts = _parts(session, [meetup.id for meetup in meetups])
    known = sorted({part.member_id for part in parts if actor.is_staff or part.member_id == own})
    handles = handles_of(session, known)
    by_meetup: dict[int, list[ParticipantOut]] = {meetup.id: [] for meetup in meetups}
    recorded = {meetup.id for meetup in meetups if actor.may_touch(meetup.recorded_by)}
    for part in parts:
        hers = part.member_id == own
        visible = hers or part.meetup_id in recorded or part.status is ParticipantStatus.CONFIRMED
        if visible and part.member_id not in blocked:
            whole = hers or actor.is_staff
            by_meetup[part.meetup_id].append(
                ParticipantOut(
                    member_id=part.member_id if whole else None,
                    status=part.status,
                    handles=handles[part.member_id] if whole else [HandleOut.model_validate(part)],
                )
            )
    return [
        meetup.model_copy(update={"people": by_meetup[meetup.id], **({} if meetup.id in recorded else {"note": ""})})
        for meetup in meetups
    ]


def _parts(session: Session, meetup_ids: list[int]) -> Sequence[Row[*tuple[object, ...]]]:
    """Who took part, with the handle by which she was named. Whoever has been erased has no handle, and is not here."""
    statement: Statement = (
        select(
            col(Participant.meetup_id),
            col(Participant.member_id),
            col(Participant.status),
            col(MemberHandle.platform),
            col(MemberHandle.display),
            col(MemberHandle.url),
        )
        .join(MemberHandle, col(MemberHandle.id) == col(Participant.handle_id))
        .where(col(Participant.meetup_id).in_(meetup_ids))
        .order_by(col(Participant.member_id))
    )
    return columns(session, statement).all()


def _meetups() -> Statement:
    skip = {"conference_name", "people"}
    return select(
        *(col(getattr(Meetup, name)) for name in MeetupOut.model_fields if name not in skip),
        col(Conference.name).label("conference_name"),
    ).join(Conference, col(Conference.id) == col(Meetup.conference_id))
