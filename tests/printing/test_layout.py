"""The floors below the papers: wrapping, fitting, dealing pieces onto pages, formats, words, QR runs."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Unprintable
from app.core.language import Language
from app.printing import formats, qr
from app.printing.fonts import Style, figure_advances, fit, width_of, wrap
from app.printing.layout import Piece, deal
from app.printing.letters import REGULAR

STYLE = Style(REGULAR, 10, 12, 7, "#000000")
texts = st.text(alphabet="abcdefgh Wñ-/. ", max_size=120)


@given(texts, st.floats(20, 300))
def test_wrapping_loses_no_letter_and_keeps_to_the_width(text: str, width: float) -> None:
    lines = wrap(text, REGULAR, 10, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line.strip(), REGULAR, 10) <= width for line in lines)


@given(texts, st.floats(20, 300), st.integers(1, 5))
def test_a_text_fits_its_place_or_is_refused(text: str, width: float, most: int) -> None:
    try:
        fitted = fit(text, STYLE, width, field="note", most_lines=most)
    except Unprintable:
        assert len(wrap(text, REGULAR, STYLE.smallest, width)) > most
        return
    assert len(fitted.lines) <= most
    assert STYLE.smallest <= fitted.size <= STYLE.size
    assert all(width_of(line.strip(), REGULAR, fitted.size) <= width for line in fitted.lines)


def test_a_text_shrinks_before_it_wraps() -> None:
    text = "Depot Midwest"
    natural = width_of(text, REGULAR, 10)
    assert fit(text, STYLE, natural, field="x", most_lines=2).size == 10
    assert fit(text, STYLE, natural * 0.8, field="x", most_lines=2).lines == (text,)
    assert fit(text, STYLE, natural * 0.6, field="x", most_lines=2).lines == ("Depot ", "Midwest")


def test_all_digits_take_the_same_width() -> None:
    assert len({round(sum(figure_advances(d * 3, REGULAR, 10)[0]), 6) for d in "0123456789"}) == 1


def _piece(height: float, *, with_next: bool = False, heading: Piece | None = None) -> Piece:
    return Piece(height, lambda _pen, _top: None, gap=4, with_next=with_next, heading=heading)


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), max_size=60))
def test_no_piece_is_lost_and_no_page_overflows(sizes: list[tuple[int, bool]]) -> None:
    head = _piece(10)
    pieces = [_piece(height, heading=head) for height, _ in sizes]
    pages = deal(pieces, first=100, other=80)
    assert [piece for page in pages for piece in page if piece is not head] == pieces
    for number, page in enumerate(pages):
        assert sum(p.gap + p.height for p in page) - (page[0].gap if page else 0) <= (80 if number else 100)
        assert (page[:1] == [head]) == (number > 0)


def test_pieces_that_belong_together_share_a_page() -> None:
    title, first = _piece(10, with_next=True), _piece(20)
    assert deal([_piece(75), title, first], first=100, other=80)[1] == [title, first]


def test_a_piece_higher_than_a_page_is_refused() -> None:
    with pytest.raises(Unprintable):
        deal([_piece(101)], first=100, other=80)


@pytest.mark.parametrize("link", ["https://a.example", "https://champions.example.org/shipments/SH-2026-0107?x=1"])
def test_runs_of_dark_modules_rebuild_the_code(link: str) -> None:
    for row in qr.encode(link):
        rebuilt = bytearray(len(row))
        for start, end in qr.runs(row):
            assert start < end
            rebuilt[start:end] = b"\1" * (end - start)
        assert rebuilt == row


@pytest.mark.parametrize(
    ("mm", "said"), [(101.6, "4"), (41.3, "1⅝"), (12.7, "½"), (50.0, "1.97"), (0.01, "0"), (304.8, "12")]
)
def test_inches_are_said_in_eighths_where_they_are(mm: float, said: str) -> None:
    assert formats.inches(mm, "en") == said


@pytest.mark.parametrize(
    ("cents", "currency", "said"), [(5, "USD", "$0.05"), (123456, "USD", "$1,234.56"), (500, "JPY", "¥500")]
)
def test_money_counts_in_minor_units(cents: int, currency: str, said: str) -> None:
    assert formats.money(cents, currency, "en") == said


@pytest.mark.parametrize(("quantity", "said"), [(100, "2 × 50"), (113, "2 × 50 + 13"), (7, "7")])
def test_packs_name_the_loose_rest(quantity: int, said: str) -> None:
    assert formats.packs(quantity, 50, "en").replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("language", "end", "said"),
    [
        ("en", date(2026, 3, 30), "March 30, 2026"),
        ("es", date(2026, 3, 30), "30 de marzo de 2026"),
        ("en", date(2026, 3, 31), "March 30–31, 2026"),
        ("es", date(2026, 3, 31), "30–31 de marzo de 2026"),
        ("en", date(2026, 4, 2), "March 30 – April 2, 2026"),
        ("es", date(2026, 4, 2), "30 de marzo – 2 de abril de 2026"),
        ("en", date(2027, 3, 30), "March 30, 2026 – March 30, 2027"),
        ("es", date(2027, 3, 30), "30 de marzo de 2026 – 30 de marzo de 2027"),
    ],
)
def test_days_are_said_once_each(language: Language, end: date, said: str) -> None:
    spoken = formats.days(date(2026, 3, 30), end, language)
    assert re.sub(r"\s", " ", spoken) == said


def test_an_instant_names_its_zone_and_no_seconds() -> None:
    at = datetime(2026, 3, 4, 21, 30, tzinfo=UTC)
    assert re.sub(r"\s", " ", formats.instant(at, "en")) == "March 4, 2026, 9:30 PM UTC"
    assert re.sub(r"\s", " ", formats.instant(at, "es")) == "4 de marzo de 2026, 9:30 p.m. UTC"
    assert formats.instant(at.astimezone(ZoneInfo("America/Chicago")), "en").endswith("CST")


def test_the_hour_that_comes_twice_in_autumn_names_its_zone_both_times() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/Chicago"))
    assert formats.instant(first, "en").endswith("CDT")
    assert formats.instant(first.replace(fold=1), "en").endswith("CST")


@pytest.mark.parametrize("code", ["K7Q2M4XPA1B2C3D4", "0A" * 8, "Z" * 16])
def test_a_code_is_module_for_module_what_another_encoder_makes(code: str) -> None:
    link = f"HTTPS://CHAMPIONS.EXAMPLE.ORG/S/{code}"
    others = [segno.make_qr(link, error="m", boost_error=False, mask=mask).matrix for mask in range(8)]
    assert qr.encode(link) in [tuple(bytes(row) for row in other) for other in others]
