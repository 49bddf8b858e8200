"""Secret addresses by which somebody's programs read a calendar of theirs, and nothing else."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.db import columns
from app.core.errors import Forbidden, NotFound, Unauthenticated
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.rules import Rules
from app.people.access import WHO, actor_of
from app.people.models import CalendarKind, CalendarLink, Person
from app.people.schemas import CalendarLinkOut, IssuedCalendarLink
from app.people.secrets import CALENDAR_LINK, CALENDAR_PATH, hash_secret, new_secret

NO_CALENDAR = phrase("There is no such calendar.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar a secret opens, and which."""

    who: Actor
    kind: CalendarKind


def make_calendar_link(
    session: Session, *, person_id: int, kind: CalendarKind, rules: Rules, actor: Actor
) -> IssuedCalendarLink:
    """A new link of a person's, with its secret, which cannot be read again.

    Raises :class:`Forbidden` for the coordinators' calendar where it is none of theirs.
    """
    if kind is CalendarKind.COORDINATORS and not actor.is_staff:
        raise Forbidden(phrase("This calendar is for coordinators."))
    secret = new_secret(CALENDAR_LINK)
    link = CalendarLink(person_id=person_id, kind=kind, secret_hash=hash_secret(secret))
    session.add(link)
    session.flush()
    address = f"{rules.public_url}{CALENDAR_PATH.format(code=secret)}"
    return IssuedCalendarLink(**CalendarLinkOut.model_validate(link).model_dump(), address=address)


def find_calendar_links(session: Session, *, person_id: int, paging: Paging) -> Page[CalendarLinkOut]:
    """A person's links, by id, without their secrets."""
    known = (col(getattr(CalendarLink, name)) for name in CalendarLinkOut.model_fields)
    statement = select(*known).where(col(CalendarLink.person_id) == person_id)
    return page(session, statement, CalendarLinkOut, order=[col(CalendarLink.id)], paging=paging)


def revoke_calendar_link(session: Session, *, calendar_link_id: int, person_id: int) -> None:
    """Ends a link at once. Raises :class:`NotFound`, also where it is somebody else's."""
    own = (col(CalendarLink.id) == calendar_link_id) & (col(CalendarLink.person_id) == person_id)
    if not session.exec(delete(CalendarLink).where(own)).rowcount:
        raise NotFound(NO_CALENDAR)


def whose_calendar(session: Session, *, secret: str) -> Reader:
    """Whose calendar it is. Raises :class:`Unauthenticated` for a secret that opens none, or none any more."""
    statement = (
        select(*WHO, col(CalendarLink.kind))
        .join(CalendarLink, col(CalendarLink.person_id) == col(Person.id))
        .where(col(CalendarLink.secret_hash) == hash_secret(secret), col(Person.active).is_(True))
    )
    found = columns(session, statement).first()
    if found is None:
        raise Unauthenticated(NO_CALENDAR)
    who = actor_of(found)
    if found.kind is CalendarKind.COORDINATORS and not who.is_staff:
        raise Unauthenticated(NO_CALENDAR)
    return Reader(who, found.kind)
