"""The order sheet of a purchase order, as it is read from the database."""

import pytest

from app.core.clock import today
from app.core.errors import NotFound
from app.paperwork.order_sheet import order_sheet
from app.paperwork.proof_sheet import proof_sheet
from app.printing.documents import Block
from tests.support.erasing import erase
from tests.support.reading import words
from tests.support.rules import RULES
from tests.support.world import World

ADDRESS = Block(("ANA NÚÑEZ", "123 W EXAMPLE ST", "CHICAGO IL 60611"))


def test_the_order_sheet_is_complete_without_a_session(world: World) -> None:
    lines = [{"design_id": world.design, "quantity": 250}]
    new = {
        "vendor_id": world.vendor,
        "ship_to_id": world.depot,
        "needed_by": "2030-04-10",
        "note": "Soon",
        "lines": lines,
    }
    order = world.coordinator.post("/purchase-orders", new, status=201)
    world.coordinator.post(f"/purchase-orders/{order['id']}/place")
    with world.database.reading() as session:
        sheet = order_sheet(session, order_id=order["id"], rules=RULES)
    assert sheet.number == order["number"]
    assert (sheet.ordered_on, str(sheet.needed_by), sheet.note) == (today(), "2030-04-10", "Soon")
    assert (sheet.vendor, sheet.ship_to) == (ADDRESS, ADDRESS)
    (line,) = sheet.lines
    assert (line.face.code, line.quantity, line.pack_size, line.total_cents) == ("BLUE", 250, 50, 9500)
    assert line.face.face_name == "Barlow Condensed SemiBold"
    assert line.face.finishing == ""
    assert (sheet.paper_size, sheet.language, sheet.revision, sheet.link) == ("letter", "en", 0, "")


ASKED = {
    "proof_name": "Ana Núñez",
    "proof_phone": "+1 312 555 0100",
    "proof_email": "ana@example.org",
    "bill_to": "Latinas in Medicine, 1 Main St, Chicago",
    "terms": "Net 30",
    "tax_exemption": "E-9912-3456",
    "ship_method": "UPS Ground",
    "as_before": "A-2231",
}
OF_DESIGN = {"ribbon_pms": "286 C", "foil_pms": "871 C", "vendor_item": "4X158-ST"}
PMS = ("ribbon_pms", "foil_pms")


def test_what_a_vendor_asks_for_stands_on_the_sheet_where_it_is_filled_in(world: World) -> None:
    new = {
        "vendor_id": world.vendor,
        "ship_to_id": world.depot,
        "lines": [{"design_id": world.design, "quantity": 250}],
    }
    bare = world.coordinator.post("/purchase-orders", new, status=201)
    assert {name: bare[name] for name in ASKED} == dict.fromkeys(ASKED, "")
    sheet = words(world.coordinator.call("GET", f"/purchase-orders/{bare['id']}/order-sheet.pdf").content)
    for label in ("proof to", "Bill to", "Terms", "Tax exemption", "Ship method", "As before", "PMS", "Item"):
        assert label not in sheet, label
    assert "imprint horizontal" in sheet
    proof = f"/designs/{world.design}/proof-sheet.pdf"
    assert "PMS" not in words(world.coordinator.call("GET", proof).content)

    world.coordinator.post(f"/purchase-orders/{bare['id']}/place")
    design = world.coordinator.get(f"/designs/{world.design}")
    changed = world.coordinator.patch(f"/designs/{world.design}", OF_DESIGN, version=design["version"])
    assert {name: changed[name] for name in OF_DESIGN} == OF_DESIGN
    assert all(f"PMS {OF_DESIGN[name]}" in words(world.coordinator.call("GET", proof).content) for name in PMS)
    for name in OF_DESIGN:  # the sheet of the order that is placed says it
        other = {"If-Match": f'"{changed["version"]}"'}
        again = world.coordinator.call("PATCH", f"/designs/{world.design}", json={name: "1 C"}, headers=other)
        assert (again.status_code, name in again.text) == (409, True)
    order = world.coordinator.post("/purchase-orders", {**new, **ASKED, "terms": "Net 10"}, status=201)
    path = f"/purchase-orders/{order['id']}"
    order = world.coordinator.patch(path, {"terms": "Net 30"}, version=order["version"])
    assert {name: order[name] for name in ASKED} == ASKED
    sheet = words(world.coordinator.call("GET", f"{path}/order-sheet.pdf").content)
    for said in (*ASKED.values(), "PMS 286 C", "PMS 871 C", "Item 4X158-ST", "As before: order"):
        assert said in sheet, said
    assert "Como antes: pedido" in words(world.coordinator.call("GET", f"{path}/order-sheet.pdf?language=es").content)
    refused = world.coordinator.post("/purchase-orders", {**new, "bill_to": "李"}, status=422)
    assert "bill_to" in str(refused)


def test_who_is_erased_stands_on_no_order_any_more(world: World) -> None:
    me = world.ana.get("/me")
    email = me["email"]
    new = {
        "vendor_id": world.vendor,
        "ship_to_id": world.depot,
        "lines": [{"design_id": world.design, "quantity": 250}],
    }
    bea = {"proof_name": "Bea", "proof_email": "bea@example.org"}
    by_address, by_name, other = (
        world.coordinator.post("/purchase-orders", {**new, **ASKED, **to}, status=201)["id"]
        for to in ({**bea, "proof_email": email.upper()}, {**bea, "proof_name": me["name"]}, bea)
    )
    world.database.run(lambda session: erase(session, person_id=world.ana.person_id or 0))
    for hers in (by_address, by_name):
        kept = world.coordinator.get(f"/purchase-orders/{hers}")
        assert (kept["proof_name"], kept["proof_phone"], kept["proof_email"], kept["terms"]) == ("", "", "", "Net 30")
    assert world.coordinator.get(f"/purchase-orders/{other}")["proof_phone"] == ASKED["proof_phone"]


def test_paper_and_language_can_be_chosen(world: World) -> None:
    lines = [{"design_id": world.design, "quantity": 10}]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    order = world.coordinator.post("/purchase-orders", new, status=201)
    with world.database.reading() as session:
        sheet = order_sheet(session, order_id=order["id"], rules=RULES, paper_size="a4", language="es")
        proof = proof_sheet(session, design_id=world.design, rules=RULES, paper_size="a4", language="es")
    assert (sheet.paper_size, sheet.language, sheet.ordered_on) == ("a4", "es", None)
    assert (proof.paper_size, proof.language) == ("a4", "es")


def test_the_proof_sheet_of_a_design_shows_its_face(world: World) -> None:
    with world.database.reading() as session:
        proof = proof_sheet(session, design_id=world.design, rules=RULES)
    assert proof.number == f"PROOF-{world.design:04d}"
    assert (proof.face.code, proof.face.text, proof.face.width_mm) == ("BLUE", "#LatinasInMedicine", 101.6)
    assert (proof.paper_size, proof.language, proof.revision, proof.link) == ("letter", "en", 0, "")


def test_what_is_not_there_has_no_sheet(world: World) -> None:
    with world.database.reading() as session:
        with pytest.raises(NotFound):
            order_sheet(session, order_id=999_999, rules=RULES)
        with pytest.raises(NotFound):
            proof_sheet(session, design_id=999_999, rules=RULES)
