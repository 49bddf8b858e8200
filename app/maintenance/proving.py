"""Proofs that the books agree, in the background: one at a time over all servers, with progress to be asked for."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import Field, field_validator
from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.acts.application import Service
from app.acts.jobs import Jobs, insist
from app.acts.policy import Actor
from app.core.db import one
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.schema import Out
from app.maintenance.models import Verification, VerificationStatus
from app.maintenance.verification import STEPS, differences

KEPT = timedelta(days=30)
"""For so long a proof can be read; the last one always."""

MOST_LINES = 1_000
"""So many lines of what differs are kept."""

_MISSING = phrase("There is no such verification. They are kept for {days} days.", days=KEPT.days)
_FAILED = phrase(
    "It did not come to its end: its server has stopped, or something went wrong on our side. Start another one, under "
    "another Idempotency-Key."
)
_JOBS = Jobs(Verification, VerificationStatus.RUNNING, lambda _session, _id, _why: {"unfinished": None})


class VerificationSummary(Out):
    """How far a proof that the books agree has come, and what came of it.

    ``detail`` says why one has failed.
    """

    id: int
    status: VerificationStatus
    done: int
    total: int
    agree: bool | None = Field(default=None, description="whether the books agree; null until it is `ready`")
    differing: int = Field(description="how many lines say what differs")
    detail: str = ""
    created_at: datetime
    updated_at: datetime


class VerificationOut(VerificationSummary):
    """A proof that the books agree, with a line in English for each thing that differs from what the moves say.

    ``agree`` and ``differing`` are known once it is ``ready``; of very many lines the first thousand are here.
    """

    differences: list[str]

    @field_validator("differences", mode="before")
    @classmethod
    def _lines(cls, kept: object) -> object:
        return kept.splitlines() if isinstance(kept, str) else kept


Seen = TypeVar("Seen", bound=VerificationSummary)


def _columns_of(schema: type[VerificationSummary]) -> list[Any]:
    return [col(getattr(Verification, name)) for name in schema.model_fields if hasattr(Verification, name)]


def start(session: Session, *, actor: Actor) -> VerificationOut:
    """Notes that a proof is wanted, which :func:`run` does; as long as one is under way on any server, it is that."""
    _JOBS.give_up_stalled(session, unfinished=None)
    under_way = select(col(Verification.id)).where(col(Verification.unfinished).is_(True))
    verification_id = session.connection().scalar(under_way)
    if verification_id is None:
        new = Verification(total=STEPS)  # of two at once, one finds that of the other when it is done again
        session.add(new)
        session.flush()
        verification_id = new.id
    return read(session, verification_id=verification_id, actor=actor)


def find(session: Session, *, paging: Paging, actor: Actor) -> Page[VerificationSummary]:
    """What was proved, newest first."""
    statement = select(*_columns_of(VerificationSummary))
    order = [col(Verification.id)]
    found = page(session, statement, VerificationSummary, order=order, paging=paging, descending=True)
    return found.model_copy(update={"items": [_seen(item, actor) for item in found.items]})


def read(session: Session, *, verification_id: int, actor: Actor) -> VerificationOut:
    """One of them. Raises :class:`NotFound`."""
    statement = select(*_columns_of(VerificationOut)).where(col(Verification.id) == verification_id)
    return _seen(one(session, statement, VerificationOut, missing=_MISSING), actor)


def _seen(found: Seen, actor: Actor) -> Seen:
    """As it is to be told: one that has stalled has failed, though nobody could write it down."""
    status = found.status
    if _JOBS.has_stalled(status, found.updated_at):
        status = VerificationStatus.FAILED
    why = _FAILED.say(actor.language or "en") if status is VerificationStatus.FAILED else ""
    agree = found.differing == 0 if status is VerificationStatus.READY else None
    return found.model_copy(update={"status": status, "detail": why, "agree": agree})


def run(service: Service, verification_id: int) -> None:
    """Does a proof that waits, unless somebody else has begun it; whatever happens, its status says so."""
    database = service.database

    def prove(_job: object) -> None:
        with database.reading(at_one_moment=True) as session:
            found = differences(session, _JOBS.progress(database, verification_id))
        kept = {"unfinished": None, "differing": len(found), "differences": "\n".join(found[:MOST_LINES])}
        insist(database, lambda session: _JOBS.finish(session, verification_id, **kept))

    _JOBS.do(database, verification_id, prove, col(Verification.id))


def forget(session: Session, *, before: datetime) -> int:
    """Removes proofs of before, but the last one, whose number would come again; returns how many."""
    last = select(func.max(col(Verification.id))).scalar_subquery()
    old = (col(Verification.created_at) < before) & (col(Verification.id) < last)
    return session.exec(delete(Verification).where(old)).rowcount
