"""Print jobs: many papers into one file, in the background, with progress that can be asked for."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import ConfigDict
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from app.acts.act import File
from app.acts.application import Service
from app.acts.audit import record
from app.acts.jobs import LEFT_BEHIND, Jobs, insist
from app.acts.policy import SHELL, Actor
from app.core.clock import utcnow
from app.core.db import Statement, columns, one
from app.core.errors import Conflict, NotFound
from app.core.language import Language, Text, phrase
from app.core.paging import Page, Paging, page
from app.core.schema import Out
from app.core.subjects import Thing
from app.paperwork.models import JobStatus, PrintJob, PrintJobFile
from app.paperwork.slip_batches import NewSlips, print_batch, read_batch
from app.people.models import Person

KEPT = timedelta(hours=1)
"""A file may hold addresses, so it does not stay."""

_MISSING = phrase("You have no such print job. Files are kept for an hour.")


class PrintJobOut(Out):
    """How far a job has come. The file of one that is ``ready`` can be had for an hour.

    ``detail`` says why one has failed, or what is not in the file of one that is ready, a line for each.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    status: JobStatus
    done: int
    total: int
    detail: str
    created_at: datetime
    updated_at: datetime


def _language_of(session: Session, job_id: int) -> Language:
    """The language of whoever wants a job."""
    asked = select(col(Person.language)).where(col(PrintJob.id) == job_id, col(Person.id) == col(PrintJob.person_id))
    found: Language = columns(session, asked).scalar_one()
    return found


def _because(session: Session, job_id: int, why: Text) -> dict[str, str]:
    return {"detail": why.say(_language_of(session, job_id))[:1_000]}


_PATIENCE = KEPT - LEFT_BEHIND
"""Many jobs may stand before one, two at a time; so late a file would be gone before it is fetched."""

_JOBS = Jobs(PrintJob, JobStatus.PRINTING, _because, _PATIENCE)
_COLUMNS = tuple(col(getattr(PrintJob, name)) for name in PrintJobOut.model_fields)


def create_job(session: Session, *, new: NewSlips, actor: Actor) -> PrintJobOut:
    """Notes what is wanted; :func:`run_job` does it. That it was asked for goes into the audit trail."""
    assert actor.person_id is not None, "only people may start print jobs"
    job = PrintJob(person_id=actor.person_id, wanted=new.model_dump_json(), total=len(new.shipment_ids))
    session.add(job)
    session.flush()
    return PrintJobOut.model_validate(job)


def find_jobs(session: Session, *, paging: Paging, actor: Actor) -> Page[PrintJobOut]:
    """Her own jobs, newest first."""
    statement = _kept_for(actor)
    found = page(session, statement, PrintJobOut, order=[col(PrintJob.id)], paging=paging, descending=True)
    return found.model_copy(update={"items": [_seen(job, actor) for job in found.items]})


def read_job(session: Session, *, job_id: int, actor: Actor) -> PrintJobOut:
    """One of her own jobs. Raises :class:`NotFound`."""
    statement = _kept_for(actor).where(col(PrintJob.id) == job_id)
    return _seen(one(session, statement, PrintJobOut, missing=_MISSING), actor)


def job_file(session: Session, *, job_id: int, actor: Actor) -> File:
    """What one of her jobs has made. Raises :class:`Conflict` as long as it is not ready, :class:`NotFound`."""
    job = read_job(session, job_id=job_id, actor=actor)
    if job.status is not JobStatus.READY:
        raise Conflict(
            phrase("Printed: {done} of {total}. There is no file.", done=job.done, total=job.total),
            current_status=job.status.value,
        )
    found = session.get(PrintJobFile, job_id)
    if found is None:
        raise NotFound(_MISSING)
    return File(found.name, found.media_type, found.content)


def _kept_for(actor: Actor) -> Statement:
    own = col(PrintJob.person_id) == actor.person_id
    return select(*_COLUMNS).where(own, col(PrintJob.created_at) > utcnow() - KEPT)


def _seen(job: PrintJobOut, actor: Actor) -> PrintJobOut:
    """The job as it is to be told: one that has stalled has failed, though nobody could write it down."""
    if job.status is JobStatus.FAILED and not job.detail:
        why = phrase("It was forgotten before it was done. Start another job, under another Idempotency-Key.")
    elif not _JOBS.has_stalled(job.status, job.updated_at):
        return job
    elif job.status is JobStatus.WAITING:
        why = phrase("It has waited for too long. Start another job, under another Idempotency-Key.")
    else:
        why = phrase("The server that printed it has stopped. Start another job, under another Idempotency-Key.")
    return job.model_copy(update={"status": JobStatus.FAILED, "detail": why.say(actor.language or "en")})


def run_job(service: Service, job_id: int, *, action: str) -> None:
    """Does a job that waits, unless somebody else has begun it; whatever happens, its status says so.

    ``action`` is the word by which the trail knows that these papers were printed.
    """
    database = service.database

    def draw(job: Any) -> None:
        wanted, principal = NewSlips.model_validate_json(job.wanted), Thing.PERSON.named(job.person_id)

        def note_reading(session: Session) -> None:
            boxes = [Thing.SHIPMENT.named(shipment_id) for shipment_id in wanted.shipment_ids]
            record(session, principal=principal, action=action, subjects=boxes)

        with database.reading() as session:
            batch = read_batch(session, wanted=wanted, rules=service.rules(session), actor=SHELL)
        made = print_batch(database, batch, note_reading, _JOBS.progress(database, job_id))
        insist(database, lambda session: _finish(session, job_id, made))

    _JOBS.do(database, job_id, draw, col(PrintJob.wanted), col(PrintJob.person_id))


def _finish(session: Session, job_id: int, made: File) -> None:
    """Keeps the file, unless the job was forgotten in the meantime, as by an erasure. Says what is not in it."""
    language = _language_of(session, job_id)
    missing = "\n".join(text.say(language) for text in made.left_out)[:1_000]
    if _JOBS.finish(session, job_id, detail=missing):
        session.add(PrintJobFile(job_id=job_id, name=made.name, media_type=made.media_type, content=made.content))


def forget_files(session: Session, *, before: datetime) -> int:
    """Removes what the jobs made before have printed, and ends those that still print; returns how many files went."""
    old = col(PrintJob.created_at) < before
    _JOBS.give_up(session, old, detail="")
    session.exec(update(PrintJob).where(old, col(PrintJob.wanted) != "").values(wanted=""))
    jobs = select(col(PrintJob.id)).where(old)
    return session.exec(delete(PrintJobFile).where(col(PrintJobFile.job_id).in_(jobs))).rowcount
