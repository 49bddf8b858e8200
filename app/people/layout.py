"""The lines of a postal address, in the order of each country: what was written stands there, and stands there once."""

import re
from collections.abc import Mapping
from functools import cache

from app.core.geography import country_data
from app.core.text import fold

_OF_THE_POST = {
    "AE": "%N%n%O%n%A%n%C%n%S",
    "CA": "%N%n%O%n%A%n%C %S  %Z",
    "ES": "%N%n%O%n%A%n%Z %C%n%S",
    "GI": "%N%n%O%n%A%n%C%nGIBRALTAR%n%Z",
    "JP": "%N%n%O%n%A%n%C, %S %Z",
    "KY": "%N%n%O%n%A%n%C %S %Z",
    "MO": "%N%n%O%n%A%n%C",
    "NL": "%O%n%N%n%A%n%Z  %C",
    "NR": "%N%n%O%n%A%n%C%n%S",
    "SG": "%N%n%O%n%A%n%C%nSINGAPORE %Z",
}
"""Where Google's data has no place for a city, and where the post of the country puts it (Japan Post's order in Latin
letters is "Chuo-ku, TOKYO 100-8994"); and where it lacks what a guide of the post asks for: two blanks beside the code,
a line of its own for the province. The guides are named in ``tests/people/test_order_of_lines.py``."""

_PLACES = {"N": "recipient", "O": "organization", "A": "street", "C": "city", "S": "state", "Z": "postal_code"}

_PLACE = re.compile("%([A-Z])")
_BEFORE_CODE = re.compile(r"(?<![%\w])\w+-?%Z")
_BLANKS = re.compile(r"\s+")
_BEFORE_COMMA = re.compile(r"\s+,")
_EMPTY_COMMA = re.compile(r"\s*,(?=\s*(,|$))")


@cache
def layout(country: str) -> tuple[str, ...]:
    """The lines of an address, each a text with ``%N`` for the recipient and so on, in Latin letters.

    There is a place for the city everywhere, and one for a postal code.
    """
    data = country_data(country)
    lines = (_OF_THE_POST.get(country) or data.get("lfmt") or data.get("fmt") or "%N%n%O%n%A%n%C").split("%n")
    if not any("%Z" in line for line in lines):
        lines = [line.replace("%C", "%C %Z") for line in lines]
    return tuple(lines)


def laid_out(country: str, parts: Mapping[str, str]) -> list[str]:
    """The lines with these parts (``recipient``, ``organization``, ``street``, ``city``, ``state``, ``postal_code``).

    What the post of the country writes in capitals is in capitals. A state that is called like its city, and a city
    like its country, is not said twice; an empty part leaves neither its comma nor its brackets behind.
    """
    upper = country_data(country).get("upper", "C")
    said = {letter: parts[name].upper() if letter in upper else parts[name] for letter, name in _PLACES.items()}
    city = fold(parts["city"])
    if city and city == fold(parts["state"]):
        said["S"] = ""
    elif city in _said_anyway(country):
        said["C"] = ""
    lines = layout(country)
    if not parts["postal_code"]:  # nor do letters stay that some posts have before it, such as HT or MD-
        lines = tuple(_BEFORE_CODE.sub("", line) for line in lines)
    return [written for line in lines for written in _filled(line, said) if written]


@cache
def _said_anyway(country: str) -> frozenset[str]:
    """Words that stand on a line of their own in each address of a country, folded."""
    return frozenset(fold(line.replace("%Z", "").strip()) for line in layout(country))


def _filled(line: str, said: Mapping[str, str]) -> list[str]:
    """A line with what is said in it, or several, as a street may have; two blanks stay two."""
    parts = [_PLACE.sub(lambda found: said.get(found[1], ""), part) for part in line.split("  ")]
    if len(parts) > 1:
        return ["  ".join(filter(None, map(_tidied, parts)))]
    return [_tidied(written) for written in parts[0].split("\n")]


def _tidied(line: str) -> str:
    line = _BLANKS.sub(" ", line.replace("()", "")).strip(" ,-/")
    return _BEFORE_COMMA.sub(",", _EMPTY_COMMA.sub("", line)) if "," in line else line
