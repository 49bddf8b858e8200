"""Days as people type them, and as spreadsheets save them: read where they can be only one day."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from babel.dates import get_month_names

from app.core.text import fold

_TYPED = re.compile(r"(?P<a>\d{1,2})(?P<by>[./-])(?P<b>\d{1,2})(?P=by)(?P<year>\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?P<by>[./-])(?P<month>\d{1,2})(?P=by)(?P<day>\d{1,2})", re.ASCII)
_DAY_THEN_MONTH = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|[.ºo])?[\s-]*(?:de |of )?\s*(?P<month>[^\W\d]{3,})\.?,?[\s-]*(?:del? )?\s*"
    r"(?P<year>\d{4}|(?<=-)\d{2})"
)
_MONTH_THEN_DAY = re.compile(r"(?P<month>[^\W\d]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_MIDNIGHT = re.compile(r"[t ]\s*0?0:00(:00(\.0+)?)?$")
_WEEKDAY = re.compile(r"^[^\W\d]+\.?,\s+")


def day_first(cells: Iterable[str]) -> bool | None:
    """Whether in these cells, which are of one file, the day comes before the month; None where they do not say so."""
    found = set()
    for cell in cells:
        typed = _TYPED.fullmatch(_stripped(cell))
        if typed is not None and typed["by"] != ".":
            found |= {True} if int(typed["a"]) > 12 else {False} if int(typed["b"]) > 12 else set()
    return found.pop() if len(found) == 1 else None


def read_day(cell: str, *, day_first: bool | None) -> date | None:
    """The day that a cell says: 2027-11-14, 14.11.2027, 14/11/2027 or 11/14/2027, 14-Nov-27, 14 de noviembre de 2027.

    None where it says none, or may mean two: where day and month could be taken for each other, ``day_first`` tells
    which is which, as the other cells of the file have it.
    """
    written = _stripped(cell)
    try:
        typed = _TYPED.fullmatch(written)
        if typed is not None:
            return _of_two(
                int(typed["year"]), int(typed["a"]), int(typed["b"]), True if typed["by"] == "." else day_first
            )
        found = _YEAR_FIRST.fullmatch(written)
        if found is not None:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        found = _DAY_THEN_MONTH.fullmatch(written) or _MONTH_THEN_DAY.fullmatch(written)
        months = _months(found["month"]) if found is not None else set()
        if found is None or len(months) != 1:
            return None
        year = int(found["year"])
        return date(year if year > 99 else 2000 + year, months.pop(), int(found["day"]))
    except ValueError:
        return None


def is_either(cell: str) -> bool:
    """Whether a cell says a day, but its month may be taken for its day."""
    return all(read_day(cell, day_first=first) is not None for first in (True, False))


def _of_two(year: int, a: int, b: int, day_first: bool | None) -> date | None:
    if day_first is None:
        day_first = True if a > 12 or a == b else False if b > 12 else None
    if day_first is None:
        return None
    return date(year, b, a) if day_first else date(year, a, b)


def _stripped(cell: str) -> str:
    return _WEEKDAY.sub("", _MIDNIGHT.sub("", fold(cell).strip()))


@cache
def _names() -> dict[str, int]:
    names = {}
    for language in ("en", "es", "pt", "fr"):
        for number, name in get_month_names("wide", locale=language).items():
            names[fold(name)] = number
    return names


def _months(typed: str) -> set[int]:
    """The months whose name begins so, in the languages in which conferences are announced here."""
    return {number for name, number in _names().items() if name.startswith(typed)}
