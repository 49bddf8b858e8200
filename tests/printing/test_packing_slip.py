"""The packing slip: what the person who opens the box reads."""

from dataclasses import replace
from io import BytesIO

from pypdf import PdfReader

from app.printing.documents import PackingSlip
from app.printing.packing_slip import render_packing_slip


def text_of(document: PackingSlip) -> str:
    reader = PdfReader(BytesIO(render_packing_slip(document)))
    return "\n".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ")


def test_the_receiver_reads_what_came_from_whom_and_why(slip: PackingSlip) -> None:
    text = text_of(slip)
    for said in (
        "Packing slip",
        "Depot Midwest",
        "Dra. Lucía Peña",
        "Annual Meeting of Physicians",
        "San Francisco, California",
        "Mar 30 – Apr 2, 2026",
        "March 27, 2026",
        "UPS Ground",
        "1Z 999 AA1 01",
        "6 × 50 + 13",
        "313",
        "Counted by",
        "Two packs are for Dr. Quiñones.",
        "If your count differs",
        slip.link,
    ):
        assert said in text
    assert text.count(slip.number) >= 3


def test_the_text_is_read_in_the_order_of_the_paper(slip: PackingSlip) -> None:
    text = text_of(slip)
    places = [
        text.index(said) for said in ("Packing slip", "Depot", "Dra.", "Annual", "LIM-BLUE", "Counted by", "Page")
    ]
    assert places == sorted(places)


def test_the_spanish_slip_says_tu(slip: PackingSlip) -> None:
    text = text_of(replace(slip, language="es"))
    for said in ("Lista de empaque", "30 de marzo – 2 de abril de 2026", "Si tu conteo no coincide", "Cuenta cada"):
        assert said in text


def test_what_is_not_known_is_left_out(slip: PackingSlip) -> None:
    bare = replace(
        slip,
        conference=None,
        conference_place="",
        starts_on=None,
        ends_on=None,
        must_arrive_by=None,
        carrier="",
        tracking_number="",
        note="",
    )
    text = text_of(bare)
    for label in ("Conference", "Must arrive", "Carrier", "Tracking", "Note"):
        assert label not in text


def test_the_total_adds_up_the_lines(slip: PackingSlip) -> None:
    full = replace(slip, lines=slip.lines * 7)
    assert full.quantity == 2191
    assert "2,191" in text_of(full)
