"""Verbs about further handles that a member says are hers."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select
from sqlmodel import Session, col

from app.core.db import Statement, lock, rows
from app.core.errors import Conflict
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.rules import Rules
from app.core.statements import built_once
from app.members.handles import Handle, parse_handle
from app.members.models import AskedHandle, Member
from app.members.schemas import AskedHandleOut, HandleIn
from app.members.service import give_handle_step, parse

MOST_ASKED = 20
"""As many wait of one member at once."""

_MISSING = phrase("Nobody asks for this handle any more.")


def ask_for_handle(session: Session, *, member_id: int, entry: HandleIn, rules: Rules) -> int:
    """Notes that a member says a handle is hers; the number of that. Asking twice is asking once.

    Nothing depends on whether anybody here has it. Raises :class:`Invalid` for what is no handle, :class:`Conflict`
    where too many wait.
    """
    handle = parse(entry, rules=rules)
    own = session.scalars(select(AskedHandle).where(col(AskedHandle.member_id) == member_id)).all()
    for known in own:
        if (known.platform, known.canonical) == (handle.platform, handle.canonical):
            return known.id
    if len(own) >= MOST_ASKED:
        raise Conflict(phrase("You have asked for many already. Wait until a coordinator has looked at them."))
    made = AskedHandle(
        member_id=member_id,
        platform=handle.platform,
        canonical=handle.canonical,
        display=handle.display,
        url=handle.url,
    )
    session.add(made)
    session.flush()
    return made.id


def asked_handles(session: Session, *, member_id: int) -> list[AskedHandleOut]:
    """Those of a member that wait for a coordinator, the oldest first."""
    hers = waiting_handles().where(col(AskedHandle.member_id) == member_id)
    return rows(session, hers, AskedHandleOut, most=MOST_ASKED)


@built_once
def waiting_handles() -> Statement:
    """Those that wait for a coordinator, the oldest first, ``most`` of them: :class:`AskedHandleOut`."""
    return (
        select(
            *(col(getattr(AskedHandle, name)) for name in AskedHandleOut.model_fields if name != "display_name"),
            col(Member.display_name),
        )
        .outerjoin(Member, col(Member.id) == col(AskedHandle.member_id))  # each has one: so these are found first
        .order_by(col(AskedHandle.id))
        .limit(bindparam("most"))
    )


def confirm_handle(session: Session, *, asked_id: int, key: ServerKey) -> int:
    """The handle is hers; the member's id.

    Raises :class:`NotFound`; :class:`Conflict` where it is another member's, with whom she is then merged, or erased.
    """
    asked = lock(session, AskedHandle, asked_id, missing=_MISSING)
    handle = parse_handle(asked.display, platform=asked.platform)  # by the rules of today
    member_id = asked.member_id
    give_handle_step(session, member_id=member_id, handle=handle, key=key, field="handle")
    session.delete(asked)
    session.flush()
    return member_id


def refuse_handle(session: Session, *, asked_id: int) -> None:
    """The handle is not hers, as far as anybody can tell. Raises :class:`NotFound`."""
    session.delete(lock(session, AskedHandle, asked_id, missing=_MISSING))
    session.flush()


def forget_asked(session: Session, *, member_id: int, handles: Collection[Handle]) -> None:
    """Removes what a member has asked for, and what others have who said that her ``handles`` are theirs."""
    session.exec(delete(AskedHandle).where(col(AskedHandle.member_id) == member_id))
    for handle in handles:
        same = col(AskedHandle.platform) == handle.platform, col(AskedHandle.canonical) == handle.canonical
        session.exec(delete(AskedHandle).where(*same))
