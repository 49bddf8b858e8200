"""The page behind the code of a packing slip: a box is counted there by whoever holds the paper."""

import pytest

from tests.support.browser import Browser
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do; tests/api does it on both")


def test_a_box_is_counted_from_its_slip_by_somebody_who_is_not_signed_in(world: World) -> None:
    box = world.sent(world.deputized(world.conference()), 100)
    path, passer_by = f"/S/{world.slip(box)}", Browser(world.client)
    page = passer_by.get(path)
    assert ("count it and write the numbers here" in page, 'value="100"' in page, box["number"] in page) == (True,) * 3
    assert passer_by.page.headers["Referrer-Policy"] == "strict-origin"
    assert [name for name in ("Ana", "Chicago depot") if name in page] == []
    typed = {name: passer_by.hidden(name) for name in ("request_key", "entry_id", "lines/0/line_id")}
    form = {**typed, "lines/0/received": "98", "note": "two <missing>"}
    page = passer_by.post(path, {**form, "lines/0/received": "101"}, status=422)
    assert page.count("You counted more than the 100 that were sent.") == 2
    assert "two &lt;missing&gt;</textarea>" in page
    passer_by.post(path, form, status=403, site="cross-site")
    for _ in range(2):
        assert passer_by.post(path, form) == f"{path}?done=counted"
    page = passer_by.get(f"{path}?done=counted")
    assert ("Counted. Thank you!" in page, "<form" in page.partition("<main")[2]) == (True, False)
    assert "This box has been counted." in passer_by.get(path)
    assert world.on_hand(box["target_id"]) == 98
    page = passer_by.post(path, {**form, "request_key": "", "entry_id": ""}, status=409)
    assert "98" not in page.partition("<main")[2].partition("</main")[0].replace(world.slip(box), "")


def test_a_box_that_has_not_left_and_a_cancelled_code_have_no_form(world: World) -> None:
    box = world.packed(world.deputized(world.conference()), 5)
    path, passer_by = f"/S/{world.slip(box)}", Browser(world.client)
    assert "tell the coordinators how many ribbons" in passer_by.get(path)
    assert "<form" not in passer_by.page.text.partition("<main")[2]
    world.coordinator.post(f"/links/{world.slip(box)}/revoke")
    assert "no longer works" in passer_by.get(path, status=410)
    passer_by.post(path, {"lines/0/line_id": "1", "lines/0/received": "5"}, status=404)
