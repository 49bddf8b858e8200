"""Another e-mail address: the old one is told, and it holds once the new one has confirmed it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import lock
from app.core.errors import Conflict, NotFound
from app.core.keys import ServerKey
from app.core.language import phrase
from app.outbox.models import LetterKind
from app.outbox.service import new_seed, queue_at_once, take_out_to
from app.people.models import EmailChange, Person, SignInLink
from app.people.schemas import Changed, NewEmail
from app.people.secrets import EMAIL_CHANGE, derived_secret, hash_secret
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


def want_email(session: Session, *, person_id: int, new: NewEmail, key: ServerKey, actor: Actor) -> Wanted:
    """Has the new address asked to confirm, and the old one told.

    The secret that confirms it is kept nowhere; whoever writes the letter makes it again. What is known of the new one
    shows in its letter alone.

    Raises :class:`NotFound`, and :class:`Forbidden` for whom one may not change.
    """
    person = lock(session, Person, person_id, missing=_MISSING)
    if person.email is None:
        raise NotFound(_MISSING)
    if person_id != actor.person_id:
        check_grant(person.role, actor)
    if person.email != new.email:
        take_out_to(session, person_id=person_id, address="", kinds=[LetterKind.NEW_EMAIL])
        seed, until = new_seed(), utcnow() + timedelta(days=DAYS)
        secret_hash = hash_secret(derived_secret(EMAIL_CHANGE, key, seed))
        session.merge(EmailChange(person_id=person_id, email=new.email, secret_hash=secret_hash, expires_at=until))
        queue_at_once(
            session, LetterKind.NEW_EMAIL, person_id=person_id, address=new.email, seed=seed, expires_at=until
        )
        queue_at_once(session, LetterKind.OLD_EMAIL, person_id=person_id, address=person.email)
    return Wanted(person_id, new.email)


def can_be_had(session: Session, *, person_id: int, secret: str) -> bool | None:
    """Whether the address that this secret confirms is free; None where it waits for that no more.

    It was confirmed, another one is wanted, it took too long, or somebody has called it off.
    """
    mine = col(EmailChange.person_id) == person_id, col(EmailChange.expires_at) > utcnow()
    email = session.scalar(
        select(col(EmailChange.email)).where(*mine, col(EmailChange.secret_hash) == hash_secret(secret))
    )
    if email is None:
        return None
    return session.scalar(select(col(Person.id)).where(col(Person.email) == email)) is None


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
    # A code on its way to the old address is not to let anybody in.
    take_out_to(session, person_id=person_id, address=person.email, kinds=[LetterKind.SIGN_IN])
    person.email = email
    person.version += 1
    derive(person)
    session.exec(delete(EmailChange).where(col(EmailChange.person_id) == person_id))
    session.exec(delete(SignInLink).where(col(SignInLink.person_id) == person_id))
    return Changed(id=person_id)


def forget_email_changes(session: Session) -> None:
    """Removes those that nobody has confirmed in time."""
    session.exec(delete(EmailChange).where(col(EmailChange.expires_at) <= utcnow()))
