"""The proof of a ribbon at true size: satin, golden letters, crop marks, dimensions and a ruler in millimetres."""

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from app.errors import Unprintable
from app.printing import formats, words
from app.printing.documents import Language, RibbonFace
from app.printing.fonts import RIBBON, width_of
from app.printing.formats import MM
from app.printing.pen import FINE, GRID, INK, Pen

# An eighth of an inch is the print trade's usual margin between what must be seen and the cut.
SAFE_MM = 3.2
# Foil stamping fills in finer letters.
SMALLEST_LETTERS = 8.0
# Of Barlow Condensed, as parts of the letter size: the height of capitals; and twice the way from their middle to the
# highest accent, which is further than to the lowest descender.
_CAPITALS, _LINE = 0.7, 1.3


@dataclass(frozen=True)
class Proof:
    """A ribbon that fits: ``size`` of its letters in points; ``turned`` where they run down the long side."""

    face: RibbonFace
    field: str
    size: float
    turned: bool

    @property
    def width(self) -> float:
        return self.face.width_mm * MM

    @property
    def height(self) -> float:
        return self.face.height_mm * MM


def measure(face: RibbonFace, *, field: str) -> Proof:
    """Choose the largest letters, in half points, whose line stays ``SAFE_MM`` inside the cut on every side.

    Refuses (``Unprintable``) a ribbon whose letters would be smaller than ``SMALLEST_LETTERS``.
    """
    long, short = max(face.width_mm, face.height_mm), min(face.width_mm, face.height_mm)
    length, depth = ((side - 2 * SAFE_MM) * MM for side in (long, short))
    size = min(depth / _LINE, length / max(width_of(face.text, RIBBON, 1.0), 0.01))
    size = size * 2 // 1 / 2
    if size < SMALLEST_LETTERS:
        raise Unprintable(
            f"The text of ribbon {face.code} would need letters smaller than {SMALLEST_LETTERS:g} pt on "
            f"{face.width_mm:g} × {face.height_mm:g} mm. Shorten the text or take a larger ribbon.",
            field=f"{field}.text",
        )
    return Proof(face, field, size, turned=face.height_mm > face.width_mm)


def _shade(color: str, amount: float) -> Color:
    """A colour moved towards white (positive amount) or black (negative), opaque, so that no printer blends."""
    base = HexColor(color)
    target = 1.0 if amount > 0 else 0.0
    part = abs(amount)
    return Color(*(channel + (target - channel) * part for channel in (base.red, base.green, base.blue)))


def draw_ribbon(canvas: Canvas, proof: Proof, *, x: float, y: float) -> None:
    """Draw the ribbon alone, its lower left corner at (x, y): exactly its trim size, nothing outside."""
    face, width, height = proof.face, proof.width, proof.height
    canvas.saveState()
    canvas.setFillColor(HexColor(face.ribbon_color))
    canvas.rect(x, y, width, height, stroke=0, fill=1)
    edge = canvas.beginPath()
    edge.rect(x, y, width, height)
    canvas.clipPath(edge, stroke=0, fill=0)
    sheen = [_shade(face.ribbon_color, a) for a in (-0.10, 0.0, 0.11, 0.0, -0.13)]
    stops = [0.0, 0.25, 0.42, 0.66, 1.0]
    across = (x, y, x + width, y) if proof.turned else (x, y + height, x, y)
    canvas.linearGradient(*across, sheen, stops)
    _draw_threads(canvas, proof, x, y)
    canvas.setFillColor(HexColor(face.foil_color))
    canvas.setFont(RIBBON, proof.size)
    canvas.translate(x + width / 2, y + height / 2)
    if proof.turned:
        canvas.rotate(-90)
    canvas.drawCentredString(0, -proof.size * _CAPITALS / 2, face.text)
    canvas.restoreState()


def _draw_threads(canvas: Canvas, proof: Proof, x: float, y: float) -> None:
    """The weave: fine lines along the long side, and the selvage, a denser edge on both long sides."""
    width, height = proof.width, proof.height
    across = width if proof.turned else height
    threads = canvas.beginPath()
    step = 0.9
    for index in range(1, int(across / step) + 1):
        at = index * step
        start, end = ((x + at, y), (x + at, y + height)) if proof.turned else ((x, y + at), (x + width, y + at))
        threads.moveTo(*start)
        threads.lineTo(*end)
    canvas.setLineWidth(0.18)
    canvas.setStrokeColor(_shade(proof.face.ribbon_color, -0.07))
    canvas.drawPath(threads, stroke=1, fill=0)
    canvas.setStrokeColor(_shade(proof.face.ribbon_color, -0.22))
    canvas.setLineWidth(0.5)
    selvage = 0.9 * MM
    for at in (selvage, across - selvage):
        if proof.turned:
            canvas.line(x + at, y, x + at, y + height)
        else:
            canvas.line(x, y + at, x + width, y + at)


