"""Countries and states as people write them: by name, by three letters, or a state without its country."""

from collections.abc import Mapping
from functools import cache

from babel import Locale
from babel.core import get_global

from app.core.geography import COUNTRIES, STATES, TERRITORIES, subdivisions
from app.core.language import LANGUAGES, LOCALES
from app.core.retired import present
from app.core.text import fold

_OTHERWISE = {
    **dict.fromkeys(("u.s.", "u.s.a.", "usa", "united states of america", "eeuu", "ee.uu.", "ee. uu."), "US"),
    **dict.fromkeys(("uk", "u.k.", "great britain", "england", "scotland", "wales", "northern ireland"), "GB"),
    **dict.fromkeys(("hong kong", "hongkong"), "HK"),
    **dict.fromkeys(("macau", "macao"), "MO"),
    **dict.fromkeys(("czech republic", "republica checa"), "CZ"),
    "brasil": "BR",
    "deutschland": "DE",
    "holland": "NL",
    "turkey": "TR",
}
"""Names that are not those of CLDR."""

_STATES_OTHERWISE = {
    "US": dict.fromkeys(("d.c.", "washington dc", "washington d.c.", "washington, d.c."), "US-DC"),
    "MX": dict.fromkeys(("cdmx", "mexico df", "distrito federal"), "MX-CMX"),
}
"""Names that are not those of the address data."""


@cache
def _countries() -> Mapping[str, str]:
    """The countries by their names in each language, and by the three letters of ISO 3166-1."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        names = Locale.parse(LOCALES[language]).territories
        found |= {fold(str(names[code])): code for code in COUNTRIES if code in names}
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    three = {fold(old): new[0] for old, new in aliases.items() if len(old) == 3 and old.isalpha() and len(new) == 1}
    return {**found, **{name: code for name, code in three.items() if code in COUNTRIES}, **_OTHERWISE}


def country_code(written: str) -> str:
    """The code of a country ("Germany", "Alemania" and "DEU" are DE); what is none comes back in capitals."""
    if written.upper() in COUNTRIES:
        return written.upper()
    return _countries().get(fold(written).removeprefix("the "), written.upper())


@cache
def _states(country: str) -> Mapping[str, str]:
    known = {**STATES, **TERRITORIES} if country == "US" else {c: s.name for c, s in subdivisions(country).items()}
    named = {fold(name): code for code, name in known.items()}
    otherwise = {fold(name): code for name, code in _STATES_OTHERWISE.get(country, {}).items()}
    return named | {fold(code.partition("-")[2]): code for code in known} | otherwise


def state_code(written: str, country: str) -> str:
    """The code of a state of a country ("Illinois" and "IL" are US-IL); what is none comes back in capitals.

    A code that was given up stands for the present one, with its country ("MX-DIF") and without ("DIF").
    """
    code = written.upper()
    if not written or country not in COUNTRIES:
        return code
    whole = f"{country}-{code}"
    return _states(country).get(fold(written)) or (present(whole) if present(whole) != whole else code)
