"""Code 128 as vectors: the bars of a text as one path in whole modules, scaled by the page."""

import re
from dataclasses import dataclass
from functools import lru_cache

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing.formats import MM

# ISO/IEC 15417 asks for ten modules of white on either side, and reading distance for modules of 0.25 mm or more.
QUIET = 10
SMALLEST_MODULE = 0.25 * MM
_EPSILON = 1e-6

# reportlab writes a bar as a capital and the space behind it as a small letter: A is one module wide, d is four.
_ELEMENTS = re.compile(r"([A-D])([a-d]?)")
_WIDTHS = {"": 0} | {letter: index % 4 + 1 for index, letter in enumerate("ABCDabcd")}

_PRINTABLE = re.compile(r"[ -~]{1,40}")


@dataclass(frozen=True)
class Bars:
    """The bars of a text: their ``width`` in modules, and the path that fills them, one module high."""

    width: int
    path: str


def encode(text: str, *, field: str) -> Bars:
    """The bars of a text. Refuses (``Unprintable``) one that is empty, over 40 characters, or not plain ASCII."""
    if not _PRINTABLE.fullmatch(text):
        raise Unprintable(phrase("A bar code takes 1 to 40 plain letters and digits, without accents."), field=field)
    return _bars(text)


@lru_cache(maxsize=4096)
def _bars(text: str) -> Bars:
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415 - it brings every kind of code

    code = Code128(text, quiet=0)
    code.validate()
    code.encode()
    at, rectangles = 0, []
    for bar, space in _ELEMENTS.findall(code.decompose()):
        width = _WIDTHS[bar]
        rectangles.append(f"{at} 0 {width} 1 re")
        at += width + _WIDTHS[space]
    return Bars(at, f"{' '.join(rectangles)} f")


def module(bars: Bars, *, dot: float, widest: int, room: float, margin: float) -> float | None:
    """The widest module of whole dots (at most ``widest``) at which the bars fit a label of ``room`` points.

    They stay ``margin`` points, and their quiet zones, inside its edges. None where even the narrowest does not fit.
    A module of whole dots is as wide in each bar, on the printer that has such dots.
    """
    for dots in range(widest, 0, -1):
        wide = dots * dot
        if wide < SMALLEST_MODULE - _EPSILON:
            break
        if bars.width * wide + 2 * max(QUIET * wide, margin) <= room + _EPSILON:
            return wide
    return None


def literal(bars: Bars, *, x: float, y: float, module: float, height: float) -> str:
    """PDF operators that fill the bars, their lower left corner at (x, y), in the colour that is set."""
    return f"q {module:.5f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm {bars.path} Q"
