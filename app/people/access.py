"""Verbs about proving who one is: sign-in links and API tokens."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select, true, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import Statement, columns
from app.core.emails import canonical_email
from app.core.errors import NotFound, Unauthenticated
from app.core.language import LANGUAGES, Language, phrase
from app.core.paging import Page, Paging, page
from app.outbox.models import LetterKind
from app.outbox.service import take_out_to
from app.people.models import ApiToken, BrowserSession, CalendarLink, EmailChange, Person, SignInLink
from app.people.schemas import IssuedToken, TokenOut
from app.people.secrets import API_TOKEN, SIGN_IN_LINK, hash_secret, new_code, new_secret, read_code

WRONG_CODES = 5
"""How many wrong short codes a browser may send until those that it waits for are dead."""

OVER = phrase("You are not signed in any more. Sign in again.")


WHO = (col(Person.id), col(Person.role), col(Person.trusted), col(Person.language))
"""What has to be read of a person who is to act."""


def actor_of(person: Any) -> Actor:
    """The actor that a row of :data:`WHO` is."""
    return Actor(role=person.role, person_id=person.id, trusted=person.trusted, language=person.language)


_HOLDER: Statement = (
    select(*WHO, col(ApiToken.expires_at), col(ApiToken.id).label("token_id"))
    .join(ApiToken, col(ApiToken.person_id) == col(Person.id))
    .where(
        col(ApiToken.secret_hash) == bindparam("secret_hash"),
        col(ApiToken.revoked_at).is_(None),
        col(Person.active).is_(True),
    )
)


def authenticate(session: Session, *, token: str) -> Actor:
    """Who holds this API token. Raises :class:`Unauthenticated` for one that is unknown, expired or revoked."""
    found: Any = columns(session, _HOLDER, secret_hash=hash_secret(token)).first()
    if found is None or (found.expires_at is not None and found.expires_at <= utcnow()):
        raise Unauthenticated(OVER)
    return replace(actor_of(found), token_id=found.token_id)


def issue_token(session: Session, *, person_id: int, name: str, days: int | None = None) -> IssuedToken:
    """A new API token, with its secret, which cannot be read again. ``days`` is how long it lives; None is for ever."""
    secret = new_secret(API_TOKEN)
    expires_at = utcnow() + timedelta(days=days) if days else None
    token = ApiToken(person_id=person_id, name=name, secret_hash=hash_secret(secret), expires_at=expires_at)
    session.add(token)
    session.flush()
    return IssuedToken(**TokenOut.model_validate(token).model_dump(), token=secret)


def find_tokens(session: Session, *, person_id: int, paging: Paging) -> Page[TokenOut]:
    """A person's tokens, by id, without their secrets."""
    columns = (col(getattr(ApiToken, name)) for name in TokenOut.model_fields)
    statement = select(*columns).where(col(ApiToken.person_id) == person_id)
    return page(session, statement, TokenOut, order=[col(ApiToken.id)], paging=paging)


def revoke_token(session: Session, *, token_id: int, person_id: int | None = None) -> None:
    """Ends a token at once. Raises :class:`NotFound`, also where it is not ``person_id``'s."""
    token = session.get(ApiToken, token_id)
    if token is None or (person_id is not None and token.person_id != person_id):
        raise NotFound(phrase("There is no such token."))
    token.revoked_at = token.revoked_at or utcnow()


def revoke_all(session: Session, *, person_id: int, but: Actor | None = None) -> None:
    """Ends all tokens, sessions, links, calendars and waiting e-mail addresses of a person at once.

    ``but`` for the token or the session by which somebody is here.
    """
    token_id, session_id = (but.token_id, but.session_id) if but else (None, None)
    own = col(ApiToken.person_id) == person_id
    others = true() if token_id is None else col(ApiToken.id) != token_id
    session.exec(update(ApiToken).where(own, others, col(ApiToken.revoked_at).is_(None)).values(revoked_at=utcnow()))
    end_sessions(session, person_id=person_id, but=session_id)
    session.exec(delete(SignInLink).where(col(SignInLink.person_id) == person_id))
    session.exec(delete(CalendarLink).where(col(CalendarLink.person_id) == person_id))
    email = session.scalar(select(col(Person.email)).where(col(Person.id) == person_id)) or ""
    take_out_to(session, person_id=person_id, address=email, kinds=[LetterKind.SIGN_IN])


