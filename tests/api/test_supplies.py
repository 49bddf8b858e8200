"""Quantities decide what was supplied, not how a box is called: an empty box brings nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from app.core.clock import frozen, utcnow
from tests.support.world import Json, World

Fares = Callable[[World, Json], Json]
"""What becomes of a box for a claim."""


def supplied(world: World) -> int:
    """How many conferences the public figures call supplied."""
    return int(world.anyone.get("/coverage")["conferences"]["supplied"])


def light(world: World, claim: Json) -> tuple[bool, str]:
    """Whether a claim says that its ribbons were shipped, and its light."""
    now = world.ana.get(f"/claims/{claim['id']}")
    return now["shipped"], now["ship_by"]["light"]


def late(world: World) -> list[int]:
    """The claims whose box has to leave at once."""
    return [claim["id"] for claim in world.coordinator.get("/todo")["late_to_ship"]]


def find(world: World, box: Json, quantity: int) -> None:
    """Missing ribbons turn up at the champion's."""
    lines = [{"line_id": box["lines"][0]["id"], "quantity_found": quantity}]
    world.ana.post(f"/shipments/{box['id']}/found", {"lines": lines})


def arrives_empty(world: World, claim: Json) -> Json:
    """A box of ten in which the champion finds nothing."""
    return world.received(claim, quantity=10, missing=10)


def is_given_up(world: World, claim: Json) -> Json:
    """A box of ten that a coordinator reports lost."""
    box = world.sent(claim, quantity=10)
    lost: Json = world.coordinator.post(f"/shipments/{box['id']}/lose")
    return lost


@pytest.mark.parametrize("fares", [arrives_empty, is_given_up])
def test_a_box_that_brings_nothing_supplies_nothing_until_a_ribbon_is_found(world: World, fares: Fares) -> None:
    claim = world.deputized(world.conference(starts_in=3))
    assert (light(world, claim), late(world)) == ((False, "red"), [claim["id"]])
    box = fares(world, claim)
    assert (light(world, claim), late(world)) == ((False, "red"), [claim["id"]])
    assert supplied(world) == 0
    find(world, box, 1)
    assert (light(world, claim), late(world)) == ((True, "green"), [])
    assert supplied(world) == 1


def test_ribbons_on_their_way_are_shipped_and_supply_nothing_yet(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=3))
    box = world.sent(claim, quantity=10)
    assert (light(world, claim), late(world), supplied(world)) == ((True, "green"), [], 0)
    lines = [{"line_id": box["lines"][0]["id"], "received": 1}]
    world.ana.post(f"/shipments/{box['id']}/receive", {"lines": lines})
    assert (light(world, claim), supplied(world)) == ((True, "green"), 1)


def test_an_empty_box_beside_a_full_one_takes_nothing_away(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=3))
    world.received(claim, quantity=10)
    arrives_empty(world, claim)
    assert (light(world, claim), late(world), supplied(world)) == ((True, "green"), [], 1)


def test_what_is_found_once_the_conference_has_begun_came_too_late_to_supply_it(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=3))
    box = arrives_empty(world, claim)
    with frozen(_in_days(3)):
        find(world, box, 10)
        assert supplied(world) == 0


def test_what_is_found_later_does_not_undo_what_came_in_time(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=3))
    box = world.received(claim, quantity=10, missing=9)
    with frozen(_in_days(3)):
        find(world, box, 9)
        assert supplied(world) == 1


@pytest.mark.parametrize("fares", [arrives_empty, is_given_up])
def test_what_is_found_for_a_claim_that_has_ended_is_to_be_recovered(world: World, fares: Fares) -> None:
    claim = world.deputized(world.conference(starts_in=3))
    box = fares(world, claim)
    world.coordinator.post(f"/claims/{claim['id']}/revoke")
    assert world.coordinator.get("/todo")["ribbons_to_recover"] == []
    find(world, box, 4)
    (entry,) = world.coordinator.get("/todo")["ribbons_to_recover"]
    assert (entry["claim_id"], entry["on_hand"], entry["in_transit"]) == (claim["id"], 4, 0)


def test_what_was_sent_back_and_got_lost_is_not_at_the_champion_any_more(world: World) -> None:
    ended = world.deputized(world.conference(starts_in=3))
    own = world.received(ended, quantity=10)["target_id"]
    world.received(world.deputized(world.conference(starts_in=30)), quantity=10)
    world.coordinator.post(f"/claims/{ended['id']}/revoke")
    with world.doing(world.ana) as she:
        lines = [{"design_id": world.design, "quantity": 10}]
        box = she.ship({"source_id": own, "target_id": world.depot, "lines": lines})
        she.pack(box)
        she.send(box)
    assert world.coordinator.get("/todo")["ribbons_to_recover"] == []
    world.coordinator.post(f"/shipments/{box}/lose")
    assert world.coordinator.get("/todo")["ribbons_to_recover"] == []


def _in_days(days: int) -> datetime:
    return utcnow() + timedelta(days=days)
