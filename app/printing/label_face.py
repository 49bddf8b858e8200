"""The face of one address label: what stands where on it, measured before anything is drawn.

Everything is black, since a thermal printer knows no grey, but for the ribbon in the community's colours on a roll.
Positions are points from the label's lower left corner.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from reportlab.lib.rl_accel import fp_str

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing import barcode
from app.printing.fonts import width_of, wrap
from app.printing.label_stock import LabelStock
from app.printing.letters import MEDIUM, REGULAR, RIBBON, SEMIBOLD, printable
from app.printing.pen import Pen, colored

# Of Barlow, as parts of the letter size: from the base line to the accent of a capital, the height of capitals, from
# the base line to the lowest descender; and from one base line to the next.
ACCENT, CAPITALS, DESCENT, LEADING = 0.92, 0.7, 0.21, 1.14
# Capitals of Fira Sans, Greek and Cyrillic, are a little higher; two accents on one capital, as in Vietnamese, more.
_HIGHER, _HIGHER_FROM = 0.98, "\u0370"
_TALL, _TWO_ACCENTS = 1.1, re.compile("[\u0300-\u036f\u1e00-\u1eff]")
_STEP = 0.25

BLACK = "#000000"

Run = tuple[str, float, float, float, str]
"""Font, size, position, and a text in one line."""

Fill = tuple[float, float, float, float, str]
"""A rectangle by its lower left corner, width and height, and its colour."""


@dataclass(frozen=True)
class Face:
    """One label as it will be drawn: texts in the order in which they are read, bars, and rectangles of colour.

    ``above`` and ``below`` are texts that other labels have in the same position.
    """

    runs: tuple[Run, ...]
    bars: barcode.Bars
    bars_at: tuple[float, float]
    module: float
    bars_height: float
    fills: tuple[Fill, ...] = ()
    above: tuple[Run, ...] = ()
    below: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Plan:
    """How a stock is used, in points.

    ``sizes`` are those of the address: the largest, the one below which lines rather wrap, and the smallest. ``sender``
    is the size of the return address, on one line or as it comes; ``dots`` the widest module of the bars, and ``gap``
    what stays white above and below the address. ``taller`` is by how much the bars may grow where the address leaves
    room: a phone that is held askew reads the taller ones.
    """

    sizes: tuple[float, float, float]
    bars: float
    dots: int
    number: float
    sender: float = 0.0
    layout: Literal["line", "stack", "none"] = "line"
    facts: float = 6.5
    gap: float = 4.5
    taller: float = 0.0


# Bars are a quarter of an inch high; on 5160, there is room for 15 percent of the width of a number of four figures.
PLANS = {
    "5160": Plan(sizes=(9, 8, 5), bars=11, dots=3, number=7, sender=5.5, facts=6.5, gap=2.1, taller=6),
    "5163": Plan(sizes=(14, 10, 7), bars=20, dots=4, number=9, sender=6.5, layout="stack", facts=8.5),
    "5164": Plan(sizes=(18, 13, 7), bars=34, dots=5, number=12, sender=8, layout="stack", facts=9.5),
    "5167": Plan(sizes=(7, 7, 5.5), bars=18.5, dots=4, number=7.5, layout="none"),
    "L7160": Plan(sizes=(12, 9, 5.5), bars=18, dots=3, number=7.5, sender=6, facts=6.5),
    "L7163": Plan(sizes=(14, 10, 7), bars=18, dots=4, number=9, sender=6.5, facts=8.5),
    "4x6": Plan(sizes=(21, 13, 8), bars=62, dots=5, number=18, sender=9.5, layout="stack", facts=13),
}


def placed_bars(label_stock: LabelStock, plan: Plan, number: str, *, field: str) -> tuple[barcode.Bars, float]:
    """The bars of a number and their module. Refuses (``Unprintable``) a number that is too long for the label."""
    bars = barcode.encode(number, field=field)
    module = barcode.module(
        bars, dot=label_stock.dot, widest=plan.dots, room=label_stock.width, margin=label_stock.safe
    )
    if module is None:
        wide = phrase("The bar code of this number is wider than a label of {stock}.", stock=label_stock.part)
        raise Unprintable(wide, field=field)
    return bars, module


def number_size(number: str, size: float, width: float, *, field: str) -> float:
    """The size at which the number below its bars keeps to ``width``. Refuses (``Unprintable``) one below 5 points."""
    fits = fit_line(number, font=SEMIBOLD, size=size, smallest=5, width=width)
    if fits is None:
        raise Unprintable(phrase("This number is too long for its place on the label."), field=field)
    return fits


Fonts = tuple[str, str]
"""Of the first line, and of the others."""

ADDRESS: Fonts = (SEMIBOLD, REGULAR)
PLAIN: Fonts = (REGULAR, REGULAR)
NARROW: Fonts = (RIBBON, RIBBON)


@dataclass(frozen=True)
class Block:
    """Lines at one size, each with its font."""

    lines: tuple[tuple[str, str], ...]
    size: float
    accent: float

    @property
    def height(self) -> float:
        return _height(len(self.lines), self.accent) * self.size

    def runs(self, x: float, top: float) -> list[Run]:
        """The lines below ``top``."""
        first, step = top - self.accent * self.size, LEADING * self.size
        return [(font, self.size, x, first - index * step, line) for index, (font, line) in enumerate(self.lines)]


def _height(lines: int, accent: float) -> float:
    """The height of so many lines at one point."""
    return (lines - 1) * LEADING + accent + DESCENT


def _floor(size: float) -> float:
    return size // _STEP * _STEP


def fit_block(
    lines: Sequence[str],
    *,
    width: float,
    height: float,
    sizes: tuple[float, float, float],
    field: str,
    fonts: Fonts = ADDRESS,
) -> Block:
    """Shrink lines until they fit; where that makes them hard to read, wrap them.

    ``sizes`` are the largest, the one below which lines rather wrap, and the smallest. Refuses (``Unprintable``, naming
    the longest line) what does not fit at the smallest size.
    """
    largest, readable, smallest = sizes
    texts = [(font, printable(line)) for font, line in zip(_each(fonts, len(lines)), lines, strict=True)]
    widths = [width_of(text, font, 1.0) for font, text in texts]
    accent = _accent(texts[0][1])
    highest = height / _height(len(texts), accent)
    whole = _floor(min(largest, highest, width / max(*widths, 0.01)))
    if whole >= readable:
        return Block(tuple(texts), whole, accent)
    # Wrapping only adds lines: it helps where the width is short, not the height.
    size = min(readable, _floor(highest))
    while size >= smallest and size > whole:
        wrapped = tuple((font, part) for font, text in texts for part in wrap(text, font, size, width))
        if _height(len(wrapped), accent) * size <= height:
            return Block(wrapped, size, accent)
        size -= _STEP
    if whole >= smallest:
        return Block(tuple(texts), whole, accent)
    raise Unprintable(
        phrase("The address is too long for this label. Shorten this line, or take a larger label."),
        field=f"{field}[{widths.index(max(widths))}]",
    )


def _accent(text: str) -> float:
    """How high the highest letter may be, at one point."""
    if text.isascii():
        return ACCENT
    return _TALL if _TWO_ACCENTS.search(text) else _HIGHER if max(text) >= _HIGHER_FROM else ACCENT


def _each(fonts: Fonts, lines: int) -> list[str]:
    return [fonts[0], *[fonts[1]] * (lines - 1)]


def fit_line(text: str, *, font: str, size: float, smallest: float, width: float) -> float | None:
    """The size at which a text fits ``width`` on one line; None if it would be smaller than ``smallest``."""
    fits = _floor(min(size, width / max(width_of(text, font, 1.0), 0.01)))
    return fits if fits >= smallest else None


def centred(font: str, size: float, middle: float, y: float, text: str) -> Run:
    """A text around ``middle``."""
    return font, size, middle - width_of(text, font, 1.0) * size / 2, y, text


def right(font: str, size: float, end: float, y: float, text: str) -> Run:
    """A text that ends at ``end``."""
    return font, size, end - width_of(text, font, 1.0) * size, y, text


def fact_runs(
    facts: Sequence[tuple[str, str]], *, end: float, base: float, size: float, room: float
) -> tuple[Run, ...]:
    """Facts side by side, each value below its label, the last one at ``end``; those for which no room is are left out.

    They come by weight, the last first: the one that must be read stands outermost.
    """
    runs: list[Run] = []
    small = max(5.5, size * 0.65)
    for label, value in reversed(facts):
        fits = fit_line(value, font=SEMIBOLD, size=size, smallest=5.5, width=room)
        labelled = fit_line(label, font=MEDIUM, size=small, smallest=5.0, width=room)
        if fits is None or labelled is None:
            break
        pair = [
            right(MEDIUM, labelled, end, base + size * CAPITALS + 3, label),
            right(SEMIBOLD, fits, end, base, value),
        ]
        runs = pair + runs
        used = max(width_of(value, SEMIBOLD, 1.0) * fits, width_of(label, MEDIUM, 1.0) * labelled) + 1.4 * size
        end, room = end - used, room - used
    return tuple(runs)


def draw_outlines(pen: Pen, label_stock: LabelStock, moved: tuple[float, float]) -> None:
    """The edges of all labels of a page, in one path; the middle of each line is the edge."""
    canvas = pen.canvas
    canvas.setStrokeColor(colored(BLACK))
    canvas.setLineWidth(0.35)
    edges = canvas.beginPath()
    for index in range(label_stock.per_page):
        x, y = label_stock.corner(index)
        edges.rect(x + moved[0], y + moved[1], label_stock.width, label_stock.height)
    canvas.drawPath(edges, stroke=1, fill=0)


def draw_faces(pen: Pen, faces: Iterable[tuple[Face, float, float]]) -> None:
    """Draw labels, each with its lower left corner.

    A text and a path for each label, and texts that labels share made once a page: several times as fast as string by
    string.
    """
    canvas = pen.canvas
    shared: dict[tuple[Run, ...], str] = {}

    def repeat(runs: tuple[Run, ...], left: float, bottom: float) -> None:
        if runs not in shared:
            shared[runs] = _text(pen, runs, 0, 0)
        canvas.addLiteral(f"q 1 0 0 1 {left:.3f} {bottom:.3f} cm {shared[runs]} Q")

    canvas.setFillColor(colored(BLACK))
    for face, left, bottom in faces:
        if face.above:
            repeat(face.above, left, bottom)
        canvas.addLiteral(_text(pen, face.runs, left, bottom))
        if face.below:
            repeat(face.below, left, bottom)
        x, y = face.bars_at
        canvas.addLiteral(
            barcode.literal(face.bars, x=left + x, y=bottom + y, module=face.module, height=face.bars_height)
        )
        for x, y, width, height, color in face.fills:
            pen.fill(left + x, bottom + y, width, height, color)
        if face.fills:
            canvas.setFillColor(colored(BLACK))


def _text(pen: Pen, lines: Iterable[Run], left: float, bottom: float) -> str:
    """Lines in the colour that is set."""
    shown = (
        f"1 0 0 1 {fp_str(left + x, bottom + y)} Tm {pen.shown(line, font, size)}" for font, size, x, y, line in lines
    )
    return f"BT {' '.join(shown)} ET"
