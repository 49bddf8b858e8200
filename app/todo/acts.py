"""What can be asked about the work that waits, and what settles entries that came too late."""

from app.acts.act import Work, given, reads, writes
from app.acts.entries import LateEntryOut
from app.acts.policy import Permission
from app.core.schema import RowId
from app.core.subjects import Thing
from app.todo import late
from app.todo.queries import todo
from app.todo.schemas import Todo, TodoFilter


@reads(Permission.READ_TODO, heavy=True)
def get_todo(work: Work, *, wanted: TodoFilter) -> Todo:
    """Read what waits for a coordinator.

    Of each kind of work the first entries, the most urgent first; `totals` says how many there are, up to 1,000.
    """
    return todo(work.session, rules=work.rules, person_id=work.actor.person_id, limit=wanted.limit)


@writes(Permission.SETTLE_LATE_ENTRIES, about=given(Thing.LATE_ENTRY))
def book_late_entry(work: Work, *, late_entry_id: RowId) -> LateEntryOut:
    """Book what happened but was told of after its claim or its conference had ended.

    Whoever sent it gets, for the same `entry_id`, what it has made from now on.
    """
    return late.book(work, late_id=late_entry_id)


@writes(Permission.SETTLE_LATE_ENTRIES, about=given(Thing.LATE_ENTRY))
def dismiss_late_entry(work: Work, *, late_entry_id: RowId) -> LateEntryOut:
    """Put a late entry aside: it is not booked, and what was sent is not kept."""
    return late.dismiss(work, late_id=late_entry_id)
