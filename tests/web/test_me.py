"""One's own account on pages: what one sees and changes, and how to go."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.maintenance.my_data import MyData
from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")

PAGES = ("/me", "/me/edit", "/me/address", "/me/tokens", "/me/erase", "/me/data.json")
FORMS = (
    *("/me/edit", "/me/address", "/me/address/remove", "/me/tokens", "/me/tokens/1/end", "/me/sessions/1/end"),
    *("/me/calendar-links", "/me/calendar-links/1/end"),
    *("/me/sessions/end-others", "/me/erase"),
)
STREET = {
    "country": "US",
    "recipient": "Ana Núñez",
    "line1": "5 New St",
    "city": "Chicago",
    "state": "illinois",
    "postal_code": "60611",
}


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


def test_nobody_gets_in_without_a_session_and_nothing_is_done_for_another_site(stage: Stage) -> None:
    anyone, she = Browser(stage.world.client), signed_in(stage.world, stage.champion())
    before = contents(stage.world.database)
    for path in PAGES:
        assert anyone.get(path, status=303).startswith("/sign-in?next=%2Fme"), path
        she.get(path)
        assert she.page.headers["Cache-Control"] == "private, no-store", path
        assert she.page.headers["X-Robots-Tag"] == "noindex, nofollow", path
    for path in FORMS:
        assert anyone.post(path).startswith("/sign-in?next=%2Fme"), path
        she.post(path, status=403, site="cross-site")
    assert contents(stage.world.database) == before


def test_name_and_language_are_changed_but_never_over_somebody_elses_change(stage: Stage) -> None:
    who = stage.champion()
    browser = signed_in(stage.world, who)
    browser.get("/?lang=en")
    browser.get("/me/edit")
    form: dict[str, Any] = {"version": browser.hidden("version"), "paper_name": "", "language": "es"}
    text = browser.post("/me/edit", {**form, "name": " ", "paper_name": "Typed"}, status=422)
    assert (text.count('aria-invalid="true"'), 'value="Typed"' in text) == (1, True)
    form |= {"name": "Ana & <Núñez>", "request_key": browser.hidden("request_key")}
    for _ in range(2):  # sent twice, it is done once
        assert browser.post("/me/edit", form) == "/me"
    assert (who.get("/me")["version"], who.get("/me")["name"]) == (2, "Ana & <Núñez>")
    assert '<html lang="es">' in browser.get("/me")
    assert "<Núñez>" not in browser.page.text
    stale = browser.post("/me/edit", {**form, "name": "Bea", "request_key": "another-key-12345"}, status=412)
    assert "Es posible que alguien lo haya cambiado" in stale
    assert 'value="Bea"' in stale
    assert who.get("/me")["name"] == "Ana & <Núñez>"


def test_an_address_is_written_as_people_write_it_and_forgotten_on_request(stage: Stage) -> None:
    who = stage.champion()
    browser = signed_in(stage.world, who)
    assert "Secret Street" in browser.get("/me")
    for wrong, field in (
        ({"postal_code": "94103"}, "postal_code"),
        ({"state": "Jalisco"}, "state"),
        ({"city": ""}, "city"),
    ):
        text = browser.post("/me/address", {**STREET, **wrong}, status=422)
        assert f'href="#{field}"' in text, field
        assert 'value="5 New St"' in text
    for state in ("illinois", "IL", "us-il"):
        assert browser.post("/me/address", {**STREET, "state": state}) == "/me"
        assert who.get("/me")["address"]["state"] == "US-IL"
    mexican = {"country": "MX", "state": "Jalisco", "city": "Guadalajara", "postal_code": "44100"}
    browser.post("/me/address", {**STREET, **mexican})
    assert 'value="Jalisco"' in browser.get("/me/address")
    assert browser.post("/me/address/remove") == "/me"
    assert who.get("/me")["address"] is None


def test_a_token_is_shown_once_and_ended(stage: Stage) -> None:
    who, other = stage.champion(), stage.champion()
    browser = signed_in(stage.world, who)
    assert 'aria-invalid="true"' in browser.post("/me/tokens", {"name": "sheet", "days": "0"}, status=422)
    assert 'value="sheet"' in browser.page.text
    secret = browser.post("/me/tokens", {"name": "sheet", "days": "30"}, status=200).split('<pre id="secret">')[1][:36]
    assert browser.page.headers["Cache-Control"] == "private, no-store"
    assert secret not in browser.get("/me/tokens")
    who.token = secret
    newest = who.get("/me/tokens")["items"][-1]["id"]
    signed_in(stage.world, other).post(f"/me/tokens/{newest}/end", status=404)
    assert browser.post(f"/me/tokens/{newest}/end") == "/me/tokens"
    who.get("/me", status=401)


def test_sessions_are_listed_and_ended_one_by_one_or_all_but_this(stage: Stage) -> None:
    who, other = stage.champion(), stage.champion()
    here, there, third = (signed_in(stage.world, who) for _ in range(3))
    foreign = stage.session(other).id
    here.post(f"/me/sessions/{foreign}/end", status=404)
    assert here.get("/me").count("Firefox on Android</b>") == 3
    newest = who.get("/me/sessions")["items"][0]["id"]
    assert here.post(f"/me/sessions/{newest}/end") == "/me"
    assert third.get("/me", status=303)
    assert here.post("/me/sessions/end-others") == "/me"
    assert there.get("/me", status=303)
    who.get("/me", status=401)  # and her tokens
    here.get("/me")
    own = contents(stage.world.database)["browser_session"]
    (mine,) = [row[0] for row in own if row[1] == who.person_id]
    assert here.post(f"/me/sessions/{mine}/end") == "/"
    assert here.cookies == {}


def test_the_file_of_ones_data_holds_what_is_ones_own_and_nothing_of_others(world: World) -> None:
    world.received(world.deputized(world.conference()))
    world.received(world.deputized(world.conference(starts_in=90), world.bea), world.bea)
    for who in (world.ana, world.coordinator):
        assert who.call("POST", "/me/tokens", json={"name": "phone"}).status_code == 201
    browser = signed_in(world, world.ana)
    browser.get("/me/data.json")
    assert browser.page.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    mine = json.loads(browser.page.text)
    through_api = world.ana.get("/me/data")  # where she is no browser
    differing = {name for name, value in mine.items() if value != through_api[name]}
    assert differing == {"made_at", "sessions"}
    assert mine.keys() == MyData.model_fields.keys()
    assert {name for name, value in mine.items() if not value} == {"calendar_links", "meetups", "membership"}
    assert {claim["champion_id"] for claim in mine["claims"]} == {world.ana.person_id}
    assert "ccb_" not in browser.page.text
    assert "bea" not in browser.page.text.lower()
    staff = world.coordinator.get("/me/data")
    assert (staff["claims"], staff["shipments"], staff["moves"]) == ([], [], [])
    assert [line["action"] for line in staff["trail"]] == ["create_my_token"]


def test_whoever_confirms_it_is_erased_and_told_what_stays(world: World) -> None:
    browser = signed_in(world, world.ana)
    for typed in ("bea@example.org", "ana@", ""):
        text = browser.post("/me/erase", {"email": typed}, status=422)
        assert f'id="email" name="email" type="email" value="{typed}"' in text
    assert world.ana.get("/me")["name"] == "Ana"
    assert browser.post("/me/erase", {"email": " ANA@example.org "}) == "/erased"
    assert browser.cookies == {}
    assert "number without a name" in browser.get("/erased")
    world.ana.get("/me", status=401)
    assert "ana@example.org" not in str(contents(world.database))
    only = signed_in(world, world.admin)
    assert "Admin is the only admin who can sign in" in only.post(
        "/me/erase", {"email": "admin@example.org"}, status=409
    )
    world.admin.patch(f"/people/{world.coordinator.person_id}", {"role": "admin"}, version=1)
    assert only.post("/me/erase", {"email": "admin@example.org"}) == "/erased"
