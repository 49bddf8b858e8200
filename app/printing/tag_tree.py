"""The tree of tags of one file: its elements, and how they are written down (PDF 32000-1, 14.7)."""

from dataclasses import dataclass, field
from typing import TypeAlias

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFDocument, PDFName, PDFObjectReference, PDFPage, PDFStream

from app.printing.file import Written, name_in, put_in

CELLS = frozenset({"TD", "TH"})

On: TypeAlias = tuple[int, int | PDFObjectReference]
"""A page, and what on it: the number of a mark, or the annotation of a link."""


@dataclass(eq=False, slots=True)
class Element:
    """One element of the tree. Its kids are elements, and what is on pages."""

    role: str
    parent: "Element | None" = None
    entries: str = ""
    kids: list["Element | On"] = field(default_factory=list)


def write_tree(
    document: PDFDocument, top: Element, marks: list[list[Element]], links: list[Element], about: str
) -> None:
    """Puts the tree with its root into a file, and the way from each page and each link to the elements.

    ``marks`` are the elements of each page's marks, by their numbers; ``about`` is the metadata of the file.
    """
    objects = {element: Written(small=True) for element in _all(top)}
    named = {element: put_in(document, one).decode() for element, one in objects.items()}
    pages: list[PDFPage] = document.Pages.pages
    shown = [name_in(document, page).decode() for page in pages]
    root = Written(small=True)
    root_named = put_in(document, root).decode()
    for element, one in objects.items():
        parent = named[element.parent] if element.parent else root_named
        kids = _kids(element.kids, named, shown, document)
        one.body = f"<</S /{element.role} /P {parent} {kids}{element.entries}>>".encode()
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
    ).encode()
    catalog = document.Catalog
    catalog.StructTreeRoot = root_named
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


def _kids(kids: list[Element | On], named: dict[Element, str], shown: list[str], document: PDFDocument) -> str:
    """What an element consists of; marks of one page name it once."""
    marks = [kid[1] for kid in kids if not isinstance(kid, Element) and isinstance(kid[1], int)]
    pages = {kid[0] for kid in kids if not isinstance(kid, Element)}
    if len(marks) == len(kids) and len(pages) == 1:
        numbers = " ".join(map(str, marks))
        return f"/Pg {shown[pages.pop()]} /K {numbers if len(marks) == 1 else f'[{numbers}]'}"
    said = [named[kid] if isinstance(kid, Element) else _on(*kid, shown, document) for kid in kids]
    return f"/K {said[0] if len(said) == 1 else '[' + ' '.join(said) + ']'}"


def _on(page: int, what: int | PDFObjectReference, shown: list[str], document: PDFDocument) -> str:
    if isinstance(what, int):
        return f"<</Type /MCR /Pg {shown[page]} /MCID {what}>>"
    return f"<</Type /OBJR /Pg {shown[page]} /Obj {what.format(document).decode()}>>"
