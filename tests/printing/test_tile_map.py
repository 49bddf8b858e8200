"""The map of tiles: every state once, at its place, and told apart by more than its colour."""

import pytest

from app.core.geography import STATES
from app.core.geography import TERRITORIES as US_TERRITORIES
from app.printing.pen import INK
from app.printing.tile_map import COLUMNS, POSITIONS, ROWS, STEPS, TERRITORIES, legible_on, shade, step_of


def test_every_state_and_the_district_have_one_tile() -> None:
    assert POSITIONS.keys() == STATES.keys()
    assert len(POSITIONS) == 51


def test_no_two_states_share_a_place_and_all_are_on_the_map() -> None:
    assert len(set(POSITIONS.values())) == len(POSITIONS)
    assert {column for column, _ in POSITIONS.values()} == set(range(COLUMNS))
    assert {row for _, row in POSITIONS.values()} == set(range(ROWS))


def test_the_territories_stand_apart() -> None:
    assert set(TERRITORIES) == US_TERRITORIES.keys()
    assert len(set(TERRITORIES)) == len(TERRITORIES)


@pytest.mark.parametrize(
    ("western", "eastern"), [("WA", "ME"), ("CA", "NV"), ("NV", "CO"), ("OH", "PA"), ("TX", "FL"), ("IL", "MI")]
)
def test_west_is_left_of_east(western: str, eastern: str) -> None:
    assert POSITIONS[f"US-{western}"][0] < POSITIONS[f"US-{eastern}"][0]


@pytest.mark.parametrize(
    ("northern", "southern"), [("WA", "CA"), ("ND", "TX"), ("ME", "FL"), ("MI", "GA"), ("NY", "DC"), ("AK", "HI")]
)
def test_north_is_above_south(northern: str, southern: str) -> None:
    assert POSITIONS[f"US-{northern}"][1] < POSITIONS[f"US-{southern}"][1]


@pytest.mark.parametrize(
    ("one", "other"), [("WA", "OR"), ("IL", "IN"), ("NC", "SC"), ("KS", "OK"), ("VT", "NH"), ("MD", "DC"), ("CO", "NM")]
)
def test_neighbours_touch(one: str, other: str) -> None:
    (x1, y1), (x2, y2) = POSITIONS[f"US-{one}"], POSITIONS[f"US-{other}"]
    assert max(abs(x1 - x2), abs(y1 - y2)) == 1


def test_more_conferences_are_never_paler() -> None:
    steps = [step_of(count) for count in range(1, 50)]
    assert steps == sorted(steps)
    assert set(steps) == set(range(1, STEPS + 1))
    assert [step_of(count) for count in (1, 2, 3, 4, 5)] == [1, 2, 3, 3, 4]


def test_the_deepest_shade_is_the_colour_itself() -> None:
    assert shade("#1B4F9C", STEPS) == "#1B4F9C"
    assert shade("#1B4F9C", 1) > shade("#1B4F9C", 2) > shade("#1B4F9C", 3)


@pytest.mark.parametrize(("color", "letters"), [("#FFFFFF", INK), ("#C9A227", INK), ("#000000", "#FFFFFF")])
def test_letters_stand_out_from_their_tile(color: str, letters: str) -> None:
    assert legible_on(color) == letters
