"""The coverage report: the figures with their denominators, the map, and the conferences, but nobody's name."""

from collections import Counter
from dataclasses import fields, replace

import pypdfium2
import pytest

from app.core.language import Language
from app.printing import tile_map
from app.printing.coverage_report import CoverageReport, Reached
from app.printing.documents import PaperSize
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.looking import picture
from tests.printing.ordinary import part, reached
from tests.support.reading import texts

LONG = ("Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología " * 3)[:200]


@pytest.fixture
def report() -> CoverageReport:
    return ordinary.REPORT


@pytest.fixture
def crowded(report: CoverageReport) -> CoverageReport:
    """Every text as long as the schema lets it be, more conferences than a page holds, every tile taken."""
    ordinary = [reached(number) for number in range(60)]
    return replace(
        report,
        number="C" * 60,
        community=LONG,
        chosen_en=" · ".join((", ".join(map(str, range(2001, 2051))), "Radiology" * 11, "LONGCODE" * 7)),
        by_state=tuple(part(code, 12_345, 12_345) for code in (*tile_map.POSITIONS, *tile_map.TERRITORIES)),
        unknown=123,
        countries=tuple((code, 12) for code in ("BO", "CA", "CO", "DO", "ES", "FR", "GB", "MX", "PE", "VE")),
        by_year=tuple(part(str(year), 1_000, year % 7) for year in range(1990, 2026)),
        by_specialty=tuple(part(f"{number}{LONG}"[:200], 40 - number, 30 - number) for number in range(30)),
        conferences=tuple(
            replace(one, name=LONG, city=LONG) if number % 3 else one for number, one in enumerate(ordinary)
        ),
    )


def test_the_first_page_says_the_sentence_and_what_it_is_a_part_of(report: CoverageReport) -> None:
    first, _ = texts(drawn(report))
    for said in (
        report.sentence_en,
        "15 of 24 tracked conferences, and 11 of 51 states, counting Washington, D.C.",
        "4,820",
        "15 of 24",
        "11 of 51",
        "US territories",
        "State not known",
        "Canada 2 · Mexico 1",
        "nobody is named",
        "Page 1 of 2",
    ):
        assert said in first


def test_the_spanish_report_says_it_in_spanish(report: CoverageReport) -> None:
    text = " ".join(texts(drawn(replace(report, language="es"))))
    for said in (
        "Alcance",
        report.sentence_es,
        "15 de 24",
        "Canadá 2 · México 1",
        "Por especialidad",
        "11 de 19",
        "Guadalajara, México",
        "30 de enero – 2 de febrero de 2024",
    ):
        assert said in text


def test_one_of_each_is_said_as_one(report: CoverageReport) -> None:
    alone = replace(report, tracked=1, covered=1, states=1, handed_out=1, champions=1)
    english = texts(drawn(alone))[0]
    assert "1 of 1 tracked conference, and" in english
    assert (
        "1 ribbon handed out 1 of 1 conference with ribbons 1 of 51 states with ribbons 1 Conference Champion "
        in english
    )
    spanish = texts(drawn(replace(alone, language="es")))[0]
    assert "1 cinta repartida 1 de 1 congreso con cintas 1 de 51 estados con cintas 1 Conference Champion " in spanish


def test_what_was_chosen_is_said(report: CoverageReport) -> None:
    assert "Chosen" not in texts(drawn(report))[0]
    chosen = replace(report, chosen_en="Radiology · Texas", chosen_es="Radiología · Texas")
    assert "Chosen: Radiology · Texas" in texts(drawn(chosen))[0]
    assert "Selección: Radiología · Texas" in texts(drawn(replace(chosen, language="es")))[0]


def test_every_state_is_on_the_map_with_its_number(report: CoverageReport) -> None:
    first, _ = texts(drawn(report))
    for code in (*tile_map.POSITIONS, *tile_map.TERRITORIES):
        assert f" {code.removeprefix('US-')} " in first
    assert "IL 7 " in first
    assert "NV 0 " in first
    assert "PR 1 " in first
    assert "? 1 " in first
    assert "WY SD" in first  # of which nothing is known: no number


