"""The count sheet: what is counted where, the fields to write in, and nothing of what is expected on a blind one."""

import re
from dataclasses import replace
from string import Formatter

import pytest

from app.errors import Unprintable
from app.printing import count_sheet, fields
from app.printing.count_sheet import CountLine, CountSheet, render_count_sheet
from app.printing.documents import Block, Language, Paper
from app.printing.words import Phrase
from tests.printing.conftest import PRINTED_AT
from tests.printing.looking import check_tidy, codes, texts

LONG = ("Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología " * 3)[:200]


def line(number: int, expected: int | None = None) -> CountLine:
    return CountLine(
        design_id=number,
        code=f"LIM-{number}",
        text="#LatinasInMedicine",
        pack_size=50,
        ribbon_color="#1B4F9C",
        foil_color="#C9A227",
        expected=expected,
    )


@pytest.fixture
def sheet() -> CountSheet:
    return CountSheet(
        number="COUNT-5-2026-03-04",
        revision=1,
        community="Latinas in Medicine",
        paper="letter",
        language="en",
        printed_at=PRINTED_AT,
        link="HTTPS://CHAMPIONS.EXAMPLE.ORG/P/K7Q2M4XPA1B2C3D4",
        code="K7Q2-M4XP-A1B2-C3D4",
        location_id=5,
        depot=Block(("Depot Midwest", "2211 S Oak Park Ave", "Oak Park, IL 60302-1187")),
        blind=True,
        lines=(line(1), line(2)),
    )


@pytest.fixture
def open_sheet(sheet: CountSheet) -> CountSheet:
    return replace(sheet, blind=False, lines=(line(1, 1234), line(2, 0)))


@pytest.fixture
def crowded(open_sheet: CountSheet) -> CountSheet:
    """Sixty lines, and every text as long as the schema lets it be."""
    long = replace(line(1, 123_456_789), code="LONGCODE" * 7, text=LONG[:60], pack_size=100_000)
    return replace(
        open_sheet,
        number="C" * 60,
        community=LONG,
        depot=Block((LONG, "W" * 200, LONG)),
        lines=tuple(replace(long, design_id=number) for number in range(60)),
    )


def test_the_counter_reads_what_to_count_and_how_to_enter_it(sheet: CountSheet) -> None:
    (text,) = texts(render_count_sheet(sheet))
    for said in (
        "Stock count",
        "Depot Midwest",
        "LIM-1",
        "#LatinasInMedicine · id 1",
        "Packs",
        "Loose",
        "Pieces",
        "Not on this list",
        "Counted by",
        "Counted on",
        "K7Q2-M4XP A1B2-C3D4",
        "POST /api/v1/stock/counts with location_id 5",
    ):
        assert said in text
    assert text.index("LIM-1") < text.index("LIM-2") < text.index("Counted by")


def test_each_row_is_packs_times_pack_size_plus_loose_is_pieces(sheet: CountSheet) -> None:
    (text,) = texts(render_count_sheet(sheet))
    assert text.count("× 50 + =") == 2  # the fields to write in stand between the signs
    assert text.count("× + =") == 2  # and two rows for what is not on the list


def test_a_blind_sheet_does_not_say_what_is_expected(sheet: CountSheet, open_sheet: CountSheet) -> None:
    (blind,) = texts(render_count_sheet(sheet))
    (seeing,) = texts(render_count_sheet(open_sheet))
    assert "Expected" not in blind
    assert "Expected" in seeing
    assert "1,234" in seeing


def test_a_blind_sheet_cannot_even_know_it(open_sheet: CountSheet) -> None:
    with pytest.raises(ValueError, match="blind"):
        replace(open_sheet, blind=True)


def test_the_spanish_sheet_says_tu(open_sheet: CountSheet) -> None:
    (text,) = texts(render_count_sheet(replace(open_sheet, language="es")))
    for said in ("Conteo de existencias", "Esperadas", "Sueltas", "Cuenta lo que hay", "Contado por", "id 2"):
        assert said in text


def test_no_lines_are_refused(sheet: CountSheet) -> None:
    with pytest.raises(Unprintable, match="at least one design"):
        render_count_sheet(replace(sheet, lines=()))


def test_a_character_without_a_glyph_is_refused(sheet: CountSheet) -> None:
    with pytest.raises(Unprintable) as refusal:
        render_count_sheet(replace(sheet, lines=(line(1), replace(line(2), text="Ribbon ☐"))))
    assert refusal.value.field == "lines[1].text"


@pytest.mark.parametrize("paper", ["letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_overlaps_another_or_leaves_the_page(crowded: CountSheet, paper: Paper, language: Language) -> None:
    data = render_count_sheet(replace(crowded, paper=paper, language=language))
    check_tidy(data)
    pages = texts(data)
    assert len(pages) > 4
    assert sum(text.replace(" ", "").count("LONGCODE" * 7) for text in pages) == 60


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_qr_code_opens_the_link(sheet: CountSheet, paper: Paper) -> None:
    assert codes(render_count_sheet(replace(sheet, paper=paper)), 0) == [sheet.link]


def test_the_same_sheet_gives_the_same_bytes(sheet: CountSheet) -> None:
    assert render_count_sheet(sheet) == render_count_sheet(replace(sheet))


@pytest.mark.parametrize("module", [count_sheet, fields])
def test_both_languages_of_a_phrase_fill_in_the_same(module: object) -> None:
    for phrase in (value for value in vars(module).values() if isinstance(value, Phrase)):
        named = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (phrase.en, phrase.es)]
        assert named[0] == named[1]
        assert not re.search(r"\b(usted|ustedes|vosotros)\b", phrase.es)
