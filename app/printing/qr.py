"""QR codes as vectors: one path of merged runs, which renderers fill without seams between the modules."""

import math
import re
from functools import lru_cache

import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing.formats import MM
from app.printing.pen import Pen, colored

# ISO/IEC 18004 asks for a quiet zone of four modules; phones at arm's length want modules of 0.4 mm or more.
QUIET = 4
SMALLEST_SIDE = 22 * MM
SMALLEST_MODULE = 0.42 * MM
LONGEST_LINK = 250
_DARK_IS_ONE = bytes.maketrans(b"\0\xff", b"\1\0")
_DARK = re.compile(rb"\x01+")

Matrix = tuple[bytes, ...]
"""Rows of modules, 1 for a dark one."""


def encode(link: str, *, field: str = "link") -> Matrix:
    """The dark and light modules of a link, at error correction level M. Refuses a link over 250 characters."""
    if not link or len(link) > LONGEST_LINK:
        raise Unprintable(
            phrase("The link of the QR code must have 1 to {most} characters.", most=LONGEST_LINK), field=field
        )
    return _modules(link)


# A paper is laid out twice, the first time with a code that stands for none yet; and many are printed again.
@lru_cache(maxsize=500)
def _modules(link: str) -> Matrix:
    code = zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = memoryview(code.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]  # it is one
    size, modules = math.isqrt(image.nbytes), image.tobytes().translate(_DARK_IS_ONE)
    return tuple(modules[start : start + size] for start in range(0, size * size, size))


def side(matrix: Matrix) -> float:
    """The side of the symbol without its quiet zone, in points: 22 mm, more where the link is long."""
    return max(SMALLEST_SIDE, SMALLEST_MODULE * len(matrix))


def module(matrix: Matrix) -> float:
    """The side of one module, in points."""
    return side(matrix) / len(matrix)


def draw(pen: Pen, matrix: Matrix, *, x: float, y: float, link: str, size: float = 0.0) -> None:
    """Draw the symbol, its lower left corner at (x, y), on a white ground with the quiet zone; a click opens it.

    ``size`` is its side in points, where it is to be larger than :func:`side`.
    """
    whole = max(size, side(matrix))
    with pen.tags.link(link):
        with pen.tags.figure(f"QR: {link}"):
            _paint(pen.canvas, matrix, x, y, whole)
        pen.canvas.linkURL(link, (x, y, x + whole, y + whole), relative=1, **pen.tags.led(link))
        pen.tags.leads()


def _paint(canvas: Canvas, matrix: Matrix, x: float, y: float, whole: float) -> None:
    unit = whole / len(matrix)
    quiet = QUIET * unit
    canvas.setFillColor(colored("#FFFFFF"))
    canvas.rect(x - quiet, y - quiet, whole + 2 * quiet, whole + 2 * quiet, stroke=0, fill=1)
    # One path in whole modules, scaled by the canvas: short, exact, and without seams.
    canvas.saveState()
    canvas.setFillColor(colored("#000000"))
    canvas.transform(unit, 0, 0, unit, x, y)
    top = len(matrix) - 1
    runs_ = (f"{start} {top - row} {end - start} 1 re" for row, line in enumerate(matrix) for start, end in runs(line))
    canvas.addLiteral(f"{' '.join(runs_)} f")
    canvas.restoreState()


def runs(modules: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin and end in one row."""
    return [found.span() for found in _DARK.finditer(modules)]
