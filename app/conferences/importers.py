"""A CSV file of conferences: bytes in, conferences out, as the API's own schema has them. All rows or none."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import ValidationError

from app.conferences.checking import conference_of, faults, folded, printed
from app.conferences.models import ConferenceStatus, Mode
from app.conferences.schemas import NewConference
from app.core.errors import Invalid, Unfit
from app.core.language import Text, phrase, phrases, verbatim
from app.core.text import clean_line
from app.core.validation import complaint
from app.printing.entering import unprintable

MAX_BYTES = 5_000_000
MAX_ROWS = 5_000
MAX_ERRORS = 100
"""Errors that a refusal lists; it counts all."""


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


_WRITTEN = {"country": str.upper, "state": str.upper, "mode": str.lower, "status": str.lower}
"""Codes that people write in either case."""


@dataclass(frozen=True)
class RowError:
    """What is wrong with a cell. ``row`` is its line in the file, the header being line 1; ``column`` may be empty."""

    row: int
    column: str
    detail: Text


class ImportRefused(Invalid):
    """The file was not imported. ``extras``: ``errors``, the first of them, and ``error_count``, how many there are."""

    code = "import-refused"
    title = phrase("The file was not imported")

    def __init__(self, errors: list[RowError]) -> None:
        first = errors[0]
        where = phrase("line {line}", line=first.row)
        super().__init__(
            phrases(
                "Nothing was imported: there is {n} error, in {where}: {detail}",
                "Nothing was imported: there are {n} errors. The first is in {where}: {detail}",
                n=len(errors),
                where=verbatim("{line}, {column}", line=where, column=first.column) if first.column else where,
                detail=first.detail,
            ),
            errors=[
                {"pointer": "#/csv", "row": e.row, "column": e.column, "detail": e.detail} for e in errors[:MAX_ERRORS]
            ],
            error_count=len(errors),
        )


def read_conferences(data: bytes | str) -> list[ConferenceDraft]:
    """The conferences of a CSV file, in its order.

    UTF-8 with or without a byte order mark; commas; a header that names the columns in any order: ``REQUIRED`` and any
    of ``OPTIONAL``. The cells are what the fields of :class:`NewConference` are, and an empty one is a field that is
    left out; ``status`` is scheduled (also where empty) or cancelled. An empty ``timezone`` is filled in by the place,
    and is UTC for a virtual conference without a state. Blank lines do not count.

    Refused as a whole (``ImportRefused``), with what is wrong in each line by line and column: every cell that cannot
    be by itself, or else what does not go together.
    """
    text = decoded(data)
    errors: list[RowError] = []
    found: list[ConferenceDraft] = []
    lines: dict[tuple[str, date], int] = {}
    for row in rows_of(text, errors, Columns(REQUIRED, OPTIONAL)):
        conference = _conference(row)
        if conference is None:
            continue
        first = lines.setdefault((folded(conference.name), conference.starts_on), row.line)
        if first != row.line:
            row.refuse("name", phrase("The conference in line {line} has the same name and first day.", line=first))
        found.append(conference)
    if not errors and not found:
        errors.append(RowError(1, "", phrase("There is no conference in the file.")))
    if errors:
        raise ImportRefused(errors)
    return found


def decoded(data: bytes | str) -> str:
    """The text of a file. Raises :class:`ImportRefused` for one that is too large or not in UTF-8."""
    if isinstance(data, str):
        # Lone surrogates, which are no text, come out as bytes that are no UTF-8.
        data = data.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        size = phrase("The file is larger than {most} MB.", most=MAX_BYTES // 1_000_000)
        raise ImportRefused([RowError(1, "", size)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        detail = phrase("The file is not in UTF-8. Save it as “CSV UTF-8”.")
        raise ImportRefused([RowError(line, "", detail)]) from None


@dataclass
class Row:
    """The cells of a row by column, and the list of errors to which it adds its own."""

    line: int
    cells: dict[str, str]
    errors: list[RowError]
    refused: bool = field(default=False, init=False)

    def refuse(self, column: str, detail: Text) -> None:
        self.refused = True
        self.errors.append(RowError(self.line, column, detail))


def _header(cells: list[str], line: int, known: Columns) -> list[str]:
    """The columns; refuses unknown, repeated and missing ones, all at once."""
    columns = [cell.strip().lower() for cell in cells]
    errors = []
    if len(columns) == 1 and re.search(r"[;\t]", columns[0]):
        raise ImportRefused([RowError(line, "", phrase("The cells must be separated by commas."))])
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


def rows_of(text: str, errors: list[RowError], known: Columns) -> Iterator[Row]:
    """The rows below the header that have as many cells as it; what is wrong with the others goes into ``errors``."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    count = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            # Where a quote goes astray, all that follows would be read wrongly.
            errors.append(RowError(line, "", phrase("A quotation mark stands alone, or a cell is far too long.")))
            return
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _header(cells, line, known)
            continue
        count += 1
        if count > MAX_ROWS:
            most = phrase("There are more than {most} rows in the file; divide it.", most=MAX_ROWS)
            errors.append(RowError(line, "", most))
            return
        if len(cells) != len(columns):
            here, above = len(cells), len(columns)
            differs = phrase("Cells in this line: {here}; in the header: {above}.", here=here, above=above)
            errors.append(RowError(line, "", differs))
            continue
        yield Row(line, dict(zip(columns, cells, strict=True)), errors)
    if not columns:
        errors.append(RowError(1, "", phrase("The file is empty.")))


def _conference(row: Row) -> ConferenceDraft | None:
    """The conference of a row, its time zone filled in, or None if it cannot be; then the row's errors say why."""
    return conference_in(row, dict(cells_of(row)))


def conference_in(row: Row, cells: dict[str, str]) -> ConferenceDraft | None:
    """The conference that these cells of a row describe; None if it cannot be, and then the row's errors say why."""
    try:
        described = None if row.refused else ConferenceDraft.model_validate(cells)
    except ValidationError as refusal:
        described = None
        for error in refusal.errors():
            row.refuse(str(error["loc"][0]), complaint(error))
    if described is None:
        return None
    conference = conference_of(described, status=ConferenceStatus(described.status))
    for fault in faults(conference):
        row.refuse(fault.field or "", fault.detail)
    for column, why in unprintable(printed(conference)):
        row.refuse(column, why)
    return described.model_copy(update={"timezone": conference.timezone})


def cells_of(row: Row) -> Iterator[tuple[str, str]]:
    """What is written in a row, cleaned, by column."""
    for column, written in row.cells.items():
        if column == "source":
            continue
        try:
            value = clean_line(written)
        except Unfit as error:
            row.refuse(column, error.detail)
            continue
        if value:
            yield column, _WRITTEN.get(column, str)(value)
