"""Which letters exist, in which font each is drawn, and what a paper makes of a text.

Barlow for text and Barlow Condensed for ribbons; for what they lack, Cyrillic and Greek above all, Fira Sans, which is
loaded when such a letter is first needed. All under the SIL Open Font License, embedded as subsets.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import is_dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from threading import Lock
from typing import Any, TypeVar

import fontpkg_barlow
import fontpkg_barlow_condensed
import fontpkg_fira_sans
from reportlab.pdfbase.pdfmetrics import getFont, getRegisteredFontNames, registerFont

from app.core.errors import Unprintable
from app.core.language import phrase
from app.core.text import EMOJI, Character
from app.printing.embedding import EmbeddedFont

REGULAR = "Barlow-Regular"
MEDIUM = "Barlow-Medium"
SEMIBOLD = "Barlow-SemiBold"
RIBBON = "BarlowCondensed-SemiBold"

_FURTHER = {
    REGULAR: "FiraSans-Regular",
    MEDIUM: "FiraSans-Medium",
    SEMIBOLD: "FiraSans-SemiBold",
    RIBBON: "FiraSans-SemiBold",
}
"""The font of the same weight that has the letters which each of ours lacks."""

_CODES = tuple(dict.fromkeys((*_FURTHER, *_FURTHER.values())))
"""The order of our fonts, by which they are called in a file."""

_CALLED = {RIBBON: "Barlow Condensed SemiBold", _FURTHER[RIBBON]: "Fira Sans SemiBold"}

# The schema bounds a note to 2,000 characters and a line to 200; anything longer got past it.
LONGEST_TEXT = 4_000

# Spaces and hyphens that Barlow lacks, by the ones that look and break the same (CLDR dates use the first two); and
# what nobody sees, such as the joiners of emoji and the marks that come along when text is copied from a page, by
# nothing.
_SUBSTITUTES = str.maketrans(
    {"\u202f": "\u00a0", "\u2009": "\u00a0", "\u2007": "\u00a0", "\u2011": "-", "\t": " "}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
)

_PIECES = re.compile(r"\s+|\S+")
_BLANKS = " \u00a0"

T = TypeVar("T")


@cache
def register_fonts() -> None:
    """Make the fonts that every paper needs known to reportlab, once in this process."""
    _register(fontpkg_barlow.ROOT, (REGULAR, MEDIUM, SEMIBOLD), usual=True)
    _register(fontpkg_barlow_condensed.ROOT, (RIBBON,), usual=True)


_REGISTERING = Lock()


def _register(root: Any, names: Iterable[str], *, usual: bool) -> None:
    # A paper that is being drawn by another thread must not get a second font of the same name.
    with _REGISTERING:
        for name in set(names) - set(getRegisteredFontNames()):
            code = f"F{_CODES.index(name) + 1}"
            registerFont(EmbeddedFont(name, root / "files" / f"{name}.ttf", code=code, usual=usual))


@cache
def _own() -> frozenset[str]:
    """The characters that all our own fonts have."""
    register_fonts()
    return _shared(_FURTHER)


@cache
def _further() -> frozenset[str]:
    """The characters that the further fonts have."""
    names = dict.fromkeys(_FURTHER.values())
    _register(fontpkg_fira_sans.ROOT, names, usual=False)
    return _shared(names)


def _shared(names: Iterable[str]) -> frozenset[str]:
    """The letters that all of these fonts have (Barlow maps U+FFFF to "missing")."""
    sets = ({chr(c) for c, glyph in getFont(name).face.charToGlyph.items() if glyph} for name in names)
    return frozenset(c for c in set.intersection(*sets) if unicodedata.category(c) not in {"Cc", "Cf"})


def runs(text: str, font: str) -> tuple[tuple[str, str], ...]:
    """The text in parts, each with the font that draws it; together they are the text.

    A word with a letter that our font lacks is wholly of the further one, so that no word is of two faces, unless
    that one lacks a letter, too. An accent stays with its letter.
    """
    return ((font, text),) if _own().issuperset(text) else _mixed(text, font)


# Papers that are printed together repeat most of their words.
@lru_cache(maxsize=4_000)
def _mixed(text: str, font: str) -> tuple[tuple[str, str], ...]:
    drawn = ((font if _own().issuperset(part) else _FURTHER[font], part) for part in _parts(text))
    return tuple((name, "".join(part for _, part in same)) for name, same in groupby(drawn, key=lambda one: one[0]))


def _parts(text: str) -> Iterator[str]:
    """Words and blanks; letter by letter where no font has the whole word."""
    for piece in _PIECES.findall(text):
        if _own().issuperset(piece) or _further().issuperset(piece):
            yield piece
        else:
            yield from clusters(piece)


def clusters(text: str) -> Iterator[str]:
    """Each letter with the accents that stand on it."""
    start = 0
    for at, character in enumerate(text):
        if at and not unicodedata.combining(character):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def face_names(text: str) -> str:
    """What the fonts are called in which a ribbon's text is set."""
    return ", ".join(dict.fromkeys(_CALLED[font] for font, part in runs(text, RIBBON) if part.strip()))


