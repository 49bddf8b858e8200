"""Whoever has met a champion asks to be named, by the code of the champion's card; the champion answers."""

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.core.clock import frozen, utcnow
from app.maintenance.tidy import tidy
from app.meetups.wishes import WISH_DAYS
from tests.support.contents import contents
from tests.support.world import Caller, Json, World

LUZ = "https://bsky.app/profile/luz.bsky.social"


@pytest.fixture
def claim(world: World) -> Json:
    return world.deputized(world.conference(starts_in=-1, days=3))


def _ask(world: World, code: str, handle: str, status: int = 202, **fields: Any) -> Any:
    return world.anyone.post("/wishes", {"code": code, "handle": handle, **fields}, status=status)


def _wishes(who: Caller) -> list[Json]:
    items: list[Json] = who.get("/wishes")["items"]
    return items


def _membership(world: World, handle: str) -> Caller:
    (member,) = world.coordinator.get(f"/members?handle={handle}")["items"]
    link = world.coordinator.post(f"/members/{member['id']}/link", status=201)
    return Caller(world.client, None, link["token"])


def test_who_asks_is_named_by_the_champions_yes_and_never_confirmed(world: World, claim: Json) -> None:
    code = world.card(claim)
    _ask(world, code.lower().replace("-", " "), LUZ)
    (wish,) = _wishes(world.ana)
    assert (wish["display"], wish["claim_id"]) == ("@luz.bsky.social", claim["id"])
    assert (wish["conference_name"], wish["platform"]) == (claim["conference_name"], "bluesky")
    assert world.coordinator.get("/members?handle=luz.bsky.social")["items"] == []
    met = world.ana.post(f"/wishes/{wish['id']}/grant")
    assert (met["people"][0]["status"], met["people"][0]["handles"][0]["display"]) == ("named", "@luz.bsky.social")
    assert met["happened_on"] == wish["met_on"]
    assert _wishes(world.ana) == []
    world.ana.post(f"/wishes/{wish['id']}/grant", status=404)
    own = _membership(world, "luz.bsky.social").get("/membership")
    assert [(each["id"], each["people"][0]["status"]) for each in own["meetups"]] == [(met["id"], "named")]


def test_nobody_else_sees_or_answers_who_asks_and_a_no_leaves_nothing(world: World, claim: Json) -> None:
    before = contents(world.database)
    _ask(world, world.card(claim), "@LuzMD")
    (wish,) = _wishes(world.ana)
    assert _wishes(world.bea) == []
    assert _wishes(world.coordinator) == [wish]
    for step in ("grant", "refuse"):
        world.bea.post(f"/wishes/{wish['id']}/{step}", status=404)
    world.ana.post(f"/wishes/{wish['id']}/refuse", status=204)
    assert _wishes(world.ana) == []
    after = contents(world.database)
    assert "LuzMD" not in str(after)
    assert {name for name in after if after[name] != before[name]} == {"attempts", "audit_entry", "short_link"}


def test_the_answer_is_the_same_whoever_has_the_handle_and_however_often_it_is_asked(world: World, claim: Json) -> None:
    day = claim["starts_on"]
    people = [{"handle": "@Known"}, {"handle": "@Erased"}, {"handle": "@Silent"}]
    world.ana.post(
        "/meetups", {"conference_id": claim["conference_id"], "happened_on": day, "people": people}, status=201
    )
    assert _membership(world, "@Erased").call("DELETE", "/membership").status_code == 200
    silent = _membership(world, "@Silent").call("PUT", "/membership/naming", json={"nameable": False})
    assert silent.status_code == 200
    code = world.card(claim)
    asked = ("@known", "@erased", "@silent", "@nobody")
    assert {str(_ask(world, code, handle)) for handle in asked} == {"None"}
    seen = _wishes(world.ana)
    assert [wish["display"] for wish in seen] == list(asked)
    _ask(world, code, "@KNOWN", shown=True)
    assert _wishes(world.ana) == seen
    granted = [world.ana.post(f"/wishes/{wish['id']}/grant") for wish in seen]
    assert [(each["people"][0]["handles"][0]["display"], each["people"][0]["status"]) for each in granted] == [
        (handle, "named") for handle in asked
    ]
    assert len({(len(each["people"]), each["others"]) for each in granted}) == 1


