"""The file of a paper: its objects one after the other, and where each of them is.

reportlab writes each object through several dictionaries, and can pack none. Objects of ours are bytes already, and
many small ones lie packed together (PDF 32000-1, 7.5.7): the tags of a long list would be ten times as large.
"""

import zlib
from struct import pack

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject
from reportlab.pdfbase.pdfdoc import format as formatted

VERSION = (1, 7)
"""The version of PDF of every paper: tags and packed objects need one of this century."""

_HEAD = b"%PDF-1.7\n%\x93\x8c\x8b\x9e\n"

_TOGETHER = 200
"""Objects in one pack: readers open it whole for any of them."""


class Written(PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object that stands in the file as it is; one that is ``small``, and no stream, packed with others."""

    def __init__(self, body: bytes = b"", *, small: bool = False) -> None:
        self.body, self.small = body, small

    def format(self, _document: PDFDocument) -> bytes:
        """Its bytes; reportlab asks for them when the file is saved."""
        return self.body


def name_in(document: PDFDocument, one: PDFObject) -> bytes:
    """How other objects name this one. Whatever is named is in the file."""
    name: bytes = document.Reference(one).format(document)
    return name


def put_in(document: PDFDocument, one: Written) -> bytes:
    """Puts an object of ours into the file, once; how others name it: the same as :func:`name_in`, at a tenth."""
    number = document.objectcounter = document.objectcounter + 1
    document.numberToId[number], document.idToObject[number] = number, one
    document.idToObjectNumberAndVersion[number] = number, 0
    return b"%d 0 R" % number


def stream(content: bytes, entries: str = "", *, level: int) -> bytes:
    """The body of an object with content, compressed at a level of zlib; ``entries`` are what is said of it besides."""
    packed = zlib.compress(content, level)
    head = f"<</Filter /FlateDecode /Length {len(packed)} {entries}>>"
    return b"%s\nstream\n%s\nendstream" % (head.encode(), packed)


class File(PDFDocument):  # type: ignore[misc]  # reportlab has no types
    """What a canvas collects; the same content gives the same bytes."""

    def format(self) -> bytes:
        """The whole file."""
        catalog, info = name_in(self, self.Catalog), name_in(self, self.info)
        pieces, at, number = [_HEAD], len(_HEAD), 0
        small: list[tuple[int, bytes]] = []
        places = {0: (0, 0, 0xFFFF)}

        def put(number: int, body: bytes) -> int:
            pieces.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
            places[number] = (1, at, 0)
            return at + len(pieces[-1])

        # More objects are named while these are written.
        while name := self.numberToId.get(number + 1):
            number += 1
            one = self.idToObject[name]
            if isinstance(one, Written) and one.small:
                small.append((number, one.body))
            else:
                at = put(number, formatted(one, self, toplevel=1))
        for start in range(0, len(small), _TOGETHER):
            number += 1
            together = small[start : start + _TOGETHER]
            places |= {each: (2, number, index) for index, (each, _) in enumerate(together)}
            at = put(number, _packed(together))
        last, twice = at, self.signature.hexdigest().encode()
        entries = b"/Type /XRef /Size %d /W [1 4 2] /Root %s /Info %s /ID [<%s> <%s>]"
        entries %= (number + 2, catalog, info, twice, twice)
        places[number + 1] = (1, last, 0)
        table = b"".join(pack(">BLH", *places[each]) for each in range(number + 2))
        put(number + 1, stream(table, entries.decode(), level=1))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % last)
        return b"".join(pieces)


def _packed(objects: list[tuple[int, bytes]]) -> bytes:
    """Objects in one stream, behind a table of where they begin."""
    at, table = 0, []
    for number, body in objects:
        table.append(b"%d %d" % (number, at))
        at += len(body) + 1
    head = b" ".join(table) + b"\n"
    content = head + b"\n".join(body for _, body in objects)
    return stream(content, f"/Type /ObjStm /N {len(objects)} /First {len(head)}", level=3)
