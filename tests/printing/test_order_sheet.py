"""The order sheet: what the vendor reads, and ribbons at true size."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import cast

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from app.core.errors import Unprintable
from app.core.language import Language
from app.printing.documents import OrderSheet, PaperSize
from tests.printing.drawn import drawn
from tests.printing.looking import MM, check_tidy, cut_boxes, grown, picture, ribbon_in
from tests.support.reading import texts, words


def text_of(document: OrderSheet) -> str:
    return words(drawn(document))


def test_the_vendor_reads_what_to_make_for_whom_and_by_when(order: OrderSheet) -> None:
    text = text_of(order)
    for said in (
        "Order sheet",
        "PO-2026-0014",
        "Revision 2",
        "March 2, 2026",
        "April 10, 2026",
        "Heartland Ribbon & Badge Co.",
        "Dr. María Núñez",
        "LIM-BLUE",
        "#LatinasInMedicine",
        "Royal blue #1B4F9C",
        "101.6 × 41.3 mm",
        "4 × 1⅝ in",
        "22 × 50 + 13",
        "1,113",
        "$0.38",
        "$422.94",
        "Mark each carton.",
    ):
        assert said in text


def test_the_spanish_sheet_says_it_in_spanish(order: OrderSheet) -> None:
    text = text_of(replace(order, language="es"))
    for said in ("Hoja de pedido", "2 de marzo de 2026", "Proveedor", "Costo unitario", "4 × 1⅝ pulg.", "tamaño real"):
        assert said in text


def test_a_date_that_is_not_set_is_named_as_such(order: OrderSheet) -> None:
    assert "No date" in text_of(replace(order, needed_by=None))


def test_totals_are_kept_apart_by_currency(order: OrderSheet) -> None:
    pesos = replace(order.lines[0], currency="MXN", unit_cost_cents=700, quantity=10)
    both = replace(order, lines=(*order.lines, pesos, pesos))
    assert both.totals == {"USD": 42294, "MXN": 14000}
    assert "MX$140.00" in text_of(both)


def test_each_ribbon_has_one_proof(order: OrderSheet) -> None:
    other = replace(order.lines[0], face=replace(order.lines[0].face, code="LIM-WINE", ribbon_color="#7A1E3A"))
    text = text_of(replace(order, lines=(order.lines[0], other, order.lines[0])))
    assert text.count("#1B4F9C") == 1
    assert text.count("#7A1E3A") == 1


def test_a_number_too_long_for_its_column_is_refused(order: OrderSheet) -> None:
    line = replace(order.lines[0], unit_cost_cents=10**15)
    with pytest.raises(Unprintable) as refusal:
        drawn(replace(order, lines=(line,)))
    assert refusal.value.field == "lines[0].unit_cost_cents"


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_a_ribbon_wider_or_higher_than_the_paper_is_refused(order: OrderSheet, paper_size: PaperSize) -> None:
    line = order.lines[0]
    for face, field in (
        (replace(line.face, width_mm=300.0), "width_mm"),
        (replace(line.face, height_mm=300.0), "height_mm"),
    ):
        with pytest.raises(Unprintable) as refusal:
            drawn(replace(order, paper_size=paper_size, lines=(replace(line, face=face),)))
        assert refusal.value.field == f"lines[0].face.{field}"


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_the_proof_on_the_sheet_is_not_scaled(order: OrderSheet, paper_size: PaperSize) -> None:
    first, proof = PdfReader(BytesIO(drawn(replace(order, paper_size=paper_size)))).pages
    assert not first.get("/UserUnit")
    assert not proof.get("/UserUnit")
    marks = cast("ContentStream", proof.get_contents()).get_data().decode("latin-1")
    # Only the dimension along the upright side is turned, by a quarter: nothing changes its size.
    scales = set(re.findall(r"(\S+ \S+ \S+ \S+) \S+ \S+ cm", marks))
    assert scales <= {"1 0 0 1", "0 1 -1 0"}
    sizes = [(float(w) / MM, float(h) / MM) for w, h in re.findall(r"\S+ \S+ (\S+) (\S+) re f", marks)]
    assert any(size == pytest.approx((101.6 + 6.4, 41.3 + 6.4), abs=0.01) for size in sizes)


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_each_ribbon_has_a_page_that_knows_where_it_is_cut(order: OrderSheet, paper_size: PaperSize) -> None:
    tall = replace(order.lines[0], face=replace(order.lines[0].face, code="TALL", width_mm=41.3, height_mm=101.6))
    data = drawn(replace(order, paper_size=paper_size, lines=(order.lines[0], tall)))
    boxes = cut_boxes(data)
    assert boxes[0] is None
    for found, width, height in zip(boxes[1:], (101.6, 41.3), (41.3, 101.6), strict=True):
        assert found
        trim, bleed = found
        assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((width * MM, height * MM), abs=0.01)
        assert bleed == pytest.approx(
            (trim[0] - 3.2 * MM, trim[1] - 3.2 * MM, trim[2] + 3.2 * MM, trim[3] + 3.2 * MM), abs=0.01
        )


@pytest.mark.parametrize(("paper_size", "width", "height"), [("letter", 101.6, 41.3), ("a4", 41.3, 101.6)])
def test_the_colour_fills_the_bleed_box_and_nothing_else(
    order: OrderSheet, paper_size: PaperSize, width: float, height: float
) -> None:
    face = replace(order.lines[0].face, ribbon_color="#D000A0", foil_color="#00A000", width_mm=width, height_mm=height)
    data = drawn(replace(order, paper_size=paper_size, lines=(replace(order.lines[0], face=face),)))
    boxes = cut_boxes(data)[1]
    assert boxes
    found = ribbon_in(picture(data, 1, grown(boxes[1], 2 * MM)))
    assert found == pytest.approx([2, 2, 2 + width + 6.4, 2 + height + 6.4], abs=0.1)


def test_each_proof_page_carries_head_foot_finishing_and_a_line_to_sign(order: OrderSheet) -> None:
    tall = replace(order.lines[0], face=replace(order.lines[0].face, code="TALL", width_mm=41.3, height_mm=101.6))
    first, *proofs = texts(drawn(replace(order, lines=(order.lines[0], tall))))
    assert "Page 1 of 3" in first
    assert "adhesive strip on the back" in first
    for number, (proof, code) in enumerate(zip(proofs, ("LIM-BLUE", "TALL"), strict=True), start=2):
        assert f"Page {number} of 3" in proof
        for said in ("Order sheet · PO-2026-0014", code, "(1:1)", "Finishing", "Approved by", "Date"):
            assert said in proof, said


def test_a_sheet_with_such_a_ribbon_is_refused(order: OrderSheet) -> None:
    face = replace(order.lines[0].face, text="#LatinasInMedicine" * 8)
    with pytest.raises(Unprintable, match="LIM-BLUE"):
        drawn(replace(order, ordered_on=date(2026, 1, 1), lines=(replace(order.lines[0], face=face),)))


@pytest.mark.parametrize(("language", "paper_size"), [("en", "letter"), ("es", "a4")])
def test_long_texts_stay_apart_on_every_page(order: OrderSheet, language: Language, paper_size: PaperSize) -> None:
    long = replace(
        order.lines[0].face, code="LONGCODE" * 7, ribbon_color_name="W" * 60, finishing="Imán al dorso " * 14
    )
    faces = (
        long,
        replace(long, width_mm=41.3, height_mm=101.6),
        replace(long, text="Ábçg", width_mm=25.4, height_mm=25.4),
    )
    lines = tuple(replace(order.lines[0], face=face) for face in faces)
    community = "Sociedad Panamericana de Médicas Latinas " * 4
    data = drawn(replace(order, language=language, paper_size=paper_size, community=community, lines=lines))
    check_tidy(data)
    assert sum(box is not None for box in cut_boxes(data)) == 3
