"""Verbs about what a member has said of being named and shown."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.db import columns
from app.members.models import Member
from app.members.service import lock_member, searched


def set_nameable(session: Session, *, member_id: int, nameable: bool) -> None:
    """Notes whether others may name a member from now on."""
    lock_member(session, member_id).nameable = nameable
    session.flush()


def set_name(session: Session, *, member_id: int, display_name: str) -> None:
    """Notes what a member calls herself."""
    member = lock_member(session, member_id)
    member.display_name, member.search_text = display_name, searched(display_name)
    member.version += 1
    session.flush()


def set_hidden(session: Session, *, member_id: int, hidden: bool) -> None:
    """Notes whether a member is shown to nobody from now on, whatever she has confirmed."""
    lock_member(session, member_id).hidden = hidden
    session.flush()


class Wishes(NamedTuple):
    """What a member has said of being named and shown."""

    nameable: bool
    hidden: bool


def wishes_of(session: Session, *, member_id: int) -> Wishes:
    """Whether others may name a member, and whether she is hidden."""
    own = select(col(Member.nameable), col(Member.hidden)).where(col(Member.id) == member_id)
    return Wishes(*columns(session, own).one())


def not_nameable(session: Session, member_ids: Collection[int | None]) -> set[int]:
    """Those of these members who do not want to be named."""
    statement = select(col(Member.id)).where(col(Member.id).in_(member_ids), col(Member.nameable).is_(False))
    return set(session.scalars(statement))
