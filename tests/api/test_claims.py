"""Claims: how many a conference takes, the waiting line, who may go where, what their end does, and the clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.clock import frozen
from app.maintenance.verification import differences
from app.people.models import Person
from tests.support.rules import RULES
from tests.support.world import Json, World, day


def begin_of(conference: Json, plus_days: int = 0, zone: str = "America/Chicago") -> datetime:
    """Midnight before the first day of a conference, and so many days."""
    first = date.fromisoformat(conference["starts_on"]) + timedelta(days=plus_days)
    return datetime.combine(first, time(), ZoneInfo(zone))


def raise_limit(world: World, conference: Json, limit: int) -> None:
    world.coordinator.patch(
        f"/conferences/{conference['id']}", {"champion_limit": limit}, version=conference["version"]
    )


# Places and the line


def test_requests_wait_in_line_and_move_up(world: World) -> None:
    conference = world.conference()
    first, second = world.claim(conference), world.claim(conference, world.bea)
    assert [claim["queue_position"] for claim in (first, second)] == [1, 2]
    decided = world.coordinator.post(f"/claims/{first['id']}/deputize", {"note": "Thank you!"})
    assert (decided["status"], decided["queue_position"], decided["decision_note"]) == ("deputized", None, "Thank you!")
    assert world.bea.get(f"/claims/{second['id']}")["queue_position"] == 1


def test_a_conference_has_as_many_champions_as_a_coordinator_allows(world: World) -> None:
    conference = world.conference()
    world.deputized(conference)
    second = world.claim(conference, world.bea)
    problem = world.coordinator.post(f"/claims/{second['id']}/deputize", status=409)
    assert problem["champion_limit"] == 1
    world.bea.patch(f"/conferences/{conference['id']}", {"champion_limit": 2}, version=1, status=403)
    raise_limit(world, conference, 2)
    assert world.coordinator.post(f"/claims/{second['id']}/deputize")["status"] == "deputized"


def test_a_trusted_champion_is_deputized_at_once_if_a_place_is_free(world: World) -> None:
    claim = world.claim(world.conference(), world.trusted)
    assert (claim["status"], claim["queue_position"]) == ("deputized", None)


def test_a_trusted_champion_waits_where_no_place_is_free(world: World) -> None:
    conference = world.conference()
    world.deputized(conference)
    claim = world.claim(conference, world.trusted)
    assert (claim["status"], claim["queue_position"]) == ("requested", 1)


def test_the_place_of_a_claim_that_ended_is_free_again(world: World) -> None:
    conference = world.conference()
    world.ana.post(f"/claims/{world.deputized(conference)['id']}/withdraw")
    assert world.claim(conference, world.trusted)["status"] == "deputized"


@pytest.mark.parametrize(("starts_in", "status"), [(57, 200), (58, 409), (60, 409), (62, 409), (63, 200)])
def test_nobody_is_deputized_for_two_conferences_on_one_day(world: World, starts_in: int, status: int) -> None:
    world.deputized(world.conference(starts_in=60, days=3, name="The first"))
    claim = world.claim(world.conference(starts_in=starts_in, days=3, name="The second"))
    answer = world.coordinator.post(f"/claims/{claim['id']}/deputize", status=status)
    assert answer.get("conference_name") == ("The first" if status == 409 else "The second")
    assert world.ana.get(f"/claims/{claim['id']}")["status"] == ("requested" if status == 409 else "deputized")


def test_a_trusted_champion_cannot_claim_two_conferences_on_one_day(world: World) -> None:
    world.claim(world.conference(name="The first"), world.trusted)
    second = world.conference(name="The second")
    world.trusted.post(f"/conferences/{second['id']}/claims", {"ribbons_requested": 1}, status=409)
    assert world.coordinator.get(f"/claims?conference_id={second['id']}")["items"] == []


# Conferences that cannot be claimed


def test_cancelling_a_conference_ends_its_claims_and_releases_what_was_packed(world: World) -> None:
    conference = world.conference()
    deputized, waiting = world.deputized(conference), world.claim(conference, world.bea)
    shipment = world.shipment(deputized)
    world.coordinator.post(f"/shipments/{shipment['id']}/pack")
    assert world.on_hand(world.depot) == 400
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    assert world.ana.get(f"/claims/{deputized['id']}")["status"] == "revoked"
    assert world.bea.get(f"/claims/{waiting['id']}")["decision_note"] == "This conference was cancelled."
    assert world.on_hand(world.depot) == 500
    new = {"ribbons_requested": 1}
    assert "cancelled" in world.ana.post(f"/conferences/{conference['id']}/claims", new, status=409)["detail"]


def test_a_claim_with_hand_outs_outlives_its_conference_to_be_closed_out(world: World) -> None:
    conference = world.conference(starts_in=0, timezone="UTC")
    claim = world.deputized(conference)
    world.received(claim)
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 1}, status=201)
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    assert world.ana.get(f"/claims/{claim['id']}")["status"] == "deputized"
    lines = [{"design_id": world.design, "handed_out": 1, "remaining": 99}]
    assert world.ana.post(f"/claims/{claim['id']}/close", {"lines": lines})["status"] == "closed"


def test_nobody_goes_to_a_conference_that_is_virtual_now(world: World) -> None:
    conference = world.conference()
    claim = world.claim(conference)
    path = f"/conferences/{conference['id']}"
    assert "claimed" in world.coordinator.patch(path, {"mode": "virtual"}, version=1, status=409)["detail"]
    world.coordinator.post(f"/claims/{claim['id']}/decline")
    world.coordinator.patch(path, {"mode": "virtual"}, version=1)
    again = world.bea.post(f"{path}/claims", {"ribbons_requested": 1}, status=409)
    assert "virtual" in again["detail"]


def test_a_conference_does_not_move_onto_another_of_its_champion_nor_away_from_ribbons(world: World) -> None:
    here = world.conference(starts_in=0, timezone="UTC")
    later = world.conference(starts_in=20)
    claim = world.deputized(here)
    world.deputized(later)
    dates = {"starts_on": here["starts_on"], "ends_on": here["ends_on"]}
    moved = world.coordinator.patch(f"/conferences/{later['id']}", dates, version=1, status=409)
    assert "already the champion for" in moved["detail"]
    world.received(claim)
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 1}, status=201)
    away = {"state": "US-TX", "city": "Houston"}
    kept = world.coordinator.patch(f"/conferences/{here['id']}", away, version=1, status=409)
    assert "handed out" in kept["detail"]


def test_nobody_is_deputized_who_cannot_sign_in(world: World) -> None:
    claim = world.claim(world.conference())
    with world.database.transaction() as session:  # whom a coordinator makes inactive has no claims left
        session.get_one(Person, world.ana.person_id).active = False
    assert "inactive" in world.coordinator.post(f"/claims/{claim['id']}/deputize", status=409)["detail"]


def test_a_proposed_conference_cannot_be_claimed(world: World) -> None:
    dates = {"starts_on": day(20).isoformat(), "ends_on": day(20).isoformat()}
    place = {"city": "Chicago", "state": "US-IL", "country": "US"}
    proposed = world.ana.post("/conferences", {"name": "An idea", **dates, **place}, status=201)
    problem = world.ana.post(f"/conferences/{proposed['id']}/claims", {"ribbons_requested": 1}, status=409)
    assert "proposal" in problem["detail"]


def test_a_conference_is_past_when_its_last_day_is_over_where_it_takes_place(world: World) -> None:
    conference = world.conference(days=3)
    over = begin_of(conference, 3)
    with frozen(over - timedelta(seconds=1)):
        claim = world.claim(conference)
    with frozen(over):
        problem = world.coordinator.post(f"/claims/{claim['id']}/deputize", status=409)
        world.bea.post(f"/conferences/{conference['id']}/claims", {"ribbons_requested": 1}, status=409)
    assert problem["ended_on"] == conference["ends_on"]


# One open claim at a time


@pytest.mark.parametrize("end", ["decline", "withdraw", "revoke"])
def test_a_champion_claims_again_once_her_claim_has_ended(world: World, end: str) -> None:
    conference = world.conference()
    claim = world.deputized(conference) if end == "revoke" else world.claim(conference)
    path = f"/conferences/{conference['id']}/claims"
    assert world.ana.post(path, {"ribbons_requested": 1}, status=409)["claim_id"] == claim["id"]
    who = world.ana if end == "withdraw" else world.coordinator
    who.post(f"/claims/{claim['id']}/{end}")
    assert world.ana.post(path, {"ribbons_requested": 1}, status=201)["status"] == "requested"


def test_only_the_champion_herself_withdraws_her_claim(world: World) -> None:
    claim = world.claim(world.conference())
    for who, status in ((world.anyone, 401), (world.bea, 404), (world.coordinator, 403), (world.ana, 200)):
        who.post(f"/claims/{claim['id']}/withdraw", status=status)


def test_a_champion_sees_her_own_claims_and_decides_none(world: World) -> None:
    conference = world.conference()
    hers, other = world.claim(conference), world.claim(conference, world.bea)
    assert [claim["id"] for claim in world.ana.get("/claims")["items"]] == [hers["id"]]
    assert [claim["id"] for claim in world.coordinator.get("/claims")["items"]] == [other["id"], hers["id"]]
    world.ana.get(f"/claims/{other['id']}", status=404)
    for verb in ("deputize", "decline", "revoke"):
        world.ana.post(f"/claims/{hers['id']}/{verb}", status=403)


# Ribbons of a claim that ends early


@pytest.mark.parametrize("end", ["withdraw", "revoke"])
def test_an_ended_claim_releases_what_was_packed_and_leaves_what_was_sent(world: World, end: str) -> None:
    claim = world.deputized(world.conference())
    draft, packed, sent = world.shipment(claim, 10), world.shipment(claim, 20), world.sent(claim, 30)
    world.coordinator.post(f"/shipments/{packed['id']}/pack")
    assert world.on_hand(world.depot) == 450
    (world.ana if end == "withdraw" else world.coordinator).post(f"/claims/{claim['id']}/{end}")
    assert world.on_hand(world.depot) == 470
    statuses = [world.coordinator.get(f"/shipments/{each['id']}")["status"] for each in (draft, packed, sent)]
    assert statuses == ["cancelled", "cancelled", "in_transit"]
    with world.database.reading() as session:
        assert differences(session) == []


def test_what_was_sent_is_to_be_recovered_until_it_is_back(world: World) -> None:
    def to_recover() -> list[tuple[int, int, int]]:
        entries = world.coordinator.get("/todo")["ribbons_to_recover"]
        return [(entry["claim_id"], entry["on_hand"], entry["in_transit"]) for entry in entries]

    claim = world.deputized(world.conference())
    shipment = world.sent(claim, 30)
    assert to_recover() == []
    world.ana.post(f"/claims/{claim['id']}/withdraw")
    assert to_recover() == [(claim["id"], 0, 30)]
    lines = [{"line_id": shipment["lines"][0]["id"], "received": 30}]
    world.ana.post(f"/shipments/{shipment['id']}/receive", {"lines": lines})
    assert to_recover() == [(claim["id"], 30, 0)]
    back = {"source_id": shipment["target_id"], "target_id": world.depot}
    lines = [{"design_id": world.design, "quantity": 30}]
    returned = world.ana.post("/shipments", {**back, "lines": lines}, status=201)
    world.ana.post(f"/shipments/{returned['id']}/pack")
    assert to_recover() == []


def test_after_a_hand_out_a_claim_can_only_be_closed(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim)
    new = {"design_id": world.design, "quantity": 1}
    move = world.ana.post(f"/claims/{claim['id']}/hand-outs", new, status=201)
    for who, verb in ((world.ana, "withdraw"), (world.coordinator, "revoke")):
        problem = who.post(f"/claims/{claim['id']}/{verb}", status=409)
        assert problem["allowed"] == ["closed"]
    assert world.ana.get(f"/claims/{claim['id']}")["status"] == "deputized"
    world.coordinator.post(f"/stock/moves/{move['id']}/reverse", status=201)
    assert world.ana.post(f"/claims/{claim['id']}/withdraw")["status"] == "withdrawn"


# The must-ship-by clock


@pytest.mark.parametrize(
    ("days", "seconds", "light"),
    [(8, 86_399, "green"), (7, 0, "amber"), (0, 86_399, "amber"), (-1, 0, "red")],
)
def test_the_clock_turns_amber_then_red(world: World, days: int, seconds: int, light: str) -> None:
    assert RULES.amber_days == 7
    conference = world.conference()
    lead = RULES.transit_days + RULES.buffer_days
    with frozen(begin_of(conference, -lead - days, "UTC") + timedelta(seconds=seconds)):
        clock = world.claim(conference)["ship_by"]
    last = date.fromisoformat(conference["starts_on"]) - timedelta(days=lead)
    assert clock == {"date": last.isoformat(), "days_remaining": days, "shipped": False, "light": light}


def test_the_clock_is_green_once_ribbons_are_on_their_way_and_stops_with_the_claim(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=1))
    shipment = world.shipment(claim)
    world.coordinator.post(f"/shipments/{shipment['id']}/pack")
    assert world.ana.get(f"/claims/{claim['id']}")["ship_by"]["light"] == "red"
    world.coordinator.post(f"/shipments/{shipment['id']}/send", {"carrier": "USPS"})
    clock = world.ana.get(f"/claims/{claim['id']}")["ship_by"]
    assert (clock["light"], clock["shipped"]) == ("green", True)
    world.coordinator.post(f"/shipments/{shipment['id']}/lose")
    assert world.ana.get(f"/claims/{claim['id']}")["ship_by"]["light"] == "red"
    assert world.ana.post(f"/claims/{claim['id']}/withdraw")["ship_by"] is None
