"""How an act becomes a file: read in one session, registered in one transaction, drawn when both are over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Concatenate, ParamSpec, Protocol, TypeVar

from pydantic import Field
from sqlmodel import Session

from app.acts.act import Act, File, Work
from app.acts.policy import Actor, Permission
from app.acts.throttle import Quota, count_made
from app.acts.unit import Unit
from app.core.db import Database
from app.core.language import Language
from app.core.schema import In
from app.core.subjects import Subject
from app.papers.stamping import printed_last
from app.paperwork.kinds import Also, Printable
from app.printing.documents import Document, PaperSize

P = ParamSpec("P")
D = TypeVar("D", bound=Document)


PRINTS = Quota(most=30)
"""Of each kind of paper: drawing takes the processor for longer than anything else."""

PrintLanguage = Annotated[Language | None, Field(description="the language to print in; else the reader's")]


class OnPaper(In):
    """How something is to be printed."""

    paper_size: Annotated[PaperSize | None, Field(description="the size of the paper; else as configured")] = None
    language: PrintLanguage = None


class Material(Protocol):
    """What a file is to be made of; ``subjects`` are whom and what it concerns."""

    @property
    def subjects(self) -> Sequence[Subject]: ...


M = TypeVar("M", bound=Material)
Progress = Callable[[int], None]
"""Is told how much is done."""


def _nobody(_done: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Print(Act[P, D]):
    """An act that reads a document, which is stamped and drawn after that."""

    paper: Printable[D]
    quota: Quota = PRINTS

    def is_newest(self, database: Database, document: D, revision: int | None) -> bool:
        """Whether this content was printed last, as the revision that is wanted, and may still be used."""
        with database.reading() as session:
            last = printed_last(session, kind=self.paper.kind, document=document)
        return last is not None and revision in {None, last}

    def finish(self, unit: Unit, *, actor: Actor, document: D, revision: int | None = None) -> File:
        """Stamps and draws what was read. That somebody had an address printed goes into the trail."""
        also = _note(unit, actor, self, self.quota, [document.about] if document.carries_address else [])
        return self.paper.print(unit.service.database, document, also, revision=revision)


@dataclass(frozen=True)
class PrintMany(Act[P, M]):
    """An act that reads material, of which one file is made. The trail gets a line for each of its subjects."""

    make: Callable[[Database, M, Also, Progress], File]
    media: Sequence[str]
    quota: Quota = PRINTS

    def finish(self, unit: Unit, *, actor: Actor, material: M, progress: Progress = _nobody) -> File:
        """Makes the file of what was read; ``progress`` is told from time to time how much is done."""
        return self.make(
            unit.service.database, material, _note(unit, actor, self, self.quota, material.subjects), progress
        )


def prints(
    permission: Permission, paper: Printable[D], *, at_one_moment: bool = False
) -> Callable[[Callable[Concatenate[Work, P], D]], Print[P, D]]:
    """Declares an act that prints a paper."""
    return lambda verb: Print(verb, permission, paper, at_one_moment=at_one_moment)


def prints_many(
    permission: Permission, make: Callable[[Database, M, Also, Progress], File], *media: str
) -> Callable[[Callable[Concatenate[Work, P], M]], PrintMany[P, M]]:
    """Declares an act that prints many papers into one file."""
    return lambda verb: PrintMany(verb, permission, make, media)


def print_now(unit: Unit, act: Print[..., D], values: Mapping[str, Any]) -> File:
    """Reads, stamps and draws."""
    actor, document = unit.read_as(act, values)
    return act.finish(unit, actor=actor, document=document)


def _note(unit: Unit, actor: Actor, act: Act[..., Any], quota: Quota, subjects: Sequence[Subject]) -> Also:
    """What is done in the transaction in which a print is registered, before anything is drawn."""

    def also(session: Session) -> None:
        count_made(session, quota=quota, act=act.name, actor=actor, values={})
        unit.note_reading(session, actor=actor, act=act, subjects=subjects)

    return also
