"""Accounts of the fediverse that were kept twice, with ``www.`` before their server and without."""

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.core.db import Statement, columns
from app.core.errors import Conflict, Invalid
from app.core.keys import ServerKey
from app.meetups.merging import merge_members
from app.meetups.models import Participant
from app.members.handles import Handle, Platform, parse_handle
from app.members.marks import mark_of, pass_on_blocks
from app.members.models import MemberHandle
from app.members.service import find_by_handle, searched

_DOUBLE = col(MemberHandle.platform) == Platform.MASTODON, col(MemberHandle.canonical).like("%@www.%")


def has_doubles(session: Session) -> bool:
    """Whether there may be work for :func:`unite_servers`."""
    statement: Statement = select(col(MemberHandle.id)).where(*_DOUBLE).limit(1)
    return columns(session, statement).first() is not None


def unite_servers(session: Session, *, key: ServerKey) -> int:
    """Gives each such account the name that it would get today; two members who had one each are one.

    Two who are linked to two people stay: somebody has to look at them. Returns how many were put right.
    """
    done = 0
    for old in session.scalars(select(MemberHandle).where(*_DOUBLE).order_by(col(MemberHandle.id)).with_for_update()):
        try:
            handle = parse_handle(f"@{old.canonical}", platform=Platform.MASTODON)
        except Invalid:  # kept when more was taken for a server of the fediverse; it stays as it is
            continue
        if handle.canonical != old.canonical:  # www.com is a server of its own
            done += _unite(session, old, handle, key)
    return done


def _unite(session: Session, old: MemberHandle, handle: Handle, key: ServerKey) -> bool:
    owner, mark = find_by_handle(session, handle=handle), mark_of(handle, key=key)
    if owner is None:
        pass_on_blocks(session, old=old.mark, to=mark, key=key)
        old.canonical, old.display, old.url = handle.canonical, handle.display, handle.url
        old.search_text, old.mark = searched(handle.display), mark
        session.flush()
        return True
    if owner != old.member_id:
        try:
            with session.begin_nested():
                merge_members(session, member_id=owner, other_id=old.member_id)
        except Conflict:
            return False
    same = col(MemberHandle.platform) == handle.platform, col(MemberHandle.canonical) == handle.canonical
    kept = session.scalars(select(MemberHandle).where(*same)).one()
    pass_on_blocks(session, old=old.mark, to=kept.mark, key=key)
    session.exec(update(Participant).where(col(Participant.handle_id) == old.id).values(handle_id=kept.id))
    session.delete(old)
    session.flush()
    return True