def end_sessions(session: Session, *, person_id: int, but: int | None = None) -> None:
    """Signs a person out in all browsers, but for one, if that is named.

    An e-mail address that waits to be confirmed is not wanted any more: whoever may not be in must not come in by that.
    """
    others = true() if but is None else col(BrowserSession.id) != but
    session.exec(delete(BrowserSession).where(col(BrowserSession.person_id) == person_id, others))
    session.exec(delete(EmailChange).where(col(EmailChange.person_id) == person_id))
    take_out_to(session, person_id=person_id, address="", kinds=[LetterKind.NEW_EMAIL])


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new single-use secret, and whose it is: None for nobody's, which opens nothing.

    ``code`` is the short one for the browser that has asked.
    """

    secret: str
    code: str
    person_id: int | None
    language: Language


def issue_sign_in_link(session: Session, *, email: str, minutes: int, browser: str = "") -> NewLink:
    """A new single-use link for the active person with this e-mail address; ``browser`` is the secret of who asks.

    Links that she got before stay valid until they are used or too old: else whoever knows her address could lock her
    out by asking for one link after the other. Where there is no such person, the same is done for nobody, so that no
    clock tells the one from the other: one row is written, and all that are over are removed.
    """
    secret, code = new_secret(SIGN_IN_LINK), new_code()
    link = prepare_link(session, secret=secret, code=code, minutes=minutes, browser=browser)
    whose = give_link(session, secret_hash=link.secret_hash, email=email, expires_at=link.expires_at)
    person_id, language = (whose.id, whose.language) if whose is not None else (None, LANGUAGES[0])
    return NewLink(secret, code, person_id, language)


def prepare_link(session: Session, *, secret: str, code: str, minutes: int, browser: str = "") -> SignInLink:
    """A link that opens nothing until it is given to somebody by :func:`give_link`."""
    now = utcnow()
    session.exec(delete(SignInLink).where(col(SignInLink.expires_at) <= now))
    link = SignInLink(secret_hash=hash_secret(secret), expires_at=now + timedelta(minutes=minutes))
    if browser:
        link.browser_hash, link.code_hash = hash_secret(browser), _hash_code(code, browser)
    session.add(link)
    session.flush()
    return link


def give_link(session: Session, *, secret_hash: str, email: str, expires_at: datetime) -> Any:
    """Gives a link that still waits to the active person with this e-mail address, until then; a row of who that is.

    Where there is none it is over at once. None, too, where the link was used or has ended. It is named by its secret's
    hash, and not by its number, which another one gets when it is gone.
    """
    person: Any = columns(
        session,
        select(col(Person.id), col(Person.name), col(Person.email), col(Person.language), col(Person.fictional)).where(
            col(Person.email) == canonical_email(email), col(Person.active).is_(True)
        ),
    ).first()
    values = (None, utcnow()) if person is None else (person.id, expires_at)
    found = session.exec(
        update(SignInLink)
        .where(col(SignInLink.secret_hash) == secret_hash, col(SignInLink.used_at).is_(None))
        .values(dict(zip(("person_id", "expires_at"), values, strict=True)))
    ).rowcount
    return person if found else None


def _hash_code(typed: str, browser: str) -> str:
    return hash_secret(f"{read_code(typed)} in {browser}")


def _shown(secret: str, browser: str) -> ColumnElement[bool]:
    """The links that this secret stands for: by itself, or as the short code of a browser."""
    if secret.startswith(SIGN_IN_LINK) or not browser:
        return col(SignInLink.secret_hash) == hash_secret(secret)
    own = (col(SignInLink.browser_hash) == hash_secret(browser)) & (col(SignInLink.wrong_codes) < WRONG_CODES)
    return own & (col(SignInLink.code_hash) == _hash_code(secret, browser))


def spend_sign_in_link(session: Session, *, secret: str, browser: str = "") -> int:
    """Uses a link up, by its secret or by the short code in the browser that has asked; the person whom it lets in.

    Raises :class:`Unauthenticated` for a link that is unknown, used, too old, or of somebody who is inactive.
    """
    now = utcnow()
    active = select(col(Person.id)).where(col(Person.active).is_(True))
    person_id: int | None = session.scalar(
        update(SignInLink)
        .where(
            _shown(secret, browser),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
            col(SignInLink.person_id).in_(active),
        )
        .values(used_at=now)
        .returning(col(SignInLink.person_id))
    )
    if person_id is None:
        raise Unauthenticated(SPENT)
    return person_id


SPENT = phrase("This sign-in code no longer works: it was used, or it expired. Ask for a new one.")


def count_wrong_code(session: Session, *, browser: str) -> None:
    """Notes a wrong short code: of all links that this browser has asked for, whoever they are for."""
    mine = col(SignInLink.browser_hash) == hash_secret(browser)
    session.exec(update(SignInLink).where(mine).values(wrong_codes=col(SignInLink.wrong_codes) + 1))


def redeem_sign_in_link(session: Session, *, secret: str, name: str, days: int) -> IssuedToken:
    """Exchanges a link for a new token; those that she has stay as they are. Raises :class:`Unauthenticated`."""
    return issue_token(session, person_id=spend_sign_in_link(session, secret=secret), name=name, days=days)
