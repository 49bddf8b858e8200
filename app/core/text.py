"""Text that comes from people: normalised on the way in, folded for search."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from app.core.errors import Unfit
from app.core.language import Language, Text, phrase, phrases

# Letters that NFKD does not take apart; without them "Lukasz" would not find "Łukasz".
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"})
_DASHES_AND_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʻ": "'", "–": "-", "—": "-"})


def _characters(ranges: str) -> frozenset[str]:
    """The characters of ranges such as ``a9 2194-2199``, in hexadecimal digits."""
    ends = (part.partition("-") for part in ranges.split())
    return frozenset(chr(c) for first, _, last in ends for c in range(int(first, 16), int(last or first, 16) + 1))


# Unicode's property Extended_Pictographic (emoji-data.txt, Emoji 16), which takes in what is reserved for the emoji of
# years to come; then what emoji are put together with (UTS #51): letters of flags, skin tones, the choice of
# presentation, the keycap, and tags.
EMOJI = _characters(
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 2388 23cf 23e9-23f3 23f8-23fa 24c2 25aa-25ab 25b6 "
    "25c0 25fb-25fe 2600-2605 2607-2612 2614-2685 2690-2705 2708-2712 2714 2716 271d 2721 2728 2733-2734 2744 2747 "
    "274c 274e 2753-2755 2757 2763-2767 2795-2797 27a1 27b0 27bf 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d "
    "3297 3299 1f000-1f0ff 1f10d-1f10f 1f12f 1f16c-1f171 1f17e-1f17f 1f18e 1f191-1f19a 1f1ad-1f1e5 1f201-1f20f 1f21a "
    "1f22f 1f232-1f23a 1f23c-1f23f 1f249-1f3fa 1f400-1f53d 1f546-1f64f 1f680-1f6ff 1f774-1f77f 1f7d5-1f7ff "
    "1f80c-1f80f 1f848-1f84f 1f85a-1f85f 1f888-1f88f 1f8ae-1f8ff 1f90c-1f93a 1f93c-1f945 1f947-1faff 1fc00-1fffd "
    "1f1e6-1f1ff 1f3fb-1f3ff fe0e-fe0f 20e3 e0020-e007f"
)

_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
# Drawn as nothing, yet letters or marks to Unicode: grapheme joiner, fillers, inherent vowels, variation selectors.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")

EMPTY = phrase("This must not be empty.")


# Copied along from pages and messages. Nobody can mean them at the ends of a name or an address.
_NOTHING = "\u200b\u200c\u200d\u2060\ufeff"


def trimmed(text: str) -> str:
    """The text without blanks and characters of no width at its ends."""
    before = None
    while text != before:
        before, text = text, text.strip().strip(_NOTHING)
    return text


def is_unseen(character: str) -> bool:
    """Whether nothing is to be seen of a character where it stands: a blank, a control character, a filler."""
    return unicodedata.category(character) in _UNSEEN_CATEGORIES or _UNSEEN.match(character) is not None


@dataclass(frozen=True, slots=True)
class Character:
    """A character so that a reader can find it."""

    sign: str

    def say(self, language: Language) -> str:
        """The sign where it can be seen, and its code point; in English with its Unicode name, which is English."""
        name = unicodedata.name(self.sign, "") if language == "en" else ""
        code = f"U+{ord(self.sign):04X} {name}".rstrip()
        return code if is_unseen(self.sign) else f"“{self.sign}” ({code})"


def _refuse(value: str, allowed: str) -> None:
    for character in value:
        category = unicodedata.category(character)
        # An emoji may be younger than the Unicode that this Python knows.
        if character not in allowed and character not in EMOJI and category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
            raise Unfit(phrase("This must not contain the character {character}.", character=Character(character)))
        if character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff":
            unseen = phrase(
                "This must not contain the invisible character {character}.", character=Character(character)
            )
            raise Unfit(unseen)


def clean_line(value: str) -> str:
    """One line of text: NFC, outer and repeated blanks removed.

    Refuses (``Unfit``) control characters, line breaks, surrogates, private-use and unassigned characters, and
    characters that turn the reading direction around.
    """
    value = unicodedata.normalize("NFC", value).strip()
    _refuse(value, allowed="")
    return re.sub(r"\s+", " ", value)


def clean_text(value: str) -> str:
    """Several lines of text: like :func:`clean_line`, but line breaks and tabs stay; CRLF becomes LF."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    _refuse(value, allowed="\n\t")
    return value


