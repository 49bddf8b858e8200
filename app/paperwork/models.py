"""Tables: print jobs and the files that they have made."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of


class JobStatus(StrEnum):
    """The life of a print job."""

    WAITING = "waiting"
    PRINTING = "printing"
    READY = "ready"
    FAILED = "failed"


class PrintJob(Row, table=True):
    """Many papers that somebody wants printed into one file. The row stays, so that its number does not come again."""

    __tablename__ = "print_job"
    __table_args__ = (Index("ix_print_job_person_id_id", "person_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="RESTRICT")
    wanted: str = Field(max_length=60_000)
    """What is to be printed, as JSON."""
    status: JobStatus = Field(default=JobStatus.WAITING, sa_type=one_of(JobStatus, "status"))
    done: int = 0
    total: int
    detail: str = Field(default="", max_length=1_000)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime, index=True)
    updated_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class PrintJobFile(Row, table=True):
    """What a print job has made. It may hold addresses: it is kept for an hour."""

    __tablename__ = "print_job_file"

    job_id: int = Field(primary_key=True, foreign_key="print_job.id", ondelete="RESTRICT")
    name: str = Field(max_length=120)
    media_type: str = Field(max_length=60)
    content: bytes
