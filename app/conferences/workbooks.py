"""The first sheet of a workbook (.xlsx) as lines of text, read within bounds, whatever is in the file."""

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZipFile

from app.core.language import Text, phrase

MAX_UNPACKED = 40_000_000
"""Bytes of a workbook once it is unpacked: a small file may hold much more than any table needs."""
MAX_PARTS = 500
MAX_LINES = 50_000
MAX_COLUMNS = 100

_NONE = phrase("This workbook cannot be read. Save it as .xlsx again, or as “CSV UTF-8”.")
_MUCH = phrase("There is far too much in this workbook. Copy the table into a new one.")


class NotRead(Exception):
    """From this line on a file cannot be read."""

    def __init__(self, line: int, detail: Text) -> None:
        super().__init__(str(detail))
        self.line, self.detail = line, detail


def lines_of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of the first sheet by number, each as long as the first that is not empty, or longer.

    Days are written as 2027-11-14, and numbers as they are; of a formula it is what was found last. Raises
    :class:`NotRead` for what is no workbook, and for one that unpacked is too large.
    """
    line, width = 1, 0
    try:
        for line, row in _bounded(data):
            cells = [_written(value) for value in row]
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            width = width or len(cells)
            yield line, cells
    except NotRead:
        raise
    except Exception as error:  # whatever a foreign file makes of its reader
        raise NotRead(line, _NONE) from error


def _bounded(data: bytes) -> Iterator[tuple[int, tuple[object, ...]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - it takes long, and few processes are ever given a workbook

    with ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
    # No part gives more when it is read than it says here.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise NotRead(1, _MUCH)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what the reader leaves out: styles, pictures, checks of input
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        rows = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for line, row in enumerate(rows, 1):
            if line > MAX_LINES:
                raise NotRead(line, _MUCH)
            yield line, row
    finally:
        book.close()


def _written(value: object) -> str:
    """What a cell holds, as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), str(value))
