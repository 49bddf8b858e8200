"""The count sheet read from the database: which designs are on it, and what a blind one leaves out."""

import pytest

from app.core.errors import NotFound
from app.paperwork.count_sheet import count_sheet
from app.printing.count_sheet import CountSheet
from tests.support.rules import RULES
from tests.support.world import DESIGN, World


def read(world: World, location: int | None = None, *, blind: bool = True) -> CountSheet:
    with world.database.reading() as session:
        return count_sheet(session, location_id=location or world.depot, rules=RULES, blind=blind)


def new_design(world: World, code: str) -> int:
    return int(world.coordinator.post("/designs", {**DESIGN, "code": code}, status=201)["id"])


def test_designs_are_in_the_order_of_their_codes(world: World) -> None:
    new_design(world, "AQUA")
    new_design(world, "WINE")
    assert [line.code for line in read(world).lines] == ["AQUA", "BLUE", "WINE"]


def test_a_blind_sheet_knows_no_levels(world: World) -> None:
    assert [line.expected for line in read(world).lines] == [None]


def test_an_open_sheet_says_what_is_expected(world: World) -> None:
    new_design(world, "AQUA")
    expected = {line.code: line.expected for line in read(world, blind=False).lines}
    assert expected == {"AQUA": 0, "BLUE": 500}
    elsewhere = {line.code: line.expected for line in read(world, world.other_depot, blind=False).lines}
    assert elsewhere == {"AQUA": 0, "BLUE": 0}


def test_a_design_that_is_out_of_use_is_counted_where_it_still_lies(world: World) -> None:
    world.coordinator.patch(f"/designs/{world.design}", {"active": False}, version=1)
    new_design(world, "AQUA")
    assert [line.code for line in read(world).lines] == ["AQUA", "BLUE"]
    assert [line.code for line in read(world, world.other_depot).lines] == ["AQUA"]


def test_the_sheet_says_where_to_count(world: World) -> None:
    sheet = read(world)
    assert sheet.depot.lines[-1] == "CHICAGO IL 60611"


def test_only_depots_are_counted_with_a_sheet(world: World) -> None:
    for location in (world.vendor, 999_999):
        with pytest.raises(NotFound):
            read(world, location)