def fold(value: str) -> str:
    """The form in which text is searched: no case, no accents, plain dashes and quotes (``Núñez`` gives ``nunez``)."""
    if value.isascii():
        return value.lower()
    # Case goes twice, because letters in disguise (№, 𝐋) turn into capitals only when they are taken apart.
    value = unicodedata.normalize("NFKD", value.casefold().translate(_DASHES_AND_QUOTES)).casefold()
    return "".join(c for c in value if not unicodedata.combining(c)).translate(_PLAIN)


def words(query: str | None) -> list[str]:
    """The words that somebody looks for, folded; a list wants each of them in what it has folded."""
    return fold(query or "").split()


def _not_blank(value: str) -> str:
    if not value:
        raise Unfit(EMPTY)
    return value


def line_within(value: str, *, least: int, most: int) -> str:
    """One line of text, cleaned as :func:`clean_line` does, of so many characters; refuses others (``Unfit``)."""
    value = clean_line(value)
    if len(value) > most:
        raise Unfit(too_long(most))
    return _not_blank(value) if least else value


def too_long(most: int) -> Text:
    """Says how long a text may be."""
    return phrases("This may have at most {n} character.", "This may have at most {n} characters.", n=most)


def one_of(choices: Iterable[str]) -> Text:
    """Says which words for machines there are to choose from."""
    return phrase("This must be one of: {choices}.", choices=", ".join(choices))


def at_most(characters: int) -> AfterValidator:
    """Refuses a text that has grown beyond its limit: to be normalised may make it longer."""

    def check(value: str) -> str:
        if len(value) > characters:
            raise Unfit(too_long(characters))
        return value

    return AfterValidator(check)


@dataclass(frozen=True, slots=True)
class Shaped:
    """Refuses a text that has not this form; ``otherwise`` says so with an example. The API's document has the pattern.

    pydantic's own constraint would show the pattern to people.
    """

    pattern: str
    otherwise: Text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^{self.pattern}$"}

    def _check(self, value: str) -> str:
        if not re.fullmatch(self.pattern, value):
            raise Unfit(self.otherwise)
        return value


def _line(shortest: int, longest: int) -> tuple[object, ...]:
    parts = (StringConstraints(min_length=shortest, max_length=longest), AfterValidator(clean_line), at_most(longest))
    return (*parts, AfterValidator(_not_blank)) if shortest else parts


Line = Annotated[str, *_line(1, 200)]
"""A required line of up to 200 characters: a name, a title, a place."""

ShortLine = Annotated[str, *_line(1, 60)]
"""A required line of up to 60 characters: a number, a colour."""

OptionalLine = Annotated[str, *_line(0, 200)]
"""A line of up to 200 characters that may be empty."""

OptionalShortLine = Annotated[str, *_line(0, 60)]
"""A line of up to 60 characters that may be empty."""

ON_PAPER = "what documents print instead of the name; empty for the name"
PaperName = Annotated[OptionalLine, Field(description=ON_PAPER)]
"""A name on paper."""

Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(clean_text), at_most(2000)]
"""Free text of up to 2,000 characters, several lines; may be empty."""


_NO_COLOR = phrase("A color is written as # and six digits from 0 to F, such as {example}.", example="#1B4F9C")
Color = Annotated[str, Shaped(r"#[0-9A-Fa-f]{6}", _NO_COLOR)]
"""A color as the web writes it."""


def _check_web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        plain = parts.port != 0 and not (parts.username or parts.password or parts.query or parts.fragment)
        sound = plain and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound or re.search(r"[\s\\?#]", value):
        raise Unfit(phrase("This must be a web address, such as https://ribbons.example.org."))
    return value.rstrip("/")


WebAddress = Annotated[Line, AfterValidator(_check_web_address)]
"""Where something is on the web, without a name to sign in with, and to put a path behind."""
