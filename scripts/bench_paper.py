"""How fast papers are printed, beside two floors in the same run.

The floors draw the same strings, lines and boxes at the same positions with a bare reportlab canvas: one without codes,
one with a QR code that segno makes with its own settings (or, on labels, with the bars of reportlab's own Code 128).
Times are processor seconds of the best of several rounds, so that what else the machine does counts little.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.printing.fonts import Style
from app.printing.kit import lay_kit
from app.printing.labels import lay_labels
from app.printing.packing_slip import lay_packing_slip
from app.printing.pen import Align, Pen
from app.printing.sheet import Laid, bind
from scripts.bench_samples import SENDER, kits, label_sheet, slips

Call = tuple[str, tuple[Any, ...]]
QR_SIDE = 62.4


class Recorder(Pen):
    """A pen that notes what it draws, as calls to a bare canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.calls: list[Call] = []

    def _line(self, x: float, y: float, text: str, style: Style, size: float, align: Align) -> None:
        draw = {"left": "drawString", "right": "drawRightString", "center": "drawCentredString"}[align]
        self._say(("setFillColor", (HexColor(style.color),)), ("setFont", (style.font, size)), (draw, (x, y, text)))
        super()._line(x, y, text, style, size, align)

    def _number(self, right: float, y: float, text: str, style: Style, size: float) -> None:
        self._say(("setFillColor", (HexColor(style.color),)), ("setFont", (style.font, size)))
        self._say(("drawRightString", (right, y, text)))
        super()._number(right, y, text, style, size)

    def rule(self, x1: float, y1: float, x2: float, y2: float, color: str = "#CBD1DA", weight: float = 0.5) -> None:
        self._say(("setStrokeColor", (HexColor(color),)), ("setLineWidth", (weight,)), ("line", (x1, y1, x2, y2)))
        super().rule(x1, y1, x2, y2, color, weight)

    def box(
        self, x: float, y: float, width: float, height: float, color: str = "#5A6475", weight: float = 0.75
    ) -> None:
        self._say(("setStrokeColor", (HexColor(color),)), ("setLineWidth", (weight,)))
        self._say(("roundRect", (x, y, width, height, 1.2, 1, 0)))
        super().box(x, y, width, height, color, weight)

    def fill(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self._say(("setFillColor", (HexColor(color),)), ("rect", (x, y, width, height, 0, 1)))
        super().fill(x, y, width, height, color)

    def swatch(self, x: float, base: float, color: str) -> None:
        self._say(("setFillColor", (HexColor(color),)), ("setLineWidth", (0.4,)))
        self._say(("roundRect", (x, base, 6.5, 6.5, 1, 1, 1)))
        super().swatch(x, base, color)

    def _say(self, *calls: Call) -> None:
        self.calls += calls


def recorded(papers: Iterable[Laid]) -> list[list[Call]]:
    """What is drawn on each page."""
    pages = []
    canvas = Canvas(BytesIO())
    for laid in papers:
        for page in laid.pages:
            pen = Recorder(canvas)
            page.draw(pen)
            canvas.showPage()
            pages.append(pen.calls)
    return pages


def floor(pages: list[list[Call]], code: Callable[[Canvas, int], None] | None) -> bytes:
    """The same pages by a bare canvas; ``code`` draws what has bars or modules."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=1, invariant=True)
    for number, calls in enumerate(pages):
        for name, arguments in calls:
            getattr(canvas, name)(*arguments)
        if code is not None:
            code(canvas, number)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw_by_segno(canvas: Canvas, link: str) -> None:
    """A QR code as one path of runs."""
    matrix = segno.make_qr(link, error="m", boost_error=False).matrix
    unit = QR_SIDE / len(matrix)
    path = canvas.beginPath()
    for row, modules in enumerate(matrix):
        start = None
        for column, dark in enumerate([*modules, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(start * unit, -row * unit, (column - start) * unit, unit)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)


def best(work: Callable[[], object], rounds: int) -> float:
    """Processor seconds of the fastest round."""
    found = []
    for _ in range(rounds):
        before = time.process_time()
        work()
        found.append(time.process_time() - before)
    return min(found)


def tell(name: str, count: int, unit: str, seconds: dict[str, float]) -> None:
    """One line for each time, with how it compares to the last."""
    last = list(seconds.values())[-1]
    print(f"\n{name}")
    for what, taken in seconds.items():
        print(f"  {what:<34}{count / taken:>9,.0f} {unit}/s{taken / count * 1000:>9.3f} ms{taken / last:>8.2f}")


def measure_slips(count: int, rounds: int) -> None:
    """Packing slips of one page each, in one file."""
    documents = slips(count)
    pages = recorded(map(lay_packing_slip, documents))
    assert len(pages) == count, "the slips of the benchmark have one page each"
    links = [document.link for document in documents]
    tell(
        f"{count:,} packing slips in one PDF",
        count,
        "pages",
        {
            "printed": best(lambda: bind(map(lay_packing_slip, documents), title="Packing slips"), rounds),
            "floor without QR code": best(lambda: floor(pages, None), rounds),
            "floor with QR code by segno": best(
                lambda: floor(pages, lambda canvas, number: draw_by_segno(canvas, links[number])), rounds
            ),
        },
    )


def measure_kits(count: int, rounds: int) -> None:
    """Champion kits of three pages each: a sheet with two codes, a table tent with one, a name card."""
    documents = kits(count)
    pages = recorded(map(lay_kit, documents))
    links = [(document.link, document.met_link) for document in documents]

    def draw_codes(canvas: Canvas, number: int) -> None:
        own, met = links[number // 3]
        for link in ((own, met), (met, met), ())[number % 3]:  # what the three pages have
            draw_by_segno(canvas, link)

    assert len(pages) == 3 * count, "the kits of the benchmark have three pages each"
    tell(
        f"{count:,} champion kits of three pages in one PDF",
        3 * count,
        "pages",
        {
            "printed": best(lambda: bind(map(lay_kit, documents), title="Kits"), rounds),
            "floor without QR code": best(lambda: floor(pages, None), rounds),
            "floor with QR code by segno": best(lambda: floor(pages, draw_codes), rounds),
        },
    )


def measure_labels(count: int, rounds: int) -> None:
    """Labels on sheets of thirty, with the bars of their number."""
    sheet = label_sheet(count)
    lines = [label.to for label in sheet.labels]
    numbers = [label.number for label in sheet.labels]
    tell(
        f"{count:,} labels on 5160 in one PDF",
        count,
        "labels",
        {
            "printed": best(lambda: bind([lay_labels(sheet)]), rounds),
            "floor without bars": best(lambda: label_floor(lines, numbers, bars=False), rounds),
            "floor with bars by reportlab": best(lambda: label_floor(lines, numbers, bars=True), rounds),
        },
    )


def label_floor(lines: list[tuple[str, ...]], numbers: list[str], *, bars: bool) -> bytes:
    """The same lines at the same pitch by a bare canvas: sender, address, number; and the bars, one path a label."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pageCompression=1, invariant=True)
    for index, (address, number) in enumerate(zip(lines, numbers, strict=True)):
        cell = index % 30
        x, y = 13.5 + cell % 3 * 198, 756 - cell // 3 * 72
        for row, line in enumerate((*SENDER, *address, number)):
            canvas.setFont("Barlow-Medium", 7.5)
            canvas.drawString(x + 6, y - 8 - row * 8, line)
        if bars:
            draw_bars(canvas, number, x + 6, y - 68)
        if cell == 29:
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw_bars(canvas: Canvas, number: str, x: float, y: float) -> None:
    """Code 128 by reportlab, its bars as one path."""
    code = Code128(number, barWidth=0.72, barHeight=11)
    code.validate()
    code.encode()
    code.decompose()
    path = canvas.beginPath()
    for symbol in code.decomposed:
        width = (ord(symbol.lower()) - ord("a") + 1) * 0.72
        if symbol.islower():
            path.rect(x, y, width, 11)
        x += width
    canvas.drawPath(path, stroke=0, fill=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1_000, help="how many of each")
    parser.add_argument("--rounds", type=int, default=3, help="how often; the fastest counts")
    parser.add_argument("--memory", action="store_true", help="print the slips once and say how much memory it took")
    given = parser.parse_args()
    if given.memory:
        size = len(bind(map(lay_packing_slip, slips(given.pages)), title="Packing slips"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{given.pages:,} packing slips: {size / 1e6:.1f} MB of PDF, {peak:.0f} MiB of memory at most")
        return
    measure_slips(given.pages, given.rounds)
    measure_kits(max(1, given.pages // 5), given.rounds)
    measure_labels(3 * given.pages, given.rounds)


if __name__ == "__main__":
    main()
