"""Verbs about whose handle is whose: taken away, renamed, moved to another member; two members who are one.

What was shown by a handle goes on being shown by that one and no other: nobody learns that two belong together.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.core.errors import Conflict, Invalid
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.rules import Rules
from app.core.subjects import Thing
from app.meetups.models import Naming, Participant, ParticipantStatus
from app.members.handles import Handle
from app.members.marks import mark_of, pass_on_blocks
from app.members.models import AskedHandle, HandleBlock, MemberHandle, RecorderBlock, Report
from app.members.schemas import HandleIn
from app.members.service import end_sessions_step, give_handle_step, lock_member, parse

_NOT_THEIRS = phrase("This is no handle of this member.")
_LAST = phrase("A member keeps one handle at least. Merge the two members instead, or erase this one.")


def remove_handle(session: Session, *, member_id: int, entry: HandleIn, rules: Rules) -> None:
    """Takes a handle from a member. Where she was named by it she stays, as who she was there is not told any more.

    Raises :class:`Invalid` for a handle that is not hers, :class:`Conflict` for her last.
    """
    own = _own_handle(session, member_id, parse(entry, rules=rules), "handle")
    if len(_handles(session, member_id)) == 1:
        raise Conflict(_LAST, field="handle")
    _drop(session, own)


def rename_handle(
    session: Session, *, member_id: int, entry: HandleIn, to: HandleIn, rules: Rules, key: ServerKey
) -> None:
    """She calls her account something else: blocks of the old name are of the new one.

    Where she was named by the old one, the new one is not shown. Raises :class:`Invalid` for a handle that is not hers,
    :class:`Conflict` for a name that is another member's or was erased.
    """
    own = _own_handle(session, member_id, parse(entry, rules=rules, field="handle/handle"), "handle/handle")
    handle = parse(to, rules=rules, field="to/handle")
    give_handle_step(session, member_id=member_id, handle=handle, key=key, field="to/handle")
    if (own.platform, own.canonical) == (handle.platform, handle.canonical):
        own.display, own.url = handle.display, handle.url
        session.flush()
        return
    pass_on_blocks(session, old=own.mark, to=mark_of(handle, key=key), key=key)
    _drop(session, own)


def move_handle(session: Session, *, member_id: int, entry: HandleIn, to_member_id: int, rules: Rules) -> None:
    """A handle is another member's: so are the meetups in which it was named, of which she has said nothing yet.

    Raises :class:`Invalid` for a handle that is not the member's, :class:`Conflict` for their last.
    """
    first, second = sorted((member_id, to_member_id))
    for each in (first, second):  # in one order, so that two who move crosswise do not wait for each other
        lock_member(session, each)
    own = _own_handle(session, member_id, parse(entry, rules=rules, field="handle/handle"), "handle/handle")
    if member_id == to_member_id:
        return
    if len(_handles(session, member_id)) == 1:
        raise Conflict(_LAST, field="handle")
    own.member_id = to_member_id
    session.flush()
    named_by_it = col(Participant.member_id) == member_id, col(Participant.handle_id) == own.id
    meetups = list(session.scalars(select(col(Participant.meetup_id)).where(*named_by_it)))
    _repoint(session, member_id, to_member_id, meetups)
    moved = col(Participant.member_id) == to_member_id, col(Participant.meetup_id).in_(meetups)
    session.exec(
        update(Participant)
        .where(*moved, col(Participant.handle_id) == own.id)
        .values(status=ParticipantStatus.NAMED, shown=False, decided_at=None)
    )


def merge_members(session: Session, *, member_id: int, other_id: int) -> None:
    """Two members are one: the first one keeps the handles, meetups, blocks and reports of the other, who is gone.

    What either has said holds; where both were named in one meetup, what she confirmed or declined there. Hidden, or
    not to be named, she is so from now on if either was. Raises :class:`Conflict` where both are linked to people.
    """
    if member_id == other_id:
        raise Invalid(phrase("This is the same member."), field="other_id")
    locked = {each: lock_member(session, each) for each in sorted((member_id, other_id))}
    kept, gone = locked[member_id], locked[other_id]
    if None not in (kept.person_id, gone.person_id):
        raise Conflict(phrase("Both are linked to a person. Unlink one of them first."), field="other_id")
    person_id = kept.person_id or gone.person_id
    gone.person_id = None
    session.flush()
    kept.person_id = person_id
    kept.display_name, kept.search_text = (
        (kept.display_name, kept.search_text) if kept.display_name else (gone.display_name, gone.search_text)
    )
    kept.nameable, kept.hidden = kept.nameable and gone.nameable, kept.hidden or gone.hidden
    kept.version += 1
    end_sessions_step(session, member_ids=[other_id])
    session.exec(update(MemberHandle).where(col(MemberHandle.member_id) == other_id).values(member_id=member_id))
    _repoint(session, other_id, member_id, None)
    for owner, *named in (
        (HandleBlock.blocker_id, HandleBlock.mark),
        (RecorderBlock.blocker_id, RecorderBlock.person_id),
        (AskedHandle.member_id, AskedHandle.platform, AskedHandle.canonical),
    ):
        _take_over(session, owner, named, member_id, other_id)
    _unblock_herself(session, member_id, person_id)
    session.exec(update(Report).where(col(Report.about_member_id) == other_id).values(about_member_id=member_id))
    was, now = (Thing.MEMBER.named(each) for each in (other_id, member_id))
    session.exec(update(Report).where(col(Report.reporter) == was).values(reporter=now))
    session.delete(gone)
    session.flush()


def _unblock_herself(session: Session, member_id: int, person_id: int | None) -> None:
    """Removes blocks of one of the two by the other."""
    hers = select(col(MemberHandle.mark)).where(col(MemberHandle.member_id) == member_id)
    session.exec(delete(HandleBlock).where(col(HandleBlock.blocker_id) == member_id, col(HandleBlock.mark).in_(hers)))
    herself = col(RecorderBlock.blocker_id) == member_id, col(RecorderBlock.person_id) == (person_id or 0)
    session.exec(delete(RecorderBlock).where(*herself))


def _repoint(session: Session, old: int, new: int, meetups: list[int] | None) -> None:
    """What one member has in these meetups, or in all, is another's; where both have a part, what was decided holds."""
    there = [] if meetups is None else [col(Participant.meetup_id).in_(meetups)]
    hers, both = col(Participant.member_id) == old, aliased(Participant)
    same = exists().where(col(both.meetup_id) == col(Participant.meetup_id), col(both.member_id) == new)
    for part in session.scalars(select(Participant).where(hers, *there, same.correlate(Participant))):
        kept = session.get_one(Participant, (part.meetup_id, new))
        if kept.status is ParticipantStatus.NAMED and part.status is not ParticipantStatus.NAMED:
            kept.status, kept.shown = part.status, part.shown
            kept.decided_at, kept.by_link = part.decided_at, part.by_link
        session.delete(part)
    session.flush()
    session.exec(update(Participant).where(hers, *there).values(member_id=new))
    named = [] if meetups is None else [col(Naming.meetup_id).in_(meetups)]
    session.exec(update(Naming).where(col(Naming.member_id) == old, *named).values(member_id=new))


