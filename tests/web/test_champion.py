"""A champion's own pages, and the coordinators' one page: the main job from the claim to the final count, by forms."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from app.acts.afterwards import Lane, Lanes
from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.erasing import erase
from tests.support.stage import Stage
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")


def form(browser: Browser, **typed: Any) -> dict[str, Any]:
    """The fields of the page that are filled in already, and what was typed: the last form of each field counts."""
    found = re.findall(r'<input (?!type="checkbox")[^>]* name="([^"]+)"[^>]* value="([^"]*)"', browser.page.text)
    return {**{name: value for name, value in found if name not in {"verb", "number"}}, **typed}


def press(browser: Browser, path: str, verb: str, number: int | str = "", status: int = 303) -> str:
    """Presses a button, which may have been there a moment ago."""
    return browser.post(path, {"request_key": uuid4().hex, "verb": verb, "number": number}, status=status)


def running(world: World) -> Json:
    """A claim of Ana's for a conference that began yesterday; she holds 100 ribbons."""
    claim = world.deputized(world.conference(starts_in=-1, days=4, name="Congreso & <Simposio>"))
    world.received(claim)
    return claim


def test_the_main_job_is_done_by_forms(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, staff = signed_in(world, world.ana), signed_in(world, world.coordinator)
    conference = world.conference(starts_in=-1, days=4, timezone="UTC")
    ana.get(f"/conferences/{conference['id']}")
    asked = form(ana)
    claimed = ana.post(f"/conferences/{conference['id']}", asked)
    assert ana.post(f"/conferences/{conference['id']}", asked) == claimed
    page = ana.get(claimed)
    assert "Thank you! You have asked for this conference." in page
    assert "You are next in line." in page
    assert press(ana, claimed.partition("?")[0], "withdraw") == (path := claimed.partition("?")[0])
    assert "This claim was withdrawn." in ana.get(path)
    ana.get(f"/conferences/{conference['id']}")
    path = ana.post(f"/conferences/{conference['id']}", form(ana, ribbons_requested="80")).partition("?")[0]
    claim_id = int(path.rpartition("/")[2])

    assert "Decide: Ana would like to bring ribbons" in staff.get("/todo")
    page = staff.get(press(staff, "/todo", "deputize", claim_id))
    assert f"Ana is the champion for {conference['name']} now." in page.replace("&#39;", "'")
    assert 'value="revoke"' in page
    assert f'href="{path}/ship"' in page
    assert 'value="80"' in staff.get(f"{path}/ship")
    box = staff.post(f"{path}/ship", form(staff, source_id=world.depot, method="carrier"))
    assert f'href="{box}/packing-slip.pdf"' in staff.get("/todo")
    number = int(box.rpartition("/")[2])
    assert "is packed." in staff.get(press(staff, "/todo", "pack", number))
    staff.get(box)
    assert staff.post(box, form(staff, verb="send", carrier="USPS", tracking_number="9400")) == box
    assert "9400" in staff.get(box)
    lanes, turn = list[Lane](), Lanes.turn

    def noted(self: Lanes, lane: Lane) -> Any:
        lanes.append(lane)
        return turn(self, lane)

    with monkeypatch.context() as patch:
        patch.setattr(Lanes, "turn", noted)
        staff.post(f"{box}/track", form(staff))
    assert lanes == [Lane.OUTSIDE]  # a carrier that is slow keeps nobody from writing

    assert "Count the box" in ana.get("/home")
    assert 'value="80"' in ana.get(f"{path}/box")
    counted = form(ana, verb="receive", **{"lines/0/received": "78"})
    for _ in range(2):
        assert ana.post(f"{path}/box", counted) == f"{path}/box"
    assert "2 ribbons of this box are missing." in ana.get(f"{path}/box")

    ana.get(f"{path}/hand-out")
    handed = form(ana, quantity="40", note="at the booth")
    for _ in range(2):  # the same entry again, under another key
        assert ana.post(f"{path}/hand-out", {**handed, "request_key": uuid4().hex}).endswith("done=recorded")
    assert re.findall(r"<p><b id=\"\w+\">(\d+)</b>", ana.get(f"{path}/hand-out?done=recorded")) == ["40", "38"]

    assert 'value="38"' in ana.get(f"{path}/close")
    off = form(ana, **{"lines/0/handed_out": "50", "lines/0/remaining": "20", "note": "lovely"})
    page = ana.post(f"{path}/close", off, status=422)
    assert page.count("Your numbers add up to 70, but you had 78: 40 handed out and 38 with you.") == 2
    assert "lovely</textarea>" in page
    assert ana.post(f"{path}/close", form(ana, **{"lines/0/remaining": "28"})) == path
    page = ana.get(path)
    assert "You still have 28 ribbons." in page
    page = ana.get(f"{path}/leftovers")
    assert "They stay with you until you bring them to another conference." in page
    back = ana.post(f"{path}/leftovers", form(ana, target_id=world.other_depot, method="hand"))
    ana.get(back)
    press(ana, back, "pack")
    staff.get(back)
    staff.post(back, form(staff, verb="receive"))
    assert world.on_hand(world.other_depot) == 28
    assert "You have no ribbons at the moment." in ana.get("/home")


def test_who_met_is_recorded_with_their_consent_and_a_wrong_handle_is_shown_in_its_line(world: World) -> None:
    ana, path = signed_in(world, world.ana), f"/claims/{running(world)['id']}/met"
    ana.get(path)
    page = ana.post(path, form(ana, people="@sol_medina\n\n@bri chris", spot="Café"), status=422)
    assert "Ask each of them first" in page
    page = ana.post(path, form(ana, people="@sol_medina\n\n@bri chris", spot="Café", consent="true"), status=422)
    assert page.count("“@bri chris”: ") == 2
    assert "@sol_medina\n\n@bri chris</textarea>" in page
    assert 'value="Café"' in page
    good = form(ana, people="@sol_medina\r\n@brichris", consent="true")
    for _ in range(2):
        assert ana.post(path, {**good, "request_key": uuid4().hex}) == f"{path}?done=recorded"
    assert len(world.coordinator.get("/meetups")["items"]) == 1
    assert "@sol_medina, @brichris" in ana.get(f"{path}?done=recorded")


def test_what_came_too_late_waits_for_a_coordinator_who_books_it(world: World) -> None:
    stage = Stage(world)
    late = stage.late_entry(world.ana)
    staff = signed_in(world, world.coordinator)
    assert "Ribbons handed out, told of too late" in staff.get("/todo")
    assert "It is booked now." in staff.get(press(staff, "/todo", "book", late["id"]))
    assert "told of too late" not in staff.page.text
    assert "booked already" in press(staff, "/todo", "dismiss", late["id"], status=409)
    ana, claim = signed_in(world, world.ana), late["subject"].partition(":")[2]
    ana.get(f"/claims/{claim}/hand-out")
    new = {"entry_id": str(uuid4()), "design_id": world.design, "quantity": 1}
    assert ana.post(f"/claims/{claim}/hand-out", new).endswith("done=late")


def test_the_script_that_keeps_entries_is_answered_in_words_that_name_the_entry(world: World) -> None:
    claim = running(world)
    path, ana = f"/claims/{claim['id']}/hand-out", signed_in(world, world.ana)
    ana.headers["Accept"] = "application/json"

    def send(status: int, browser: Browser = ana, **other: Any) -> Any:
        new = {"entry_id": str(uuid4()), "entry_of": world.ana.person_id, "design_id": world.design, "quantity": 2}
        answer = json.loads(browser.post(path, {**new, "seconds_ago": "5", **other}, status=status))
        assert answer.pop("entry") == other.get("entry_id", new["entry_id"])
        return answer

    twice = str(uuid4())
    first, again = (send(200, entry_id=twice, seconds_ago=ago) for ago in ("0", "a year"))
    assert (first["to"], first["late"], first["made"]) == (
        f"{path}?design={world.design}&done=recorded",
        False,
        again["made"],
    )
    assert "those were saved" in send(422, entry_id=twice, quantity=3)["refused"][""]
    assert send(422, quantity="two") == {"refused": {"quantity": "This must be a whole number, such as 12."}}
    assert send(409, quantity=200)["refused"][""].startswith("Ana")
    undo = {"verb": "undo", "number": first["made"], "request_key": twice, "entry_id": twice}
    number = world.ana.person_id
    for owner in (number, number, f"{number}.as-a-page-says"):  # it has arrived, and then a page has given it a mark
        assert send(200, **undo, entry_of=owner)["to"][-6:] == "undone"
    bea = signed_in(world, world.bea, Accept="application/json")
    assert send(401, bea) == {"refused": {"": "Somebody else has signed in on this phone."}}
    assert send(404, bea, entry_of=world.bea.person_id)["refused"]
    assert send(401, Browser(world.client, Accept="application/json"))["refused"]
    assert "entry" not in ana.post(path, {"entry_id": twice}, status=403, site="cross-site")
    assert world.ana.get(f"/claims/{claim['id']}/account")["lines"][0]["handed_out"] == 0


def test_a_phone_that_had_a_page_of_an_entrys_owner_is_told_when_they_were_erased_and_no_other_is(
    world: World,
) -> None:
    path = f"/claims/{running(world)['id']}/hand-out"
    bea, nobody = (
        signed_in(world, world.bea, Accept="application/json"),
        Browser(world.client, Accept="application/json"),
    )

    def gone(browser: Browser, owner: str, status: int = 401) -> bool:
        new = {"entry_id": str(uuid4()), "entry_of": owner, "design_id": world.design, "quantity": 2}
        return bool(json.loads(browser.post(path, new, status=status)).get("gone"))

    def on_page(browser: Browser, page: str) -> str:
        (found,) = re.findall(r'data-who="([^"]+)"', browser.get(page))
        return str(found)

    hers = signed_in(world, world.ana)
    ana, other = on_page(hers, "/home"), on_page(bea, "/home")
    assert (on_page(hers, path), ana.split(".")[0]) == (ana, str(world.ana.person_id))
    assert [gone(bea, ana), gone(nobody, ana)] == [False, False]  # she may sign in again
    for known in (other, str(world.bea.person_id), f"{world.bea.person_id}.of-another-key"):
        assert not gone(bea, known, status=404)  # hers, by whichever name, and refused for what it is
    number, mark = str(world.ana.person_id), other.split(".")[1]
    with world.database.transaction() as session:
        erase(session, person_id=world.ana.person_id or 0)
    assert [gone(bea, ana), gone(nobody, ana)] == [True, True]
    guessed = (number, f"{number}.", f"{number}.{mark}", f"{number}.é", ana[:-1], f"0{ana}", other, "999", "x", "0")
    assert [gone(nobody, owner) for owner in guessed] == [False] * len(guessed)


def test_what_is_refused_on_the_list_is_said_there_and_the_list_stays(world: World) -> None:
    first, second = (world.conference(starts_in=30, name=name) for name in ("Congreso A", "Congreso B"))
    world.deputized(first)
    claim = world.claim(second)["id"]
    staff = signed_in(world, world.coordinator)
    page = press(staff, "/todo", "deputize", claim, status=409)
    assert "Ana is already the champion for Congreso A on these dates." in page
    assert "Decide: Ana would like to bring ribbons" in page
    staff.get(f"/claims/{claim}")
    page = staff.post(f"/claims/{claim}", form(staff, verb="deputize", note="Thank <you>"), status=409)
    assert "Ana is already the champion for Congreso A on these dates." in page
    assert "Thank &lt;you&gt;</textarea>" in page
    assert staff.post(f"/claims/{claim}", form(staff, verb="decline", note="Not both.")) == f"/claims/{claim}"
    assert "Not both." in signed_in(world, world.ana).get(f"/claims/{claim}")
    box = world.shipment(world.deputized(world.conference(), world.bea), quantity=501)["id"]
    assert "Chicago depot has 500 BLUE ribbons; this needs 501." in press(staff, "/todo", "pack", box, status=409)


def test_proposals_reports_and_boxes_are_settled_by_one_press(world: World) -> None:
    staff = signed_in(world, world.coordinator)
    with world.doing(world.ana) as she:
        day = "2027-11-14"
        wanted, other = (
            she.conference({"name": name, "starts_on": day, "ends_on": day, "city": "Lima", "country": "PE"})["id"]
            for name in ("Congreso A", "Congreso B")
        )
    world.ana.post("/reports", {"text": "<b>Something</b> happened."}, status=204)
    packed = world.packed(world.deputized(world.conference()))["id"]
    sent = world.sent(world.deputized(world.conference(starts_in=90)))["id"]
    assert "&lt;b&gt;Something&lt;/b&gt; happened." in staff.get("/todo")
    for verb, number, said in (
        ("accept", wanted, "Congreso A is on the calendar now."),
        ("reject", other, "Congreso B is not on the calendar."),
        ("cancel", packed, "was cancelled."),
        ("deliver", sent, "was delivered, as you say."),
        ("close-report", world.coordinator.get("/reports")["items"][0]["id"], "The report is closed"),
    ):
        assert said in staff.get(press(staff, "/todo", verb, number)), verb
    assert world.coordinator.get("/conferences?status=proposed")["items"] == []
    for verb, number in (("pack", "x"), ("pack", 2**40), ("erase", 1), ("", "")):
        press(staff, "/todo", verb, number, status=404)


def test_nobody_opens_or_changes_what_is_none_of_theirs(world: World) -> None:
    claim = running(world)
    box = world.coordinator.get("/shipments")["items"][0]["id"]
    pages = [f"/claims/{claim['id']}{page}" for page in ("", "/hand-out", "/met", "/box", "/close", "/kit.pdf")]
    pages += [f"/shipments/{box}", f"/shipments/{box}/packing-slip.pdf", "/todo", "/home"]
    ana, bea, anyone = signed_in(world, world.ana), signed_in(world, world.bea), Browser(world.client)
    before = contents(world.database)
    entry = {"entry_id": str(uuid4()), "design_id": world.design, "quantity": 1, "verb": "withdraw", "number": 1}
    for path in pages:
        assert anyone.get(path, status=303).startswith("/sign-in?next=%2F"), path
        if path == "/home":
            continue
        bea.get(path, status=403 if path == "/todo" else 404)
        if not path.endswith(".pdf"):
            assert "You are not signed in any more" in anyone.post(path, entry, status=401), path
            assert bea.post(path, entry, status=403 if path == "/todo" else 404), path
            ana.post(path, entry, status=403, site="cross-site")
    ana.post(f"/claims/{claim['id']}", {"verb": "revoke"}, status=403)
    ana.get(f"/claims/{claim['id']}/ship", status=403)
    assert contents(world.database) == before


def test_papers_are_for_whom_they_concern_and_in_the_language_that_is_asked_for(world: World) -> None:
    ana, path = signed_in(world, world.ana), f"/claims/{running(world)['id']}/kit.pdf"
    ana.get(path)
    assert ana.page.content.startswith(b"%PDF")
    assert ana.page.headers["Cache-Control"].startswith("private")
    ana.get(f"{path}?language=es&paper_size=a4&utm=1")
    ana.get(f"{path}?language=xx", status=422)
    ana.get("/claims/999/kit.pdf", status=404)


def test_nothing_that_was_typed_is_lost_and_html_in_it_stays_text(world: World) -> None:
    ana, path = signed_in(world, world.ana), f"/claims/{running(world)['id']}/hand-out"
    page = ana.get(path)
    assert "Congreso &amp; &lt;Simposio&gt;" in page
    for quantity, said in (("many", "This must be a whole number"), ("0", "This must be 1 or more"), ("101", "Ana")):
        page = ana.post(path, form(ana, quantity=quantity, note="<i>a</i>"), status=409 if said == "Ana" else 422)
        assert said in page
        assert f'value="{quantity}"' in page
        assert 'value="&lt;i&gt;a&lt;/i&gt;"' in page
    assert ana.page.headers["Cache-Control"] == "private, no-store"


def test_a_hand_out_that_was_recorded_wrongly_is_undone_where_it_is_listed_until_the_final_count(world: World) -> None:
    claim = running(world)
    ana, path = signed_in(world, world.ana), f"/claims/{claim['id']}/hand-out"
    ana.get(path)
    ana.post(path, form(ana, quantity="20"))
    assert ">Undo<" in ana.get(path)
    undo = {"verb": "undo", "number": ana.hidden("number"), "request_key": uuid4().hex}
    assert ana.post(path, undo).endswith("done=undone")
    page = ana.get(f"{path}?done=undone")
    assert ("Taken back." in page, "corrected since" in page, ">Undo<" in page) == (True, True, False)
    assert re.findall(r"<p><b id=\"\w+\">(\d+)</b>", page)[0] == "0"
    for number in ("", "x", undo["number"]):  # none, and one that was taken back already
        status = 409 if number == undo["number"] else 404
        ana.post(path, {"verb": "undo", "number": number, "request_key": uuid4().hex}, status=status)


def test_coordinators_open_a_closed_claim_again_and_change_one_that_waits(world: World) -> None:
    claim = running(world)
    staff, path = signed_in(world, world.coordinator), f"/claims/{claim['id']}"
    staff.get(path)
    version = staff.hidden("version")
    changed = {"verb": "change", "version": version, "ribbons_requested": "70", "request_key": uuid4().hex}
    assert staff.post(path, changed) == path
    assert "must be a whole number" in staff.post(
        path, {**changed, "ribbons_requested": "x", "request_key": uuid4().hex}, status=422
    )
    held = world.ana.get(f"{path}/account")["lines"]
    lines = [{"design_id": line["design_id"], "handed_out": 0, "remaining": line["on_hand"]} for line in held]
    world.ana.post(f"{path}/close", {"lines": lines})
    assert "Open the claim again" in staff.get(path)
    reopened = {"verb": "reopen", "note": "please count again", "request_key": uuid4().hex}
    assert staff.post(path, reopened) == path
    assert "please count again" in staff.get(path)
    assert world.ana.get(path)["ribbons_requested"] == 70
