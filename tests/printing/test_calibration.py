"""The calibration page: what stands where, and what it tells to type."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from app.core.errors import Unprintable
from app.printing.calibration import ROLL_INSET_MM, CalibrationSheet, render_calibration
from app.printing.label_stock import find_label_stock
from tests.printing.conftest import PRINTED_AT
from tests.printing.test_labels import MM, PARTS, outlines, rectangles, render_labels, sheet_of


def page_of(part: str, **changes: Any) -> CalibrationSheet:
    sheet = CalibrationSheet(label_stock=part, community="Latinas in Medicine", language="en", printed_at=PRINTED_AT)
    return replace(sheet, **changes)


def content(data: bytes) -> bytes:
    found = PdfReader(BytesIO(data)).pages[0].get_contents()
    assert found is not None
    return found.get_data()


def texts(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded().replace("\r\n", " ") for page in pypdfium2.PdfDocument(data)]


def strokes(data: bytes, *, upright: bool) -> list[tuple[float, float, float]]:
    """Where strokes stand, from where to where, by the page's content; the page is not moved."""
    found = re.findall(rb"([-\d.]+) ([-\d.]+) m ([-\d.]+) ([-\d.]+) l", content(data))
    lines = [[float(number) for number in each] for each in found]
    if upright:
        return [(x1, min(y1, y2), max(y1, y2)) for x1, y1, x2, y2 in lines if x1 == x2]
    return [(y1, min(x1, x2), max(x1, x2)) for x1, y1, x2, y2 in lines if y1 == y2]


@pytest.mark.parametrize("part", PARTS)
def test_the_outlines_are_those_of_the_labels(part: str) -> None:
    label_stock = find_label_stock(part)
    printed = outlines(render_calibration(page_of(part)), label_stock)
    assert printed == outlines(render_labels(sheet_of(part, outlines=True)), label_stock)
    assert len(printed) == label_stock.per_page


@pytest.mark.parametrize("part", PARTS)
def test_a_cross_stands_at_every_corner_and_on_a_roll_inside_of_them(part: str) -> None:
    data = render_calibration(page_of(part))
    height = find_label_stock(part).page[1]
    inset = ROLL_INSET_MM * MM if part == "4x6" else 0.0
    arms = [(y, x1, x2) for y, x1, x2 in strokes(data, upright=False) if abs(x2 - x1 - 8) < 0.01]
    across = {(y, (x1 + x2) / 2) for y, x1, x2 in arms}
    for left, top, right, bottom in rectangles(part):
        for x in (left + inset, right - inset):
            for y in (height - top - inset, height - bottom + inset):
                assert any(abs(found_y - y) < 0.05 and abs(found_x - x) < 0.05 for found_y, found_x in across)


@pytest.mark.parametrize("part", PARTS)
def test_the_rulers_are_right_from_the_corner_of_label_1(part: str) -> None:
    data = render_calibration(page_of(part))
    height = find_label_stock(part).page[1]
    left, top, _, _ = rectangles(part)[0]
    inset = ROLL_INSET_MM * MM if part == "4x6" else 0.0
    hanging = [x - left for x, _, upper in strokes(data, upright=True) if abs(upper - (height - top - inset)) < 0.01]
    beside = [height - top - y for y, start, _ in strokes(data, upright=False) if abs(start - left - inset) < 0.01]
    for found in (hanging, beside):
        for mm in range(10, 81):
            assert any(abs(each - mm * MM) < 0.05 for each in found), mm


@pytest.mark.parametrize("part", PARTS)
def test_every_label_is_named_and_rulers_have_figures(part: str) -> None:
    names = texts(render_calibration(page_of(part)))[0]
    for number in range(1, find_label_stock(part).per_page + 1):
        assert f"{part} · {number}" in names
    assert re.search(r"\d0 mm.*\b50\b", names)
    assert names.count(" in") >= 2
    assert names.count(" mm") == 2


def test_an_offset_moves_the_page_and_is_named_as_what_to_add_to() -> None:
    label_stock = find_label_stock("5160")
    moved = render_calibration(page_of("5160", offset_x_mm=-1.5, offset_y_mm=0.8))
    straight = render_calibration(page_of("5160"))
    for (x, y), (new_x, new_y) in zip(outlines(straight, label_stock), outlines(moved, label_stock), strict=True):
        assert (new_x - x, new_y - y) == pytest.approx((-1.5 * MM, -0.8 * MM), abs=0.002)
    assert "x = -1.5 and y = 0.8" in texts(moved)[1]


def test_the_instructions_say_which_sign_moves_where() -> None:
    (_, english), (_, spanish) = (
        texts(render_calibration(page_of("5160", language=language))) for language in ("en", "es")
    )
    for said in (
        "Calibration of 5160",
        "too far to the left, set the shift to the right (x) to 1.5",
        "too high, set the shift down (y) to 1.5",
        "x can be -6.2 to 6.2 mm, and y -10 to 10 mm",
    ):
        assert said in english
    for said in ("Calibración de 5160", "demasiado a la izquierda, pon 1.5", "demasiado arriba, pon 1.5"):
        assert said in spanish


def test_what_the_instructions_say_is_true_of_the_labels() -> None:
    """A printer that prints 1.5 mm too far left and too high needs what the page says: 1.5 and 1.5."""
    straight, moved = (
        outlines(
            render_labels(sheet_of("5160", outlines=True, offset_x_mm=mm, offset_y_mm=mm)), find_label_stock("5160")
        )
        for mm in (0.0, 1.5)
    )
    (x, y), (new_x, new_y) = straight[0], moved[0]
    assert new_x > x
    assert new_y < y


@pytest.mark.parametrize("part", PARTS)
def test_the_bounds_that_are_named_are_accepted_and_no_more(part: str) -> None:
    (_, text) = texts(render_calibration(page_of(part)))
    bounds = re.search(r"x can be (\S+) to (\S+) mm, and y (\S+) to (\S+) mm", text)
    assert bounds is not None
    left, right, up, down = map(float, bounds.groups())
    for x, y in ((left, up), (right, down)):
        render_calibration(page_of(part, offset_x_mm=x, offset_y_mm=y))
    for field, value in (("offset_x_mm", right + 0.2), ("offset_y_mm", up - 0.2)):
        with pytest.raises(Unprintable) as refusal:
            render_calibration(page_of(part, **{field: value}))
        assert refusal.value.field == field


def test_an_unknown_stock_is_refused() -> None:
    with pytest.raises(Unprintable, match="5160, 5163, 5164, 5167, L7160, L7163, 4x6"):
        render_calibration(page_of("9999"))
