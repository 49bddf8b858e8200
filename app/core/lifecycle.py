"""Life cycles: a table of allowed transitions, and the one place that checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NewType, TypeVar

from app.core.errors import IllegalTransition, PreconditionMissing, Stale
from app.core.language import Text, phrase

Status = TypeVar("Status", bound=StrEnum)
Transitions = Mapping[Status, frozenset[Status]]

Version = NewType("Version", int)
"""The version of a thing that an edit is based on."""


@dataclass(frozen=True)
class Spoken(Generic[Status]):
    """How people are told of a life cycle.

    ``now`` says of each status that something is in it; ``cannot``, of each that a transition leads to, that it is not
    possible now.
    """

    now: Mapping[Status, Text]
    cannot: Mapping[Status, Text]


def check_transition(table: Transitions[Status], *, spoken: Spoken[Status], present: Status, to: Status) -> Status:
    """``to``, if the table allows it from ``present``; else raises :class:`IllegalTransition` with the legal ones.

    A table may leave out what nothing follows.

    The caller holds the row's lock, or makes the transition by an UPDATE that names the present status.
    """
    legal = sorted(table.get(present, frozenset()))
    if to not in legal:
        raise IllegalTransition(spoken.now[present], spoken.cannot[to], present=present.value, legal=legal)
    return to


def check_version(*, present: int, based_on: Version | None) -> Version:
    """The next version, if the edit is based on the present one.

    Raises :class:`PreconditionMissing` where the edit does not say what it is based on, :class:`Stale` where the thing
    has changed since.
    """
    if based_on is None:
        read = phrase("Send If-Match with the ETag of what you read; now it is {etag}.", etag=f'"{present}"')
        raise PreconditionMissing(read)
    if based_on != present:
        raise Stale(phrase("Someone else may have changed this. Reload and try again."), version=present)
    return Version(present + 1)
