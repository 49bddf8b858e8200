"""Hand-outs, and the final account of a claim: it balances for each design, and what is left stays hers."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.clock import frozen
from app.maintenance.verification import differences
from tests.support.rules import RULES
from tests.support.world import DESIGN, Json, World

HAD = 100


@pytest.fixture
def claim(world: World) -> Json:
    """Ana's, deputized for a conference that begins today; she holds 100 ribbons."""
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim, quantity=HAD)
    return claim


@pytest.fixture(autouse=True)
def books_agree(world: World) -> Iterator[None]:
    """After each test, what is kept beside the ledger is what its moves say."""
    yield
    with world.database.reading() as session:
        assert differences(session) == []


def own_stock(world: World) -> int:
    """The location of Ana's own ribbons."""
    found = [
        location for location in world.coordinator.get("/locations?kind=champion")["items"] if location["name"] == "Ana"
    ]
    return int(found[0]["id"])


def hand_out(world: World, claim: Json, quantity: int, status: int = 201) -> Json:
    new = {"design_id": world.design, "quantity": quantity}
    answer: Json = world.ana.post(f"/claims/{claim['id']}/hand-outs", new, status=status)
    return answer


def line(design: int, handed_out: int, remaining: int, lost: int = 0) -> Json:
    return {"design_id": design, "handed_out": handed_out, "remaining": remaining, "lost": lost}


def close(world: World, claim: Json, *lines: Json, status: int = 200) -> Json:
    answer: Json = world.ana.post(f"/claims/{claim['id']}/close", {"lines": list(lines)}, status=status)
    return answer


def midnight(conference: Json, plus_days: int) -> datetime:
    first = date.fromisoformat(conference["starts_on"]) + timedelta(days=plus_days)
    return datetime.combine(first, time(), ZoneInfo(conference["timezone"]))


# Hand-outs


@pytest.mark.parametrize(
    ("status", "allowed", "ways"),
    [
        ("requested", ["declined", "deputized", "withdrawn"], []),
        ("declined", [], ["decline"]),
        ("withdrawn", [], ["withdraw"]),
        ("revoked", [], ["deputize", "revoke"]),
        ("closed", [], ["deputize", "close"]),
    ],
)
def test_ribbons_are_handed_out_only_while_she_is_deputized(
    world: World, status: str, allowed: list[str], ways: list[str]
) -> None:
    claim = world.claim(world.conference(starts_in=0, timezone="UTC"))
    for verb in ways:
        who = world.ana if verb in {"withdraw", "close"} else world.coordinator
        who.post(f"/claims/{claim['id']}/{verb}")
    problem = hand_out(world, claim, 1, status=409)
    assert (problem["current_status"], problem["allowed"]) == (status, allowed)


@pytest.mark.parametrize(("verb", "days"), [("hand-outs", -RULES.hand_out_days_before), ("close", 0)])
def test_hand_outs_and_the_account_begin_on_a_day_where_the_conference_is(world: World, verb: str, days: int) -> None:
    conference = world.conference(starts_in=30)
    claim = world.deputized(conference)
    world.received(claim)
    bodies = {
        "hand-outs": {"design_id": world.design, "quantity": 1},
        "close": {"lines": [line(world.design, 0, HAD)]},
    }
    opens = midnight(conference, days)
    with frozen(opens - timedelta(seconds=1)):
        problem = world.ana.post(f"/claims/{claim['id']}/{verb}", bodies[verb], status=409)
    assert problem["opens_on"] == opens.date().isoformat()
    assert world.ana.get(f"/claims/{claim['id']}")["status"] == "deputized"
    with frozen(opens):
        world.ana.post(f"/claims/{claim['id']}/{verb}", bodies[verb], status=201 if verb == "hand-outs" else 200)


