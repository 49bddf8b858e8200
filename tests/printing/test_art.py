"""The production art: what the foil covers, just as the proof shows it, with nothing a plate maker would trip over."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any, cast
from xml.etree import ElementTree as ET

import pytest
from PIL import ImageChops, ImageFilter
from PIL.Image import Image
from pypdf import PageObject, PdfReader

from app.core.errors import Unprintable
from app.printing import outlines
from app.printing.art import art, art_pdf, art_svg
from app.printing.documents import RibbonFace
from app.printing.ribbon import BLEED_MM
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.printing.looking import MM, cut_boxes, grown, picture

SVG = "{http://www.w3.org/2000/svg}"
FACES = {
    "lying": {},
    "hanging": {"width_mm": 41.3, "height_mm": 101.6},
    "accents": {"text": "Ñandú & Ábç (2%)"},
    "two faces": {"text": "Λατίνα médica"},
    "emoji": {"text": "Latinas 🎗️"},
}


def black(image: Image) -> Image:
    return image.convert("L").point(lambda value: 255 * (value < 128))


def content_of(page: PageObject) -> str:
    content = page.get_contents()
    assert content is not None
    return content.get_data().decode()


def deeper(one: Image, other: Image) -> int:
    """How many pixels differ, the edges of letters apart."""
    apart = ImageChops.difference(one, other).filter(ImageFilter.MinFilter(5))
    return apart.histogram()[255]


@pytest.mark.parametrize("change", FACES.values(), ids=FACES)
def test_the_art_is_what_the_proof_shows_in_foil_at_its_size_with_bleed(
    face: RibbonFace, change: dict[str, Any]
) -> None:
    face = replace(face, **change)
    data = art_pdf(art(face))
    (boxes,) = cut_boxes(data)
    assert boxes
    trim, bleed = boxes
    assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((face.width_mm * MM, face.height_mm * MM), abs=0.01)
    assert bleed == pytest.approx(grown(trim, 3.2 * MM), abs=0.01)

    proof = drawn(replace(ordinary.PROOF, face=replace(face, ribbon_color="#FFFFFF", foil_color="#000000")))
    there = cut_boxes(proof)[0]
    assert there
    # On whole pixels: what is compared is a letter, not how a renderer rounds the edge of a page.
    shown = black(picture(proof, 0, grown(there[0], -1 * MM), 300))
    stamped = black(picture(data, 0, grown(trim, -1 * MM), 300)).resize(shown.size)
    assert shown.histogram()[255] > 5_000
    assert deeper(shown, stamped) == 0
    other = art_pdf(art(replace(face, text="#LatinosInMedicine")))
    assert deeper(shown, black(picture(other, 0, grown(trim, -1 * MM), 300)).resize(shown.size)) > 100


def test_the_art_is_one_ink_and_holds_no_text_no_font_and_no_picture(face: RibbonFace) -> None:
    data = art_pdf(art(face))
    (page,) = PdfReader(BytesIO(data), strict=True).pages
    assert dict(cast("dict[str, Any]", page["/Resources"])) == {}
    assert page["/MediaBox"] == page["/BleedBox"]
    content = content_of(page)
    assert set(re.findall(r"[A-Za-z]+\*?", content)) == {"g", "m", "l", "c", "h", "f"}
    assert re.findall(r"(\S+) g\b", content) == ["0"]
    assert b"/Font" not in data
    assert data == art_pdf(art(face))
    proof = PdfReader(BytesIO(drawn(replace(ordinary.PROOF, face=face)))).pages[0]
    assert "/Font" in cast("dict[str, Any]", proof["/Resources"])  # so the look above sees one where there is one


def test_the_svg_is_the_same_in_millimetres(face: RibbonFace) -> None:
    svg = ET.fromstring(art_svg(art(face)))
    width, height = face.width_mm + 2 * BLEED_MM, face.height_mm + 2 * BLEED_MM
    assert [float(svg.attrib[side].removesuffix("mm")) for side in ("width", "height")] == pytest.approx(
        [width, height], abs=0.01
    )
    assert [float(edge) for edge in svg.attrib["viewBox"].split()] == pytest.approx([0, 0, width, height], abs=0.01)
    assert [child.tag.removeprefix(SVG) for child in svg] == ["title", "view", "path"]
    cut = [float(edge) for edge in svg[1].attrib["viewBox"].split()]
    assert cut == pytest.approx([BLEED_MM, BLEED_MM, face.width_mm, face.height_mm], abs=0.01)
    path = svg[2].attrib
    assert (path["fill"], path["fill-rule"]) == ("#000000", "nonzero")

    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path["d"])]
    (page,) = PdfReader(BytesIO(art_pdf(art(face)))).pages
    content = content_of(page).partition("\n")[2]
    points = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", content)]
    assert numbers[0::2] == pytest.approx([x / MM for x in points[0::2]], abs=0.01)
    assert numbers[1::2] == pytest.approx([height - y / MM for y in points[1::2]], abs=0.01)


@pytest.mark.parametrize("text", ["Ribbon 李", "n" * 60])
def test_what_cannot_be_proofed_is_no_art(face: RibbonFace, text: str) -> None:
    with pytest.raises(Unprintable) as refusal:
        art(replace(face, text=text, width_mm=30.0, height_mm=20.0))
    assert str(refusal.value.field).endswith("text")


def test_files_that_are_made_at_once_are_those_that_are_made_one_after_another(face: RibbonFace) -> None:
    words = ["Ñandú & Ábç", "Latinas 2%", "Λατίνα médica", "QWERTYUIOP", "asdfghjklz", "XCVBNM1234"]
    faces = [replace(face, text=text, width_mm=101.6) for text in words]

    def cold(one: RibbonFace) -> bytes:
        outlines._glyph.cache_clear()
        outlines._opened.cache_clear()
        return art_svg(art(one))

    alone = [cold(one) for one in faces]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(cold, faces)) == alone
