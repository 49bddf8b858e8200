"""Verbs about members who do not want to see each other.

A block is of what she names: a handle, known here or not, or whoever recorded a meetup. It keeps her from that person
altogether. What she herself no longer sees is only what is shown by what she named: if a block of one handle hid
another, it would tell her whose that is.
"""

from dataclasses import dataclass, field

from sqlalchemy import Select, delete, func, or_, select, union
from sqlmodel import Session, col

from app.core.db import columns
from app.core.errors import Invalid
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.rules import Rules
from app.members.handles import Handle
from app.members.marks import mark_of
from app.members.models import HandleBlock, Member, MemberHandle, RecorderBlock
from app.members.schemas import HandleIn
from app.members.service import parse


@dataclass(frozen=True, slots=True)
class Hidden:
    """Who is hidden from somebody: these members, and whoever is shown by these handles."""

    members: frozenset[int] = field(default_factory=frozenset)
    handles: frozenset[int] = field(default_factory=frozenset)


def block(session: Session, *, member_id: int, entry: HandleIn, rules: Rules, key: ServerKey) -> None:
    """Blocks whoever has this handle now or later. Raises :class:`Invalid` for her own.

    Says nothing of whether anybody has it: nobody learns who is known.
    """
    handle = parse(entry, rules=rules)
    mark, owner = _known(session, handle, key)
    if owner == member_id:
        raise Invalid(phrase("This is your own handle."), field="handle")
    if session.get(HandleBlock, (member_id, mark)) is None:
        session.add(HandleBlock(blocker_id=member_id, mark=mark, key_name=key.name))
        session.flush()


def unblock(session: Session, *, member_id: int, entry: HandleIn, rules: Rules, key: ServerKey) -> None:
    """Takes a block back. Does nothing where there is none."""
    mark, _ = _known(session, parse(entry, rules=rules), key)
    own = col(HandleBlock.blocker_id) == member_id
    session.exec(delete(HandleBlock).where(own, col(HandleBlock.mark) == mark))


def block_person_step(session: Session, *, member_id: int, person_id: int) -> None:
    """Blocks somebody who records meetups, and need not be a member."""
    if session.get(RecorderBlock, (member_id, person_id)) is None:
        session.add(RecorderBlock(blocker_id=member_id, person_id=person_id))
        session.flush()


def unblock_person_step(session: Session, *, member_id: int, person_id: int) -> None:
    """Takes that back. Does nothing where there is no such block."""
    own = col(RecorderBlock.blocker_id) == member_id
    session.exec(delete(RecorderBlock).where(own, col(RecorderBlock.person_id) == person_id))


def hidden_from(session: Session, *, member_id: int | None, person_id: int | None) -> Hidden:
    """Who blocks this member, or the person; and the handles that the member blocks."""
    hers = select(col(MemberHandle.mark)).where(col(MemberHandle.member_id) == member_id)
    person = col(RecorderBlock.person_id) == person_id
    if member_id is not None:
        own = select(col(Member.person_id)).where(col(Member.id) == member_id)
        person = or_(person, col(RecorderBlock.person_id).in_(own))
    blockers = union(
        select(col(HandleBlock.blocker_id)).where(col(HandleBlock.mark).in_(hers)),
        select(col(RecorderBlock.blocker_id)).where(person),
    )
    handles = () if member_id is None else columns(session, blocked_handles(member_id)).scalars()
    return Hidden(frozenset(columns(session, blockers).scalars()), frozenset(handles))


def blocked_handles(member_id: int) -> Select[int]:
    """The ids of the handles that a member blocks and that are known."""
    statement = select(col(MemberHandle.id)).join(HandleBlock, col(HandleBlock.mark) == col(MemberHandle.mark))
    return statement.where(col(HandleBlock.blocker_id) == member_id)


def count_blocked(session: Session, *, member_id: int) -> int:
    """How many handles a member blocks. Which, nobody can say: only marks of them are kept."""
    statement = select(func.count()).select_from(HandleBlock).where(col(HandleBlock.blocker_id) == member_id)
    return int(columns(session, statement).scalar_one())


def blocked_people(member_id: int) -> Select[int]:
    """The ids of the people whom a member has blocked as recorders."""
    return select(col(RecorderBlock.person_id)).where(col(RecorderBlock.blocker_id) == member_id)


def forget_blocks(session: Session, *, member_id: int) -> None:
    """Removes the blocks that a member made. Those against her hold on: she may come back."""
    for table in (HandleBlock, RecorderBlock):
        session.exec(delete(table).where(col(table.blocker_id) == member_id))


def forget_person(session: Session, *, person_id: int) -> None:
    """Removes the blocks against somebody who will record nothing any more."""
    session.exec(delete(RecorderBlock).where(col(RecorderBlock.person_id) == person_id))


def _known(session: Session, handle: Handle, key: ServerKey) -> tuple[str, int | None]:
    """The mark that stands for a handle, and the member who has it."""
    named = col(MemberHandle.platform) == handle.platform, col(MemberHandle.canonical) == handle.canonical
    found = columns(session, select(col(MemberHandle.mark), col(MemberHandle.member_id)).where(*named)).first()
    return (found.mark, found.member_id) if found is not None else (mark_of(handle, key=key), None)
