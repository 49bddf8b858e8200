"""Shipments: from where to where and by whom, what is reserved and counted, and what the packing slip says."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.maintenance.verification import differences
from tests.support.reading import words
from tests.support.world import ADDRESS, DESIGN, Caller, Json, World, day


@pytest.fixture(autouse=True)
def books_agree(world: World) -> Iterator[None]:
    """After each test, what is kept beside the ledger is what its moves say."""
    yield
    with world.database.reading() as session:
        assert differences(session) == []


@pytest.fixture
def claim(world: World) -> Json:
    """Ana's, deputized."""
    return world.deputized(world.conference())


def draft(
    world: World, who: Caller, source: int, target: int, quantity: int = 10, *, status: int = 201, **fields: Any
) -> Json:
    lines = [{"design_id": world.design, "quantity": quantity}]
    new = {"source_id": source, "target_id": target, "lines": lines, **fields}
    shipment: Json = who.post("/shipments", new, status=status)
    return shipment


def step(world: World, shipment: Json, *verbs: str, who: Caller | None = None) -> Json:
    """The shipment after these verbs of a coordinator's, or of somebody else's."""
    for verb in verbs:
        body = {"carrier": "USPS", "tracking_number": "9400"} if verb == "send" else {}
        shipment = (who or world.coordinator).post(f"/shipments/{shipment['id']}/{verb}", body)
    return shipment


def counted(shipment: Json, *received: int) -> Json:
    entries = zip(shipment["lines"], received, strict=True)
    return {"lines": [{"line_id": line["id"], "received": number} for line, number in entries]}


def at(world: World, kind: str) -> int:
    """Ribbons of the design at all locations of a kind."""
    return sum(level["on_hand"] for level in world.coordinator.get(f"/stock/levels?kind={kind}")["items"])


# From where to where


@pytest.mark.parametrize(("method", "way"), [("carrier", ["pack", "send", "deliver"]), ("hand", ["pack"])])
def test_ribbons_travel_between_depots(world: World, method: str, way: list[str]) -> None:
    shipment = step(world, draft(world, world.coordinator, world.depot, world.other_depot, 40, method=method), *way)
    assert (at(world, "packed"), at(world, "transit")) == ((0, 40) if method == "carrier" else (40, 0))
    received = world.coordinator.post(f"/shipments/{shipment['id']}/receive", counted(shipment, 40))
    assert (received["status"], received["received_on"]) == ("received", day(0).isoformat())
    assert (world.on_hand(world.depot), world.on_hand(world.other_depot)) == (460, 40)


def test_a_champion_gets_her_ribbons_and_sends_the_rest_back(world: World, claim: Json) -> None:
    shipment = world.received(claim)
    own = shipment["target_id"]
    assert world.on_hand(own) == 100
    back = step(world, draft(world, world.ana, own, world.other_depot, 25), "pack", "send", who=world.ana)
    world.coordinator.post(f"/shipments/{back['id']}/receive", counted(back, 25))
    assert (world.on_hand(own), world.on_hand(world.other_depot)) == (75, 25)


def test_a_coordinator_arranges_that_ribbons_are_passed_on_by_hand_and_by_hand_only(world: World, claim: Json) -> None:
    own = world.received(claim)["target_id"]
    hers = world.shipment(world.deputized(world.conference(name="The next"), world.bea), 1)["target_id"]
    draft(world, world.ana, own, hers, method="hand", status=403)
    draft(world, world.coordinator, own, hers, status=422)
    given = step(world, draft(world, world.coordinator, own, hers, method="hand"), "pack", who=world.ana)
    world.bea.post(f"/shipments/{given['id']}/receive", counted(given, 10))
    assert (world.on_hand(own), world.on_hand(hers)) == (90, 10)


