"""Verbs about people: invite, edit, address, erase."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor, Role
from app.core.clock import utcnow
from app.core.db import lock, one, rows
from app.core.emails import canonical_email
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Unfit
from app.core.language import phrase
from app.core.lifecycle import Version, check_version
from app.core.paging import MAXIMUM, Page, Paging, page
from app.core.subjects import Subject
from app.core.text import fold, words
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters
from app.people.access import end_sessions, revoke_all
from app.people.addresses import PostalAddress, check_address
from app.people.models import (
    AddressColumns,
    ApiToken,
    CalendarLink,
    EmailChange,
    Person,
    PersonAddress,
    SignInLink,
)
from app.people.schemas import AddressIn, AddressOut, MeOut, NewPerson, PeopleFilter, PersonOut, Team, TeamMember
from app.printing.entering import NAMES, edited, refuse, unprintable

_MISSING = phrase("There is no such person.")
STAFF = col(Person.active).is_(True) & col(Person.role).in_([Role.COORDINATOR, Role.ADMIN])
"""Whether somebody is on the team."""

_PERSON = tuple(col(getattr(Person, name)) for name in PersonOut.model_fields)


def create_person(session: Session, *, new: NewPerson, actor: Actor, fictional: bool = False) -> Person:
    """Adds somebody who can sign in. Only an admin may add coordinators and admins.

    Raises :class:`Forbidden` for a role above the actor's, :class:`Conflict` for an e-mail address that is known,
    :class:`Unprintable` for a name that no paper can show, unless a name on paper comes with it.
    """
    role = Role(new.role)
    check_grant(role, actor)
    if session.scalar(select(col(Person.id)).where(col(Person.email) == new.email)) is not None:
        raise Conflict(phrase("Somebody with this e-mail address is already here."), field="email")
    refuse(unprintable({"name": new.name, "paper_name": new.paper_name}))
    person = Person(**{**new.model_dump(), "role": role}, fictional=fictional)
    derive(person)
    session.add(person)
    session.flush()
    return person


def update_person(
    session: Session, *, person_id: int, version: Version | None, changes: dict[str, Any], actor: Actor
) -> Person:
    """Changes the given fields. Raises :class:`Stale` where she has changed since ``version`` was read.

    A person who is made inactive loses her tokens, sessions and links; one who gets another role signs in anew. Only an
    admin may change coordinators and admins, and the last one stays an admin (:class:`Conflict`).
    """
    admins = lock_admins(session) if changes.keys() & {"role", "active"} else []
    person = lock(session, Person, person_id, missing=_MISSING)
    person.version = check_version(present=person.version, based_on=version)
    if person.id != actor.person_id or "role" in changes:
        check_grant(person.role, actor)
    if "role" in changes:
        changes = {**changes, "role": Role(changes["role"])}
        check_grant(changes["role"], actor)
        if changes["role"] is not person.role:
            end_sessions(session, person_id=person_id)
    if changes.get("active") is False or changes.get("role", Role.ADMIN) is not Role.ADMIN:
        check_admin_stays(session, person_id=person_id, admins=admins)
    for name, value in changes.items():
        setattr(person, name, value)
    refuse(unprintable(edited(person, NAMES, changes)))
    derive(person)
    if changes.get("active") is False:
        revoke_all(session, person_id=person_id)
    return person


def derive(person: Person) -> None:
    """Derives what is searched from what is kept; to be called after each change."""
    person.search_text = fold(" ".join((person.name, person.paper_name, person.email or "")))[:1600]


def check_grant(role: Role, actor: Actor) -> None:
    """Raises :class:`Forbidden` where somebody changes people of a role that is not theirs to give."""
    if role is not Role.CHAMPION and actor.role is not Role.ADMIN:
        raise Forbidden(phrase("Only an admin can add, change or appoint coordinators and admins. Ask one for help."))


def find_people(session: Session, *, paging: Paging, wanted: PeopleFilter) -> Page[PersonOut]:
    """People who have not been erased, by id. ``q`` looks for each of its words in their names and addresses."""
    found = (col(Person.search_text).contains(word, autoescape=True) for word in words(wanted.q))
    statement = select(*_PERSON).where(col(Person.erased_at).is_(None), *found)
    if wanted.role is not None:
        statement = statement.where(col(Person.role) == Role(wanted.role))
    return page(session, statement, PersonOut, order=[col(Person.id)], paging=paging)


def read_team(session: Session) -> Team:
    """Who is on the team, by name."""
    statement = select(col(Person.id), col(Person.name)).where(STAFF).order_by(col(Person.name), col(Person.id))
    return Team(people=rows(session, statement.limit(MAXIMUM), TeamMember))


def tell_team(
    session: Session,
    kind: LetterKind,
    *,
    subject: Subject,
    but: Iterable[int | None] = (),
) -> None:
    """Asks for a letter to everybody on the team, but for those who know already or must not."""
    known = {one for one in but if one is not None}
    people = [one for one in session.scalars(select(col(Person.id)).where(STAFF)) if one not in known]
    queue_letters(session, kind, to=people, subject=subject)


def read_person(session: Session, *, person_id: int) -> PersonOut:
    """One person. Raises :class:`NotFound`."""
    statement = select(*_PERSON).where(col(Person.id) == person_id, col(Person.erased_at).is_(None))
    return one(session, statement, PersonOut, missing=_MISSING)


def read_me(session: Session, *, person_id: int) -> MeOut:
    """A person with her own address."""
    me = MeOut.model_validate(read_person(session, person_id=person_id))
    address = session.get(PersonAddress, person_id)
    return me.model_copy(update={"address": AddressOut.model_validate(address) if address else None})


def put_address(session: Session, *, person_id: int, new: AddressIn) -> PersonAddress:
    """Keeps where a person wants her box. Raises :class:`Invalid` for one that no post could deliver to."""
    checked = checked_address(new)
    lock(session, Person, person_id, missing=_MISSING)
    address = session.merge(PersonAddress(person_id=person_id, updated_at=utcnow(), **asdict(checked)))
    session.flush()
    return address


def checked_address(new: AddressIn) -> PostalAddress:
    """An address as it is kept. Raises :class:`Invalid` for one that no post could deliver to, or no paper can show.

    Much of it is printed in capitals, which may be other letters: that of ß is SS.
    """
    checked = check_address(PostalAddress(**new.model_dump()))
    texts: dict[str, str] = asdict(checked)
    capitals = {name: text.upper() for name, text in texts.items()}
    refuse(unprintable(texts, needed={"recipient", "line1", "city"}), unprintable(capitals))
    return checked


def postal_address(kept: AddressColumns) -> PostalAddress:
    """A row of one of the address tables as an address."""
    return PostalAddress(**{field.name: getattr(kept, field.name) for field in fields(PostalAddress)})


def delete_address(session: Session, *, person_id: int) -> None:
    """Forgets where a person lives. Does nothing where nothing was kept."""
    session.exec(delete(PersonAddress).where(col(PersonAddress.person_id) == person_id))


def find_by_email(session: Session, *, email: str) -> Person:
    """The person with this e-mail address. Raises :class:`NotFound`."""
    try:
        person = session.scalar(select(Person).where(col(Person.email) == canonical_email(email)))
    except Unfit:
        person = None
    if person is None:
        raise NotFound(phrase("Nobody here has the e-mail address {email}.", email=email))
    return person


def lock_admins(session: Session) -> Sequence[int]:
    """All admins who can sign in, locked until the unit of work ends: two of them who go at once go one by one.

    To be taken before the lock of a person, so that nobody waits crosswise.
    """
    admins = select(col(Person.id)).where(col(Person.role) == Role.ADMIN, col(Person.active).is_(True))
    return session.scalars(admins.order_by(col(Person.id)).with_for_update()).all()


def check_admin_stays(session: Session, *, person_id: int, admins: Sequence[int]) -> None:
    """Refuses (:class:`Conflict`) to let the only one of :func:`lock_admins` go: nobody could appoint another."""
    if list(admins) == [person_id]:
        name = session.get_one(Person, person_id).name
        raise Conflict(phrase("{name} is the only admin who can sign in. Appoint another one first.", name=name))


def is_erased(session: Session, *, person_id: int) -> bool:
    """Whether there was somebody of this id, who was erased."""
    was = col(Person.erased_at).is_not(None)
    return session.scalars(select(col(Person.id)).where(col(Person.id) == person_id, was)).first() is not None


def check_confirmed(session: Session, *, person_id: int, email: str) -> None:
    """Raises :class:`Invalid` where somebody has confirmed what they want by another's e-mail address."""
    if session.scalars(select(col(Person.email)).where(col(Person.id) == person_id)).one() != email:
        raise Invalid(phrase("This is not the e-mail address of this account."), field="email")


def erase_person_step(session: Session, *, person_id: int) -> Person:
    """Removes name, e-mail, address, tokens, sessions and links of a person. What she did stays, unnamed."""
    person = lock(session, Person, person_id, missing=_MISSING)
    delete_address(session, person_id=person_id)
    session.exec(delete(ApiToken).where(col(ApiToken.person_id) == person_id))
    session.exec(delete(CalendarLink).where(col(CalendarLink.person_id) == person_id))
    end_sessions(session, person_id=person_id)
    session.exec(delete(SignInLink).where(col(SignInLink.person_id) == person_id))
    session.exec(delete(EmailChange).where(col(EmailChange.email) == person.email))  # somebody wanted hers
    person.name, person.paper_name, person.search_text, person.email = "Erased", "", "", None
    person.active, person.shown_publicly, person.erased_at = False, False, utcnow()
    person.version += 1
    return person
