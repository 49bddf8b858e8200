"""Life cycles: a table of allowed transitions, and the one place that checks it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NewType, TypeVar

from app.core.errors import IllegalTransition, PreconditionMissing, Stale

Status = TypeVar("Status", bound=StrEnum)
Transitions = Mapping[Status, frozenset[Status]]

Version = NewType("Version", int)
"""The version of a thing that an edit is based on."""


def check_transition(table: Transitions[Status], *, thing: str, present: Status, to: Status) -> Status:
    """``to``, if the table allows it from ``present``; else raises :class:`IllegalTransition` with the legal ones.

    The caller holds the row's lock, or makes the transition by an UPDATE that names the present status.
    """
    if to not in table[present]:
        raise IllegalTransition(thing, present=present.value, wanted=to.value, legal=sorted(table[present]))
    return to


def check_version(*, thing: str, present: int, based_on: Version | None) -> Version:
    """The next version, if the edit is based on the present one.

    Raises :class:`PreconditionMissing` where the edit does not say what it is based on, :class:`Stale` where the thing
    has changed since.
    """
    if based_on is None:
        raise PreconditionMissing(f'Send If-Match with the ETag of the {thing} that you read; this one is "{present}".')
    if based_on != present:
        raise Stale(f"The {thing} has changed since you read it. Read it again and repeat your edit.", version=present)
    return Version(present + 1)
