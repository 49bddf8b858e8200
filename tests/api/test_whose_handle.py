"""Meetups are put right or taken back; handles are whose they are; members who are one are made one."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.core.clock import frozen, utcnow
from app.meetups.one_server import has_doubles, unite_servers
from app.members.handles import Platform
from app.members.models import ErasedHandle, HandleBlock, MemberHandle
from tests.support.contents import contents
from tests.support.rules import KEY
from tests.support.world import Caller, Json, World


@pytest.fixture
def claim(world: World) -> Json:
    return world.deputized(world.conference(starts_in=-1, days=3))


def _meet(world: World, claim: Json, *handles: str, status: int = 201, **fields: Any) -> Any:
    new = {"conference_id": claim["conference_id"], "happened_on": claim["starts_on"], **fields}
    return world.ana.post("/meetups", {**new, "people": [{"handle": each} for each in handles]}, status=status)


def _member(world: World, handle: str) -> int:
    (found,) = world.coordinator.get(f"/members?handle={handle}")["items"]
    return int(found["id"])


def _link(world: World, handle: str) -> Caller:
    made = world.coordinator.post(f"/members/{_member(world, handle)}/link", status=201)
    return Caller(world.client, None, made["token"])


def _delete(who: Caller, meetup: Json, status: int = 204) -> None:
    answer = who.call("DELETE", f"/meetups/{meetup['id']}")
    assert answer.status_code == status, answer.text


def _further(world: World, handle: str, further: str) -> int:
    member = _member(world, handle)
    version = world.coordinator.get(f"/members/{member}")["version"]
    world.coordinator.patch(f"/members/{member}", {"add_handle": {"handle": further}}, version=version)
    return member


def _shown(meetup: Json) -> list[tuple[str, str]]:
    return [(each["handles"][0]["display"], each["status"]) for each in meetup["people"]]


def test_a_meetup_is_put_right_by_who_recorded_it_until_somebody_has_confirmed_it(world: World, claim: Json) -> None:
    meetup = _meet(world, claim, "@Luz", spot="Loby")
    path = f"/meetups/{meetup['id']}"
    world.bea.patch(path, {"spot": "x"}, version=1, status=404)
    assert world.ana.patch(path, {"spot": "Lobby", "note": "at noon"}, version=1)["spot"] == "Lobby"
    world.ana.patch(path, {"spot": "x"}, version=1, status=412)
    assert "The conference is from" in str(world.ana.patch(path, {"happened_on": "2020-01-01"}, version=2, status=422))
    luz = _link(world, "@Luz")
    luz.post(f"/membership{path}/confirm")
    assert "Somebody has confirmed" in world.ana.patch(path, {"spot": "x"}, version=2, status=409)["detail"]
    _delete(world.ana, meetup, 409)
    assert world.coordinator.patch(path, {"spot": "Hall"}, version=2)["spot"] == "Hall"
    assert luz.get("/membership")["meetups"][0]["people"][0]["status"] == "confirmed"
    _delete(world.coordinator, meetup)
    assert luz.get("/membership")["meetups"] == []


def test_who_is_shown_to_nobody_is_asked_again_or_keeps_it_and_who_recorded_it_learns_nothing(
    world: World, claim: Json
) -> None:
    says = {"@Silent": None, "@Quiet": "confirm-unseen", "@Never": "decline"}
    seen = []
    for handle, said in says.items():
        meetup = _meet(world, claim, handle)
        own = _link(world, handle)
        if said:
            own.post(f"/membership/meetups/{meetup['id']}/{said}")
        answer = world.ana.patch(f"/meetups/{meetup['id']}", {"spot": "Lobby"}, version=1)
        seen.append([each[1] for each in _shown(answer)])
        if said == "confirm-unseen":
            assert own.get("/membership")["meetups"][0]["people"][0]["status"] == "named"
            own.post(f"/membership/meetups/{meetup['id']}/{said}")
        _delete(world.ana, meetup)
        world.ana.get(f"/meetups/{meetup['id']}", status=404)
        _delete(world.ana, meetup, 404)
        kept = [(each["id"], each["recorded_by"]) for each in own.get("/membership")["meetups"]]
        assert kept == ([(meetup["id"], None)] if said == "confirm-unseen" else [])
    assert seen == [["named"]] * 3
    assert world.ana.get("/meetups")["items"] == []


def test_the_same_names_on_the_same_day_are_recorded_once_whoever_has_them(world: World, claim: Json) -> None:
    _meet(world, claim, "@Luz", "@Sol")
    assert "recorded this already" in _meet(world, claim, "@sol", "@LUZ", status=409)["detail"]
    _meet(world, claim, "@Luz")
    _further(world, "@Luz", "@LuzMD")
    _meet(world, claim, "@LuzMD")
    new = {"conference_id": claim["conference_id"], "happened_on": claim["starts_on"]}
    world.coordinator.post("/meetups", {**new, "people": [{"handle": "@Luz"}]}, status=201)
    with frozen(utcnow() + timedelta(days=31)):
        _meet(world, claim, "@Luz")


def test_a_meetup_of_which_nobody_is_left_counts_no_more(world: World, claim: Json) -> None:
    _meet(world, claim, "@Luz")
    _meet(world, claim, "@Sol", "@Luz")
    assert world.coordinator.get("/coverage")["people"]["meetups"] == 2
    assert _link(world, "@Luz").call("DELETE", "/membership").status_code == 200
    assert world.coordinator.get("/coverage")["people"]["meetups"] == 1


def test_a_handle_is_taken_away_but_not_the_last_and_nobody_is_shown_it_any_more(world: World, claim: Json) -> None:
    meetup = _meet(world, claim, "@LuzMD")
    member = _further(world, "@LuzMD", "luz.bsky.social")
    _link(world, "@LuzMD").post(f"/membership/meetups/{meetup['id']}/confirm")
    path = f"/members/{member}/handles/remove"
    assert "no handle of this member" in world.coordinator.post(path, {"handle": "@Sol"}, status=422)["detail"]
    left = world.coordinator.post(path, {"handle": "@LuzMD"})
    assert [each["display"] for each in left["handles"]] == ["@luz.bsky.social"]
    assert "one handle at least" in world.coordinator.post(path, {"handle": "luz.bsky.social"}, status=409)["detail"]
    assert world.coordinator.get("/members?handle=@LuzMD")["items"] == []
    seen = world.ana.get(f"/meetups/{meetup['id']}")
    assert "luz.bsky" not in str(seen)
    _meet(world, claim, "@LuzMD", "@Other")
    assert _member(world, "@LuzMD") != member


def test_a_renamed_handle_is_blocked_as_before_and_shown_to_nobody_who_saw_the_old_one(
    world: World, claim: Json
) -> None:
    meetup = _meet(world, claim, "@Old", "@Sol")
    sol = _link(world, "@Sol")
    sol.post("/membership/blocks", {"handle": "@Old"}, status=204)
    _link(world, "@Old").post(f"/membership/meetups/{meetup['id']}/confirm")
    member = _member(world, "@Old")
    body = {"handle": {"handle": "@Old"}, "to": {"handle": "@Sol"}}
    assert "another member" in world.coordinator.post(f"/members/{member}/handles/rename", body, status=409)["detail"]
    body["to"] = {"handle": "@New"}
    renamed = world.coordinator.post(f"/members/{member}/handles/rename", body)
    assert [each["display"] for each in renamed["handles"]] == ["@New"]
    with frozen(utcnow() + timedelta(days=31)):
        assert "@New" not in str(world.ana.get(f"/meetups/{meetup['id']}"))
    later = _meet(world, claim, "@New", "@Sol")
    _link(world, "@New").post(f"/membership/meetups/{later['id']}/confirm")
    assert "@New" not in str(sol.get("/membership")["meetups"])


def test_a_handle_is_given_to_whose_it_is_who_is_asked_about_its_meetups(world: World, claim: Json) -> None:
    meetup = _meet(world, claim, "@Wrong")
    member = _further(world, "@Wrong", "@Right")
    _link(world, "@Wrong").post(f"/membership/meetups/{meetup['id']}/confirm")
    _meet(world, claim, "@Sol")
    body = {"handle": {"handle": "@Wrong"}, "to_member_id": _member(world, "@Sol")}
    left = world.coordinator.post(f"/members/{member}/handles/move", body)
    assert [each["display"] for each in left["handles"]] == ["@Right"]
    sol = _link(world, "@Sol").get("/membership")
    assert [each["display"] for each in sol["handles"]] == ["@Wrong", "@Sol"]
    (moved,) = [each for each in sol["meetups"] if each["id"] == meetup["id"]]
    assert [each["status"] for each in moved["people"]] == ["named"]
    assert _link(world, "@Right").get("/membership")["meetups"] == []
    assert _shown(world.ana.get(f"/meetups/{meetup['id']}")) == [("@Wrong", "named")]


def test_two_members_who_are_one_are_made_one_and_nobody_else_learns_it(world: World, claim: Json) -> None:
    both, one = _meet(world, claim, "@Anon", "@Luz"), _meet(world, claim, "@Anon")
    anon, luz, sol = (_link(world, handle) for handle in ("@Anon", "@Luz", "@Anon"))
    before = world.ana.get("/meetups")
    anon = sol  # the later link is the one that works
    for own in (anon, luz):
        own.post("/membership/blocks", {"handle": "@Bad"}, status=204)
        own.post("/membership/handles", {"handle": "@Further"}, status=202)
    anon.post("/membership/blocks", {"handle": "@Worse"}, status=204)
    luz.post("/membership/blocks", {"handle": "@Anon"}, status=204)  # one of herself, as it turns out
    anon.post(f"/membership/meetups/{both['id']}/decline")
    kept, gone = _member(world, "@Luz"), _member(world, "@Anon")
    world.coordinator.post(f"/members/{kept}/merge", {"other_id": kept}, status=422)
    merged = world.coordinator.post(f"/members/{kept}/merge", {"other_id": gone})
    assert {each["display"] for each in merged["handles"]} == {"@Luz", "@Anon"}
    world.coordinator.get(f"/members/{gone}", status=404)
    anon.get("/membership", status=401)
    own = luz.get("/membership")
    assert (own["blocked_handles"], len(own["asked_handles"])) == (2, 1)
    parts = {
        each["id"]: next(part["status"] for part in each["people"] if part["member_id"] == kept)
        for each in own["meetups"]
    }
    assert parts == {both["id"]: "declined", one["id"]: "named"}
    assert world.ana.get("/meetups") == before
    luz.post(f"/membership/meetups/{one['id']}/confirm")
    with frozen(utcnow() + timedelta(days=31)):
        assert _shown(world.ana.get(f"/meetups/{one['id']}")) == [("@Anon", "confirmed")]


def _as_kept_before(world: World, canonical: str, www: str) -> None:
    """A handle as it was kept when ``www.`` before its server made it another."""
    user, _, server = www.partition("@")
    with world.database.transaction() as session:
        kept = session.exec(select(MemberHandle).where(col(MemberHandle.canonical) == canonical)).one()
        kept.canonical, kept.display, kept.url = www, f"@{www}", f"https://{server}/@{user}"


def test_accounts_that_were_kept_twice_for_www_before_their_server_are_one(world: World, claim: Json) -> None:
    both = _meet(world, claim, "@luz@one.town", "@luz@med.town", "@sol@two.town")
    mar = _meet(world, claim, "@mar@www.com", "@zoe@med.town")
    _as_kept_before(world, "zoe@med.town", "1@www.roblox.com")  # is no server of the fediverse any more, and stays
    _link(world, "@luz@one.town").post(f"/membership/meetups/{both['id']}/confirm")
    _link(world, "@sol@two.town").post("/membership/blocks", {"handle": "@luz@one.town"}, status=204)
    _as_kept_before(world, "luz@one.town", "luz@www.med.town")
    _as_kept_before(world, "sol@two.town", "sol@www.sea.town")
    for again in (False, True):
        with world.database.transaction() as session:
            assert has_doubles(session)  # www.com is a server of its own
            assert unite_servers(session, key=KEY) == (0 if again else 2)
    assert _member(world, "@luz@www.med.town") == _member(world, "https://med.town/@luz")
    assert _member(world, "@sol@sea.town") == _member(world, "www.sea.town/@sol")
    assert ("@luz@med.town", "confirmed") in _shown(world.coordinator.get(f"/meetups/{both['id']}"))
    again_met = _meet(world, claim, "@luz@www.med.town", "@sol@sea.town", spot="Lobby")
    confirmed = _link(world, "@luz@med.town").get("/membership")
    assert {each["id"] for each in confirmed["meetups"]} >= {both["id"], again_met["id"]}
    assert _shown(world.ana.get(f"/meetups/{mar['id']}"))[0] == ("@mar@www.com", "named")


def test_who_was_erased_or_blocked_under_www_is_so_without_it(world: World, claim: Json) -> None:
    def marked(canonical: str) -> str:
        return KEY.mark("handle", Platform.MASTODON, canonical)

    _meet(world, claim, "@bea@med.town")
    with world.database.transaction() as session:
        session.add(ErasedHandle(mark=marked("ola@www.med.town"), key_name=KEY.name))
        blocker = _member(world, "@bea@med.town")
        session.add(HandleBlock(blocker_id=blocker, mark=marked("luz@www.med.town"), key_name=KEY.name))
    _meet(world, claim, "@ola@med.town", "@luz@med.town", spot="Lobby")
    assert world.coordinator.get("/members?handle=@ola@med.town")["items"] == []
    with world.database.reading() as session:
        assert session.exec(select(HandleBlock.mark)).all() == [marked("luz@med.town")]


def test_members_who_are_two_people_are_not_made_one(world: World, claim: Json) -> None:
    _meet(world, claim, "@Ana", "@Bea")
    first, second = _member(world, "@Ana"), _member(world, "@Bea")
    for member, who in ((first, world.ana), (second, world.bea)):
        world.coordinator.patch(f"/members/{member}", {"person_id": who.person_id}, version=1)
    before = contents(world.database)
    answer = world.coordinator.post(f"/members/{first}/merge", {"other_id": second}, status=409)
    assert "Unlink one of them first" in answer["detail"]
    assert contents(world.database) == before


def test_a_further_handle_is_hers_once_a_coordinator_has_confirmed_it(world: World, claim: Json) -> None:
    _meet(world, claim, "@Luz", "@Taken")
    luz = _link(world, "@Luz")
    asked = ("https://mastodon.social/@luz", "@luz@fosstodon.org", "@Taken", "@Nobody")
    answers = [luz.post("/membership/handles", {"handle": each}, status=202) for each in (*asked, asked[0])]
    assert answers == [None] * 5
    own = luz.get("/membership")
    assert [each["display"] for each in own["asked_handles"]] == [
        "@luz@mastodon.social", "@luz@fosstodon.org", "@Taken", "@Nobody"
    ]  # fmt: skip
    assert len(own["handles"]) == 1
    waiting = world.coordinator.get("/todo")["handles_to_confirm"]
    paths = [f"/asked-handles/{each['id']}" for each in waiting]
    for path in paths[:2]:
        world.coordinator.post(f"{path}/confirm")
    assert "another member" in world.coordinator.post(f"{paths[2]}/confirm", status=409)["detail"]
    world.coordinator.post(f"{paths[2]}/refuse", status=204)
    world.coordinator.post(f"{paths[2]}/refuse", status=404)
    own = luz.get("/membership")
    assert [each["display"] for each in own["handles"]] == ["@Luz", "@luz@mastodon.social", "@luz@fosstodon.org"]
    assert [each["display"] for each in own["asked_handles"]] == ["@Nobody"]
    assert luz.call("DELETE", "/membership").status_code == 200
    assert world.coordinator.get("/todo")["handles_to_confirm"] == []


def test_a_member_says_what_she_is_called_and_takes_all_blocks_back(world: World, claim: Json) -> None:
    meetup = _meet(world, claim, "@Luz")
    luz = _link(world, "@Luz")
    luz.post("/membership/blocks", {"handle": "@Bad"}, status=204)
    luz.post(f"/membership/meetups/{meetup['id']}/block-recorder", status=204)
    named = luz.call("PUT", "/membership/name", json={"display_name": "Luz Peña"}).json()
    assert (named["display_name"], named["blocked_handles"], len(named["blocked_recorders"])) == ("Luz Peña", 1, 1)
    assert world.coordinator.get("/members?q=pena")["items"][0]["display_name"] == "Luz Peña"
    luz.post("/membership/blocks/clear", status=204)
    own = luz.get("/membership")
    assert (own["blocked_handles"], own["blocked_recorders"], len(own["meetups"])) == (0, [], 1)


def test_two_members_who_ask_for_one_handle_are_made_one_who_asks_once_and_is_known_as_who_has_reported(
    world: World, claim: Json
) -> None:
    _meet(world, claim, "@Anon", "@Luz")
    kept, gone = _member(world, "@Luz"), _member(world, "@Anon")
    luz, anon = _link(world, "@Luz"), _link(world, "@Anon")
    for own, handle in ((luz, "@Both"), (anon, "@Both"), (anon, "@Third")):
        own.post("/membership/handles", {"handle": handle}, status=202)
    anon.post("/reports", {"text": "He follows me.", "handle": {"handle": "@Bad"}}, status=204)
    world.coordinator.post(f"/members/{kept}/merge", {"other_id": gone})
    assert [each["display"] for each in luz.get("/membership")["asked_handles"]] == ["@Both", "@Third"]
    assert luz.call("DELETE", "/membership").status_code == 200
    assert "He follows me." not in str(contents(world.database))


def test_what_others_say_is_theirs_of_somebody_who_is_erased_is_forgotten(world: World, claim: Json) -> None:
    _meet(world, claim, "@Luz", "@Sol")
    luz, sol = _link(world, "@Luz"), _link(world, "@Sol")
    for handle in ("@Luz", "@Other"):
        sol.post("/membership/handles", {"handle": handle}, status=202)
    assert luz.call("DELETE", "/membership").status_code == 200
    assert [each["display"] for each in sol.get("/membership")["asked_handles"]] == ["@Other"]
