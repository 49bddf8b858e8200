"""What a paper says to readers that do not look at it: a tree of headings, paragraphs, tables and figures.

Whatever is drawn while an element is open is its content; all else on a page is decoration, which readers pass over
(PDF 32000-1, 14.6 to 14.8). reportlab writes none of this by itself; it takes operators and objects as they are.
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from xml.sax.saxutils import escape

from reportlab.pdfgen.canvas import Canvas

from app.printing.tag_tree import CELLS, Element, write_tree

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
            cell = self._open[-1]
            # Most cells are one text: long lists would be twice as large with a paragraph in each.
            alone = cell.role in CELLS and not cell.kids and not language
            self._said = cell if alone else self._new(role, f"/Lang ({language})" if language else "")
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
        return _Inside(self._open, self._new("Link", f"/Alt {text_string(where)}", self._new("P")))

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
        return _Quiet(self)

    def furniture(self) -> AbstractContextManager[None]:
        """The head or the foot of a page."""
        return _NOTHING if self._silent else _Within(self, "/Artifact <</Type /Pagination>> BDC")

    def lane(self, name: str) -> AbstractContextManager[None]:
        """One of several columns that are drawn in turns and read one after the other."""
        if self._silent:
            return _NOTHING
        self._leave_table()
        if name not in self._lanes:
            self._lanes[name] = self._new("Div")
        return _Inside(self._open, self._lanes[name])

    def row(self, table: object) -> AbstractContextManager[None]:
        """A row of a table, which begins with its first row and ends with whatever is said outside of rows."""
        if self._silent:
            return _NOTHING
        if self._table is not table:
            self._leave_table()
            self._open.append(self._new("Table"))
            self._table = table
        return _Inside(self._open, self._new("TR"))

    def head(self, table: object) -> AbstractContextManager[None]:
        """The row of titles; on further pages it is said no more."""
        return _Quiet(self) if self._table is table else self.row(table)

    def cell(self, *, title: bool = False, rows: int = 1) -> AbstractContextManager[None]:
        """A cell of the row that is open, with all that is in it; it may reach over some rows."""
        if self._silent:
            return _NOTHING
        entries = (
            "/A <</O /Table /Scope /Column>>" if title else f"/A <</O /Table /RowSpan {rows}>>" if rows > 1 else ""
        )
        return _Inside(self._open, self._new("TH" if title else "TD", entries))

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
            write_tree(self._canvas._doc, self._open[0], self._marks, self._links, self._about)  # noqa: SLF001

    def _new(self, role: str, entries: str = "", parent: Element | None = None) -> Element:
        parent = parent or self._open[-1]
        if parent.role in CELLS:
            self._make_paragraph(parent)
        element = Element(role, parent, entries)
        parent.kids.append(element)
        return element

    def _leave_table(self) -> None:
        if self._open[-1].role == "Table":
            self._open.pop()
            self._table = None

    def _make_paragraph(self, cell: Element) -> None:
        """What a cell says itself, before more comes into it."""
        marks = [kid for kid in cell.kids if not isinstance(kid, Element)]
        if marks:
            said = Element("P", cell, kids=[*marks])
            cell.kids = [said]
            for page, mark in marks:
                if isinstance(mark, int):
                    self._marks[page][mark] = said

    def _marked(self, element: Element) -> AbstractContextManager[None]:
        page = self._marks[-1]
        element.kids.append((len(self._marks) - 1, len(page)))
        page.append(element)
        role = "P" if element.role in CELLS else element.role
        return _Within(self, f"/{role} <</MCID {len(page) - 1}>> BDC")

    def begin(self, operators: str) -> None:
        """What is drawn from now on, until :meth:`end`, belongs together, and whatever it says is said by that."""
        self._set_aside()
        self._code().append(operators)
        self._silent += 1

    def end(self) -> None:
        """Goes with :meth:`begin`."""
        self._silent -= 1
        code = self._code()
        code.append("EMC")
        self._done = len(code)

    def hush(self, by: int) -> None:
        """One more (1) or one less (-1) that wants nothing of what is drawn to be said."""
        self._silent += by

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


# A slip has a hundred of these: as classes they take a third of the time of generators.
class _Within:
    """While what belongs together is drawn."""

    __slots__ = ("_begin", "_tags")

    def __init__(self, tags: Tags, begin: str) -> None:
        self._tags, self._begin = tags, begin

    def __enter__(self) -> None:
        self._tags.begin(self._begin)

    def __exit__(self, *_: object) -> None:
        self._tags.end()


class _Quiet:
    """While readers hear nothing."""

    __slots__ = ("_tags",)

    def __init__(self, tags: Tags) -> None:
        self._tags = tags

    def __enter__(self) -> None:
        self._tags.hush(1)

    def __exit__(self, *_: object) -> None:
        self._tags.hush(-1)


class _Inside:
    """While what is said goes into one element."""

    __slots__ = ("_element", "_open")

    def __init__(self, open_: list[Element], element: Element) -> None:
        self._open, self._element = open_, element

    def __enter__(self) -> None:
        self._open.append(self._element)

    def __exit__(self, *_: object) -> None:
        self._open.pop()


def metadata(*, title: str, author: str, language: str, created: datetime) -> str:
    """What a file is about, for programs that look for files (XMP)."""
    said = {"title": title, "author": author, "language": language, "created": created.isoformat(timespec="seconds")}
    return _METADATA.format(**{name: escape(text) for name, text in said.items()})


def text_string(text: str) -> str:
    """Any text as a string of PDF."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex().upper()}>"
