"""A CSV file of conferences: bytes in, drafts out. No database, no network; all rows or none."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from app.core.errors import Invalid
from app.core.geography import check_state, check_timezone, default_timezone
from app.core.language import phrase
from app.core.text import clean_line, fold
from app.printing.entering import unprintable

MAX_BYTES = 5_000_000
MAX_ROWS = 5_000
MAX_CELL = 500
"""Characters in a cell; some columns hold less, see ``LONGEST``."""
MAX_DAYS = 31
"""Days from the first to the last of a conference, both counted. More is a slip of the pen."""
MAX_ERRORS = 100
"""Errors that a refusal lists; it counts all."""
YEARS = range(2000, 2100)

REQUIRED = ("name", "starts_on", "ends_on", "city", "state", "country", "mode")
OPTIONAL = ("paper_name", "acronym", "venue", "website", "specialty", "status", "timezone", "source")
"""Columns that may be absent. ``source`` is for the keepers of the file: it is not read."""
LONGEST = {"name": 200, "paper_name": 200, "acronym": 60, "venue": 200, "city": 200, "specialty": 200}

Mode = Literal["in_person", "hybrid", "virtual"]
Status = Literal["scheduled", "cancelled"]
_MODES: dict[str, Mode] = {"in_person": "in_person", "hybrid": "hybrid", "virtual": "virtual"}
_STATUSES: dict[str, Status] = {"scheduled": "scheduled", "cancelled": "cancelled", "": "scheduled"}


@dataclass(frozen=True)
class ConferenceDraft:
    """A conference as a row describes it; every field has been checked. ``city`` is empty for virtual ones only."""

    name: str
    paper_name: str
    acronym: str
    starts_on: date
    ends_on: date
    venue: str
    city: str
    state: str | None
    country: str
    timezone: str
    website: str
    specialty: str
    mode: Mode
    status: Status


@dataclass(frozen=True)
class RowError:
    """What is wrong with a cell. ``row`` is its line in the file, the header being line 1; ``column`` may be empty."""

    row: int
    column: str
    detail: str


class ImportRefused(Invalid):
    """The file was not imported. ``extras``: ``errors``, the first of them, and ``error_count``, how many there are."""

    code = "import-refused"
    title = phrase("The file was not imported")

    def __init__(self, errors: list[RowError]) -> None:
        first = errors[0]
        where = f"line {first.row}, {first.column}" if first.column else f"line {first.row}"
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        super().__init__(
            f"Nothing was imported: {count}. The first is in {where}: {first.detail}",
            errors=[{"row": e.row, "column": e.column, "detail": e.detail} for e in errors[:MAX_ERRORS]],
            error_count=len(errors),
        )


def read_conferences(data: bytes | str) -> list[ConferenceDraft]:
    """The conferences of a CSV file, in its order.

    UTF-8 with or without a byte order mark; commas; a header that names the columns in any order: ``REQUIRED`` and any
    of ``OPTIONAL``. Days are ISO 8601 dates, countries and states ISO 3166 codes. ``mode`` is in_person, hybrid or
    virtual; ``status`` is scheduled (also where empty) or cancelled. An empty ``timezone`` is filled in by the place,
    and is UTC for a virtual conference without a state. Blank lines do not count.

    Refused as a whole (``ImportRefused``) with every error by line and column.
    """
    text = _decoded(data)
    errors: list[RowError] = []
    drafts: list[ConferenceDraft] = []
    lines: dict[tuple[str, date], int] = {}
    for row in _rows(text, errors):
        draft = _draft(row)
        if draft is None:
            continue
        first = lines.setdefault((folded_name(draft.name), draft.starts_on), row.line)
        if first != row.line:
            row.refuse("name", f"The conference of line {first} has the same name and first day.")
        drafts.append(draft)
    if not errors and not drafts:
        errors.append(RowError(1, "", "The file holds no conference."))
    if errors:
        raise ImportRefused(errors)
    return drafts


def folded_name(name: str) -> str:
    """A conference's name as it is compared: folded, and cut to what its column holds (one letter may become many)."""
    return fold(name)[:400]


