"""Letters as outlines: the same glyphs at the same places as on a proof, but as curves, so that no font is needed."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from reportlab.pdfbase.pdfmetrics import getFont

from app.printing.letters import runs

Point = tuple[float, float]
Stroke = tuple[str, tuple[Point, ...]]
"""A step of a path as SVG calls it: M to a point, L to a point, C by two others to a point, Z back to the start."""


class _Recorder(BasePen):  # type: ignore[misc]  # fontTools has no types
    """Keeps what a glyph is drawn of; curves of TrueType, which are quadratic, come as cubic ones."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.strokes: list[Stroke] = []

    def _moveTo(self, pt: Point) -> None:  # noqa: N802 - as fontTools calls it
        self.strokes.append(("M", (pt,)))

    def _lineTo(self, pt: Point) -> None:  # noqa: N802 - as fontTools calls it
        self.strokes.append(("L", (pt,)))

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:  # noqa: N802 - as fontTools calls it
        self.strokes.append(("C", (pt1, pt2, pt3)))

    def _closePath(self) -> None:  # noqa: N802 - as fontTools calls it
        self.strokes.append(("Z", ()))


_reading = Lock()
"""A font that is open is read by one thread at a time: two would move each other's place in the file."""


@lru_cache(maxsize=4)
def _opened(font: str) -> TTFont:
    return TTFont(getFont(font).face.filename, lazy=False)


# A ribbon has few letters, and an order few ribbons.
@lru_cache(maxsize=500)
def _glyph(font: str, character: str) -> tuple[tuple[Stroke, ...], float]:
    """The outline of one character and how far the next one is, for letters of one point."""
    with _reading:
        opened, face = _opened(font), getFont(font).face
        recorder, per_point = _Recorder(opened.getGlyphSet()), 1 / opened["head"].unitsPerEm
        opened.getGlyphSet()[opened.getGlyphName(face.charToGlyph[ord(character)])].draw(recorder)
        strokes = (
            (step, tuple((x * per_point, y * per_point) for x, y in points)) for step, points in recorder.strokes
        )
        return tuple(strokes), float(getFont(font).stringWidth(character, 1.0))


def outline(text: str, font: str, size: float, place: Callable[[Point], Point]) -> Iterator[Stroke]:
    """The outlines of one line of text in letters of ``size`` points, its base line from (0, 0) to the right.

    ``place`` says where a point of that line is on the paper. The strokes of each letter enclose it clockwise, its
    counters the other way: fill them by the nonzero rule.
    """
    x = 0.0
    for name, part in runs(text, font):
        for character in part:
            strokes, advance = _glyph(name, character)
            for step, points in strokes:
                yield step, tuple(place((x + px * size, py * size)) for px, py in points)
            x += advance * size
