"""Texts in every language: each one that the code has is in each catalogue, whole, and nothing else is."""

import ast
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

from app.core.config import PROJECT
from app.core.language import KEYWORDS, LANGUAGES, LOCALES, Language, Text, Value, phrase, phrases, preferred, verbatim
from app.stock.models import Kind
from scripts.messages import catalogues, extracted, updated

CATALOGUES = {file.stem: file for file in catalogues()}
NUMBERS = (0, 1, 2, 3, 11, 21, 100, 101, 999_999, 1_000_000, 1_000_001, 2_000_000, 12_500_000)
SAME = {"{place}"}
"""Texts that are rightly the same in another language as in English."""


@pytest.fixture(scope="module")
def code() -> Catalog:
    """The texts of the code."""
    return extracted()


def read(language: str) -> Catalog:
    with CATALOGUES[language].open("rb") as file:
        return read_po(file)


def texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(message: Message) -> tuple[str, ...]:
    """All that a message is in another language: one text, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or [""])


def english(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def names(text: str) -> set[str]:
    """The values that a text is filled in with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults(message: Message, catalogue: Catalog) -> list[str]:
    """What keeps a message from being said in the language of its catalogue."""
    found = [str(error) for error in message.check(catalogue)]
    if message.fuzzy:
        found.append("it is marked as fuzzy")
    if not all(forms(message)):
        found.append("a form is empty")
    wanted = names(english(message)[-1])
    for number, form in enumerate(forms(message)):
        # Of a single thing one need not say that it is one.
        free = {"n"} if number == 0 and message.pluralizable else set()
        if form and names(form) | free != wanted | free:
            found.append(f"other values: {form}")
    if forms(message) == english(message) and message.id not in SAME:
        found.append("it is not translated")
    return found


def test_there_is_a_catalogue_for_every_language_but_english() -> None:
    assert CATALOGUES.keys() == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_text_of_the_code_is_in_the_catalogue_and_nothing_else(code: Catalog, language: str) -> None:
    assert len(code) > 40
    assert {message.id for message in texts(read(language))} == {message.id for message in texts(code)}
    file = CATALOGUES[language].read_bytes()
    assert updated(file, code) == file, "run scripts/messages.py"


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_text_of_the_catalogue_can_be_said(language: str) -> None:
    catalogue = read(language)
    wrong = {message.id: found for message in texts(catalogue) if (found := faults(message, catalogue))}
    assert wrong == {}
    assert not catalogue.obsolete


BOX, CAJA = "{n} box of {who}", "{n} caja de {who}"
BOXES = (BOX, "{n} boxes of {who}")
CAJAS = (CAJA, "{n} de cajas de {who}", "{n} cajas de {who}")


def test_what_can_be_said_is_not_objected_to() -> None:
    assert faults(Message(BOX, CAJA), read("es")) == []
    assert faults(Message(BOXES, CAJAS), read("es")) == []


@pytest.mark.parametrize(
    ("english", "spanish", "flags"),
    [
        (BOX, "", []),
        (BOX, "{n} caja", []),
        (BOX, "{n} caja de {whom}", []),
        (BOX, "{n} caja de {who} y {m}", []),
        (BOX, CAJA, ["fuzzy"]),
        (BOX, BOX, []),
        (BOX, CAJAS, []),
        (BOXES, (*CAJAS[:2], ""), []),
        (BOXES, (CAJA, "{n} de cajas", CAJAS[2]), []),
        (BOXES, CAJAS[:2], []),
        (BOXES, CAJAS, ["fuzzy"]),
    ],
)
def test_what_cannot_be_said_is_noticed(
    english: str | tuple[str, str], spanish: str | tuple[str, ...], flags: list[str]
) -> None:
    assert faults(Message(english, spanish, flags=flags), read("es")) != []


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_catalogue_has_the_plural_forms_of_its_language(language: str) -> None:
    """CLDR knows which numbers take which form; the catalogue's own rule must agree for each."""
    rule, catalogue = Locale.parse(language).plural_form, read(language)
    order = [tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in {*rule.tags, "other"}]
    assert catalogue.num_plurals == len(order)
    chosen = eval(f"lambda n: {_python(catalogue.plural_expr)}")
    assert [order[chosen(n)] for n in NUMBERS] == [rule(n) for n in NUMBERS]


