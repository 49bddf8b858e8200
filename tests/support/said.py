"""Whether a sentence is one of ours in a language: made of texts of the catalogue and of nothing else."""

import re
import string
from functools import cache

from babel.messages.pofile import read_po

from app.core.config import PROJECT
from app.core.language import Language


@cache
def _texts(language: Language) -> tuple[re.Pattern[str], ...]:
    """The texts of a language, as patterns in which a value may be anything."""
    with (PROJECT / "app" / "locale" / "es.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    said = (message.id if language == "en" else message.string for message in messages)
    texts = (text for one in said for text in ((one,) if isinstance(one, str) else one or ()))
    # A text of values alone would be any text.
    return tuple(re.compile(_pattern(text)) for text in texts if re.search(r"\w{3}", re.sub(r"{\w+}", "", text)))


def _pattern(text: str) -> str:
    parts = string.Formatter().parse(text)
    values = {None: "", "n": r"[\d,.]+"}
    return "".join(re.escape(fixed) + values.get(name, ".+?") for fixed, name, _, _ in parts)


def ours(said: str, language: Language) -> bool:
    """Whether it is a text of this language, perhaps after the name of a field, or several such texts in a row."""
    if not said:
        return True
    if any(pattern.fullmatch(said) for pattern in _texts(language)):
        return True
    field, colon, rest = said.partition(": ")
    if colon and " " not in field and ours(rest, language):
        return True
    ends = [match.end() for match in re.finditer(r"[.?!] ", said)]
    return any(ours(said[: end - 1], language) and ours(said[end:], language) for end in ends)
