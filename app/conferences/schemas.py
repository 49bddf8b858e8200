"""What comes in and goes out about conferences."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.conferences.importers import NO_WEBSITE
from app.conferences.models import Mode
from app.core.geography import NO_COUNTRY, NO_STATE
from app.core.schema import Day, Filter, Flag, In, Out, Patch, Words
from app.core.text import Line, OptionalLine, OptionalShortLine, PaperName, Shaped, at_most, clean_line

StateCode = Annotated[str, Shaped(r"[A-Z]{2}-[A-Z0-9]{1,3}", NO_STATE)]
CountryCode = Annotated[str, Shaped(r"[A-Z]{2}", NO_COUNTRY)]
Website = Annotated[
    str,
    StringConstraints(max_length=500),
    Shaped(r"(https?://[^\s<>\"\\]+)?", NO_WEBSITE),
    AfterValidator(clean_line),
    at_most(500),
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


class NewConference(In):
    """A conference to add. Without ``timezone`` it gets the one of its place, where that has just one."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Line
    paper_name: PaperName = ""
    acronym: OptionalShortLine = ""
    starts_on: Day
    ends_on: Day
    venue: OptionalLine = ""
    city: OptionalLine = ""
    state: StateCode | None = None
    country: CountryCode
    timezone: OptionalShortLine | None = None
    website: Website = ""
    specialty: OptionalLine = ""
    mode: Mode = Mode.IN_PERSON
    fictional: Flag = False


class ConferencePatch(Patch):
    """What may change about a conference; only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"champion_limit": 2}]})

    nullable = frozenset({"state"})

    name: Line | None = None
    paper_name: PaperName | None = None
    acronym: OptionalShortLine | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    venue: OptionalLine | None = None
    city: OptionalLine | None = None
    state: StateCode | None = None
    country: CountryCode | None = None
    timezone: OptionalShortLine | None = None
    website: Website | None = None
    specialty: OptionalLine | None = None
    mode: Mode | None = None
    champion_limit: ChampionLimit | None = None


class ConferenceOut(Out):
    """A conference and whether it has a champion."""

    id: int
    name: str
    paper_name: str
    acronym: str
    starts_on: date
    ends_on: date
    venue: str
    city: str
    state: str | None
    country: str
    timezone: str
    website: str
    specialty: str
    mode: Mode
    status: ConferenceStatusToday
    champion_limit: int
    fictional: bool
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
    specialty: Annotated[Words | None, Field(description="case and accents do not matter")] = None
    year: Annotated[int | None, Field(ge=2000, le=2100, description="in which they begin")] = None
    covered: Annotated[bool | None, Field(description="with ribbons handed out there, or without")] = None
    starts_after: Annotated[Day | None, Field(description="only those that begin after this day")] = None
    starts_before: Annotated[Day | None, Field(description="only those that begin before this day")] = None
    status: ConferenceStatusToday | None = None
    mode: Mode | None = None
    needs_champion: Annotated[bool | None, Field(description="still to come, in person, with room for a champion")] = (
        None
    )
