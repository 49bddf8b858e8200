"""Names in any script: what papers can show is printed, what they cannot is refused where it is entered."""

from io import BytesIO
from itertools import count
from typing import Any

import pypdfium2
import pytest

from app.people.access import issue_token
from app.people.models import Person
from tests.support.erasing import erase
from tests.support.world import ADDRESS, DESIGN, Caller, Json, World

WAY_OUT = "Add a name for documents (paper_name)"

_NUMBERS = count(1)


def said(pdf: bytes) -> str:
    """The text of a PDF, its blanks as single spaces, as a viewer copies it."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def printed(who: Caller, path: str) -> str:
    """What a paper says that must be printed."""
    response = who.call("GET", path)
    assert response.status_code == 200, response.text
    return said(response.content)


def refused(who: Caller, path: str, body: Json, *, method: str = "POST", version: int = 0) -> tuple[str, str]:
    """The field for which papers cannot show something, and why."""
    headers = {"If-Match": f'"{version}"'} if version else None
    response = who.call(method, path, json=body, headers=headers)
    assert response.status_code == 422, response.text
    answer = response.json()
    assert answer["type"] == "/problems/unprintable"
    (error,) = answer["errors"]
    assert error["detail"] == answer["detail"]
    return error["pointer"], answer["detail"]


def person(name: str, **fields: Any) -> Json:
    """Somebody new."""
    return {"name": name, "email": f"person{next(_NUMBERS)}@example.org", **fields}


def invited(world: World, name: str, **fields: Any) -> Caller:
    """Somebody who was added, signed in."""
    added = world.admin.post("/people", person(name, **fields), status=201)
    with world.database.transaction() as session:
        token = issue_token(session, person_id=added["id"], name="test").token
    return Caller(world.client, added["id"], token)


def boxed(world: World, who: Caller, **conference: Any) -> Json:
    """A box, to be handed to somebody who takes ribbons to a conference."""
    claim = world.deputized(world.conference(**conference), who)
    return world.shipment(claim, 2, method="hand")


def hand_out(world: World, who: Caller, **conference: Any) -> Json:
    """A conference where ribbons were handed out."""
    held = world.conference(starts_in=-1, **conference)
    claim = world.deputized(held, who)
    world.received(claim, who, quantity=10)
    who.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 5}, status=201)
    return held


@pytest.mark.parametrize("name", ["Ольга Иванова", "Αθηνά Ελπίδα", "Ana 💜", "Nguyễn Thị Ánh 🩷"])
def test_a_name_in_letters_that_papers_have_is_on_all_of_them(world: World, name: str) -> None:
    who, shown = invited(world, name), name.rstrip(" 💜🩷")
    assert who.get("/me")["name"] == name
    box = boxed(world, who, name="Конгресс кардиологов ❤", specialty="Καρδιολογία")
    assert box["target_name"] == name
    slip = printed(world.coordinator, f"/shipments/{box['id']}/packing-slip.pdf")
    assert shown in slip
    assert "Конгресс кардиологов" in slip
    assert shown in printed(world.coordinator, "/shipments/pick-list.pdf")
    assert shown in printed(who, f"/claims/{box['claim_id']}/kit.pdf")


def test_a_name_that_no_paper_can_show_is_refused_with_the_way_out(world: World) -> None:
    field, why = refused(world.admin, "/people", person("陈美玲"))
    assert field == "#/name"
    assert "U+9648" in why
    assert WAY_OUT in why
    field, why = refused(world.admin, "/people", person("💜💜"))
    assert field == "#/name"
    assert WAY_OUT in why
    assert refused(world.admin, "/people", person("陈美玲", paper_name="陈 Meiling"))[0] == "#/paper_name"
    assert refused(world.admin, "/people", person("陈美玲", paper_name="💜"))[0] == "#/paper_name"


def test_the_way_out_is_said_in_the_readers_language(world: World) -> None:
    who = invited(world, "Lucía Peña", language="es")
    _, why = refused(who, "/me", {"name": "陈美玲"}, method="PATCH", version=1)
    assert "Agrega un nombre para documentos (paper_name)" in why


def test_with_a_name_on_paper_the_name_stays_and_papers_say_the_other(world: World) -> None:
    who = invited(world, "陈美玲", paper_name="Chen Meiling")
    assert (who.get("/me")["name"], who.get("/me")["paper_name"]) == ("陈美玲", "Chen Meiling")
    box = boxed(world, who, name="Congreso 心臓", paper_name="Congreso del Corazón")
    assert box["target_name"] == "陈美玲"
    slip = printed(world.coordinator, f"/shipments/{box['id']}/packing-slip.pdf")
    assert "Chen Meiling" in slip
    assert "Congreso del Corazón" in slip
    assert "Chen Meiling" in printed(world.coordinator, "/shipments/pick-list.pdf")
    kit = printed(who, f"/claims/{box['claim_id']}/kit.pdf")
    assert "Chen Meiling" in kit
    assert "Congreso del Corazón" in kit


def test_a_name_on_paper_holds_for_names_that_papers_could_show_too(world: World) -> None:
    who = invited(world, "Ольга Иванова", paper_name="Olga Ivanova")
    slip = printed(world.coordinator, f"/shipments/{boxed(world, who)['id']}/packing-slip.pdf")
    assert "Olga Ivanova" in slip
    assert "Ольга" not in slip


def test_an_edit_is_asked_for_what_it_changes(world: World) -> None:
    who = invited(world, "陈美玲", paper_name="Chen Meiling")
    assert refused(who, "/me", {"paper_name": ""}, method="PATCH", version=1)[0] == "#/name"
    who.patch("/me", {"name": "Meiling", "paper_name": ""}, version=1)
    assert refused(who, "/me", {"name": "陈美玲"}, method="PATCH", version=2)[0] == "#/name"
    world.admin.patch(f"/people/{who.person_id}", {"paper_name": "Mei", "name": "陈"}, version=2)
    assert who.get("/me")["paper_name"] == "Mei"


def test_who_is_erased_keeps_no_name_on_paper(world: World) -> None:
    who = invited(world, "陈美玲", paper_name="Chen Meiling")
    assert who.person_id is not None
    with world.database.transaction() as session:
        erase(session, person_id=who.person_id)
    with world.database.reading() as session:
        assert session.get_one(Person, who.person_id).paper_name == ""


CONFERENCE = {
    "name": "Congress of Cardiology",
    "starts_on": "2030-11-14",
    "ends_on": "2030-11-16",
    "city": "Chicago",
    "state": "US-IL",
    "country": "US",
}


@pytest.mark.parametrize("field", ["name", "venue", "city", "specialty", "paper_name"])
def test_a_conference_that_no_paper_can_show_is_refused_by_its_field(world: World, field: str) -> None:
    pointer, why = refused(world.coordinator, "/conferences", {**CONFERENCE, field: "心臓"})
    assert pointer == f"#/{field}"
    assert (WAY_OUT in why) == (field == "name")
    made = world.coordinator.post("/conferences", CONFERENCE, status=201)
    path = f"/conferences/{made['id']}"
    assert refused(world.coordinator, path, {field: "心臓"}, method="PATCH", version=1)[0] == f"#/{field}"


def test_what_no_paper_prints_is_in_any_script(world: World) -> None:
    made = world.coordinator.post("/conferences", {**CONFERENCE, "acronym": "心臓"}, status=201)
    assert made["acronym"] == "心臓"
    claim = world.claim(made)
    world.coordinator.post(f"/claims/{claim['id']}/decline", {"note": "很抱歉 💜"})


@pytest.mark.parametrize("field", ["recipient", "organization", "line1", "line2", "city"])
def test_an_address_that_no_paper_can_show_is_refused_by_its_field(world: World, field: str) -> None:
    pointer, why = refused(world.ana, "/me/address", {**ADDRESS, field: "李"}, method="PUT")
    assert pointer == f"#/{field}"
    assert "Latin, Greek or Cyrillic" in why
    new = {"kind": "depot", "name": "Depot", "address": {**ADDRESS, field: "李"}}
    assert refused(world.coordinator, "/locations", new)[0] == f"#/address/{field}"


def test_an_address_is_asked_in_the_capitals_in_which_it_is_printed(world: World) -> None:
    # These small letters have capitals that no font of ours has.
    assert refused(world.ana, "/me/address", {**ADDRESS, "line1": "Ȿ"}, method="PUT")[0] == "#/line1"
    world.ana.call("PUT", "/me/address", json={**ADDRESS, "recipient": "Ana Weiß", "line1": "µ Street 5 💜"})
    box = world.packed(world.deputized(world.conference()))
    slip = printed(world.coordinator, f"/shipments/{box['id']}/packing-slip.pdf")
    assert "ANA WEISS" in slip
    assert "Μ STREET 5" in slip


def test_an_emoji_alone_is_no_address(world: World) -> None:
    assert refused(world.ana, "/me/address", {**ADDRESS, "line1": "💜"}, method="PUT")[0] == "#/line1"
    world.ana.call("PUT", "/me/address", json={**ADDRESS, "organization": "💜"})
    world.packed(world.deputized(world.conference()))


def test_other_texts_of_papers_are_asked_where_they_are_entered(world: World) -> None:
    staff, bad = world.coordinator, "心"
    assert refused(staff, "/locations", {"kind": "depot", "name": bad})[0] == "#/name"
    for field in ("text", "ribbon_color_name", "foil_color_name"):
        assert refused(staff, "/designs", {**DESIGN, "code": "NEW", field: bad})[0] == f"#/{field}"
    assert refused(staff, "/designs", {**DESIGN, "code": "NEW", "text": "💜"})[0] == "#/text"
    lines = [{"design_id": world.design, "quantity": 5}]
    order = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    assert refused(staff, "/purchase-orders", {**order, "note": bad})[0] == "#/note"
    claim = world.deputized(world.conference())
    box = {"claim_id": claim["id"], "source_id": world.depot, "lines": lines}
    assert refused(staff, "/shipments", {**box, "note": bad})[0] == "#/note"
    sending = world.packed(claim, 5)
    for field in ("carrier", "tracking_number"):
        wrong = {"carrier": "USPS", field: bad}
        assert refused(staff, f"/shipments/{sending['id']}/send", wrong)[0] == f"#/{field}"
    staff.post("/purchase-orders", {**order, "note": "¡Gracias! 💜\nΕυχαριστώ"}, status=201)


def test_the_coverage_report_says_the_names_on_paper_and_adds_up_what_reads_the_same(world: World) -> None:
    hand_out(world, world.ana, name="Congreso 心臓", paper_name="Congreso del Corazón", specialty="Cardiología ❤")
    hand_out(world, world.bea, name="Συνέδριο Καρδιολογίας", specialty="Cardiología")
    report = printed(world.coordinator, "/coverage/report.pdf?language=es")
    assert "Congreso del Corazón" in report
    assert "Συνέδριο Καρδιολογίας" in report
    assert report.count("Cardiología") == 1
