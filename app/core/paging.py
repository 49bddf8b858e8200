"""Lists a page at a time, by keyset: as fast on the last page as on the first, and nothing appears twice."""

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import Integer, bindparam, tuple_
from sqlmodel import Session

from app.core.db import Statement, rows
from app.core.errors import Invalid
from app.core.language import phrase
from app.core.statements import Given, made_of

Schema = TypeVar("Schema", bound=BaseModel)

MAXIMUM = 100

_FOREIGN_CURSOR = Invalid(phrase("This is not a cursor that the list gave. Start again without it."), field="cursor")


class Paging(BaseModel):
    """Which part of a list is wanted."""

    limit: int = 50
    cursor: str | None = None


class Page(BaseModel, Generic[Schema]):
    """A part of a list; ``next`` is the cursor of the following part, or null at the end."""

    items: list[Schema]
    next: str | None = None


def page(
    session: Session,
    statement: Statement,
    schema: type[Schema],
    *,
    order: Sequence[Any],
    paging: Paging,
    descending: bool = False,
    given: Given | None = None,
) -> Page[Schema]:
    """One page of ``statement``, ordered by ``order``: columns that are selected, never null, and unique together.

    ``given`` are the values of its parameters. Raises :class:`Invalid` for a cursor that this list did not give.
    """
    last = {} if paging.cursor is None else _decode(paging.cursor, order)

    def part(whole: Statement) -> Statement:
        if last:
            key, after = (
                tuple_(*order),
                tuple_(*(bindparam(name, type_=c.type) for name, c in zip(last, order, strict=True))),
            )
            whole = whole.where(key < after if descending else key > after)
        whole = whole.order_by(*(column.desc() if descending else column.asc() for column in order))
        return whole.limit(bindparam("at_most", type_=Integer))

    statement = made_of(statement, ("page", _name(order), descending, bool(last)), part)
    found = rows(session, statement, schema, **(given or {}), **last, at_most=paging.limit + 1)
    items = found[: paging.limit]
    if len(found) <= paging.limit:
        return Page(items=items)
    return Page(items=items, next=_encode(order, [getattr(items[-1], column.key) for column in order]))


def _encode(order: Sequence[Any], values: list[Any]) -> str:
    named = [_name(order), *(value.isoformat() if isinstance(value, date) else value for value in values)]
    text = json.dumps(named, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, order: Sequence[Any]) -> dict[str, Any]:
    """What the last entry of the page before was ordered by, as parameters."""
    try:
        padded = (cursor + "=" * (-len(cursor) % 4)).encode()
        name, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if name == _name(order):
            known = enumerate(zip(values, order, strict=True))
            return {f"after_{number}": _value(value, column) for number, (value, column) in known}
    except (ValueError, TypeError) as error:
        raise _FOREIGN_CURSOR from error
    raise _FOREIGN_CURSOR


def _name(order: Sequence[Any]) -> str:
    """Which list it is: two that are ordered alike read the same table."""
    return ",".join(str(column) for column in order)


def _value(value: Any, column: Any) -> Any:
    kind = getattr(column.type, "impl_instance", column.type).python_type  # of a decorated type, what it decorates
    if kind is datetime:
        value = datetime.fromisoformat(value)
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
    elif kind is date:
        value = date.fromisoformat(value)
    elif type(value) is not kind or (kind is int and not -(2**63) <= value < 2**63) or "\x00" in str(value):
        raise ValueError("another type is kept here")
    return value
