"""What is wrong with a printed paper, as its readers see it: each check gives the faults that it finds. In points."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import islice, pairwise
from typing import Any, Self, cast

import pypdfium2
import segno
import zxingcpp
from PIL.Image import Image
from pypdf import PdfReader
from pypdf.generic import StreamObject

from tests.printing.looking import MM, Box, grown

TEXT = 1
"""What PDFium calls a text among the objects of a page."""
TOLERANCE = 0.5
DPI = 200
SMALLEST_CODE = 20 * MM
QUIET = 4
READABLE = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


@dataclass(frozen=True)
class Opened:
    """A file, opened as a viewer does."""

    data: bytes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    @cached_property
    def _document(self) -> pypdfium2.PdfDocument:
        return pypdfium2.PdfDocument(self.data)

    @cached_property
    def pages(self) -> list[pypdfium2.PdfPage]:
        """The pages for PDFium."""
        return list(self._document)

    @cached_property
    def reader(self) -> PdfReader:
        """The file for pypdf, which warns of whatever is not as the standard has it."""
        return PdfReader(BytesIO(self.data), strict=True)

    @cached_property
    def texts(self) -> list[list[Box]]:
        """Where each line of text stands, turned or not, page by page."""
        return [[thing.get_bounds() for thing in page.get_objects(filter=[TEXT])] for page in self.pages]

    @cached_property
    def links(self) -> list[list[tuple[Box, str]]]:
        """What a click opens, page by page: where, and the address."""
        return [list(_links(page)) for page in self.reader.pages]

    @cached_property
    def _pictures(self) -> dict[int, Image]:
        return {}

    def picture(self, number: int) -> Image:
        """A page, counted from 0, as a printer of 200 dots to the inch sees it, in grey."""
        if number not in self._pictures:
            self._pictures[number] = self.pages[number].render(scale=DPI / 72, grayscale=True).to_pil()
        return self._pictures[number]

    def said(self) -> list[str]:
        """What is copied from each page, without white space."""
        return [squeezed(page.get_textpage().get_text_range()) for page in self.pages]


def squeezed(text: str) -> str:
    """A text without white space, and without hyphens: at the end of a line, PDFium leaves them out."""
    return re.sub(r"[\s\ufffe-]", "", text)


def _links(page: Any) -> Iterator[tuple[Box, str]]:
    for one in page.get("/Annots", ()):
        annotation = one.get_object()
        left, bottom, right, top = (float(edge) for edge in annotation["/Rect"])
        yield (left, bottom, right, top), str(annotation["/A"]["/URI"])


def _overlap(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > TOLERANCE and along > TOLERANCE


def overlaps(opened: Opened) -> list[str]:
    """Texts that stand on one another."""
    faults = []
    for number, boxes in enumerate(opened.texts, start=1):
        upwards = sorted(boxes, key=lambda box: box[1])
        for index, one in enumerate(upwards):
            left, right, top = one[0] + TOLERANCE, one[2] - TOLERANCE, one[3] - TOLERANCE
            for other in islice(upwards, index + 1, None):
                if other[1] >= top:
                    break
                # Most stand beside each other, on the same line: that is seen at once.
                if other[0] < right and other[2] > left and _overlap(one, other):
                    faults.append(f"page {number}: {_named(opened, number, one)} and {_named(opened, number, other)}")
    return faults


def strays(opened: Opened, frames: Callable[[Any], Sequence[Box]]) -> list[str]:
    """Texts that are not wholly inside one of the frames of their page."""
    faults = []
    for number, (page, boxes) in enumerate(zip(opened.pages, opened.texts, strict=True), start=1):
        allowed = frames(page)
        faults += [
            f"page {number}: {_named(opened, number, box)}"
            for box in boxes
            if not any(_inside(box, frame) for frame in allowed)
        ]
    return faults


def _inside(box: Box, frame: Box) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _named(opened: Opened, number: int, box: Box) -> str:
    """A text for whoever looks for it."""
    text = opened.pages[number - 1].get_textpage().get_text_bounded(*box)
    return f"{text[:60]!r} at {tuple(round(edge, 1) for edge in box)}"


def _quiet(box: Box, link: str) -> float:
    """How wide the quiet zone of a QR code is, by the number of modules that the standard has for so long a link."""
    modules, _ = segno.make(link, error="m", boost_error=False, micro=False).symbol_size(scale=1, border=0)
    return QUIET * (box[2] - box[0]) / modules


def crowded_codes(opened: Opened) -> list[str]:
    """QR codes that are too small, that are not square, or whose quiet zone is not white or holds text."""
    faults = []
    for number, links in enumerate(opened.links, start=1):
        for box, link in links:
            image = opened.picture(number - 1)
            side, quiet = box[2] - box[0], _quiet(box, link)
            if side < SMALLEST_CODE or abs(box[3] - box[1] - side) > 0.01:
                faults.append(f"page {number}: the code is {side / MM:.1f} mm wide")
            whole = grown(box, quiet)
            faults += [
                f"page {number}: {_named(opened, number, text)} in the quiet zone"
                for text in opened.texts[number - 1]
                if _overlap(text, whole)
            ]
            if not _is_white_around(image, box, quiet, opened.pages[number - 1].get_height()):
                faults.append(f"page {number}: the quiet zone around {link} is not white")
    return faults


def _is_white_around(image: Image, box: Box, quiet: float, height: float) -> bool:
    """Whether all pixels that lie wholly between the code and the edge of its quiet zone are white."""
    scale = DPI / 72

    def pixels(edges: Box, outwards: int) -> tuple[int, int, int, int]:
        left, bottom, right, top = (edge * scale for edge in edges)
        lower, upper = height * scale - bottom, height * scale - top
        return int(left) - outwards, int(upper) - outwards, int(right) + 1 + outwards, int(lower) + 1 + outwards

    outer = pixels(grown(box, quiet), -1)
    inner = pixels(box, 1)
    if outer[0] < 0 or outer[1] < 0 or outer[2] > image.width or outer[3] > image.height:
        return False
    around = image.crop(outer)
    x1, y1, x2, y2 = inner[0] - outer[0], inner[1] - outer[1], inner[2] - outer[0], inner[3] - outer[1]
    around.paste(255, (x1, y1, x2, y2))
    return cast("int", around.getextrema()[0]) == 255


def unread(opened: Opened, expected: Mapping[int, list[str]]) -> list[str]:
    """Pages whose codes do not say what they should; ``expected`` has the pages, from 0, that have any."""
    faults = []
    for number in range(len(opened.pages)):
        wanted = sorted(expected.get(number, []))
        if not wanted and not opened.links[number]:
            continue
        found = sorted(code.text for code in _read(opened.picture(number)))
        if found != wanted:
            faults.append(f"page {number + 1}: {found} instead of {wanted}")
    return faults


def _read(image: Image) -> list[Any]:
    return zxingcpp.read_barcodes(image, formats=READABLE, try_downscale=False, try_invert=False)


def lost(opened: Opened, texts: Mapping[str, str]) -> list[str]:
    """Texts, by the names of their fields, that cannot be copied from the paper as they are.

    A text may begin on one page and end on the next; a line break in it may be anything.
    """
    pages = opened.said()
    whole = "\n".join(pages)
    said = [(field, squeezed(line)) for field, text in texts.items() for line in text.split("\n")]
    return [f"{field}: {line}" for field, line in dict.fromkeys(said) if line not in whole and not _split(line, pages)]


def _split(line: str, pages: Sequence[str]) -> bool:
    """Whether a text goes on from one page to the next."""
    for before, after in pairwise(pages):
        for at in range(1, len(line)):
            if line[:at] not in before:
                break
            if line[at:] in after:
                return True
    return False


def foreign_fonts(opened: Opened) -> list[str]:
    """Fonts that are no subset of Barlow or Fira Sans within the file."""
    faults = set()
    seen: set[int] = set()
    for page in opened.reader.pages:
        for reference in cast("Any", page["/Resources"])["/Font"].values():
            font = reference.get_object()
            if id(font) in seen:
                continue
            seen.add(id(font))
            name = font["/BaseFont"]
            if not re.fullmatch(r"/[A-Z]{6}\+(Barlow|FiraSans).*", name) or "/FontFile2" not in font["/FontDescriptor"]:
                faults.add(str(name))
    return sorted(faults)


def broken_objects(opened: Opened) -> list[str]:
    """Objects of the file that cannot be read where its table says that they are. What is broken beyond that raises."""
    reader = opened.reader
    numbers = [number for generation in reader.xref.values() for number in generation]
    faults = []
    for generation, offsets in reader.xref.items():
        for number, offset in offsets.items():
            if number and not opened.data[offset:].startswith(f"{number} {generation} obj".encode()):
                faults.append(f"object {number} is not at {offset}")
    for number in numbers:
        if number:
            found = reader.get_object(number)
            if isinstance(found, StreamObject):
                found.get_data()
    if not opened.data.startswith(b"%PDF-1.") or not opened.data.rstrip().endswith(b"%%EOF"):
        faults.append("the file does not begin and end as a PDF does")
    if len(numbers) != len(set(numbers)) or reader.trailer["/Size"] != max(numbers) + 1:
        faults.append("the table of objects is not whole")
    return faults
