"""Verbs about reports of abuse: anyone writes, coordinators read.

Whom a report is about neither sees nor closes it.
"""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, case, cast, func, select, true, update
from sqlmodel import Session, col

from app.acts.policy import Actor, Role
from app.core.clock import utcnow
from app.core.db import columns, lock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.rules import Rules
from app.core.subjects import Thing
from app.members.marks import is_erased
from app.members.models import Member, Report
from app.members.schemas import NewReport, ReportOut
from app.members.service import find_by_handle, handle_id, parse
from app.outbox.models import LetterKind, QueuedLetter
from app.outbox.service import queue_at_once
from app.people.models import Person
from app.people.service import STAFF, tell_team

_MISSING = phrase("There is no such report.")


_COLUMNS = tuple(col(getattr(Report, name)) for name in ReportOut.model_fields)


def check_stranger(new: NewReport, *, actor: Actor) -> None:
    """Raises :class:`Invalid` where somebody whom we do not know names what only those can see whom we know."""
    if actor.role is not Role.ANYONE:
        return
    for field in ("meetup_id", "person_id"):
        if getattr(new, field) is not None:
            raise Invalid(phrase("Sign in to say that, or say in words whom or what it is about."), field=field)


def report(
    session: Session, *, new: NewReport, recorder_id: int | None, rules: Rules, key: ServerKey, actor: Actor
) -> None:
    """Keeps a report for coordinators; ``recorder_id`` is who recorded the meetup that it is about.

    Where nobody on the team may see it, it goes to the community's contact address. Raises :class:`Invalid` where it
    says more than one of what it is about, for a handle that cannot be, and for somebody who is not of the team.
    """
    if sum(given is not None for given in (new.handle, new.meetup_id, new.person_id)) > 1:
        raise Invalid(phrase("Say one thing that it is about: a handle, a meetup, or a person."), field="handle")
    kept = Report(reporter=actor.principal, text=new.text, about_meetup_id=new.meetup_id, about_person_id=recorder_id)
    handle = parse(new.handle, rules=rules) if new.handle is not None else None
    if handle is not None:
        # Looked up, and no more: strangers report, and nobody comes into being by what they type.
        kept.about_member_id = find_by_handle(session, handle=handle)
        if kept.about_member_id is None and not is_erased(session, handle=handle, key=key):
            kept.about_handle = handle.key
    if new.person_id is not None:
        staff = select(col(Person.id)).where(col(Person.id) == new.person_id, STAFF)
        if session.scalar(staff) is None:
            raise Invalid(phrase("There is no such person on the team."), field="person_id")
        kept.about_person_id = new.person_id
    session.add(kept)
    session.flush()
    # Whom it is about finds no letter of it either: that is looked at when it leaves.
    subject = Thing.REPORT.named(kept.id)
    tell_team(session, LetterKind.NEW_REPORT, subject=subject, but=[actor.person_id])
    if rules.contact_email and not _has_readers(session, kept):
        facts: dict[str, Any] = {"language": rules.language}
        if handle is not None:
            facts["handle_id"] = handle_id(session, handle=handle)  # a number: erased is erased there, too
        queue_at_once(session, LetterKind.NEW_REPORT, address=rules.contact_email, subject=subject, facts=facts)


def _has_readers(session: Session, kept: Report) -> bool:
    """Whether anybody is on the team whom it is not about."""
    linked = select(col(Member.person_id)).where(col(Member.id) == kept.about_member_id, _LINKED)
    others = select(col(Person.id)).where(
        STAFF, col(Person.id) != (kept.about_person_id or 0), col(Person.id).not_in(linked)
    )
    return columns(session, others.limit(1)).first() is not None


_LINKED = col(Member.person_id).is_not(None)


def close_report(session: Session, *, report_id: int, actor: Actor) -> ReportOut:
    """Marks a report as dealt with, and removes its text and the handle that was typed.

    Raises :class:`NotFound` for whom it is about.
    """
    found = lock(session, Report, report_id, missing=_MISSING)
    if session.scalar(select(col(Report.id)).where(col(Report.id) == report_id, _may_see(actor))) is None:
        raise NotFound(_MISSING)
    if found.closed_at is not None:
        raise Conflict(phrase("This report is already closed."), current_status="closed", allowed=[])
    found.closed_at, found.closed_by = utcnow(), actor.person_id
    found.text = found.about_handle = ""
    session.flush()
    return ReportOut.model_validate(found)


def find_reports(session: Session, *, paging: Paging, actor: Actor, is_open: bool | None = None) -> Page[ReportOut]:
    """Reports that the actor may see, newest first."""
    statement = select(*_COLUMNS).where(_may_see(actor))
    if is_open is not None:
        closed = col(Report.closed_at)
        statement = statement.where(closed.is_(None) if is_open else closed.is_not(None))
    return page(session, statement, ReportOut, order=[col(Report.id)], paging=paging, descending=True)


def _may_see(actor: Actor) -> ColumnElement[bool]:
    """Whether a report is not about the actor, by account or by handle."""
    return true() if actor.person_id is None else may_see(person_id=actor.person_id)


def may_see(*, person_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Whether a report is not about this person, by account or by handle."""
    own = select(col(Member.id)).where(col(Member.person_id) == person_id).correlate(None).scalar_subquery()
    about_her = func.coalesce(col(Report.about_person_id), 0) == person_id
    return ~about_her & (func.coalesce(col(Report.about_member_id), -1) != func.coalesce(own, 0))


def shown_failures(*, person_id: int | BindParameter[int] | None) -> ColumnElement[bool]:
    """Whether this person may know of a letter that it failed: of one about a report, where they may see that.

    Once the report is closed it has nothing to tell any more.
    """
    told = col(QueuedLetter.kind) == LetterKind.NEW_REPORT
    # Read from those alone: what others are about is no number, or another's.
    number = case((told, cast(func.substr(col(QueuedLetter.subject), len(Thing.REPORT.named(0))), Integer)))
    seen = select(col(Report.id)).where(col(Report.id) == number, col(Report.closed_at).is_(None))
    if person_id is not None:
        seen = seen.where(may_see(person_id=person_id))
    return ~told | seen.exists()


def forget_reports(session: Session, *, principal: str) -> None:
    """Removes the text of what somebody reported, and the handles that they typed."""
    forgotten = {"text": "", "about_handle": "", "closed_at": utcnow()}
    session.exec(update(Report).where(col(Report.reporter) == principal).values(**forgotten))
