"""What lies at a depot or with a champion, counted on pages."""

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.world import ADDRESS, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")


def test_a_champion_counts_her_own_ribbons_and_nobody_elses(world: World) -> None:
    box = world.received(world.deputized(world.conference()))
    path, ana = f"/stock/{box['target_id']}", signed_in(world, world.ana)
    assert f'href="{path}"' in ana.get("/home")
    assert 'value="100"' in ana.get(path)
    form = {"lines/0/design_id": world.design, "note": "in <the> drawer"}
    page = ana.post(path, {**form, "lines/0/counted": "9x"}, status=422)
    assert ('value="9x"' in page, "in &lt;the&gt; drawer" in page) == (True, True)
    for _ in range(2):
        assert ana.post(path, {**form, "lines/0/counted": "97", "request_key": "k" * 20}) == f"{path}?done=counted"
    assert "Counted. Thank you!" in ana.get(f"{path}?done=counted")
    assert world.on_hand(box["target_id"]) == 97
    ana.get(f"/stock/{world.depot}", status=404)
    bea = signed_in(world, world.bea)
    bea.get(path, status=404)
    bea.post(path, {**form, "lines/0/counted": "1"}, status=404)
    Browser(world.client).post(path, {**form, "lines/0/counted": "1"}, status=401)
    assert world.on_hand(box["target_id"]) == 97


def test_coordinators_see_and_count_all_depots_and_add_one(world: World) -> None:
    staff = signed_in(world, world.coordinator)
    assert 'href="/depots"' in staff.get("/todo")
    page = staff.get("/depots")
    assert ("Chicago depot" in page, "500 BLUE" in page) == (True, True)
    lines = {"lines/0/design_id": world.design, "lines/0/counted": "480"}
    staff.post(f"/stock/{world.depot}", lines)
    assert "480 BLUE" in staff.get("/depots")
    staff.get(f"/stock/{world.vendor}", status=404)
    new = {**ADDRESS, "name": "Depósito & Cía", "state": "Illinois"}
    assert "Depósito &amp; Cía" in staff.post("/depots/new", {**new, "line1": ""}, status=422)
    made = staff.post("/depots/new", new)
    assert "By the books there are no ribbons here." in staff.get(made)
    assert "Depósito &amp; Cía" in staff.get("/depots")
