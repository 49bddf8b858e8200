"""What a phone sends days later counts once, and what comes too late to be booked is not lost."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from app.acts.entries import EntryIn, _hash
from app.acts.idempotency import KEPT
from app.core.clock import frozen, utcnow
from app.maintenance.verification import differences
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.erasing import erase
from tests.support.stage import Stage, staged
from tests.support.world import Caller, Json


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


def entry(**fields: object) -> Json:
    return {**fields, "entry_id": str(uuid4())}


def holding(stage: Stage, who: Caller) -> str:
    """The path of a claim for which two ribbons have come."""
    return f"/claims/{stage.received(who, missing=0)['claim_id']}"


def closed(stage: Stage, who: Caller, *, remaining: int = 1) -> str:
    """The path of a claim that was closed with some ribbons remaining of two."""
    path = holding(stage, who)
    line = {"design_id": stage.world.design, "handed_out": 2 - remaining, "remaining": remaining, "lost": 0}
    who.post(f"{path}/close", {"lines": [line]})
    return path


def handed_out(stage: Stage, path: str) -> int:
    subject = path.removeprefix("/claims/")
    moves = stage.world.coordinator.get(f"/stock/moves?subject=claim:{subject}&limit=100")["items"]
    return sum(move["quantity"] for move in moves if move["reason"] == "hand_out")


def test_the_same_hand_out_counts_once_also_after_its_key_is_forgotten(stage: Stage) -> None:
    who = stage.champion()
    path = holding(stage, who)
    new = entry(design_id=stage.world.design, quantity=1)
    first = who.post(f"{path}/hand-outs", new, status=201)
    with frozen(utcnow() + KEPT + timedelta(hours=1)):
        assert who.post(f"{path}/hand-outs", new, status=201) == first
    assert handed_out(stage, path) == 1


def test_a_field_that_a_later_release_adds_makes_no_other_entry_of_one_of_today() -> None:
    class Today(EntryIn):
        quantity: int
        note: str = ""

    class Tomorrow(Today):
        mood: str = "good"

    sent = entry(quantity=2)
    assert entry_hash(Today, **sent) == entry_hash(Tomorrow, **sent)
    assert entry_hash(Today, **sent) != entry_hash(Today, **{**sent, "note": "x"})


def entry_hash(model: type[EntryIn], **sent: object) -> str:
    return _hash({"claim_id": 1, "body": model.model_validate(sent)})


def test_an_entry_that_was_undone_since_is_answered_as_it_stands_now_and_not_done_again(stage: Stage) -> None:
    who = stage.champion()
    path = holding(stage, who)
    new = entry(design_id=stage.world.design, quantity=1)
    first = who.post(f"{path}/hand-outs", new, status=201)
    reversal = stage.world.coordinator.post(f"/stock/moves/{first['id']}/reverse", status=201)
    again = who.post(f"{path}/hand-outs", new, status=201)
    assert again["id"] == first["id"]
    assert (first["reversed_by_id"], again["reversed_by_id"]) == (None, reversal["id"])
    assert handed_out(stage, path) == 1


@pytest.mark.parametrize(("ago", "days_ago"), [(0, None), (24 * 3600, 1), (9_999_999_999, 2)])
def test_what_a_phone_sends_later_has_its_day_and_a_wrong_clock_leads_not_out_of_the_conference(
    stage: Stage, ago: int, days_ago: int | None
) -> None:
    who, world = stage.champion(), stage.world
    claim = world.deputized(world.conference(starts_in=-2, days=4, timezone="UTC", name=f"{ago}"), who)
    world.received(claim, who, quantity=2)
    path, own = f"/claims/{claim['id']}", {"design_id": world.design, "quantity": 1}
    on = None if days_ago is None else str(utcnow().date() - timedelta(days=days_ago))
    new = entry(**own, seconds_ago=ago)
    made = who.post(f"{path}/hand-outs", new, status=201)
    assert made["happened_on"] == on
    assert who.post(f"{path}/hand-outs", {**new, "seconds_ago": ago + 99}, status=201 if ago < 10**9 else 422)
    who.post(f"{path}/close", {"lines": [{"design_id": world.design, "handed_out": 1, "remaining": 1}]})
    late = who.post(f"{path}/hand-outs", entry(**own, seconds_ago=ago), status=202)
    world.coordinator.post(f"/late-entries/{late['id']}/book")
    booked = world.coordinator.get(f"/stock/moves?subject=claim:{claim['id']}&reason=hand_out")["items"]
    assert [move["happened_on"] for move in booked] == [on, on]


@pytest.mark.parametrize("other", ["quantity", "person"])
def test_an_id_stands_for_one_entry_alone(stage: Stage, other: str) -> None:
    who = stage.champion()
    path = holding(stage, who)
    new = entry(design_id=stage.world.design, quantity=1)
    who.post(f"{path}/hand-outs", new, status=201)
    sender = stage.world.coordinator if other == "person" else who
    before = contents(stage.world.database)["move"]
    body = {**new, "quantity": 2} if other == "quantity" else new
    refused = sender.post(f"{path}/hand-outs", body, status=422)
    assert refused["type"] == "/problems/entry-reused"
    assert refused["errors"][0]["pointer"] == "#/entry_id"
    assert contents(stage.world.database)["move"] == before


def test_an_entry_that_was_refused_may_succeed_under_the_same_id(stage: Stage) -> None:
    who = stage.champion()
    path = holding(stage, who)
    new = entry(design_id=stage.world.design, quantity=3)
    who.post(f"{path}/hand-outs", new, status=409)
    who.post(f"{path}/hand-outs", {**new, "quantity": 2}, status=201)


def test_a_receipt_of_nothing_a_close_out_and_a_meetup_count_once_too(stage: Stage) -> None:
    who = stage.champion()
    box = stage.sent(who)
    arrival = entry(lines=[{"line_id": box["lines"][0]["id"], "received": 0}])
    receive = f"/shipments/{box['id']}/receive"
    assert who.post(receive, arrival) == who.post(receive, arrival)
    claim = f"/claims/{box['claim_id']}"
    closing = entry(lines=[])
    assert who.post(f"{claim}/close", closing) == who.post(f"{claim}/close", closing)
    conference = who.get(claim)
    meeting = {**stage.new_meetup(conference["conference_id"], conference["starts_on"]), "entry_id": str(uuid4())}
    first = who.post("/meetups", meeting, status=201)
    assert who.post("/meetups", meeting, status=201)["id"] == first["id"]
    order = stage.order(placed=True)
    delivery = entry(lines=[{"line_id": order["lines"][0]["id"], "received": 1}])
    path = f"/purchase-orders/{order['id']}/receive"
    first, again = (stage.world.coordinator.post(path, delivery) for _ in range(2))
    assert first["lines"][0]["received"] == again["lines"][0]["received"] == 1


def test_what_comes_after_the_close_out_waits_and_is_booked_by_a_coordinator(stage: Stage) -> None:
    who, coordinator = stage.champion(), stage.world.coordinator
    path = closed(stage, who)
    new = entry(design_id=stage.world.design, quantity=1, note="in the last session")
    late = who.post(f"{path}/hand-outs", new, status=202)
    assert (late["status"], late["entry_id"]) == ("waiting", new["entry_id"])
    assert who.post(f"{path}/hand-outs", new, status=202) == late
    assert late["id"] in [waiting["id"] for waiting in coordinator.get("/todo")["late_entries"]]
    before = handed_out(stage, path)
    booked = coordinator.post(f"/late-entries/{late['id']}/book")
    assert booked["status"] == "booked"
    assert handed_out(stage, path) == before + 1
    move = who.post(f"{path}/hand-outs", new, status=201)
    assert (move["quantity"], move["reason"]) == (1, "hand_out")
    assert handed_out(stage, path) == before + 1
    coordinator.post(f"/late-entries/{late['id']}/book", status=409)
    assert late["id"] not in [waiting["id"] for waiting in coordinator.get("/todo")["late_entries"]]
    with stage.world.database.reading() as session:
        assert differences(session) == []


def test_a_late_entry_that_cannot_be_booked_yet_goes_on_waiting(stage: Stage) -> None:
    who, coordinator = stage.champion(), stage.world.coordinator
    path = closed(stage, who, remaining=0)
    late = who.post(f"{path}/hand-outs", entry(design_id=stage.world.design, quantity=1), status=202)
    assert coordinator.post(f"/late-entries/{late['id']}/book", status=409)["type"] == "/problems/out-of-stock"
    assert late["id"] in [waiting["id"] for waiting in coordinator.get("/todo")["late_entries"]]


def test_a_late_entry_that_is_dismissed_says_so_to_its_sender(stage: Stage) -> None:
    who, coordinator = stage.champion(), stage.world.coordinator
    path = closed(stage, who)
    new = entry(design_id=stage.world.design, quantity=1, note="never mind")
    late = who.post(f"{path}/hand-outs", new, status=202)
    coordinator.post(f"/late-entries/{late['id']}/dismiss")
    assert who.post(f"{path}/hand-outs", new, status=202)["status"] == "dismissed"
    assert not any("never mind" in str(row) for row in contents(stage.world.database)["late_entry"])


def test_a_meetup_after_the_claim_has_ended_waits_and_is_booked_as_its_recorders(stage: Stage) -> None:
    who, coordinator = stage.champion(), stage.world.coordinator
    claim = stage.deputized(who)
    coordinator.post(f"/claims/{claim['id']}/revoke")
    new = {**stage.new_meetup(claim["conference_id"], claim["starts_on"]), "entry_id": str(uuid4())}
    late = who.post("/meetups", new, status=202)
    assert late["status"] == "waiting"
    coordinator.post(f"/late-entries/{late['id']}/book")
    assert who.post("/meetups", new, status=201)["recorded_by"] == who.person_id


def test_without_an_id_what_comes_too_late_is_refused(stage: Stage) -> None:
    who = stage.champion()
    path = closed(stage, who)
    refused = who.post(f"{path}/hand-outs", {"design_id": stage.world.design, "quantity": 1}, status=409)
    assert refused["type"] == "/problems/too-late"


def test_what_waits_of_somebody_who_is_erased_is_forgotten(stage: Stage) -> None:
    who = stage.champion()
    late = stage.late_entry(who)
    with stage.world.database.transaction() as session:
        erase(session, person_id=who.person_id or 0)
    (row,) = [row for row in contents(stage.world.database)["late_entry"] if row[0] == late["id"]]
    assert "" in row
    assert late["id"] not in [waiting["id"] for waiting in stage.world.coordinator.get("/todo")["late_entries"]]
