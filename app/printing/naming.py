"""What a refusal calls a text of a paper: by the record that somebody can look up, and what it is there."""

import re
from dataclasses import dataclass
from typing import Any

from app.core.errors import Unprintable
from app.core.language import Text, phrase, verbatim

_STEPS = re.compile(r"(\w+)|\[(\d+)\]")
_INSIDE = frozenset({"lines", "face"})
"""What says nothing more than the whole of which it is a part."""

_PARTS: dict[str, Text] = {
    "carrier": phrase("carrier"),
    "champion": phrase("name of the champion"),
    "city": phrase("city"),
    "community": phrase("name of the community"),
    "conference": phrase("conference"),
    "conference_place": phrase("place of the conference"),
    "contact": phrase("contact e-mail"),
    "depot": phrase("depot"),
    "foil_color_name": phrase("name of the foil color"),
    "handle": phrase("handle"),
    "hashtag": verbatim("hashtag"),
    "key": phrase("specialty"),
    "leftovers": phrase("depot for leftovers"),
    "lines": phrase("lines"),
    "name": phrase("name"),
    "note": phrase("note"),
    "number": phrase("number"),
    "place": phrase("place"),
    "recipient": phrase("recipient"),
    "ribbon_color_name": phrase("name of the ribbon color"),
    "sender": phrase("sender"),
    "ship_to": phrase("delivery address"),
    "text": phrase("text of the ribbon"),
    "to": phrase("recipient"),
    "tracking_number": phrase("tracking number"),
    "vendor": phrase("vendor"),
}


@dataclass(frozen=True)
class Where:
    """Where a text stands: in which record, empty where that has no name, and what it is there."""

    record: Text
    part: Text

    @property
    def said(self) -> Text:
        """Both, such as "SH-0012, recipient"."""
        return verbatim("{record}, {part}", record=self.record, part=self.part)


def where(document: object, path: str) -> Where | None:
    """Where ``labels[3].to[0]`` is, as people call it; None where it is in no record."""
    here, part, record = document, "", _name_of(document)
    for name, index in _STEPS.findall(path):
        here = getattr(here, name, None) if name else _item(here, int(index))
        part = name if name and not (name in _INSIDE and part) else part
        if named := _name_of(here):
            record = named
        elif record and (code := getattr(here, "code", "")):
            record = verbatim("{record}, {code}", record=record, code=code)
    return Where(record, _PARTS.get(part) or verbatim("{part}", part=part.replace("_", " "))) if record else None


def _name_of(here: object) -> Text | None:
    """What a record is called where it is kept; None for what is no record of its own."""
    known = getattr(here, "record", None)
    number = getattr(here, "number", "")
    return known if isinstance(known, Text) else verbatim("{number}", number=number) if number else None


def _item(here: Any, index: int) -> object:
    return here[index] if isinstance(here, tuple) and index < len(here) else None


def located(document: object, refusal: Unprintable) -> Unprintable:
    """A refusal that says of which record, and of what in it; as it is where it is about no record."""
    found = where(document, refusal.field or "")
    if found is None:
        return refusal
    why = verbatim("{where}: {why}", where=found.said, why=refusal.detail)
    return Unprintable(why, record=found.record, part=found.part)
