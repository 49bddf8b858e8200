"""The styles of the papers, and the pen that draws on one page."""

from collections.abc import Sequence
from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from app.printing.fonts import MEDIUM, REGULAR, SEMIBOLD, SWATCH_INDENT, Fitted, Style, figure_advances

GRID = 4.0
"""Heights are multiples of this many points, so that the base lines of neighbouring columns meet."""

INK = "#1A2230"
MUTED = "#5A6475"
HAIRLINE = "#CBD1DA"

TITLE = Style(SEMIBOLD, 27, 32, 20, INK)
NUMBER = Style(MEDIUM, 13, 20, 8, INK)
COMMUNITY = Style(MEDIUM, 9.5, 12, 7, MUTED)
SECTION = Style(SEMIBOLD, 13, 20, 10, INK)
LABEL = Style(MEDIUM, 7.5, 12, 6, MUTED)
VALUE = Style(MEDIUM, 10, 12, 7, INK)
NAME = Style(SEMIBOLD, 10.5, 16, 8, INK)
BODY = Style(REGULAR, 9.5, 12, 8, INK)
RECIPIENT = Style(SEMIBOLD, 19, 24, 11, INK)
RECIPIENT_LINE = Style(REGULAR, 13, 16, 9, INK)
FIGURE = Style(REGULAR, 9.5, 12, 6, INK)
FIGURE_STRONG = Style(SEMIBOLD, 9.5, 12, 6, INK)
STRONG = Style(SEMIBOLD, 9.5, 12, 6.5, INK)
SMALL = Style(REGULAR, 8, 12, 6.5, MUTED)
FINE = Style(REGULAR, 7, 8, 6, MUTED)
SPACE = Fitted(("",), FINE, FINE.size)
"""An empty line of two grid units between two texts of a stack."""

Align = Literal["left", "right", "center"]


class Pen:
    """Draws on one reportlab canvas. Positions are points from the lower left corner of the page."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def text(self, x: float, y: float, text: str, style: Style, size: float, align: Align = "left") -> None:
        """One line as plain characters, ``y`` its base line."""
        self.canvas.setFillColor(HexColor(style.color))
        self.canvas.setFont(style.font, size)
        draw = {"left": "drawString", "right": "drawRightString", "center": "drawCentredString"}[align]
        getattr(self.canvas, draw)(x, y, text)

    def figures(self, right: float, y: float, text: str, style: Style, size: float) -> None:
        """A number that ends at ``right``, each digit on the same width: Barlow's own digits are proportional.

        Readers that guess spaces from gaps would copy "1 1 3" for 113: the span says what the text is (PDF 32000-1,
        14.9.4).
        """
        advances, pads = figure_advances(text, style.font, size)
        spoken = (b"\xfe\xff" + text.encode("utf-16-be")).hex().upper()
        self.canvas.addLiteral(f"/Span <</ActualText <{spoken}>>> BDC")
        run = self.canvas.beginText(right - sum(advances) + pads[0], y)
        run.setFont(style.font, size)
        run.setFillColor(HexColor(style.color))
        for index, character in enumerate(text):
            following = pads[index + 1] if index + 1 < len(text) else 0.0
            run.setCharSpace(pads[index] + following)
            run.textOut(character)
        run.setCharSpace(0)
        self.canvas.drawText(run)
        self.canvas.addLiteral("EMC")

    def block(self, x: float, top: float, fitted: Fitted, align: Align = "left", *, numeric: bool = False) -> None:
        """Fitted lines below ``top``; ``x`` is their left, right or middle."""
        style = fitted.style
        if fitted.swatch:
            self.swatch(x, top - 0.75 * style.leading, fitted.swatch)
            x += SWATCH_INDENT
        for index, line in enumerate(fitted.lines):
            y = top - (index + 0.75) * style.leading
            if numeric:
                self.figures(x, y, line, style, fitted.size)
            else:
                self.text(x, y, line, style, fitted.size, align)

    def stack(self, x: float, top: float, stack: Sequence[Fitted], align: Align = "left") -> None:
        """Several fitted texts, one below the other."""
        for fitted in stack:
            self.block(x, top, fitted, align)
            top -= fitted.height

    def rule(self, x1: float, y1: float, x2: float, y2: float, color: str = HAIRLINE, weight: float = 0.5) -> None:
        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(weight)
        self.canvas.line(x1, y1, x2, y2)

    def box(self, x: float, y: float, width: float, height: float, color: str = MUTED, weight: float = 0.75) -> None:
        self.canvas.setStrokeColor(HexColor(color))
        self.canvas.setLineWidth(weight)
        self.canvas.roundRect(x, y, width, height, 1.2, stroke=1, fill=0)

    def fill(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self.canvas.setFillColor(HexColor(color))
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def swatch(self, x: float, base: float, color: str) -> None:
        """A small square of colour standing on a base line; the outline keeps white visible."""
        self.canvas.setFillColor(HexColor(color))
        self.canvas.setStrokeColor(HexColor(HAIRLINE))
        self.canvas.setLineWidth(0.4)
        self.canvas.roundRect(x, base, 6.5, 6.5, 1, stroke=1, fill=1)
