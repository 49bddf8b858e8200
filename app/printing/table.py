"""Tables that flow: one head, repeated on every page, and rows as high as their highest cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.core.language import Language
from app.printing.fonts import Fitted, fit
from app.printing.layout import Frame, Piece
from app.printing.pen import GRID, HAIRLINE, INK, LABEL, Pen
from app.printing.words import Phrase

_GUTTER = 2.5 * GRID
_PAD = 1.5 * GRID


@dataclass(frozen=True)
class Column:
    """One column: ``width`` in points, its gutter included; ``numeric`` ends at the right, digits in line.

    Without a width it takes what the others leave; without a title it holds a drawing.
    """

    title: Phrase | None
    width: float = 0.0
    numeric: bool = False

    @property
    def room(self) -> float:
        """The width for text."""
        return self.width - _GUTTER


@dataclass(frozen=True)
class Table:
    """Columns from the left margin to the right one."""

    frame: Frame
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, frame: Frame, *columns: Column) -> "Table":
        rest = frame.room - sum(column.width for column in columns)
        return cls(frame, tuple(column if column.width else replace(column, width=rest) for column in columns))

    def left(self, index: int) -> float:
        """Where the text of a column begins."""
        return self.frame.left + sum(column.width for column in self.columns[:index])

    def right(self, index: int) -> float:
        """Where the text of a numeric column ends; the last one ends at the margin."""
        last = index == len(self.columns) - 1
        return self.left(index) + self.columns[index].width - (0.0 if last else _GUTTER)

    def head(self, language: Language) -> Piece:
        """The titles of the columns above a strong line."""
        cells = [
            [
                fit(
                    column.title.say(language) if column.title else "",
                    LABEL,
                    column.room,
                    field="language",
                    most_lines=2,
                )
            ]
            for column in self.columns
        ]
        height = max(stack[0].height for stack in cells) + GRID

        def draw(pen: Pen, top: float) -> None:
            with pen.tags.head(self):
                for index, stack in enumerate(cells):
                    with pen.tags.cell(title=bool(self.columns[index].title)):
                        self._cell(pen, index, top - (height - GRID - stack[0].height), stack, numeric=False)
            pen.rule(self.frame.left, top - height, self.frame.right, top - height, INK, 0.9)

        return Piece(height, draw, gap=5 * GRID, with_next=True)

    def row(
        self,
        cells: Sequence[Sequence[Fitted]],
        *,
        head: Piece,
        field: str,
        also: Callable[[Pen, float, float], None] | None = None,
        middle: Mapping[int, Fitted] = MappingProxyType({}),
    ) -> Piece:
        """One row above a hairline; ``middle`` are numbers that stand in the middle of its height.

        ``also`` draws what is no text, given the row's top and height.
        """
        height = max(sum(f.height for f in stack) for stack in cells) + 2 * _PAD

        def draw(pen: Pen, top: float) -> None:
            with pen.tags.row(self):
                for index, stack in enumerate(cells):
                    with pen.tags.cell():
                        self._cell(pen, index, top - _PAD, stack, numeric=self.columns[index].numeric)
                        if index in middle:
                            number = middle[index]
                            pen.figures(
                                self.right(index), top - height / 2 - 3.5, number.lines[0], number.style, number.size
                            )
            if also:
                also(pen, top, height)
            pen.rule(self.frame.left, top - height, self.frame.right, top - height, HAIRLINE)

        return Piece(height, draw, heading=head, field=field)

    def _cell(self, pen: Pen, index: int, top: float, stack: Sequence[Fitted], *, numeric: bool) -> None:
        for fitted in stack:
            if self.columns[index].numeric:
                pen.block(self.right(index), top, fitted, "right", numeric=numeric)
            else:
                pen.block(self.left(index), top, fitted)
            top -= fitted.height