def test_nobody_hands_out_more_than_she_has(world: World, claim: Json) -> None:
    hand_out(world, claim, 30)
    problem = hand_out(world, claim, 71, status=409)
    assert problem["type"] == "/problems/out-of-stock"
    assert (problem["on_hand"], problem["needed"]) == (70, 71)
    move = hand_out(world, claim, 70)
    assert (move["reason"], move["subject"]) == ("hand_out", f"claim:{claim['id']}")
    assert (world.on_hand(move["source_id"]), world.on_hand(move["target_id"])) == (0, 100)


def test_a_hand_out_is_hers_or_a_coordinators_to_book_and_of_known_ribbons(world: World, claim: Json) -> None:
    path, new = f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 1}
    world.bea.post(path, new, status=404)
    world.coordinator.post(path, new, status=201)
    world.ana.post(path, {**new, "design_id": 999}, status=422)
    world.ana.post(path, {**new, "quantity": 0}, status=422)


def test_a_coordinator_takes_a_hand_out_back_and_the_claim_is_closed_with_less(world: World, claim: Json) -> None:
    wrong, right = hand_out(world, claim, 60), hand_out(world, claim, 20)
    close(world, claim, line(world.design, 20, 80), status=422)
    world.ana.post(f"/stock/moves/{wrong['id']}/reverse", status=403)
    back = world.coordinator.post(f"/stock/moves/{wrong['id']}/reverse", {"note": "booked twice"}, status=201)
    assert (back["reverses_id"], back["subject"], back["quantity"]) == (wrong["id"], f"claim:{claim['id']}", 60)
    assert close(world, claim, line(world.design, 20, 80))["status"] == "closed"
    assert (world.on_hand(right["source_id"]), world.on_hand(right["target_id"])) == (80, 20)


# Corrections


def count_hers(world: World, counted: int) -> list[Json]:
    """Counts what Ana holds; returns the moves that it took."""
    lines = [{"design_id": world.design, "counted": counted}]
    taken: list[Json] = world.coordinator.post(
        "/stock/counts", {"location_id": own_stock(world), "lines": lines}, status=201
    )["items"]
    return taken


def reverse(world: World, move: Json, status: int = 201) -> Json:
    answer: Json = world.coordinator.post(f"/stock/moves/{move['id']}/reverse", status=status)
    return answer


def correct(world: World, move: Json, quantity: int, status: int = 201) -> Json:
    path, body = f"/stock/moves/{move['id']}/correct", {"quantity": quantity, "note": "read wrongly"}
    answer: Json = world.coordinator.post(path, body, status=status)
    return answer


def figures(world: World, move: Json) -> tuple[int, int, int]:
    """What she holds, what is worn at the conference, and what coverage says is worn."""
    worn = world.coordinator.get("/coverage")["ribbons"]["handed_out"]
    return world.on_hand(own_stock(world)), world.on_hand(move["target_id"]), worn


def test_a_hand_out_that_a_count_has_settled_is_corrected_and_what_was_counted_stays(world: World, claim: Json) -> None:
    hand_out(world, claim, 47)
    wrong = hand_out(world, claim, 20)  # It was 2.
    assert count_hers(world, 51)[0]["quantity"] == 18
    problem = reverse(world, wrong, status=409)
    assert "Correct the move" in problem["detail"]
    assert problem["location_ids"] == [own_stock(world)]
    assert figures(world, wrong) == (51, 67, 67)

    right = correct(world, wrong, 2)
    assert (right["reason"], right["quantity"], right["reverses_id"]) == ("correction", 18, wrong["id"])
    assert (right["source_id"], right["subject"]) == (wrong["target_id"], f"claim:{claim['id']}")
    assert figures(world, wrong) == (51, 49, 49)
    close(world, claim, line(world.design, 49, 51))


def test_a_count_that_agrees_with_the_books_settles_them_too(world: World, claim: Json) -> None:
    booked = hand_out(world, claim, 20)
    assert count_hers(world, 80) == []
    reverse(world, booked, status=409)
    later = hand_out(world, claim, 5)
    reverse(world, later)
    assert figures(world, booked) == (80, 20, 20)


