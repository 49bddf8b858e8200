"""What somebody can do, declared once: a function, with what makes it safe to expose standing beside it.

A delivery (JSON API, pages, shell) only registers an act: a path, a method, a status. Who may do it, by which word it
stands in the audit trail, what it is about, how often it may be tried and what follows it is known here.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from sqlmodel import Session

from app.acts.afterwards import Follows
from app.acts.entries import Repeatable
from app.acts.policy import Actor, Permission
from app.acts.throttle import USUAL, Quota, Throttle
from app.core.config import Settings
from app.core.keys import ServerKey
from app.core.language import Text
from app.core.paging import Page, Paging
from app.core.rules import Rules
from app.core.subjects import NOTHING, Subject, Thing
from app.core.tables import Suffix

P = ParamSpec("P")
R = TypeVar("R")
Question = TypeVar("Question")
Heard = TypeVar("Heard")


@dataclass(frozen=True)
class Work:
    """What an act works with: one read or one transaction, who does it, and the rules of the community."""

    session: Session
    actor: Actor
    read_rules: Callable[[Session], Rules]
    read_key: Callable[[], ServerKey]

    @cached_property
    def rules(self) -> Rules:
        """The rules as they stand in this read or transaction: read when they are first asked for."""
        return self.read_rules(self.session)

    @property
    def key(self) -> ServerKey:
        """The server's own key."""
        return self.read_key()


@dataclass(frozen=True, slots=True)
class About:
    """How the trail finds what was done to: from who did it, what she gave, and what came of it. None leaves no line.

    ``needs`` is the parameter that the act must have for that. ``through`` finds, of what came of it, who has seen the
    secret with which it was done, where that is no credential of whoever did it.
    """

    find: Callable[[Actor, Mapping[str, Any], Any], Subject | None]
    needs: str | None = None
    through: Callable[[Any], Subject] | None = None


def given(thing: Thing) -> About:
    """The thing whose number the act is given: a claim's as ``claim_id``."""
    name = f"{thing.value}_id"
    return About(lambda _actor, values, _result: thing.named(values[name]), needs=name)


def made(thing: Thing) -> About:
    """The thing that the act has made, which is what it returns."""
    return About(lambda _actor, _values, result: thing.named(result.id))


def _person_or_member(actor: Actor) -> Subject:
    return Subject(actor.principal)


ONESELF = About(lambda actor, _values, _result: _person_or_member(actor))
"""Whoever does it."""

NOTHING_IN_PARTICULAR = About(lambda _actor, _values, _result: NOTHING)

NOT_NOTED = About(lambda _actor, _values, _result: None)
"""What leaves no line in the trail, where that would tell what nobody is to know."""


@dataclass(frozen=True)
class Act(Generic[P, R]):
    """Something that somebody can do. ``verb`` takes the :class:`Work` and then what was given, by keyword."""

    verb: Callable[..., R]
    permission: Permission
    heavy: bool = field(default=False, kw_only=True)
    """Whether it reads so much that it must not take the threads of what is read at once."""
    kept: bool = field(default=False, kw_only=True)
    """Whether all but staff may be given an answer that is some seconds old; it must be the same for all of them, and
    short, whatever was asked for: some dozens are in memory."""
    at_one_moment: bool = field(default=False, kw_only=True)
    """Whether all that it reads must be as it was at one moment, since it compares it."""
    throttle: Throttle | None = field(default=None, kw_only=True)
    """How often it may be tried; of an act that reads, how often by a wrong secret."""
    wrong: Callable[..., None] | None = field(default=None, kw_only=True)
    """Gets a session and what the act was given, and notes that the secret among it was wrong."""

    @property
    def name(self) -> str:
        """Its word: in the audit trail, in the API's document, everywhere."""
        return self.verb.__name__

    @property
    def says(self) -> str:
        """What it does, in the words of its docstring."""
        return inspect.getdoc(self.verb) or ""

    def do(self, work: Work, *args: P.args, **values: P.kwargs) -> R:
        """Does it, for an actor who may."""
        return self.verb(work, *args, **values)


@dataclass(frozen=True)
class Read(Act[P, R]):
    """An act that changes nothing."""


@dataclass(frozen=True, slots=True)
class File:
    """A file for whoever asked for it. ``left_out`` says what was to be in it and is not."""

    name: str
    media_type: str
    content: bytes
    left_out: Sequence[Text] = ()


@dataclass(frozen=True)
class Fetch(Act[P, File]):
    """An act that gives a file, of one of these media types."""

    media: Sequence[str]


