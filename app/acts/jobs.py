"""Jobs: what takes longer than a request, done after its answer, with progress that can be asked for.

Each kind of job has its own table, and its own word for what is being done; here is what their lives have in common.
One thread of one server takes a job that waits, and says from time to time how far it is.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.db import Database, columns
from app.core.errors import Busy, DomainError
from app.core.language import Text, phrase
from app.core.observe import log

STALLED = timedelta(minutes=2)
"""A job under way of which nothing was heard for so long was on a server that is gone."""

LEFT_BEHIND = timedelta(minutes=10)
"""A job that has waited for so long was to be begun by a server that is gone: no other job takes that long."""

_WAITING, _FAILED = "waiting", "failed"


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one table, which has ``id``, ``status``, ``done`` and ``updated_at``.

    A status is ``waiting``, ``under_way``, ``ready`` or ``failed``; a job that is ended meanwhile, as by an erasure,
    stays as it was ended.
    """

    table: Any
    under_way: StrEnum

    def begin(self, session: Session, job_id: int, *wanted: Any) -> Any:
        """Takes a job that waits; these columns of it, or None where it was taken, or is told to have failed by now."""
        waits = (col(self.table.id) == job_id) & (col(self.table.status) == _WAITING) & ~self._stalled()
        taken = update(self.table).where(waits).values(status=self.under_way, updated_at=utcnow())
        return columns(session, taken.returning(*wanted)).first()

    def change(self, session: Session, job_id: int, **values: Any) -> bool:
        """Writes down what has become of a job; False where it is not under way any more."""
        ours = (col(self.table.id) == job_id) & (col(self.table.status) == self.under_way)
        return bool(session.exec(update(self.table).where(ours).values(**values, updated_at=utcnow())).rowcount)

    def progress(self, database: Database, job_id: int) -> Callable[[int], None]:
        """What is told how many steps of a job are done."""

        def tell(done: int) -> None:
            with suppress(Busy):  # the next time will do
                database.run(lambda session: self.change(session, job_id, done=done))

        return tell

    def give_up(self, session: Session, which: ColumnElement[bool], **values: Any) -> None:
        """Ends those of these jobs that have not come to their end."""
        unfinished = col(self.table.status).in_([_WAITING, self.under_way])
        ended = {"status": _FAILED, "updated_at": utcnow(), **values}
        session.exec(update(self.table).where(which, unfinished).values(ended))

    def give_up_stalled(self, session: Session, **values: Any) -> None:
        """Ends those of which :meth:`has_stalled` holds."""
        self.give_up(session, self._stalled(), **values)

    def has_stalled(self, status: StrEnum, heard_of: datetime) -> bool:
        """Whether a job of this status, of which somebody heard then for the last time, will not be done any more."""
        limits = {self.under_way: STALLED, _WAITING: LEFT_BEHIND}
        return status in limits and heard_of <= utcnow() - limits[status]

    def _stalled(self) -> ColumnElement[bool]:
        """The same of a row."""
        status, heard_of, now = col(self.table.status), col(self.table.updated_at), utcnow()
        waits_in_vain = (status == _WAITING) & (heard_of <= now - LEFT_BEHIND)
        return waits_in_vain | (status == self.under_way) & (heard_of <= now - STALLED)

    def attempt(self, job_id: int, work: Callable[[], object]) -> Text | None:
        """Does the work of a job; why it has failed, None where it has not. What is our fault is in the log."""
        try:
            work()
        except DomainError as refusal:
            return refusal.detail
        except Exception:  # noqa: BLE001 (the log has it, and the job says that it failed)
            log.exception("a job failed", kind=self.table.__tablename__, job=job_id)
            return phrase("Something went wrong on our side.")
        return None
