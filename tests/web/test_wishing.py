"""Asking to be named by the code on a card, and the champion's answer, on pages."""

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do; tests/api does it on both")


@pytest.fixture
def claim(world: World) -> Json:
    return world.deputized(world.conference(starts_in=-1, days=3))


def test_the_card_takes_a_handle_and_the_champion_says_whether_they_met(world: World, claim: Json) -> None:
    path = f"/M/{world.card(claim)}"
    stranger = Browser(world.client)
    assert "If you want to be named, write your handle here" in stranger.get(path)
    assert stranger.page.headers["Referrer-Policy"] == "strict-origin"
    form = {"request_key": stranger.hidden("request_key"), "platform": "", "shown": "true"}
    shown = stranger.post(path, {**form, "handle": "not a <handle>"}, status=422)
    assert 'value="not a &lt;handle&gt;"' in shown
    assert 'name="shown" value="true" checked' in shown
    for handle in ("@LuzMD", "https://bsky.app/profile/uno.bsky.social"):
        stranger.get(path)
        form = {"request_key": stranger.hidden("request_key"), "handle": handle}
        assert stranger.post(path.lower(), form).startswith("/wished")
    assert "until you confirm it yourself" in stranger.get("/wished")

    ana = signed_in(world, world.ana)
    met = f"/claims/{claim['id']}/met"
    shown = ana.get(met)
    assert shown.index("@LuzMD") < shown.index("@uno.bsky.social") < shown.index("Whom else did you meet?")
    first, second = world.ana.get("/wishes")["items"]
    back = ana.post(met, {"wish_id": str(first["id"]), "do": "grant"})
    assert "Recorded. Nobody else sees a name" in ana.get(back)
    back = ana.post(met, {"wish_id": str(second["id"]), "do": "refuse"})
    shown = ana.get(back)
    assert "nobody is told" in shown
    assert "uno.bsky.social" not in shown
    assert "@LuzMD" in shown
    ana.post(met, {"wish_id": str(second["id"]), "do": "grant"}, status=404)
    ana.post(met, {"wish_id": "x", "do": "grant"}, status=404)


def test_a_card_takes_no_handle_before_its_time_and_none_once_it_is_cancelled(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=30))
    path = f"/M/{world.card(claim)}"
    stranger = Browser(world.client)
    stranger.get(path)
    shown = stranger.post(path, {"handle": "@Luz"}, status=409)
    assert "has not begun" in shown
    assert 'value="@Luz"' in shown
    world.coordinator.post(f"/claims/{claim['id']}/revoke", {"note": ""})
    assert "<form" not in stranger.get(path, status=410).partition("<main")[2].partition("</main")[0]
    assert "no longer works" in stranger.post(path, {"handle": "@Luz"}, status=409)
