"""Somebody whom nobody knows would like to bring ribbons: on pages and by e-mail, until a coordinator has decided."""

import re
from typing import Any

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("what is kept and when is tested on both in tests/joining; pages show it")

CAPTURE = pytest.CaptureFixture[str]


def typed(browser: Browser, **changes: Any) -> Json:
    """The form as a new champion fills it in."""
    browser.get("/join")
    said = {"name": "Nora Paz", "email": "nora@example.org", "handle": "@nora_md", "text": "I speak there."}
    return {**said, "request_key": browser.hidden("request_key"), **changes}


def confirmed(browser: Browser, capsys: CAPTURE) -> None:
    """Opens the link of the last letter, and presses its button."""
    found = re.findall(r"/join/confirm\?code=([\w-]+)", capsys.readouterr().out)
    browser.get(f"/join/confirm?code={found[-1]}")
    form = {"secret": browser.hidden("secret"), "request_key": browser.hidden("request_key")}
    assert browser.post("/join/confirm", form) == "/join/confirmed"


def test_whoever_confirms_is_accepted_as_the_champion_who_asks_for_that_conference(
    world: World, capsys: CAPTURE
) -> None:
    conference, browser = world.conference(name="Nora’s Congress"), Browser(world.client)
    assert "Nora’s Congress" in browser.get(f"/join?conference={conference['id']}")
    form = typed(browser, conference_id=str(conference["id"]))
    assert browser.post("/join", form) == browser.post("/join", form) == "/join/thanks"
    assert len(contents(world.database)["application"]) == 1
    assert world.coordinator.get("/todo")["applications"] == []
    letter = capsys.readouterr().out
    (code,) = re.findall(r"/join/confirm\?code=([\w-]+)", letter)
    browser.get(f"/join/confirm?code={code}")
    assert world.coordinator.get("/todo")["applications"] == []  # a mail scanner opens links
    secret = {"secret": browser.hidden("secret"), "request_key": browser.hidden("request_key")}
    assert browser.post("/join/confirm", secret) == "/join/confirmed"
    (waiting,) = world.coordinator.get("/todo")["applications"]
    assert (waiting["name"], waiting["conference_name"]) == ("Nora Paz", "Nora’s Congress")
    accepted = world.coordinator.post(f"/applications/{waiting['id']}/accept")
    person = world.coordinator.get(f"/people/{accepted['person_id']}")
    assert (person["name"], person["email"], person["role"]) == ("Nora Paz", "nora@example.org", "champion")
    claim = world.coordinator.get(f"/claims/{accepted['claim_id']}")
    assert (claim["champion_name"], claim["status"]) == ("Nora Paz", "requested")
    assert "Welcome, Nora Paz!" in capsys.readouterr().out
    world.coordinator.post(f"/applications/{waiting['id']}/accept", status=409)
    trail = world.coordinator.call("GET", "/audit.csv").text
    assert f"application:{waiting['id']}" in trail
    assert "nora" not in trail.lower()


def test_a_coordinator_accepts_or_declines_with_a_press(world: World, capsys: CAPTURE) -> None:
    browser, desk = Browser(world.client), signed_in(world, world.coordinator)
    for name, verb in (("Nora Paz", "welcome"), ("Eva Luz", "turn-down")):
        email = f"{name[:3].lower()}@example.org"
        browser.post("/join", typed(browser, name=name, email=email))
        (code,) = re.findall(r"/join/confirm\?code=([\w-]+)", capsys.readouterr().out)
        browser.post("/join/confirm", {"secret": code})
        assert all(said in desk.get("/todo") for said in (name, email, "I speak there."))
        (waiting,) = world.coordinator.get("/todo")["applications"]
        press = {"verb": verb, "number": str(waiting["id"])}
        signed_in(world, world.ana).post("/todo", press, status=403)
        desk.get(desk.post("/todo", press))
        assert name not in desk.page.text
        capsys.readouterr()
    people = [person["name"] for person in world.coordinator.get("/people")["items"]]
    assert ("Nora Paz" in people, "Eva Luz" in people) == (True, False)


def test_the_answer_is_the_same_for_whoever_can_sign_in_already(world: World, capsys: CAPTURE) -> None:
    browser = Browser(world.client, **{"Accept-Language": "es"})
    assert browser.post("/join", typed(browser, email="ana@example.org")) == "/join/thanks"
    assert "Ya puedes entrar" in capsys.readouterr().out
    assert contents(world.database)["application"] == []


def test_whoever_was_made_inactive_is_decided_on_and_not_told_to_sign_in(world: World, capsys: CAPTURE) -> None:
    ana = world.admin.get(f"/people/{world.ana.person_id}")
    inactive = world.admin.patch(f"/people/{ana['id']}", {"active": False}, version=ana["version"])
    browser, conference = Browser(world.client), world.conference()
    form = typed(browser, email=ana["email"], conference_id=str(conference["id"]))
    browser.post("/join", form)
    letter = capsys.readouterr().out
    assert "sign in already" not in letter
    browser.post("/join/confirm", {"secret": re.findall(r"/join/confirm\?code=([\w-]+)", letter)[0]})
    (waiting,) = world.coordinator.get("/todo")["applications"]
    refused = world.coordinator.post(f"/applications/{waiting['id']}/accept", status=409)
    assert "inactive" in refused["detail"]
    assert contents(world.database)["claim"] == []
    world.admin.patch(f"/people/{ana['id']}", {"active": True}, version=inactive["version"])
    assert world.coordinator.post(f"/applications/{waiting['id']}/accept")["person_id"] == ana["id"]


def test_what_is_refused_is_shown_with_all_that_was_typed(world: World) -> None:
    browser = Browser(world.client)
    form = typed(browser, email="nora", conference_id="999")
    text = browser.post("/join", form, status=422)
    for kept in ("Nora Paz", 'value="nora"', "I speak there.", "does not look like an e-mail address"):
        assert kept in text
    assert "This conference is not on the calendar." in browser.post(
        "/join", typed(browser, conference_id="999"), status=422
    )
    assert "This link no longer works" in browser.post("/join/confirm", {"secret": "ccj_guess"}, status=404)
    browser.post("/join", typed(browser), status=403, site="cross-site")
    assert contents(world.database)["application"] == []


def test_one_address_and_one_client_can_ask_so_often_and_no_more(world: World) -> None:
    browser = Browser(world.client)
    for _ in range(3):
        browser.post("/join", typed(browser))
    browser.post("/join", typed(browser), status=429)
    assert int(browser.page.headers["Retry-After"]) > 0
    for number in range(27):
        browser.post("/join", typed(browser, email=f"nora{number}@example.org"))
    browser.post("/join", typed(browser, email="one-more@example.org"), status=429)
    assert len(contents(world.database)["application"]) == 30
