"""Verbs about links to one meetup, which whoever recorded it hands to somebody whom they met there.

A link says nothing of the handle that was typed, and acts on nothing but that one part. Whoever recorded the meetup has
seen the link, and what is said with it might be an answer to them: whether the part is a member's, who has declined
before, blocks them or was erased. So it is always answered the same, and they are not shown what was said with it for
as long as they see what they typed.
"""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.conferences.models import Conference
from app.core.clock import utcnow
from app.core.db import Statement, columns, rows
from app.core.errors import NotFound, Unauthenticated
from app.core.language import phrase
from app.core.rules import Rules
from app.meetups.models import Meetup, MeetupLink, Naming, Participant, ParticipantStatus
from app.meetups.schemas import MeetupByLink, MeetupLinkOut
from app.members.blocks import hidden_from
from app.members.service import member_of_person
from app.members.showing import wishes_of
from app.people.secrets import MEETUP_LINK, hash_secret, new_secret

OPENED_AT = "/met"
"""The page that such a link opens."""

_NO_NAME = phrase("There is no such name among those that you typed of late.")
_OVER = phrase("This link no longer works. Ask whoever gave it to you for a new one.")


def make_link(session: Session, *, meetup_id: int, position: int, rules: Rules, actor: Actor) -> MeetupLinkOut:
    """A new link for whoever is named at this position; the one before is void. It ends when typed names are forgotten.

    Raises :class:`NotFound`, unless the actor has typed that name, and still sees it.
    """
    typed = (
        select(col(Meetup.typed_until))
        .join(Naming, col(Naming.meetup_id) == col(Meetup.id))
        .where(
            col(Meetup.id) == meetup_id,
            col(Meetup.recorded_by) == (actor.person_id or 0),
            col(Meetup.typed_until) > utcnow(),
            col(Naming.position) == position,
            col(Naming.display) != "",
        )
    )
    found = columns(session, typed).first()
    if found is None:
        raise NotFound(_NO_NAME)
    secret = new_secret(MEETUP_LINK)
    session.merge(MeetupLink(meetup_id=meetup_id, position=position, secret_hash=hash_secret(secret)))
    session.flush()
    url = f"{rules.public_url}{OPENED_AT}?link={secret}"
    return MeetupLinkOut(meetup_id=meetup_id, position=position, url=url, expires_at=found.typed_until)


def read_link(session: Session, *, link: str) -> MeetupByLink:
    """The meetup that a link is about: where and when. Raises :class:`Unauthenticated` for one that works no longer."""
    about: Statement = select(col(Conference.name).label("conference_name"), col(Meetup.happened_on))
    joined = about.join(Conference, col(Conference.id) == col(Meetup.conference_id))
    linked = joined.join(MeetupLink, col(MeetupLink.meetup_id) == col(Meetup.id))
    found = rows(session, _of_link(linked, link), MeetupByLink)
    if not found:
        raise Unauthenticated(_OVER)
    return found[0]


def _of_link(statement: Statement, link: str) -> Statement:
    return statement.where(col(MeetupLink.secret_hash) == hash_secret(link), col(Meetup.typed_until) > utcnow())


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody said with a link: of which meetup, by whom recorded, and the member whose part it has changed."""

    meetup_id: int
    recorder_id: int | None
    member_id: int | None


def answer(session: Session, *, link: str, to: ParticipantStatus) -> Answered:
    """Confirms or declines the part of whoever was named, unless they have said something by themselves.

    Nor is anything changed where they block whoever recorded the meetup or do not want to be named, or where there is
    nobody. Raises :class:`Unauthenticated`.
    """
    found = _find(session, link)
    part = _free_part(session, found)
    if part is None:
        return Answered(found.meetup_id, found.recorder_id, None)
    if part.status is not to:
        part.status, part.shown = to, to is ParticipantStatus.CONFIRMED
        part.by_link, part.decided_at = True, utcnow()
        session.flush()
    return found


def end_link(session: Session, *, link: str) -> Answered:
    """Ends a link that somebody got who has another handle; their part, whose it may be, stays as it is."""
    found = _find(session, link)
    session.exec(delete(MeetupLink).where(col(MeetupLink.secret_hash) == hash_secret(link)))
    return Answered(found.meetup_id, found.recorder_id, None)


def _find(session: Session, link: str) -> Answered:
    named: Statement = (
        select(col(Meetup.id), col(Meetup.recorded_by), col(Naming.member_id))
        .join(MeetupLink, col(MeetupLink.meetup_id) == col(Meetup.id))
        .join(
            Naming,
            (col(Naming.meetup_id) == col(MeetupLink.meetup_id)) & (col(Naming.position) == col(MeetupLink.position)),
        )
    )
    found = columns(session, _of_link(named, link)).first()
    if found is None:
        raise Unauthenticated(_OVER)
    return Answered(*found)


def _free_part(session: Session, found: Answered) -> Participant | None:
    """The part on which a link may act, locked; None where there is no such part."""
    member_id, recorder_id = found.member_id, found.recorder_id
    if member_id is None:
        return None
    part = session.get(Participant, (found.meetup_id, member_id), with_for_update=True)
    own = member_of_person(session, person_id=recorder_id) if recorder_id is not None else None
    blocked = member_id in hidden_from(session, member_id=own, person_id=recorder_id).members
    if part is None or blocked or not wishes_of(session, member_id=member_id).nameable:
        return None
    return part if part.status is ParticipantStatus.NAMED or part.by_link else None
