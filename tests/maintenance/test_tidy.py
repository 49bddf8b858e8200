"""What runs out by itself, and when: on the last day it is still there, on the day after it is gone."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text

from app.core.clock import frozen
from app.maintenance.tidy import tidy
from app.people.access import issue_sign_in_link
from tests.support.rules import RULES
from tests.support.world import ADDRESS, Caller, Json, World

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
"""When all that the tests need is made. At noon it is the same day by UTC and where the conferences are."""

KEPT = RULES.address_days


def on(day: int) -> datetime:
    """Noon, so many days later."""
    return NOON + timedelta(days=day)


def tidied(world: World, at: datetime) -> None:
    """What the server does from time to time, done at this moment."""
    with frozen(at):
        world.database.run(partial(tidy, rules=RULES))


def left(world: World, table: str, at: datetime) -> int:
    """How many rows a table has once it was tidied at this moment."""
    tidied(world, at)
    with world.database.reading() as session:
        return int(session.connection().scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def labels(world: World, at: datetime) -> int:
    """How many boxes still say where they went, once tidied at this moment."""
    return left(world, "shipment_address", at)


def home(world: World, at: datetime, who: Caller | None = None) -> bool:
    """Whether somebody's address is still there, once tidied at this moment."""
    tidied(world, at)
    return (who or world.ana).get("/me")["address"] is not None


@pytest.fixture
def settled(world: World) -> World:
    """The community on the first day: Ana and Bea have just said where they live."""
    with frozen(NOON):
        for who in (world.ana, world.bea):
            assert who.call("PUT", "/me/address", json=ADDRESS).status_code == 200
    return world


def box_of(world: World, who: Caller, *, day: int = 0) -> tuple[Json, Json]:
    """A claim that was deputized on a day, and the box that was sent for it."""
    with frozen(on(day)):
        claim = world.deputized(world.conference(starts_in=20), who)
        return claim, world.sent(claim)


def arrive(world: World, box: Json, *, day: int) -> None:
    lines = [{"line_id": box["lines"][0]["id"], "received": box["lines"][0]["quantity"]}]
    with frozen(on(day)):
        world.coordinator.post(f"/shipments/{box['id']}/receive", {"lines": lines})


def end(world: World, claim: Json, *, day: int) -> None:
    with frozen(on(day)):
        world.coordinator.post(f"/claims/{claim['id']}/revoke")


def test_a_label_is_kept_for_so_many_days_after_its_box_has_come(settled: World) -> None:
    _, box = box_of(settled, settled.ana)
    arrive(settled, box, day=10)
    assert labels(settled, on(10 + KEPT)) == 1
    assert labels(settled, on(10 + KEPT + 1)) == 0


def test_the_label_of_a_box_that_came_to_nothing_is_kept_for_so_many_days_since_it_was_made(settled: World) -> None:
    _, box = box_of(settled, settled.ana)
    with frozen(on(10)):
        settled.coordinator.post(f"/shipments/{box['id']}/lose")
    assert labels(settled, on(KEPT)) == 1
    assert labels(settled, on(KEPT) + timedelta(seconds=1)) == 0


@pytest.mark.parametrize("step", ["send", "deliver"])
def test_the_label_of_a_box_under_way_is_never_forgotten(settled: World, step: str) -> None:
    _, box = box_of(settled, settled.ana)
    if step == "deliver":
        with frozen(NOON):
            settled.coordinator.post(f"/shipments/{box['id']}/deliver")
    assert labels(settled, on(1000)) == 1
    assert home(settled, on(1000))


def test_a_packed_box_keeps_its_label_too(settled: World) -> None:
    with frozen(NOON):
        box = settled.shipment(settled.deputized(settled.conference()))
        settled.coordinator.post(f"/shipments/{box['id']}/pack")
    assert labels(settled, on(1000)) == 1


def test_a_home_is_kept_for_so_many_days_after_the_last_box_has_come(settled: World) -> None:
    claim, box = box_of(settled, settled.ana)
    arrive(settled, box, day=10)
    end(settled, claim, day=11)
    assert home(settled, on(10 + KEPT))
    early = on(10 + KEPT + 1).replace(hour=3)  # in Chicago it is still the day before
    with frozen(early):
        tidy_there = partial(tidy, rules=RULES.model_copy(update={"timezone": "America/Chicago"}))
        assert settled.database.run(tidy_there).addresses == 0
    assert not home(settled, on(10 + KEPT + 1))


