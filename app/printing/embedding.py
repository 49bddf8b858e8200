"""What of a font is in a file: the usual letters, made once in this process, and whatever else is shown.

reportlab cuts a font anew for each file, and compresses it anew: half the time of a slip. Here every file holds the
same first part, the letters of English and Spanish under their codes in Windows-1252; other letters stand in parts of
their own, in the order in which they come, and those that come again are kept, too. What fonts say to screens of few
dots (hints, a third of their bytes) is left out: it is of no use on paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from struct import pack, unpack_from
from threading import Lock

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, TTFont, TTFontMaker, makeToUnicodeCMap

from app.printing.file import Written, put_in, stream

_CODES = "cp1252"
_ASCII = bytes(range(32, 127)).decode()
_USUAL = f"{_ASCII}\xa0ÁÉÍÓÚÜÑáéíóúüñ¡¿ªº·×–—‘’“”…"

_FIRST = 33
"""The first code of a further part: below it stand what no code may be, and the blank."""

_ROOM = 256 - _FIRST

_BLANK = 32
_HINTS = ("cvt ", "fpgm", "prep")
_MORE, _WIDE, _SCALE, _TWO_SCALES, _MATRIX, _INSTRUCTED = 1 << 5, 1 << 0, 1 << 3, 1 << 6, 1 << 7, 1 << 8
"""What is said of each part that a letter is composed of (OpenType, the table glyf)."""


class EmbeddedFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """A font of ours as reportlab asks for it, called ``code`` in each file.

    One that is ``usual`` is in each file that uses it with the usual letters; of others there is what is shown.
    """

    def __init__(self, name: str, file: Path, *, code: str, usual: bool) -> None:
        super().__init__(name, str(file))
        self._code = code
        known = self.face.charToGlyph
        self._usual = frozenset(letter for letter in _USUAL if ord(letter) in known) if usual else frozenset()
        shown = (bytes([code]).decode(_CODES, "replace") for code in range(256))
        self._first = "".join(letter if letter in self._usual else "\0" for letter in shown)

    def is_usual(self, text: str) -> bool:
        """Whether the text has only letters that are in each file, under the same codes."""
        return self._usual.issuperset(text)

    def splitString(self, text: str, doc: PDFDocument | None) -> list[tuple[int, bytes]]:  # noqa: N802 - as reportlab calls it
        """The text as runs of one part of the font each: its number, and the codes in it."""
        if self._usual.issuperset(text):
            return [(0, text.encode(_CODES))]
        placed = [self._place(letter, self.state.setdefault(doc, {})) for letter in text]
        return [(part, bytes(code for _, code in run)) for part, run in groupby(placed, key=lambda one: one[0])]

    def _place(self, letter: str, further: dict[str, int]) -> tuple[int, int]:
        """The number of a part, and the code in it."""
        if letter in self._usual:
            return 0, letter.encode(_CODES)[0]
        number = further.setdefault(letter, len(further))
        return number // _ROOM + bool(self._usual), number % _ROOM + _FIRST

    def getSubsetInternalName(self, subset: int, doc: PDFDocument | None) -> str:  # noqa: N802 - as reportlab calls it
        """What the operators of a file call a part of this font; from then on it is in that file, if one is named."""
        if doc is not None and self.fontName not in doc.fontMapping:
            doc.fontMapping[self.fontName] = f"/{self._code}"
            doc.delayedFonts.append(self)
        return f"/{self._code}+{subset}"

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - as reportlab calls it
        """Puts all parts into the file."""
        fonts = doc.idToObject["BasicFonts"].dict
        for number, letters in enumerate(self._parts(doc)):
            part = _part(self, number, letters)
            file, meaning = put_in(doc, Written(part.file)), put_in(doc, Written(part.meaning))
            described = put_in(doc, Written(b"%s /FontFile2 %s>>" % (part.described, file), small=True))
            body = b"%s /FontDescriptor %s /ToUnicode %s>>" % (part.font, described, meaning)
            fonts[f"{self._code}+{number}"] = put_in(doc, Written(body, small=True))
        self.state.pop(doc, None)

    def _parts(self, doc: PDFDocument) -> Iterator[str]:
        """The letters of each part, beginning with that of code 0."""
        if self._usual:
            yield self._first
        further = "".join(self.state.get(doc, ()))
        for start in range(0, len(further), _ROOM):
            yield "\0" * _BLANK + " " + further[start : start + _ROOM]


@dataclass(frozen=True)
class _Part:
    """What files have of a part of a font, but for the numbers under which they have it."""

    file: bytes
    meaning: bytes
    described: bytes
    font: bytes


_READING = Lock()
"""All files read the font that is open, each from where the last was left."""


# The usual letters of four fonts take 46 kB together, a part with others up to 20: all in all two megabytes at most.
@lru_cache(maxsize=100)
def _part(font: EmbeddedFont, number: int, letters: str) -> _Part:
    face = font.face
    # A blank that does not break looks, and is copied, as one that does.
    points = [_BLANK if letter == "\xa0" else ord(letter) for letter in letters]
    name = f"AAAAA{chr(65 + number)}+{face.name.decode()}"
    with _READING:
        cut = _without_hints(face.makeSubset(points))
    box = " ".join(fp_str(edge) for edge in face.bbox)
    widths = " ".join(fp_str(face.charWidths.get(point, face.defaultWidth)) for point in points[_BLANK:])
    flags = face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC
    return _Part(
        file=stream(cut, f"/Length1 {len(cut)}", level=9),
        meaning=stream(makeToUnicodeCMap(name, points).encode(), level=9),
        described=(
            f"<</Type /FontDescriptor /FontName /{name} /Flags {flags} /FontBBox [{box}] "
            f"/Ascent {fp_str(face.ascent)} /Descent {fp_str(face.descent)} /CapHeight {fp_str(face.capHeight)} "
            f"/ItalicAngle {fp_str(face.italicAngle)} /StemV {face.stemV} /MissingWidth {fp_str(face.defaultWidth)}"
        ).encode(),
        font=(
            f"<</Type /Font /Subtype /TrueType /BaseFont /{name} "
            f"/FirstChar {_BLANK} /LastChar {len(points) - 1} /Widths [{widths}]"
        ).encode(),
    )


def _without_hints(font: bytes) -> bytes:
    """A font that reportlab has cut, without instructions for the dots of screens."""
    (count,) = unpack_from(">H", font, 4)
    tables = {}
    for index in range(count):
        tag, _, start, length = unpack_from(">4sLLL", font, 12 + 16 * index)
        tables[tag.decode()] = font[start : start + length]
    # Fonts of at most 256 letters are short: their tables count in pairs of bytes.
    places = [2 * half for half in unpack_from(f">{len(tables['loca']) // 2}H", tables["loca"])]
    glyphs = [_plain(tables["glyf"][start:end]) for start, end in pairwise(places)]
    at, offsets = 0, [0]
    for glyph in glyphs:
        at += len(glyph)
        offsets.append(at // 2)
    made = TTFontMaker()
    for tag, table in tables.items():
        if tag not in _HINTS:
            made.add(tag, table)
    made.add("glyf", b"".join(glyphs))
    made.add("loca", pack(f">{len(offsets)}H", *offsets))
    whole: bytes = made.makeStream()
    return whole


def _plain(glyph: bytes) -> bytes:
    """One letter without instructions, padded to pairs of bytes."""
    if not glyph:
        return glyph
    (contours,) = unpack_from(">h", glyph)
    if contours < 0:
        return _composed(glyph)
    at = 10 + 2 * contours
    (length,) = unpack_from(">H", glyph, at)
    plain = glyph[:at] + b"\0\0" + glyph[at + 2 + length :]
    return plain + b"\0" * (len(plain) % 2)


def _composed(glyph: bytes) -> bytes:
    """One that consists of others, such as a letter and its accent."""
    plain, at, flags = bytearray(glyph), 10, _MORE
    while flags & _MORE:
        (flags,) = unpack_from(">H", glyph, at)
        plain[at : at + 2] = pack(">H", flags & ~_INSTRUCTED)
        at += 4 + (4 if flags & _WIDE else 2)
        at += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return bytes(plain[:at])