def test_a_state_with_ribbons_one_without_and_one_unknown_look_different(report: CoverageReport) -> None:
    data = drawn(report)
    looks = {}
    for code in ("US-IL", "US-NV", "US-WY"):
        image = picture(data, 0, tile_box(data, code), dpi=144)
        looks[code] = Counter(zip(*(band.tobytes() for band in image.split()), strict=True)).most_common(1)[0][0]
    assert looks["US-IL"] == (0x1B, 0x4F, 0x9C)
    assert looks["US-NV"] == (0xFF, 0xFF, 0xFF)
    assert looks["US-WY"] == (0xF0, 0xF2, 0xF5)


def tile_box(data: bytes, code: str) -> tuple[float, float, float, float]:
    """Where the tile of a state stands, from where the abbreviation of Alaska stands."""
    page = pypdfium2.PdfDocument(data)[0]
    found = page.get_textpage().search("AK", match_whole_word=True).get_next()
    assert found is not None
    left, bottom, _, _ = page.get_textpage().get_charbox(found[0])
    column, row = tile_map.POSITIONS[code]
    x, top = left - 4 + 41 * column, bottom + 10 - 41 * row
    return x + 3, top - 36, x + 35, top - 3


def test_bars_are_sorted_and_say_both_numbers(report: CoverageReport) -> None:
    _, second = texts(drawn(report))
    assert second.index("2024") < second.index("2025")
    positions = [second.index(said) for said in ("Radiology 11 of 19", "Cardiology 3 of 4", "Not known 1 of 1")]
    assert positions == sorted(positions)


def test_specialties_beyond_the_page_are_added_up(report: CoverageReport) -> None:
    many = tuple(part(f"Specialty {number}", 10, 10 - number) for number in range(10))
    _, second = texts(drawn(replace(report, by_specialty=many)))
    assert "3 others 6 of 30" in second
    assert "Specialty 7" not in second


def test_the_table_has_the_conferences_and_counts_of_champions(report: CoverageReport) -> None:
    _, second = texts(drawn(report))
    assert "Annual Meeting of Physicians 0 January 30 – February 2, 2024 Chicago, IL 100 2" in second
    assert "Guadalajara, Mexico" in second


def test_the_report_has_no_place_for_the_name_of_a_person() -> None:
    assert {field.name for field in fields(Reached)} == {
        *("id", "name", "starts_on", "ends_on", "city", "state", "country", "handed_out", "champions")
    }


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("conferences", [15, 40])
def test_the_usual_community_has_two_pages(
    report: CoverageReport, paper_size: PaperSize, language: Language, conferences: int
) -> None:
    usual = replace(
        report,
        paper_size=paper_size,
        language=language,
        chosen_en="2024 and 2025",
        chosen_es="2024 y 2025",
        by_specialty=tuple(part(f"Specialty {number}", 10, 10 - number) for number in range(10)),
        conferences=tuple(reached(number) for number in range(conferences)),
    )
    assert len(texts(drawn(usual))) == 2


def test_a_community_that_has_not_begun_has_a_report(report: CoverageReport) -> None:
    nothing = replace(
        report,
        tracked=0,
        covered=0,
        states=0,
        unknown=0,
        handed_out=0,
        champions=0,
        by_state=(),
        countries=(),
        by_year=(),
        by_specialty=(),
        conferences=(),
    )
    first, *_ = texts(drawn(nothing))
    assert "0 of 0" in first
    assert "None yet" in first


def test_nothing_of_a_long_list_is_lost(crowded: CoverageReport) -> None:
    text = " ".join(texts(drawn(crowded)))
    for number in range(0, 60, 3):
        assert f"Physicians {number} " in text
    squeezed = text.replace(" ", "")
    assert squeezed.count(LONG.replace(" ", "")) >= 40
