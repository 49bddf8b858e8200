"""The member's own pages: her way in, all that is kept of her, and what her buttons do."""

import re
from datetime import timedelta
from typing import NamedTuple

import pytest

from app.core.clock import frozen, utcnow
from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.world import Caller, Json, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do; tests/api does it on both")


class Member(NamedTuple):
    """A member with her link, and the meetups that Ana has recorded, the last first."""

    id: int
    api: Caller
    url: str
    meetups: list[Json]


@pytest.fixture
def member(world: World) -> Member:
    conference = world.conference(starts_in=0, timezone="UTC", name="Congreso <b>Uno</b>")
    world.deputized(conference)
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "spot": "Lobby"}
    people = [{"handle": "@LuzMD"}, {"handle": "@Other"}]
    others = ([*people, {"handle": f"@Other{number}"}] for number in range(3))
    meetups = [world.ana.post("/meetups", {**new, "people": each}, status=201) for each in others]
    found = world.coordinator.get("/members?handle=@LuzMD")["items"][0]
    made = world.coordinator.post(f"/members/{found['id']}/link", status=201)
    return Member(found["id"], Caller(world.client, None, made["token"]), made["url"], meetups[::-1])


def _inside(world: World, member: Member) -> Browser:
    browser = Browser(world.client)
    browser.get(_path(member))
    assert browser.post("/membership/open", {"link": browser.hidden("link")}) == "/membership"
    return browser


def _path(member: Member) -> str:
    return member.url.removeprefix("http://127.0.0.1:8000")


def _seen_by_ana(world: World, meetup: Json) -> list[str]:
    people = world.ana.get(f"/meetups/{meetup['id']}")["people"]
    return [person["status"] for person in people if person["handles"][0]["display"] == "@LuzMD"]


def test_a_link_opens_a_button_and_nothing_of_whose_it_is_and_the_button_lets_in(
    world: World, member: Member, capsys: pytest.CaptureFixture[str]
) -> None:
    browser, before = Browser(world.client), contents(world.database)
    shown = browser.get(_path(member))
    assert browser.page.headers["Referrer-Policy"] == "strict-origin"
    assert browser.page.headers["Cache-Control"] == "private, no-store"
    assert "LuzMD" not in shown
    assert (contents(world.database), browser.cookies) == (before, {})
    form = {"link": browser.hidden("link")}
    browser.post("/membership/open", form, status=403, site="cross-site")
    assert browser.post("/membership/open", form) == "/membership"
    assert browser.cookies["session"].startswith("ccv_")
    shown = browser.get("/membership")
    assert (shown.count("@LuzMD"), shown.count("Congreso &lt;b&gt;Uno")) == (1, 3)
    assert "@Other" not in shown
    assert "Your link was opened in a browser." in shown
    secret = member.api.token or "none"
    assert secret not in str(contents(world.database)) + shown + "".join(capsys.readouterr())
    assert Browser(world.client).get("/membership", status=303).startswith("/sign-in")
    assert "no longer works" in Browser(world.client).get("/membership/open?link=ccm_wrong", status=410)
    assert "no longer works" in Browser(world.client).post("/membership/open", {"link": "ccm_wrong"}, status=410)


def test_a_session_ends_by_signing_out_with_the_link_with_time_and_with_its_person(
    world: World, member: Member
) -> None:
    leaving, renewing = _inside(world, member), _inside(world, member)
    leaving.post("/sign-out")
    assert leaving.get("/membership", status=303)
    assert "/membership/open?link=ccm_" in renewing.post("/membership", {"do": "renew"}, status=200)
    renewing.get("/membership")  # goes on where it was renewed
    world.coordinator.post(f"/members/{member.id}/link", status=201)
    assert renewing.get("/membership", status=303)
    url = world.coordinator.post(f"/members/{member.id}/link", status=201)["url"]
    late = _inside(world, member._replace(url=url))
    with frozen(utcnow() + timedelta(days=29)):
        late.get("/membership")
    with frozen(utcnow() + timedelta(days=60)):
        assert late.get("/membership", status=303)
    inactive = _inside(world, member._replace(url=url))
    world.coordinator.patch(f"/members/{member.id}", {"person_id": world.bea.person_id}, version=1)
    inactive.get("/membership")
    world.coordinator.patch(f"/people/{world.bea.person_id}", {"active": False}, version=1)
    assert inactive.get("/membership", status=303)


