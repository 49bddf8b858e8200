"""The pick list read from the database: which boxes are on it, in which order, and what the shelves must give."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.errors import NotFound
from app.paperwork import pick_list as reading
from app.paperwork.pick_list import pick_list
from app.printing.pick_list import PickList, Stage
from tests.printing.drawn import drawn
from tests.support.rules import RULES
from tests.support.statements import counted_statements
from tests.support.world import Caller, World, day


def read(world: World, *, depot: int | None = None, last: int | None = None, stage: Stage = "pack") -> PickList:
    """The list; ``last`` is counted in days from today."""
    ship_by = None if last is None else day(last)
    with world.database.reading() as session:
        return pick_list(session, depot_id=depot, ship_by=ship_by, rules=RULES, stage=stage)


def box(world: World, starts_in: int, who: Caller | None = None, quantity: int = 100) -> str:
    """A draft for a conference in so many days; its number."""
    conference = world.conference(starts_in=starts_in, name=f"Congress in {starts_in}")
    return str(world.shipment(world.deputized(conference, who), quantity)["number"])


def test_boxes_that_must_leave_first_come_first(world: World) -> None:
    late, early = box(world, 60), box(world, 30, world.bea)
    (depot,) = read(world).depots
    assert depot.name == "Chicago depot"
    assert [each.number for each in depot.boxes] == [early, late]
    assert depot.boxes[0].must_ship_by == day(30 - 5 - 3)
    assert depot.boxes[0].must_arrive_by == day(30 - 3)
    assert (depot.boxes[0].recipient, depot.boxes[0].place) == ("Bea", "Chicago, Illinois")


def test_a_box_without_a_conference_has_no_deadline_and_comes_last(world: World) -> None:
    lines = [{"design_id": world.design, "quantity": 7}]
    moved = {"source_id": world.depot, "target_id": world.other_depot, "lines": lines, "method": "hand"}
    plain = world.coordinator.post("/shipments", moved, status=201)["number"]
    first = box(world, 30)
    (depot,) = read(world).depots
    assert [each.number for each in depot.boxes] == [first, plain]
    assert (depot.boxes[1].by_hand, depot.boxes[1].must_ship_by) == (True, None)


def test_only_boxes_that_must_leave_by_the_day_are_on_the_list(world: World) -> None:
    number = box(world, 30)
    box(world, 60)
    (depot,) = read(world, last=22).depots
    assert [each.number for each in depot.boxes] == [number]
    assert read(world, last=21).depots == ()


def test_the_shelf_gives_what_all_boxes_need_and_says_what_is_short(world: World) -> None:
    box(world, 30, quantity=300)
    box(world, 60, quantity=250)
    (shelf,) = read(world).depots[0].shelf
    assert (shelf.code, shelf.needed, shelf.on_hand, shelf.missing) == ("BLUE", 550, 500, 50)


def test_a_depot_that_never_held_the_design_has_none(world: World) -> None:
    conference = world.conference(starts_in=30)
    world.shipment(world.deputized(conference), 5, source_id=world.other_depot)
    (depot,) = read(world).depots
    (shelf,) = depot.shelf
    assert (depot.name, shelf.on_hand, shelf.missing) == ("Boston depot", 0, 5)


def test_packed_boxes_are_on_the_list_of_what_to_send(world: World) -> None:
    number = box(world, 30)
    drafted = box(world, 60, world.bea)
    world.coordinator.post(f"/shipments/{int(number[3:])}/pack")
    (to_send,) = read(world, stage="send").depots
    (to_pack,) = read(world).depots
    assert [each.number for each in to_send.boxes] == [number]
    assert [each.number for each in to_pack.boxes] == [drafted]
    assert to_send.shelf == ()


def test_one_depot_can_be_asked_for(world: World) -> None:
    box(world, 30)
    assert read(world, depot=world.other_depot).depots == ()
    assert len(read(world, depot=world.depot).depots) == 1
    with pytest.raises(NotFound):
        read(world, depot=world.vendor)


def test_what_a_champion_sends_on_is_no_work_for_a_depot(world: World) -> None:
    own = world.received(world.deputized(world.conference(starts_in=30)))["target_id"]
    lines = [{"design_id": world.design, "quantity": 2}]
    world.ana.post("/shipments", {"source_id": own, "target_id": world.depot, "lines": lines}, status=201)
    assert read(world).depots == ()


def test_a_box_that_came_while_the_list_was_read_is_on_the_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = box(world, 60)
    read_lines = reading._lines

    def and_then_one_more_comes(*of: Any) -> Any:
        lines = read_lines(*of)
        monkeypatch.undo()
        box(world, 30, world.bea)
        return lines

    monkeypatch.setattr(reading, "_lines", and_then_one_more_comes)
    (depot,) = read(world).depots
    assert [each.number for each in depot.boxes] == [first]
    assert len(read(world).depots[0].boxes) == 2


def test_no_street_is_on_the_list(world: World) -> None:
    box(world, 30)
    assert "EXAMPLE ST" not in repr(read(world)).upper()


def test_more_boxes_take_no_more_statements(world: World) -> None:
    def statements() -> int:
        with world.database.reading() as session, counted_statements(session) as sent:
            pick_list(session, depot_id=None, ship_by=None, rules=RULES)
        return len(sent)

    box(world, 30)
    with_one = statements()
    for starts_in in (40, 50, 60):
        box(world, starts_in, world.bea)
    assert statements() == with_one


def test_the_list_can_be_printed_once_it_has_a_link(world: World) -> None:
    box(world, 30)
    stamped = replace(read(world), link="https://champions.example.org/p/1", revision=1)
    assert drawn(stamped).startswith(b"%PDF")
