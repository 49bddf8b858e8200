"""Purchase orders: what may be ordered, what has come, and the sheet for the vendor."""

from collections.abc import Iterator

import pytest

from app.maintenance.verification import differences
from tests.support.reading import words
from tests.support.world import DESIGN, Json, World


@pytest.fixture(autouse=True)
def books_agree(world: World) -> Iterator[None]:
    """After each test, what is kept beside the ledger is what its moves say."""
    yield
    with world.database.reading() as session:
        assert differences(session) == []


@pytest.fixture
def red(world: World) -> int:
    """A second design."""
    return int(world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"])


def order(world: World, *lines: Json, status: int = 201, **fields: int | str) -> Json:
    """The answer to a new order of these lines, or of 300 ribbons."""
    what = list(lines) or [{"design_id": world.design, "quantity": 300}]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": what, **fields}
    answer: Json = world.coordinator.post("/purchase-orders", new, status=status)
    return answer


def placed(world: World, *lines: Json) -> Json:
    answer: Json = world.coordinator.post(f"/purchase-orders/{order(world, *lines)['id']}/place")
    return answer


def receive(world: World, ordered: Json, *come: int, status: int = 200, **fields: bool) -> Json:
    """The answer to a delivery: so many of the first line, of the second, and so on."""
    lines = [{"line_id": line["id"], "received": n} for line, n in zip(ordered["lines"], come, strict=False)]
    path = f"/purchase-orders/{ordered['id']}/receive"
    answer: Json = world.coordinator.post(path, {"lines": lines, **fields}, status=status)
    return answer


def test_an_order_comes_in_several_deliveries(world: World, red: int) -> None:
    lines = {"design_id": world.design, "quantity": 300}, {"design_id": red, "quantity": 50, "unit_cost_cents": 0}
    ordered = placed(world, *lines)
    assert (ordered["status"], ordered["number"], ordered["placed_at"] is not None) == ("placed", "PO-0001", True)
    assert [line["unit_cost_cents"] for line in ordered["lines"]] == [DESIGN["unit_cost_cents"], 0]
    seen = []
    for come in ((100,), (200, 0), (0, 49), (0, 1)):
        answer = receive(world, ordered, *come)
        seen.append((answer["status"], [line["received"] for line in answer["lines"]]))
    assert seen == [
        ("partially_received", [100, 0]),
        ("partially_received", [300, 0]),
        ("partially_received", [300, 49]),
        ("received", [300, 50]),
    ]
    assert world.on_hand(world.depot) == 800
    moves = world.coordinator.get(f"/stock/moves?subject=purchase_order:{ordered['id']}")["items"]
    assert [(move["quantity"], move["reason"]) for move in moves] == [(n, "purchase") for n in (1, 49, 200, 100)]


def test_more_than_was_ordered_comes_only_if_that_is_meant(world: World) -> None:
    ordered = placed(world)
    receive(world, ordered, 299)
    problem = receive(world, ordered, 2, status=409)
    assert (problem["ordered"], problem["errors"][0]["pointer"]) == (300, "#/lines/0/received")
    assert "301" in problem["detail"]
    assert world.on_hand(world.depot) == 799
    assert receive(world, ordered, 2, allow_over_receipt=True)["status"] == "received"
    assert world.on_hand(world.depot) == 801


def test_entries_for_one_line_are_added_up_before_they_are_checked(world: World) -> None:
    ordered = placed(world)
    line = {"line_id": ordered["lines"][0]["id"], "received": 151}
    path = f"/purchase-orders/{ordered['id']}/receive"
    world.coordinator.post(path, {"lines": [line, line]}, status=409)
    assert world.coordinator.get(f"/purchase-orders/{ordered['id']}") == ordered


def test_a_surplus_is_pointed_out_at_its_own_entry(world: World, red: int) -> None:
    ordered = placed(world, {"design_id": world.design, "quantity": 10}, {"design_id": red, "quantity": 10})
    blue, other = (line["id"] for line in ordered["lines"])
    lines = [{"line_id": line, "received": come} for line, come in ((blue, 1), (blue, 1), (other, 11))]
    problem = world.coordinator.post(f"/purchase-orders/{ordered['id']}/receive", {"lines": lines}, status=409)
    assert problem["errors"][0]["pointer"] == "#/lines/2/received"


@pytest.mark.parametrize(("line", "come", "pointer"), [(999, 1, "#/lines/0/line_id"), (None, 0, "#/lines")])
def test_a_delivery_is_of_this_order_and_not_empty(world: World, line: int | None, come: int, pointer: str) -> None:
    ordered = placed(world)
    lines = [{"line_id": line or ordered["lines"][0]["id"], "received": come}]
    problem = world.coordinator.post(f"/purchase-orders/{ordered['id']}/receive", {"lines": lines}, status=422)
    assert problem["errors"][0]["pointer"] == pointer
    assert world.coordinator.get(f"/purchase-orders/{ordered['id']}")["status"] == "placed"


def test_a_cancelled_order_has_brought_nothing(world: World) -> None:
    ordered = placed(world)
    assert world.coordinator.post(f"/purchase-orders/{ordered['id']}/cancel")["status"] == "cancelled"
    assert receive(world, ordered, 1, status=409)["allowed"] == []
    assert world.on_hand(world.depot) == 500


def test_two_lines_of_one_design_are_one(world: World) -> None:
    line = {"design_id": world.design, "quantity": 150}
    assert [entry["quantity"] for entry in order(world, line, {**line, "unit_cost_cents": 38})["lines"]] == [300]


def test_what_cannot_be_ordered_is_refused_at_its_place(world: World, red: int) -> None:
    line = {"design_id": world.design, "quantity": 1}
    euro = world.coordinator.post("/designs", {**DESIGN, "code": "EURO", "currency": "EUR"}, status=201)["id"]
    world.coordinator.patch(f"/designs/{red}", {"active": False}, version=1)
    refused: list[tuple[str, list[Json], dict[str, int]]] = [
        ("#/lines/1/unit_cost_cents", [line, {**line, "unit_cost_cents": 39}], {}),
        ("#/lines/0/design_id", [{**line, "design_id": 999}], {}),
        ("#/lines/1/design_id", [line, {**line, "design_id": red}], {}),
        ("#/lines", [line, {**line, "design_id": euro}], {}),
        ("#/vendor_id", [line], {"vendor_id": world.depot}),
        ("#/vendor_id", [line], {"vendor_id": 999}),
        ("#/ship_to_id", [line], {"ship_to_id": world.vendor}),
    ]
    for pointer, lines, fields in refused:
        problem = order(world, *lines, status=422, **fields)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert world.coordinator.get("/purchase-orders")["items"] == []


def test_orders_are_listed_newest_first_by_status_and_for_coordinators_only(world: World) -> None:
    first, second = order(world), placed(world)
    lists = {"": [second["id"], first["id"]], "?status=draft": [first["id"]], "?status=received": []}
    for query, expected in lists.items():
        assert [each["id"] for each in world.coordinator.get(f"/purchase-orders{query}")["items"]] == expected
    world.ana.get("/purchase-orders", status=403)
    world.ana.post(f"/purchase-orders/{first['id']}/place", status=403)


def test_the_order_sheet_says_what_the_vendor_must_know(world: World) -> None:
    ordered = order(world, needed_by="2027-03-01", note="Para Núñez, con cariño.")
    response = world.coordinator.call("GET", f"/purchase-orders/{ordered['id']}/order-sheet.pdf")
    assert response.headers["content-type"] == "application/pdf"
    assert f"order-sheet-{ordered['number']}-r1.pdf" in response.headers["content-disposition"]
    text = words(response.content)
    said = ("Order sheet", ordered["number"], "#LatinasInMedicine", "300", "$114.00", "March 1, 2027", "Royal blue")
    assert [part for part in (*said, "Para Núñez, con cariño.", "ANA NÚÑEZ") if part not in text] == []
    assert world.ana.call("GET", f"/purchase-orders/{ordered['id']}/order-sheet.pdf").status_code == 403


# Ways back


def undo(world: World, ordered: Json, status: int = 200) -> Json:
    path = f"/purchase-orders/{ordered['id']}/undo-receipt"
    answer: Json = world.coordinator.post(path, {"note": "20, not 200"}, status=status)
    return answer


def test_a_receipt_of_200_instead_of_20_is_undone_and_booked_as_it_was(world: World, red: int) -> None:
    ordered = placed(world, {"design_id": world.design, "quantity": 300}, {"design_id": red, "quantity": 50})
    receive(world, ordered, 10, 5)
    receive(world, ordered, 200, 45)
    undone = undo(world, ordered)
    assert (undone["status"], [line["received"] for line in undone["lines"]]) == ("partially_received", [10, 5])
    assert world.on_hand(world.depot) == 510
    receive(world, ordered, 20)
    for _ in range(2):
        undone = undo(world, ordered)
    assert (undone["status"], world.on_hand(world.depot)) == ("placed", 500)
    assert undo(world, ordered, status=409)["detail"].endswith("There is no receipt to undo.")
    world.coordinator.post(f"/purchase-orders/{ordered['id']}/cancel")


def test_a_receipt_whose_ribbons_have_left_the_depot_stays(world: World) -> None:
    ordered = placed(world)
    receive(world, ordered, 200)
    away = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 600}
    world.coordinator.post("/stock/moves", away, status=201)
    problem = undo(world, ordered, status=409)
    assert (problem["type"], problem["on_hand"]) == ("/problems/out-of-stock", 100)
    assert world.coordinator.get(f"/purchase-orders/{ordered['id']}")["status"] == "partially_received"


