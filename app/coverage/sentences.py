"""The sentence that people quote: at how many conferences ribbons were shared, and where these were."""

from collections.abc import Collection

from app.core.geography import STATES, TERRITORIES, CountryName
from app.core.language import Sayable, Text, phrase, phrases, verbatim

_TERRITORY = {
    "US-PR": verbatim("Puerto Rico"),
    "US-GU": verbatim("Guam"),
    "US-VI": phrase("the US Virgin Islands"),
    "US-AS": phrase("American Samoa"),
    "US-MP": phrase("the Northern Mariana Islands"),
}


def headline(*, conferences: int, codes: Collection[str], countries: Collection[str]) -> Text:
    """ "Ribbons have been shared at 24 conferences in 12 states and Puerto Rico."

    ``codes`` are those of the states and territories of the covered ``conferences`` (ISO 3166-2; what is a state of
    another country is not counted), ``countries`` their countries. What there is none of is left out.
    """
    if not conferences:
        return phrase("No ribbons have been shared yet.")
    at = phrases("{n} conference", "{n} conferences", n=conferences)
    places = _places(set(codes), set(countries))
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
