"""Horizontal bars of parts and wholes, with both numbers beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.language import Language
from app.printing import formats, tile_map
from app.printing.fonts import Fitted, Style, fit
from app.printing.letters import REGULAR
from app.printing.pen import GRID, INK, SMALL, Pen
from app.printing.words import Phrase

PART = Phrase("{part} of {whole}", "{part} de {whole}")

CELL = Style(REGULAR, 8, 12, 6.5, INK)
_BAR = 12.0
_VALUE_ROOM = 44.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """``covered`` of ``tracked`` conferences. ``key`` is a state's ISO 3166-2 code, a year, a specialty or empty."""

    key: str
    tracked: int
    covered: int


@dataclass(frozen=True)
class Bars:
    """Horizontal bars: pale as far as there were conferences, dark as far as there were ribbons."""

    rows: list[tuple[Fitted, Fitted, Part]]
    label_room: float
    room: float
    most: int

    @classmethod
    def of(cls, parts: Sequence[Part], room: float, label_room: float, language: Language, *, field: str) -> "Bars":
        rows = []
        for index, part in enumerate(parts):
            numbers = {"part": formats.count(part.covered, language), "whole": formats.count(part.tracked, language)}
            said = fit(PART.say(language, **numbers), SMALL, _VALUE_ROOM, field=f"{field}[{index}].tracked")
            label = fit(part.key, CELL, label_room, field=f"{field}[{index}].key", most_lines=12)
            rows.append((label, said, part))
        return cls(rows, label_room + 2 * GRID, room, max((part.tracked for part in parts), default=0))

    def height(self, index: int) -> float:
        """That of a row; a long label makes it higher."""
        return _BAR + (len(self.rows[index][0].lines) - 1) * CELL.leading if index < len(self.rows) else 0.0

    def draw(self, pen: Pen, x: float, top: float, index: int, color: str) -> None:
        if index >= len(self.rows):
            return
        label, said, part = self.rows[index]
        left = x + self.label_room
        unit = (self.room - self.label_room - _VALUE_ROOM - GRID) / max(self.most, 1)
        pen.block(x, top, label)
        pen.fill(left, top - 10.5, part.tracked * unit, 9, tile_map.shade(color, 1))
        if part.covered:
            pen.fill(left, top - 10.5, part.covered * unit, 9, color)
        pen.text(left + part.tracked * unit + GRID, top - 9, said.lines[0], said.style, said.size)
