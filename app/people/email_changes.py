"""Another e-mail address: the old one is told, and it holds once the new one has confirmed it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.application import Service
from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import lock
from app.core.errors import Conflict, NotFound
from app.core.language import Language, Text, phrase, phrases
from app.core.rules import Rules
from app.outside.mail import send
from app.people.models import EmailChange, Person, SignInLink
from app.people.schemas import Changed, NewEmail
from app.people.secrets import EMAIL_CHANGE, hash_secret, new_secret
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
    """Notes nothing yet: the letters do.

    Raises :class:`NotFound`, and :class:`Forbidden` for whom one may not change.
    """
    person = session.get(Person, person_id)
    if person is None or person.email is None:
        raise NotFound(_MISSING)
    if person_id != actor.person_id:
        check_grant(person.role, actor)
    return Wanted(person_id, new.email)


@dataclass(frozen=True, slots=True)
class _Letters:
    """What is written about a change; without a ``secret`` somebody else here has the address."""

    old: str
    new: str
    name: str
    language: Language
    secret: str | None


def send_letters(service: Service, wanted: Wanted) -> None:
    """Asks the new address to confirm, and tells the old one.

    What is known of the new one shows in its letter alone.
    """
    letters = service.database.run(lambda session: _prepare(session, wanted))
    if letters is None:
        return
    rules = service.appearance()
    title = phrase("Your e-mail address at {community}", community=rules.community_name).say(letters.language)
    for to, text in ((letters.new, _to_the_new(letters, rules)), (letters.old, _to_the_old(rules))):
        sender = service.settings.mail_from or rules.contact_email
        send(service.settings, sender=sender, to=to, subject=title, text=text.say(letters.language))


def _prepare(session: Session, wanted: Wanted) -> _Letters | None:
    person = session.get(Person, wanted.id)
    if person is None or person.email is None or person.email == wanted.email:
        return None
    taken = session.scalar(select(col(Person.id)).where(col(Person.email) == wanted.email)) is not None
    secret = new_secret(EMAIL_CHANGE)
    if not taken:
        change = EmailChange(
            person_id=person.id,
            email=wanted.email,
            secret_hash=hash_secret(secret),
            expires_at=utcnow() + timedelta(days=DAYS),
        )
        session.merge(change)
    return _Letters(person.email, wanted.email, person.name, person.language, None if taken else secret)


def _to_the_new(letters: _Letters, rules: Rules) -> Text:
    if letters.secret is None:
        return phrase(
            "Somebody, probably you, wanted to use this e-mail address at {community}. It already is that of an "
            "account here: sign in with it, or choose another one.\n",
            community=rules.community_name,
        )
    return phrase(
        "{name} is to have this e-mail address at {community}. If that is you, open this page and press the "
        "button:\n\n    {address}\n\n{until} If it is not you, you can ignore this e-mail.\n",
        name=letters.name,
        community=rules.community_name,
        address=f"{rules.public_url}{PAGE}?code={letters.secret}",
        until=phrases("The page works for {n} day.", "The page works for {n} days.", n=DAYS),
    )


def _to_the_old(rules: Rules) -> Text:
    return phrase(
        "Another e-mail address is to take the place of this one at {community}, as soon as it is confirmed there. If "
        "it was not you who wanted that, sign out everywhere else on your page, and tell the coordinators:\n\n"
        "    {address}\n",
        community=rules.community_name,
        address=f"{rules.public_url}/me",
    )


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
