"""The ribbon itself: true size, bleed, letters that stay inside."""

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import Unprintable
from app.printing.documents import RibbonFace
from app.printing.fonts import width_of
from app.printing.letters import RIBBON
from app.printing.ribbon import BLEED_MM, SAFE_MM, draw_ornament, draw_ribbon, lying, measure

# Renderers let a clipped shape cover every pixel that it touches: two of these pixels are less than 0.1 mm.
DPI = 600
MM = 72 / 25.4


@pytest.mark.parametrize("bleed_mm", [0.0, BLEED_MM])
@pytest.mark.parametrize(("width", "height"), [(101.6, 41.3), (41.3, 101.6), (152.4, 50.8), (25.4, 25.4)])
def test_a_ribbon_is_drawn_at_its_true_size_with_its_letters_inside(
    face: RibbonFace, width: float, height: float, bleed_mm: float
) -> None:
    ribbon = replace(face, text="Ábçg", width_mm=width, height_mm=height, ribbon_color="#D000A0", foil_color="#00A000")
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=((width + 10) * MM, (height + 10) * MM))
    draw_ribbon(canvas, measure(ribbon, field="face"), x=5 * MM, y=5 * MM, bleed=bleed_mm * MM)
    canvas.save()
    image = pypdfium2.PdfDocument(buffer.getvalue())[0].render(scale=DPI / 72).to_pil().convert("RGB")
    red, green, _ = image.split()
    pixel = 25.4 / DPI

    left, top, right, bottom = (edge * pixel for edge in green.point(lambda value: 255 * (value < 200)).getbbox())
    assert right - left == pytest.approx(width + 2 * bleed_mm, abs=0.1)
    assert bottom - top == pytest.approx(height + 2 * bleed_mm, abs=0.1)
    assert left == pytest.approx(5 - bleed_mm, abs=0.1)

    letters = red.point(lambda value: 255 * (value < 80)).getbbox()
    inside = bleed_mm + SAFE_MM - 0.1
    assert letters[0] * pixel >= left + inside
    assert letters[1] * pixel >= top + inside
    assert letters[2] * pixel <= right - inside
    assert letters[3] * pixel <= bottom - inside


def test_letters_shrink_to_eight_points_and_no_further(face: RibbonFace) -> None:
    room = (101.6 - 2 * SAFE_MM) * MM
    fitting = "n" * int(room / width_of("n", RIBBON, 8.0))
    assert measure(replace(face, text=fitting), field="face").size == 8.0
    with pytest.raises(Unprintable, match="8 pt") as refusal:
        measure(replace(face, text=fitting + "n"), field="lines[3].face")
    assert refusal.value.field == "lines[3].face.text"


def test_a_lying_ribbon_has_its_long_side_across(face: RibbonFace) -> None:
    assert lying(replace(face, width_mm=41.3, height_mm=101.6)) == face
    assert lying(face) == face


def test_an_ornament_is_as_wide_as_it_was_asked_for(face: RibbonFace) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 200))
    draw_ornament(canvas, measure(face, field="face"), x=20, y=20, width=220)
    canvas.save()
    image = pypdfium2.PdfDocument(buffer.getvalue())[0].render(scale=2).to_pil().convert("RGB")
    left, top, right, bottom = image.split()[0].point(lambda value: 255 * (value < 200)).getbbox()
    assert (left / 2, right / 2) == pytest.approx((20, 240), abs=0.5)
    assert (bottom - top) / 2 == pytest.approx(220 * 41.3 / 101.6, abs=1)


def test_a_space_that_the_font_lacks_is_drawn_as_one_that_it_has(face: RibbonFace) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    draw_ribbon(canvas, measure(replace(face, text="Juntas\u202fsomos"), field="face"), x=50, y=50)
    canvas.save()
    (page,) = PdfReader(buffer).pages
    assert page.extract_text().replace("\u00a0", " ").strip() == "Juntas somos"
