"""Verbs about browsers in which somebody is signed in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exists, false, select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import Statement, columns, rows
from app.core.errors import NotFound, Unauthenticated
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.people.access import OVER, SPENT, WHO, actor_of
from app.people.models import BrowserSession, Person, SignInLink
from app.people.schemas import DemoPerson, NewSession, SessionOut
from app.people.secrets import BROWSER_SESSION, hash_secret, new_secret

UNUSED_FOR = timedelta(days=30)
"""A session that nobody has used for so long is over."""

NOTED_EVERY = timedelta(hours=1)
"""How exactly it is known when a session was used: more would be a diary, and a write for each page."""


_SIGNED_IN: Statement = (
    select(*WHO, col(BrowserSession.id).label("session_id"), col(BrowserSession.last_seen_at))
    .join(BrowserSession, col(BrowserSession.person_id) == col(Person.id))
    .where(col(BrowserSession.secret_hash) == bindparam("secret_hash"), col(Person.active).is_(True))
)


def authenticate_session(session: Session, *, secret: str) -> Actor:
    """Whose browser shows this. Raises :class:`Unauthenticated` for a session that is unknown or over."""
    found: Any = columns(session, _SIGNED_IN, secret_hash=hash_secret(secret)).first()
    return in_session(found, lambda: actor_of(found))


def in_session(found: Any, actor: Callable[[], Actor]) -> Actor:
    """The actor of a session that was found, with ``session_id`` and ``last_seen_at``.

    Raises :class:`Unauthenticated` for one that is None or over.
    """
    now = utcnow()
    if found is None or found.last_seen_at <= now - UNUSED_FOR:
        raise Unauthenticated(OVER)
    return replace(actor(), session_id=found.session_id, session_unseen=found.last_seen_at <= now - NOTED_EVERY)


def note_seen(session: Session, actor: Actor) -> None:
    """Notes that the session of this actor is in use."""
    mine = col(BrowserSession.id) == actor.session_id
    session.exec(update(BrowserSession).where(mine).values(last_seen_at=utcnow()))


def begin_session(session: Session, *, person_id: int, device: str, instead_of: Actor) -> NewSession:
    """A new session, with its secret, which cannot be read again. The one in which somebody asks for it ends."""
    session_id, secret = open_session(session, BROWSER_SESSION, instead_of, person_id=person_id, device=device)
    return NewSession(id=session_id, secret=secret)


def open_session(session: Session, prefix: str, instead_of: Actor, **whose: Any) -> tuple[int, str]:
    """The id and the secret of a new session; ``whose`` it is are columns of the row. The one of before ends."""
    end_here(session, actor=instead_of)
    secret = new_secret(prefix)
    made = BrowserSession(secret_hash=hash_secret(secret), **whose)
    session.add(made)
    session.flush()
    return made.id, secret


def find_sessions(session: Session, *, actor: Actor, paging: Paging) -> Page[SessionOut]:
    """The browsers in which somebody is signed in, the newest first; ``current`` is the one that asks."""
    here = false() if actor.session_id is None else col(BrowserSession.id) == actor.session_id
    statement = select(
        col(BrowserSession.id),
        col(BrowserSession.device),
        col(BrowserSession.created_at),
        col(BrowserSession.last_seen_at),
        here.label("current"),
    ).where(col(BrowserSession.person_id) == actor.person_id, col(BrowserSession.last_seen_at) > utcnow() - UNUSED_FOR)
    return page(session, statement, SessionOut, order=[col(BrowserSession.id)], paging=paging, descending=True)


def end_session(session: Session, *, session_id: int, person_id: int) -> None:
    """Signs a person out in one browser. Raises :class:`NotFound`, also where it is somebody else's."""
    mine = (col(BrowserSession.id) == session_id) & (col(BrowserSession.person_id) == person_id)
    if not session.exec(delete(BrowserSession).where(mine)).rowcount:
        raise NotFound(phrase("There is no such session."))


def end_here(session: Session, *, actor: Actor) -> None:
    """Ends the session in which somebody asks for it. Does nothing for who has none."""
    if actor.session_id is not None:
        session.exec(delete(BrowserSession).where(col(BrowserSession.id) == actor.session_id))


def whose_link(session: Session, *, secret: str) -> str:
    """The name of the person whom a sign-in link lets in, and still does. Raises :class:`Unauthenticated`."""
    statement = (
        select(col(Person.name))
        .join(SignInLink, col(SignInLink.person_id) == col(Person.id))
        .where(
            col(SignInLink.secret_hash) == hash_secret(secret),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > utcnow(),
            col(Person.active).is_(True),
        )
    )
    name = columns(session, statement).scalar()
    if name is None:
        raise Unauthenticated(SPENT)
    return str(name)


def demo_people(session: Session) -> list[DemoPerson]:
    """The people of the demo, as long as nobody else can sign in; else none."""
    real = exists().where(col(Person.active).is_(True), col(Person.fictional).is_(False))
    statement = (
        select(col(Person.id), col(Person.name), col(Person.role))
        .where(col(Person.active).is_(True), col(Person.fictional).is_(True), ~real.correlate(None))
        .order_by(col(Person.id))
        .limit(_MOST)
    )
    return rows(session, statement, DemoPerson)


_MOST = 50
"""People of the demo who are offered: it has fewer."""