def _decoded(data: bytes | str) -> str:
    if isinstance(data, str):
        # Lone surrogates, which are no text, come out as bytes that are no UTF-8.
        data = data.encode("utf-8", "surrogatepass")
    if len(data) > MAX_BYTES:
        raise ImportRefused([RowError(1, "", f"The file is larger than {MAX_BYTES // 1_000_000} MB.")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        detail = "The file is not in UTF-8. Save it as “CSV UTF-8”."
        raise ImportRefused([RowError(line, "", detail)]) from None


@dataclass
class _Row:
    """The cells of a row by column, and the list of errors to which it adds its own."""

    line: int
    cells: dict[str, str]
    errors: list[RowError]
    refused: bool = field(default=False, init=False)

    def refuse(self, column: str, detail: str) -> None:
        self.refused = True
        self.errors.append(RowError(self.line, column, detail))

    def text(self, column: str, *, required: bool = False) -> str:
        value = self.cells.get(column, "")
        longest = LONGEST.get(column, MAX_CELL)
        try:
            value = clean_line(value)
        except ValueError as error:
            self.refuse(column, f"The cell {error}.")
            return ""
        if len(value) > longest:
            self.refuse(column, f"The cell has {len(value)} characters; {longest} are the most.")
            return ""
        if required and not value:
            self.refuse(column, "The cell must not be empty.")
        return value

    def day(self, column: str) -> date | None:
        value = self.text(column, required=True)
        if not value:
            return None
        # date.fromisoformat would also take 20190315 and 2019-W11-5.
        try:
            day = date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            self.refuse(column, "The cell must be a date such as 2027-11-14.")
            return None
        return day


def _header(cells: list[str], line: int) -> list[str]:
    """The columns; refuses unknown, repeated and missing ones, all at once."""
    columns = [cell.strip().lower() for cell in cells]
    errors = []
    if len(columns) == 1 and re.search(r"[;\t]", columns[0]):
        raise ImportRefused([RowError(line, "", "The cells must be separated by commas.")])
    for column in dict.fromkeys(columns):
        if column not in (*REQUIRED, *OPTIONAL):
            errors.append(RowError(line, column[:60], "There is no such column; remove it."))
        elif columns.count(column) > 1:
            errors.append(RowError(line, column, "The column stands there more than once."))
    errors += [RowError(line, column, "The column is missing.") for column in REQUIRED if column not in columns]
    if errors:
        raise ImportRefused(errors)
    return columns


def _rows(text: str, errors: list[RowError]) -> Iterator[_Row]:
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
            errors.append(RowError(line, "", "A quotation mark stands alone, or a cell is far too long."))
            return
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _header(cells, line)
            continue
        count += 1
        if count > MAX_ROWS:
            errors.append(RowError(line, "", f"The file has more than {MAX_ROWS:,} conferences; divide it."))
            return
        if len(cells) != len(columns):
            errors.append(RowError(line, "", f"The line has {len(cells)} cells, the header {len(columns)}."))
            continue
        yield _Row(line, dict(zip(columns, cells, strict=True)), errors)
    if not columns:
        errors.append(RowError(1, "", "The file is empty."))


def _draft(row: _Row) -> ConferenceDraft | None:
    """The conference of a row, or None if a cell is wrong; then the row's errors say what."""
    name = row.text("name", required=True)
    starts_on, ends_on = row.day("starts_on"), row.day("ends_on")
    if starts_on and ends_on and not 0 <= (ends_on - starts_on).days < MAX_DAYS:
        row.refuse(
            "ends_on", f"The last day must not be before the first, nor the conference last over {MAX_DAYS} days."
        )
    mode = _MODES.get(row.text("mode").lower())
    if mode is None:
        row.refuse("mode", "The cell must be in_person, hybrid or virtual.")
    status = _STATUSES.get(row.text("status").lower())
    if status is None:
        row.refuse("status", "The cell must be scheduled or cancelled.")
    city = row.text("city", required=mode != "virtual")
    country, state, timezone = _place(row, virtual=mode == "virtual")
    acronym, website = row.text("acronym"), _website(row)
    paper_name, venue, specialty = row.text("paper_name"), row.text("venue"), row.text("specialty")
    printed = {"name": name, "paper_name": paper_name, "venue": venue, "city": city, "specialty": specialty}
    for column, why in unprintable(printed) if name else ():
        row.refuse(column, str(why))
    if row.refused or not (starts_on and ends_on and mode and status):
        return None
    return ConferenceDraft(
        name=name,
        paper_name=paper_name,
        acronym=acronym,
        starts_on=starts_on,
        ends_on=ends_on,
        venue=venue,
        city=city,
        state=state,
        country=country,
        timezone=timezone,
        website=website,
        specialty=specialty,
        mode=mode,
        status=status,
    )


def _place(row: _Row, *, virtual: bool) -> tuple[str, str | None, str]:
    """Country, state and time zone of a row."""
    country = row.text("country", required=True).upper()
    state = row.text("state").upper() or None
    timezone = row.text("timezone")
    if not country:
        return "", state, timezone
    try:
        if virtual and state is None:
            # A meeting in no place needs no state. Its country is checked, and its zone would be a guess.
            check_state(country, None, required=False)
            timezone = timezone or "UTC"
        else:
            check_state(country, state)
            timezone = timezone or default_timezone(country, state) or ""
        if timezone:
            check_timezone(timezone)
        else:
            row.refuse("timezone", "The place has several time zones; write an IANA name such as Europe/Berlin.")
    except Invalid as error:
        row.refuse(error.field or "state", str(error))
    return country, state, timezone


def _website(row: _Row) -> str:
    """The address of a web page, or nothing."""
    value = row.text("website")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or re.search(r"[\s<>\"\\]", value):
        row.refuse("website", "The cell must be a web address that begins with https:// or http://.")
    return value
