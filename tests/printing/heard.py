"""What somebody hears who has a paper read out: the tree of the file, by pypdf, with the texts that PDFium finds."""

from collections import defaultdict
from collections.abc import Iterator
from ctypes import c_ushort
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import ContentStream
from pypdfium2 import raw

# The operators that leave something on paper; pypdf has a name of its own for images in line.
_PAINTING = frozenset(b"S s f F f* B B* b b* sh Do Tj TJ ' \"".split()) | {b"INLINE IMAGE"}


@dataclass(frozen=True)
class Said:
    """One element with content of its own: its role with those around it, its text or what is said instead of it."""

    roles: str
    text: str
    instead: str = ""
    language: str = ""


@dataclass(frozen=True)
class Heard:
    """All elements of a file in reading order, and what no element has, page by page."""

    said: list[Said]
    unsaid: list[list[str]]
    elements: list[Any]

    @property
    def text(self) -> str:
        """Everything that is read out."""
        return "\n".join(one.text or one.instead for one in self.said)


def heard(data: bytes) -> Heard:
    """A file as it is read out. Each mark is said once, its page knows whose it is, and all else is decoration."""
    reader = PdfReader(BytesIO(data), strict=True)
    for sheet in _pages(reader):
        _all_is_accounted_for(sheet)
    catalog: Any = reader.trailer["/Root"]
    root = catalog["/StructTreeRoot"]
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(_pages(reader))}
    texts = _texts(data)
    unsaid = [marks.pop(-1, []) for marks in texts]
    said, elements = [], []
    for element, roles in _walk(root["/K"][0].get_object(), ()):
        elements.append((element, roles))
        marks = [
            (
                pages[(element if isinstance(kid, int) else kid).raw_get("/Pg").idnum],
                kid if isinstance(kid, int) else kid["/MCID"],
            )
            for kid in _kids(element)
            if isinstance(kid, int) or kid.get("/Type") == "/MCR"
        ]
        for number, mark in marks:
            page = _pages(reader)[number]
            ways = root["/ParentTree"]["/Nums"]
            on_it = ways[ways.index(page["/StructParents"]) + 1]
            assert on_it[mark].get_object() is element.get_object()
        text = "".join("".join(texts[number].pop(mark, ())) for number, mark in marks)
        if marks:
            said.append(Said(" ".join(roles), text, element.get("/Alt", ""), element.get("/Lang", "")))
    assert not any(texts), "a mark is nobody's"
    return Heard(said, unsaid, elements)


def _all_is_accounted_for(page: Any) -> None:
    """Whatever a page paints is in one mark or in one artifact, never in both, and what is begun is ended in turn."""
    begun: list[str] = []
    marks: list[int] = []
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"BT":
            begun.append("BT")
        elif operator == b"ET":
            assert begun.pop() == "BT"
        elif operator in (b"BMC", b"BDC"):
            mark = operands[1].get("/MCID") if operator == b"BDC" else None
            marks += [] if mark is None else [mark]
            begun.append(operands[0] if mark is None else "MCID")
        elif operator == b"EMC":
            assert begun.pop() != "BT"
        accounted = [one for one in begun if one in ("MCID", "/Artifact")]
        assert len(accounted) < 2, "marks in marks"
        assert accounted or operator not in _PAINTING, "neither said nor decoration"
    assert not begun
    assert marks == list(range(len(marks)))


def _pages(reader: PdfReader) -> list[Any]:
    return list(reader.pages)


def _kids(element: Any) -> list[Any]:
    kids = element["/K"]
    return kids if isinstance(kids, list) else [kids]


def _walk(element: Any, above: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    roles = (*above, element["/S"][1:])
    yield element, roles
    for kid in _kids(element):
        one = kid.get_object()
        if not isinstance(one, int) and "/S" in one:
            assert one["/P"].get_object() is element
            yield from _walk(one, roles)


def _texts(data: bytes) -> list[dict[int, list[str]]]:
    """The texts of each mark of each page; those of none under -1."""
    document = pypdfium2.PdfDocument(data)
    found = []
    for page in document:
        marks: dict[int, list[str]] = defaultdict(list)
        read = page.get_textpage()
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            length = raw.FPDFTextObj_GetText(thing, read, None, 0)
            buffer = (c_ushort * length)()
            raw.FPDFTextObj_GetText(thing, read, buffer, length)
            text = bytes(buffer).decode("utf-16-le").rstrip("\0")
            marks[raw.FPDFPageObj_GetMarkedContentID(thing)].append(text)
        found.append(dict(marks))
    return found
