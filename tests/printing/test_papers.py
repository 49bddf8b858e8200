"""What holds for every paper: sizes, languages, metadata, fonts, the QR code, page numbers, refusals."""

import re
import string
import struct
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any, cast

import pypdfium2
import pytest
import zxingcpp
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfbase.ttfonts import TTFontParser

from app.core.errors import Unprintable
from app.core.language import Language
from app.printing import embedding, letters
from app.printing.documents import Block, OrderSheet, PackingSlip, PaperSize
from app.printing.letters import lacking, register_fonts
from tests.printing import ordinary
from tests.printing.drawn import drawn
from tests.support.reading import texts

USUAL = set(string.printable.strip()) | set("ÁÉÍÓÚÜÑáéíóúüñ¡¿ªº·×–—‘’“”…")
NAMES = ("María Núñez", "Łukasz Żak", "Đặng Thị Hà", "Ivana Ðorđević", "Adébáyọ̀")
LONG = ("Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología " * 3)[:200]

Document = OrderSheet | PackingSlip


def render(document: Document) -> bytes:
    if isinstance(document, OrderSheet):
        return drawn(document)
    return drawn(document)


@cache
def pages(document: Document) -> list[str]:
    """The text of each page."""
    return texts(render(document))


def fonts_in(data: bytes) -> list[Any]:
    fonts: Any = PdfReader(BytesIO(data), strict=True).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return [font.get_object() for font in fonts.values()]


def letters_in(data: bytes) -> set[str]:
    """All letters that the fonts of a file have, but for blanks."""
    maps = [font["/ToUnicode"].get_object().get_data().decode() for font in fonts_in(data)]
    return {chr(int(code, 16)) for said in maps for code in re.findall(r"> <([0-9A-F]{4})>", said)} - set(" \0")


def font_files(data: bytes) -> list[TTFont]:
    files = [font["/FontDescriptor"]["/FontFile2"].get_object().get_data() for font in fonts_in(data)]
    return [TTFont(BytesIO(file)) for file in files]


def outline_of(font: TTFont, glyph: str) -> str:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    return repr(pen.value)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(params=["order", "slip"])
def document(request: pytest.FixtureRequest) -> Document:
    found: Document = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def crowded(document: Document) -> Document:
    """Sixty lines, and every text as long as the schema lets it be."""
    block = Block((LONG, "W" * 200, LONG))
    if isinstance(document, OrderSheet):
        line = document.lines[0]
        faces = [replace(line.face, code=f"{i}" + "LONGCODE" * 7, ribbon_color_name=LONG[:60]) for i in range(3)]
        return replace(
            document,
            number="P" * 60,
            community=LONG,
            vendor=block,
            ship_to=block,
            note=f"{LONG}\n" * 9,
            lines=tuple(replace(line, face=face) for face in faces * 20),
        )
    packed = document.lines[0]
    return replace(
        document,
        number="S" * 60,
        community=LONG,
        sender=block,
        recipient=block,
        conference=LONG,
        conference_place=LONG,
        carrier=LONG,
        tracking_number="W" * 200,
        note=f"{LONG}\n" * 9,
        lines=tuple(replace(packed, code=f"{i:02d}" + "LONGCODE" * 7, text=LONG) for i in range(60)),
    )


@pytest.mark.parametrize(("language", "footer"), [("en", "Page 1 of 1"), ("es", "Página 1 de 1")])
def test_the_words_follow_the_language(slip: PackingSlip, language: Language, footer: str) -> None:
    (page,) = pages(replace(slip, language=language))
    assert footer in page


def test_the_file_says_what_it_is(document: Document) -> None:
    reader = PdfReader(BytesIO(render(replace(document, language="es"))))
    assert reader.metadata is not None
    assert document.number in str(reader.metadata.title)
    assert reader.metadata.author == "Latinas in Medicine"
    assert "Revisión" in str(reader.metadata.subject)
    assert reader.metadata.creation_date == document.printed_at
    assert str(reader.root_object["/Lang"]) == "es-US"
    preferences = cast("Any", reader.root_object["/ViewerPreferences"])
    assert str(preferences["/PrintScaling"]) == "/None"


