"""Which letters papers have, in which font, and what they leave out."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.errors import Unprintable
from app.core.text import clean_line
from app.printing.fonts import width_of, wrap
from app.printing.letters import (
    MEDIUM,
    REGULAR,
    RIBBON,
    SEMIBOLD,
    clusters,
    face_names,
    lacking,
    legible,
    printable,
    runs,
)

CYRILLIC = "Ольга Иванова Ёлкина Юрій Ґонта Џорџ"
GREEK = "Αθηνά Ελπίδα Ὀδυσσεύς ΐ"
LATIN = "Ana Núñez Łukasz Nguyễn"


@pytest.mark.parametrize("text", [LATIN, CYRILLIC, GREEK, "Ҡыҙыл", "Ɓaba"])
def test_these_letters_can_be_printed(text: str) -> None:
    assert lacking(text) == ""
    assert printable(text) == text


@pytest.mark.parametrize("text", ["陈美玲", "سارة", "सीता", "심장", "ደም", "Աննա"])
def test_these_cannot(text: str) -> None:
    assert lacking(f"Ana {text}") == text[0]


@pytest.mark.parametrize("font", [REGULAR, MEDIUM, SEMIBOLD, RIBBON])
def test_a_word_is_of_one_face_and_has_the_weight_of_its_line(font: str) -> None:
    weight = font.rpartition("-")[2]
    assert runs("Dr. Ωμέγα, MD", font) == ((font, "Dr. "), (f"FiraSans-{weight}", "Ωμέγα,"), (font, " MD"))
    assert runs("Ana Núñez", font) == ((font, "Ana Núñez"),)
    assert runs("", font) == ((font, ""),)


def test_a_word_that_no_face_has_whole_is_drawn_letter_by_letter() -> None:
    assert runs("5′Ж", REGULAR) == ((REGULAR, "5′"), ("FiraSans-Regular", "Ж"))


def test_a_line_is_as_wide_as_its_parts() -> None:
    parts = width_of("Ana ", REGULAR, 10) + width_of("Ольга", REGULAR, 10)
    assert width_of("Ana Ольга", REGULAR, 10) == pytest.approx(parts)
    assert width_of("Ольга", SEMIBOLD, 10) > width_of("Ольга", REGULAR, 10)


@given(st.text("aé Ωμέ Жщ-́", max_size=60), st.floats(15, 90))
@example("aa- ", 15.0)
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    lines = wrap(text, REGULAR, 10, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    seen = [line.rstrip(" ") for line in lines]  # a blank at the end of a line may hang out
    assert all(width_of(line, REGULAR, 10) <= width or len(list(clusters(line))) == 1 for line in seen)


@pytest.mark.parametrize(
    ("entered", "printed"),
    [
        ("Ana 💜", "Ana"),
        ("💜 Ana", "Ana"),
        ("Ana 💜 Núñez", "Ana Núñez"),
        ("Ana💜Núñez", "AnaNúñez"),
        ("Ana 💜💜 💙 Núñez", "Ana Núñez"),
        ("Ana 💜, Luz", "Ana, Luz"),
        ("(Ana 💜)", "(Ana)"),
        ("Cardiología ❤", "Cardiología"),
        ("Cardiología ❤️", "Cardiología"),
        ("Dra. 👩🏽‍⚕️ Luz", "Dra. Luz"),
        ("🇲🇽 México 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "México"),
        ("Aula 1️⃣", "Aula 1"),
        ("Marca™️", "Marca™"),
        ("Ana 🩷🫩", "Ana"),
        ("Gracias 💜\n💜\nAna", "Gracias\n\nAna"),
        ("💜", ""),
        ("Ana\u200b Luz\u00ad", "Ana Luz"),
        ("Ольга 💜", "Ольга"),
    ],
)
def test_emoji_are_left_out_with_the_blank_that_they_leave(entered: str, printed: str) -> None:
    assert printable(entered) == printed
    assert lacking(printed.replace("\n", "")) == ""


def test_an_emoji_of_years_to_come_may_be_entered() -> None:
    assert clean_line("Ana 🩷 🫩 \U0001fadd") == "Ana 🩷 🫩 \U0001fadd"


def test_a_symbol_that_means_something_is_not_left_out() -> None:
    assert lacking(printable("37 ℃")) == "℃"
    assert lacking(printable("株式会社㈱")) == "株"


@dataclass(frozen=True)
class _Card:
    name: str
    lines: tuple[str, ...]
    note: str = ""


def test_a_document_is_made_legible_wherever_a_text_stands() -> None:
    card = _Card("Ana 💜", ("💜", "Calle 5 💜", ""), "Uno 💜\nDos")
    assert legible(card) == _Card("Ana", ("Calle 5", ""), "Uno\nDos")
    same = _Card("Ana", ("Calle 5",))
    assert legible(same) is same


def test_what_no_paper_shows_is_refused_where_it_stands() -> None:
    with pytest.raises(Unprintable) as refusal:
        legible(_Card("Ana", ("Calle 5", "李")))
    assert refusal.value.field == "lines[1]"


def test_the_vendor_is_told_of_both_faces() -> None:
    assert face_names("#LatinasInMedicine") == "Barlow Condensed SemiBold"
    assert face_names("#ЖенщиныВМедицине") == "Fira Sans SemiBold"
    assert face_names("Женщины in Medicine") == "Fira Sans SemiBold, Barlow Condensed SemiBold"


def test_the_further_fonts_are_loaded_when_they_are_needed() -> None:
    script = """
from reportlab.pdfbase.pdfmetrics import getRegisteredFontNames
from app.printing import letters
def further():
    return [name for name in getRegisteredFontNames() if name.startswith("Fira")]
letters.runs("Ana Núñez", letters.REGULAR), letters.printable("5\\u202fp. m.")
print(further())
letters.runs("Ольга", letters.REGULAR)
print(further())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['FiraSans-Medium', 'FiraSans-Regular', 'FiraSans-SemiBold']"]
