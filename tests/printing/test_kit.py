"""The champion's kit: what she keeps, a tent that stands, a card that reads right from both sides."""

from dataclasses import replace
from io import BytesIO
from typing import Any, cast

import pypdfium2
import pytest
from PIL import ImageChops, ImageStat
from pypdf import PdfReader

from app.core.errors import Unprintable
from app.core.language import Language
from app.printing.documents import PaperSize
from app.printing.kit import Kit
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.looking import MM, Box, check_tidy, codes, cut_boxes, picture, text_boxes
from tests.support.reading import texts

LONG = ("Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología " * 3)[:200]
TENTH = 0.1 * MM
PATH = 2
"""What PDFium calls a path among the objects of a page."""


@pytest.fixture
def kit() -> Kit:
    return ordinary.KIT


def test_she_reads_what_it_means_what_she_has_and_what_to_do(kit: Kit) -> None:
    sheet, tent, card = texts(drawn(kit))
    for said in (
        "Champion kit",
        "KIT-0012",
        "7K3Q-0X9D",
        "physicians, residents and students who find each other",
        "Thank you for bringing it, Dra. Lucía Peña",
        "Annual Meeting of Physicians",
        "March 30 – April 2, 2026 · Ribbons requested: 150",
        "Moscone Center",
        "LIM-BLUE 1,113 50 0",
        "LIM-WINE Latina, MD 25 0 12",
        "W4TS-9PKQ",
        "Depot Midwest 2211 S Oak Park Ave Oak Park, IL 60302-1187",
        "handed out, left over and lost must add up",
        "Page 1 of 3",
    ):
        assert said in sheet, said
    assert "Page 2 of 3" in tent
    assert "Page 3 of 3" in card


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_to_say_stands_in_both_languages_and_asks_first(kit: Kit, language: Language) -> None:
    sheet, tent, _ = texts(drawn(replace(kit, language=language)))
    for said in (
        "Would you like one?",
        "¿Te gustaría una?",
        "May I take a photo with you? May I mention your name? Only if you want to",
        "¿Puedo tomarme una foto contigo? ¿Puedo mencionar tu nombre? Solo si quieres",
        "No reason is needed.",
        "No hacen falta motivos.",
    ):
        assert said in sheet, said
    for said in ("Take a ribbon", "Toma una cinta", "We met!", "¡Nos conocimos!"):
        assert tent.count(said) == 2, said


def test_the_spanish_kit_speaks_spanish(kit: Kit) -> None:
    sheet, tent, card = texts(drawn(replace(kit, language="es")))
    for said in (
        "Kit para el congreso",
        "Gracias por traerla",
        "En tus manos",
        "Al final",
        "Cintas pedidas: 150",
        "30 de marzo",
    ):
        assert said in sheet, said
    assert "Letrero de mesa" in tent
    assert "Tarjeta con tu nombre" in card


def test_without_a_depot_she_asks_the_coordinators(kit: Kit) -> None:
    alone = replace(kit, leftovers=None)
    assert "Ask the coordinators." in texts(drawn(alone))[0]
    assert "Ask the coordinators: hola@example.org" in texts(drawn(replace(alone, contact="hola@example.org")))[0]


def test_before_any_ribbon_is_on_the_way_the_community_s_own_is_drawn(kit: Kit) -> None:
    sheet, tent, _ = texts(drawn(replace(kit, lines=(), hashtag="#WomenInSurgery")))
    assert "No ribbons are on the way to you yet" in sheet
    assert tent.count("#WomenInSurgery") == 2


def test_her_handle_is_on_the_card_only_where_it_is_given(kit: Kit) -> None:
    assert "@" not in texts(drawn(kit))[2]
    assert texts(drawn(replace(kit, handle="@luciapena")))[2].count("@luciapena") == 2


def test_the_card_names_her_and_what_she_is_on_both_faces(kit: Kit) -> None:
    card = texts(drawn(kit))[2]
    for said in ("Dra. Lucía Peña", "Conference Champion", "Latinas in Medicine", "#LatinasInMedicine"):
        assert card.count(said) >= 2, said


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_the_codes_open_her_page_and_the_page_for_members(kit: Kit, paper_size: PaperSize) -> None:
    data = drawn(replace(kit, paper_size=paper_size))
    assert sorted(codes(data, 0)) == [kit.link, kit.met_link]
    assert codes(data, 1) == [kit.met_link, kit.met_link]
    assert codes(data, 2) == []


def clickable(data: bytes, page: int) -> list[Box]:
    """Where a click on a page opens something."""
    annotations = cast("Any", PdfReader(BytesIO(data)).pages[page]["/Annots"])
    return [cast("Box", tuple(float(edge) for edge in one.get_object()["/Rect"])) for one in annotations]


