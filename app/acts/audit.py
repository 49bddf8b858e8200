"""The trail: who did what to what, when, in which request. It only grows, and holds no personal data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, StringConstraints
from sqlalchemy import Index, insert, or_, select
from sqlmodel import Field, Session, col

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, columns, rows
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.schema import Filter, Out
from app.core.text import Shaped


class AuditEntry(Row, table=True):
    """One thing that somebody did. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject_id", "subject", "id"),
        Index("ix_audit_entry_principal_id", "principal", "id"),
        Index("ix_audit_entry_through_id", "through", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    principal: str = Field(max_length=60)
    action: str = Field(max_length=60)
    subject: str = Field(default="", max_length=60)
    through: str = Field(default="", max_length=60)
    request_id: str = Field(default="", max_length=32)


class AuditOut(Out):
    """One thing that somebody did. ``principal`` and ``subject`` are kinds with ids, such as ``person:5``.

    ``through``: it was done with a member's link, which this coordinator made and has seen.
    """

    model_config = ConfigDict(from_attributes=True)

    id: int
    created_at: datetime
    principal: str
    action: str
    subject: str
    through: str
    request_id: str


_NO_NAME = phrase("This must be a name in the trail, such as {example}.", example="person:12")
Name = Annotated[
    str,
    StringConstraints(max_length=60),
    Shaped(r"([a-z_]+(:\d{1,10})?|slip:[0-9A-Z]{16}|specialty(:[a-z0-9-]{0,24}){2})", _NO_NAME),
]


class AuditFilter(Filter):
    """Which lines of the trail are wanted: about one object (`claim:5`), or of one person (`person:3`)."""

    subject: Annotated[Name | None, Field(description="what it was done to, such as `claim:5`")] = None
    principal: Annotated[
        Name | None, Field(description="who did it, or made the link with which it was done, such as `person:3`")
    ] = None


_COLUMNS = tuple(col(getattr(AuditEntry, name)) for name in AuditOut.model_fields)


def record(
    session: Session,
    *,
    principal: str,
    action: str,
    subjects: Sequence[str],
    request_id: str = "",
    through: str = "",
) -> None:
    """Adds a line to the trail for each of what this was done to, in the transaction of what it tells about."""
    same = {"created_at": utcnow(), "principal": principal, "action": action}
    same |= {"request_id": request_id, "through": through}
    if subjects:
        session.connection().execute(_LINE, [{**same, "subject": subject} for subject in subjects])


_LINE = insert(AuditEntry)


def find_audit(
    session: Session, *, paging: Paging, subject: str | None = None, principal: str | None = None
) -> Page[AuditOut]:
    """The trail, newest first: whole, of one object, or of one person."""
    statement = select(*_COLUMNS)
    if subject is not None:
        statement = statement.where(col(AuditEntry.subject) == subject)
    if principal is not None:
        mine = col(AuditEntry.principal) == principal, col(AuditEntry.through) == principal
        statement = statement.where(or_(*mine))
    return page(session, statement, AuditOut, order=[col(AuditEntry.id)], paging=paging, descending=True)


class Done(Out):
    """What was done to somebody or in their name, by whom, and with a link that who has seen."""

    created_at: datetime
    action: str
    principal: str
    through: str


def find_done(session: Session, *, to: str, most: int) -> list[Done]:
    """What was done lately to somebody, or in their name, newest first."""
    statement = select(*(col(getattr(AuditEntry, name)) for name in Done.model_fields))
    theirs = or_(col(AuditEntry.subject) == to, col(AuditEntry.principal) == to)
    return rows(session, statement.where(theirs).order_by(col(AuditEntry.id).desc()).limit(most), Done)


def all_entries(session: Session) -> Iterator[tuple[str, ...]]:
    """Every line, oldest first, as text, for an export."""
    yield tuple(AuditOut.model_fields)
    for row in columns(session, select(*_COLUMNS).order_by(col(AuditEntry.id))):
        yield tuple(value.isoformat() if isinstance(value, datetime) else str(value) for value in row)
