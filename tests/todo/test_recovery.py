"""The ribbons of claims that ended early: counted from what came for the claim, what went back, and what she holds.

Each test has something beside it that must not count: another claim of hers, another champion, another direction.
"""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.clock import frozen
from tests.support.world import Caller, Json, World

BEGIN = datetime(2025, 3, 3, 12, tzinfo=UTC)


def to_recover(world: World) -> dict[int, tuple[int, int]]:
    """For each claim whose ribbons are to come back: how many she holds, and how many are on their way to her."""
    entries = world.coordinator.get("/todo")["ribbons_to_recover"]
    return {entry["claim_id"]: (entry["on_hand"], entry["in_transit"]) for entry in entries}


def supplied(world: World, who: Caller, *, starts_in: int, ribbons: int) -> tuple[Json, int]:
    """A claim whose ribbons have come, and where they lie."""
    claim = world.deputized(world.conference(starts_in=starts_in), who)
    return claim, world.received(claim, who, ribbons)["target_id"]


def parcel(world: World, source: int, target: int, ribbons: int, *, to: str = "receive", method: str = "hand") -> Json:
    """Ribbons from one place to another: drafted, packed, sent or received."""
    lines = [{"design_id": world.design, "quantity": ribbons}]
    new = {"source_id": source, "target_id": target, "method": method, "lines": lines}
    box: Json = world.coordinator.post("/shipments", new, status=201)
    path, counted = f"/shipments/{box['id']}", [{"line_id": box["lines"][0]["id"], "received": ribbons}]
    steps = [("pack", {}), ("send", {"carrier": "USPS"}), ("receive", {"lines": counted})]
    for step, body in steps if to != "draft" else []:
        if step != "send" or method == "carrier":
            box = world.coordinator.post(f"{path}/{step}", body)
        if step == to:
            break
    return box


@pytest.fixture
def ended(world: World) -> tuple[int, int]:
    """A claim of Ana's that was revoked with 100 ribbons at her place, and that place, where 50 more are another's."""
    with frozen(BEGIN):
        claim, own = supplied(world, world.ana, starts_in=60, ribbons=100)
        supplied(world, world.ana, starts_in=90, ribbons=50)
        supplied(world, world.bea, starts_in=120, ribbons=70)
    with frozen(BEGIN + timedelta(days=1)):
        world.coordinator.post(f"/claims/{claim['id']}/revoke")
    return claim["id"], own


@pytest.fixture(autouse=True)
def _two_days_later(ended: tuple[int, int]) -> object:
    del ended
    with frozen(BEGIN + timedelta(days=2)):
        yield


def test_only_what_came_for_the_claim_is_to_be_recovered(world: World, ended: tuple[int, int]) -> None:
    claim, own = ended
    assert world.on_hand(own) == 150
    assert to_recover(world) == {claim: (100, 0)}


@pytest.mark.parametrize(("to", "left"), [("draft", 100), ("pack", 70), ("send", 70), ("receive", 70)])
def test_what_she_sends_back_counts_from_the_moment_it_is_packed(
    world: World, ended: tuple[int, int], to: str, left: int
) -> None:
    claim, own = ended
    parcel(world, own, world.depot, 30, to=to, method="carrier")
    assert to_recover(world) == {claim: (left, 0)}


def test_once_all_of_it_is_back_nothing_is_left_to_do(world: World, ended: tuple[int, int]) -> None:
    _, own = ended
    parcel(world, own, world.depot, 100)
    assert world.on_hand(own) == 50
    assert to_recover(world) == {}


def test_what_comes_to_her_since_then_takes_nothing_off(world: World, ended: tuple[int, int]) -> None:
    claim, own = ended
    parcel(world, world.depot, own, 30)
    assert to_recover(world) == {claim: (100, 0)}


def test_what_others_send_since_then_takes_nothing_off(world: World, ended: tuple[int, int]) -> None:
    claim, _ = ended
    parcel(world, _place_of(world, world.bea), world.depot, 30)
    parcel(world, world.depot, world.other_depot, 30)
    assert to_recover(world) == {claim: (100, 0)}


def test_what_she_sent_back_before_the_claim_ended_was_none_of_it(world: World) -> None:
    with frozen(BEGIN):
        claim, own = supplied(world, world.bea, starts_in=70, ribbons=100)
        parcel(world, own, world.depot, 40)
        parcel(world, world.depot, own, 20)
    with frozen(BEGIN + timedelta(days=1)):
        world.coordinator.post(f"/claims/{claim['id']}/revoke")
    assert to_recover(world)[claim["id"]] == (100, 0)


def test_no_more_is_to_be_recovered_than_she_holds(world: World, ended: tuple[int, int]) -> None:
    claim, own = ended
    moved = {"design_id": world.design, "source_id": own, "target_id": world.depot, "quantity": 90}
    world.coordinator.post("/stock/moves", moved, status=201)
    assert to_recover(world) == {claim: (60, 0)}


def test_a_box_that_is_on_its_way_to_her_waits_for_her_to_count_it(world: World) -> None:
    with frozen(BEGIN):
        claim = world.deputized(world.conference(starts_in=70), world.bea)
        box = world.sent(claim, 40)
        world.sent(world.deputized(world.conference(starts_in=130), world.bea), 7)
    world.coordinator.post(f"/claims/{claim['id']}/revoke")
    assert to_recover(world)[claim["id"]] == (0, 40)
    counted = [{"line_id": box["lines"][0]["id"], "received": 35}]
    world.coordinator.post(f"/shipments/{box['id']}/receive", {"lines": counted})
    assert to_recover(world)[claim["id"]] == (35, 0)


def _place_of(world: World, who: Caller) -> int:
    """Where somebody keeps her ribbons."""
    places = world.coordinator.get("/locations?kind=champion")["items"]
    return next(int(place["id"]) for place in places if place["person_id"] == who.person_id)