def test_nobody_sends_what_is_not_hers_or_where_no_ribbons_can_be(world: World, claim: Json) -> None:
    draft(world, world.ana, world.depot, world.other_depot, status=403)
    lines = [{"design_id": world.design, "quantity": 1}]
    world.ana.post("/shipments", {"source_id": world.depot, "claim_id": claim["id"], "lines": lines}, status=403)
    refused: dict[str, Json] = {
        "#/source_id": {"source_id": world.vendor, "target_id": world.depot},
        "#/target_id": {"source_id": world.depot, "target_id": world.depot},
        "#/claim_id": {"source_id": world.depot, "claim_id": 999},
        "#/lines": {"source_id": world.depot, "target_id": world.other_depot, "lines": [{**lines[0], "design_id": 99}]},
    }
    for pointer, new in refused.items():
        problem = world.coordinator.post("/shipments", {"lines": lines, **new}, status=422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
    both = {"source_id": world.depot, "target_id": world.other_depot, "claim_id": claim["id"], "lines": lines}
    world.coordinator.post("/shipments", both, status=422)


def test_ribbons_for_a_claim_are_sent_only_while_it_is_deputized(world: World) -> None:
    claim = world.claim(world.conference())
    lines = [{"design_id": world.design, "quantity": 1}]
    new = {"source_id": world.depot, "claim_id": claim["id"], "lines": lines}
    assert world.coordinator.post("/shipments", new, status=409)["current_status"] == "requested"


# Packing and sending


def test_lines_of_one_design_are_added_up_before_stock_is_checked(world: World) -> None:
    red = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    count = {"location_id": world.depot, "lines": [{"design_id": red, "counted": 5}]}
    world.coordinator.post("/stock/counts", count, status=201)
    lines = [{"design_id": design, "quantity": number} for design, number in ((world.design, 300), (red, 5))]
    shipment = draft(world, world.coordinator, world.depot, world.other_depot, lines=[*lines, lines[0]])
    assert [(line["design_code"], line["quantity"]) for line in shipment["lines"]] == [("BLUE", 600), ("RED", 5)]
    problem = world.coordinator.post(f"/shipments/{shipment['id']}/pack", status=409)
    assert problem["type"] == "/problems/out-of-stock"
    assert (problem["on_hand"], problem["needed"]) == (500, 600)
    assert world.coordinator.get(f"/shipments/{shipment['id']}") == shipment
    levels = world.coordinator.get(f"/stock/levels?location_id={world.depot}")["items"]
    assert [level["on_hand"] for level in levels] == [500, 5]
    assert at(world, "packed") == 0


def test_a_carrier_needs_an_address_and_a_hand_does_not(world: World, claim: Json) -> None:
    world.ana.call("DELETE", "/me/address")
    shipment = world.shipment(claim)
    problem = world.coordinator.post(f"/shipments/{shipment['id']}/pack", status=422)
    assert [error["pointer"] for error in problem["errors"]] == ["#/target_id"]
    assert world.coordinator.get(f"/shipments/{shipment['id']}")["status"] == "draft"
    assert (world.on_hand(world.depot), at(world, "packed")) == (500, 0)
    assert step(world, world.shipment(claim, method="hand"), "pack")["status"] == "packed"


@pytest.mark.parametrize(("offset", "status"), [(2, 422), (1, 200), (0, 200), (-365, 200), (-366, 422)])
def test_a_box_was_sent_by_today(world: World, claim: Json, offset: int, status: int) -> None:
    shipment = step(world, world.shipment(claim), "pack")
    sending = {"carrier": "UPS", "shipped_on": day(offset).isoformat()}
    answer = world.coordinator.post(f"/shipments/{shipment['id']}/send", sending, status=status)
    if status == 422:
        assert [error["pointer"] for error in answer["errors"]] == ["#/shipped_on"]
        answer = world.coordinator.get(f"/shipments/{shipment['id']}")
    assert answer["status"] == ("in_transit" if status == 200 else "packed")
    assert answer["shipped_on"] == (day(offset).isoformat() if status == 200 else None)


def test_cancelling_puts_back_what_was_packed_and_losing_writes_it_off(world: World, claim: Json) -> None:
    step(world, world.shipment(claim, 30), "pack", "cancel")
    assert (world.on_hand(world.depot), at(world, "packed"), at(world, "loss")) == (500, 0, 0)
    lost = step(world, world.sent(claim, 30), "lose")
    assert [(line["received"], line["missing"]) for line in lost["lines"]] == [(0, 30)]
    assert (world.on_hand(world.depot), at(world, "transit"), at(world, "loss")) == (470, 0, 30)


# Counting what arrived


@pytest.mark.parametrize(("received", "missing"), [(100, 0), (98, 2), (0, 100)])
def test_what_is_not_counted_is_missing(world: World, claim: Json, received: int, missing: int) -> None:
    shipment = world.sent(claim)
    answer = world.ana.post(f"/shipments/{shipment['id']}/receive", counted(shipment, received))
    assert [(line["received"], line["missing"]) for line in answer["lines"]] == [(received, missing)]
    assert (world.on_hand(shipment["target_id"]), at(world, "transit"), at(world, "loss")) == (received, 0, missing)


@pytest.mark.parametrize(
    ("numbers", "lines", "pointer"),
    [
        ([101, 5], [0, 1], "#/lines/0/received"),
        ([100], [0], "#/lines"),
        ([100, 5, 5], [0, 1, 1], "#/lines/2/line_id"),
        ([100, 5, 1], [0, 1, None], "#/lines/2/line_id"),
    ],
    ids=["more than was sent", "a line left out", "a line twice", "a line of another box"],
)
def test_a_count_names_each_line_once_and_no_surplus(
    world: World, claim: Json, numbers: list[int], lines: list[int | None], pointer: str
) -> None:
    red = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    count = {"location_id": world.depot, "lines": [{"design_id": red, "counted": 5}]}
    world.coordinator.post("/stock/counts", count, status=201)
    both = [{"design_id": design, "quantity": number} for design, number in ((world.design, 100), (red, 5))]
    shipment = step(world, world.shipment(claim, lines=both), "pack", "send")
    ids = [999 if line is None else shipment["lines"][line]["id"] for line in lines]
    body = [{"line_id": line, "received": number} for line, number in zip(ids, numbers, strict=True)]
    problem = world.ana.post(f"/shipments/{shipment['id']}/receive", {"lines": body}, status=422)
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert world.ana.get(f"/shipments/{shipment['id']}") == shipment


@pytest.mark.parametrize("end", ["receive", "lose"])
def test_what_was_missing_may_turn_up_but_not_more(world: World, claim: Json, end: str) -> None:
    shipment = world.sent(claim, 10)
    path = f"/shipments/{shipment['id']}"
    found = {"lines": [{"line_id": shipment["lines"][0]["id"], "quantity_found": 4}]}
    assert world.ana.post(f"{path}/found", found, status=409)["current_status"] == "in_transit"
    if end == "lose":
        world.coordinator.post(f"{path}/lose")
    else:
        world.ana.post(f"{path}/receive", counted(shipment, 3))
    answer = world.ana.post(f"{path}/found", found)
    missing = 6 if end == "lose" else 3
    assert [(line["received"], line["missing"]) for line in answer["lines"]] == [(10 - missing, missing)]
    found["lines"][0]["quantity_found"] = missing + 1
    assert str(missing) in world.ana.post(f"{path}/found", found, status=422)["detail"]
    assert (world.on_hand(shipment["target_id"]), at(world, "loss")) == (10 - missing, missing)


# Who may do what


def test_the_sender_sends_and_the_receiver_counts(world: World, claim: Json) -> None:
    shipment = world.sent(claim, 10)
    path = f"/shipments/{shipment['id']}"
    for verb, body in (("pack", {}), ("send", {"carrier": "X"}), ("deliver", {}), ("lose", {}), ("cancel", {})):
        world.ana.post(f"{path}/{verb}", body, status=403)
        world.bea.post(f"{path}/{verb}", body, status=403 if verb in {"deliver", "lose"} else 404)
    world.bea.get(path, status=404)
    world.bea.post(f"{path}/receive", counted(shipment, 10), status=404)
    assert world.bea.get("/shipments")["items"] == []
    assert [each["id"] for each in world.ana.get("/shipments")["items"]] == [shipment["id"]]
    world.ana.post(f"{path}/receive", counted(shipment, 10))
    back = step(world, draft(world, world.ana, shipment["target_id"], world.depot), "pack", "send", who=world.ana)
    world.ana.post(f"/shipments/{back['id']}/receive", counted(back, 10), status=403)
    world.coordinator.post(f"/shipments/{back['id']}/receive", counted(back, 10))


# The packing slip


def slip(world: World, shipment: Json, who: Caller | None = None) -> str:
    response = (who or world.coordinator).call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
    return words(response.content)


def test_the_packing_slip_is_in_the_receivers_language_and_keeps_the_address_of_the_packing(world: World) -> None:
    world.ana.patch("/me", {"language": "es"}, version=world.ana.get("/me")["version"])
    world.ana.call("PUT", "/me/address", json={**ADDRESS, "recipient": "Ana Núñez Łukasz"})
    conference = world.conference(name="Congreso de Cardiología", city="Chicago")
    shipment = step(world, world.shipment(world.deputized(conference), 60), "pack")
    world.ana.call("PUT", "/me/address", json={**ADDRESS, "recipient": "Elsewhere", "line1": "9 New Road"})
    shipment = step(world, shipment, "send")
    text = slip(world, shipment)
    said = ("Lista de empaque", shipment["number"], "ANA NÚÑEZ ŁUKASZ", "123 W EXAMPLE ST", "Congreso de Cardiología")
    assert [words for words in (*said, "1 × 50 + 10", "USPS", "9400") if words not in text] == []
    assert "NEW ROAD" not in text
    assert slip(world, shipment, world.ana).count("ANA NÚÑEZ ŁUKASZ") == 1
    assert world.bea.call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf").status_code == 404


def test_the_packing_slip_of_an_english_speaker_is_english(world: World, claim: Json) -> None:
    assert "Packing slip" in slip(world, world.shipment(claim))


def test_a_champion_who_passes_ribbons_on_learns_no_address(world: World, claim: Json) -> None:
    own = world.received(claim)["target_id"]
    hers = world.shipment(world.deputized(world.conference(name="The next"), world.bea), 1)["target_id"]
    text = slip(world, draft(world, world.coordinator, own, hers, method="hand"), world.ana)
    assert "Bea" in text
    assert "EXAMPLE ST" not in text
