"""A CSV file of conferences: bytes in, drafts out. No database, no network; all rows or none."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from app.core.errors import Invalid, Unfit
from app.core.geography import check_state, check_timezone, default_timezone
from app.core.language import Text, phrase, phrases, verbatim
from app.core.schema import NO_DAY
from app.core.text import EMPTY, clean_line, fold, one_of, too_long
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


NO_WEBSITE = phrase("This must be a web address that begins with https:// or http://.")


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
            row.refuse("name", phrase("The conference in line {line} has the same name and first day.", line=first))
        drafts.append(draft)
    if not errors and not drafts:
        errors.append(RowError(1, "", phrase("There is no conference in the file.")))
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
        size = phrase("The file is larger than {most} MB.", most=MAX_BYTES // 1_000_000)
        raise ImportRefused([RowError(1, "", size)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        detail = phrase("The file is not in UTF-8. Save it as “CSV UTF-8”.")
        raise ImportRefused([RowError(line, "", detail)]) from None


@dataclass
class _Row:
    """The cells of a row by column, and the list of errors to which it adds its own."""

    line: int
    cells: dict[str, str]
    errors: list[RowError]
    refused: bool = field(default=False, init=False)

    def refuse(self, column: str, detail: Text) -> None:
        self.refused = True
        self.errors.append(RowError(self.line, column, detail))

    def text(self, column: str, *, required: bool = False) -> str:
        value = self.cells.get(column, "")
        longest = LONGEST.get(column, MAX_CELL)
        try:
            value = clean_line(value)
        except Unfit as error:
            self.refuse(column, error.detail)
            return ""
        if len(value) > longest:
            self.refuse(column, too_long(longest))
            return ""
        if required and not value:
            self.refuse(column, EMPTY)
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
            self.refuse(column, NO_DAY)
            return None
        return day


def _header(cells: list[str], line: int) -> list[str]:
    """The columns; refuses unknown, repeated and missing ones, all at once."""
    columns = [cell.strip().lower() for cell in cells]
    errors = []
    if len(columns) == 1 and re.search(r"[;\t]", columns[0]):
        raise ImportRefused([RowError(line, "", phrase("The cells must be separated by commas."))])
    for column in dict.fromkeys(columns):
        if column not in (*REQUIRED, *OPTIONAL):
            errors.append(RowError(line, column[:60], phrase("There is no such column; remove it.")))
        elif columns.count(column) > 1:
            errors.append(RowError(line, column, phrase("This column is there more than once.")))
    missing = phrase("This column is missing.")
    errors += [RowError(line, column, missing) for column in REQUIRED if column not in columns]
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
            errors.append(RowError(line, "", phrase("A quotation mark stands alone, or a cell is far too long.")))
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
            most = phrase("There are more than {most} conferences in the file; divide it.", most=MAX_ROWS)
            errors.append(RowError(line, "", most))
            return
        if len(cells) != len(columns):
            here, above = len(cells), len(columns)
            differs = phrase("Cells in this line: {here}; in the header: {above}.", here=here, above=above)
            errors.append(RowError(line, "", differs))
            continue
        yield _Row(line, dict(zip(columns, cells, strict=True)), errors)
    if not columns:
        errors.append(RowError(1, "", phrase("The file is empty.")))


def _draft(row: _Row) -> ConferenceDraft | None:
    """The conference of a row, or None if a cell is wrong; then the row's errors say what."""
    name = row.text("name", required=True)
    starts_on, ends_on = row.day("starts_on"), row.day("ends_on")
    if starts_on and ends_on and not 0 <= (ends_on - starts_on).days < MAX_DAYS:
        last = phrase("The last day must be the first or one of the {days} days after it.", days=MAX_DAYS - 1)
        row.refuse("ends_on", last)
    mode = _MODES.get(row.text("mode").lower())
    if mode is None:
        row.refuse("mode", one_of(_MODES))
    status = _STATUSES.get(row.text("status").lower())
    if status is None:
        row.refuse("status", one_of(["scheduled", "cancelled"]))
    city = row.text("city", required=mode != "virtual")
    country, state, timezone = _place(row, virtual=mode == "virtual")
    acronym, website = row.text("acronym"), _website(row)
    paper_name, venue, specialty = row.text("paper_name"), row.text("venue"), row.text("specialty")
    printed = {"name": name, "paper_name": paper_name, "venue": venue, "city": city, "specialty": specialty}
    for column, why in unprintable(printed) if name else ():
        row.refuse(column, why)
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
            zones = phrase("Several time zones are in use there: name one, such as America/Chicago.")
            row.refuse("timezone", zones)
    except Invalid as error:
        row.refuse(error.field or "state", error.detail)
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
        row.refuse("website", NO_WEBSITE)
    return value
