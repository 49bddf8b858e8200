"""Reports of abuse: whom they are about, who may see them, and what is done in somebody else's name."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import update

from app.core.clock import frozen
from app.letters.sending import post
from app.members.handles import Platform
from app.members.models import MemberHandle
from app.people.models import Person
from tests.support.contents import contents
from tests.support.mailbox import mailbox
from tests.support.smtp import text_of
from tests.support.world import Caller, Json, World

TEXT = "I am named in a meetup that never was."


@pytest.fixture
def meetup(world: World) -> Json:
    """One that the coordinator has recorded, with Bri and with the coordinator's own handle."""
    conference = world.conference(starts_in=0, timezone="UTC")
    people = [{"handle": "@bri"}, {"handle": "@coordinator"}]
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": people}
    made: Json = world.coordinator.post("/meetups", new, status=201)
    own = made["people"][1]["member_id"]
    world.admin.patch(f"/members/{own}", {"person_id": world.coordinator.person_id}, version=1)
    return made


def bri_of(world: World, meetup: Json, by: Caller | None = None) -> Caller:
    """Bri, by a link that the admin, or somebody else, has made."""
    link = (by or world.admin).post(f"/members/{meetup['people'][0]['member_id']}/link", status=201)
    return Caller(world.client, None, link["token"])


ABOUT: dict[str, Callable[[World, Json], Json]] = {
    "her handle": lambda _world, _meetup: {"handle": {"handle": "https://x.com/Coordinator"}},
    "a meetup that she recorded": lambda _world, meetup: {"meetup_id": meetup["id"]},
    "herself": lambda world, _meetup: {"person_id": world.coordinator.person_id},
}


@pytest.mark.parametrize("about", ABOUT)
def test_whom_a_report_is_about_neither_sees_nor_closes_it(world: World, meetup: Json, about: str) -> None:
    bri = bri_of(world, meetup)
    trail = world.coordinator.get("/audit")
    bri.post("/reports", {"text": TEXT, **ABOUT[about](world, meetup)}, status=204)
    assert world.coordinator.get("/audit") == trail
    assert world.coordinator.get("/reports")["items"] == []
    (seen,) = world.admin.get("/reports?open=true")["items"]
    known = {
        "about_member_id": meetup["people"][1]["member_id"] if about == "her handle" else None,
        "about_meetup_id": meetup["id"] if "meetup" in about else None,
        "about_person_id": None if about == "her handle" else world.coordinator.person_id,
    }
    assert seen.items() >= {"text": TEXT, "closed_at": None, **known}.items()
    world.coordinator.post(f"/reports/{seen['id']}/close", status=404)
    assert world.admin.get("/reports?open=true")["items"] == [seen]
    assert world.admin.post(f"/reports/{seen['id']}/close")["closed_by"] == world.admin.person_id
    assert world.coordinator.get("/reports")["items"] == []
    assert world.coordinator.get("/audit") == trail


def test_a_report_about_somebody_else_or_about_nothing_that_has_a_name_is_for_the_whole_team(
    world: World, meetup: Json
) -> None:
    bri = bri_of(world, meetup)
    team = {person["name"]: person["id"] for person in bri.get("/team")["people"]}
    assert team == {"Admin": world.admin.person_id, "Coordinator": world.coordinator.person_id}
    for about in ({}, {"handle": {"handle": "@a_stranger"}}, {"person_id": team["Admin"]}):
        bri.post("/reports", {"text": TEXT, **about}, status=204)
    assert len(world.coordinator.get("/reports")["items"]) == 3
    assert len(world.admin.get("/reports")["items"]) == 2


def test_who_is_reported_comes_into_being_only_when_somebody_names_them(world: World, meetup: Json) -> None:
    about = {"text": TEXT, "handle": {"handle": "https://x.com/Never_Seen"}}
    before = {name: len(rows) for name, rows in contents(world.database).items()}
    for who in (world.anyone, world.ana):
        who.post("/reports", about, status=204)
    left = {name: len(rows) for name, rows in contents(world.database).items()}
    assert (left["report"], left["member"], left["member_handle"]) == (2, before["member"], before["member_handle"])
    closed, seen = world.coordinator.get("/reports")["items"]
    assert {each["about_handle"] for each in (closed, seen)} == {"x:never_seen"}
    assert seen["about_member_id"] is None
    assert world.coordinator.post(f"/reports/{closed['id']}/close")["about_handle"] == ""
    new = {"conference_id": meetup["conference_id"], "happened_on": meetup["happened_on"]}
    named = world.coordinator.post("/meetups", {**new, "people": [{"handle": "@never_seen"}]}, status=201)
    (known,) = world.coordinator.get("/reports?open=true")["items"]
    assert (known["about_handle"], known["about_member_id"]) == ("", named["people"][0]["member_id"])


