"""How wide a text is, and how it fits its place."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from reportlab.pdfbase.pdfmetrics import stringWidth

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing.letters import clusters, printable, runs

_BREAK_AFTER = "-/._@,;:&?="


def width_of(text: str, font: str, size: float) -> float:
    """The width of one line, in points; it grows with the size."""
    return _unit_width(text, font) * size


# A text is measured again and again: at each size that is tried, and on each paper of a batch.
@lru_cache(maxsize=8_000)
def _unit_width(text: str, font: str) -> float:
    return sum(float(stringWidth(part, name, 1.0)) for name, part in runs(text, font))


@dataclass(frozen=True)
class Style:
    """A role of text. Sizes in points; a text may shrink from ``size`` to ``smallest``, its leading stays.

    ``role`` is what it is to readers that do not see it: P, H1, H2.
    """

    font: str
    size: float
    leading: float
    smallest: float
    color: str
    role: str = "P"


@dataclass(frozen=True)
class Fitted:
    """Lines of one style at the size at which they fit; ``swatch`` is a colour drawn before the first.

    A line that ends where the text has a blank keeps it. What ``continues`` is of one paragraph with what was said
    before it. ``language`` (en, es) is one other than the paper's.
    """

    lines: tuple[str, ...]
    style: Style
    size: float
    swatch: str | None = None
    continues: bool = False
    language: str = ""

    @property
    def height(self) -> float:
        return len(self.lines) * self.style.leading


SWATCH_INDENT = 11.0


def _prefix(word: str, font: str, size: float, width: float) -> int:
    """How many characters of a word that is too long go on one line; prefers to break after punctuation."""
    ends = list(accumulate(map(len, clusters(word))))
    end = ends[max(bisect_right(ends, width, key=lambda end: width_of(word[:end], font, size)) - 1, 0)]
    for candidate in range(end, max(end * 2 // 3, 1), -1):
        if word[candidate - 1] in _BREAK_AFTER:
            return candidate
    return end


def wrap(text: str, font: str, size: float, width: float) -> tuple[str, ...]:
    """Break at spaces, and inside a word only where the word alone is wider than ``width`` points.

    Nothing is lost: a space stays at the end of its line, so that readers know it from a break inside a word.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        rest = word
        if line and width_of(f"{line} {rest}", font, size) <= width:
            line = f"{line} {rest}"
            continue
        if line:
            lines.append(f"{line} ")
        while width_of(rest, font, size) > width and len(rest) > 1:
            end = _prefix(rest, font, size, width)
            if end >= len(rest):
                break
            lines.append(rest[:end])
            rest = rest[end:]
        line = rest
    return (*lines, line) if line or not lines else tuple(lines)


@lru_cache(maxsize=2_000)
def figure_advances(text: str, font: str, size: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Per character: its advance when all digits share the widest one's width, and the pad on either side."""
    digit = _widest_digit(font, size)
    widths = [width_of(c, font, size) for c in text]
    advances = tuple(digit if c.isdigit() else w for c, w in zip(text, widths, strict=True))
    return advances, tuple((a - w) / 2 for a, w in zip(advances, widths, strict=True))


@lru_cache(maxsize=200)
def _widest_digit(font: str, size: float) -> float:
    return max(width_of(digit, font, size) for digit in "0123456789")


def fit_figures(text: str, style: Style, width: float, *, field: str) -> Fitted:
    """Shrink a number, its digits all on one width, until it fits ``width`` points; it never wraps.

    Refuses (``Unprintable``) a number that is too long at the style's smallest size.
    """
    text = printable(text)
    for size in _sizes(style):
        if sum(figure_advances(text, style.font, size)[0]) <= width:
            return Fitted((text,), style, size)
    raise Unprintable(phrase("This number is too long for its place on the page."), field=field)


def _sizes(style: Style) -> Iterator[float]:
    return (style.size - step / 2 for step in range(int((style.size - style.smallest) * 2) + 1))


def fit(text: str, style: Style, width: float, *, field: str, most_lines: int = 1, swatch: str | None = None) -> Fitted:
    """Shrink a text until it fits ``width`` points on one line; else wrap it at full size; else shrink it wrapped.

    Refuses (``Unprintable``) a text that needs more than ``most_lines`` at the style's smallest size.
    """
    fitted = _fit(text, style, width, most_lines, swatch)
    if fitted is None:
        raise Unprintable(phrase("This is too long for its place on the page. Shorten it."), field=field)
    return fitted


# Papers that are printed together repeat most of their words.
@lru_cache(maxsize=2_000)
def _fit(text: str, style: Style, width: float, most_lines: int, swatch: str | None) -> Fitted | None:
    text = printable(text)
    room = width - (SWATCH_INDENT if swatch else 0.0)
    for size in _sizes(style):
        if width_of(text, style.font, size) <= room:
            return Fitted((text,), style, size, swatch)
    for size in _sizes(style) if most_lines > 1 else ():
        lines = wrap(text, style.font, size, room)
        if len(lines) <= most_lines:
            return Fitted(lines, style, size, swatch)
    return None
