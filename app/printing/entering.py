"""Whether papers can show what somebody enters: asked where it is entered, by its name there, with the way out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from app.core.errors import Unprintable
from app.core.language import Text, phrase
from app.core.text import Character
from app.printing.letters import lacking, printable

Fault: TypeAlias = tuple[str, Text]
"""The field of which papers cannot show what is in it, and why."""


NAMES = frozenset({"name", "paper_name"})


def unprintable(texts: Mapping[str, str], *, needed: Collection[str] = ()) -> Iterator[Fault]:
    """What papers cannot show of these texts, by their fields.

    Papers leave emoji out. Of a text that is ``needed`` something else must be there. A ``paper_name`` is printed
    instead of the ``name``, which may then be in any letters.
    """
    others = dict(texts)
    if "paper_name" in texts:
        name = others.pop("name")
        if texts["paper_name"]:
            needed = {*needed, "paper_name"}
        else:
            del others["paper_name"]
            yield from _of_name(name)
    for field, text in others.items():
        shown, missing = _shown(text)
        if missing:
            why = phrase(
                "Documents cannot show {character}. Write this in Latin, Greek or Cyrillic letters.",
                character=Character(missing),
            )
            yield field, why
        elif field in needed and not shown:
            yield field, phrase("Documents leave emoji out, and there is nothing else here. Write something, too.")


def _of_name(name: str) -> Iterator[Fault]:
    shown, missing = _shown(name)
    if missing:
        why = phrase(
            "Documents cannot show {character}. Add a name for documents (paper_name) in Latin, Greek or Cyrillic "
            "letters; the name itself stays as it is.",
            character=Character(missing),
        )
        yield "name", why
    elif not shown:
        why = phrase(
            "Documents leave emoji out, and there is nothing else here. Add a name for documents (paper_name); the "
            "name itself stays as it is."
        )
        yield "name", why


def edited(record: object, printed: Iterable[str], changes: Collection[str]) -> dict[str, str]:
    """Those of the ``printed`` texts of a record that have changed; of its two names both where one has."""
    looked_at = {*changes, *(NAMES if NAMES & set(changes) else ())}
    return {field: getattr(record, field) for field in printed if field in looked_at}


def refuse(*found: Iterable[Fault]) -> None:
    """Raises :class:`Unprintable` for the first of what papers cannot show."""
    for faults in found:
        for field, why in faults:
            raise Unprintable(why, field=field)


def _shown(text: str) -> tuple[str, str]:
    """What a paper shows of a text, and the first character that it cannot show."""
    shown = printable(text).replace("\n", " ").strip()
    return shown, lacking(shown)
