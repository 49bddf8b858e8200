"""What anyone tells the coordinators: a conference that is missing, and what should not have happened."""

import re
from typing import Any

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.world import Json, World, day

pytestmark = pytest.mark.on_one_engine("pages do what acts do, which is tested on both")


def conference(browser: Browser, **changes: Any) -> Json:
    """The form as somebody fills it in."""
    browser.get("/conferences/propose")
    days = {"starts_on": day(90).isoformat(), "ends_on": day(92).isoformat()}
    said = {"name": "Congreso Ñandú", **days, "city": "Chicago", "state": "US-IL", "country": "US"}
    return {**said, "request_key": browser.hidden("request_key"), **changes}


def test_a_strangers_proposal_goes_to_the_coordinators_and_is_nobody_elses_to_see(world: World) -> None:
    browser = Browser(world.client)
    form = conference(browser)
    for _ in range(2):
        assert browser.post("/conferences/propose", form) == "/conferences/proposed"
    (found,) = world.coordinator.get("/conferences?status=proposed")["items"]
    assert found["name"] == "Congreso Ñandú"
    assert world.anyone.get("/conferences?status=proposed")["items"] == []
    world.anyone.get(f"/conferences/{found['id']}", status=404)
    browser.get(f"/conferences/{found['id']}", status=404)
    assert browser.post("/conferences/propose", conference(browser)) == "/conferences/proposed"
    assert len(contents(world.database)["conference"]) == 1
    world.coordinator.post(f"/conferences/{found['id']}/accept")
    again = browser.post("/conferences/propose", conference(browser), status=409)
    assert "already in the calendar" in again
    assert 'value="Congreso Ñandú"' in again


def test_an_organizer_wishes_for_ribbons_and_it_waits_for_coordinators_once_she_has_confirmed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    browser, desk = Browser(world.client), signed_in(world, world.coordinator)
    wish = {"wish_name": "Nora Paz", "wish_email": "nora@example.org", "ribbons_wanted": "250"}
    for wrong, field in (({"wish_email": ""}, "wish_email"), ({"ribbons_wanted": "2001"}, "ribbons_wanted")):
        text = browser.post("/conferences/propose", conference(browser, **wish | wrong), status=422)
        assert f'id="{field}-error"' in text
    assert browser.post("/conferences/propose", conference(browser, **wish)) == "/conferences/proposed?wish=1"
    assert "Look into your mail" in browser.get("/conferences/proposed?wish=1")
    assert world.coordinator.get("/todo")["applications"] == []
    (code,) = re.findall(r"/join/confirm\?code=([\w-]+)", capsys.readouterr().out)
    browser.post("/join/confirm", {"secret": code})
    assert "Congreso Ñandú · nora@example.org · 250 ribbons asked for" in desk.get("/todo")
    (waiting,) = world.coordinator.get("/todo")["applications"]
    early = world.coordinator.post(f"/applications/{waiting['id']}/accept", status=409)
    assert "only proposed" in early["detail"]
    world.coordinator.post(f"/conferences/{waiting['conference_id']}/accept")
    accepted = world.coordinator.post(f"/applications/{waiting['id']}/accept")
    claim = world.coordinator.get(f"/claims/{accepted['claim_id']}")
    assert (claim["ribbons_requested"], claim["status"], claim["champion_name"]) == (250, "requested", "Nora Paz")


def test_whoever_was_named_without_being_asked_reports_it_from_there_without_an_account(world: World) -> None:
    browser = Browser(world.client)
    for page in ("/met?link=ccl_none", "/met/said?what=decline"):
        assert 'href="/report?named=1"' in browser.get(page, status=410 if "link" in page else 200)
    page = browser.get("/report?named=1&handle=%40ana%3Cb%3E")
    assert "nobody asked me. My handle is: @ana&lt;b&gt;</textarea>" in page
    form = {"text": "nobody asked me. My handle is: @ana", "request_key": browser.hidden("request_key")}
    assert browser.post("/report", form) == "/report/thanks"
    assert "nobody asked me" in signed_in(world, world.coordinator).get("/todo")


def test_a_champions_proposal_is_their_own_to_see(world: World) -> None:
    browser = signed_in(world, world.ana)
    path = browser.post("/conferences/propose", conference(browser))
    assert "Congreso Ñandú" in browser.get(path)
    signed_in(world, world.bea).get(path, status=404)


def test_what_is_wrong_with_a_proposal_is_said_beside_what_was_typed(world: World) -> None:
    browser = Browser(world.client, **{"Accept-Language": "es"})
    text = browser.post("/conferences/propose", conference(browser, starts_on="mañana", name=""), status=422)
    assert ('value="mañana"' in text, text.count('aria-invalid="true"')) == (True, 2)
    browser.post("/conferences/propose", conference(browser), status=403, site="cross-site")
    assert contents(world.database)["conference"] == []


def test_anyone_reports_without_an_account_and_is_told_no_name(world: World) -> None:
    browser = Browser(world.client)
    page = browser.get("/report")
    assert "person_id" not in page
    form = {"text": "Somebody took pictures.", "handle": "@somebody", "request_key": browser.hidden("request_key")}
    for _ in range(2):
        assert browser.post("/report", form) == "/report/thanks"
    (found,) = world.coordinator.get("/reports")["items"]
    assert (found["text"], found["reporter"]) == ("Somebody took pictures.", "anyone")
    assert "“Somebody took pictures.” (@somebody)" in signed_in(world, world.coordinator).get("/todo")
    for guess in ({"person_id": str(world.coordinator.person_id)}, {"person_id": "999"}):
        text = browser.post("/report", {"text": "It is about them.", **guess}, status=422)
        assert "Sign in to say that" in text
        assert "It is about them." in text
    for number in (1, 999):
        refused = world.anyone.post("/reports", {"text": "x", "meetup_id": number}, status=422)
        assert refused["detail"].startswith("Sign in to say that")
    world.anyone.get("/team", status=401)
    browser.post("/report", form, status=403, site="cross-site")
    assert len(contents(world.database)["report"]) == 1


def test_whoever_is_signed_in_names_somebody_of_the_team_who_does_not_see_it(world: World) -> None:
    browser = signed_in(world, world.ana)
    browser.get("/report")
    form = {"text": "They shout.", "person_id": str(world.coordinator.person_id)}
    assert browser.post("/report", {**form, "request_key": browser.hidden("request_key")}) == "/report/thanks"
    assert world.coordinator.get("/reports")["items"] == []
    assert [each["text"] for each in world.admin.get("/reports")["items"]] == ["They shout."]


def test_strangers_report_so_often_from_one_address_and_no_more(world: World) -> None:
    for number in range(30):
        world.anyone.post("/reports", {"text": f"report {number}"}, status=204)
    world.anyone.post("/reports", {"text": "one more"}, status=429)
    world.ana.post("/reports", {"text": "not hers to pay for"}, status=204)
