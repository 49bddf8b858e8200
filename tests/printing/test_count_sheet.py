"""The count sheet: what is counted where, the fields to write in, and nothing of what is expected on a blind one."""

from dataclasses import replace

import pytest

from app.core.errors import Unprintable
from app.printing.count_sheet import CountSheet
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.ordinary import count_line as line
from tests.support.reading import texts

LONG = ("Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología " * 3)[:200]


@pytest.fixture
def sheet() -> CountSheet:
    return ordinary.COUNT


@pytest.fixture
def open_sheet(sheet: CountSheet) -> CountSheet:
    return replace(sheet, blind=False, lines=(line(1, 1234), line(2, 0)))


def test_the_counter_reads_what_to_count_and_how_to_enter_it(sheet: CountSheet) -> None:
    (text,) = texts(drawn(sheet))
    for said in (
        "Stock count",
        "Depot Midwest",
        "LIM-1",
        "#LatinasInMedicine",
        "Packs",
        "Loose",
        "Pieces",
        "Other design (not on this list)",
        "Counted by",
        "Counted on",
        "K7Q2-M4XP A1B2-C3D4",
        "Give this sheet to a coordinator, who enters the numbers.",
    ):
        assert said in text
    assert text.index("LIM-1") < text.index("LIM-2") < text.index("Counted by")


def test_each_row_is_packs_times_pack_size_plus_loose_is_pieces(sheet: CountSheet) -> None:
    (text,) = texts(drawn(sheet))
    assert text.count("× 50 + =") == 2  # the fields to write in stand between the signs
    assert text.count("× + =") == 2  # and two rows for what is not on the list


def test_a_blind_sheet_does_not_say_what_is_expected(sheet: CountSheet, open_sheet: CountSheet) -> None:
    (blind,) = texts(drawn(sheet))
    (seeing,) = texts(drawn(open_sheet))
    assert "Expected" not in blind
    assert "Expected" in seeing
    assert "1,234" in seeing


def test_a_blind_sheet_cannot_even_know_it(open_sheet: CountSheet) -> None:
    with pytest.raises(ValueError, match="blind"):
        replace(open_sheet, blind=True)


def test_the_spanish_sheet_says_tu(open_sheet: CountSheet) -> None:
    (text,) = texts(drawn(replace(open_sheet, language="es")))
    for said in (
        "Conteo de existencias",
        "Esperadas",
        "Sueltas",
        "Cuenta lo que hay",
        "Contado por",
        "Entrega esta hoja",
    ):
        assert said in text


def test_no_lines_are_refused(sheet: CountSheet) -> None:
    with pytest.raises(Unprintable, match="at least one design"):
        drawn(replace(sheet, lines=()))
