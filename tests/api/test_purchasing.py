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
