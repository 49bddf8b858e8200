"""The styles of the papers, and the pen that draws on one page."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

from app.printing.fonts import SWATCH_INDENT, Fitted, Style, figure_advances, width_of
from app.printing.letters import MEDIUM, REGULAR, SEMIBOLD, runs
from app.printing.tagging import Tags, text_string

GRID = 4.0
"""Heights are multiples of this many points, so that the base lines of neighbouring columns meet."""

INK = "#1A2230"
MUTED = "#5A6475"
HAIRLINE = "#CBD1DA"

TITLE = Style(SEMIBOLD, 27, 32, 20, INK, "H1")
NUMBER = Style(MEDIUM, 13, 20, 8, INK)
COMMUNITY = Style(MEDIUM, 9.5, 12, 7, MUTED)
SECTION = Style(SEMIBOLD, 13, 20, 10, INK, "H2")
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
_PART_BEFORE = {"left": 0.0, "right": 1.0, "center": 0.5}


@cache
def colored(value: str) -> Color:
    """The colour #RRGGBB."""
    return HexColor(value)


@cache
def _ink(color: str) -> str:
    """The operator after which shapes and letters are filled with #RRGGBB."""
    return f"{fp_str(*colored(color).rgb())} rg"


@cache
def _stroke(color: str, weight: float) -> str:
    """The operators after which lines are #RRGGBB and ``weight`` points wide."""
    return f"{fp_str(*colored(color).rgb())} RG {fp_str(weight)} w"


def _show(text: str, font: str, size: float, document: object = None) -> str:
    """The operators that show a text; a file is told which letters of which font it needs."""
    shown = (one for name, part in runs(text, font) for one in _parts(part, name, document))
    return " ".join(f"{name} {size:g} Tf ({escapePDF(codes)}) Tj" for name, codes in shown)


def _show_figures(text: str, font: str, size: float, document: object = None) -> str:
    """The same of a number, each character moved on by what it is narrower than the place of a digit."""
    _, pads = figure_advances(text, font, size)
    moved = zip(text, pads, [*pads[1:], 0.0], strict=True)
    shown = [f"{fp_str(pad + after)} Tc {_show(character, font, size, document)}" for character, pad, after in moved]
    return " ".join([*shown, "0 Tc"])


def _parts(text: str, font: str, document: object) -> list[tuple[str, bytes]]:
    """The text as the parts of the font in a file encode it: names of parts and codes in them."""
    face = getFont(font)
    return [(face.getSubsetInternalName(part, document), codes) for part, codes in face.splitString(text, document)]


# Papers repeat most of their words, and the usual letters have the same codes in each file.
_show_usual = lru_cache(maxsize=4_000)(_show)
_show_usual_figures = lru_cache(maxsize=2_000)(_show_figures)


@lru_cache(maxsize=1_000)
def _rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """A closed path: four lines, and four curves that come as near to quarters of a circle as cubic ones do."""
    right, top = x + width, y + height
    near, off = radius * 0.4477, radius
    return (
        f"{x + off:.2f} {y:.2f} m {right - off:.2f} {y:.2f} l "
        f"{right - near:.2f} {y:.2f} {right:.2f} {y + near:.2f} {right:.2f} {y + off:.2f} c "
        f"{right:.2f} {top - off:.2f} l "
        f"{right:.2f} {top - near:.2f} {right - near:.2f} {top:.2f} {right - off:.2f} {top:.2f} c "
        f"{x + off:.2f} {top:.2f} l {x + near:.2f} {top:.2f} {x:.2f} {top - near:.2f} {x:.2f} {top - off:.2f} c "
        f"{x:.2f} {y + off:.2f} l {x:.2f} {y + near:.2f} {x + near:.2f} {y:.2f} {x + off:.2f} {y:.2f} c h"
    )