@pytest.mark.parametrize("paper_size", ["letter", "a4"])
def test_the_qr_code_opens_the_link(document: Document, paper_size: PaperSize) -> None:
    data = render(replace(document, paper_size=paper_size))
    image = pypdfium2.PdfDocument(data)[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == document.link
    annotation = cast("Any", PdfReader(BytesIO(data)).pages[0]["/Annots"])[0].get_object()
    assert annotation["/A"]["/URI"] == document.link
    left, bottom, right, top = (float(edge) for edge in annotation["/Rect"])
    assert right - left == pytest.approx(top - bottom)
    assert right - left >= 20 * 72 / 25.4


def test_the_longest_link_still_reads(document: Document) -> None:
    link = "https://champions.example.org/".ljust(250, "x")
    image = pypdfium2.PdfDocument(render(replace(document, link=link)))[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == link


def test_a_link_beyond_that_is_refused(document: Document) -> None:
    with pytest.raises(Unprintable) as refusal:
        render(replace(document, link="https://champions.example.org/".ljust(251, "x")))
    assert refusal.value.field == "link"


@pytest.mark.parametrize("name", NAMES)
def test_accents_are_copied_right(slip: PackingSlip, name: str) -> None:
    (page,) = pages(replace(slip, recipient=Block((name,))))
    assert name in page


def test_markup_prints_as_it_was_typed(document: Document) -> None:
    typed = "<b>bold</b> &amp; <img src='/etc/passwd'/>"
    assert typed in pages(replace(document, note=typed))[0]


@pytest.mark.parametrize(
    ("character", "said"),
    [
        ("㏇", "“㏇” (U+33C7 SQUARE CO)"),
        ("李", "“李” (U+674E CJK UNIFIED IDEOGRAPH-674E)"),
        ("\ud800", "U+D800"),
        ("\u206a", "show U+206A INHIBIT SYMMETRIC SWAPPING."),
        ("\uffff", "U+FFFF"),
    ],
)
def test_a_character_without_a_glyph_is_refused_by_name_and_field(order: OrderSheet, character: str, said: str) -> None:
    broken = replace(order, ship_to=Block(("María Núñez", f"Depot {character}")))
    with pytest.raises(Unprintable) as refusal:
        render(broken)
    assert refusal.value.field == "ship_to.lines[1]"
    assert said in str(refusal.value)
    str(refusal.value).encode()


def test_a_line_break_is_refused_outside_the_note(document: Document) -> None:
    with pytest.raises(Unprintable, match=r"U\+000A"):
        render(replace(document, community="Latinas\nin Medicine"))


def test_a_text_beyond_all_bounds_is_refused_at_once(document: Document) -> None:
    with pytest.raises(Unprintable) as refusal:
        render(replace(document, note="x" * 100_000))
    assert refusal.value.field == "note"


def test_an_order_sheet_without_lines_is_refused(order: OrderSheet) -> None:
    with pytest.raises(Unprintable, match="at least one line"):
        render(replace(order, lines=()))


def test_a_packing_slip_without_lines_is_refused(slip: PackingSlip) -> None:
    with pytest.raises(Unprintable, match="at least one line"):
        render(replace(slip, lines=()))


def test_sixty_lines_flow_over_pages_that_each_say_which_they_are(crowded: Document) -> None:
    texts = pages(crowded)
    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "March 4, 2026" in text
        assert squeezed(crowded.number) in squeezed(text)
        assert squeezed(crowded.community) in squeezed(text)


def test_the_head_of_the_table_is_repeated_where_the_table_goes_on(crowded: Document) -> None:
    for text in pages(crowded):
        assert ("Pieces" in text) == ("×50" in squeezed(text))


def test_a_naive_print_time_is_refused(document: Document) -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(document, printed_at=datetime(2026, 3, 4, 15, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    "change", [lambda d: replace(d, ribbon_color="blue"), lambda d: replace(d, foil_color="#12345")]
)
def test_a_colour_that_is_none_is_refused(document: Document, change: Callable[[Document], Document]) -> None:
    with pytest.raises(Unprintable, match="#RRGGBB"):
        change(document)


def test_a_paper_has_the_usual_letters_of_its_fonts_and_of_others_only_those_that_it_shows(document: Document) -> None:
    for community in ("Latinas in Medicine", "Łódź", "Жанна", "Łódź, Жанна"):
        shown = replace(document, community=community)
        assert letters_in(render(shown)) == USUAL | set(squeezed("".join(pages(shown))))


def test_letters_beyond_the_usual_ones_are_read_as_they_stand_however_many_they_are(slip: PackingSlip) -> None:
    further = [letter for letter in map(chr, range(0x100, 0x520)) if letter.isalpha() and not lacking(letter)]
    assert len(further) > 450
    for all_of_them in (further, further[::-1]):
        words = ["".join(all_of_them[start : start + 40]) for start in range(0, len(further), 40)]
        read = squeezed("".join(pages(replace(slip, note="\n".join(words)))))
        assert [word for word in words if word not in read] == []


def test_letters_in_a_file_look_as_those_of_their_font_and_have_no_instructions_for_screens() -> None:
    looked_at = 0
    for file in font_files(drawn(replace(ordinary.SLIP, note="ǻ Łódź Жанна"))):
        name = str(file["name"].getDebugName(6))
        whole = TTFont(getFont(name).face.filename)
        assert not {"fpgm", "prep", "cvt "} & set(file.keys())
        codes = file["cmap"].tables[0].cmap
        drawn_as = {outline_of(file, glyph) for glyph in codes.values()}
        assert drawn_as <= {outline_of(whole, glyph) for glyph in whole.getGlyphOrder()}
        assert len(drawn_as) > len(set(codes.values())) // 2
        programs = (getattr(file["glyf"][glyph], "program", None) for glyph in file.getGlyphOrder())
        assert not any(program.getBytecode() for program in programs if program)
        looked_at += len(drawn_as)
    assert looked_at > 300


def test_a_slip_is_small_enough_to_be_mailed_from_a_phone() -> None:
    assert len(drawn(ordinary.SLIP)) < 45_000


def test_fonts_that_are_asked_for_again_stay_those_that_papers_are_being_drawn_with() -> None:
    drawn(replace(ordinary.SLIP, note="Жанна"))
    before = [getFont(name) for name in ("Barlow-Regular", "FiraSans-Regular")]
    register_fonts.__wrapped__()
    letters._further.__wrapped__()
    assert [getFont(name) for name in ("Barlow-Regular", "FiraSans-Regular")] == before


def test_papers_that_are_drawn_at_once_are_those_that_are_drawn_one_after_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slip, seek = replace(ordinary.SLIP, note="ǻ Łódź Жанна Ω"), TTFontParser.seek

    def seeking(font: Any, place: int) -> None:
        seek(font, place)
        time.sleep(0)  # another thread has its turn, in the middle of a font

    def cold(_: int) -> bytes | None:
        embedding._part.cache_clear()
        try:
            return drawn(slip)
        except (IndexError, KeyError, struct.error):
            return None  # what was read is no font

    def at_once() -> set[bytes | None]:
        with ThreadPoolExecutor(4) as pool:
            return set(pool.map(cold, range(8)))

    alone = drawn(slip)
    monkeypatch.setattr(TTFontParser, "seek", seeking)
    assert at_once() == {alone}
    monkeypatch.setattr(embedding, "_READING", nullcontext())
    assert at_once() != {alone}