def test_she_confirms_declines_takes_back_and_hides_and_others_see_of_that_what_she_said(
    world: World, member: Member
) -> None:
    browser, (last, middle, first) = _inside(world, member), member.meetups
    shown = browser.get("/membership")
    assert shown.count("Waits for you") == 3
    form = {"do": "confirm", "meetup_id": last["id"], "request_key": browser.hidden("request_key"), "cursor": ""}
    assert browser.post("/membership", form) == f"/membership#meetup-{last['id']}"
    done = len(member.api.get("/membership")["trail"])
    assert browser.post("/membership", form) == f"/membership#meetup-{last['id']}"  # sent twice, done once
    assert len(member.api.get("/membership")["trail"]) == done
    assert (_seen_by_ana(world, last), _seen_by_ana(world, middle)) == (["confirmed"], ["named"])
    browser.post("/membership", {"do": "hiding", "to": "yes"})
    assert "You are hidden" in browser.get("/membership")
    assert _seen_by_ana(world, last) == ["named"]
    browser.post("/membership", {"do": "hiding", "to": "no"})
    assert _seen_by_ana(world, last) == ["confirmed"]
    browser.post("/membership", {"do": "decline", "meetup_id": last["id"]})
    assert _seen_by_ana(world, last) == ["named"]
    browser.post("/membership", {"do": "confirm", "meetup_id": first["id"]})
    assert browser.post("/membership", {"do": "decline-all"}) == "/membership?done=declined"
    statuses = [meetup["people"][0]["status"] for meetup in member.api.get("/membership")["meetups"]]
    assert statuses == ["declined", "declined", "confirmed"]
    browser.post("/membership", {"do": "naming", "to": "no"})
    assert "Nobody names you" in browser.get("/membership")
    assert not member.api.get("/membership")["nameable"]
    browser.post("/membership", {"do": "confirm", "meetup_id": 10**6}, status=404)
    browser.post("/membership", {"do": "nothing"}, status=404)
    stranger = signed_in(world, world.bea)
    before = contents(world.database)
    browser.post("/membership", {"do": "decline", "meetup_id": first["id"]}, status=403, site="cross-site")
    Browser(world.client).post("/membership", {"do": "decline", "meetup_id": first["id"]}, status=401)
    stranger.post("/membership", {"do": "decline", "meetup_id": first["id"]}, status=404)
    assert contents(world.database) == before


def test_she_blocks_and_unblocks_and_a_refused_form_keeps_what_was_typed(world: World, member: Member) -> None:
    browser, meetup = _inside(world, member), member.meetups[0]
    wrong = browser.post("/membership", {"do": "block", "handle": "not a handle!", "platform": "x"}, status=422)
    assert ('value="not a handle!"' in wrong, wrong.count('aria-invalid="true"')) == (True, 1)
    assert '<option value="x" selected>' in wrong
    unclear = browser.post("/membership", {"do": "block", "handle": "ana.lopez", "platform": ""}, status=422)
    assert "Say which platform" in unclear
    browser.post("/membership", {"do": "block", "handle": "@Nobody", "platform": "x"})
    assert "You block 1 handle." in browser.get("/membership?done=blocked")
    browser.post("/membership", {"do": "unblock", "handle": "@nobody", "platform": ""})
    assert "You block 0 handles." in browser.get("/membership")
    browser.post("/membership", {"do": "block-recorder", "meetup_id": meetup["id"]})
    shown = browser.get("/membership")
    assert ("Nobody has named you yet." in shown, "Whoever recorded a meetup at" in shown) == (True, True)
    (blocked,) = re.findall(r'value="unblock-recorder"><input type="hidden" name="meetup_id" value="(\d+)"', shown)
    browser.post("/membership", {"do": "unblock-recorder", "meetup_id": blocked})
    assert browser.get("/membership").count("Waits for you") == 3


def test_she_reports_a_meetup_and_is_erased_only_by_her_own_word(world: World, member: Member) -> None:
    browser, meetup = _inside(world, member), member.meetups[0]
    path = f"/membership/report?meetup={meetup['id']}"
    browser.get(path)
    assert 'aria-invalid="true"' in browser.post(path, {"text": ""}, status=422)
    browser.post(path, {"text": "I was not there.", "request_key": browser.hidden("request_key")})
    assert "I was not there." in world.coordinator.call("GET", "/reports").text
    assert "mark of each of your handles" in browser.get("/membership/erase")
    assert 'value="yes"' in browser.post("/membership/erase", {"word": "yes"}, status=422)
    member.api.get("/membership")
    assert browser.post("/membership/erase", {"word": " borrar "}) == "/membership/erased"
    assert "session" not in browser.cookies
    assert "Your name, your handles and your link are gone" in browser.get("/membership/erased")
    member.api.get("/membership", status=401)
    assert browser.get("/membership", status=303)
