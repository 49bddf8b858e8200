"""Postal addresses in forms: people choose a country and write a state as they call it; codes are ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.geography import COUNTRIES, CountryName, country_data, subdivisions
from app.core.text import fold
from app.people.schemas import AddressOut
from app.web.visits import Visit

_PARTS = ("recipient", "organization", "line1", "line2", "city", "state", "postal_code", "country", "phone")


def typed_address(visit: Visit) -> Mapping[str, str]:
    """What a form has sent, with the code of the state that was written there."""
    typed = {name: visit.typed.get(name, "").strip() for name in _PARTS}
    return {**typed, "state": _code(typed["state"], typed["country"])}


def _code(written: str, country: str) -> str:
    """ "Illinois", "IL" and "us-il" are US-IL; what is none of these stays, to be refused."""
    if not written or country not in COUNTRIES:
        return written
    known = subdivisions(country)
    for code, state in known.items():
        if fold(written) in {fold(state.name), code.lower(), code.lower().partition("-")[2]}:
            return code
    return written


def address_fields(visit: Visit, kept: AddressOut | None) -> Mapping[str, Any]:
    """What the form of an address offers: countries by their names, and the states of the one that is chosen."""
    country = visit.typed.get("country") or (kept.country if kept else visit.rules.home_country)
    known = subdivisions(country) if country in COUNTRIES else {}
    state = kept.state if kept else ""
    return {
        "countries": _countries(visit),
        "country": country,
        "states": sorted({state.name for state in known.values()}),
        "state": known[state].name if state in known else state,
    }


def _countries(visit: Visit) -> Sequence[tuple[str, str]]:
    """Those whose post we know, in the order of the reader's alphabet."""
    named = [
        (code, CountryName(code).say(visit.language).removeprefix("the ")) for code in COUNTRIES if _has_post(code)
    ]
    return sorted(named, key=lambda entry: fold(entry[1]))


def _has_post(code: str) -> bool:
    try:
        return bool(country_data(code).get("fmt"))
    except (KeyError, ValueError):
        return False