def test_a_later_box_keeps_the_home_for_longer(settled: World) -> None:
    for day in (0, 25):
        claim, box = box_of(settled, settled.ana, day=day)
        arrive(settled, box, day=day + 5)
        end(settled, claim, day=day + 5)
    assert home(settled, on(30 + KEPT))
    assert not home(settled, on(31 + KEPT))


@pytest.mark.parametrize("status", ["draft", "packed", "in_transit"])
def test_a_box_under_way_keeps_the_home_however_long_ago_the_last_one_came(settled: World, status: str) -> None:
    claim, box = box_of(settled, settled.ana)
    arrive(settled, box, day=1)
    end(settled, claim, day=1)
    own = box["target_id"]
    with frozen(on(2)):
        lines = [{"design_id": settled.design, "quantity": 5}]
        new = {"source_id": settled.depot, "target_id": own, "lines": lines}
        further = settled.coordinator.post("/shipments", new, status=201)
        for step, body in (("pack", {}), ("send", {"carrier": "USPS"})):
            if settled.coordinator.get(f"/shipments/{further['id']}")["status"] != status:
                settled.coordinator.post(f"/shipments/{further['id']}/{step}", body)
        assert settled.coordinator.get(f"/shipments/{further['id']}")["status"] == status
    assert home(settled, on(1000))


def claimed(world: World, who: Caller, *, starts_in: int, deputized: bool = False) -> Json:
    """A claim of the first day for a conference of three days."""
    with frozen(NOON):
        conference = world.conference(starts_in=starts_in, days=3, timezone="UTC")
        return (world.deputized if deputized else world.claim)(conference, who)


def test_an_address_that_nobody_ever_needed_is_kept_for_so_many_days_since_it_was_given(settled: World) -> None:
    assert home(settled, on(KEPT))
    assert not home(settled, on(KEPT) + timedelta(seconds=1))


def test_whoever_asked_was_declined_and_left_leaves_no_address(settled: World) -> None:
    claim = claimed(settled, settled.ana, starts_in=400)
    assert home(settled, on(390))
    with frozen(on(390)):
        settled.coordinator.post(f"/claims/{claim['id']}/decline", {"note": ""})
    assert not home(settled, on(391))


def test_an_open_claim_keeps_the_home_until_its_conference_is_over_though_nobody_closes_it_out(settled: World) -> None:
    claimed(settled, settled.ana, starts_in=100, deputized=True)  # it is over as day 103 begins
    assert home(settled, on(102 + KEPT))
    assert not home(settled, on(103 + KEPT))


def test_whoever_cannot_sign_in_any_more_needs_no_address_but_for_a_box_that_is_under_way(settled: World) -> None:
    claimed(settled, settled.ana, starts_in=400, deputized=True)
    box_of(settled, settled.bea)
    for who in (settled.ana, settled.bea):
        assert home(settled, on(100), who)
        settled.coordinator.patch(f"/people/{who.person_id}", {"active": False}, version=1)
    for who, kept in ((settled.ana, 0), (settled.bea, 1)):
        assert left(settled, f"person_address WHERE person_id = {who.person_id}", on(100)) == kept


@pytest.mark.parametrize(("method", "stays"), [("carrier", True), ("hand", False)])
def test_leftovers_that_are_still_to_be_sent_keep_the_home_of_their_sender_unless_they_go_by_hand(
    settled: World, method: str, stays: bool
) -> None:
    claim, box = box_of(settled, settled.ana)
    arrive(settled, box, day=1)
    end(settled, claim, day=1)
    lines = [{"design_id": settled.design, "quantity": 5}]
    with frozen(on(2)):
        new = {"source_id": box["target_id"], "target_id": settled.depot, "method": method, "lines": lines}
        settled.ana.post("/shipments", new, status=201)
    assert home(settled, on(1000)) is stays


def test_what_was_printed_of_an_address_that_is_forgotten_confirms_no_guess(settled: World) -> None:
    claim, box = box_of(settled, settled.ana)
    with frozen(NOON):
        assert settled.coordinator.call("GET", f"/shipments/{box['id']}/packing-slip.pdf").status_code == 200
    arrive(settled, box, day=1)
    end(settled, claim, day=1)
    assert left(settled, "printed_paper WHERE content_hash <> ''", on(1 + KEPT)) == 1
    assert left(settled, "printed_paper WHERE content_hash <> ''", on(2 + KEPT)) == 0


