"""What a champion finds at home: the next thing to do, and only that."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from app.core.clock import frozen, today, utcnow
from tests.support.browser import Browser, signed_in
from tests.support.world import ADDRESS, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")


def first(browser: Browser, page: str = "/home") -> tuple[str, list[str]]:
    """What is to be done next as a page says it, and where its buttons lead, the big one first."""
    text = browser.get(page)
    section = text[text.index("What comes next") :].partition("</section>")[0]
    said = re.findall(r'<p class="lead">(.*?)</p>', section)[0].replace("&#39;", "'")
    return said, re.findall(r'<a class="button[^"]*" href="([^"]+)"', section)


def moved(world: World, conference_id: int, *, starts_in: int, days: int) -> None:
    """The conference is on other days."""
    known = world.coordinator.get(f"/conferences/{conference_id}")
    start = today() + timedelta(days=starts_in)
    new = {"starts_on": str(start), "ends_on": str(start + timedelta(days=days - 1))}
    world.coordinator.patch(f"/conferences/{conference_id}", new, version=known["version"])


def test_home_shows_the_next_thing_to_do_from_the_address_to_the_leftovers(world: World) -> None:
    ana = signed_in(world, world.ana)
    assert "What comes next" not in ana.get("/home")
    conference = world.conference(starts_in=40, name="Congreso", timezone="UTC")["id"]
    world.coordinator.patch(f"/conferences/{conference}", {"champion_limit": 2}, version=1)
    claim = world.claim({"id": conference})
    path = f"/claims/{claim['id']}"
    assert first(ana) == ("You are next in line. The coordinators will answer you.", [])
    world.coordinator.post(f"/claims/{claim['id']}/deputize", {})
    world.ana.call("DELETE", "/me/address")
    assert first(ana) == (
        "Where is your box to go? Give the address where you are when it comes.",
        ["/me/address"],
    )
    world.ana.call("PUT", "/me/address", json=ADDRESS)
    said, ways = first(ana)
    assert (ADDRESS["line1"] in said, ways) == (True, ["/me/address"])
    box = world.packed(claim)["id"]
    assert first(ana) == ("The coordinators prepare your box. Here you will see when it leaves.", [])
    world.coordinator.post(f"/shipments/{box}/send", {"carrier": "USPS Priority", "tracking_number": "94 00/1"})
    said, ways = first(ana)
    assert "is on its way. Count it when it is there." in said
    assert ways == [f"{path}/box", "https://tools.usps.com/go/TrackConfirmAction?tLabels=94%2000%2F1"]
    world.coordinator.post(f"/shipments/{box}/deliver")
    assert "has arrived. Open it, and count what is in it." in first(ana)[0]
    line = world.ana.get(f"/shipments/{box}")["lines"][0]["id"]
    world.ana.post(f"/shipments/{box}/receive", {"lines": [{"line_id": line, "received": 100}]})
    assert first(ana)[0].startswith("You have 100 ribbons. The conference begins on ")
    moved(world, conference, starts_in=0, days=1)
    assert first(ana) == ("Hand out your ribbons, and record how many.", [f"{path}/hand-out"])
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"quantity": 40}, status=201)
    with frozen(utcnow() + timedelta(days=3)):
        both = [f"{path}/met", f"{path}/close"]
        assert first(ana) == ("The conference is over. Whom did you meet?", both)
        wish: dict[str, Any] = {"code": world.card(claim), "handle": "@LuzMD"}
        world.client.post("/api/v1/wishes", json=wish)
        assert first(ana, path) == ("1 person asks you to name them as somebody whom you met.", both)
        world.ana.post(f"/wishes/{world.ana.get('/wishes')['items'][0]['id']}/grant")
        assert first(ana)[1] == [f"{path}/close"]
        lines = [{"design_id": world.design, "handed_out": 60, "remaining": 40}]
        world.ana.post(f"/claims/{claim['id']}/close", {"lines": lines})
        said, ways = first(ana)
        assert said.startswith("You still have 40 ribbons.")
        assert len(ways) == 1


def test_what_is_to_be_done_where_one_is_now_comes_before_what_lies_ahead(world: World) -> None:
    ana = signed_in(world, world.ana)
    later = world.deputized(world.conference(starts_in=40))
    world.sent(later, 5)
    assert f"/claims/{later['id']}/box" in first(ana)[1]
    now = world.deputized(world.conference(starts_in=-1, days=4))
    world.received(now)
    assert first(ana)[1] == [f"/claims/{now['id']}/hand-out"]
    assert f'href="/claims/{later["id"]}/box"' in ana.page.text
    assert "What comes next" not in signed_in(world, world.bea).get("/home")


def test_the_list_at_home_goes_by_the_day_where_the_conference_is_as_the_card_does(world: World) -> None:
    ana = signed_in(world, world.ana)
    conference = world.conference(starts_in=5, days=1, timezone="Pacific/Kiritimati")  # 14 hours before Greenwich
    claim = world.deputized(conference)
    world.received(claim)
    last = date.fromisoformat(conference["ends_on"])
    for hour, over in ((9, False), (11, True)):  # there it is before midnight, and after it; here it is that day
        with frozen(datetime.combine(last, time(hour), UTC)):
            said = first(ana)[0]
            assert ("The conference is over" in said, "Final count, please" in ana.page.text) == (over, over)