def test_what_remains_by_the_final_account_is_counted(world: World, claim: Json) -> None:
    booked = hand_out(world, claim, 20)
    closed = close(world, claim, line(world.design, 30, 65, 5))
    hand_outs = world.coordinator.get(f"/stock/moves?subject=claim:{claim['id']}")["items"]
    for move in hand_outs:
        if move["reason"] == "hand_out":
            reverse(world, move, status=409)
    correct(world, booked, 2)
    assert figures(world, booked) == (65, 12, 12)
    # The account says what was said on that day; what is worn is said by the ledger.
    assert world.coordinator.get(f"/claims/{claim['id']}")["close_out"] == closed["close_out"]


def test_a_correction_goes_both_ways_and_is_corrected_itself(world: World, claim: Json) -> None:
    short = hand_out(world, claim, 2)  # It was 20.
    count_hers(world, 80)
    more = correct(world, short, 200)  # Neither was it 200.
    assert figures(world, short) == (80, 200, 200)
    correct(world, short, 20, status=409)
    reverse(world, more, status=409)
    correct(world, more, 18)
    assert figures(world, short) == (80, 20, 20)


def test_without_a_count_a_correction_goes_back_to_where_the_ribbons_came_from(world: World, claim: Json) -> None:
    wrong = hand_out(world, claim, 20)
    assert correct(world, wrong, 20, status=422)["errors"][0]["pointer"] == "#/quantity"
    world.ana.post(f"/stock/moves/{wrong['id']}/correct", {"quantity": 2}, status=403)
    correct(world, wrong, 2)
    assert figures(world, wrong) == (98, 2, 2)
    reverse(world, wrong, status=409)
    close(world, claim, line(world.design, 2, 98))


def test_a_count_that_is_taken_back_settles_nothing(world: World, claim: Json) -> None:
    booked = hand_out(world, claim, 20)
    first, second = count_hers(world, 51), count_hers(world, 61)
    assert "counted again" in reverse(world, first[0], status=409)["detail"]
    correct(world, first[0], 1, status=409)
    for counted in (second, first):
        reverse(world, counted[0])
    reverse(world, booked)
    assert figures(world, booked) == (100, 0, 0)


# The final account

