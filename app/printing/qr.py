"""QR codes as vectors: one path of merged runs, which renderers fill without seams between the modules."""

import segno
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from app.errors import Unprintable
from app.printing.formats import MM

# ISO/IEC 18004 asks for a quiet zone of four modules; phones at arm's length want modules of 0.4 mm or more.
QUIET = 4
SMALLEST_SIDE = 22 * MM
SMALLEST_MODULE = 0.42 * MM
LONGEST_LINK = 250

Matrix = tuple[bytearray, ...]


def encode(link: str) -> Matrix:
    """The dark and light modules of a link, at error correction level M. Refuses a link over 250 characters."""
    if not link or len(link) > LONGEST_LINK:
        raise Unprintable(f"The link of the QR code must have 1 to {LONGEST_LINK} characters.", field="link")
    return tuple(segno.make_qr(link, error="m", boost_error=False).matrix)


def side(matrix: Matrix) -> float:
    """The side of the symbol without its quiet zone, in points: 22 mm, more where the link is long."""
    return max(SMALLEST_SIDE, SMALLEST_MODULE * len(matrix))


def module(matrix: Matrix) -> float:
    """The side of one module, in points."""
    return side(matrix) / len(matrix)


def draw(canvas: Canvas, matrix: Matrix, *, x: float, y: float, link: str) -> None:
    """Draw the symbol, its lower left corner at (x, y), on a white ground with the quiet zone; a click opens it."""
    unit, whole = module(matrix), side(matrix)
    quiet = QUIET * unit
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.rect(x - quiet, y - quiet, whole + 2 * quiet, whole + 2 * quiet, stroke=0, fill=1)
    path = canvas.beginPath()
    for row, modules in enumerate(matrix):
        for start, end in runs(modules):
            path.rect(x + start * unit, y + whole - (row + 1) * unit, (end - start) * unit, unit)
    canvas.setFillColor(HexColor("#000000"))
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.linkURL(link, (x, y, x + whole, y + whole), relative=0)


def runs(modules: bytearray) -> list[tuple[int, int]]:
    """Where dark modules begin and end in one row."""
    padded = b"\0" + bytes(modules) + b"\0"
    edges = [i for i in range(len(modules) + 1) if padded[i] != padded[i + 1]]
    return list(zip(edges[::2], edges[1::2], strict=True))
