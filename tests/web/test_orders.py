"""Ribbons are ordered and received on pages, in deliveries, and what was booked wrongly is taken back."""

import re

import pytest

from tests.support.browser import signed_in
from tests.support.world import DESIGN, Json, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")


def test_ribbons_are_ordered_and_come_in_deliveries_and_a_wrong_one_is_taken_back(world: World) -> None:
    staff = signed_in(world, world.coordinator)
    assert 'href="/orders"' in staff.get("/todo")
    assert "Nothing was ordered yet." in staff.get("/orders")
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines/0/design_id": world.design, "note": "<b>soon"}
    page = staff.post("/orders/new", {**new, "lines/0/quantity": "many"}, status=422)
    assert ('value="many"' in page, "&lt;b&gt;soon" in page) == (True, True)
    path = staff.post("/orders/new", {**new, "lines/0/quantity": "300"})
    assert "has not been placed yet" in staff.get(path)
    staff.post(path, {"verb": "place"})
    assert "What has come" in staff.get(path)

    def order() -> Json:
        found: Json = world.coordinator.get(f"/purchase-orders/{path.rpartition('/')[2]}")
        return found

    line = {"verb": "receive", "lines/0/line_id": order()["lines"][0]["id"]}
    before = world.on_hand(world.depot)
    first = {**line, "lines/0/received": "100", "entry_id": "00000000-0000-4000-8000-000000000001"}
    for _ in range(2):  # the same form, sent again
        assert staff.post(path, first) == f"{path}?done=received"
    assert world.on_hand(world.depot) == before + 100
    assert "200 are to come." in staff.get(path)
    more = {**line, "lines/0/received": "250"}
    assert "more came than was ordered" in staff.post(path, more, status=409)
    staff.post(path, {**more, "allow_over_receipt": "true"})
    assert (order()["status"], world.on_hand(world.depot)) == ("received", before + 350)
    staff.post(path, {"verb": "undo"})
    assert (order()["status"], world.on_hand(world.depot)) == ("partially_received", before + 100)
    staff.post(path, {"verb": "short"})
    assert "was closed, though not all of it has come" in staff.get("/orders")
    staff.post(path, {"verb": "cancel"}, status=409)
    staff.post(path, {"verb": "burn"}, status=404)


def test_what_is_wrong_with_a_line_stands_at_the_design_that_was_typed_though_lines_before_it_are_empty(
    world: World,
) -> None:
    staff = signed_in(world, world.coordinator)
    other = world.coordinator.post("/designs", {**DESIGN, "code": "ROSA"}, status=201)["id"]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot}
    lines = {"lines/0/design_id": world.design, "lines/1/design_id": other}
    page = staff.post("/orders/new", {**new, **lines, "lines/0/quantity": "", "lines/1/quantity": "0"}, status=422)
    assert wrong_at(page) == ["lines/1/quantity"]
    path = staff.post("/orders/new", {**new, **lines, "lines/0/quantity": "5", "lines/1/quantity": "5"})
    staff.post(path, {"verb": "place"})
    come = {"verb": "receive"} | {
        f"lines/{at}/line_id": line["id"]
        for at, line in enumerate(world.coordinator.get(f"/purchase-orders/{path.rpartition('/')[2]}")["lines"])
    }
    page = staff.post(path, {**come, "lines/0/received": "", "lines/1/received": "9"}, status=409)
    assert wrong_at(page) == ["lines/1/received"]
    page = staff.post(path, {**come, "lines/0/received": "9", "lines/1/received": "1"}, status=409)
    assert wrong_at(page) == ["lines/0/received"]


def wrong_at(page: str) -> list[str]:
    return re.findall(r'class="error" id="([^"]+)-error"', page)


def test_whoever_goes_back_to_a_form_that_was_sent_is_told_so_and_can_send_what_comes_on_top(world: World) -> None:
    staff = signed_in(world, world.coordinator)
    path = staff.post(
        "/orders/new",
        {
            "vendor_id": world.vendor,
            "ship_to_id": world.depot,
            "lines/0/design_id": world.design,
            "lines/0/quantity": "9",
        },
    )
    staff.post(path, {"verb": "place"})
    line = world.coordinator.get(f"/purchase-orders/{path.rpartition('/')[2]}")["lines"][0]
    before = world.on_hand(world.depot)
    staff.get(path)
    form = {"verb": "receive", "lines/0/line_id": line["id"], "entry_id": staff.hidden("entry_id")}
    form = {**form, "request_key": "of-the-first-page"}
    staff.post(path, {**form, "lines/0/received": "2"})
    for key in ("of-the-first-page", "of-the-second-page"):
        page = staff.post(path, {**form, "request_key": key, "lines/0/received": "3"}, status=422)
        assert ("This form was sent before" in page, "entry_id" in page) == (True, True)
        assert "Idempotency-Key" not in page
    assert world.on_hand(world.depot) == before + 2
    staff.post(path, {**form, "request_key": "", "entry_id": staff.hidden("entry_id"), "lines/0/received": "3"})
    assert world.on_hand(world.depot) == before + 5


def test_whoever_knows_no_vendor_yet_adds_one_where_it_is_needed(world: World) -> None:
    staff = signed_in(world, world.coordinator)
    assert "This was not done." in staff.post("/orders/new", {"verb": "vendor", "name": " "}, status=422)
    assert staff.post("/orders/new", {"verb": "vendor", "name": "Cintas & Cía"}) == "/orders/new"
    assert "Cintas &amp; Cía</option>" in staff.get("/orders/new")
    signed_in(world, world.ana).post("/orders/new", {"verb": "vendor", "name": "Mine"}, status=403)


def test_what_the_vendor_asks_for_is_folded_away_until_it_is_filled_in_and_stands_on_the_order(world: World) -> None:
    staff = signed_in(world, world.coordinator)
    page = staff.get("/orders/new")
    assert "<details><summary>What the vendor may ask for" in page
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines/0/design_id": world.design}
    asked = {"proof_name": "Eva <Luz>", "proof_email": "eva@example.org", "proof_phone": "+1 312 555 0100"}
    asked |= {"bill_to": "The Office", "terms": "net 30", "tax_exemption": "E-9", "ship_method": "Ground"}
    asked |= {"as_before": "A-1", "lines/0/quantity": "300"}
    wrong = staff.post("/orders/new", {**new, **asked, "terms": "x" * 61}, status=422)
    assert ("<details open>" in wrong, 'id="terms-error"' in wrong, 'value="A-1"' in wrong) == (True, True, True)
    path = staff.post("/orders/new", {**new, **asked})
    order = world.coordinator.get(f"/purchase-orders/{path.rpartition('/')[2]}")
    assert all(order[name] == said for name, said in asked.items() if not name.startswith("lines"))
    shown = staff.get(path)
    assert "<dd>Eva &lt;Luz&gt;, eva@example.org, +1 312 555 0100</dd>" in shown
    assert all(f"<dd>{asked[name]}</dd>" in shown for name in ("bill_to", "terms", "tax_exemption", "as_before"))
