"""Another e-mail address: the old one is told, and it holds once the new one has confirmed it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import lock
from app.core.errors import Conflict, NotFound
from app.core.language import phrase
from app.outbox.models import LetterKind
from app.outbox.service import queue_at_once, take_out_to
from app.people.models import EmailChange, Person, SignInLink
from app.people.schemas import Changed, NewEmail
from app.people.secrets import hash_secret
from app.people.service import check_grant, derive

DAYS = 3
"""So long a new address waits to be confirmed."""

PAGE = "/email/confirm"
"""The page that the link in the letter leads to."""

_MISSING = phrase("There is no such person.")
_VOID = phrase("This link no longer works: it was used, or it is too old. Change the e-mail address once more.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to have which e-mail address."""

    id: int
    email: str


def want_email(session: Session, *, person_id: int, new: NewEmail, actor: Actor) -> Wanted:
    """Has the new address asked to confirm, and the old one told.

    What is known of the new one shows in its letter alone.

    Raises :class:`NotFound`, and :class:`Forbidden` for whom one may not change.
    """
    person = session.get(Person, person_id)
    if person is None or person.email is None:
        raise NotFound(_MISSING)
    if person_id != actor.person_id:
        check_grant(person.role, actor)
    if person.email != new.email:
        take_out_to(session, person_id=person_id, address="", kinds=[LetterKind.NEW_EMAIL])
        queue_at_once(session, LetterKind.NEW_EMAIL, person_id=person_id, address=new.email)
        queue_at_once(session, LetterKind.OLD_EMAIL, person_id=person_id, address=person.email)
    return Wanted(person_id, new.email)


def prepare_change(session: Session, wanted: Wanted, *, secret: str, until: datetime) -> bool | None:
    """Keeps the secret that confirms an address, until then; True where somebody has the address already.

    None where there is nothing to confirm any more.
    """
    person = session.get(Person, wanted.id)
    if person is None or person.email is None or person.email == wanted.email or until <= utcnow():
        return None
    taken = session.scalar(select(col(Person.id)).where(col(Person.email) == wanted.email)) is not None
    if not taken:
        change = EmailChange(person_id=person.id, email=wanted.email, secret_hash=hash_secret(secret), expires_at=until)
        session.merge(change)
    return taken


def confirm_email(session: Session, *, secret: str) -> Changed:
    """Gives somebody the address that the secret was sent to; sign-in codes that went to the old one are void.

    Raises :class:`NotFound` for a secret that is unknown, used or too old, and :class:`Conflict` where somebody else
    has the address by now.
    """
    wanted = col(EmailChange.secret_hash) == hash_secret(secret), col(EmailChange.expires_at) > utcnow()
    person_id = session.scalar(select(col(EmailChange.person_id)).where(*wanted))
    if person_id is None:
        raise NotFound(_VOID)
    person = lock(session, Person, person_id, missing=_MISSING)
    email = session.scalar(select(col(EmailChange.email)).where(*wanted))
    if email is None or person.email is None:
        raise NotFound(_VOID)
    if session.scalar(select(col(Person.id)).where(col(Person.email) == email)) is not None:
        raise Conflict(phrase("Somebody with this e-mail address is already here."))
    person.email = email
    person.version += 1
    derive(person)
    session.exec(delete(EmailChange).where(col(EmailChange.person_id) == person_id))
    session.exec(delete(SignInLink).where(col(SignInLink.person_id) == person_id))
    return Changed(id=person_id)


def forget_email_changes(session: Session) -> None:
    """Removes those that nobody has confirmed in time."""
    session.exec(delete(EmailChange).where(col(EmailChange.expires_at) <= utcnow()))
