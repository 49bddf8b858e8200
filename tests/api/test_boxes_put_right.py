"""A box is put right: what is in a draft, by whom it went, where it goes; and it may come back."""

from typing import Any

import pytest

from app.maintenance.verification import differences
from tests.support.world import ADDRESS, Json, World

HOTEL = {**ADDRESS, "recipient": "Ana Núñez, guest", "organization": "Hotel of the congress", "line1": "1 Booth Way"}


@pytest.fixture
def claim(world: World) -> Json:
    return world.deputized(world.conference(starts_in=20))


def _agree(world: World) -> None:
    with world.database.reading() as session:
        assert differences(session) == []


def _levels(world: World) -> dict[str, int]:
    """Ribbons by the kind of place where they are."""
    kinds = {each["id"]: each["kind"] for each in world.coordinator.get("/locations?limit=100")["items"]}
    found: dict[str, int] = {}
    for level in world.coordinator.get("/stock/levels?limit=100")["items"]:
        kind = kinds.get(level["location_id"], "system")
        found[kind] = found.get(kind, 0) + level["on_hand"]
    return found


def _pointer(refused: Json) -> str:
    return str(refused["errors"][0]["pointer"])


def _claims_light(world: World, claim: Json) -> bool:
    return bool(world.coordinator.get(f"/claims/{claim['id']}")["shipped"])


def test_what_is_in_a_draft_can_be_changed_until_it_is_packed(world: World, claim: Json) -> None:
    box = world.shipment(claim, quantity=100)
    path = f"/shipments/{box['id']}"
    lines = [{"design_id": world.design, "quantity": 30}, {"design_id": world.design, "quantity": 5}]
    changed = world.coordinator.patch(
        path, {"lines": lines, "source_id": world.depot, "note": "for the booth"}, version=box["version"]
    )
    assert [each["quantity"] for each in changed["lines"]] == [35]
    assert (changed["note"], changed["version"]) == ("for the booth", box["version"] + 1)
    world.coordinator.patch(path, {"note": "x"}, version=box["version"], status=412)
    refused = world.coordinator.patch(path, {"carrier": "UPS"}, version=changed["version"], status=409)
    assert _pointer(refused) == "#/carrier"
    wrong = [{"design_id": 999, "quantity": 1}]
    world.coordinator.patch(path, {"lines": wrong}, version=changed["version"], status=422)
    same = {"source_id": changed["target_id"]}
    world.coordinator.patch(path, same, version=changed["version"], status=422)
    packed = world.coordinator.post(f"{path}/pack")
    refused = world.coordinator.patch(path, {"lines": lines}, version=packed["version"], status=409)
    assert (_pointer(refused), refused["current_status"]) == ("#/lines", "packed")
    _agree(world)


def test_carrier_and_tracking_number_are_corrected_and_a_number_on_two_boxes_is_warned_of(
    world: World, claim: Json
) -> None:
    first, second = world.sent(claim, 10), world.packed(claim, 10)
    number = "9400100000000000000000"
    path = f"/shipments/{first['id']}"
    changed = world.coordinator.patch(path, {"tracking_number": number, "carrier": "UPS"}, version=first["version"])
    assert (changed["carrier"], changed["tracking_number"], changed["same_tracking"]) == ("UPS", number, [])
    assert [each["id"] for each in world.coordinator.get("/shipments?carrier=ups")["items"]] == [first["id"]]
    sent = world.coordinator.post(f"/shipments/{second['id']}/send", {"carrier": "UPS", "tracking_number": number})
    assert sent["same_tracking"] == [first["id"]]
    assert world.coordinator.get(path)["same_tracking"] == [second["id"]]
    assert world.ana.get(path)["same_tracking"] == []
    future = world.coordinator.patch(path, {"shipped_on": "2999-01-01"}, version=changed["version"], status=422)
    assert "within the last year" in future["detail"]


