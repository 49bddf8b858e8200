"""A file of what was before: where ribbons were handed out, by whom, and what was left of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError

from app.conferences.files import ImportRefused, RowError
from app.conferences.importers import OPTIONAL as OF_CONFERENCES_TOO
from app.conferences.importers import REQUIRED as OF_CONFERENCES
from app.conferences.importers import (
    Columns,
    ConferenceDraft,
    Row,
    cells_of,
    conference_in,
    rows_of,
)
from app.core.language import phrase
from app.core.schema import Day, In, RowId
from app.core.text import ShortLine
from app.core.validation import complaint

_Ribbons = Annotated[int, Field(ge=0, le=1_000_000)]


class Told(In):
    """What a row tells of ribbons. ``conference`` is the number of one that is here; else the row describes it."""

    conference: RowId | None = None
    champion: Annotated[str, Field(max_length=254)] = ""
    design: ShortLine
    handed_out: _Ribbons
    day: Day | None = None
    left: _Ribbons = 0
    lost: _Ribbons = 0


REQUIRED = ("design", "handed_out")
OPTIONAL = tuple(
    dict.fromkeys(
        name for name in (*Told.model_fields, *OF_CONFERENCES, *OF_CONFERENCES_TOO) if name not in {*REQUIRED, "status"}
    )
)
"""``source`` is for the keepers of the file, as in a file of conferences."""


@dataclass(frozen=True)
class HistoryRow:
    """A row that can be read by itself: ``draft`` is the conference, where it is not given by its number."""

    line: int
    told: Told
    draft: ConferenceDraft | None


def read_history(data: bytes | str) -> list[HistoryRow]:
    """The rows of a file, in its order; the form is that of a file of conferences.

    Each has the code of a design and how many were handed out, and may have the e-mail address of a champion, the day,
    how many were ``left`` and how many ``lost``. The conference is given by its number, or described as in a file of
    conferences; how one attends is in person unless it says so. Refused as a whole (``ImportRefused``).
    """
    errors: list[RowError] = []
    found = list(_read(data, errors))
    if not errors and not found:
        errors.append(RowError(1, "", phrase("There is nothing in the file.")))
    if errors:
        raise ImportRefused(sorted(errors, key=lambda error: error.row))
    return found


def _read(data: bytes | str, errors: list[RowError]) -> Iterator[HistoryRow]:
    for row in rows_of(data, errors, Columns(REQUIRED, OPTIONAL)):
        cells = dict(cells_of(row))
        numbered = "conference" in cells or "conference" in row.refused
        told = _told(row, {name: cells.pop(name) for name in Told.model_fields if name in cells})
        draft = None if numbered else conference_in(row, {"mode": "in_person", **cells})
        if told is not None and not row.refused:
            yield HistoryRow(row.line, told, draft)


def _told(row: Row, cells: dict[str, str]) -> Told | None:
    try:
        told = Told.model_validate(cells)
    except ValidationError as refusal:
        for error in refusal.errors():
            column = str(error["loc"][0])
            if column not in row.refused:
                row.refuse(column, complaint(error))
        return None
    if told.left and not told.champion and "champion" not in row.refused:
        left = phrase("What was left belongs to a champion's final count: name the champion, or leave this empty.")
        row.refuse("left", left)
    return told