@dataclass(frozen=True)
class Export(Act[P, Page[Any]]):
    """An act that gives a whole list as a table. Its verb reads a page, as that of the list does.

    A delivery gives it a ``suffix`` in place of a page. ``columns`` are attributes of what is listed, with a dot where
    they are those of an attribute.
    """

    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asking(Generic[Question, Heard]):
    """What an act first asks somebody outside, when no session is open.

    ``question`` reads what to ask, or None where there is nothing to ask; it gets what the act is given, and refuses
    whom the act would refuse. ``ask`` gets the question. The act gets the answer, after its work. ``counts`` says for
    which accounts a question is counted before it is asked, and by which throttle of each.
    """

    question: Callable[..., Question | None]
    ask: Callable[[Question, Settings], Heard]
    counts: Callable[[Question], Sequence[tuple[Throttle, str]]] = lambda _question: ()


@dataclass(frozen=True, kw_only=True)
class Write(Act[P, R]):
    """An act that is one unit of work, and leaves a line in the trail.

    Where it ``asks`` outside, only those tries count for its ``throttle`` for which somebody is asked. ``account``
    gives, of what the act is given, the account that it is asked for, empty for none.
    ``paper`` gives, of what the act is given, the paper whose code is shown: whose requests these are, of anyone.
    ``quota`` is how much one person may make by it.
    ``follows`` is done with the result when it is committed and answered.
    ``repeats`` is how an entry that comes again is answered, for what a phone may send days later: the act's ``body``
    carries its id.
    ``secret``: its answer is kept under no key. ``silent``: its answer must be the same whatever was done, so there is
    none.
    """

    about: About
    account: Callable[..., str] | None = None
    paper: Callable[..., Subject] | None = None
    quota: Quota = USUAL
    asks: Asking[Any, Any] | None = None
    follows: Follows[R] | None = None
    repeats: Repeatable[Work, R] | None = None
    secret: bool = False
    silent: bool = False

    def __post_init__(self) -> None:
        if self.about.needs is not None and self.about.needs not in inspect.signature(self.verb).parameters:
            raise TypeError(f"{self.name} is about {self.about.needs}, but is not given one")


def reads(
    permission: Permission,
    *,
    heavy: bool = False,
    kept: bool = False,
    at_one_moment: bool = False,
    throttle: Throttle | None = None,
) -> Callable[[Callable[Concatenate[Work, P], R]], Read[P, R]]:
    """Declares an act that reads."""
    return lambda verb: Read(verb, permission, heavy=heavy, kept=kept, at_one_moment=at_one_moment, throttle=throttle)


def fetches(
    permission: Permission, *media: str, heavy: bool = False, kept: bool = False
) -> Callable[[Callable[Concatenate[Work, P], File]], Fetch[P]]:
    """Declares an act that gives a file."""
    return lambda verb: Fetch(verb, permission, media, heavy=heavy, kept=kept)


def exports(listing: Read[..., Page[Any]], *columns: str) -> Export[...]:
    """Declares the export of a list: for whoever may read the list, with its filters, and in its order."""

    def verb(work: Work, *, paging: Paging, **wanted: Any) -> Page[Any]:
        return listing.verb(work, paging=paging, **wanted)

    told = inspect.signature(listing.verb)
    suffix = inspect.Parameter("suffix", inspect.Parameter.KEYWORD_ONLY, annotation=Suffix)
    takes = [suffix if parameter.annotation is Paging else parameter for parameter in told.parameters.values()]
    verb.__signature__ = told.replace(parameters=takes)  # type: ignore[attr-defined]  # inspect.signature reads it
    verb.__name__ = listing.name.replace("list_", "export_", 1)
    verb.__doc__ = f"{listing.says.replace('List ', 'Export ', 1).partition(chr(10))[0]}\n\n{_AS_A_TABLE}"
    return Export(verb, listing.permission, columns, heavy=True)


_AS_A_TABLE = "The whole list, as CSV or as a workbook; its columns are in docs/exports.md."


def writes(
    permission: Permission,
    *,
    about: About,
    throttle: Throttle | None = None,
    account: Callable[..., str] | None = None,
    paper: Callable[..., Subject] | None = None,
    wrong: Callable[..., None] | None = None,
    quota: Quota = USUAL,
    follows: Follows[Any] | None = None,
    repeats: Repeatable[Work, Any] | None = None,
    secret: bool = False,
    silent: bool = False,
) -> Callable[[Callable[Concatenate[Work, P], R]], Write[P, R]]:
    """Declares an act that writes; see :class:`Write`."""
    return lambda verb: Write(
        verb,
        permission,
        about=about,
        throttle=throttle,
        account=account,
        paper=paper,
        wrong=wrong,
        quota=quota,
        follows=follows,
        repeats=repeats,
        secret=secret,
        silent=silent,
    )


def asks_and_writes(
    asks: Asking[Question, Heard], permission: Permission, *, about: About, throttle: Throttle, secret: bool = False
) -> Callable[[Callable[Concatenate[Work, Heard | None, P], R]], Write[P, R]]:
    """Declares an act that asks somebody outside before it writes: what was heard comes second, None where nothing."""
    return lambda verb: Write(verb, permission, about=about, throttle=throttle, asks=asks, secret=secret)
