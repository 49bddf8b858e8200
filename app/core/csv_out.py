"""CSV that is safe to open in a spreadsheet."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import dropwhile

from app.core.text import is_unseen

_FORMULA = frozenset("=+-@−")
_UNSAFE = frozenset("\t\r\n")


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV. A cell that a spreadsheet would take for a formula is preceded by an apostrophe.

    What cannot be seen before the sign of a formula hides it from us, not from every spreadsheet, and some take a wide
    or small form of the sign (``＝``, ``﹢``) for the sign. Source: OWASP, "CSV Injection".
    """
    out = io.StringIO()
    csv.writer(out).writerows([_defused(cell) for cell in row] for row in rows)
    return out.getvalue()


def _defused(cell: str) -> str:
    first = next(dropwhile(is_unseen, cell), "")
    risky = cell[:1] in _UNSAFE or unicodedata.normalize("NFKC", first)[:1] in _FORMULA
    return f"'{cell}" if cell and risky else cell