def printable(text: str) -> str:
    """The text as a paper shows it: emoji left out, and look-alikes for spaces and hyphens that no font of ours has."""
    if _own().issuperset(text):
        return text
    text = text.translate(_SUBSTITUTES)
    return text if _own().issuperset(text) or _undrawn().isdisjoint(text) else _decorations().sub(_left_out, text)


@cache
def _undrawn() -> frozenset[str]:
    """Emoji that our fonts lack."""
    return EMOJI - _own() - _further()


@cache
def _decorations() -> re.Pattern[str]:
    """The same with the blanks around them."""
    emoji = "".join(map(re.escape, sorted(_undrawn())))
    return re.compile(f"([{_BLANKS}]*)[{emoji}](?:[{_BLANKS}]*[{emoji}])*([{_BLANKS}]*)")


def _left_out(found: re.Match[str]) -> str:
    """What stays where emoji stood: one blank if there was any, but none at the end of a line or before a comma."""
    text, (before, after) = found.string, found.groups()
    first = found.start() == 0 or text[found.start() - 1] == "\n"
    last = found.end() == len(text) or text[found.end()] == "\n"
    if first or last or not (before or after):
        return ""
    closes = unicodedata.category(text[found.end()]) in {"Po", "Pe", "Pf"}
    return "" if closes and not after else " "


def lacking(text: str) -> str:
    """The first character of a text that no paper can show; empty where there is none."""
    if _own().issuperset(text):
        return ""
    missing = (part for part in _parts(text) if not (_own().issuperset(part) or _further().issuperset(part)))
    return next((c for part in missing for c in part if c not in _own() | _further()), "")


Missing = Callable[[str, str], str]
"""Is told where a character is that no font has, and which; says what is printed instead of the whole text."""


def lacks(field: str, character: str) -> Unprintable:
    """The refusal of a character that no font has."""
    said = phrase("Documents cannot show {character}. Replace it and print again.", character=Character(character))
    return Unprintable(said, field=field)


def _refused(field: str, character: str) -> str:
    raise lacks(field, character)


def legible(document: T, missing: Missing = _refused) -> T:
    """A frozen dataclass with every text in it as a paper shows it; a line of which nothing is left is left out.

    Refuses (``Unprintable``, ``field`` such as ``lines[2].face.text``) a character that our fonts lack, unless
    somebody is told of what is ``missing``, a text beyond ``LONGEST_TEXT``, and line breaks anywhere but in a ``note``.
    """
    shown: T = _legible(document, "", missing)
    return shown


def _legible(value: Any, path: str, missing: Missing) -> Any:
    if isinstance(value, str):
        return _legible_text(value, path, missing)
    if isinstance(value, tuple):
        shown = tuple(_legible(item, f"{path}[{index}]", missing) for index, item in enumerate(value))
        if all(after is before for before, after in zip(value, shown, strict=True)):
            return value
        return tuple(after for before, after in zip(value, shown, strict=True) if after != "" or before == "")
    if is_dataclass(value) and not isinstance(value, type):
        names = value.__dataclass_fields__
        texts = {name: _legible(getattr(value, name), f"{path}.{name}" if path else name, missing) for name in names}
        changes = {name: after for name, after in texts.items() if after is not getattr(value, name)}
        return replace(value, **changes) if changes else value
    return value


def _legible_text(text: str, field: str, missing: Missing) -> str:
    if len(text) > LONGEST_TEXT:
        raise Unprintable(phrase("This is longer than {most} characters.", most=LONGEST_TEXT), field=field)
    shown = printable(text)
    character = lacking(shown.replace("\n", "") if field == "note" else shown)
    return missing(field, character) if character else shown
