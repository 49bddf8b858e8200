"""Verbs about reports of abuse: whoever can sign in or has a member's link writes, coordinators read."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from sqlalchemy import select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import lock
from app.core.errors import Conflict
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.schema import Filter, In, Out
from app.core.text import at_most, clean_text
from app.members.models import Report


class NewReport(In):
    """What happened. Name the meetup, the claim or the handle that it is about."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "I am named in meetups that never were."}]})

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(clean_text), at_most(2000)]


class ReportOut(Out):
    """A report. Its text is empty once it is closed."""

    id: int
    reporter: str
    text: str
    created_at: datetime
    closed_at: datetime | None
    closed_by: int | None


_COLUMNS = tuple(col(getattr(Report, name)) for name in ReportOut.model_fields)


class ReportFilter(Filter):
    """Which reports are wanted."""

    is_open: Annotated[bool | None, Field(alias="open", description="those that wait, or the closed ones")] = None


def report(session: Session, *, new: NewReport, actor: Actor) -> None:
    """Keeps a report for coordinators."""
    session.add(Report(reporter=actor.principal, text=new.text))
    session.flush()


def close_report(session: Session, *, report_id: int, actor: Actor) -> ReportOut:
    """Marks a report as dealt with, and removes its text."""
    found = lock(session, Report, report_id, missing=phrase("There is no such report."))
    if found.closed_at is not None:
        raise Conflict(phrase("This report is already closed."), current_status="closed", allowed=[])
    found.closed_at, found.closed_by, found.text = utcnow(), actor.person_id, ""
    session.flush()
    return ReportOut.model_validate(found)


def find_reports(session: Session, *, paging: Paging, is_open: bool | None = None) -> Page[ReportOut]:
    """Reports, newest first."""
    statement = select(*_COLUMNS)
    if is_open is not None:
        closed = col(Report.closed_at)
        statement = statement.where(closed.is_(None) if is_open else closed.is_not(None))
    return page(session, statement, ReportOut, order=[col(Report.id)], paging=paging, descending=True)


def forget_reports(session: Session, *, principal: str) -> None:
    """Removes the text of what somebody reported."""
    session.exec(update(Report).where(col(Report.reporter) == principal).values(text="", closed_at=utcnow()))