def draw_crop_marks(canvas: Canvas, *, x: float, y: float, width: float, height: float) -> None:
    """Eight strokes of 4 mm, 2 mm away from the cut, in line with its edges."""
    off, end = 2 * MM, 6 * MM
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(0.25)
    for edge in (x, x + width):
        canvas.line(edge, y + height + off, edge, y + height + end)
        canvas.line(edge, y - off, edge, y - end)
    for edge in (y, y + height):
        canvas.line(x - off, edge, x - end, edge)
        canvas.line(x + width + off, edge, x + width + end, edge)


# Above and below the ribbon: crop marks of 6 mm with the dimension between them, then the ruler.
_ABOVE, _BELOW = 5 * GRID, 9 * GRID


def proof_height(proof: Proof) -> float:
    """The height that :func:`draw_proof` takes, in points."""
    return GRID * -(-(_ABOVE + proof.height + _BELOW) // GRID)


def draw_proof(pen: Pen, proof: Proof, language: Language, *, x: float, top: float, room: float) -> None:
    """Draw the ribbon with its trim's left edge at ``x``, crop marks, both dimensions, and a ruler below.

    Crop marks and the upright dimension hang into the page's margins (up to 12 mm), so that a ribbon may be as wide as
    the text. ``room`` is that width, in points.
    """
    y = top - _ABOVE - proof.height
    draw_ribbon(pen.canvas, proof, x=x, y=y)
    draw_crop_marks(pen.canvas, x=x, y=y, width=proof.width, height=proof.height)
    _draw_dimensions(pen, proof, language, x=x, y=y)
    longest = int(room / MM // 10 * 10)
    length = min(longest, max(100, -int(-proof.face.width_mm // 10) * 10))
    _draw_ruler(pen, x=x, y=y - 6.5 * MM, length_mm=length)


def _length(value: float, language: Language) -> str:
    mm, inches = formats.millimetres(value, language), formats.inches(value, language)
    return words.LENGTH.say(language, mm=mm, inches=inches).replace(" ", "\u00a0")


def _draw_dimensions(pen: Pen, proof: Proof, language: Language, *, x: float, y: float) -> None:
    """The width above the ribbon and the height at its right, each in the middle of a line that it interrupts."""
    canvas = pen.canvas
    off = 4 * MM
    for text, length, angle, place in (
        (_length(proof.face.width_mm, language), proof.width, 0, (x, y + proof.height + off)),
        (_length(proof.face.height_mm, language), proof.height, 90, (x + proof.width + off, y)),
    ):
        size = FINE.size
        half = width_of(text, FINE.font, size) / 2
        canvas.saveState()
        canvas.translate(*place)
        canvas.rotate(angle)
        pen.text(length / 2, -size * 0.35, text, FINE, size, "center")
        if length / 2 > half + 6:
            pen.rule(0, 0, length / 2 - half - 4, 0, FINE.color, 0.35)
            pen.rule(length / 2 + half + 4, 0, length, 0, FINE.color, 0.35)
            for end in (0, length):
                pen.rule(end - 1.4, -1.4, end + 1.4, 1.4, FINE.color, 0.5)
        canvas.restoreState()


def _draw_ruler(pen: Pen, *, x: float, y: float, length_mm: int) -> None:
    """A ruler that hangs below ``y``: strokes at each millimetre, longer at each fifth, figures at each tenth."""
    strokes = pen.canvas.beginPath()
    for mm in range(length_mm + 1):
        depth = 6.0 if mm % 10 == 0 else 4.2 if mm % 5 == 0 else 2.6
        strokes.moveTo(x + mm * MM, y)
        strokes.lineTo(x + mm * MM, y - depth)
    strokes.moveTo(x, y)
    strokes.lineTo(x + length_mm * MM, y)
    pen.canvas.setStrokeColor(HexColor(FINE.color))
    pen.canvas.setLineWidth(0.3)
    pen.canvas.drawPath(strokes, stroke=1, fill=0)
    for mm in range(0, length_mm + 1, 10):
        label = f"{mm}" if mm < length_mm else f"{mm}\u00a0mm"
        pen.text(x + mm * MM, y - 13, label, FINE, FINE.smallest, "center")
