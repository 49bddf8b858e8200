"""What a kind of letter is: whom it goes to, what it reads, what it says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from app.core.keys import ServerKey
from app.core.language import Language, Text, phrase
from app.core.rules import Rules
from app.letters.writing import Letter
from app.outbox.models import QueuedLetter
from app.people.models import Person

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a letter goes to: to which address, in which language; by number, where it is somebody who can sign in."""

    to: str
    name: str
    language: Language
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What a letter is written with: the row that waits, in the transaction in which it is written."""

    session: Session
    row: QueuedLetter
    facts: dict[str, Any]
    """What was so when it was asked for."""
    reader: Reader
    rules: Rules
    key: ServerKey


def their_own(session: Session, row: QueuedLetter) -> Reader | None:
    """The person to whom a letter goes, at their address or at the one that it names.

    None where they are gone, cannot sign in, or are invented.
    """
    person = session.get(Person, row.person_id, populate_existing=True) if row.person_id is not None else None
    if person is None or person.email is None or not person.active or person.fictional:
        return None
    return Reader(row.address or person.email, person.name, person.language, person.id)


@dataclass(frozen=True)
class Kind(Generic[F]):
    """One kind of letters.

    ``about`` is what it is called where people choose their letters, ``why`` what its foot says. ``read`` finds what it
    tells, and None where that is not so any more; ``say`` puts it into words. ``sample`` is what a preview tells, and
    ``others`` are what is told in other words.
    ``optional`` letters can be switched off; ``for_staff`` are those that only coordinators get.
    """

    about: Text
    read: Callable[[Desk], F | None]
    say: Callable[[F, Rules], Letter]
    sample: F
    why: Text
    others: Sequence[F] = ()
    reader: Callable[[Session, QueuedLetter], Reader | None] = their_own
    optional: bool = True
    for_staff: bool = False


ACCOUNT = phrase("You get this because of your account here. E-mails like this one cannot be switched off.")
CHAMPION = phrase("You get this because you bring ribbons to conferences.")
OWN_CLAIM = phrase("You get this because you asked for a conference. What is decided about it cannot be switched off.")
TEAM = phrase("You get this because you are one of the coordinators.")
