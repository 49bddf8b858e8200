"""Stock: moves and counts by hand, what can be taken back, and the designs and locations that moves are of."""

from collections.abc import Iterator

import pytest

from app.maintenance.verification import differences
from tests.support.world import ADDRESS, DESIGN, Json, World


@pytest.fixture(autouse=True)
def books_agree(world: World) -> Iterator[None]:
    """After each test, what is kept beside the ledger is what its moves say."""
    yield
    with world.database.reading() as session:
        assert differences(session) == []


def location(world: World, kind: str) -> int:
    """A location of this kind."""
    return int(world.coordinator.get(f"/locations?kind={kind}")["items"][0]["id"])


def move(world: World, source: int, target: int, quantity: int = 10, status: int = 201, **fields: str) -> Json:
    new = {"design_id": world.design, "source_id": source, "target_id": target, "quantity": quantity, **fields}
    answer: Json = world.coordinator.post("/stock/moves", new, status=status)
    return answer


def count(world: World, location: int, *counted: int, design: int | None = None, status: int = 201) -> Json:
    lines = [{"design_id": design or world.design, "counted": number} for number in counted]
    answer: Json = world.coordinator.post("/stock/counts", {"location_id": location, "lines": lines}, status=status)
    return answer


# Moves by hand


def test_ribbons_move_between_depots_and_champions_and_are_written_off(world: World) -> None:
    world.received(world.deputized(world.conference()))
    champion, loss = location(world, "champion"), location(world, "loss")
    ways = ((world.depot, world.other_depot), (world.other_depot, champion), (champion, world.depot), (champion, loss))
    for source, target in ways:
        assert move(world, source, target)["reason"] == "transfer"
    levels = [world.on_hand(location) for location in (world.depot, world.other_depot, champion, loss)]
    assert levels == [400, 0, 90, 10]


@pytest.mark.parametrize("kind", ["vendor", "packed", "transit", "conference", "adjustment", "loss"])
def test_ribbons_that_have_their_own_verbs_are_not_moved_by_hand(world: World, kind: str) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim)
    new = {"design_id": world.design, "quantity": 20}
    world.ana.post(f"/claims/{claim['id']}/hand-outs", new, status=201)
    problem = move(world, location(world, kind), world.depot, status=422)
    assert [error["pointer"] for error in problem["errors"]] == ["#/source_id"]
    if kind != "loss":
        problem = move(world, world.depot, location(world, kind), status=422)
        assert [error["pointer"] for error in problem["errors"]] == ["#/target_id"]


