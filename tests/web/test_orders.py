"""Ribbons are ordered and received on pages, in deliveries, and what was booked wrongly is taken back."""

import pytest

from tests.support.browser import signed_in
from tests.support.world import Json, World

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
