"""Meetups: who records one and when, who sees whom before and after she confirms, and what erasing leaves."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.core.clock import frozen, utcnow
from app.core.keys import ServerKey
from app.maintenance.tidy import tidy
from app.members.marks import void_marks
from tests.support.contents import contents
from tests.support.rules import KEY
from tests.support.world import Caller, Json, World

BRI, CARO = "@BriChristophers", "@caro_md"


@pytest.fixture
def conference(world: World) -> Json:
    """One that begins today; Ana is deputized for it."""
    conference = world.conference(starts_in=0, timezone="UTC")
    world.deputized(conference)
    return conference


def record(world: World, conference: Json, *handles: str, who: Caller | None = None, **fields: Any) -> Json:
    """A meetup that Ana, or somebody else, records."""
    status = fields.pop("status", 201)
    people = [{"handle": handle} for handle in handles or (BRI, CARO)]
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": people, **fields}
    answer: Json = (who or world.ana).post("/meetups", new, status=status)
    return answer


def _eve(conference: Json) -> str:
    return (date.fromisoformat(conference["starts_on"]) - timedelta(days=1)).isoformat()


def member_of(world: World, handle: str) -> Json:
    """The member with this handle, as a coordinator finds her."""
    found: list[Json] = world.coordinator.call("GET", f"/members?handle={handle.replace('@', '%40')}").json()["items"]
    assert len(found) == 1
    return found[0]


def with_link(world: World, handle: str) -> Caller:
    """A member who uses her own link."""
    link = world.coordinator.post(f"/members/{member_of(world, handle)['id']}/link", status=201)
    return Caller(world.client, None, link["token"])


def seen(meetup: Json) -> dict[str, str]:
    """The people of a meetup, by their first handle."""
    return {person["handles"][0]["display"]: person["status"] for person in meetup["people"]}


# Recording


def test_who_was_deputized_or_coordinates_records(world: World, conference: Json) -> None:
    world.claim(conference, world.bea)
    answers = {"anyone": 401, "bea": 403, "trusted": 403, "ana": 201, "coordinator": 201}
    for name, status in answers.items():
        record(world, conference, who=getattr(world, name), status=status)
    claim = world.ana.get("/claims")["items"][0]
    world.ana.post(f"/claims/{claim['id']}/close", {"lines": []})
    record(world, conference, happened_on=_eve(conference))


@pytest.mark.parametrize(("offset", "status"), [(-2, 422), (-1, 201), (0, 201), (3, 201), (4, 422)])
def test_a_meetup_is_at_most_a_day_apart_from_its_conference(world: World, offset: int, status: int) -> None:
    conference = world.conference(days=3)
    world.deputized(conference)
    first = date.fromisoformat(conference["starts_on"])
    with frozen(datetime.combine(first + timedelta(days=30), time(), UTC)):
        happened_on = (first + timedelta(days=offset)).isoformat()
        answer = record(world, conference, happened_on=happened_on, status=status)
    if status == 422:
        assert [error["pointer"] for error in answer["errors"]] == ["#/happened_on"]


def test_a_meetup_is_recorded_once_it_has_happened(world: World, conference: Json) -> None:
    tomorrow = date.fromisoformat(conference["starts_on"]) + timedelta(days=1)
    assert "happened" in record(world, conference, happened_on=tomorrow.isoformat(), status=422)["detail"]


def test_nobody_met_at_a_conference_that_is_not_on(world: World, conference: Json) -> None:
    record(world, {**conference, "id": 999}, status=422)
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": [{"handle": BRI}]}
    assert "cancelled" in world.coordinator.post("/meetups", new, status=409)["detail"]


def test_a_recorder_sees_what_she_typed_in_her_order_whoever_is_known(world: World, conference: Json) -> None:
    record(world, conference, who=world.coordinator)
    typed = ["@nobody_yet", "@CARO_MD", "https://x.com/BriChrisTophers?s=20", "brichristophers", "@zoe.bsky.social"]
    answer = record(world, conference, *typed)
    spelled = ["@nobody_yet", "@CARO_MD", "@BriChrisTophers", "@brichristophers", "@zoe.bsky.social"]
    for meetup in (answer, world.ana.get(f"/meetups/{answer['id']}"), world.ana.get("/meetups")["items"][0]):
        assert [(each["member_id"], each["status"]) for each in meetup["people"]] == [(None, "named")] * 5
        assert [each["handles"][0]["display"] for each in meetup["people"]] == spelled
        assert meetup["others"] == 0
    # One person under two spellings is there once, for those who know who she is.
    merged = world.coordinator.get(f"/meetups/{answer['id']}")
    assert list(seen(merged)) == ["@nobody_yet", CARO, BRI, "@zoe.bsky.social"]
    assert merged["others"] == 0


def test_after_thirty_days_only_who_confirmed_is_shown_and_the_rest_is_a_number(world: World, conference: Json) -> None:
    record(world, conference, "@brichristophers", who=world.coordinator)  # known by another spelling than Ana's
    path = f"/meetups/{record(world, conference, BRI, CARO, '@third_one')['id']}"
    with_link(world, BRI).post(f"/membership{path}/confirm")
    late = with_link(world, "@third_one")
    with frozen(utcnow() + timedelta(days=29, hours=23)):
        assert len(world.ana.get(path)["people"]) == 3
    with frozen(utcnow() + timedelta(days=30, hours=1)):
        meetup = world.ana.get(path)
        assert (seen(meetup), meetup["others"]) == ({BRI: "confirmed"}, 2)
        tidied = world.database.run(lambda session: tidy(session, rules=world.rules))
        assert tidied.names == 3
        assert world.ana.get(path) == meetup
        late.post(f"/membership{path}/confirm")
        meetup = world.ana.get(path)
        assert (seen(meetup), meetup["others"]) == ({BRI: "confirmed", "@third_one": "confirmed"}, 1)
    assert [row.display for row in contents(world.database)["naming"]] == ["", BRI, "", ""]


def test_two_handles_of_one_person_stay_two_for_the_recorder(world: World, conference: Json) -> None:
    real, pseudonym = "@dr_real_name", "@Anon_Doc_77"
    record(world, conference, real, who=world.coordinator)
    added = {"add_handle": {"handle": pseudonym}}
    world.coordinator.patch(f"/members/{member_of(world, real)['id']}", added, version=1)
    path = f"/meetups/{record(world, conference, CARO, pseudonym, real)['id']}"
    she = with_link(world, real)
    assert [handle["display"] for handle in she.get("/membership")["meetups"][0]["people"][0]["handles"]] == [
        pseudonym,  # by which she would be shown
        real,
    ]
    she.post(f"/membership{path}/confirm")
    assert seen(world.ana.get(path)) == {CARO: "named", pseudonym: "confirmed", real: "named"}
    with frozen(utcnow() + timedelta(days=31)):
        assert world.database.run(lambda session: tidy(session, rules=world.rules)).names == 3
        meetup = world.ana.get(path)
        assert (seen(meetup), meetup["others"]) == ({pseudonym: "confirmed"}, 2)
    assert seen(world.coordinator.get(path)) == {CARO: "named", pseudonym: "confirmed"}
    assert world.coordinator.get("/coverage")["people"]["members_confirmed"] == 1


def test_figures_of_members_are_for_coordinators(world: World, conference: Json) -> None:
    record(world, conference)
    for who, named in ((world.coordinator, 2), (world.admin, 2), (world.ana, None), (world.anyone, None)):
        figures = who.get("/coverage")
        for people in (figures["people"], *(figures[key][0] for key in ("by_state", "by_year", "by_specialty"))):
            assert (people["meetups"], people["members_named"]) == (1, named)
            assert people["members_confirmed"] == (None if named is None else 0)


@pytest.mark.parametrize("handle", ["@dra.lopez", "dra.garcia", "@ana@gmail.com"])
def test_a_handle_that_may_be_of_several_platforms_or_of_none_is_not_guessed(
    world: World, conference: Json, handle: str
) -> None:
    problem = record(world, conference, BRI, handle, status=422)
    (error,) = problem["errors"]
    assert error["pointer"] == "#/people/1/handle"
    assert "Say which platform it is on" in error["detail"]


def test_a_name_with_a_dot_is_of_the_platform_that_is_said(world: World, conference: Json) -> None:
    people = [{"handle": "@dra.lopez", "platform": "instagram"}]
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": people}
    (met,) = world.coordinator.post("/meetups", new, status=201)["people"]
    assert met["handles"][0]["url"] == "https://www.instagram.com/dra.lopez"


def test_a_handle_that_cannot_be_is_refused_at_its_place_and_nobody_is_kept(world: World, conference: Json) -> None:
    problem = record(world, conference, BRI, "not a handle", status=422)
    assert [error["pointer"] for error in problem["errors"]] == ["#/people/1/handle"]
    assert world.coordinator.get("/members")["items"] == []
    assert world.ana.get("/meetups")["items"] == []


# Who sees whom


def test_a_name_is_the_recorders_and_coordinators_to_see_until_its_owner_confirms(
    world: World, conference: Json
) -> None:
    meetup = record(world, conference, note="by the posters")
    path = f"/meetups/{meetup['id']}"
    bri, caro = with_link(world, BRI), with_link(world, CARO)
    world.coordinator.patch(f"/members/{member_of(world, CARO)['id']}", {"person_id": world.bea.person_id}, version=1)

    def views() -> list[dict[str, str] | None]:
        """As Ana who recorded it, a coordinator, Bea who is Caro, an outsider, Bri and Caro by link see it."""
        people = [who.call("GET", path) for who in (world.ana, world.coordinator, world.bea, world.trusted)]
        members = [who.get("/membership")["meetups"][0] for who in (bri, caro)]
        return [*(seen(p.json()) if p.status_code == 200 else None for p in people), *map(seen, members)]

    both = {BRI: "named", CARO: "named"}
    assert views() == [both, both, None, None, {BRI: "named"}, {CARO: "named"}]
    bri.post(f"/membership{path}/confirm")
    both = {BRI: "confirmed", CARO: "named"}
    assert views() == [both, both, None, None, {BRI: "confirmed"}, both]
    world.bea.post(f"/membership{path}/confirm")
    both = {BRI: "confirmed", CARO: "confirmed"}
    assert views() == [both, both, both, None, both, both]
    bri.post(f"/membership{path}/decline")
    both, rest = {BRI: "declined", CARO: "confirmed"}, {CARO: "confirmed"}
    assert views() == [{BRI: "named", CARO: "confirmed"}, both, rest, None, both, rest]


def test_the_note_is_for_the_recorder_and_coordinators(world: World, conference: Json) -> None:
    meetup = record(world, conference, note="by the posters", spot="Hall B")
    bri = with_link(world, BRI)
    bri.post(f"/membership/meetups/{meetup['id']}/confirm")
    readers = {"ana": "by the posters", "coordinator": "by the posters"}
    for name, note in readers.items():
        assert getattr(world, name).get(f"/meetups/{meetup['id']}")["note"] == note
    shown = bri.get("/membership")["meetups"][0]
    assert (shown["note"], shown["spot"]) == ("", "Hall B")


def test_lists_of_meetups_hold_what_is_hers_to_see(world: World, conference: Json) -> None:
    meetup = record(world, conference)
    other = record(world, conference, who=world.coordinator)
    lists = {world.ana: [meetup["id"]], world.bea: [], world.coordinator: [other["id"], meetup["id"]]}
    for who, expected in lists.items():
        assert [each["id"] for each in who.get("/meetups")["items"]] == expected
    assert world.coordinator.get(f"/meetups?conference_id={conference['id'] + 1}")["items"] == []


def test_a_recorder_who_is_a_member_has_taken_part(world: World, conference: Json) -> None:
    record(world, conference, CARO)
    world.coordinator.patch(f"/members/{member_of(world, CARO)['id']}", {"person_id": world.ana.person_id}, version=1)
    assert seen(record(world, conference, BRI)) == {BRI: "named", CARO: "confirmed"}


def test_nobody_decides_for_somebody_else(world: World, conference: Json) -> None:
    meetup = record(world, conference, BRI)
    record(world, conference, CARO)
    path = f"/membership/meetups/{meetup['id']}/confirm"
    for who, status in ((world.anyone, 401), (world.ana, 404), (world.coordinator, 404)):
        who.post(path, status=status)
    with_link(world, CARO).post(path, status=404)
    assert seen(world.ana.get(f"/meetups/{meetup['id']}")) == {BRI: "named"}


# Members


def test_a_new_link_makes_the_earlier_one_void(world: World, conference: Json) -> None:
    record(world, conference)
    first = with_link(world, BRI)
    first.get("/membership")
    second = with_link(world, BRI)
    first.get("/membership", status=401)
    second.get("/membership")
    second.get("/meetups", status=403)
    world.ana.post(f"/members/{member_of(world, BRI)['id']}/link", status=403)


def test_a_members_link_expires_is_renewed_and_ends_with_the_persons_account(world: World, conference: Json) -> None:
    record(world, conference, BRI)
    member_id, first = member_of(world, BRI)["id"], with_link(world, BRI)
    with frozen(utcnow() + timedelta(days=89)):
        second = Caller(world.client, None, first.post("/membership/link", status=201)["token"])
        first.get("/membership", status=401)
    with frozen(utcnow() + timedelta(days=178)):
        second.get("/membership")
    with frozen(utcnow() + timedelta(days=180)):
        second.get("/membership", status=401)
    world.coordinator.patch(f"/members/{member_id}", {"person_id": world.bea.person_id}, version=1)
    bea = f"/people/{world.bea.person_id}"
    world.coordinator.patch(bea, {"active": False}, version=1)
    second.get("/membership", status=401)
    with_link(world, BRI).get("/membership", status=401)  # nor does a new one help while she is inactive
    world.coordinator.patch(bea, {"active": True}, version=2)
    second.get("/membership", status=401)
    with_link(world, BRI).get("/membership")


def test_erasing_removes_everything_but_that_somebody_was_met(world: World, conference: Json) -> None:
    meetup = record(world, conference)
    member = member_of(world, BRI)
    world.coordinator.patch(f"/members/{member['id']}", {"display_name": "Bri"}, version=1)
    bri = with_link(world, BRI)
    bri.post(f"/membership/meetups/{meetup['id']}/confirm")
    assert bri.call("DELETE", "/membership").status_code == 200
    bri.get("/membership", status=401)
    world.coordinator.get(f"/members/{member['id']}", status=404)
    assert [each["handles"][0]["display"] for each in world.coordinator.get("/members")["items"]] == [CARO]
    # What was typed of the others is gone, too: else the recorder would see who is missing.
    for who, people, others in ((world.ana, {}, 2), (world.coordinator, {CARO: "named"}, 1)):
        left = who.get(f"/meetups/{meetup['id']}")
        assert (seen(left), left["others"]) == (people, others)
    assert world.coordinator.get("/coverage")["people"]["members_confirmed"] == 1


def test_erased_stays_erased_in_silence_until_she_asks_to_come_back(world: World, conference: Json) -> None:
    record(world, conference)
    caro, zoe = member_of(world, CARO), {"add_handle": {"handle": BRI}}
    told = with_link(world, BRI).call("DELETE", "/membership").json()
    assert "ask a coordinator" in told["kept_en"]
    assert "equipo de coordinación" in told["kept_es"]
    again = record(world, conference, "https://x.com/BRICHRISTOPHERS", CARO)
    assert list(seen(again)) == ["@BRICHRISTOPHERS", CARO]
    for_staff = world.coordinator.get(f"/meetups/{again['id']}")
    assert (list(seen(for_staff)), for_staff["others"]) == ([CARO], 1)
    assert [each["id"] for each in world.coordinator.get("/members")["items"]] == [caro["id"]]
    refused = world.coordinator.patch(f"/members/{caro['id']}", zoe, version=1, status=409)
    assert "readmit" in refused["detail"]
    (kept,) = contents(world.database)["erased_handle"]
    assert kept.mark == KEY.mark("handle", "x", "brichristophers")
    assert "bri" not in str(kept).casefold()
    for handle in (BRI, "@never_known"):
        world.coordinator.post("/members/readmit", {"handle": handle}, status=204)
    record(world, conference, BRI)
    assert member_of(world, BRI)["id"] != caro["id"]


def test_an_erasure_reaches_what_others_have_sent_too_late(world: World, conference: Json) -> None:
    claim = world.ana.get("/claims")["items"][0]
    record(world, conference)
    world.ana.post(f"/claims/{claim['id']}/withdraw", {})
    entry = str(uuid4())
    late = record(world, conference, "x.com/BRICHRISTOPHERS", CARO, entry_id=entry, status=202)
    assert "BRICHRISTOPHERS" in str(contents(world.database)["late_entry"])
    assert with_link(world, BRI).call("DELETE", "/membership").status_code == 200
    assert "BRICHRISTOPHERS" not in str(contents(world.database)["late_entry"])
    assert world.coordinator.post(f"/late-entries/{late['id']}/book")["status"] == "booked"
    booked = record(world, conference, "x.com/BRICHRISTOPHERS", CARO, entry_id=entry)
    assert (booked["people"], booked["others"]) == ([], 2)  # the same as if nobody had been erased
    for_staff = world.coordinator.get(f"/meetups/{booked['id']}")
    assert (list(seen(for_staff)), for_staff["others"]) == ([CARO], 1)


def test_a_lost_key_voids_the_marks_and_the_server_says_so(world: World, conference: Json) -> None:
    record(world, conference)
    with_link(world, CARO).post("/membership/blocks", {"handle": "@nobody_yet"}, status=204)
    assert with_link(world, BRI).call("DELETE", "/membership").status_code == 200
    with world.database.reading() as session:
        assert void_marks(session, key=KEY) == 0
        assert void_marks(session, key=ServerKey(b"another key of this very server")) == 2
    with world.with_settings(server_key=SecretStr("x" * 32)) as other:
        record(other, conference, BRI, who=other.ana)
        assert member_of(other, BRI)["handles"][0]["display"] == BRI


def test_who_blocked_a_handle_under_two_keys_keeps_one_block_when_its_owner_is_erased(
    world: World, conference: Json
) -> None:
    record(world, conference)
    block = {"handle": "@late_comer"}
    with_link(world, CARO).post("/membership/blocks", block, status=204)
    with world.with_settings(server_key=SecretStr("x" * 32)) as other:
        record(other, conference, "@late_comer", who=other.ana)
        with_link(other, CARO).post("/membership/blocks", block, status=204)
    assert len(contents(world.database)["handle_block"]) == 2
    assert with_link(world, "@late_comer").call("DELETE", "/membership").status_code == 200
    (kept,) = contents(world.database)["handle_block"]
    assert (kept.mark, kept.key_name) == (KEY.mark("handle", "x", "late_comer"), KEY.name)


def test_nobody_learns_more_of_a_member_than_the_handle_by_which_she_was_named(world: World, conference: Json) -> None:
    record(world, conference)
    bri = member_of(world, BRI)
    world.coordinator.patch(
        f"/members/{bri['id']}", {"add_handle": {"handle": "bri.example.org", "platform": "bluesky"}}, version=1
    )
    seen_by_recorder = record(world, conference, BRI)["people"][0]
    assert seen_by_recorder["member_id"] is None
    assert [handle["display"] for handle in seen_by_recorder["handles"]] == [BRI]


def test_a_blocked_pair_never_sees_each_other(world: World, conference: Json) -> None:
    path = f"/meetups/{record(world, conference)['id']}"
    bri, caro = with_link(world, BRI), with_link(world, CARO)

    def sees(who: Caller) -> tuple[list[str], int]:
        meetup = who.get("/membership")["meetups"][0]
        return list(seen(meetup)), meetup["others"]

    unconfirmed = {bri: sees(bri), caro: sees(caro)}
    for member in (bri, caro):
        member.post(f"/membership{path}/confirm")
    assert sees(bri) == sees(caro) == ([BRI, CARO], 0)
    bri.post("/membership/blocks", {"handle": CARO}, status=204)
    assert {who: sees(who) for who in (bri, caro)} == unconfirmed  # as if the other had never said anything
    assert len(world.coordinator.get(path)["people"]) == 2
    bri.post("/membership/blocks/remove", {"handle": CARO}, status=204)
    assert sees(caro) == ([BRI, CARO], 0)


def test_a_block_holds_before_the_handle_is_known_and_after_its_owner_came_back(world: World, conference: Json) -> None:
    record(world, conference, BRI)
    bri = with_link(world, BRI)
    bri.post("/membership/blocks", {"handle": "x.com/CARO_MD"}, status=204)
    for time_round in (1, 2):
        path = f"/membership/meetups/{record(world, conference, BRI, CARO)['id']}"
        caro = with_link(world, CARO)
        for member in (bri, caro):
            member.post(f"{path}/confirm")
            assert len(member.get("/membership")["meetups"][0]["people"]) == 1
        if time_round == 1:
            assert caro.call("DELETE", "/membership").status_code == 200
            world.coordinator.post("/members/readmit", {"handle": CARO}, status=204)
    bri.post("/membership/blocks/remove", {"handle": CARO}, status=204)
    assert len(caro.get("/membership")["meetups"][0]["people"]) == 2


def test_a_recorder_who_is_no_member_can_be_blocked_and_goes_on_seeing_what_she_typed(
    world: World, conference: Json
) -> None:
    meetup, other = record(world, conference), record(world, conference, who=world.coordinator)
    path, bri = f"/meetups/{meetup['id']}", with_link(world, BRI)
    bri.post(f"/membership{path}/confirm")
    world.coordinator.patch(f"/members/{member_of(world, BRI)['id']}", {"person_id": world.bea.person_id}, version=1)
    assert seen(world.ana.get(path)) == {BRI: "confirmed", CARO: "named"}
    assert seen(world.bea.get(path)) == {BRI: "confirmed"}
    bri.post(f"/membership{path}/block-recorder", status=204)
    assert [each["id"] for each in bri.get("/membership")["meetups"]] == [other["id"]]
    assert world.bea.get("/meetups")["items"] == []
    world.bea.get(path, status=404)
    for shown in (world.ana.get(path), record(world, conference, happened_on=_eve(conference))):
        assert seen(shown) == {BRI: "named", CARO: "named"}
    assert seen(world.coordinator.get(path)) == {BRI: "confirmed", CARO: "named"}
    with_link(world, CARO).post(f"/membership/meetups/{meetup['id'] + 9}/block-recorder", status=404)
    bri.post(f"/membership{path}/unblock-recorder", status=204)
    assert len(bri.get("/membership")["meetups"]) == 3
    assert seen(world.bea.get(path)) == {BRI: "confirmed"}
    world.coordinator.patch(f"/members/{member_of(world, BRI)['id']}", {"person_id": world.ana.person_id}, version=2)
    assert "yourself" in bri.post(f"/membership{path}/block-recorder", status=409)["detail"]


def test_what_a_champion_recorded_is_not_shown_to_who_blocks_the_handle_by_which_she_is_there(
    world: World, conference: Json
) -> None:
    record(world, conference, CARO, who=world.coordinator)
    world.coordinator.patch(f"/members/{member_of(world, CARO)['id']}", {"person_id": world.ana.person_id}, version=1)
    path = f"/meetups/{record(world, conference, BRI)['id']}"
    bri = with_link(world, BRI)
    bri.post(f"/membership{path}/confirm")
    bri.post("/membership/blocks", {"handle": CARO}, status=204)
    assert bri.get("/membership")["meetups"] == []
    assert seen(world.ana.get(path)) == {BRI: "named", CARO: "confirmed"}


def test_a_block_of_one_handle_does_not_tell_whose_another_is(world: World, conference: Json) -> None:
    record(world, conference, "@caro_real", who=world.coordinator)
    added = {"add_handle": {"handle": CARO}}
    world.coordinator.patch(f"/members/{member_of(world, '@caro_real')['id']}", added, version=1)
    path = f"/membership/meetups/{record(world, conference, BRI, CARO)['id']}"
    bri, caro = with_link(world, BRI), with_link(world, CARO)
    for member in (bri, caro):
        member.post(f"{path}/confirm")
    bri.post("/membership/blocks", {"handle": "@caro_real"}, status=204)
    assert list(seen(bri.get("/membership")["meetups"][0])) == [BRI, CARO]
    assert list(seen(caro.get("/membership")["meetups"][0])) == ["@caro_md"]  # and who blocks is hidden altogether


def test_blocking_a_handle_says_nothing_of_who_is_known(world: World, conference: Json) -> None:
    record(world, conference)
    bri = with_link(world, BRI)
    for handle in (CARO, "@nobody_here"):
        for _ in range(2):
            answer = bri.call("POST", "/membership/blocks", json={"handle": handle})
            assert (answer.status_code, answer.content) == (204, b"")
    assert "own" in bri.post("/membership/blocks", {"handle": BRI}, status=422)["detail"]
    assert "nobody" not in str(contents(world.database)["handle_block"])


# What is too much for somebody


def test_the_meetups_of_a_member_come_in_pages(world: World, conference: Json) -> None:
    recorded = [record(world, conference, BRI, f"@by{n}")["id"] for n in range(7)]
    bri = with_link(world, BRI)
    found, path, pages = [], "/membership?limit=3", 0
    while True:
        page = bri.get(path)
        pages += 1
        found += [meetup["id"] for meetup in page["meetups"]]
        if page["next"] is None:
            break
        path = f"/membership?limit=3&cursor={page['next']}"
    assert (found, pages) == (recorded[::-1], 3)
    assert 'rel="next"' in bri.call("GET", "/membership?limit=3").headers["Link"]
    assert "Link" not in bri.call("GET", "/membership").headers


def test_a_member_declines_several_meetups_or_all_that_wait_at_once(world: World, conference: Json) -> None:
    first, second, third, fourth = (record(world, conference, BRI, f"@by{n}")["id"] for n in range(4))
    foreign = record(world, conference, CARO)["id"]
    bri, path = with_link(world, BRI), "/membership/meetups/decline"
    for meetup_id in (first, second):
        bri.post(f"/membership/meetups/{meetup_id}/confirm")

    def statuses(answer: Json) -> list[str]:
        return [meetup["people"][0]["status"] for meetup in answer["meetups"][::-1]]

    bri.post(path, {"meetup_ids": [first, foreign]}, status=404)
    assert statuses(bri.get("/membership")) == ["confirmed", "confirmed", "named", "named"]
    for _ in range(2):
        assert statuses(bri.post(path, {"meetup_ids": [first, third]})) == [
            "declined",
            "confirmed",
            "declined",
            "named",
        ]
    assert statuses(bri.post(path, {})) == ["declined", "confirmed", "declined", "declined"]
    assert world.coordinator.get(f"/meetups/{foreign}")["people"][0]["status"] == "named"
    bri.post(f"/membership/meetups/{fourth}/confirm")


def test_whoever_does_not_want_to_be_named_is_not_and_who_names_them_sees_nothing_of_it(
    world: World, conference: Json
) -> None:
    record(world, conference)
    bri, caro = with_link(world, BRI), with_link(world, CARO)
    assert bri.get("/membership")["nameable"] is True
    put = bri.call("PUT", "/membership/naming", json={"nameable": False})
    assert (put.status_code, put.json()["nameable"]) == (200, False)

    def as_seen() -> list[Json]:
        """Two meetups that Ana records with Bri, and with Caro, now and when she reads them again in 40 days."""
        made = [record(world, conference, handle, "@somebody") for handle in (BRI, CARO)]
        with frozen(datetime.now(UTC) + timedelta(days=40)):
            later = [world.ana.get(f"/meetups/{meetup['id']}") for meetup in made]
        return [{**seen, "id": 0, "created_at": ""} for seen in (*made, *later)]

    with_bri, with_caro, later_bri, later_caro = as_seen()
    assert json.dumps(with_bri).casefold().replace(BRI.casefold()[1:], CARO[1:]) == json.dumps(with_caro).casefold()
    assert later_bri == later_caro
    assert len(bri.get("/membership")["meetups"]) == 1
    assert len(caro.get("/membership")["meetups"]) == 2
    assert bri.call("PUT", "/membership/naming", json={"nameable": True}).status_code == 200
    record(world, conference, BRI)
    assert len(bri.get("/membership")["meetups"]) == 2


def test_a_report_of_abuse_reaches_coordinators_and_its_text_goes_when_it_is_closed(
    world: World, conference: Json
) -> None:
    record(world, conference)
    bri = with_link(world, BRI)
    bri.post("/reports", {"text": "I am named in meetups that never were."}, status=204)
    world.ana.get("/reports", status=403)
    (waiting,) = world.coordinator.get("/reports?open=true")["items"]
    assert waiting["text"].startswith("I am named")
    assert world.coordinator.post(f"/reports/{waiting['id']}/close")["text"] == ""
    assert world.coordinator.get("/reports?open=true")["items"] == []
    world.coordinator.post(f"/reports/{waiting['id']}/close", status=409)


def test_a_handle_or_a_person_belongs_to_one_member(world: World, conference: Json) -> None:
    record(world, conference)
    bri, caro = member_of(world, BRI), member_of(world, CARO)
    path = f"/members/{caro['id']}"
    problem = world.coordinator.patch(path, {"add_handle": {"handle": "x.com/brichristophers"}}, version=1, status=409)
    assert [error["pointer"] for error in problem["errors"]] == ["#/add_handle"]
    world.coordinator.patch(f"/members/{bri['id']}", {"person_id": world.bea.person_id}, version=1)
    problem = world.coordinator.patch(path, {"person_id": world.bea.person_id}, version=1, status=409)
    assert [error["pointer"] for error in problem["errors"]] == ["#/person_id"]
    world.coordinator.patch(path, {"person_id": 999}, version=1, status=422)
    assert world.coordinator.get(path) == caro


def test_members_are_found_by_each_of_their_handles(world: World, conference: Json) -> None:
    record(world, conference)
    bri = member_of(world, BRI)
    added = {"handle": "bri.bsky.social"}
    changed = world.coordinator.patch(f"/members/{bri['id']}", {"add_handle": added}, version=1)
    assert [handle["platform"] for handle in changed["handles"]] == ["x", "bluesky"]
    for handle in ("BRICHRISTOPHERS", "https://x.com/brichristophers", "bri.bsky.social", "@bri.bsky.social"):
        assert member_of(world, handle)["id"] == bri["id"]
    assert world.coordinator.get("/members?handle=nobody")["items"] == []
    assert world.coordinator.get("/members?handle=no%20body", status=422)["errors"][0]["pointer"] == "handle"
    world.ana.get("/members?handle=nobody", status=403)
