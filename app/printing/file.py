"""The file of a paper: its objects one after the other, and where each of them is.

reportlab writes each object through several dictionaries, and can pack none. Objects of ours are bytes already, and
where there are tags, many small ones lie packed together (PDF 32000-1, 7.5.7): those of a long list would be ten times
as large. What is for the printer alone has none, and is a file as the oldest firmware of a printer reads it.
"""

import zlib
from collections.abc import Mapping, Sequence
from struct import pack

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject
from reportlab.pdfbase.pdfdoc import format as formatted

_HEAD = b"%%PDF-1.%d\n%%\x93\x8c\x8b\x9e\n"

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
    """What a canvas collects; the same content gives the same bytes.

    One that ``packs`` its small objects asks for a reader of PDF 1.7; every other one is PDF 1.4.
    """

    def __init__(self, *, packs: bool, language: str) -> None:
        super().__init__(compression=1, invariant=True, lang=language)
        self._packs = packs

    def format(self) -> bytes:
        """The whole file."""
        catalog, info = name_in(self, self.Catalog), name_in(self, self.info)
        pieces, number = [_HEAD % (7 if self._packs else 4)], 0
        at = len(pieces[0])
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
            if self._packs and isinstance(one, Written) and one.small:
                small.append((number, one.body))
            else:
                at = put(number, formatted(one, self, toplevel=1))
        for start in range(0, len(small), _TOGETHER):
            number += 1
            together = small[start : start + _TOGETHER]
            places |= {each: (2, number, index) for index, (each, _) in enumerate(together)}
            at = put(number, _packed(together))
        last, twice = at, self.signature.hexdigest().encode()
        entries = b"/Root %s /Info %s /ID [<%s> <%s>]" % (catalog, info, twice, twice)
        if self._packs:
            places[number + 1] = (1, last, 0)
            put(number + 1, _packed_table(places, entries))
        else:
            pieces.append(plain_table([places[each][1] for each in range(1, number + 1)], entries))
        pieces.append(b"startxref\n%d\n%%%%EOF\n" % last)
        return b"".join(pieces)


def plain_table(places: Sequence[int], entries: bytes) -> bytes:
    """Where each object begins, from number 1, as every reader knows it; ``entries`` are what else its trailer says."""
    size, table = len(places) + 1, b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d %s>>\n" % (size, table, size, entries)


def _packed_table(places: Mapping[int, tuple[int, int, int]], entries: bytes) -> bytes:
    """The same as an object of its own, which also says what lies in which pack."""
    table = b"".join(pack(">BLH", *places[each]) for each in range(len(places)))
    return stream(table, f"/Type /XRef /Size {len(places)} /W [1 4 2] {entries.decode()}", level=1)


def _packed(objects: list[tuple[int, bytes]]) -> bytes:
    """Objects in one stream, behind a table of where they begin."""
    at, table = 0, []
    for number, body in objects:
        table.append(b"%d %d" % (number, at))
        at += len(body) + 1
    head = b" ".join(table) + b"\n"
    content = head + b"\n".join(body for _, body in objects)
    return stream(content, f"/Type /ObjStm /N {len(objects)} /First {len(head)}", level=3)
