"""Statements that are put together once: to build one takes longer than to run it.

A list has a statement without values, built once by a function under :func:`built_once`, and its filters in a table
beside it: each a name and a condition on a parameter of that name. :func:`filtered` puts together those that are asked
for, once for each choice of them, and the values go along when it is run.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, ColumnElement, bindparam

from app.core.clock import utcnow
from app.core.db import Statement, UtcDateTime

Conditions: TypeAlias = Mapping[str, Callable[[BindParameter[Any]], ColumnElement[bool]]]
"""The filters of a list, by their names."""

Given: TypeAlias = Mapping[str, Any]
"""The values of a statement's parameters."""

Build = TypeVar("Build", bound=Callable[..., Statement])

_made_of: WeakKeyDictionary[Statement, dict[Any, Statement]] = WeakKeyDictionary()
"""What was made of statements that are built once; they live for ever, others take theirs with them."""


def built_once(build: Build) -> Build:
    """Remembers the statement for each choice of arguments, of which there must be few: never what somebody sends."""
    return cache(build)  # type: ignore[return-value]  # it is called in the same way


def made_of(statement: Statement, what: Any, make: Callable[[Statement], Statement]) -> Statement:
    """What ``make`` makes of the statement, made once for as long as that lives. ``what`` tells it from others."""
    known = _made_of.setdefault(statement, {})
    if what not in known:
        known[what] = make(statement)
    return known[what]


def filtered(statement: Statement, conditions: Conditions, wanted: Given) -> tuple[Statement, dict[str, Any]]:
    """The statement with the conditions for which something is wanted (not None), and the values of its parameters."""
    given = {name: wanted[name] for name in conditions if wanted.get(name) is not None}
    if not given:
        return statement, given

    def make(whole: Statement) -> Statement:
        return whole.where(*(conditions[name](bindparam(name)) for name in given))

    return made_of(statement, ("where", *given), make), given


def now() -> BindParameter[Any]:
    """The instant at which a statement is run, however long ago it was put together."""
    return bindparam("now", callable_=utcnow, type_=UtcDateTime, unique=True)