class Pen:
    """Draws on one reportlab canvas. Positions are points from the lower left corner of the page.

    Each text says its font, size and colour itself, so that it depends on nothing that was drawn before.
    """

    def __init__(self, canvas: Canvas, tags: Tags | None = None) -> None:
        self.canvas = canvas
        self.tags = tags or Tags(canvas)
        # The document of a canvas has no public name.
        self._document = canvas._doc  # noqa: SLF001

    def text(self, x: float, y: float, text: str, style: Style, size: float, align: Align = "left") -> None:
        """One line as plain characters, ``y`` its base line."""
        if not text:
            return
        with self.tags.text(style.role):
            self._line(x, y, text, style, size, align)

    def _line(self, x: float, y: float, text: str, style: Style, size: float, align: Align) -> None:
        if align != "left":
            x -= _PART_BEFORE[align] * width_of(text.rstrip(" "), style.font, size)
        shown = self.shown(text, style.font, size)
        self.canvas.addLiteral(f"BT 1 0 0 1 {fp_str(x, y)} Tm {_ink(style.color)} {shown} ET")

    def figures(self, right: float, y: float, text: str, style: Style, size: float) -> None:
        """A number that ends at ``right``, each digit on the same width: Barlow's own digits are proportional.

        Readers that guess spaces from gaps would copy "1 1 3" for 113: the span says what the text is (PDF 32000-1,
        14.9.4).
        """
        with self.tags.text("P"):
            self._number(right, y, text, style, size)

    def _number(self, right: float, y: float, text: str, style: Style, size: float) -> None:
        advances, pads = figure_advances(text, style.font, size)
        start, font = fp_str(right - sum(advances) + pads[0], y), style.font
        usual = self._is_usual(text, font)
        shown = _show_usual_figures(text, font, size) if usual else _show_figures(text, font, size, self._document)
        says = f"/Span <</ActualText {text_string(text)}>> BDC"
        self.canvas.addLiteral(f"{says} BT 1 0 0 1 {start} Tm {_ink(style.color)} {shown} ET EMC")

    def shown(self, text: str, font: str, size: float) -> str:
        """The operators that show a text where the pen stands, in the colour that is set."""
        return _show_usual(text, font, size) if self._is_usual(text, font) else _show(text, font, size, self._document)

    def _is_usual(self, text: str, font: str) -> bool:
        face = getFont(font)
        if not face.is_usual(text):
            return False
        face.getSubsetInternalName(0, self._document)
        return True

    def block(self, x: float, top: float, fitted: Fitted, align: Align = "left", *, numeric: bool = False) -> None:
        """Fitted lines below ``top``; ``x`` is their left, right or middle."""
        style = fitted.style
        if fitted.swatch:
            self.swatch(x, top - 0.75 * style.leading, fitted.swatch)
            x += SWATCH_INDENT
        if not any(fitted.lines):
            return
        with self.tags.text("P" if numeric else style.role, continued=fitted.continues, language=fitted.language):
            for index, line in enumerate(fitted.lines):
                y = top - (index + 0.75) * style.leading
                if numeric:
                    self._number(x, y, line, style, fitted.size)
                else:
                    self._line(x, y, line, style, fitted.size, align)

    def stack(self, x: float, top: float, stack: Sequence[Fitted], align: Align = "left") -> None:
        """Several fitted texts, one below the other."""
        for fitted in stack:
            self.block(x, top, fitted, align)
            top -= fitted.height

    def rule(self, x1: float, y1: float, x2: float, y2: float, color: str = HAIRLINE, weight: float = 0.5) -> None:
        self.canvas.addLiteral(f"{_stroke(color, weight)} {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def box(self, x: float, y: float, width: float, height: float, color: str = MUTED, weight: float = 0.75) -> None:
        self.canvas.addLiteral(f"{_stroke(color, weight)} {_rounded(x, y, width, height, 1.2)} S")

    def fill(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self.canvas.addLiteral(f"{_ink(color)} {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def tile(self, x: float, y: float, width: float, height: float, color: str, radius: float = 1.5) -> None:
        """A filled rectangle with round corners."""
        self.canvas.addLiteral(f"{_ink(color)} {_rounded(x, y, width, height, radius)} f")

    def swatch(self, x: float, base: float, color: str) -> None:
        """A small square of colour standing on a base line; the outline keeps white visible."""
        self.canvas.addLiteral(f"{_ink(color)} {_stroke(HAIRLINE, 0.4)} {_rounded(x, base, 6.5, 6.5, 1)} B")
