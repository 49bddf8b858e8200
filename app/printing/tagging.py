"""What a paper says to readers that do not look at it: a tree of headings, paragraphs, tables and figures.

Whatever is drawn while an element is open is its content; all else on a page is decoration, which readers pass over
(PDF 32000-1, 14.6 to 14.8). reportlab writes none of this by itself; it takes operators and objects as they are.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import (
    PDFDictionary,
    PDFDocument,
    PDFName,
    PDFObject,
    PDFObjectReference,
    PDFPage,
    PDFStream,
)
from reportlab.pdfgen.canvas import Canvas

VERSION = (1, 7)
"""The version of PDF that all of this is about."""

_PRINTED = 4
"""The flag of an annotation that is on paper as on a screen."""

_METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{created}</xmp:CreateDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


On: TypeAlias = tuple[int, int | PDFObjectReference]
"""A page, and what on it: the number of a mark, or the annotation of a link."""


@dataclass(eq=False)
class Element:
    """One element of the tree. Its kids are elements, and what is on pages."""

    role: str
    parent: "Element | None" = None
    entries: str = ""
    kids: list["Element | On"] = field(default_factory=list)


class Tags:
    """Builds the tree of one file while its pages are drawn; without what it is ``about``, it does nothing."""

    def __init__(self, canvas: Canvas, about: str = "") -> None:
        self._canvas = canvas
        self._about = about
        self._silent = 0 if about else 1
        self._open = [Element("Document")]
        self._lanes: dict[str, Element] = {}
        self._marks: list[list[Element]] = [[]]
        self._links: list[Element] = []
        self._table: object = None
        self._said = self._open[0]
        self._done = 0

    def text(self, role: str, *, continued: bool = False, language: str = "") -> AbstractContextManager[None]:
        """A heading or a paragraph; ``continued`` goes on with the one before. ``language`` is one other than the
        paper's."""
        if self._silent:
            return _NOTHING
        if not continued:
            self._leave_table()
            self._said = self._new(role, f"/Lang ({language})" if language else "")
        return self._marked(self._said)

    def figure(self, instead: str) -> AbstractContextManager[None]:
        """A picture, and what is said ``instead`` of it."""
        if self._silent:
            return _NOTHING
        self._leave_table()
        return self._marked(self._new("Figure", f"/Alt {text_string(instead)}"))

    def link(self, where: str) -> AbstractContextManager[None]:
        """What leads somewhere: the picture of it, and then :meth:`led` and :meth:`leads`.

        Readers reach it wherever it is: what can be pressed is never passed over.
        """
        if not self._about:
            return _NOTHING
        self._leave_table()
        # A link is part of a line.
        return self._inside(self._new("Link", f"/Alt {text_string(where)}", self._new("P")))

    def led(self, where: str) -> dict[str, object]:
        """What the annotation of the link that is open has to say, and to be found by."""
        if not self._about:
            return {}
        self._links.append(self._open[-1])
        return {"StructParent": len(self._links) - 1, "Contents": text_string(where), "F": _PRINTED}

    def leads(self) -> None:
        """The annotation that was made last belongs to the link that is open."""
        if self._about:
            # The references of a page's annotations have no public name.
            self._open[-1].kids.append((len(self._marks) - 1, self._canvas._annotationrefs[-1]))  # noqa: SLF001

    def aside(self) -> AbstractContextManager[None]:
        """What readers pass over, since it is said elsewhere."""
        return self._quiet()

    def furniture(self) -> AbstractContextManager[None]:
        """The head or the foot of a page."""
        return _NOTHING if self._silent else self._within("/Artifact <</Type /Pagination>> BDC")

    def lane(self, name: str) -> AbstractContextManager[None]:
        """One of several columns that are drawn in turns and read one after the other."""
        if self._silent:
            return _NOTHING
        self._leave_table()
        if name not in self._lanes:
            self._lanes[name] = self._new("Div")
        return self._inside(self._lanes[name])

    def row(self, table: object) -> AbstractContextManager[None]:
        """A row of a table, which begins with its first row and ends with whatever is said outside of rows."""
        if self._silent:
            return _NOTHING
        if self._table is not table:
            self._leave_table()
            self._open.append(self._new("Table"))
            self._table = table
        return self._inside(self._new("TR"))

    def head(self, table: object) -> AbstractContextManager[None]:
        """The row of titles; on further pages it is said no more."""
        return self._quiet() if self._table is table else self.row(table)

    def cell(self, *, title: bool = False, rows: int = 1) -> AbstractContextManager[None]:
        """A cell of the row that is open, with all that is in it; it may reach over some rows."""
        if self._silent:
            return _NOTHING
        entries = (
            "/A <</O /Table /Scope /Column>>" if title else f"/A <</O /Table /RowSpan {rows}>>" if rows > 1 else ""
        )
        return self._inside(self._new("TH" if title else "TD", entries))

    def end_page(self) -> None:
        """Before the canvas shows a page."""
        if self._about:
            self._set_aside()
            self._marks.append([])
            self._done = 0

    def save(self) -> None:
        """Before the canvas is saved: puts the tree and what it is about into the file."""
        if self._about:
            # The document of a canvas has no public name.
            _write(self._canvas._doc, self._open[0], self._marks, self._links, self._about)  # noqa: SLF001

    def _new(self, role: str, entries: str = "", parent: Element | None = None) -> Element:
        parent = parent or self._open[-1]
        element = Element(role, parent, entries)
        parent.kids.append(element)
        return element

    def _leave_table(self) -> None:
        if self._open[-1].role == "Table":
            self._open.pop()
            self._table = None

    @contextmanager
    def _inside(self, element: Element) -> Iterator[None]:
        self._open.append(element)
        yield
        self._open.pop()

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        self._silent += 1
        yield
        self._silent -= 1

    @contextmanager
    def _marked(self, element: Element) -> Iterator[None]:
        page = self._marks[-1]
        element.kids.append((len(self._marks) - 1, len(page)))
        page.append(element)
        with self._within(f"/{element.role} <</MCID {len(page) - 1}>> BDC"):
            yield

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        self._set_aside()
        code = self._code()
        code.append(begin)
        with self._quiet():
            yield
        code.append("EMC")
        self._done = len(code)

    def _set_aside(self) -> None:
        """Marks what was drawn since the last element as decoration."""
        code = self._code()
        if len(code) > self._done:
            code.insert(self._done, "/Artifact BMC")
            code.append("EMC")

    def _code(self) -> list[str]:
        """The operators of the page, which a canvas lets others add to, but has no public name for."""
        code: list[str] = self._canvas._code  # noqa: SLF001
        return code