def test_what_was_counted_since_stays_as_it_was_counted_when_a_receipt_is_undone(world: World) -> None:
    ordered = placed(world)
    receive(world, ordered, 200)
    counted = {"location_id": world.depot, "lines": [{"design_id": world.design, "counted": 520}]}
    world.coordinator.post("/stock/counts", counted, status=201)
    assert undo(world, ordered)["status"] == "placed"
    assert world.on_hand(world.depot) == 520


def test_an_order_that_is_delivered_short_is_closed_and_what_comes_after_all_is_received(world: World) -> None:
    ordered = placed(world)
    path = f"/purchase-orders/{ordered['id']}"
    world.coordinator.post(f"{path}/close-short", status=409)
    receive(world, ordered, 290)
    assert world.coordinator.post(f"{path}/close-short")["status"] == "closed_short"
    assert world.coordinator.get("/purchase-orders?status=closed_short")["items"][0]["id"] == ordered["id"]
    assert receive(world, ordered, 10)["status"] == "received"
    assert undo(world, ordered)["status"] == "partially_received"


def test_a_draft_is_edited_until_it_is_placed(world: World, red: int) -> None:
    draft = order(world, note="for the spring", needed_by="2027-03-01")
    path, lines = f"/purchase-orders/{draft['id']}", [{"design_id": red, "quantity": n} for n in (70, 7)]
    edited = world.coordinator.patch(path, {"lines": lines, "needed_by": None}, version=1)
    assert [(line["design_id"], line["quantity"]) for line in edited["lines"]] == [(red, 77)]
    assert (edited["needed_by"], edited["note"], edited["version"]) == (None, "for the spring", 2)
    moved = world.coordinator.patch(path, {"ship_to_id": world.other_depot, "note": ""}, version=2)
    assert (moved["ship_to_name"], moved["lines"]) == ("Boston depot", edited["lines"])
    for wrong, pointer in (({"ship_to_id": world.vendor}, "ship_to_id"), ({"lines": []}, "lines")):
        refused = world.coordinator.patch(path, wrong, version=3, status=422)
        assert refused["errors"][0]["pointer"] == f"#/{pointer}"
    world.coordinator.patch(path, {"note": "late"}, version=1, status=412)
    world.coordinator.post(f"{path}/place")
    refused = world.coordinator.patch(path, {"note": "too late"}, version=4, status=409)
    assert refused["current_status"] == "placed"
    assert world.coordinator.get(path)["note"] == ""


def test_what_is_on_a_ribbon_can_be_put_right_until_it_is_ordered(world: World, red: int) -> None:
    path, typo = f"/designs/{red}", {"text": "#LatinasInMedcine", "foil_color": "#C0C0C0", "width_mm": 90.0}
    assert world.coordinator.patch(path, typo, version=1).items() >= typo.items()
    wide = world.coordinator.patch(path, {"text": "#" + "W" * 59, "width_mm": 20.0}, version=2, status=422)
    assert wide["errors"][0]["pointer"] == "#/text"
    ordered = order(world, {"design_id": red, "quantity": 10})
    world.coordinator.patch(path, {"text": DESIGN["text"]}, version=2)
    world.coordinator.post(f"/purchase-orders/{ordered['id']}/place")
    refused = world.coordinator.patch(path, {"foil_color_name": "Silver", "pack_size": 7}, version=3, status=409)
    assert refused["errors"][0]["pointer"] == "#/foil_color_name"
    world.coordinator.patch(path, {"text": DESIGN["text"], "pack_size": 7}, version=3)
    # There are ribbons of this one, wherever they came from.
    world.coordinator.patch(f"/designs/{world.design}", {"text": "#Other"}, version=1, status=409)
