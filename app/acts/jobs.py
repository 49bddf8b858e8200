"""Jobs: what takes longer than a request, done after its answer, with progress that can be asked for.

Each kind of job has its own table, and its own word for what is being done; here is what their lives have in common.
One thread of one server takes a job that waits, and says from time to time how far it is.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.db import Database, columns
from app.core.errors import Busy, DomainError, Unavailable
from app.core.language import Text, phrase
from app.core.observe import log

STALLED = timedelta(minutes=2)
"""A job under way of which nothing was heard for so long was on a server that is gone."""

LEFT_BEHIND = timedelta(minutes=10)
"""A job that has waited for so long, and stands in no line, was to be begun by a server that is gone."""

INSISTING_SECONDS, PAUSE_SECONDS = 60.0, 0.5
"""For how long a database that is busy or away is asked again by a job, and how long after each time."""

_WAITING, _READY, _FAILED = "waiting", "ready", "failed"

T = TypeVar("T")


class _EndedMeanwhile(Exception):
    """A job that is under way was ended by somebody else, or is told to have failed."""


def insist(database: Database, work: Callable[[Session], T]) -> T:
    """What ``work`` does, which finds out by itself where it was done; tried again for a while where it cannot be done.

    Nobody sends again what is done in the background. Raises :class:`Busy` or :class:`Unavailable` at last.
    """
    until = time.monotonic() + INSISTING_SECONDS
    while True:
        try:
            return database.run(work, repeatable=True)
        except (Busy, Unavailable):
            if time.monotonic() >= until:
                raise
        time.sleep(PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class Jobs:
    """The jobs of one table, which has ``id``, ``status``, ``done``, ``total`` and ``updated_at``.

    A status is ``waiting``, ``under_way``, ``ready`` or ``failed``; a job that is ended meanwhile, as by an erasure,
    stays as it was ended, and so does one that is told to have failed. ``because`` gives what else is written into a
    job that fails, by its number and the reason; a job that waits for longer than ``patience`` will not be done.
    """

    table: Any
    under_way: StrEnum
    because: Callable[[Session, int, Text], dict[str, Any]]
    patience: timedelta = LEFT_BEHIND

    def do(self, database: Database, job_id: int, work: Callable[[Any], object], *wanted: Any) -> None:
        """Does a job that waits, unless somebody else has begun it; whatever happens, its status says so.

        ``work`` is given these columns of it, and ends it by :meth:`finish`. What is our fault is in the log.
        """
        tries: list[datetime] = []
        taken = False
        about = {"kind": self.table.__tablename__, "job": job_id}
        try:
            job = insist(database, lambda session: self._take(session, job_id, tries, wanted))
            if job is None:
                return
            taken = True
            work(job)
        except _EndedMeanwhile:
            log.warning("a job was ended before it was done", **about)
            return
        except DomainError as refusal:
            log.warning("a job could not be done", **about, error=refusal.code)
            why = refusal.detail
        except Exception:  # noqa: BLE001 (the log has it, and the job says that it failed)
            log.exception("a job failed", **about)
            why = phrase("Something went wrong on our side.")
        else:
            return
        ours = self._has(job_id, self.under_way) if taken else self._free(job_id, tries)
        insist(database, lambda session: self.give_up(session, ours, **self.because(session, job_id, why)))

    def finish(self, session: Session, job_id: int, **values: Any) -> bool:
        """Writes down that all of a job is done; False where it is not under way any more."""
        return self._change(session, job_id, status=_READY, done=col(self.table.total), **values)

    def progress(self, database: Database, job_id: int) -> Callable[[int], None]:
        """What is told how many steps of a job are done; it ends the work on one that was ended meanwhile."""

        def tell(done: int) -> None:
            with suppress(Busy, Unavailable):  # the next time will do
                if not database.run(lambda session: self._change(session, job_id, done=done), repeatable=True):
                    raise _EndedMeanwhile

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
        limits = {self.under_way: STALLED, _WAITING: self.patience}
        return status in limits and heard_of <= utcnow() - limits[status]

    def _stalled(self) -> ColumnElement[bool]:
        """The same of a row."""
        status, heard_of, now = col(self.table.status), col(self.table.updated_at), utcnow()
        waits_in_vain = (status == _WAITING) & (heard_of <= now - self.patience)
        return waits_in_vain | (status == self.under_way) & (heard_of <= now - STALLED)

    def _has(self, job_id: int, status: str) -> ColumnElement[bool]:
        return (col(self.table.id) == job_id) & (col(self.table.status) == status)

    def _free(self, job_id: int, tries: Sequence[datetime]) -> ColumnElement[bool]:
        """Whether a job waits for whoever takes it, or was taken by one of these tries, whose commit was not heard."""
        return self._has(job_id, _WAITING) & ~self._stalled() | (
            self._has(job_id, self.under_way) & col(self.table.updated_at).in_(tries)
        )

    def _take(self, session: Session, job_id: int, tries: list[datetime], wanted: Sequence[Any]) -> Any:
        """Takes a job that waits; these columns of it, or None where it was taken, or is told to have failed by now."""
        free = self._free(job_id, tries)
        tries.append(utcnow())
        taken = update(self.table).where(free).values(status=self.under_way, updated_at=tries[-1])
        return columns(session, taken.returning(*wanted)).first()

    def _change(self, session: Session, job_id: int, **values: Any) -> bool:
        """Writes down what has become of a job; False where it is not under way any more."""
        ours = self._has(job_id, self.under_way) & ~self._stalled()
        return bool(session.exec(update(self.table).where(ours).values(**values, updated_at=utcnow())).rowcount)