_NOTHING = nullcontext()


def metadata(*, title: str, author: str, language: str, created: datetime) -> str:
    """What a file is about, for programs that look for files (XMP)."""
    said = {"title": title, "author": author, "language": language, "created": created.isoformat(timespec="seconds")}
    return _METADATA.format(**{name: escape(text) for name, text in said.items()})


def text_string(text: str) -> str:
    """Any text as a string of PDF."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex().upper()}>"


class _Written(PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object that stands in the file as it is."""

    def __init__(self) -> None:
        self.body = ""

    def format(self, _document: PDFDocument) -> bytes:
        return self.body.encode()


def _write(document: PDFDocument, top: Element, marks: list[list[Element]], links: list[Element], about: str) -> None:
    """The tree with its root, and the way from each page and each link to the elements."""
    elements, objects = _all(top), {}
    for element in elements:
        objects[element] = _Written()
    named = {element: _named(document, one) for element, one in objects.items()}
    pages: list[PDFPage] = document.Pages.pages
    shown = [_named(document, page) for page in pages]
    root = _Written()
    root_named = _named(document, root)
    for element, one in objects.items():
        parent = named[element.parent] if element.parent else root_named
        kids = " ".join(_kid(kid, named, shown, document) for kid in element.kids)
        one.body = f"<</S /{element.role} /P {parent} /K [{kids}] {element.entries}>>"
    # The links come first: their numbers are given while pages are drawn.
    ways = [f"{number} {named[element]}" for number, element in enumerate(links)]
    for number, (page, on_it) in enumerate(zip(pages, marks, strict=False), start=len(links)):
        ways.append(f"{number} [{' '.join(named[element] for element in on_it)}]")
        # reportlab knows pages without a tree only.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = number, PDFName("S")
    root.body = (
        f"<</Type /StructTreeRoot /K [{named[top]}] /ParentTree <</Nums [{' '.join(ways)}]>> "
        f"/ParentTreeNextKey {len(ways)}>>"
    )
    catalog = document.Catalog
    catalog.StructTreeRoot = root
    catalog.MarkInfo = PDFDictionary({"Marked": "true"})
    metadata = PDFStream(PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}), about.encode())
    catalog.Metadata = metadata


def _all(top: Element) -> list[Element]:
    """An element and all below it, in reading order."""
    found, waiting = [], [top]
    while waiting:
        found.append(waiting.pop())
        waiting += [kid for kid in reversed(found[-1].kids) if isinstance(kid, Element)]
    return found


def _kid(kid: Element | On, named: dict[Element, str], shown: list[str], document: PDFDocument) -> str:
    if isinstance(kid, Element):
        return named[kid]
    page, what = kid
    if isinstance(what, int):
        return f"<</Type /MCR /Pg {shown[page]} /MCID {what}>>"
    return f"<</Type /OBJR /Pg {shown[page]} /Obj {what.format(document).decode()}>>"


def _named(document: PDFDocument, one: PDFObject) -> str:
    """How other objects name this one."""
    name: bytes = document.Reference(one).format(document)
    return name.decode()