def test_an_address_that_was_given_anew_is_kept_for_so_many_days_since(settled: World) -> None:
    claim, box = box_of(settled, settled.ana)
    arrive(settled, box, day=1)
    end(settled, claim, day=1)
    with frozen(on(20)):
        assert settled.ana.call("PUT", "/me/address", json={**ADDRESS, "line1": "124 W Example St"}).status_code == 200
    assert home(settled, on(20 + KEPT))
    assert not home(settled, on(20 + KEPT) + timedelta(seconds=1))


def test_whoever_waits_for_her_first_box_keeps_her_address_and_nobody_loses_it_by_anothers_box(settled: World) -> None:
    claim, box = box_of(settled, settled.ana)
    arrive(settled, box, day=1)
    end(settled, claim, day=1)
    claimed(settled, settled.bea, starts_in=1000)
    assert not home(settled, on(900))
    assert home(settled, on(900), settled.bea)


def test_what_is_forgotten_is_counted_and_doing_it_again_does_no_harm(settled: World) -> None:
    claim, box = box_of(settled, settled.ana)
    arrive(settled, box, day=1)
    end(settled, claim, day=1)
    claimed(settled, settled.bea, starts_in=1000)
    with frozen(on(100)):
        forgotten = [settled.database.run(partial(tidy, rules=RULES)).addresses for _ in range(2)]
    assert forgotten == [2, 0]  # her label, her home


def test_an_answer_is_kept_for_a_day_under_its_key(settled: World) -> None:
    with frozen(NOON):
        key = {"Idempotency-Key": "once"}
        settled.ana.post("/reports", {"text": "what happened"}, status=204, headers=key)
    assert left(settled, "idempotency_record", on(1)) == 1
    assert left(settled, "idempotency_record", on(1) + timedelta(seconds=1)) == 0


def test_a_count_of_attempts_is_forgotten_a_day_after_it_began(settled: World) -> None:
    with frozen(NOON):
        settled.anyone.post("/tokens", {"secret": "no-such-secret"}, status=401)
    assert left(settled, "attempts", on(1)) == 1
    assert left(settled, "attempts", on(1) + timedelta(seconds=1)) == 0


def test_a_token_is_forgotten_thirty_days_after_it_ran_out_or_was_ended(settled: World) -> None:
    with frozen(NOON):
        before = left(settled, "api_token", NOON)
        ends, _ = (settled.ana.post("/me/tokens", {"name": "laptop", "days": d}, status=201) for d in (5, 10))
    with frozen(NOON + timedelta(days=1)):
        assert settled.ana.call("DELETE", f"/me/tokens/{ends['id']}").status_code == 204
    for day, tokens in ((31, 2), (40, 1)):
        assert left(settled, "api_token", NOON + timedelta(days=day)) == before + tokens
        assert left(settled, "api_token", NOON + timedelta(days=day, seconds=1)) == before + tokens - 1


def test_a_sign_in_link_is_forgotten_once_it_is_too_old_or_used(settled: World) -> None:
    with frozen(NOON), settled.database.transaction() as session:
        links = [issue_sign_in_link(session, email="ana@example.org", minutes=minutes) for minutes in (15, 30)]
    assert left(settled, "sign_in_link", NOON + timedelta(minutes=15)) == 2
    assert left(settled, "sign_in_link", NOON + timedelta(minutes=15, seconds=1)) == 1
    with frozen(NOON):
        settled.anyone.post("/tokens", {"secret": links[1].secret}, status=201)
    assert left(settled, "sign_in_link", NOON) == 0


@pytest.mark.parametrize("made", ["long before", "late"])
def test_a_request_waits_to_its_last_day_and_runs_out_on_the_next(settled: World, made: str) -> None:
    """One that was made in time runs out a day before its conference begins; one that came later, with its end."""
    begins, ends, notice = 20, 22, RULES.request_expiry_days
    with frozen(NOON):
        conference = settled.conference(starts_in=begins, days=ends - begins + 1)
    with frozen(on(0 if made == "long before" else begins - notice)):
        claim = settled.claim(conference)
    runs_out = begins - notice if made == "long before" else ends + 1
    for day, status in ((runs_out - 1, "requested"), (runs_out, "declined")):
        tidied(settled, on(day))
        assert settled.ana.get(f"/claims/{claim['id']}")["status"] == status
    ended = settled.ana.get(f"/claims/{claim['id']}")
    assert "expired" in ended["decision_note"]