def test_the_handle_is_shown_to_the_others_only_if_its_owner_says_so(world: World, claim: Json) -> None:
    bri = world.bea
    code = world.card(claim)
    for handle, shown in (("@Quiet", False), ("@Open", True)):
        _ask(world, code, handle, shown=shown)
    meetups = {wish["display"]: world.ana.post(f"/wishes/{wish['id']}/grant")["id"] for wish in _wishes(world.ana)}
    quiet, opened = (_membership(world, handle) for handle in ("@Quiet", "@Open"))
    assert [own.get("/membership")["meetups"][0]["people"][0]["shown"] for own in (quiet, opened)] == [False, True]
    quiet.post(f"/membership/meetups/{meetups['@Quiet']}/confirm-unseen")
    opened.post(f"/membership/meetups/{meetups['@Open']}/confirm")
    with frozen(utcnow() + timedelta(days=31)):
        people = {handle: world.ana.get(f"/meetups/{number}") for handle, number in meetups.items()}
        assert [each["handles"][0]["display"] for each in people["@Open"]["people"]] == ["@Open"]
        assert (people["@Quiet"]["people"], people["@Quiet"]["others"]) == ([], 1)
        quiet.post(f"/membership/meetups/{meetups['@Quiet']}/confirm")
        assert len(world.ana.get(f"/meetups/{meetups['@Quiet']}")["people"]) == 1
        quiet.post(f"/membership/meetups/{meetups['@Quiet']}/confirm-unseen")
        quiet.post(f"/membership/meetups/{meetups['@Quiet']}/confirm-unseen", status=409)
        assert world.ana.get(f"/meetups/{meetups['@Quiet']}")["people"] == []
    assert world.coordinator.get("/coverage")["people"]["members_confirmed"] == 2
    bri.get(f"/meetups/{meetups['@Open']}", status=404)


def test_a_code_takes_names_from_the_day_before_its_conference_until_a_month_after(world: World) -> None:
    conference = world.conference(starts_in=30, days=3, timezone="UTC")
    claim = world.deputized(conference)
    code = world.card(claim)
    first, last = (date.fromisoformat(conference[name]) for name in ("starts_on", "ends_on"))

    def at(day: date) -> AbstractContextManager[None]:
        return frozen(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    with at(first - timedelta(days=2)):
        assert "has not begun" in _ask(world, code, "@early", status=409)["detail"]
    for day, handle in ((first - timedelta(days=1), "@eve"), (last, "@last"), (last + timedelta(days=30), "@late")):
        with at(day):
            _ask(world, code, handle)
    with at(last + timedelta(days=WISH_DAYS + 1)):
        assert "no names any more" in _ask(world, code, "@later", status=409)["detail"]
        met = [date.fromisoformat(wish["met_on"]) for wish in _wishes(world.ana)]
        assert met == [first - timedelta(days=1), last, last + timedelta(days=1)]


def test_what_nobody_answers_goes_after_a_month_with_the_champion_and_with_the_member(
    world: World, claim: Json
) -> None:
    code = world.card(claim)
    _ask(world, code, "@Old")
    with frozen(utcnow() + timedelta(days=WISH_DAYS, seconds=1)), world.database.transaction() as session:
        assert tidy(session, rules=world.rules).wishes == 1
    day = claim["starts_on"]
    new = {"conference_id": claim["conference_id"], "happened_on": day, "people": [{"handle": "@Gone"}]}
    world.ana.post("/meetups", new, status=201)
    for handle in ("@Gone", "@Stays"):
        _ask(world, code, handle)
    assert _membership(world, "@Gone").call("DELETE", "/membership").status_code == 200
    assert [wish["display"] for wish in _wishes(world.ana)] == ["@Stays"]
    world.ana.post("/me/erase", {"email": world.ana.get("/me")["email"]})
    assert _wishes(world.coordinator) == []


def test_what_is_no_code_no_handle_or_of_a_claim_that_has_ended_is_refused(world: World, claim: Json) -> None:
    code = world.card(claim)
    assert _ask(world, "0000-0000-0000-0000", "@Luz", status=404)["status"] == 404
    refused = _ask(world, code, "@not a handle", status=422)
    assert "handle" in str(refused["errors"])
    world.coordinator.post(f"/claims/{claim['id']}/revoke", {"note": ""})
    assert "no names any more" in _ask(world, code, "@Luz", status=409)["detail"]
    assert _wishes(world.coordinator) == []


def test_strangers_ask_only_so_often(world: World, claim: Json) -> None:
    code = world.card(claim)
    answers = [
        world.anyone.call("POST", "/wishes", json={"code": code, "handle": f"@a{n}"}).status_code for n in range(61)
    ]
    assert answers == [202] * 60 + [429]


def test_who_asked_before_the_days_were_put_right_is_named_on_the_nearest_of_them(world: World, claim: Json) -> None:
    _ask(world, world.card(claim), LUZ)
    (wish,) = _wishes(world.ana)
    right = {"starts_on": "2026-01-10", "ends_on": "2026-01-12"}
    path = f"/conferences/{claim['conference_id']}"
    world.coordinator.patch(path, right, version=world.coordinator.get(path)["version"])
    assert world.ana.post(f"/wishes/{wish['id']}/grant")["happened_on"] == "2026-01-13"


def test_the_code_that_she_shows_on_a_screen_is_the_one_on_her_card_and_only_an_accepted_claim_has_one(
    world: World, claim: Json
) -> None:
    shown = world.ana.post(f"/claims/{claim['id']}/card")
    assert shown["code"] == world.card(claim)
    assert shown["url"].upper().endswith(f"/M/{shown['code'].replace('-', '')}")
    assert world.coordinator.post(f"/claims/{claim['id']}/card") == shown
    world.bea.post(f"/claims/{claim['id']}/card", status=404)
    _ask(world, shown["code"], LUZ)
    assert len(_wishes(world.ana)) == 1
    waits = world.claim(world.conference(starts_in=70))
    world.ana.post(f"/claims/{waits['id']}/card", status=409)
