"""A list as a file for spreadsheets: its columns, named once, as CSV or as a workbook."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter

from app.core.csv_out import Value, to_csv
from app.core.xlsx_out import to_xlsx


class Suffix(StrEnum):
    """How a table is written, by the end of its address."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA = {
    Suffix.CSV: "text/csv; charset=utf-8",
    Suffix.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def heads(columns: Sequence[str]) -> list[str]:
    """What stands above the columns; of ``ship_by.date`` this is ``ship_by_date``."""
    return [column.replace(".", "_") for column in columns]


def table(columns: Sequence[str], pages: Iterable[Iterable[object]], suffix: Suffix) -> Iterator[bytes]:
    """The bytes of a file with a row for each of the things, which come in pages; at least one part for each page.

    ``columns`` are attributes of the things, with dots where they are those of an attribute that may be None. A page is
    asked for when all before it is given away, the first before anything is: so whoever may not read it gets nothing.
    """
    values = [_value(column) for column in columns]
    rows: Iterator[list[list[Value]]] = ([[value(each) for value in values] for each in page] for page in pages)
    if suffix is Suffix.XLSX:
        return to_xlsx(heads(columns), rows)
    return _as_csv(heads(columns), rows)


def _as_csv(head: Sequence[Value], pages: Iterable[Sequence[Sequence[Value]]]) -> Iterator[bytes]:
    for number, page in enumerate(pages):
        yield to_csv(page if number else [head, *page]).encode()


def _value(column: str) -> Callable[[object], Value]:
    outer, _, inner = column.partition(".")
    read: Callable[[object], Value] = attrgetter(outer)
    if not inner:
        return read
    further = _value(inner)
    return lambda each: None if getattr(each, outer) is None else further(getattr(each, outer))
