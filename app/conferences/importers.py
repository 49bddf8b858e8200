"""A file of conferences: bytes in, conferences out, as the API's own schema has them. All rows or none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import ValidationError

from app.conferences.checking import faults, folded, printed, timezone_for
from app.conferences.days import day_first, is_either, read_day
from app.conferences.files import ImportRefused, RowError, lines_of
from app.conferences.models import Mode
from app.conferences.schemas import NewConference
from app.core.errors import Unfit
from app.core.language import Text, phrase
from app.core.spoken_places import country_code, state_code
from app.core.text import clean_line
from app.core.validation import complaint
from app.printing.entering import unprintable

MAX_ROWS = 5_000


class ConferenceDraft(NewConference):
    """A conference as a row describes it: how one attends is written there, and it may be cancelled already."""

    mode: Mode
    status: Literal["scheduled", "cancelled"] = "scheduled"


_COLUMNS = {name: field for name, field in ConferenceDraft.model_fields.items() if name != "fictional"}
REQUIRED = tuple(name for name, field in _COLUMNS.items() if field.is_required() or name in {"city", "state"})
"""Columns that must be there. Where a conference needs no city or no state, the cell is empty."""
OPTIONAL = (*(name for name in _COLUMNS if name not in REQUIRED), "source")
"""Columns that may be absent. ``source`` is for the keepers of the file: it is not read."""


@dataclass(frozen=True)
class Columns:
    """The columns that a file must have, and those that it may have."""

    required: Sequence[str]
    optional: Sequence[str]


_WRITTEN = {"country": country_code, "mode": str.lower, "status": str.lower}
"""What people write in more than one way."""

DAYS = frozenset({"starts_on", "ends_on", "day"})
"""Columns of days, which may stand there as people type them."""

_RESTS_ON = {
    "ends_on": {"starts_on", "ends_on"},
    "state": {"country", "state", "mode"},
    "city": {"city", "mode"},
    "timezone": {"country", "state", "mode", "timezone"},
}
"""What else must be right of a row, before it can be told whether a cell is."""

_ASSUMED = {"name": "Assumed", "starts_on": "2027-01-01", "ends_on": "2027-01-01", "country": "GB", "mode": "virtual"}
"""What stands for cells that are wrong, while the others are looked at."""

_SPOILED = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


def read_conferences(
    data: bytes | str, *, country: str | None = None, timezone: str | None = None
) -> list[ConferenceDraft]:
    """The conferences of a file as spreadsheets save it (``lines_of``), in its order.

    A header names the columns in any order: ``REQUIRED`` and any of ``OPTIONAL``. The cells are what the fields of
    :class:`NewConference` are, but days as people type them, and an empty one is a field that is left out; ``status``
    is scheduled (also where empty) or cancelled. Where a row says no country, that of the file holds, and then that
    column may be absent. An empty ``timezone`` is filled in by the place; where that has several, or is none, as of a
    virtual conference without a state, the file's holds (UTC if it has none either, and nobody travels). Blank lines
    do not count.

    Refused as a whole (``ImportRefused``), with everything that is wrong in each line, by line and column.
    """
    errors: list[RowError] = []
    found: list[ConferenceDraft] = []
    lines: dict[tuple[str, date], int] = {}
    told = {"country": country} if country else {}
    required = [name for name in REQUIRED if name not in told]
    for row in rows_of(data, errors, Columns(required, (*OPTIONAL, *told))):
        conference = conference_in(row, told | dict(cells_of(row)), timezone=timezone)
        if conference is None:
            continue
        first = lines.setdefault((folded(conference.name), conference.starts_on), row.line)
        if first != row.line:
            row.refuse("name", phrase("The conference in line {line} has the same name and first day.", line=first))
        found.append(conference)
    if not errors and not found:
        errors.append(RowError(1, "", phrase("There is no conference in the file.")))
    if errors:
        raise ImportRefused(sorted(errors, key=lambda error: error.row))
    return found


@dataclass
class Row:
    """The cells of a row by column, and the list of errors to which it adds its own."""

    line: int
    cells: dict[str, str]
    errors: list[RowError]
    refused: set[str] = field(default_factory=set, init=False)
    """The columns of those."""

    def refuse(self, column: str, detail: Text) -> None:
        """Says what is wrong with a cell."""
        self.refused.add(column)
        self.errors.append(RowError(self.line, column, detail))


def _header(cells: list[str], line: int, known: Columns) -> list[str]:
    """The columns; refuses unknown, repeated and missing ones, all at once."""
    columns = [cell.strip().lower() for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    errors = []
    for column in dict.fromkeys(columns):
        if column not in (*known.required, *known.optional):
            errors.append(RowError(line, column[:60], phrase("There is no such column; remove it.")))
        elif columns.count(column) > 1:
            errors.append(RowError(line, column, phrase("This column is there more than once.")))
    missing = phrase("This column is missing.")
    errors += [RowError(line, column, missing) for column in known.required if column not in columns]
    if errors:
        raise ImportRefused(errors)
    return columns


def rows_of(data: bytes | str, errors: list[RowError], known: Columns) -> list[Row]:
    """The rows below the header that have as many cells as it; what is wrong with the others goes into ``errors``."""
    columns: list[str] = []
    rows: list[Row] = []
    count = 0
    for line, cells in lines_of(data, errors, (*known.required, *known.optional)):
        if not columns:
            columns = _header(cells, line, known)
            continue
        count += 1
        if count > MAX_ROWS:
            most = phrase("There are more than {most} rows in the file; divide it.", most=MAX_ROWS)
            errors.append(RowError(line, "", most))
            break
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(columns):
            here, above = len(cells), len(columns)
            differs = phrase("Cells in this line: {here}; in the header: {above}.", here=here, above=above)
            errors.append(RowError(line, "", differs))
            continue
        rows.append(Row(line, dict(zip(columns, cells, strict=True)), errors))
    if not columns and not errors:
        errors.append(RowError(1, "", phrase("The file is empty.")))
    _read_days(rows)
    return rows


def _read_days(rows: list[Row]) -> None:
    """Writes the days of a file as the API has them, where they can be read."""
    first = day_first(row.cells.get(column, "") for row in rows for column in DAYS)
    for row in rows:
        for column in DAYS & row.cells.keys():
            found = read_day(row.cells[column], day_first=first)
            if found is not None:
                row.cells[column] = found.isoformat()
            elif is_either(row.cells[column]):
                row.refuse(column, _EITHER)


_EITHER = phrase("Which is the day here, and which the month? Write it as 2027-11-14.")


def conference_in(row: Row, cells: dict[str, str], *, timezone: str | None = None) -> ConferenceDraft | None:
    """The conference that these cells of a row describe; None if it cannot be, and then the row's errors say why.

    ``timezone`` holds where neither a cell nor the place tells one.
    """
    if "state" in cells:
        cells = cells | {"state": state_code(cells["state"], cells.get("country", ""))}
    described = _described(row, cells)
    if described is None:
        right = {column: value for column, value in cells.items() if column not in row.refused}
        described = _described(row, {name: right.get(name, _ASSUMED[name]) for name in _ASSUMED} | right)
        if described is None:
            return None
    known = timezone_for(described)
    if timezone and not described.timezone and known in {"", "UTC"}:
        known = timezone
    conference = described.model_copy(update={"timezone": known})
    wrong = frozenset(row.refused)
    for fault in faults(conference):
        if not _RESTS_ON.get(fault.field or "", {fault.field}) & wrong:
            row.refuse(fault.field or "", fault.detail)
    for column, why in unprintable(printed(conference)):
        if column not in wrong:
            row.refuse(column, why)
    return None if row.refused else conference


def _described(row: Row, cells: dict[str, str]) -> ConferenceDraft | None:
    try:
        return ConferenceDraft.model_validate(cells)
    except ValidationError as refusal:
        for error in refusal.errors():
            column = str(error["loc"][0])
            if column not in row.refused:
                row.refuse(column, complaint(error))
        return None


def cells_of(row: Row) -> Iterator[tuple[str, str]]:
    """What is written in a row, cleaned, by column; what is refused already is left out."""
    for column, written in row.cells.items():
        if column == "source" or column in row.refused:
            continue
        try:
            value = clean_line(written)
        except Unfit as error:
            row.refuse(column, error.detail)
            continue
        if value in _SPOILED:
            row.refuse(column, phrase("This is what a spreadsheet says where it has found no value."))
        elif value:
            yield column, _WRITTEN.get(column, str)(value)
