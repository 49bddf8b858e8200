"""Verbs about members who do not want to see each other."""

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from app.core.db import columns
from app.core.errors import Invalid
from app.core.language import phrase
from app.core.rules import Rules
from app.members.models import MemberBlock
from app.members.schemas import HandleIn
from app.members.service import find_by_handle, parse


def block(session: Session, *, member_id: int, entry: HandleIn, rules: Rules) -> None:
    """Blocks whoever has this handle; from now on neither sees the other.

    Does nothing, and says nothing, where nobody here has it, so that nobody learns who is known.
    """
    other = find_by_handle(session, handle=parse(entry, rules=rules))
    if other == member_id:
        raise Invalid(phrase("This is your own handle."), field="handle")
    if other is not None and session.get(MemberBlock, (member_id, other)) is None:
        session.add(MemberBlock(blocker_id=member_id, blocked_id=other))
        session.flush()


def unblock(session: Session, *, member_id: int, entry: HandleIn, rules: Rules) -> None:
    """Takes a block back. Does nothing where there is none."""
    other = find_by_handle(session, handle=parse(entry, rules=rules))
    if other is not None:
        session.exec(
            delete(MemberBlock).where(col(MemberBlock.blocker_id) == member_id, col(MemberBlock.blocked_id) == other)
        )


def blocked_with(session: Session, *, member_id: int | None) -> set[int]:
    """The members whom she blocks or who block her."""
    if member_id is None:
        return set()
    statement = select(col(MemberBlock.blocker_id), col(MemberBlock.blocked_id)).where(
        or_(col(MemberBlock.blocker_id) == member_id, col(MemberBlock.blocked_id) == member_id)
    )
    pairs = columns(session, statement).all()
    return {other for pair in pairs for other in pair} - {member_id}


def forget_blocks(session: Session, *, member_id: int) -> None:
    """Removes the blocks that a member made and that were made against her."""
    session.exec(
        delete(MemberBlock).where(
            or_(col(MemberBlock.blocker_id) == member_id, col(MemberBlock.blocked_id) == member_id)
        )
    )