def test_a_move_that_cannot_be_is_refused_at_its_field(world: World) -> None:
    refused = {
        "#/target_id": (world.depot, world.depot, 1),
        "#/source_id": (999, world.depot, 1),
        "#/quantity": (world.depot, world.other_depot, 0),
    }
    for pointer, (source, target, quantity) in refused.items():
        problem = move(world, source, target, quantity, status=422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
    problem = move(world, world.depot, world.other_depot, 501, status=409)
    assert (problem["type"], problem["on_hand"], problem["needed"]) == ("/problems/out-of-stock", 500, 501)
    assert world.on_hand(world.depot) == 500


def test_a_reference_is_used_once(world: World) -> None:
    first = move(world, world.depot, world.other_depot, reference="van-1")
    problem = move(world, world.depot, world.other_depot, 20, reference="van-1", status=409)
    assert (problem["move_id"], problem["errors"][0]["pointer"]) == (first["id"], "#/reference")
    assert world.on_hand(world.other_depot) == 10


# Counts


@pytest.mark.parametrize(
    ("counted", "moved"), [(510, [(10, True)]), (480, [(20, False)]), (500, []), (0, [(500, False)])]
)
def test_a_count_posts_the_difference(world: World, counted: int, moved: list[tuple[int, bool]]) -> None:
    moves = count(world, world.depot, counted)["items"]
    assert [(each["quantity"], each["target_id"] == world.depot) for each in moves] == moved
    assert {each["reason"] for each in moves} <= {"count"}
    assert world.on_hand(world.depot) == counted


def test_only_depots_and_champions_are_counted_each_design_once(world: World) -> None:
    for kind in ("vendor", "packed", "transit", "loss", "adjustment"):
        problem = count(world, location(world, kind), 1, status=422)
        assert problem["errors"][0]["pointer"] == "#/location_id"
    assert count(world, world.depot, 1, 2, status=422)["errors"][0]["pointer"] == "#/lines"
    assert count(world, world.depot, 1, design=999, status=422)["errors"][0]["pointer"] == "#/lines"
    count(world, 999, 1, status=422)
    assert world.on_hand(world.depot) == 500


# Taking back


def test_a_move_is_taken_back_once_by_a_move_that_is_linked_to_it(world: World) -> None:
    original = move(world, world.depot, world.other_depot)
    back = world.coordinator.post(f"/stock/moves/{original['id']}/reverse", {"note": "wrong depot"}, status=201)
    assert (back["reverses_id"], back["reason"], back["note"]) == (original["id"], "reversal", "wrong depot")
    assert (world.on_hand(world.depot), world.on_hand(world.other_depot)) == (500, 0)
    for again in (original, back):
        world.coordinator.post(f"/stock/moves/{again['id']}/reverse", status=409)
    world.coordinator.post("/stock/moves/999/reverse", status=404)
    assert world.on_hand(world.depot) == 500


def test_a_count_is_taken_back_and_what_has_moved_on_is_not(world: World) -> None:
    counted = count(world, world.depot, 510)["items"][0]
    world.coordinator.post(f"/stock/moves/{counted['id']}/reverse", status=201)
    moved = move(world, world.depot, world.other_depot)
    move(world, world.other_depot, world.depot)
    problem = world.coordinator.post(f"/stock/moves/{moved['id']}/reverse", status=409)
    assert (problem["type"], problem["on_hand"], problem["needed"]) == ("/problems/out-of-stock", 0, 10)


def reverse(world: World, move: Json, status: int = 201) -> Json:
    answer: Json = world.coordinator.post(f"/stock/moves/{move['id']}/reverse", status=status)
    return answer


def correct(world: World, move: Json, quantity: int, status: int = 201) -> Json:
    answer: Json = world.coordinator.post(f"/stock/moves/{move['id']}/correct", {"quantity": quantity}, status=status)
    return answer


def test_a_transfer_between_two_of_whom_one_was_counted_is_corrected_for_the_other(world: World) -> None:
    given, taken = (move(world, world.depot, world.other_depot, 20) for _ in range(2))  # It was 2 each time.
    count(world, world.other_depot, 4)
    assert reverse(world, given, status=409)["location_ids"] == [world.other_depot]
    correct(world, given, 2)
    assert (world.on_hand(world.depot), world.on_hand(world.other_depot)) == (478, 4)
    count(world, world.depot, 496)
    assert reverse(world, taken, status=409)["location_ids"] == sorted([world.depot, world.other_depot])
    assert "both ends" in correct(world, taken, 2, status=409)["detail"]
    assert (world.on_hand(world.depot), world.on_hand(world.other_depot)) == (496, 4)


def test_what_was_written_off_before_a_count_is_corrected_and_the_count_stays(world: World) -> None:
    loss = location(world, "loss")
    written_off = move(world, world.depot, loss, 30)  # It was 3.
    count(world, world.depot, 497)
    reverse(world, written_off, status=409)
    correct(world, written_off, 3)
    assert (world.on_hand(world.depot), world.on_hand(loss)) == (497, 3)


def test_a_count_is_no_matter_of_other_designs_and_locations(world: World) -> None:
    other = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    moved = move(world, world.depot, world.other_depot)
    count(world, world.depot, 0, design=other)
    reverse(world, moved)
    assert world.on_hand(world.depot) == 500


def test_half_of_a_step_is_not_taken_back(world: World) -> None:
    claim = world.deputized(world.conference())
    world.coordinator.post(f"/shipments/{world.shipment(claim, 5)['id']}/cancel")
    cancelled = world.shipment(claim, 5)
    for verb in ("pack", "cancel"):
        world.coordinator.post(f"/shipments/{cancelled['id']}/{verb}")
    shipment = world.received(claim, missing=3)
    found = {"lines": [{"line_id": shipment["lines"][0]["id"], "quantity_found": 1}]}
    world.ana.post(f"/shipments/{shipment['id']}/found", found)
    world.coordinator.post(f"/shipments/{world.sent(claim, 5)['id']}/lose")
    moves = world.coordinator.get("/stock/moves")["items"]
    reasons = {"purchase", "pack", "unpack", "send", "receive", "missing", "found", "lost"}
    assert {each["reason"] for each in moves} == reasons
    for each in moves:
        problem = world.coordinator.post(f"/stock/moves/{each['id']}/reverse", status=409)
        assert problem["reversible"] == ["count", "hand_out", "transfer"]
    assert world.coordinator.get("/stock/moves")["items"] == moves


# What a champion sees


def test_a_champion_sees_her_own_levels_and_moves_and_changes_no_other(world: World) -> None:
    assert (world.ana.get("/stock/levels")["items"], world.ana.get("/stock/moves")["items"]) == ([], [])
    shipment = world.received(world.deputized(world.conference()), missing=2)
    world.received(world.deputized(world.conference(name="Hers"), world.bea), world.bea, quantity=7)
    own = shipment["target_id"]
    assert [(each["location_id"], each["on_hand"]) for each in world.ana.get("/stock/levels")["items"]] == [(own, 98)]
    assert [(each["reason"], each["quantity"]) for each in world.ana.get("/stock/moves")["items"]] == [("receive", 98)]
    assert world.ana.get(f"/stock/levels?location_id={world.depot}")["items"] == []
    assert world.ana.get(f"/stock/moves?location_id={world.depot}")["items"] == []
    new = {"design_id": world.design, "source_id": own, "target_id": world.depot, "quantity": 1}
    world.ana.post("/stock/moves", new, status=403)
    counted = {"location_id": world.depot, "lines": [{"design_id": world.design, "counted": 1}]}
    world.ana.post("/stock/counts", counted, status=422)
    listed = world.ana.get("/locations")["items"]
    assert [each["id"] for each in listed] == [world.depot, world.other_depot, own]
    assert all(each["address"] is None for each in listed)
    world.anyone.get("/stock/levels", status=401)


def test_the_ledger_is_filtered_by_design_place_and_subject(world: World) -> None:
    shipment = world.sent(world.deputized(world.conference()))
    red = world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"]
    count(world, world.other_depot, 4, design=red)
    lists = {
        f"subject=shipment:{shipment['id']}": ["send", "pack"],
        f"location_id={world.depot}": ["pack", "purchase"],
        f"design_id={red}": ["count"],
        f"design_id={red}&location_id={world.depot}": [],
    }
    for query, reasons in lists.items():
        assert [each["reason"] for each in world.coordinator.get(f"/stock/moves?{query}")["items"]] == reasons
    world.coordinator.get("/stock/moves?subject=box:1", status=422)


# Designs


def test_a_design_has_a_code_of_its_own_and_a_text_that_can_be_printed(world: World) -> None:
    assert world.coordinator.post("/designs", DESIGN, status=409)["errors"][0]["pointer"] == "#/code"
    for text in ("#你好", "W" * 60):
        problem = world.coordinator.post("/designs", {**DESIGN, "code": "NEW", "text": text}, status=422)
        assert problem["type"] == "/problems/unprintable"
    for change in ({"code": "blue"}, {"ribbon_color": "blue"}, {"width_mm": 5}, {"pack_size": 0}, {"currency": "$"}):
        problem = world.coordinator.post("/designs", {**DESIGN, "code": "NEW", **change}, status=422)
        assert [error["pointer"] for error in problem["errors"]] == [f"#/{next(iter(change))}"]
    world.ana.post("/designs", {**DESIGN, "code": "NEW"}, status=403)
    assert [each["code"] for each in world.ana.get("/designs")["items"]] == ["BLUE"]
    accented = {**DESIGN, "code": "NEW", "text": "#MédicasÑandú"}
    assert world.coordinator.post("/designs", accented, status=201)["text"] == "#MédicasÑandú"


def test_an_edit_of_a_design_leaves_what_is_printed_on_it(world: World) -> None:
    path = f"/designs/{world.design}"
    before = world.coordinator.get(path)
    changes = {"pack_size": 25, "unit_cost_cents": 0, "reorder_point": 7, "active": False}
    assert world.coordinator.patch(path, changes, version=1) == {**before, **changes, "version": 2}
    world.coordinator.patch(path, {"pack_size": 50}, version=1, status=412)
    for change in ({"code": "OTHER"}, {"active": None}, {"pack_size": 0}):
        world.coordinator.patch(path, change, version=2, status=422)
    world.coordinator.patch(path, {"text": "#Other"}, version=2, status=409)
    world.ana.patch(path, {"active": True}, version=2, status=403)


# Locations


def test_a_location_has_an_address_that_the_post_delivers_to(world: World) -> None:
    typed = {**ADDRESS, "postal_code": "60611 1234", "city": "  Chicago "}
    new = {"kind": "depot", "name": "North", "address": typed}
    created = world.coordinator.post("/locations", new, status=201)
    assert (created["address"]["postal_code"], created["address"]["city"]) == ("60611-1234", "Chicago")
    assert world.coordinator.get(f"/locations/{created['id']}") == created
    assert world.coordinator.post("/locations", {"kind": "vendor", "name": "Bare"}, status=201)["address"] is None
    before = world.coordinator.get("/locations")
    for field, value in (
        ("postal_code", "02108"),
        ("state", "US-XX"),
        ("line1", ""),
        ("country", "ZZ"),
        ("phone", "x"),
    ):
        bad = {**new, "address": {**ADDRESS, field: value}}
        assert field in world.coordinator.post("/locations", bad, status=422)["errors"][0]["pointer"]
    world.coordinator.post("/locations", {"kind": "transit", "name": "Another"}, status=422)
    assert world.coordinator.get("/locations") == before