def test_what_a_report_is_about_is_one_thing_that_its_writer_knows(world: World, meetup: Json) -> None:
    bri = bri_of(world, meetup)
    for who, about, field in (
        (bri, {"person_id": world.coordinator.person_id, "meetup_id": meetup["id"]}, "handle"),
        (bri, {"person_id": world.ana.person_id}, "person_id"),
        (bri, {"meetup_id": meetup["id"] + 1}, "meetup_id"),
        (world.ana, {"meetup_id": meetup["id"]}, "meetup_id"),
        (bri, {"handle": {"handle": "no handle"}}, "handle"),
    ):
        refused = who.post("/reports", {"text": TEXT, **about}, status=422)
        assert refused["errors"][0]["pointer"] == f"#/{field}", about
    assert world.admin.get("/reports")["items"] == []


def test_a_report_about_all_who_are_on_the_team_goes_to_the_contact_address(world: World, meetup: Json) -> None:
    bri = bri_of(world, meetup)
    with (
        mailbox() as box,
        world.with_settings(smtp_url=box.url, contact_email="board@example.org", language="es") as there,
    ):
        letters = box.taken
        remote = Caller(there.client, None, bri.token)
        about = {"text": TEXT, **ABOUT["a meetup that she recorded"](world, meetup)}
        remote.post("/reports", about, status=204)
        assert letters == []  # the admin reads it
        coordinator, admin = world.coordinator.get("/me"), world.admin.get("/me")
        promoted = f"/people/{world.coordinator.person_id}"  # there is always an admin
        world.admin.patch(promoted, {"role": "admin"}, version=coordinator["version"])
        world.admin.patch(f"/people/{world.admin.person_id}", {"active": False}, version=admin["version"])
        box.down()
        for _ in range(2):
            remote.post("/reports", about, status=204, headers={"Idempotency-Key": "once"})
        assert letters == []
        box.up()  # the mail server was away: it comes all the same
        with frozen(datetime.now(UTC) + timedelta(minutes=2)):
            post(there.client.app.state.service, urgent=True)  # type: ignore[attr-defined]  # it is FastAPI
        (letter,) = letters
        assert letter["To"] == "board@example.org"
        assert TEXT in text_of(letter)
        assert f"encuentro {meetup['id']}" in text_of(letter)
        assert world.coordinator.get("/reports")["items"] == []


def test_the_contact_address_is_told_the_handle_that_was_reported_and_no_other_of_theirs(
    world: World, meetup: Json
) -> None:
    member = meetup["people"][0]["member_id"]
    with world.database.transaction() as session:
        session.add(
            MemberHandle(
                member_id=member,
                platform=Platform.INSTAGRAM,
                canonical="another.one",
                display="@another.one",
                url="https://instagram.com/another.one",
                mark="0" * 64,
            )
        )
        session.execute(update(Person).values(active=False))  # nobody on the team could read it
    with mailbox() as box, world.with_settings(smtp_url=box.url, contact_email="board@example.org") as there:
        for handle in ("https://x.com/Bri", "https://x.com/Never_Seen"):
            there.anyone.post("/reports", {"text": "one\ntwo <b>", "handle": {"handle": handle}}, status=204)
        post(there.client.app.state.service, urgent=True)  # type: ignore[attr-defined]  # it is FastAPI
        known, unknown = box.taken
    assert "the handle @bri." in text_of(known)
    assert "another.one" not in known.as_string()
    assert "the handle @never_seen." in text_of(unknown)
    html = known.get_body(("html",))
    assert html is not None
    assert "one<br>two &lt;b&gt;" in html.get_content()


def test_what_is_done_with_a_members_link_stands_in_the_trail_of_who_made_it_and_the_member_sees_it(
    world: World, meetup: Json
) -> None:
    path = f"/membership/meetups/{meetup['id']}/confirm"
    bri_of(world, meetup, by=world.coordinator).post(path)
    coordinator, member = f"person:{world.coordinator.person_id}", f"member:{meetup['people'][0]['member_id']}"
    done = world.admin.get(f"/audit?principal={coordinator}")["items"][0]
    assert (done["action"], done["principal"], done["through"]) == ("confirm_meetup", member, coordinator)
    own = bri_of(world, meetup)
    shown = [(each["action"], each["principal"], each["through"]) for each in own.get("/membership")["trail"]]
    assert shown == [
        ("issue_member_link", f"person:{world.admin.person_id}", ""),
        ("confirm_meetup", member, coordinator),
        ("issue_member_link", coordinator, ""),
    ]
    own.post(f"/membership/meetups/{meetup['id']}/decline")
    assert own.get("/membership")["trail"][0]["through"] == f"person:{world.admin.person_id}"