def _take_over(session: Session, owner: Any, named: Sequence[Any], member_id: int, other_id: int) -> None:
    """What a member blocks or asks for is another's, who may do so already."""
    other = aliased(owner.class_)
    same = (getattr(other, each.key) == col(each) for each in named)
    has = exists().where(getattr(other, owner.key) == member_id, *same)
    session.exec(delete(owner.class_).where(col(owner) == other_id, has.correlate(owner.class_)))
    session.exec(update(owner.class_).where(col(owner) == other_id).values({owner.key: member_id}))


def _own_handle(session: Session, member_id: int, handle: Handle, field: str) -> MemberHandle:
    lock_member(session, member_id)
    for known in _handles(session, member_id):
        if (known.platform, known.canonical) == (handle.platform, handle.canonical):
            return known
    raise Invalid(_NOT_THEIRS, field=field)


def _handles(session: Session, member_id: int) -> list[MemberHandle]:
    own = select(MemberHandle).where(col(MemberHandle.member_id) == member_id).order_by(col(MemberHandle.id))
    return list(session.scalars(own))


def _drop(session: Session, handle: MemberHandle) -> None:
    session.exec(update(Participant).where(col(Participant.handle_id) == handle.id).values(handle_id=None))
    session.delete(handle)
    session.flush()
