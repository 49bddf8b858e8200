"""The page of a conference has the verbs of the calendar, for coordinators, and leads on where it was merged."""

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a page shows what acts read and do")


def press(browser: Browser, path: str, verb: str, *, status: int = 303, **form: str) -> str:
    browser.get(path)
    return browser.post(path, {"request_key": browser.hidden("request_key"), "verb": verb, **form}, status=status)


def test_a_coordinator_puts_the_calendar_in_order_on_the_page_of_a_conference(world: World) -> None:
    old, into = world.conference(name="The Congress"), world.conference(starts_in=61, name="El Congreso")
    claim = world.deputized(old)
    path, staff = f"/conferences/{old['id']}", signed_in(world, world.coordinator)
    champion = signed_in(world, world.ana)
    assert "For coordinators" not in champion.get(path)
    champion.post(path, {"verb": "cancel"}, status=403)
    for verb, offered in (("cancel", "Put it back on the calendar"), ("go-virtual", "People travel there after all")):
        assert offered in staff.get(press(staff, path, verb))
        assert world.ana.get(f"/claims/{claim['id']}")["status"] == "revoked"
        assert "Cancel this conference" in staff.get(press(staff, path, "restore"))
        assert world.ana.get(f"/claims/{claim['id']}")["status"] == "deputized"
    assert "El Congreso" in staff.get(path)
    assert "This belongs to the conference: 1 claim." in press(staff, path, "delete", status=409)
    assert press(staff, path, "merge", into=str(into["id"])) == f"/conferences/{into['id']}"
    Browser(world.client).get(path, status=308)
    assert "El Congreso" in Browser(world.client).get(f"/conferences/{into['id']}")
    wrong = world.conference(starts_in=90)
    assert press(staff, f"/conferences/{wrong['id']}", "delete") == "/conferences"


def test_a_proposal_that_was_turned_down_by_mistake_is_put_on_the_calendar_from_the_desk(world: World) -> None:
    new = {"name": "An idea", "starts_on": "2027-11-14", "ends_on": "2027-11-18", "city": "Chicago", "state": "US-IL"}
    proposed = world.ana.post("/conferences", {**new, "country": "US"}, status=201)
    staff = signed_in(world, world.coordinator)
    staff.get(staff.post("/todo", {"verb": "reject", "number": str(proposed["id"])}))
    assert 'value="accept"' in staff.page.text
    staff.post("/todo", {"verb": "accept", "number": str(proposed["id"])})
    assert world.anyone.get(f"/conferences/{proposed['id']}")["status"] == "scheduled"


def test_a_coordinator_claims_a_conference_for_somebody_by_their_e_mail_address(world: World) -> None:
    conference, staff = world.conference(), signed_in(world, world.coordinator)
    path = f"/conferences/{conference['id']}"
    ana = world.coordinator.get(f"/people/{world.ana.person_id}")
    assert f'<option value="{ana["email"]}">{ana["name"]}</option>' in staff.get(path)
    assert "Claim it for somebody" not in signed_in(world, world.bea).get(path)
    form = {"verb": "claim-for", "for": ana["email"].upper(), "ribbons": "80"}
    for wrong in ({"for": "nobody@example.org"}, {"for": "%"}, {"for": ""}):
        assert "Nobody who can sign in has this e-mail address." in staff.post(path, {**form, **wrong}, status=422)
    staff.post(path, {**form, "ribbons": "many"}, status=422)
    claim = world.coordinator.get(f"/claims/{staff.post(path, form).rpartition('/')[2]}")
    assert (claim["champion_id"], claim["ribbons_requested"]) == (world.ana.person_id, 80)
    signed_in(world, world.bea).post(path, form, status=403)
