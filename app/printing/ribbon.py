"""A ribbon as it will be made: satin and foil, bleed, crop marks, dimensions and a ruler, at true size or twice it."""

from dataclasses import dataclass, replace

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.printing import formats, words
from app.printing.documents import RibbonFace
from app.printing.fonts import Style, width_of
from app.printing.formats import MM, MM_PER_INCH
from app.printing.layout import Box
from app.printing.letters import RIBBON, printable
from app.printing.pen import FINE, INK, Pen

# An eighth of an inch is the print trade's usual margin between what must be seen and the cut.
SAFE_MM = 3.2
# As much again outside the cut, because no cut is exact.
BLEED_MM = 3.2
# Foil stamping fills in finer letters.
SMALLEST_LETTERS = 8.0
# Of Barlow Condensed, as parts of the letter size: the height of capitals; and twice the way from their middle to the
# highest accent, which is further than to the lowest descender.
CAPITALS, _LINE = 0.7, 1.3


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
    size = min(depth / _LINE, length / max(width_of(printable(face.text), RIBBON, 1.0), 0.01))
    size = size * 2 // 1 / 2
    if size < SMALLEST_LETTERS:
        raise Unprintable(
            phrase(
                "The text of ribbon {code} would need letters smaller than {smallest} pt on {width} × {height} mm. "
                "Shorten the text or take a larger ribbon.",
                code=face.code,
                smallest=SMALLEST_LETTERS,
                width=face.width_mm,
                height=face.height_mm,
            ),
            field=f"{field}.text",
        )
    return Proof(face, field, size, turned=face.height_mm > face.width_mm)


def _shade(color: str, amount: float) -> Color:
    """A colour moved towards white (positive amount) or black (negative), opaque, so that no printer blends."""
    base = HexColor(color)
    target = 1.0 if amount > 0 else 0.0
    part = abs(amount)
    return Color(*(channel + (target - channel) * part for channel in (base.red, base.green, base.blue)))


def lying(face: RibbonFace) -> RibbonFace:
    """The ribbon with its long side across, for ornaments: its letters read without turning the head."""
    long, short = max(face.width_mm, face.height_mm), min(face.width_mm, face.height_mm)
    return replace(face, width_mm=long, height_mm=short)


def draw_ribbon(canvas: Canvas, proof: Proof, *, x: float, y: float, bleed: float = 0.0) -> None:
    """Draw the ribbon alone, the lower left corner of its trim at (x, y): exactly its size, and ``bleed`` points more
    on every side."""
    face, width, height = proof.face, proof.width, proof.height
    whole = (x - bleed, y - bleed, width + 2 * bleed, height + 2 * bleed)
    canvas.saveState()
    canvas.setFillColor(HexColor(face.ribbon_color))
    canvas.rect(*whole, stroke=0, fill=1)
    edge = canvas.beginPath()
    edge.rect(*whole)
    canvas.clipPath(edge, stroke=0, fill=0)
    sheen = [_shade(face.ribbon_color, a) for a in (-0.10, 0.0, 0.11, 0.0, -0.13)]
    stops = [0.0, 0.25, 0.42, 0.66, 1.0]
    across = (x, y, x + width, y) if proof.turned else (x, y + height, x, y)
    canvas.linearGradient(*across, sheen, stops)
    _draw_threads(canvas, proof, x, y, bleed)
    canvas.translate(x + width / 2, y + height / 2)
    if proof.turned:
        canvas.rotate(-90)
    letters = Style(RIBBON, proof.size, proof.size, proof.size, face.foil_color)
    Pen(canvas).text(0, -proof.size * CAPITALS / 2, printable(face.text), letters, proof.size, "center")
    canvas.restoreState()


def draw_ornament(canvas: Canvas, proof: Proof, *, x: float, y: float, width: float) -> None:
    """Draw the ribbon, its lower left corner at (x, y), as large as ``width`` points make it."""
    scale = width / proof.width
    canvas.saveState()
    canvas.transform(scale, 0, 0, scale, x, y)
    draw_ribbon(canvas, proof, x=0, y=0)
    canvas.restoreState()


