"""The pick list: what to take, what is short, which boxes to make in which order, and no street."""

from dataclasses import replace

import pytest

from app.core.language import Language
from app.printing.pick_list import PickDepot, PickList
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.ordinary import pick_box as box
from tests.printing.ordinary import pick_line as line
from tests.printing.ordinary import shelf_line as shelf
from tests.support.reading import texts

LONG = ("Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología " * 3)[:200]


@pytest.fixture
def picks() -> PickList:
    return ordinary.PICKS


@pytest.fixture
def crowded(picks: PickList) -> PickList:
    """Every text as long as the schema lets it be, many boxes, and one with more lines than a page holds."""
    codes = [f"{number:02d}{'LONGCODE' * 7}" for number in range(70)]
    lines = tuple(line(code, 123_456) for code in codes)
    full = replace(box(1), recipient=LONG, place=LONG, by_hand=True, must_ship_by=None, must_arrive_by=None)
    boxes = (replace(full, lines=lines), *(replace(full, number=f"SH-{n}", lines=lines[:3]) for n in range(20)))
    shelves = tuple(replace(shelf(12_345_678, 1), code=code, text=LONG[:60]) for code in codes)
    depot = PickDepot(name=LONG, shelf=shelves, boxes=boxes)
    return replace(picks, number="P" * 60, community=LONG, depots=(depot, *picks.depots))


def test_the_packer_reads_what_to_take_and_which_boxes_to_make(picks: PickList) -> None:
    first, second = texts(drawn(picks))
    for said in (
        "Boxes to pack",
        "Send no later than March 20, 2026",
        "Depot East",
        "Take from the shelf",
        "4 × 50 + 26",
        "226",
        "SH-0001",
        "Dra. Lucía Peña 1",
        "Chicago, Illinois",
        "March 5, 2026",
        "Must arrive by March 10, 2026",
        "2 × 50 + 13",
    ):
        assert said in first
    assert "Depot West" in second
    assert first.index("SH-0001") < first.index("SH-0002")


def test_each_depot_has_pages_of_its_own(picks: PickList) -> None:
    first, second = texts(drawn(picks))
    assert "SH-0003" not in first
    assert "SH-0001" not in second


def test_only_what_is_missing_is_marked_as_short(picks: PickList) -> None:
    first, second = texts(drawn(picks))
    assert "short" not in first
    assert "Short by 13" in second


def test_what_is_there_to_the_last_ribbon_is_not_short() -> None:
    assert [shelf(100, held).missing for held in (99, 100, 101)] == [1, 0, 0]


def test_boxes_that_are_packed_need_no_shelf(picks: PickList) -> None:
    packed = replace(picks, stage="send", depots=(replace(picks.depots[0], shelf=()),))
    (text,) = texts(drawn(packed))
    assert "Boxes to send" in text
    assert "shelf" not in text
    assert "SH-0001" in text


def test_what_goes_by_hand_or_has_no_deadline_says_so(picks: PickList) -> None:
    handed = replace(box(1), by_hand=True, must_ship_by=None, must_arrive_by=None)
    (text,) = texts(drawn(replace(picks, depots=(replace(picks.depots[0], boxes=(handed,)),))))
    assert "SH-0001 · by hand" in text
    assert "No deadline" in text


@pytest.mark.parametrize(("language", "said"), [("en", "no boxes to pack"), ("es", "No hay cajas por preparar")])
def test_a_day_without_work_says_so(picks: PickList, language: Language, said: str) -> None:
    (text,) = texts(drawn(replace(picks, language=language, depots=(), ship_by=None)))
    assert said in text


def test_the_spanish_list_says_it_in_spanish(picks: PickList) -> None:
    first, second = texts(drawn(replace(picks, language="es")))
    for said in (
        "Cajas por preparar",
        "20 de marzo de 2026",
        "Toma del estante",
        "Debe llegar el 10 de marzo de 2026 a más tardar",
    ):
        assert said in first
    assert "Faltantes: 13" in second


def test_a_box_with_very_many_lines_goes_on_under_its_number(crowded: PickList) -> None:
    pages = texts(drawn(crowded))
    assert "SH-0001, continued" in " ".join(pages)
    assert sum(text.replace(" ", "").count("LONGCODE" * 7) for text in pages) == 70 + 70 + 20 * 3


def test_a_box_that_goes_abroad_names_the_country_in_the_language_of_the_paper(picks: PickList) -> None:
    abroad = replace(box(1), place="Madrid", country="ES")
    away = replace(picks, language="es", depots=(replace(picks.depots[0], boxes=(abroad,)),))
    assert "Madrid, España" in texts(drawn(away))[0]
