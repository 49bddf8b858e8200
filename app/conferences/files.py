"""A table that somebody hands in, as spreadsheets save it: bytes in, lines of cells out."""

import csv
import io
import re
from base64 import b64decode
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from app.conferences.workbooks import NotRead, lines_of_workbook
from app.core.errors import Invalid, Unfit
from app.core.language import Text, phrase, phrases, verbatim
from app.core.schema import In

MAX_BYTES = 5_000_000
MAX_ERRORS = 1_000
"""Errors that a refusal lists; it counts all."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_SEPARATORS = ",;\t|"
_TEXT = phrase("This is no text that can be read. Save the file as “CSV UTF-8”, or as a workbook (.xlsx).")
# Whole letters of UTF-8; and what the text of an old Macintosh becomes where it is taken for that of Windows.
_UTF_8 = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_MACINTOSH = re.compile("[a-z][Ž‡]|[Ž‡][a-z]")


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
        self._listed = [{"row": e.row, "column": e.column, "detail": e.detail} for e in errors[:MAX_ERRORS]]
        super().__init__(
            phrases(
                "Nothing was imported: there is {n} error, in {where}: {detail}",
                "Nothing was imported: there are {n} errors. The first is in {where}: {detail}",
                n=len(errors),
                where=verbatim("{line}, {column}", line=where, column=first.column) if first.column else where,
                detail=first.detail,
            ),
            errors=self._listed,
            error_count=len(errors),
        )

    def blame(self, name: str) -> None:
        """Says of each error in which field of a request the file was."""
        self.extras["errors"] = [{"pointer": f"#/{name}", **error} for error in self._listed]


def _of_base64(value: object) -> bytes:
    try:
        decoded = b64decode(re.sub(r"\s+", "", value), validate=True) if isinstance(value, str) else b""
    except ValueError:
        decoded = b""
    if not decoded:
        raise Unfit(phrase("This must be a file in base64."))
    return decoded


_IN_BASE64 = WithJsonSchema({"type": "string", "minLength": 1, "contentEncoding": "base64"})


class TableFile(In):
    """A table that somebody hands in: as text, or as the file that it is; its columns are in docs/imports.md."""

    csv: Annotated[str | None, Field(min_length=1, description="the text of a CSV file")] = None
    file: Annotated[
        Annotated[bytes, BeforeValidator(_of_base64), _IN_BASE64] | None,
        Field(description="a file in base64: CSV, or a workbook (.xlsx)"),
    ] = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.csv is None) == (self.file is None):
            raise Unfit(phrase("Send the file either as `csv` or as `file`."))
        return self

    @contextmanager
    def blamed(self) -> Iterator[bytes | str]:
        """What was handed in; what is refused of it within the block is told of the field that held it."""
        try:
            yield self.csv if self.csv is not None else self.file or b""
        except ImportRefused as refusal:
            refusal.blame("csv" if self.csv is not None else "file")
            raise


def refused(line: int, detail: Text) -> ImportRefused:
    """The refusal of a file for one thing that is wrong with it."""
    return ImportRefused([RowError(line, "", detail)])


def lines_of(data: bytes | str, errors: list[RowError], known: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of a file by number, blank ones left out: of the first sheet of a workbook, or of a text.

    A text is in UTF-8, UTF-16 or Windows-1252; its cells are separated by commas, semicolons, tabs or bars, whichever
    makes most of the ``known`` columns of its header. Where the file cannot be read any further, ``errors`` says so at
    the end. Raises :class:`ImportRefused` for one that is too large, or neither a text nor a workbook.
    """
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise refused(1, phrase("The file is larger than {most} MB.", most=MAX_BYTES // 1_000_000))
    if isinstance(data, bytes) and data.startswith(_OLE):
        raise refused(1, phrase("This workbook is of an old kind, or has a password. Save it as .xlsx, without one."))
    if isinstance(data, bytes) and data.startswith(b"PK\x03\x04"):
        found = lines_of_workbook(data)
    else:
        found = _lines_of_text(decoded(data), known)
    try:
        yield from ((line, cells) for line, cells in found if any(cell.strip() for cell in cells))
    except NotRead as broken:
        errors.append(RowError(broken.line, "", broken.detail))


def decoded(data: bytes | str) -> str:
    """The text of a file. Raises :class:`ImportRefused` where it is in no encoding that is read."""
    if isinstance(data, str):
        # Lone surrogates, which are no text, come out as bytes that are no UTF-8.
        data = data.encode("utf-8", "surrogatepass")
    wide = _wide(data[:2])
    try:
        return data.decode(wide or "utf-8-sig").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        found = None if wide else _of_windows(data)
        if found is None:
            raise refused(data.count(b"\n", 0, error.start) + 1, _TEXT) from None
        return found


def _wide(start: bytes) -> str | None:
    """The kind of UTF-16, by its mark, or by the first sign, which is one of a column's name."""
    return {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(start) or (
        None if len(start) < 2 or b"\0" not in start else "utf-16-be" if start[0] == 0 else "utf-16-le"
    )


def _of_windows(data: bytes) -> str | None:
    """The text as Windows has written it in the west; None for a damaged UTF-8, and for that of a Macintosh."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    whole = len(_UTF_8.findall(data))
    alone = len(re.findall(rb"[\x80-\xff]", _UTF_8.sub(b"", data)))
    return None if whole > alone or _MACINTOSH.search(text) else text


def _lines_of_text(text: str, known: Collection[str]) -> Iterator[tuple[int, list[str]]]:
    told = re.match(r"sep=([,;\t|])\r?\n", text)
    reader = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter=told[1] if told else _separator(text, known)
    )
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            # Where a quote goes astray, all that follows would be read wrongly.
            raise NotRead(line, phrase("A quotation mark stands alone, or a cell is far too long.")) from None
        if cells is None:
            return
        if not (told and line == 1):
            yield line, cells


def _separator(text: str, known: Collection[str]) -> str:
    header = next((line for line in text[:20_000].splitlines() if line.strip(f" {_SEPARATORS}")), "")

    def recognized(separator: str) -> int:
        return len({cell.strip().strip('"').lower() for cell in header.split(separator)} & set(known))

    return max(_SEPARATORS, key=recognized)
