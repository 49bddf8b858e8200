"""Asking to be named by the code on a card, and the champion's answer, on pages."""

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
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


def test_she_shows_the_code_of_her_card_to_a_camera(world: World, claim: Json) -> None:
    ana, path = signed_in(world, world.ana), f"/claims/{claim['id']}/met"
    assert f'action="{path}/card"' in ana.get(path)
    page = ana.post(f"{path}/card", status=200)
    assert (world.card(claim) in page, '<svg viewBox="0 0 ' in page) == (True, True)
    signed_in(world, world.bea).post(f"{path}/card", status=404)


def test_each_line_is_read_by_the_servers_parser_and_nobody_learns_who_is_known(world: World, claim: Json) -> None:
    day, ana = claim["starts_on"], signed_in(world, world.ana)
    new = {"conference_id": claim["conference_id"], "happened_on": day, "people": [{"handle": "@Known"}]}
    world.ana.post("/meetups", new, status=201)
    typed = "@Known\n\n https://bsky.app/profile/ana.bsky.social \n@a b\n@Nobody"
    before = contents(world.database)
    ana.post("/handles", {"people": typed}, status=200)
    lines = ana.page.json()["lines"]
    assert [line["wrong"] for line in lines] == [False, False, True, False]
    assert [line["said"] for line in lines if not line["wrong"]] == [
        "@Known · X",
        "@ana.bsky.social · Bluesky",
        "@Nobody · X",
    ]
    assert lines[2]["said"].startswith("@a b: ")
    assert contents(world.database) == before
    assert ana.post("/handles", {"people": "@x\n" * 60}, status=200).count('"said"') == 50
    Browser(world.client).post("/handles", {"people": "@x"}, status=401)
    ana.post("/handles", {"people": "@x"}, status=403, site="cross-site")
