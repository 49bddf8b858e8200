"""How fast papers are printed, beside two floors in the same run.

The floors draw the same strings, lines and boxes at the same places with a bare reportlab canvas: one without codes,
one with a QR code that segno makes with its own settings (or, on labels, with the bars of reportlab's own Code 128).
Times are processor seconds of the best of several rounds, so that what else the machine does counts little.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.printing.documents import Block, PackingLine, PackingSlip
from app.printing.fonts import Style
from app.printing.packing_slip import lay_packing_slip
from app.printing.pen import Align, Pen
from app.printing.sheet import Laid, bind

Call = tuple[str, tuple[Any, ...]]
PRINTED_AT = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
QR_SIDE = 62.4


class Recorder(Pen):
    """A pen that notes what it draws, as calls to a bare canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.calls: list[Call] = []

    def text(self, x: float, y: float, text: str, style: Style, size: float, align: Align = "left") -> None:
        draw = {"left": "drawString", "right": "drawRightString", "center": "drawCentredString"}[align]
        self._say(("setFillColor", (HexColor(style.color),)), ("setFont", (style.font, size)), (draw, (x, y, text)))
        super().text(x, y, text, style, size, align)

    def figures(self, right: float, y: float, text: str, style: Style, size: float) -> None:
        self._say(("setFillColor", (HexColor(style.color),)), ("setFont", (style.font, size)))
        self._say(("drawRightString", (right, y, text)))
        super().figures(right, y, text, style, size)

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


def slips(count: int) -> list[PackingSlip]:
    """Packing slips to different people for the same few conferences, as a busy day has them."""
    lines = [
        PackingLine(code=code, text="#LatinasInMedicine", quantity=100 + number, pack_size=50, ribbon_color=color,
                    foil_color="#C9A227")
        for number, (code, color) in enumerate((("LIM-BLUE", "#1B4F9C"), ("LIM-ROSE", "#B0406A")))
    ]  # fmt: skip
    first = PackingSlip(
        number="SH-0000",
        revision=1,
        community="Latinas in Medicine",
        paper="letter",
        language="en",
        printed_at=PRINTED_AT,
        link="",
        code="K7Q2-M4XP-A1B2-0000",
        fingerprint="3FA9C1D2",
        sender=Block(("Depot Midwest", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187")),
        recipient=Block(("",)),
        conference="",
        conference_place="San Francisco, California",
        starts_on=date(2026, 3, 30),
        ends_on=date(2026, 4, 2),
        must_arrive_by=date(2026, 3, 27),
        carrier="USPS",
        tracking_number="",
        note="Two packs are for the evening session.",
        lines=tuple(lines),
    )
    return [
        replace(
            first,
            number=f"SH-{number:04d}",
            link=f"HTTPS://CHAMPIONS.EXAMPLE.ORG/S/K7Q2M4XPA1B2{number:04d}",
            recipient=Block((f"Dr. Lucía Peña {number}", f"{number} W Example St", f"Chicago, IL {60000 + number}")),
            conference=f"Annual Meeting of Physicians {number % 12}",
            tracking_number=f"9400 1000 0000 {number:04d}",
        )
        for number in range(count)
    ]


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


if __name__ == "__main__":
    main()