def _draw_threads(canvas: Canvas, proof: Proof, x: float, y: float, bleed: float) -> None:
    """The weave: fine lines along the long side, and the selvage, a denser edge on both long sides."""
    width, height = proof.width, proof.height
    across, along = (width, height) if proof.turned else (height, width)

    def thread(at: float) -> tuple[float, float, float, float]:
        start, end = -bleed, along + bleed
        return (x + at, y + start, x + at, y + end) if proof.turned else (x + start, y + at, x + end, y + at)

    threads = canvas.beginPath()
    step = 0.9
    for index in range(-int(bleed / step), int((across + bleed) / step) + 1):
        x1, y1, x2, y2 = thread(index * step)
        threads.moveTo(x1, y1)
        threads.lineTo(x2, y2)
    canvas.setLineWidth(0.18)
    canvas.setStrokeColor(_shade(proof.face.ribbon_color, -0.07))
    canvas.drawPath(threads, stroke=1, fill=0)
    canvas.setStrokeColor(_shade(proof.face.ribbon_color, -0.22))
    canvas.setLineWidth(0.5)
    selvage = 0.9 * MM
    for at in (selvage, across - selvage):
        canvas.line(*thread(at))


# Crop marks begin a millimetre outside the bleed, so that none is ever left on a ribbon that is cut a little wide.
_OFF, _MARK = 1 * MM, 4 * MM
_RULER = 30.0
_INCH = words.Phrase("in", "pulg.")


def draw_crop_marks(canvas: Canvas, *, x: float, y: float, width: float, height: float, bleed: float) -> None:
    """Eight strokes of 4 mm in line with the edges of the cut, 1 mm outside the bleed."""
    off, end = bleed + _OFF, bleed + _OFF + _MARK
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(0.25)
    for edge in (x, x + width):
        canvas.line(edge, y + height + off, edge, y + height + end)
        canvas.line(edge, y - off, edge, y - end)
    for edge in (y, y + height):
        canvas.line(x - off, edge, x - end, edge)
        canvas.line(x + width + off, edge, x + width + end, edge)