def test_the_codes_on_the_tent_are_large_and_can_be_clicked(kit: Kit) -> None:
    data = drawn(kit)
    found = cut_boxes(data)[1]
    assert found
    upper, lower = clickable(data, 1)
    for left, bottom, right, top in (upper, lower):
        assert (right - left, top - bottom) == pytest.approx((36 * MM, 36 * MM), abs=TENTH)
    assert upper[0] + lower[2] == pytest.approx(found[0][0] + found[0][2], abs=TENTH)


def lines_across(data: bytes, page: int, box: Box) -> list[float]:
    """The heights of the lines that cross a box from edge to edge, from below."""
    found = set()
    for thing in pypdfium2.PdfDocument(data)[page].get_objects():
        left, bottom, right, top = thing.get_bounds() if thing.type == PATH else (0, 0, 0, 99)
        if top - bottom < 1 and abs(left - box[0]) < 1 and abs(right - box[2]) < 1:
            found.add(round((top + bottom) / 2, 2))
    return sorted(found)


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_the_folds_of_the_tent_are_where_its_faces_meet(kit: Kit, paper_size: PaperSize) -> None:
    data = drawn(replace(kit, paper_size=paper_size))
    found = cut_boxes(data)[1]
    assert found
    trim = found[0]
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((170 * MM, 215 * MM), abs=0.01)
    base, middle, flap = (height - trim[1] for height in lines_across(data, 1, trim))
    assert (base, middle, flap) == pytest.approx((45 * MM, 125 * MM, 205 * MM), abs=TENTH)
    assert middle == pytest.approx((base + flap) / 2, abs=TENTH)


def test_the_tent_stands_as_high_as_it_says(kit: Kit) -> None:
    # A triangle with sides of 80, 80 and 45 mm.
    assert round((80**2 - 22.5**2) ** 0.5) == 77
    assert "It stands 77 mm high and 45 mm deep" in texts(drawn(kit))[1]


@pytest.mark.parametrize(("paper_size", "width", "height"), [("letter", 101.6, 76.2), ("a4", 100.0, 75.0)])
def test_the_card_folds_in_the_middle_of_two_badges(
    kit: Kit, paper_size: PaperSize, width: float, height: float
) -> None:
    data = drawn(replace(kit, paper_size=paper_size))
    found = cut_boxes(data)[2]
    assert found
    trim, bleed = found
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((width * MM, 2 * height * MM), abs=0.01)
    assert bleed[0] == pytest.approx(trim[0] - 3.2 * MM, abs=0.01)
    (fold,) = lines_across(data, 2, trim)
    assert fold == pytest.approx((trim[1] + trim[3]) / 2, abs=TENTH)


@pytest.mark.parametrize(("page", "low", "high"), [(1, 45, 205), (2, 0, 152.4)])
def test_the_upper_face_is_the_lower_one_turned_by_half_a_circle(kit: Kit, page: int, low: float, high: float) -> None:
    data = drawn(kit)
    found = cut_boxes(data)[page]
    assert found
    left, bottom, right, _ = found[0]
    bottom, top = bottom + low * MM, bottom + high * MM
    middle = (bottom + top) / 2
    boxes = [box for box in text_boxes(data, page) if bottom < box[1] and box[3] < top and left < box[0] < right]
    lower = [box for box in boxes if box[3] < middle]
    turned = [(left + right - x2, 2 * middle - y2, left + right - x1, 2 * middle - y1) for x1, y1, x2, y2 in lower]
    upper = [box for box in boxes if box[1] > middle]
    assert len(lower) >= 4
    assert sorted(upper) == [pytest.approx(box, abs=TENTH) for box in sorted(turned)]

    inside = 2 * MM
    below = picture(data, page, (left + inside, bottom + inside, right - inside, middle - inside), 200)
    above = picture(data, page, (left + inside, middle + inside, right - inside, top - inside), 200)
    same = ImageChops.difference(below, above.rotate(180).resize(below.size))
    other = ImageChops.difference(below, above.resize(below.size))
    assert max(ImageStat.Stat(same).mean) < 8 < max(ImageStat.Stat(other).mean)


def test_a_long_community_stays_on_the_card(kit: Kit) -> None:
    data = drawn(replace(kit, community=LONG))
    check_tidy(data)
    assert texts(data)[-1].replace(" ", "").count(LONG.replace(" ", "")) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"champion": "W" * 200, "community": LONG, "handle": "@" + "luciapena" * 6}, "champion"),
        ({"champion": "Lucía 李"}, "champion"),
        ({"hashtag": "W" * 60, "lines": ()}, "hashtag"),
        ({"link": ""}, "link"),
        ({"met_link": ""}, "met_link"),
        ({"met_link": "x" * 251}, "met_link"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(kit: Kit, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprintable) as refusal:
        drawn(replace(kit, **change))
    assert refusal.value.field == field


def test_a_country_is_named_in_the_language_of_the_paper(kit: Kit) -> None:
    abroad = replace(kit, conference_place="Madrid", country="ES")
    assert "Madrid, Spain" in texts(drawn(abroad))[0]
    assert "Madrid, España" in texts(drawn(replace(abroad, language="es")))[0]