def _python(expression: str) -> str:
    """A rule of plurals, which is written in C, as Python has it."""
    expression = expression.strip().removeprefix("(").removesuffix(")").replace("&&", "and").replace("||", "or")
    test, found, rest = expression.partition("?")
    if not found:
        return expression
    yes, _, no = rest.partition(":")
    return f"({yes}) if ({test}) else ({_python(no)})"


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the code that makes a text, and where it stands."""
    for path in sorted((PROJECT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                yield f"{path.relative_to(PROJECT)}:{node.lineno}", node


def test_every_text_is_written_out_where_it_is_made_and_filled_in_with_what_it_names() -> None:
    wrong = []
    for place, call in calls():
        literals = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        given, free = {keyword.arg for keyword in call.keywords}, {"n"} if len(literals) == 2 else set()
        filled = all(names(literal) | free == given | free for literal in literals)
        if not filled or not len(literals) == len(call.args) == (2 if free else 1):
            wrong.append(place)
    assert wrong == []
    assert len(list(calls())) > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said_with_every_number(code: Catalog, language: Language) -> None:
    for message in texts(code):
        one, *many = english(message)
        others = {name: f"«{name}»" for name in names((one, *many)[-1]) - ({"n"} if many else set())}
        for n in NUMBERS if many else (1,):
            counted: dict[str, Value] = {"n": n} if many else {}
            said = Text(one, "".join(many), values={**others, **counted}).say(language)
            assert all(value in said for value in others.values())
            assert "{" not in said


def test_values_are_said_in_the_language_of_the_text() -> None:
    inner = phrase("This is missing.")
    text = verbatim(
        "{day} | {number} | {names} | {inner}",
        day=date(2027, 11, 14),
        number=12_000,
        names=["a", "b", "c"],
        inner=inner,
    )
    assert text.say("en") == "November 14, 2027 | 12,000 | a, b, and c | This is missing."
    assert text.say("es") == "14 de noviembre de 2027 | 12,000 | a, b y c | Falta este dato."
    assert str(text) == text.say("en")


def test_what_is_counted_decides_the_form() -> None:
    field = {n: phrases("{n} field is not valid.", "{n} fields are not valid.", n=n) for n in NUMBERS}
    assert [field[n].say("en") for n in (1, 2)] == ["1 field is not valid.", "2 fields are not valid."]
    assert field[1].say("es") == "1 campo no es válido."
    assert field[0].say("es") == "0 campos no son válidos."
    assert field[1_000_000].say("es") == "1,000,000 de campos no son válidos."
    assert field[1_000_001].say("es") == "1,000,001 campos no son válidos."


def test_a_value_with_braces_stays_as_it_is() -> None:
    assert verbatim("{said}", said="{n} {0} {").say("es") == "{n} {0} {"


@pytest.mark.parametrize("value", [Kind.DEPOT, [Kind.DEPOT, "a"]])
def test_a_word_for_machines_is_not_said(value: object) -> None:
    with pytest.raises(TypeError, match="machines"):
        verbatim("{kind}", kind=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es", "es"),
        ("ES-mx", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr, es-PR;q=0.5, en;q=0.4", "es"),
        ("en;q=0.4, es;q=0.5", "es"),
        ("es;q=0.5,en;q=0.5", "es"),
        ("es ; q=0 , en ; q=0.1", "en"),
        ("es;q=1;level=1", "es"),
        ("es;q=0", None),
        ("es;q=", None),
        ("es;q=nan", None),
        ("es;q=-1", None),
        ("es;q=²", None),
        ("es;q=2, en", "es"),
        ("*", None),
        ("", None),
        (",,;;==,q=1", None),
        ("est, english, eng", None),
        ("e" * 60_000, None),
        ("es;q=" + "9" * 5_000, "es"),
    ],
)
def test_the_language_that_a_browser_prefers(accepted: str, language: Language | None) -> None:
    assert preferred(accepted) == language


def test_the_languages_are_named_in_one_place() -> None:
    """Whoever adds one changes the list, and adds a catalogue and a CLDR locale."""
    assert LOCALES.keys() == set(LANGUAGES)
    both = {
        str(path.relative_to(PROJECT))
        for path in Path(PROJECT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Subscript) and ast.unparse(node) == "Literal['en', 'es']"
    }
    assert both == {"app/core/language.py"}
