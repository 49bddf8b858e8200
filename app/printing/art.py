"""The production art of a ribbon: what the foil covers, and nothing else, at its size, for whoever makes the plate.

One ink, black on white; letters are outlines, so nothing depends on a font. The file is as large as the ribbon with its
bleed; the cut is the trim box of the PDF, and the view ``trim`` of the SVG.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from app.printing.documents import RibbonFace
from app.printing.file import plain_table
from app.printing.fonts import width_of
from app.printing.formats import MM
from app.printing.letters import RIBBON, legible, printable
from app.printing.outlines import Point, Stroke, outline
from app.printing.ribbon import BLEED_MM, CAPITALS, measure

_OPERATORS = {"M": "m", "L": "l", "C": "c", "Z": "h"}


@dataclass(frozen=True)
class Art:
    """What is stamped, from the lower left corner of the bleed. Lengths in millimetres."""

    code: str
    width: float
    height: float
    strokes: tuple[Stroke, ...]

    @property
    def whole(self) -> tuple[float, float]:
        """Width and height with the bleed."""
        return self.width + 2 * BLEED_MM, self.height + 2 * BLEED_MM


def art(face: RibbonFace) -> Art:
    """The art of a ribbon: its letters where the proof shows them.

    Refuses (``Unprintable``) what the proof refuses: a character that our fonts lack, and a text that does not fit.
    """
    face = legible(face)
    proof = measure(face, field="face")
    text = printable(face.text)
    left, base = width_of(text, RIBBON, proof.size) / 2, proof.size * CAPITALS / 2
    middle = face.width_mm / 2 + BLEED_MM, face.height_mm / 2 + BLEED_MM

    def place(point: Point) -> Point:
        along, up = (point[0] - left) / MM, (point[1] - base) / MM
        return (middle[0] + up, middle[1] - along) if proof.turned else (middle[0] + along, middle[1] + up)

    return Art(face.code, face.width_mm, face.height_mm, tuple(outline(text, RIBBON, proof.size, place)))


def art_pdf(drawn: Art) -> bytes:
    """The art as a PDF of one page. It is written here, since reportlab names a font in every file.

    The same art gives the same bytes.
    """
    whole = _box(0, 0, *(side * MM for side in drawn.whole))
    bleed = BLEED_MM * MM
    trim = _box(bleed, bleed, bleed + drawn.width * MM, bleed + drawn.height * MM)
    scaled = ((step, [(x * MM, y * MM) for x, y in points]) for step, points in drawn.strokes)
    content = "\n".join(["0 g", *(_line(points, _OPERATORS[step]) for step, points in scaled), "f"]).encode()
    page = f"/MediaBox {whole} /BleedBox {whole} /TrimBox {trim} /Resources << >> /Contents 4 0 R"
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /PrintScaling /None >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R {page} >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        # A code is capital letters, digits and hyphens: nothing that a text of a PDF would have to escape.
        f"<< /Title ({drawn.code}) /Creator (Conference Champions) >>".encode(),
    )


def art_svg(drawn: Art) -> bytes:
    """The art as an SVG, in millimetres. The same art gives the same bytes."""
    width, height = drawn.whole
    down = ((step, [(x, height - y) for x, y in points]) for step, points in drawn.strokes)
    path = " ".join(f"{step}{_line(points)}" for step, points in down)
    trim = _line([(BLEED_MM, BLEED_MM), (drawn.width, drawn.height)])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_number(width)}mm" height="{_number(height)}mm" '
        f'viewBox="0 0 {_number(width)} {_number(height)}">\n'
        f"<title>{escape(drawn.code)}</title>\n"
        f'<view id="trim" viewBox="{trim}"/>\n'
        f'<path fill="#000000" fill-rule="nonzero" d="{path}"/>\n'
        "</svg>\n"
    ).encode()


def _number(value: float) -> str:
    """Tenths of a micrometre are finer than any plate."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _line(points: Iterable[Point], operator: str = "") -> str:
    return " ".join([*(f"{_number(x)} {_number(y)}" for x, y in points), *([operator] if operator else [])])


def _box(*edges: float) -> str:
    return f"[{' '.join(map(_number, edges))}]"


def _pdf(*objects: bytes) -> bytes:
    """A PDF file of these objects: the first is its catalogue, the last says what it is."""
    file, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, written in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = plain_table(places, b"/Root 1 0 R /Info %d 0 R" % len(objects))
    return file + table + b"startxref\n%d\n%%%%EOF\n" % len(file)
