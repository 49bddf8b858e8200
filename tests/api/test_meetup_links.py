"""A link to one meetup, handed over by whoever recorded it: what it does, and what it tells nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.core.clock import frozen, utcnow
from app.maintenance.tidy import tidy
from tests.support.browser import Browser
from tests.support.contents import contents
from tests.support.world import Caller, Json, World

HER, OTHER, GONE = "@LuzMD", "@sol_md", "@gone_md"


@pytest.fixture
def conference(world: World) -> Json:
    """It began today, and Ana brings ribbons."""
    conference = world.conference(starts_in=0, timezone="UTC", name="Congreso Uno")
    world.deputized(conference)
    return conference


def met(conference: Json, *handles: str, by: Caller) -> Json:
    """A meetup with these handles."""
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "spot": "Lobby", "note": "tall"}
    meetup: Json = by.post("/meetups", {**new, "people": [{"handle": each} for each in handles]}, status=201)
    return meetup


def link_for(who: Caller, meetup: Json, position: int = 0) -> str:
    """The secret of a link for whoever is named at this position."""
    made = who.post(f"/meetups/{meetup['id']}/link", {"position": position}, status=201)
    return str(made["url"].partition("?link=")[2])


def say(world: World, link: str, do: str, *, status: int = 303) -> str:
    """Where it leads if somebody whom nobody knows presses this button, or the page."""
    return Browser(world.client).post("/met", {"link": link, "do": do}, status=status)


def own_link(world: World, handle: str) -> Caller:
    """A member by a link of her own."""
    member = world.coordinator.get(f"/members?handle={handle.replace('@', '%40')}")["items"][0]["id"]
    return Caller(world.client, None, world.coordinator.post(f"/members/{member}/link", status=201)["token"])


def status(who: Caller, meetup: Json, handle: str = HER) -> list[str]:
    """What somebody sees of whoever has this handle."""
    people = who.get(f"/meetups/{meetup['id']}")["people"]
    return [each["status"] for each in people if handle in [known["display"] for known in each["handles"]]]


def test_a_link_opens_a_button_then_where_and_when_and_nothing_else(world: World, conference: Json) -> None:
    meetup = met(conference, HER, OTHER, by=world.ana)
    link, before = link_for(world.ana, meetup, 1), contents(world.database)
    browser = Browser(world.client)
    opened = browser.get(f"/met?link={link}")
    assert (browser.page.headers["Referrer-Policy"], "Congreso Uno" in opened) == ("strict-origin", False)
    shown = browser.post("/met", {"link": browser.hidden("link"), "do": "show"}, status=200)
    assert ("Congreso Uno" in shown, browser.cookies) == (True, {})
    for hidden in ("LuzMD", "sol_md", "Lobby", "tall", "Ana", '/membership"'):
        assert hidden not in opened + shown
    assert contents(world.database) == before
    browser.post("/met", {"link": link, "do": "confirm"}, status=403, site="cross-site")
    browser.post("/met", {"link": link, "do": "erase"}, status=404)
    for page in (browser.get("/met?link=ccn_wrong", status=410), say(world, "ccn_wrong", "confirm", status=410)):
        assert "no longer works" in page
    assert link not in str(contents(world.database))
    Caller(world.client, None, link).get("/membership", status=401)  # it is no credential


def test_what_is_said_with_it_holds_and_whoever_made_it_stands_in_the_trail_and_does_not_see_it(
    world: World, conference: Json
) -> None:
    meetup = met(conference, HER, by=world.ana)
    ana = met(conference, "@ana_md", by=world.coordinator)["people"][0]["member_id"]
    world.coordinator.patch(f"/members/{ana}", {"person_id": world.ana.person_id}, version=1)
    assert say(world, link_for(world.ana, meetup), "confirm") == "/met/said?what=confirm"
    assert status(world.coordinator, meetup) == ["confirmed"]
    she = own_link(world, HER)
    (line,) = [each for each in she.get("/membership")["trail"] if each["action"] == "confirm_by_link"]
    assert (line["principal"], line["through"]) == ("anyone", f"person:{world.ana.person_id}")
    assert [each["action"] for each in _trail(world)] == ["confirm_by_link"]
    assert status(world.ana, meetup) == ["named"]
    hers = own_link(world, "@ana_md")
    later = met(conference, HER, "@ana_md", OTHER, by=world.ana)
    say(world, link_for(world.ana, later), "confirm")
    assert "LuzMD" not in hers.call("GET", "/membership").text  # nor as the member that she is
    with frozen(utcnow() + timedelta(days=31)):
        world.database.run(lambda session: tidy(session, rules=world.rules))
        assert status(world.ana, meetup) == ["confirmed"]
        assert contents(world.database)["meetup_link"] == []


def _trail(world: World) -> list[Json]:
    found = world.coordinator.get(f"/audit?principal=person:{world.ana.person_id}")["items"]
    return [each for each in found if each["principal"] == "anyone"]


def test_until_somebody_speaks_for_herself_a_link_may_change_what_was_said_with_it(
    world: World, conference: Json
) -> None:
    meetup = met(conference, HER, by=world.ana)
    link, she = link_for(world.ana, meetup), own_link(world, HER)
    for do, stands in (("confirm", "confirmed"), ("decline", "declined"), ("confirm", "confirmed")):
        say(world, link, do)
        assert status(world.coordinator, meetup) == [stands]
    she.post(f"/membership/meetups/{meetup['id']}/decline")
    say(world, link, "confirm")
    assert status(world.coordinator, meetup) == ["declined"]
    she.post(f"/membership/meetups/{meetup['id']}/confirm")
    say(world, link, "decline")
    assert (status(world.coordinator, meetup), status(world.ana, meetup)) == (["confirmed"], ["confirmed"])


def test_whoever_made_it_learns_nothing_by_using_it_themselves(world: World, conference: Json) -> None:
    """A mere number, and a part that is none of a link's, are answered like any other, and nothing is changed."""
    fates: dict[str, Any] = {
        "@declines_md": lambda she, first: she.post(f"/membership/meetups/{first['id']}/decline"),
        "@blocks_md": lambda she, first: she.post(f"/membership/meetups/{first['id']}/block-recorder", status=204),
        "@unnamed_md": lambda she, _: she.call("PUT", "/membership/naming", json={"nameable": False}),
        "@erased_md": lambda she, _: she.call("DELETE", "/membership"),
    }
    seen: dict[str, list[Any]] = {}
    for handle in ("@plain_md", *fates):
        known_before = handle in {"@unnamed_md", "@erased_md"}
        meetup = met(conference, handle, by=world.coordinator if known_before else world.ana)
        if handle in fates:
            fates[handle](own_link(world, handle), meetup)
        if known_before:
            meetup = met(conference, handle, by=world.ana)
        made = world.ana.call("POST", f"/meetups/{meetup['id']}/link", json={"position": 0})
        link, before = made.json()["url"].partition("?link=")[2], contents(world.database)["participant"]
        shown = [made.status_code, sorted(made.json()), Browser(world.client).get(f"/met?link={link}")]
        shown += [say(world, link, "show", status=200), *(say(world, link, "confirm") for _ in range(2))]
        assert (contents(world.database)["participant"] == before) is (handle in fates)
        shown += [world.ana.call("GET", f"/meetups/{meetup['id']}").text]
        shown += [world.ana.call("GET", "/meetups?limit=1").text.count("confirmed")]
        shown += [say(world, link, "not-me"), say(world, link, "show", status=410)]
        seen[handle] = [_alike(each, handle, meetup, link) for each in shown]
    plain = seen.pop("@plain_md")
    assert {handle: each for handle, each in seen.items() if each != plain} == {}


