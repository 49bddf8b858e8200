"""CSV that is safe to open in a spreadsheet."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import dropwhile

from app.core.text import is_unseen

Value = str | int | float | date | None
"""What stands in a cell of a table: a text, a number, yes or no, a day or an instant, or nothing."""

_FORMULA = frozenset("=+-@−")
_UNSAFE = frozenset("\t\r\n")


def to_csv(rows: Iterable[Sequence[Value]]) -> str:
    """The rows as CSV. A text that a spreadsheet would take for a formula is preceded by an apostrophe.

    What cannot be seen before the sign of a formula hides it from us, not from every spreadsheet, and some take a wide
    or small form of the sign (``＝``, ``﹢``) for the sign. Source: OWASP, "CSV Injection".
    """
    out = io.StringIO()
    csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, str):
        return _defused(str(value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _defused(cell: str) -> str:
    first = next(dropwhile(is_unseen, cell), "")
    risky = cell[:1] in _UNSAFE or unicodedata.normalize("NFKC", first)[:1] in _FORMULA
    return f"'{cell}" if cell and risky else cell