WRONG: dict[str, tuple[Callable[[int, int], list[Json]], str, list[str]]] = {
    "too few": (lambda d, _: [line(d, 60, 30, 5)], "#/lines/0", ["95", "100", "60", "40"]),
    "too many": (lambda d, _: [line(d, 90, 11)], "#/lines/0", ["101", "100", "60", "40"]),
    "less handed out than was booked": (lambda d, _: [line(d, 59, 41)], "#/lines/0/handed_out", ["60"]),
    "a design is left out": (lambda _, __: [], "#/lines", ["100"]),
    "a design is named twice": (lambda d, _: [line(d, 60, 40), line(d, 60, 40)], "#/lines", []),
    "a design that she never had": (lambda d, e: [line(d, 60, 40), line(e, 0, 1)], "#/lines/1", ["1", "0"]),
    "a design that is unknown": (lambda d, _: [line(d, 60, 40), line(999, 0, 0)], "#/lines", ["999"]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_account_that_is_off_is_refused_with_the_numbers(world: World, claim: Json, wrong: str) -> None:
    other = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    move = hand_out(world, claim, 60)
    lines, pointer, numbers = WRONG[wrong]
    problem = close(world, claim, *lines(world.design, other), status=422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert [number for number in numbers if number not in problem["detail"]] == []
    assert world.ana.get(f"/claims/{claim['id']}")["status"] == "deputized"
    assert world.on_hand(move["source_id"]) == 40


def test_each_design_has_its_own_account(world: World, claim: Json) -> None:
    red = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    world.coordinator.post(
        "/stock/counts", {"location_id": own_stock(world), "lines": [{"design_id": red, "counted": 7}]}, status=201
    )
    problem = close(world, claim, line(world.design, HAD, 0), status=422)
    assert "7" in problem["detail"]
    closed = close(world, claim, line(red, 0, 6, 1), line(world.design, HAD, 0))
    assert closed["close_out"] == [
        {**line(world.design, HAD, 0), "design_code": "BLUE"},
        {**line(red, 0, 6, 1), "design_code": "RED"},
    ]


def test_a_claim_without_ribbons_is_closed_without_lines(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    assert close(world, claim)["close_out"] == []


@pytest.mark.parametrize("reached", ["draft", "packed", "in_transit", "delivered"])
def test_a_claim_is_not_closed_while_a_box_is_under_way(world: World, claim: Json, reached: str) -> None:
    shipment = world.shipment(claim, 10)
    path = f"/shipments/{shipment['id']}"
    if reached != "draft":
        world.coordinator.post(f"{path}/pack")
    if reached in {"in_transit", "delivered"}:
        world.coordinator.post(f"{path}/send", {"carrier": "USPS"})
    if reached == "delivered":
        world.coordinator.post(f"{path}/deliver")
    problem = close(world, claim, line(world.design, 0, HAD), status=409)
    assert problem["shipments"] == [shipment["number"]]
    world.coordinator.post(f"{path}/{'cancel' if reached in {'draft', 'packed'} else 'lose'}")
    assert close(world, claim, line(world.design, 0, HAD))["status"] == "closed"


def test_the_account_is_the_champions_or_a_coordinators(world: World, claim: Json) -> None:
    body = {"lines": [line(world.design, 50, 50)]}
    world.bea.post(f"/claims/{claim['id']}/close", body, status=404)
    assert world.coordinator.post(f"/claims/{claim['id']}/close", body)["status"] == "closed"


def test_what_is_counted_so_far_is_told_to_the_champion_and_to_coordinators(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    path = f"/claims/{claim['id']}/account"
    assert world.ana.get(path)["lines"] == []
    world.received(claim, quantity=HAD)
    hand_out(world, claim, 30)
    move = hand_out(world, claim, 7)
    known = {"design_id": world.design, "design_code": DESIGN["code"]}
    expected = {"claim_id": claim["id"], "location_id": own_stock(world), "lines": [known | counts(37, 63)]}
    assert world.ana.get(path) == world.coordinator.get(path) == expected
    reverse(world, move)
    world.received(world.deputized(world.conference(starts_in=9)), quantity=20)
    assert world.ana.get(path)["lines"] == [known | counts(30, 90)]
    world.bea.get(path, status=404)


def counts(handed_out: int, on_hand: int) -> Json:
    return {"handed_out": handed_out, "on_hand": on_hand}


def test_a_closed_claim_is_final_after_hand_outs_too(world: World, claim: Json) -> None:
    close(world, claim, line(world.design, HAD, 0))
    problem = world.coordinator.post(f"/claims/{claim['id']}/revoke", status=409)
    assert (problem["current_status"], problem["allowed"]) == ("closed", [])


# What is left


def test_what_is_left_stays_hers_and_goes_back_to_a_depot(world: World, claim: Json) -> None:
    own = own_stock(world)
    close(world, claim, line(world.design, 70, 25, 5))
    assert world.on_hand(own) == 25
    lines = [{"design_id": world.design, "quantity": 25}]
    new = {"source_id": own, "target_id": world.depot, "lines": lines}
    path = f"/shipments/{world.ana.post('/shipments', new, status=201)['id']}"
    world.ana.post(f"{path}/pack")
    sent = world.ana.post(f"{path}/send", {"carrier": "USPS"})
    arrived = {"lines": [{"line_id": sent["lines"][0]["id"], "received": 25}]}
    world.ana.post(f"{path}/receive", arrived, status=403)
    world.coordinator.post(f"{path}/receive", arrived)
    assert (world.on_hand(own), world.on_hand(world.depot)) == (0, 425)


def test_what_is_left_goes_to_the_next_champion_by_hand(world: World, claim: Json) -> None:
    own = own_stock(world)
    close(world, claim, line(world.design, 70, 30))
    next_claim = world.deputized(world.conference(starts_in=20), world.bea)
    target = world.shipment(next_claim, 1)["target_id"]
    lines = [{"design_id": world.design, "quantity": 30}]
    new = {"source_id": own, "target_id": target, "method": "hand", "lines": lines}
    given = world.coordinator.post("/shipments", new, status=201)
    world.ana.post(f"/shipments/{given['id']}/pack")
    arrived = {"lines": [{"line_id": given["lines"][0]["id"], "received": 30}]}
    assert world.bea.post(f"/shipments/{given['id']}/receive", arrived)["status"] == "received"
    assert (world.on_hand(own), world.on_hand(target)) == (0, 30)


# What a champion does by herself


def test_a_champion_undoes_her_own_hand_out_until_the_final_count(world: World, claim: Json) -> None:
    wrong, right = hand_out(world, claim, 20), hand_out(world, claim, 2)
    path = f"/claims/{claim['id']}/hand-outs"
    world.bea.post(f"{path}/{wrong['id']}/undo", status=404)
    back = world.ana.post(f"{path}/{wrong['id']}/undo", {"note": "2, not 20"}, status=201)
    assert (back["reverses_id"], back["quantity"], figures(world, right)) == (wrong["id"], 20, (98, 2, 2))
    world.ana.post(f"{path}/{wrong['id']}/undo", status=409)
    for other in (back["id"], 1):  # what is no hand-out of hers
        world.ana.post(f"{path}/{other}/undo", status=404)
    close(world, claim, line(world.design, 2, 98))
    refused = world.ana.post(f"{path}/{right['id']}/undo", status=409)
    assert refused["current_status"] == "closed"


def test_a_champion_counts_her_own_stock_and_no_other(world: World, claim: Json) -> None:
    lines = [{"design_id": world.design, "counted": 97}]
    world.ana.post("/stock/counts", {"location_id": own_stock(world), "lines": lines}, status=201)
    assert world.on_hand(own_stock(world)) == 97
    for other in (world.depot, 999):
        refused = world.ana.post("/stock/counts", {"location_id": other, "lines": lines}, status=422)
        assert refused["errors"][0]["pointer"] == "#/location_id"
    world.bea.post("/stock/counts", {"location_id": own_stock(world), "lines": lines}, status=422)
    close(world, claim, line(world.design, 0, 97))


def test_which_design_was_handed_out_need_not_be_said_where_there_is_one(world: World, claim: Json) -> None:
    path = f"/claims/{claim['id']}/hand-outs"
    assert world.ana.post(path, {"quantity": 5}, status=201)["design_id"] == world.design
    red = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    counted = {"location_id": own_stock(world), "lines": [{"design_id": red, "counted": 7}]}
    world.ana.post("/stock/counts", counted, status=201)
    refused = world.ana.post(path, {"quantity": 5}, status=422)
    assert refused["errors"][0]["pointer"] == "#/design_id"


def test_champions_of_one_conference_learn_each_others_names_once_both_are_accepted(world: World, claim: Json) -> None:
    conference = world.coordinator.get(f"/conferences/{claim['conference_id']}")
    world.coordinator.patch(f"/conferences/{conference['id']}", {"champion_limit": 2}, version=conference["version"])
    other = world.claim(conference, world.bea)
    for who, mine in ((world.ana, claim), (world.bea, other)):
        assert who.get(f"/claims/{mine['id']}")["co_champions"] == []
    world.coordinator.post(f"/claims/{other['id']}/deputize")
    assert world.ana.get(f"/claims/{claim['id']}")["co_champions"] == ["Bea"]
    assert world.bea.get(f"/claims/{other['id']}")["co_champions"] == ["Ana"]
    world.bea.post(f"/claims/{other['id']}/withdraw")
    assert world.ana.get(f"/claims/{claim['id']}")["co_champions"] == []
