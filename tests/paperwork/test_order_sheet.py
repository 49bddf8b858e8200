"""The order sheet of a purchase order, as it is read from the database."""

import pytest

from app.core.clock import today
from app.core.errors import NotFound
from app.paperwork.order_sheet import order_sheet
from app.paperwork.proof_sheet import proof_sheet
from app.printing.documents import Block
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
