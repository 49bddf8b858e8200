"""Where people write with a pen: boxes for numbers and ticks, lines for names and dates."""

from app.core.language import Language
from app.printing import words
from app.printing.fonts import fit
from app.printing.layout import Frame, Piece
from app.printing.pen import GRID, LABEL, MUTED, Pen

TICK = 10.0
NUMBER_WIDTH, NUMBER_HEIGHT = 62.0, 20.0


def tick(pen: Pen, x: float, base: float) -> None:
    """A box to tick, beside the base line of a text."""
    pen.box(x, base - 1, TICK, TICK)


def number(pen: Pen, right: float, middle: float, *, width: float = NUMBER_WIDTH, weight: float = 0.75) -> None:
    """A field to write a number in, up to ``right``, ``middle`` its middle."""
    pen.box(right - width, middle - NUMBER_HEIGHT / 2, width, NUMBER_HEIGHT, MUTED, weight)


def signature(language: Language, frame: Frame) -> Piece:
    """Two lines to write on: who counted, and when."""
    labels = [fit(p.say(language), LABEL, 120, field="language") for p in (words.COUNTED_BY, words.COUNTED_ON)]
    middle = frame.left + frame.room * 2 / 3

    def draw(pen: Pen, top: float) -> None:
        line = top - 6 * GRID
        for left, right, label in ((frame.left, middle - 4 * GRID, labels[0]), (middle, frame.right, labels[1])):
            pen.rule(left, line, right, line, MUTED, 0.6)
            pen.block(left, line - 2, label)

    return Piece(10 * GRID, draw, gap=2 * GRID)
