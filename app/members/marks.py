"""Handles that must be recognized but may not be kept: by marks that only the server's own key can make."""

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.db import Statement, columns
from app.core.keys import ServerKey
from app.members.handles import Handle, Platform
from app.members.models import ErasedHandle, HandleBlock, MemberHandle


def mark_of(handle: Handle, *, key: ServerKey) -> str:
    """What stands for a handle where the handle itself may not stand."""
    return key.mark("handle", handle.platform, handle.canonical)


def former_mark_of(handle: Handle, *, key: ServerKey) -> str | None:
    """What stood for it when ``www.`` before a server of the fediverse made another account; of others None."""
    if handle.platform is not Platform.MASTODON:
        return None
    return key.mark("handle", handle.platform, handle.canonical.replace("@", "@www."))


def is_erased(session: Session, *, handle: Handle, key: ServerKey) -> bool:
    """Whether its owner has had it erased, and has not come back."""
    marks = mark_of(handle, key=key), former_mark_of(handle, key=key)
    erased: Statement = select(col(ErasedHandle.mark)).where(col(ErasedHandle.mark).in_(filter(None, marks)))
    return columns(session, erased).first() is not None


def keep_erased_step(session: Session, *, member_id: int, key: ServerKey) -> list[Handle]:
    """Notes the marks of a member's handles, which are about to go; the handles. Blocks of them hold on."""
    kept = session.scalars(select(MemberHandle).where(col(MemberHandle.member_id) == member_id)).all()
    handles = [Handle(each.platform, each.canonical, each.display, each.url) for each in kept]
    for row, handle in zip(kept, handles, strict=True):
        mark = mark_of(handle, key=key)
        session.merge(ErasedHandle(mark=mark, key_name=key.name))
        # The row's own may be from before there was a key, or made with one that was lost.
        pass_on_blocks(session, old=row.mark, to=mark, key=key)
    session.flush()
    return handles


def pass_on_blocks(session: Session, *, old: str, to: str, key: ServerKey) -> None:
    """Whoever blocks a handle by one mark blocks it by another from now on; who does by both, once."""
    if old != to:
        other = aliased(HandleBlock)
        both = select(col(other.blocker_id)).where(col(other.mark) == to)
        session.exec(delete(HandleBlock).where(col(HandleBlock.mark) == old, col(HandleBlock.blocker_id).in_(both)))
    session.exec(update(HandleBlock).where(col(HandleBlock.mark) == old).values(mark=to, key_name=key.name))


def readmit(session: Session, *, handle: Handle, key: ServerKey) -> None:
    """Takes a handle from the list of those that were erased. Does nothing where it is not on it."""
    marks = mark_of(handle, key=key), former_mark_of(handle, key=key)
    session.exec(delete(ErasedHandle).where(col(ErasedHandle.mark).in_(filter(None, marks))))


def void_marks(session: Session, *, key: ServerKey) -> int:
    """How many marks were made with another key, and so will never be recognized: of erased handles, and blocks."""
    erased = select(func.count()).select_from(ErasedHandle).where(col(ErasedHandle.key_name) != key.name)
    known = exists().where(col(MemberHandle.mark) == col(HandleBlock.mark))
    blocks = select(func.count()).select_from(HandleBlock).where(col(HandleBlock.key_name) != key.name, ~known)
    return int(columns(session, erased).scalar_one() + columns(session, blocks).scalar_one())