def _alike(said: Any, handle: str, meetup: Json, link: str) -> Any:
    """The same without what differs anyway: handle, number, time, secrets."""
    if not isinstance(said, str):
        return said
    for own in (link, handle.removeprefix("@"), meetup["created_at"], f'"id":{meetup["id"]},'):
        said = said.replace(own, "…")
    return re.sub(r'(?<=name="request_key" value=")[\w-]+', "…", said)


def test_only_whoever_typed_a_name_makes_a_link_for_it_and_the_newest_alone_works(
    world: World, conference: Json
) -> None:
    meetup = met(conference, HER, OTHER, by=world.ana)
    path = f"/meetups/{meetup['id']}/link"
    assert [each["position"] for each in meetup["people"]] == [0, 1]
    for who, position in ((world.bea, 0), (world.coordinator, 0), (world.ana, 2)):
        who.post(path, {"position": position}, status=404)
    world.ana.post(path, {"position": -1}, status=422)
    old, new = link_for(world.ana, meetup), link_for(world.ana, meetup)
    other = link_for(world.ana, meetup, 1)
    say(world, old, "confirm", status=410)
    say(world, new, "not-me")
    say(world, new, "confirm", status=410)
    assert status(world.coordinator, meetup) == ["named"]
    say(world, other, "decline")
    assert (status(world.coordinator, meetup), status(world.coordinator, meetup, OTHER)) == (["named"], ["declined"])
    with frozen(utcnow() + timedelta(days=31)):
        say(world, other, "confirm", status=410)
        world.ana.post(path, {"position": 0}, status=404)
    met(conference, GONE, by=world.coordinator)
    own_link(world, GONE).call("DELETE", "/membership")  # what was typed is forgotten, everybody's
    say(world, other, "confirm", status=410)
    assert contents(world.database)["meetup_link"] == []


def test_wrong_links_are_counted_and_right_ones_work_all_the_same(world: World, conference: Json) -> None:
    link = link_for(world.ana, met(conference, HER, by=world.ana))
    with frozen(utcnow().replace(minute=1)):
        answers = [say(world, f"ccn_{number}", "confirm", status=410 if number < 60 else 429) for number in range(61)]
        assert "Too many attempts" in answers[-1]
        assert say(world, link, "confirm") == "/met/said?what=confirm"


def test_who_turns_out_to_be_somebody_else_has_said_it_with_the_link_all_the_same(
    world: World, conference: Json
) -> None:
    meetup = met(conference, HER, OTHER, by=world.ana)
    say(world, link_for(world.ana, meetup), "confirm")
    other, she = (
        world.coordinator.get(f"/members?handle={handle.replace('@', '%40')}")["items"][0]["id"]
        for handle in (OTHER, HER)
    )
    world.coordinator.post(f"/members/{other}/merge", {"other_id": she})
    assert status(world.ana, meetup) == ["named"]
