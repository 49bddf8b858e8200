"""A champion hands over a link to one meetup, from the page of whom she met."""

import re

import pytest

from app.printing.qr import QUIET, encode
from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do; tests/api does it on both")


def test_a_champion_shows_a_code_and_whoever_scans_it_says_that_it_was_them(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    new = {"conference_id": claim["conference_id"], "happened_on": claim["starts_on"]}
    meetup = world.ana.post("/meetups", {**new, "people": [{"handle": "@LuzMD"}, {"handle": "@sol_md"}]}, status=201)
    ana, path = signed_in(world, world.ana), f"/claims/{claim['id']}/met"
    assert '<button class="button plain" name="position" value="1">@sol_md</button>' in ana.get(path)
    form = {"meetup_id": ana.hidden("meetup_id"), "position": "1"}
    shown = ana.post(f"{path}/link", form, status=200)
    (url,) = re.findall(r'<pre id="link">([^<]+)</pre>', shown)
    assert url.startswith("http://127.0.0.1:8000/met?link=ccn_")
    modules = [[0] * len(line) for line in encode(url)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", shown):
        row = modules[int(y) - QUIET]
        row[int(x) - QUIET : int(x) - QUIET + int(width)] = [1] * int(width)
    assert tuple(map(bytes, modules)) == encode(url)
    for wrong in ({**form, "position": "7"}, {**form, "meetup_id": "x"}, {**form, "meetup_id": str(meetup["id"] + 1)}):
        assert "There is no such" in ana.post(f"{path}/link", wrong, status=404)
    assert "whole number" in ana.post(f"{path}/link", {**form, "position": "x"}, status=422)
    signed_in(world, world.bea).post(f"{path}/link", form, status=404)

    she = Browser(world.client)
    she.get(url.removeprefix("http://127.0.0.1:8000"))
    she.post("/met", {"link": she.hidden("link"), "do": "show"}, status=200)
    keyed = {"link": she.hidden("link"), "request_key": she.hidden("request_key"), "do": "confirm"}
    assert she.post("/met", keyed) == "/met/said?what=confirm"
    before = contents(world.database)
    assert she.post("/met", keyed) == "/met/said?what=confirm"  # sent twice, done once
    assert contents(world.database) == before
    assert "noted that it was you" in she.get("/met/said?what=confirm")
    assert "still say with it that it was you" in she.get("/met/said?what=decline")
    assert "has ended" in she.get("/met/said?what=not-me")
    people = world.coordinator.get(f"/meetups/{meetup['id']}")["people"]
    assert [person["status"] for person in people] == ["named", "confirmed"]
    assert "(confirmed)" not in ana.get(path)