@pytest.mark.parametrize("delivered", [False, True])
def test_a_box_that_comes_back_is_counted_by_its_sender_and_the_claim_waits_again(
    world: World, claim: Json, *, delivered: bool
) -> None:
    before = _levels(world)
    box = world.sent(claim, 100)
    path = f"/shipments/{box['id']}"
    if delivered:
        world.coordinator.post(f"{path}/deliver")
    assert _claims_light(world, claim)
    (line,) = box["lines"]
    world.ana.post(f"{path}/return", {"lines": [{"line_id": line["id"], "returned": 1}]}, status=403)
    too_many = world.coordinator.post(
        f"{path}/return", {"lines": [{"line_id": line["id"], "returned": 101}]}, status=422
    )
    assert _pointer(too_many) == "#/lines/0/returned"
    back = world.coordinator.post(f"{path}/return", {"lines": [{"line_id": line["id"], "returned": 97}], "note": "wet"})
    assert (back["status"], back["receipt_note"]) == ("returned", "wet")
    assert [(each["received"], each["returned"], each["missing"]) for each in back["lines"]] == [(0, 97, 3)]
    assert not _claims_light(world, claim)
    assert _levels(world)["depot"] == before["depot"] - 3
    world.coordinator.post(f"{path}/return", {"lines": [{"line_id": line["id"], "returned": 1}]}, status=409)
    world.ana.post(f"{path}/receive", {"lines": [{"line_id": line["id"], "received": 1}]}, status=409)
    assert world.coordinator.get("/coverage")["conferences"]["supplied"] == 0
    _agree(world)
    world.packed(claim, 50)
    _agree(world)


def test_a_box_goes_to_an_address_of_its_own_which_its_sender_sees_and_which_is_forgotten(
    world: World, claim: Json
) -> None:
    new = {"claim_id": claim["id"], "source_id": world.depot, "lines": [{"design_id": world.design, "quantity": 10}]}
    box = world.coordinator.post("/shipments", {**new, "address": HOTEL}, status=201)
    path = f"/shipments/{box['id']}"
    assert box["own_address"] is True
    world.coordinator.post(f"{path}/pack")
    assert world.coordinator.get(f"{path}/address")["line1"] == "1 Booth Way"
    world.ana.get(f"{path}/address", status=403)
    world.bea.get(f"{path}/address", status=404)
    assert world.ana.get("/me")["address"]["line1"] == ADDRESS["line1"]
    bad = world.coordinator.post("/shipments", {**new, "address": {**HOTEL, "postal_code": "x"}}, status=422)
    assert "postal_code" in str(bad)
    by_hand = {**new, "method": "hand", "address": HOTEL}
    assert _pointer(world.coordinator.post("/shipments", by_hand, status=422)) == "#/address"
    world.coordinator.post(f"{path}/address-on-file")
    assert world.coordinator.get(f"{path}/address")["line1"] == ADDRESS["line1"]


def test_who_gets_a_box_says_where_it_goes_while_it_is_a_draft(world: World, claim: Json) -> None:
    box = world.shipment(claim, quantity=10)
    path = f"/shipments/{box['id']}"

    def put(who: Any, status: int) -> None:
        assert who.call("PUT", f"{path}/address", json=HOTEL).status_code == status

    put(world.bea, 404)
    put(world.ana, 200)
    world.coordinator.post(f"{path}/pack")
    assert world.coordinator.get(f"{path}/address")["organization"] == "Hotel of the congress"
    put(world.ana, 409)
    put(world.coordinator, 200)
    world.coordinator.post(f"{path}/send", {"carrier": "USPS"})
    put(world.coordinator, 409)


def test_an_address_that_changes_after_packing_waits_for_a_coordinator(world: World, claim: Json) -> None:
    box = world.packed(claim, 10)
    assert world.coordinator.get("/todo")["addresses_changed"] == []
    moved = world.ana.call("PUT", "/me/address", json={**ADDRESS, "line1": "9 New Street"})
    assert moved.status_code == 200
    assert [each["id"] for each in world.coordinator.get("/todo")["addresses_changed"]] == [box["id"]]
    world.coordinator.post(f"/shipments/{box['id']}/address-on-file")
    assert world.coordinator.get("/todo")["addresses_changed"] == []
    assert world.coordinator.get(f"/shipments/{box['id']}/address")["line1"] == "9 New Street"
