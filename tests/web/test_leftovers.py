"""What is left over after a conference: kept, handed over or sent back, with a label that is printed or copied."""

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.world import ADDRESS, Json, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")


def closed(world: World, left: int) -> Json:
    """A claim of Ana's whose final count left so many ribbons with her."""
    claim = world.deputized(world.conference(starts_in=-1, days=4))
    world.received(claim, quantity=left)
    lines = [{"design_id": world.design, "handed_out": 0, "remaining": left}]
    world.ana.post(f"/claims/{claim['id']}/close", {"lines": lines})
    return claim


def test_leftovers_are_kept_or_go_to_a_depot_in_a_box_whose_label_is_made(world: World) -> None:
    path, ana = f"/claims/{closed(world, 30)['id']}/leftovers", signed_in(world, world.ana)
    assert f'href="{path}"' in ana.get("/home")
    assert "They stay with you until you bring them to another conference." in ana.get(path)
    ahead = world.deputized(world.conference(starts_in=40, name="Congreso & más"))
    assert "to be handed out at Congreso &amp; más" in ana.get(path)
    assert f'href="/claims/{ahead["id"]}"' in ana.page.text
    form = {"method": "carrier", "target_id": world.depot, "lines/0/design_id": world.design}
    page = ana.post(path, {**form, "lines/0/quantity": "a <few>"}, status=422)
    assert 'value="a &lt;few&gt;"' in page
    assert "Prepare the box" in ana.post(path, {**form, "target_id": "x", "lines/0/quantity": "20"}, status=422)
    box = ana.post(path, {**form, "lines/0/quantity": "20", "request_key": "k" * 20})
    assert f"{box}/label" not in ana.get(box)
    ana.post(box, {"verb": "pack"})
    assert f'href="{box}/label"' in ana.get(box)
    page = ana.get(f"{box}/label")
    assert (ADDRESS["line1"] in page, 'value="5163" selected' in page) == (True, True)
    ana.get(f"{box}/label.pdf?label_stock=L7160&start=3")
    assert ana.page.content.startswith(b"%PDF")
    assert ana.page.headers["Cache-Control"] == "private, no-store"
    ana.get(f"{box}/label.pdf?label_stock=none", status=422)
    ana.get(f"{box}/label.pdf?start=101", status=422)
    bea, anyone = signed_in(world, world.bea), Browser(world.client)
    for page, status in (("label", 404), ("label.pdf", 422)):
        bea.get(f"{box}/{page}", status=status)
        assert anyone.get(f"{box}/{page}", status=303).startswith("/sign-in")
    assert world.on_hand(world.coordinator.get(box)["source_id"]) == 10


def test_before_the_final_count_nothing_is_left_over(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=4))
    world.received(claim)
    page = signed_in(world, world.ana).get(f"/claims/{claim['id']}/leftovers")
    assert ("First send the final count" in page, "<form" in page.partition("<main")[2]) == (True, False)
