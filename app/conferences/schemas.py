"""What comes in and goes out about conferences."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from annotated_types import MaxLen, MinLen
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic.config import JsonDict

from app.conferences.models import ConferenceColumns, Mode
from app.core.errors import Unfit
from app.core.geography import NO_COUNTRY, NO_STATE
from app.core.language import phrase
from app.core.retired import present
from app.core.schema import Day, Filter, In, Out, Patch, Words, Year, edits, not_before
from app.core.text import Line, OptionalShortLine, Shaped, line_within

StateCode = Annotated[str, Shaped(r"[A-Z]{2}-[A-Z0-9]{1,3}", NO_STATE), AfterValidator(present)]
CountryCode = Annotated[str, Shaped(r"[A-Z]{2}", NO_COUNTRY)]

NO_WEBSITE = phrase("This must be a web address that begins with https:// or http://.")


def _web_address(value: str) -> str:
    """Refuses (``Unfit``) what has the form of an address and is none."""
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if value and not good:
        raise Unfit(NO_WEBSITE)
    return value


Website = Annotated[
    str,
    StringConstraints(max_length=500),
    Shaped(r"""(https?://[^\s<>"\\]+)?""", NO_WEBSITE),
    AfterValidator(_web_address),
]
ChampionLimit = Annotated[int, Field(strict=True, ge=1, le=100)]

_EXAMPLE: JsonDict = {
    "name": "RSNA 2027 Scientific Assembly and Annual Meeting",
    "acronym": "RSNA",
    "starts_on": "2027-11-14",
    "ends_on": "2027-11-18",
    "venue": "McCormick Place",
    "city": "Chicago",
    "state": "US-IL",
    "country": "US",
    "website": "https://www.rsna.org/annual-meeting",
    "specialty": "Radiology",
    "mode": "in_person",
}


class ConferenceStatusToday(StrEnum):
    """Where a conference stands today; ``held`` is a scheduled one whose last day is over."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    HELD = "held"
    MERGED = "merged"


class _Said(In):
    """What people say of a conference: each text is one clean line, no longer than its column."""

    @field_validator("*", mode="after")
    @classmethod
    def _lines(cls, value: object, info: ValidationInfo) -> object:
        if type(value) is not str or info.field_name not in _LENGTHS:
            return value
        least, most = _LENGTHS[info.field_name]
        return line_within(value, least=least, most=most)


def _lengths() -> Iterator[tuple[str, tuple[int, int]]]:
    for name, field in ConferenceColumns.model_fields.items():
        for longest in (limit for limit in field.metadata if isinstance(limit, MaxLen)):
            yield name, (any(isinstance(limit, MinLen) for limit in field.metadata), longest.max_length)


_LENGTHS = dict(_lengths())
"""The least and the most characters of each text, as its column has it."""


class NewConference(ConferenceColumns, _Said):
    """A conference to add. Without ``timezone`` it gets the one of its place, where that has just one."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    state: StateCode | None = None
    country: CountryCode
    timezone: OptionalShortLine | None = None
    website: Website = ""


@edits(NewConference, but={"fictional"})
class ConferencePatch(_Said, Patch):
    """What may change about a conference; only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"champion_limit": 2}]})

    nullable = frozenset({"state"})

    champion_limit: ChampionLimit | None = None


class Proposed(Out):
    """The number of a conference that somebody has proposed."""

    id: int


class _Numbered(Out):
    id: int


class ConferenceOut(ConferenceColumns, _Numbered):
    """A conference and whether it has a champion."""

    timezone: str
    status: ConferenceStatusToday
    champion_limit: int
    merged_into: int | None = Field(description="the conference that this one turned out to be; it leads there")
    went_virtual: bool = Field(description="people would have travelled there; that can be restored")
    version: int
    champions: int = Field(description="champions deputized for it, or who closed it out")
    needs_champion: bool = Field(description="still to come, in person, and with room for a champion")


class SpecialtyInUse(Out):
    """A specialty as it was entered, and how many conferences on the calendar have it."""

    specialty: str
    conferences: int


class SpecialtyMerge(In):
    """Two specialties that are one: what has the one gets the other."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"specialty": "Radiología", "into": "Radiology"}]})

    specialty: Line
    into: Line


class ConferenceFilter(Filter):
    """Which conferences are wanted."""

    q: Annotated[
        Words | None, Field(description="words in name, acronym, place or specialty; accents do not matter")
    ] = None
    state: Annotated[StateCode | None, Field(description="ISO 3166-2, such as US-IL")] = None
    country: Annotated[CountryCode | None, Field(description="ISO 3166-1, such as US")] = None
    city: Annotated[Words | None, Field(description="case and accents do not matter")] = None
    specialty: Annotated[Words | None, Field(description="case and accents do not matter")] = None
    year: Annotated[Year | None, Field(description="in which they begin")] = None
    covered: Annotated[bool | None, Field(description="with ribbons handed out there, or without")] = None
    starts_after: Annotated[Day | None, Field(description="only those that begin after this day")] = None
    starts_before: Annotated[
        Day | None, not_before("starts_after"), Field(description="only those that begin before this day")
    ] = None
    status: ConferenceStatusToday | None = None
    mode: Mode | None = None
    needs_champion: Annotated[bool | None, Field(description="still to come, in person, with room for a champion")] = (
        None
    )
