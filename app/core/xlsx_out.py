"""A workbook (Office Open XML, ISO/IEC 29500) that is written while its rows come, in memory that does not grow.

What libraries offer for long tables goes through a file; where a container's only place for files is memory, that is
memory which grows with the rows, and nothing can be sent before the last of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from app.core.csv_out import Value

MOST_ROWS = 1_048_576
"""Rows of a sheet, the header among them; what is more stands on the next one."""

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PLAIN, _HEAD, _DAY, _INSTANT = range(4)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of workbooks, for days from March 1900 on."""

# What XML cannot hold; and what workbooks would take for the code of a character, so that its first sign is coded.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def to_xlsx(
    head: Sequence[str], pages: Iterable[Iterable[Sequence[Value]]], *, most_rows: int = MOST_ROWS
) -> Iterator[bytes]:
    """The bytes of a workbook, a part for each page of rows: texts as texts, so that none is a formula; days as days.

    Instants are in UTC, which a workbook cannot say. The header is the first row of each sheet, and stays in sight.
    """
    sink, letters = _Sink(), [_letters(number) for number in range(1, len(head) + 1)]
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        sheets, number = 1, 1
        sheet = _begun(archive, sheets, head, letters)
        try:
            for page in pages:
                for row in page:
                    if number == most_rows:
                        _end(sheet)
                        sheets, number = sheets + 1, 1
                        sheet = _begun(archive, sheets, head, letters)
                    number += 1
                    sheet.write(_row(number, row, letters).encode())
                yield sink.taken()
            _end(sheet)
        finally:
            sheet.close()  # else what is cut off could not be cleared away
        for name, content in _around(sheets):
            archive.writestr(name, content)
    yield sink.taken()


class _Sink:
    """Takes what is written, until it is taken away; it cannot be gone back in."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken


def _begun(archive: ZipFile, number: int, head: Sequence[str], letters: Sequence[str]) -> IO[bytes]:
    sheet = archive.open(f"xl/worksheets/sheet{number}.xml", "w")
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    sheet.write(
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/>'
        f'<cols><col min="1" max="{len(head)}" width="18" customWidth="1"/></cols>'
        f"<sheetData>{_row(1, head, letters, _HEAD)}".encode()
    )
    return sheet


def _end(sheet: IO[bytes]) -> None:
    sheet.write(b"</sheetData></worksheet>")
    sheet.close()


def _row(number: int, row: Sequence[Value], letters: Sequence[str], style: int = _PLAIN) -> str:
    cells = (_cell(f"{letter}{number}", value, style) for letter, value in zip(letters, row, strict=True))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Value, style: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        text = escape(_NO_XML.sub("\ufffd", _CODED.sub("_x005F_", value)))
        return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return f'<c r="{place}" s="{_INSTANT}"><v>{(value - _EPOCH).total_seconds() / 86_400!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{_DAY}"><v>{(datetime.combine(value, time(), UTC) - _EPOCH).days}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _letters(number: int) -> str:
    """The letters of a column: A to Z, AA, AB, …"""
    before, last = divmod(number - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


def _around(sheets: int) -> Iterator[tuple[str, str]]:
    """The parts of a workbook beside its sheets."""
    numbers = range(1, sheets + 1)
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
        )
        + "</Types>",
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _relations([*(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers), ("styles", "styles.xml")]),
    )
    yield "xl/styles.xml", _STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    each = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'
