"""Depots and vendors are renamed, moved, closed and opened again; champions choose by city and state."""

from tests.support.world import ADDRESS, Json, World


def patch(world: World, location: int, changes: Json, status: int = 200) -> Json:
    version = world.coordinator.get(f"/locations/{location}")["version"]
    answer: Json = world.coordinator.patch(f"/locations/{location}", changes, version=version, status=status)
    return answer


def test_a_depot_is_renamed_and_moved_and_a_box_goes_where_it_is_then(world: World) -> None:
    there = {**ADDRESS, "recipient": "Depot", "line1": "9 New Street", "city": "Evanston", "postal_code": "60201"}
    moved = patch(world, world.depot, {"name": "Evanston depot", "address": there})
    assert (moved["name"], moved["city"], moved["address"]["line1"]) == ("Evanston depot", "Evanston", "9 New Street")
    world.coordinator.patch(f"/locations/{world.depot}", {"name": "Late"}, version=1, status=412)
    world.ana.patch(f"/locations/{world.depot}", {"name": "Mine"}, version=2, status=403)
    wrong = patch(world, world.depot, {"address": {**there, "postal_code": "1"}}, status=422)
    assert wrong["errors"][0]["pointer"] == "#/address/postal_code"
    assert patch(world, world.depot, {"address": None})["address"] is None


def test_two_depots_of_one_name_are_refused_and_a_closed_one_leaves_its_name(world: World) -> None:
    new = {"kind": "depot", "name": "BOSTÓN  Depot"}
    refused = world.coordinator.post("/locations", {**new, "name": "bostón depot"}, status=409)
    assert refused["errors"][0]["pointer"] == "#/name"
    assert patch(world, world.depot, {"name": "boston DEPOT"}, status=409)["errors"][0]["pointer"] == "#/name"
    vendor = world.coordinator.post("/locations", {"kind": "vendor", "name": "Boston depot"}, status=201)
    assert vendor["kind"] == "vendor", "another kind is another thing"
    assert patch(world, world.other_depot, {"active": False})["active"] is False
    second = world.coordinator.post("/locations", {**new, "name": "Boston depot"}, status=201)
    patch(world, world.other_depot, {"active": True}, status=409)
    patch(world, second["id"], {"active": False})
    assert patch(world, world.other_depot, {"active": True})["active"] is True


def test_a_depot_is_closed_once_nothing_is_there_or_on_its_way(world: World) -> None:
    assert patch(world, world.depot, {"active": False}, status=409)["on_hand"] == 500
    lines = [{"design_id": world.design, "quantity": 500}]
    box = {"source_id": world.depot, "target_id": world.other_depot, "method": "hand", "lines": lines}
    box = world.coordinator.post("/shipments", box, status=201)
    world.coordinator.post(f"/shipments/{box['id']}/pack")
    assert patch(world, world.depot, {"active": False}, status=409)["open"] == [box["number"]]
    come = {"lines": [{"line_id": box["lines"][0]["id"], "received": 500}]}
    world.coordinator.post(f"/shipments/{box['id']}/receive", come)
    order = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    order = world.coordinator.post("/purchase-orders", order, status=201)
    assert patch(world, world.depot, {"active": False}, status=409)["open"] == [order["number"]]
    world.coordinator.post(f"/purchase-orders/{order['id']}/cancel")
    patch(world, world.depot, {"active": False})
    back = {"design_id": world.design, "source_id": world.other_depot, "target_id": world.depot, "quantity": 1}
    world.coordinator.post("/stock/moves", back, status=422)
    assert [depot["name"] for depot in world.ana.get("/locations?kind=depot")["items"]] == ["Boston depot"]


def test_champions_choose_a_depot_by_city_and_state_and_never_see_the_street(world: World) -> None:
    answer = world.ana.call("GET", "/locations?kind=depot")
    assert {(depot["city"], depot["state"]) for depot in answer.json()["items"]} == {("Chicago", "US-IL")}
    assert ADDRESS["line1"] not in answer.text
    assert ADDRESS["postal_code"] not in answer.text
