"""The languages that people are spoken to in, and texts that are said in any of them.

The code holds the English. ``app/locale`` holds a catalogue for each other language, which is read at start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Literal, Protocol, TypeAlias, get_args, runtime_checkable

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALES: dict[Language, str] = {"en": "en_US", "es": "es_US"}
"""The CLDR locale by which numbers, dates and lists are written."""

KEYWORDS = {"phrase": None, "phrases": (1, 2), "_": None, "n_": (1, 2)}
"""The functions whose arguments are texts to translate, as Babel's extractor has it."""


@runtime_checkable
class Sayable(Protocol):
    """What is called otherwise in another language, such as a text or a country."""

    def say(self, language: Language) -> str:
        """How it is called in ``language``."""
        ...


Value: TypeAlias = "str | int | float | date | Sayable | Sequence[Value]"
"""What a text may be filled in with. A number is one of things; an identifier is a ``str``."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that waits to be said: English, with the names of its values in braces, and the values.

    A value is said in the same language: a date with its month in letters, a number with its thousands marked, a list
    with an "and". Refused is a member of an Enum (``TypeError``): it is a word for machines.
    """

    one: str
    many: str = ""
    """What is said unless the value ``n`` is one; empty where nothing is counted."""
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if isinstance(value, Enum) or (isinstance(value, tuple | list) and any(isinstance(v, Enum) for v in value)):
                raise TypeError(f"{name} of {self.one!a} is a word for machines")

    def say(self, language: Language) -> str:
        """The text in ``language``, filled in."""
        catalogue, n = _catalogue(language), self.values.get("n")
        said = catalogue.ngettext(self.one, self.many, n) if self.many else catalogue.gettext(self.one)  # type: ignore[arg-type]  # phrases() takes care that n is a number
        return said.format(**{name: _said(value, language) for name, value in self.values.items()})

    def __str__(self) -> str:
        """The text in English, as logs have it."""
        return self.say("en")


def phrase(said: str, /, **values: Value) -> Text:
    """A text, such as ``phrase("This conference is over.")``."""
    return Text(said, values=values)


def phrases(one: str, many: str, /, *, n: int, **values: Value) -> Text:
    """A text about ``n`` things, such as ``phrases("{n} ribbon is missing.", "{n} ribbons are missing.", n=3)``."""
    return Text(one, many, {"n": n, **values})


def verbatim(said: str, /, **values: Value) -> Text:
    """What is written the same in every language, such as ``verbatim("{field}: {text}", …)``."""
    return Text(said, values=values)


def preferred(accepted: str) -> Language | None:
    """The language of ours that an ``Accept-Language`` header (RFC 9110) likes best; None where it names none of them.

    Of two that it likes as well, the first.
    """
    best, weight = None, 0.0
    for entry in accepted.split(","):
        tag, *parameters = entry.lower().split(";")
        here = _weight(parameters)
        for language in LANGUAGES:
            if tag.strip().partition("-")[0] == language and here > weight:
                best, weight = language, here
    return best


def _weight(parameters: Sequence[str]) -> float:
    """How much an entry of ``Accept-Language`` is liked: 1 where it does not say, 0 where it says nonsense."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            value = value.strip()
            whole = value.isascii() and value.replace(".", "", 1).isdigit()
            return min(float(value), 1.0) if whole else 0.0
    return 1.0


def _said(value: Value, language: Language) -> str:
    match value:
        case str():
            return value
        case int() | float():
            return _number(value, language)
        case date():
            return str(format_date(value, "long", locale=LOCALES[language]))
        case Sayable():  # last, since it takes longest to find out
            return value.say(language)
    return str(format_list([_said(one, language) for one in value], locale=LOCALES[language]))


@lru_cache(maxsize=2_000)
def _number(value: float, language: Language) -> str:
    return str(format_decimal(value, locale=LOCALES[language]))


@cache
def _catalogue(language: Language) -> NullTranslations:
    """The texts of a language, compiled when the first of them is said: many a command says none.

    English needs none: the texts in the code are its own.
    """
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with files("app").joinpath("locale", f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
