"""The map of the coverage report with its legend, and the places that have no tile among the states."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.core.language import Language
from app.printing import formats, tile_map
from app.printing.fonts import Fitted, fit
from app.printing.layout import Frame, Piece
from app.printing.pen import BODY, GRID, LABEL, MUTED, SMALL, STRONG, Pen
from app.printing.tile_map import Tally
from app.printing.words import Phrase

LEGEND = Phrase("Conferences with ribbons in each state", "Congresos con cintas en cada estado")
ZERO = Phrase("Conferences, but no ribbons yet", "Congresos, pero aún sin cintas")
NOTHING = Phrase("No conference on record", "Ningún congreso registrado")
TERRITORIES = Phrase("US territories", "Territorios de EE. UU.")
UNKNOWN = Phrase("State not known", "Sin estado registrado")
ELSEWHERE = Phrase("Other countries", "Otros países")
NOWHERE = Phrase("None yet", "Ninguno aún")
COUNTRY = Phrase("{name} {count}", "{name} {count}")

_TILE, _SMALL_TILE, _KEY = 38.0, 30.0, 13.0
_SHADES = ("1", "2", "3–4", "5+")


def states(tallies: Mapping[str, Tally], language: Language, frame: Frame, color: str) -> Piece:
    """The states; the legend stands where the map is empty, between Alaska and Maine."""
    step = _TILE + tile_map.GAP
    left = frame.left + (frame.room - tile_map.COLUMNS * step + tile_map.GAP) / 2
    legend = _legend(language, color, 7 * step)
    told = _told(tallies, tile_map.POSITIONS, language)

    def draw(pen: Pen, top: float) -> None:
        with pen.tags.figure(f"{LEGEND.say(language)}: {told}"):
            legend(pen, left + step + 2 * GRID, top)
            tile_map.draw_map(pen, tallies, x=left, top=top, side=_TILE, color=color)

    return Piece(tile_map.ROWS * step - tile_map.GAP, draw, gap=4 * GRID)


def _told(tallies: Mapping[str, Tally], codes: Iterable[str], language: Language) -> str:
    """What tiles show, for those who do not see them; where no conference is known, nothing is said."""
    known = [(code.removeprefix("US-"), tallies[code].covered) for code in sorted(codes) if code in tallies]
    said = ", ".join(COUNTRY.say(language, name=name, count=count) for name, count in known if count)
    without = ", ".join(name for name, count in known if not count)
    parts = [said or NOWHERE.say(language)]
    return ". ".join([*parts, f"{ZERO.say(language)}: {without}"] if without else parts)


def _legend(language: Language, color: str, room: float) -> Callable[[Pen, float, float], None]:
    title = fit(LEGEND.say(language), STRONG, room, field="language")
    shades = [fit(said, SMALL, 24, field="language") for said in _SHADES]
    others = [fit(phrase.say(language), SMALL, room - 24, field="language") for phrase in (ZERO, NOTHING)]

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.block(x, top, title)
        base = top - 8 * GRID
        for index, said in enumerate(shades):
            at = x + index * 46
            pen.tile(at, base, _KEY, _KEY, tile_map.shade(color, index + 1))
            pen.text(at + _KEY + GRID, base + 3.5, said.lines[0], said.style, said.size)
        base -= 5 * GRID
        pen.box(x + 0.4, base + 0.4, _KEY - 0.8, _KEY - 0.8, MUTED, 0.6)
        pen.text(x + _KEY / 2, base + 3.8, "0", SMALL, SMALL.size, "center")
        pen.text(x + _KEY + GRID, base + 3.5, others[0].lines[0], others[0].style, others[0].size)
        base -= 4.5 * GRID
        pen.tile(x, base, _KEY, _KEY, tile_map.NOTHING_KNOWN)
        pen.text(x + _KEY + GRID, base + 3.5, others[1].lines[0], others[1].style, others[1].size)

    return draw


def apart(
    tallies: Mapping[str, Tally],
    unknown: int,
    countries: Sequence[tuple[str, int]],
    language: Language,
    frame: Frame,
    color: str,
) -> Piece:
    """Territories, conferences whose state nobody has entered, and other countries: none of them is a state.

    It keeps with what follows it.
    """
    step = _SMALL_TILE + tile_map.GAP
    middle = frame.left + len(tile_map.TERRITORIES) * step + 6 * GRID
    last = middle + 27 * GRID
    room = frame.right - last
    label = [fit(p.say(language), LABEL, 96, field="language") for p in (TERRITORIES, UNKNOWN, ELSEWHERE)]
    told = _told(tallies, tile_map.TERRITORIES, language)
    named = _countries(countries, language, room)
    height = max(label[0].height + GRID + _SMALL_TILE, label[2].height + named.height)

    def draw(pen: Pen, top: float) -> None:
        bottom = top - label[0].height - GRID - _SMALL_TILE
        pen.block(frame.left, top, label[0])
        with pen.tags.figure(told):
            for index, code in enumerate(tile_map.TERRITORIES):
                x, name = frame.left + index * step, code.removeprefix("US-")
                tile_map.draw_tile(pen, name, tallies.get(code), x=x, y=bottom, side=_SMALL_TILE, color=color)
        pen.block(middle, top, label[1])
        with pen.tags.figure(f"{UNKNOWN.say(language)}: {formats.count(unknown, language)}"):
            tile_map.draw_tile(pen, "?", Tally(unknown, unknown), x=middle, y=bottom, side=_SMALL_TILE, color=color)
        pen.block(last, top, label[2])
        pen.block(last, top - label[2].height, named)

    return Piece(height, draw, gap=3 * GRID, with_next=True, field="countries")


def _countries(countries: Sequence[tuple[str, int]], language: Language, room: float) -> Fitted:
    said = [
        COUNTRY.say(language, name=formats.country(code, language), count=formats.count(count, language))
        for code, count in countries
    ]
    # A name keeps to its number: only between two countries may a line end.
    text = " · ".join(one.replace(" ", "\u00a0") for one in said) or NOWHERE.say(language)
    return fit(text, BODY, room, field="countries", most_lines=20)
