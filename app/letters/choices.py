"""Verbs about which letters somebody gets: chosen on their page, or by the link at the end of each."""

import hmac
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.db import Statement, columns, lock
from app.core.errors import Invalid, NotFound
from app.core.keys import ServerKey
from app.core.language import phrase
from app.letters.kinds import KINDS
from app.letters.models import UnwantedLetter
from app.letters.schemas import LetterChoice, LetterChoices
from app.outbox.models import LetterKind
from app.people.models import Person

_LENGTH = 32
_MISSING = phrase("There is no such person.")
_VOID = phrase("This link does not work. Choose your e-mails on your page.")


def read_choices(session: Session, *, person_id: int, actor: Actor) -> LetterChoices:
    """All kinds of letters that somebody may get, and which of them they want."""
    unwanted = {kind for (kind,) in columns(session, _unwanted(person_id))}
    found = [
        LetterChoice(
            kind=kind,
            about_en=about.about.say("en"),
            about_es=about.about.say("es"),
            optional=about.optional,
            wanted=kind not in unwanted,
        )
        for kind, about in KINDS.items()
        if actor.is_staff or not about.for_staff
    ]
    return LetterChoices(letters=found)


def is_wanted(session: Session, *, person_id: int, kind: LetterKind) -> bool:
    """Whether somebody gets letters of this kind."""
    unwanted = _unwanted(person_id).where(col(UnwantedLetter.kind) == kind)
    return not KINDS[kind].optional or columns(session, unwanted).first() is None


def choose(session: Session, *, person_id: int, unwanted: Collection[LetterKind]) -> None:
    """Switches these kinds of letters off, and all others on. Raises :class:`Invalid` for one that cannot be off."""
    for number, kind in enumerate(unwanted):
        if not KINDS[kind].optional:
            text = phrase("E-mails about “{about}” cannot be switched off.", about=KINDS[kind].about)
            raise Invalid(text, field=f"unwanted/{number}")
    lock(session, Person, person_id, missing=_MISSING)
    session.exec(delete(UnwantedLetter).where(col(UnwantedLetter.person_id) == person_id))
    session.add_all(UnwantedLetter(person_id=person_id, kind=kind) for kind in set(unwanted))
    session.flush()


def stop_code(key: ServerKey, *, person_id: int, kind: LetterKind) -> str:
    """What stops letters of a kind to somebody, without their being signed in; it is kept nowhere."""
    return f"{person_id}.{kind.value}.{key.mark('stop letters', str(person_id), kind.value)[:_LENGTH]}"


def stop(session: Session, *, code: str, key: ServerKey) -> int:
    """Switches off the letters that a code is of; whose they are. Doing it twice does no harm.

    Raises :class:`NotFound` for a code that we have not made, or of somebody who is gone.
    """
    number, _, rest = code.partition(".")
    kind = rest.partition(".")[0]
    if not (number.isascii() and number.isdigit() and kind in set(LetterKind) and len(number) <= 10):
        raise NotFound(_VOID)
    person_id, found = int(number), LetterKind(kind)
    ours = stop_code(key, person_id=person_id, kind=found)
    # As bytes: of text only ASCII is compared, and strangers write what they like.
    if not (hmac.compare_digest(ours.encode(), code.encode("utf-8", "replace")) and KINDS[found].optional):
        raise NotFound(_VOID)
    person = lock(session, Person, person_id, missing=_VOID)
    if person.erased_at is None and is_wanted(session, person_id=person_id, kind=found):
        session.add(UnwantedLetter(person_id=person_id, kind=found))
        session.flush()
    return person_id


def forget_choices(session: Session, *, person_id: int) -> None:
    """Forgets what somebody has chosen."""
    session.exec(delete(UnwantedLetter).where(col(UnwantedLetter.person_id) == person_id))


def _unwanted(person_id: int) -> Statement:
    return select(col(UnwantedLetter.kind)).where(col(UnwantedLetter.person_id) == person_id)
