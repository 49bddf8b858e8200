"""Text that people type: what is kept of it, what is refused, and how it is found again."""

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.core.text import Line, Note, OptionalLine, ShortLine, clean_line, clean_text, fold

# Latin letters with every accent that a name may have, and what stands between them.
LATIN = st.text(st.characters(max_codepoint=0x024F) | st.characters(min_codepoint=0x1E00, max_codepoint=0x1EFF))
REFUSED_CATEGORIES = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
TURNS_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BYTE_ORDER_MARK = "\ufeff"
ANY_TEXT = st.text(st.characters() | st.sampled_from("\n\r\t \u00a0\u2028\u0301\u0338" + TURNS_DIRECTION))


def kept(value: str, *, lines: bool) -> str | None:
    """What is kept of a text, or None where it is refused."""
    try:
        return clean_text(value) if lines else clean_line(value)
    except ValueError:
        return None


@settings(deadline=None)
@given(ANY_TEXT)
@example("a\u00a0\u0301b")
@example("\r\r\na")
def test_a_cleaned_line_is_clean_and_stays_as_it_is(value: str) -> None:
    line = kept(value, lines=False)
    if line is None:
        return
    assert clean_line(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert line == " ".join(line.split())
    assert not {unicodedata.category(character) for character in line} & REFUSED_CATEGORIES
    assert not set(line) & {*TURNS_DIRECTION, BYTE_ORDER_MARK}


@settings(deadline=None)
@given(ANY_TEXT)
@example("a\r\n\tb")
def test_a_cleaned_text_is_clean_but_for_line_breaks_and_tabs_and_stays_as_it_is(value: str) -> None:
    text = kept(value, lines=True)
    if text is None:
        return
    assert clean_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip()
    assert not {unicodedata.category(character) for character in text if character not in "\n\t"} & REFUSED_CATEGORIES
    assert not set(text) & {*TURNS_DIRECTION, BYTE_ORDER_MARK}


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])), st.booleans())
def test_letters_numbers_and_signs_are_never_refused(value: str, lines: bool) -> None:
    assert kept(value, lines=lines) is not None


@pytest.mark.parametrize(
    ("refused", "named"),
    [
        ("a\x00b", "U+0000"),
        ("a\x1bb", "U+001B"),
        ("a\x7fb", "U+007F"),
        ("a\x85b", "U+0085"),
        ("a\rb", "U+000D"),
        ("a\ud800b", "U+D800"),
        ("a\ue000b", "U+E000"),
        ("a\u0378b", "U+0378"),
        ("a\u2028b", "U+2028"),
        ("a\u2029b", "U+2029"),
        *((f"a{character}b", f"U+{ord(character):04X}") for character in TURNS_DIRECTION + BYTE_ORDER_MARK),
    ],
)
def test_what_is_refused_is_named(refused: str, named: str) -> None:
    for clean in (clean_line, clean_text):
        with pytest.raises(ValueError, match=named.replace("+", r"\+")):
            clean(refused)


def test_a_line_refuses_breaks_and_tabs_which_a_text_keeps() -> None:
    for character, named in (("\n", "U\\+000A"), ("\t", "U\\+0009")):
        with pytest.raises(ValueError, match=named):
            clean_line(f"a{character}b")
        assert clean_text(f"a{character}b") == f"a{character}b"


def test_blanks_around_are_dropped_and_within_a_line_become_one() -> None:
    assert clean_line("  Ana \u00a0  Nu\u0301n\u0303ez\n") == "Ana Núñez"
    assert clean_text("\n one\r\n\r\n  two \t") == "one\n\n  two"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nunez", "Núñez"),
        ("NUÑEZ", "Nu\u0301n\u0303ez"),
        ("lukasz", "Łukasz"),
        ("dang", "Đặng"),
        ("strasse", "Straße"),
        ("soren", "Søren"),
        ("aesir", "Æsir"),
        ("istanbul", "İstanbul"),
        ("kadikoy", "Kadıköy"),
        ("o'brien", "O’Brien"),
        ("saint-denis", "Saint–Denis"),
        ("office", "oﬃce"),
    ],
)
def test_what_is_typed_plainly_finds_what_is_written_with_care(typed: str, written: str) -> None:
    assert fold(typed) in fold(f"Dr. {written}, MD")


@pytest.mark.parametrize(("typed", "written"), [("no", "№"), ("latinas", "𝐋𝐚𝐭𝐢𝐧𝐚𝐬"), ("rs", "₨")])
def test_letters_in_disguise_are_found_too(typed: str, written: str) -> None:
    assert fold(written) == typed


def test_different_letters_stay_different() -> None:
    assert fold("Pena") != fold("Pera")
    assert fold("Ana") != fold("Анна")
    assert fold("12") != fold("13")


@settings(deadline=None)
@given(LATIN)
def test_folding_leaves_no_case_and_no_accent_and_is_done_once_for_all(value: str) -> None:
    folded = fold(value)
    assert fold(folded) == folded
    assert folded == folded.casefold()
    assert not any(unicodedata.combining(character) for character in folded)


@settings(deadline=None)
@given(LATIN)
def test_case_and_the_way_accents_are_encoded_do_not_matter(value: str) -> None:
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, value)) == fold(value)
    assert fold(value.casefold()) == fold(value)


@pytest.mark.parametrize("kind", [Line, ShortLine])
@pytest.mark.parametrize("blank", ["", " ", "\n", "\u00a0\t"])
def test_a_required_line_is_not_blank(kind: type[str], blank: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(blank)


@pytest.mark.parametrize(("kind", "longest"), [(Line, 200), (ShortLine, 60), (OptionalLine, 200), (Note, 2000)])
def test_texts_have_a_greatest_length(kind: type[str], longest: int) -> None:
    assert TypeAdapter(kind).validate_python("ñ" * longest) == "ñ" * longest
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python("ñ" * (longest + 1))


@pytest.mark.parametrize("kind", [OptionalLine, Note])
def test_an_optional_text_may_be_empty(kind: type[str]) -> None:
    assert TypeAdapter(kind).validate_python(" ") == ""
