"""What a reader, a printer and a phone see on a paper: text, boxes, pixels, codes. Lengths in points."""

from io import BytesIO
from itertools import combinations
from typing import Any

import pypdfium2
import zxingcpp
from PIL import ImageChops
from PIL.Image import Image
from pypdf import PdfReader

MM = 72 / 25.4

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def cut_boxes(data: bytes) -> list[tuple[Box, Box] | None]:
    """TrimBox and BleedBox of each page; None where it has none of its own."""
    return [
        (_box(page.trimbox), _box(page.bleedbox)) if "/TrimBox" in page else None
        for page in PdfReader(BytesIO(data)).pages
    ]


def _box(rectangle: Any) -> Box:
    left, bottom, right, top = (float(edge) for edge in rectangle)
    return left, bottom, right, top


def picture(data: bytes, page: int, box: Box, dpi: int = 600) -> Image:
    """What is printed in a part of a page."""
    opened = pypdfium2.PdfDocument(data)[page]
    width, height = opened.get_size()
    left, bottom, right, top = box
    image: Image = opened.render(scale=dpi / 72, crop=(left, bottom, width - right, height - top)).to_pil()
    return image.convert("RGB")


def grown(box: Box, by: float) -> Box:
    """A box with so much more on every side."""
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def ribbon_in(image: Image, dpi: int = 600) -> list[float]:
    """Left, top, right and bottom of what is magenta in a picture, in millimetres."""
    red, green, _ = image.split()
    bright = red.point(lambda value: 255 * (value > 120))
    deep = green.point(lambda value: 255 * (value < 60))
    edges = ImageChops.multiply(bright, deep).getbbox()
    assert edges
    return [edge * 25.4 / dpi for edge in edges]


def codes(data: bytes, page: int, dpi: int = 200) -> list[str]:
    """What the QR codes of a page say."""
    image = pypdfium2.PdfDocument(data)[page].render(scale=dpi / 72).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(image)]


def text_boxes(data: bytes, page: int) -> list[Box]:
    """Where text stands on a page."""
    text = pypdfium2.PdfDocument(data)[page].get_textpage()
    return [text.get_rect(index) for index in range(text.count_rects())]


def check_tidy(data: bytes) -> None:
    """No text overlaps another, none leaves the frame."""
    for number, page in enumerate(pypdfium2.PdfDocument(data)):
        boxes = text_boxes(data, number)
        width, _ = page.get_size()
        assert min(box[0] for box in boxes) >= 50
        assert max(box[2] for box in boxes) <= width - 20
        assert min(box[1] for box in boxes) >= 12
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            along = min(one[3], other[3]) - max(one[1], other[1])
            assert across <= 0.5 or along <= 0.5, (number, one, other)
