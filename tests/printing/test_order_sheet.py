"""The order sheet: what the vendor reads, and ribbons at true size."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import cast

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream
from reportlab.pdfgen.canvas import Canvas

from app.errors import Unprintable
from app.printing.documents import OrderSheet, Paper, RibbonFace
from app.printing.fonts import RIBBON, width_of
from app.printing.order_sheet import render_order_sheet
from app.printing.ribbon import SAFE_MM, draw_ribbon, measure

# Renderers let a clipped shape cover every pixel that it touches: two of these pixels are less than 0.1 mm.
DPI = 600
MM = 72 / 25.4


def text_of(document: OrderSheet) -> str:
    reader = PdfReader(BytesIO(render_order_sheet(document)))
    return "\n".join(page.extract_text() for page in reader.pages).replace("\u00a0", " ")


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
        render_order_sheet(replace(order, lines=(line,)))
    assert refusal.value.field == "lines[0].unit_cost_cents"


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_a_ribbon_wider_or_higher_than_the_paper_is_refused(order: OrderSheet, paper: Paper) -> None:
    line = order.lines[0]
    for face, field in (
        (replace(line.face, width_mm=300.0), "width_mm"),
        (replace(line.face, height_mm=300.0), "height_mm"),
    ):
        with pytest.raises(Unprintable) as refusal:
            render_order_sheet(replace(order, paper=paper, lines=(replace(line, face=face),)))
        assert refusal.value.field == f"lines[0].face.{field}"


@pytest.mark.parametrize(("width", "height"), [(101.6, 41.3), (41.3, 101.6), (152.4, 50.8), (25.4, 25.4)])
def test_a_ribbon_is_drawn_at_its_true_size_with_its_letters_inside(
    face: RibbonFace, width: float, height: float
) -> None:
    ribbon = replace(face, text="Ábçg", width_mm=width, height_mm=height, ribbon_color="#D000A0", foil_color="#00A000")
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=((width + 10) * MM, (height + 10) * MM))
    draw_ribbon(canvas, measure(ribbon, field="face"), x=5 * MM, y=5 * MM)
    canvas.save()
    image = pypdfium2.PdfDocument(buffer.getvalue())[0].render(scale=DPI / 72).to_pil().convert("RGB")
    red, green, _ = image.split()
    pixel = 25.4 / DPI

    left, top, right, bottom = (edge * pixel for edge in green.point(lambda value: 255 * (value < 200)).getbbox())
    assert right - left == pytest.approx(width, abs=0.1)
    assert bottom - top == pytest.approx(height, abs=0.1)
    assert left == pytest.approx(5, abs=0.1)

    letters = red.point(lambda value: 255 * (value < 80)).getbbox()
    assert letters[0] * pixel >= left + SAFE_MM - 0.1
    assert letters[1] * pixel >= top + SAFE_MM - 0.1
    assert letters[2] * pixel <= right - SAFE_MM + 0.1
    assert letters[3] * pixel <= bottom - SAFE_MM + 0.1


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_proof_on_the_sheet_is_not_scaled(order: OrderSheet, paper: Paper) -> None:
    sizes = []
    for page in PdfReader(BytesIO(render_order_sheet(replace(order, paper=paper)))).pages:
        assert not page.get("/UserUnit")
        drawn = cast("ContentStream", page.get_contents()).get_data().decode("latin-1")
        assert all(scale == "1 0 0 1" for scale in re.findall(r"(\S+ 0 0 \S+) \S+ \S+ cm", drawn))
        sizes += [(float(w) / MM, float(h) / MM) for w, h in re.findall(r"\S+ \S+ (\S+) (\S+) re f", drawn)]
    assert any(size == pytest.approx((101.6, 41.3), abs=0.01) for size in sizes)


def test_letters_shrink_to_eight_points_and_no_further(face: RibbonFace) -> None:
    room = (101.6 - 2 * SAFE_MM) * MM
    fitting = "n" * int(room / width_of("n", RIBBON, 8.0))
    assert measure(replace(face, text=fitting), field="face").size == 8.0
    with pytest.raises(Unprintable, match="8 pt") as refusal:
        measure(replace(face, text=fitting + "n"), field="lines[3].face")
    assert refusal.value.field == "lines[3].face.text"


def test_a_sheet_with_such_a_ribbon_is_refused(order: OrderSheet) -> None:
    face = replace(order.lines[0].face, text="#LatinasInMedicine" * 8)
    with pytest.raises(Unprintable, match="LIM-BLUE"):
        render_order_sheet(replace(order, ordered_on=date(2026, 1, 1), lines=(replace(order.lines[0], face=face),)))