@dataclass(frozen=True)
class Plate:
    """A proof with all that stands around it, ``scale`` times its true size. Lengths in points."""

    proof: Proof
    language: Language
    scale: int = 1

    @property
    def bleed(self) -> float:
        return BLEED_MM * MM * self.scale

    @property
    def margin(self) -> float:
        """From the cut to the end of the crop marks."""
        return self.bleed + _OFF + _MARK

    @property
    def width(self) -> float:
        return self.proof.width * self.scale

    @property
    def height(self) -> float:
        return self.proof.height * self.scale

    @property
    def whole_height(self) -> float:
        """With crop marks above and below, and the ruler."""
        return self.height + 2 * self.margin + 4 + _RULER

    @property
    def said(self) -> str:
        """The proof for those who do not see it: the letters, and how large it is."""
        face = self.proof.face
        sides = (dimension(side, self.language) for side in (face.width_mm, face.height_mm))
        return f"{face.text}, {' × '.join(sides)}"

    def trim(self, x: float, top: float) -> Box:
        """Where it is cut, its left edge at ``x`` and the crop marks below ``top``."""
        y = top - self.margin - self.height
        return (x, y, x + self.width, y + self.height)

    def bleed_box(self, x: float, top: float) -> Box:
        """How far the colour goes."""
        x1, y1, x2, y2 = self.trim(x, top)
        return (x1 - self.bleed, y1 - self.bleed, x2 + self.bleed, y2 + self.bleed)

    def draw(self, pen: Pen, x: float, top: float, room: float) -> None:
        """Draw it: the cut's left edge at ``x``, crop marks below ``top``, and a ruler at most ``room`` points long.

        Crop marks and the upright dimension hang out sideways, so that a ribbon may be as wide as the text.
        """
        with pen.tags.figure(self.said):
            self._draw(pen, x, top, room)

    def _draw(self, pen: Pen, x: float, top: float, room: float) -> None:
        _, y, _, _ = self.trim(x, top)
        canvas = pen.canvas
        if self.scale == 1:
            draw_ribbon(canvas, self.proof, x=x, y=y, bleed=self.bleed)
        else:
            canvas.saveState()
            canvas.transform(self.scale, 0, 0, self.scale, x, y)
            draw_ribbon(canvas, self.proof, x=0, y=0, bleed=BLEED_MM * MM)
            canvas.restoreState()
        draw_crop_marks(canvas, x=x, y=y, width=self.width, height=self.height, bleed=self.bleed)
        self._draw_dimensions(pen, x, y)
        unit = MM * self.scale
        length = min(int(room / unit // 10 * 10), max(100, -int(-self.proof.face.width_mm // 10) * 10))
        inch = _INCH.say(self.language)
        _draw_ruler(pen, x=x, y=y - self.margin - 4, length_mm=length, unit=unit, inch_name=inch)

    def _draw_dimensions(self, pen: Pen, x: float, y: float) -> None:
        """The width above the ribbon and the height at its right, each in the middle of a line that it interrupts."""
        face, off = self.proof.face, self.bleed + _OFF + _MARK / 2
        for value, length, angle, middle in (
            (face.width_mm, self.width, 0, (x, y + self.height + off)),
            (face.height_mm, self.height, 90, (x + self.width + off, y)),
        ):
            pen.canvas.saveState()
            pen.canvas.translate(*middle)
            pen.canvas.rotate(angle)
            _draw_dimension(pen, dimension(value, self.language), length)
            pen.canvas.restoreState()


def dimension(value: float, language: Language) -> str:
    """A length in millimetres and inches, held together by no-break spaces."""
    mm, inches = formats.millimetres(value, language), formats.inches(value, language)
    return words.LENGTH.say(language, mm=mm, inches=inches).replace(" ", "\u00a0")


def _draw_dimension(pen: Pen, text: str, length: float) -> None:
    size = FINE.size
    half = width_of(text, FINE.font, size) / 2
    pen.text(length / 2, -size * 0.35, text, FINE, size, "center")
    if length / 2 > half + 6:
        pen.rule(0, 0, length / 2 - half - 4, 0, FINE.color, 0.35)
        pen.rule(length / 2 + half + 4, 0, length, 0, FINE.color, 0.35)
        for end in (0.0, length):
            pen.rule(end - 1.4, -1.4, end + 1.4, 1.4, FINE.color, 0.5)


def _draw_ruler(pen: Pen, *, x: float, y: float, length_mm: int, unit: float, inch_name: str) -> None:
    """A ruler that hangs below ``y``: millimetres along its upper edge, eighths of an inch along the lower one."""
    inch = MM_PER_INCH * unit
    bottom = y - _RULER
    strokes = pen.canvas.beginPath()
    for mm in range(length_mm + 1):
        depth = 6.0 if mm % 10 == 0 else 4.2 if mm % 5 == 0 else 2.6
        strokes.moveTo(x + mm * unit, y)
        strokes.lineTo(x + mm * unit, y - depth)
    eighths = int(length_mm / MM_PER_INCH * 8)
    for eighth in range(eighths + 1):
        depth = 6.0 if eighth % 8 == 0 else 4.2 if eighth % 4 == 0 else 2.6
        strokes.moveTo(x + eighth * inch / 8, bottom)
        strokes.lineTo(x + eighth * inch / 8, bottom + depth)
    for edge in (y, bottom):
        strokes.moveTo(x, edge)
        strokes.lineTo(x + length_mm * unit, edge)
    pen.canvas.setStrokeColor(HexColor(FINE.color))
    pen.canvas.setLineWidth(0.3)
    pen.canvas.drawPath(strokes, stroke=1, fill=0)
    for mm in range(0, length_mm + 1, 10):
        label = f"{mm}" if mm < length_mm else f"{mm}\u00a0mm"
        pen.text(x + mm * unit, y - 12, label, FINE, FINE.smallest, "center")
    inches = eighths // 8
    for whole in range(inches + 1):
        label = f"{whole}" if whole < inches else f"{whole}\u00a0{inch_name}"
        pen.text(x + whole * inch, bottom + 8, label, FINE, FINE.smallest, "center")
