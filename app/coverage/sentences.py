"""The sentence that people quote: at how many conferences ribbons were shared, where, and of which that is told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.geography import STATES, TERRITORIES, CountryName, state_name
from app.core.language import Language, Sayable, Text, phrase, phrases, verbatim
from app.core.text import fold
from app.coverage.schemas import CoverageFilter
from app.printing.specialty_names import SPECIALTY_NAMES

_TERRITORY = {
    "US-PR": verbatim("Puerto Rico"),
    "US-GU": verbatim("Guam"),
    "US-VI": phrase("the US Virgin Islands"),
    "US-AS": phrase("American Samoa"),
    "US-MP": phrase("the Northern Mariana Islands"),
}


@dataclass(frozen=True, slots=True)
class _Specialty:
    entered: str

    def say(self, language: Language) -> str:
        return SPECIALTY_NAMES.say(self.entered, language)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a filter has chosen, each part as it is said; empty where it chooses nothing."""

    parts: Sequence[Sayable] = ()

    def say(self, language: Language) -> str:
        """All parts, such as "Radiology · Texas · 2025"."""
        return " · ".join(part.say(language) for part in self.parts)


def chosen(wanted: CoverageFilter, *, design: str = "") -> Chosen:
    """What ``wanted`` chooses, in words; ``design`` is the code of its design."""
    parts: list[Sayable] = []
    if wanted.specialty is not None:
        parts.append(_Specialty(wanted.specialty) if fold(wanted.specialty) else phrase("specialty not known"))
    if wanted.state is not None:
        parts.append(_TERRITORY.get(wanted.state) or verbatim("{state}", state=state_name(wanted.state)))
    if wanted.country is not None:
        parts.append(CountryName(wanted.country))
    if wanted.years:
        parts.append(verbatim("{years}", years=[str(year) for year in sorted(set(wanted.years))]))
    if wanted.first_day or wanted.last_day:
        parts.append(_days(wanted.first_day, wanted.last_day))
    if design:
        parts.append(phrase("design {code}", code=design))
    return Chosen(parts)


def _days(first: date | None, last: date | None) -> Text:
    if first and last:
        return phrase("from {first} to {last}", first=first, last=last)
    return phrase("from {first} on", first=first) if first else phrase("until {last}", last=last or "")


def headline(
    *, conferences: int, codes: Collection[str], countries: Collection[str], only: Chosen | None = None
) -> Text:
    """ "Ribbons have been shared at 24 conferences in 12 states and Puerto Rico."

    ``codes`` are those of the states and territories of the covered ``conferences`` (ISO 3166-2; what is a state of
    another country is not counted), ``countries`` their countries. What there is none of is left out.
    ``only`` says of which conferences this is told, in brackets, but for what the sentence names anyway.
    """
    places = _places(set(codes), set(countries)) if conferences else []
    said = {place.say("en") for place in places}
    only = Chosen([part for part in only.parts if part.say("en") not in said] if only else [])
    at = phrases("{n} conference", "{n} conferences", n=conferences)
    if only.parts:
        if not conferences:
            return phrase("No ribbons have been shared yet ({chosen}).", chosen=only)
        if not places:
            return phrase("Ribbons have been shared at {conferences} ({chosen}).", conferences=at, chosen=only)
        return phrase(
            "Ribbons have been shared at {conferences} in {places} ({chosen}).",
            conferences=at,
            places=places,
            chosen=only,
        )
    if not conferences:
        return phrase("No ribbons have been shared yet.")
    if not places:
        return phrase("Ribbons have been shared at {conferences}.", conferences=at)
    return phrase("Ribbons have been shared at {conferences} in {places}.", conferences=at, places=places)


def _places(codes: set[str], countries: set[str]) -> list[Sayable]:
    """States, US territories and countries, each as it is said."""
    said: list[Sayable] = []
    states, territories = codes & STATES.keys(), codes & TERRITORIES.keys()
    if states:
        said.append(phrases("{n} state", "{n} states", n=len(states)))
    if len(territories) == 1:
        said.append(_TERRITORY[territories.pop()])
    elif territories:
        said.append(phrases("{n} US territory", "{n} US territories", n=len(territories)))
    abroad = countries - {"US"}
    if abroad and said:
        said.append(phrases("{n} other country", "{n} other countries", n=len(abroad)))
    elif len(countries) == 1 and abroad:
        said.append(CountryName(abroad.pop()))
    elif abroad:
        said.append(phrases("{n} country", "{n} countries", n=len(countries)))
    return said
