"""Text that comes from people: normalised on the way in, folded for search."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from app.core.errors import Unfit
from app.core.language import Text, phrase, phrases

# Letters that NFKD does not take apart; without them "Lukasz" would not find "Łukasz".
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"})
_DASHES_AND_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʻ": "'", "–": "-", "—": "-"})


def _refuse(value: str, allowed: str) -> None:
    for character in value:
        category = unicodedata.category(character)
        if character not in allowed and category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}:
            raise Unfit(phrase("This must not contain the character {code}.", code=f"U+{ord(character):04X}"))
        if character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff":
            code = f"U+{ord(character):04X}"
            raise Unfit(phrase("This must not contain the invisible character {code}.", code=code))


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
    # Case goes twice, because letters in disguise (№, 𝐋) turn into capitals only when they are taken apart.
    value = unicodedata.normalize("NFKD", value.casefold().translate(_DASHES_AND_QUOTES)).casefold()
    return "".join(c for c in value if not unicodedata.combining(c)).translate(_PLAIN)


def _not_blank(value: str) -> str:
    if not value:
        raise Unfit(phrase("This must not be empty."))
    return value


def too_long(most: int) -> Text:
    """Says how long a text may be."""
    return phrases("This may have at most {n} character.", "This may have at most {n} characters.", n=most)


def at_most(characters: int) -> AfterValidator:
    """Refuses a text that has grown beyond its limit: to be normalised may make it longer."""

    def check(value: str) -> str:
        if len(value) > characters:
            raise Unfit(too_long(characters))
        return value

    return AfterValidator(check)


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

Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(clean_text), at_most(2000)]
"""Free text of up to 2,000 characters, several lines; may be empty."""
