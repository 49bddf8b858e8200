"""Verbs about browsers in which a member is who came in by her own link, or by proving a handle."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor, Role
from app.core.db import columns
from app.core.subjects import NOTHING, Thing
from app.members.models import Member
from app.members.schemas import NewMemberSession
from app.members.service import authenticate_member
from app.people.models import BrowserSession, Person
from app.people.secrets import MEMBER_SESSION, hash_secret
from app.people.sessions import in_session, open_session


def begin_member_session(session: Session, *, link: str, device: str, instead_of: Actor) -> NewMemberSession:
    """A new session of the member whose link this is, with its secret; the one in which somebody asks for it ends.

    Raises :class:`Unauthenticated` for a link that is unknown or has expired.
    """
    member = authenticate_member(session, token=link)
    assert member.member_id is not None, "a member's link is a member's"
    through = Thing.PERSON.number_in(member.through) if member.through else None
    return open_member_session(
        session, member_id=member.member_id, through_id=through, device=device, instead_of=instead_of
    )


def open_member_session(
    session: Session, *, member_id: int, through_id: int | None, device: str, instead_of: Actor
) -> NewMemberSession:
    """A new session of a member, ``through_id`` being who has seen the secret by which she came in, if anybody has."""
    whose = {"member_id": member_id, "through_id": through_id, "device": device}
    session_id, secret = open_session(session, MEMBER_SESSION, instead_of, **whose)
    return NewMemberSession(id=session_id, secret=secret, member_id=member_id)


def authenticate_member_session(session: Session, *, secret: str) -> Actor:
    """Which member's browser shows this. Raises :class:`Unauthenticated` for a session that is unknown or over.

    That of a person who is inactive is over, too.
    """
    found: Any = columns(
        session,
        select(
            col(BrowserSession.id).label("session_id"),
            col(BrowserSession.member_id),
            col(BrowserSession.through_id),
            col(BrowserSession.last_seen_at),
        )
        .join(Member, col(Member.id) == col(BrowserSession.member_id))
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(BrowserSession.secret_hash) == hash_secret(secret),
            col(Member.erased_at).is_(None),
            col(Member.person_id).is_(None) | col(Person.active).is_(True),
        ),
    ).first()
    return in_session(found, lambda: _actor(found))


def _actor(found: Any) -> Actor:
    through = NOTHING if found.through_id is None else Thing.PERSON.named(found.through_id)
    return Actor(role=Role.MEMBER, member_id=found.member_id, through=through)
