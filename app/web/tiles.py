"""The map of the pages: a tile for each state, and chips for what lies beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.geography import TERRITORIES, state_name
from app.coverage.schemas import Share
from app.printing.tile_map import COLUMNS, POSITIONS, ROWS

SIDE, GAP = 40, 4
PUERTO_RICO = (10, 7)
"""Puerto Rico has a tile of its own on the pages, at the lower right, where it lies."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One place: where its tile stands, how many conferences there were and had ribbons, and how deep its colour is."""

    code: str
    name: str
    x: int
    y: int
    tracked: int
    covered: int

    @property
    def shade(self) -> str:
        """The class of its colour: nothing known, no ribbons yet, or by the number of conferences with ribbons."""
        if not self.tracked:
            return "t0"
        return f"t{_step(self.covered)}" if self.covered else "w"

    @property
    def ink(self) -> str:
        """The class of its letters."""
        return "" if not self.covered else "on3" if _step(self.covered) >= 3 else "on"


def _step(covered: int) -> int:
    return 1 if covered == 1 else 2 if covered == 2 else 3 if covered <= 4 else 4


@dataclass(frozen=True, slots=True)
class Map:
    """All tiles, the size that they take, and the territories that have none."""

    tiles: Sequence[Tile]
    chips: Sequence[Share]
    width: int = COLUMNS * (SIDE + GAP)
    height: int = ROWS * (SIDE + GAP)

    @property
    def reached(self) -> Sequence[Tile]:
        """The tiles of places with ribbons, most first."""
        return sorted((tile for tile in self.tiles if tile.covered), key=lambda tile: (-tile.covered, tile.name))


def tile_map(shares: Sequence[Share]) -> Map:
    """The map of these shares by state."""
    known = {share.key: share for share in shares}
    places = {**POSITIONS, "US-PR": PUERTO_RICO}
    tiles = [_tile(code, place, known.get(code)) for code, place in places.items()]
    return Map(tiles, [known[code] for code in TERRITORIES if code in known and code not in places])


def _tile(code: str, place: tuple[int, int], share: Share | None) -> Tile:
    x, y = (at * (SIDE + GAP) + 1 for at in place)
    tracked, covered = (share.tracked, share.covered) if share else (0, 0)
    return Tile(code.removeprefix("US-"), state_name(code), x, y, tracked, covered)
