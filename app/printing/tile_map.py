"""A map of the United States in which each state is one square of the same size, about where it lies.

The layout is the one that newspapers and broadcasters use; the District of Columbia has a tile like a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.printing.fonts import Style
from app.printing.letters import MEDIUM, SEMIBOLD
from app.printing.pen import INK, MUTED, Pen

_ROWS = (
    "AK  .  .  .  .  .  .  .  .  . ME",
    " .  .  .  .  .  .  .  .  . VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT  .",
    "CA UT CO NE MO KY WV VA MD DE  .",
    " . AZ NM KS AR TN NC SC DC  .  .",
    " .  .  . OK LA MS AL GA  .  .  .",
    "HI  .  . TX  .  .  .  . FL  .  .",
)
POSITIONS: dict[str, tuple[int, int]] = {
    f"US-{code}": (column, row)
    for row, codes in enumerate(_ROWS)
    for column, code in enumerate(codes.split())
    if code != "."
}
"""Column and row of each state by its ISO 3166-2 code, counted from the upper left."""

COLUMNS, ROWS = 11, 8
TERRITORIES = ("US-PR", "US-VI", "US-GU", "US-MP", "US-AS")
"""The territories have no place among the states; they stand apart, the largest first."""

NOTHING_KNOWN = "#F0F2F5"
GAP = 3.0
STEPS = 4
"""Shades from pale to full."""

_ABBREVIATION = Style(MEDIUM, 7.5, 8, 6, INK)
_COUNT = Style(SEMIBOLD, 15, 16, 8, INK)


@dataclass(frozen=True)
class Tally:
    """What is known of one place: ``covered`` of the ``tracked`` conferences there saw ribbons."""

    tracked: int
    covered: int


def shade(color: str, step: int) -> str:
    """The colour mixed with white: step 1 is pale, step :data:`STEPS` the colour itself."""
    part = 0.18 + 0.82 * (step - 1) / (STEPS - 1)
    mixed = (round(255 + (int(color[at : at + 2], 16) - 255) * part) for at in (1, 3, 5))
    return "#" + "".join(f"{value:02X}" for value in mixed)


def step_of(count: int) -> int:
    """The shade of a number of conferences: 1, 2, 3 to 4, or more."""
    return min(count, 2) if count <= 2 else 3 if count <= 4 else STEPS


def legible_on(color: str) -> str:
    """Ink or white, whichever stands out more from the colour (the contrast of WCAG 2)."""
    luminance = _luminance(color)
    against_white = 1.05 / (luminance + 0.05)
    against_ink = (luminance + 0.05) / (_luminance(INK) + 0.05)
    return "#FFFFFF" if against_white >= against_ink else INK


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def draw_map(pen: Pen, tallies: Mapping[str, Tally], *, x: float, top: float, side: float, color: str) -> None:
    """The states, row by row. ``tallies`` has the places of which something is known; ``side`` is that of a tile."""
    for code, (column, row) in sorted(POSITIONS.items(), key=lambda item: item[1][::-1]):
        left, bottom = x + column * (side + GAP), top - row * (side + GAP) - side
        draw_tile(pen, code.removeprefix("US-"), tallies.get(code), x=left, y=bottom, side=side, color=color)


def draw_tile(pen: Pen, name: str, tally: Tally | None, *, x: float, y: float, side: float, color: str) -> None:
    """One place: filled, with the number, where there were ribbons; a framed zero where there were none; else pale."""
    style = _ABBREVIATION
    if tally is not None and tally.covered:
        fill = shade(color, step_of(tally.covered))
        letters = legible_on(fill)
        pen.tile(x, y, side, side, fill)
        pen.text(x + 4, y + side - 10, name, _in(style, letters), style.size)
        size = _COUNT.size if side >= 32 else 11.0
        pen.text(x + side / 2, y + side * 0.24, str(tally.covered), _in(_COUNT, letters), size, "center")
        return
    if tally is None:
        pen.tile(x, y, side, side, NOTHING_KNOWN)
    else:
        pen.box(x + 0.4, y + 0.4, side - 0.8, side - 0.8, MUTED, 0.6)
    pen.text(x + 4, y + side - 10, name, _in(style, MUTED), style.size)
    if tally is not None:
        pen.text(x + side / 2, y + side * 0.24, "0", _in(_COUNT, MUTED), 11.0, "center")


def _in(style: Style, color: str) -> Style:
    return Style(style.font, style.size, style.leading, style.smallest, color)
