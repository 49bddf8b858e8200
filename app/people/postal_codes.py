"""Postal codes as people type them, in the form of each country's post."""

import re
from collections.abc import Iterator
from functools import cache

from app.core.geography import country_data

_BRITISH = (re.compile(r"([A-Z0-9]{2,4})[ -]?([0-9][A-Z]{2})"), r"\1 \2")
_TYPED = {
    **dict.fromkeys(("GB", "GG", "IM", "JE"), _BRITISH),
    "IE": (re.compile(r"([A-Z0-9]{3})[ -]?([A-Z0-9]{4})"), r"\1 \2"),
    "SE": (re.compile(r"([0-9]{3})[ -]?([0-9]{2})"), r"\1 \2"),
}
"""Where the examples of Google's data do not show the form, or not each."""

_ABROAD = re.compile(r"[A-Z]{1,2}[ -]+(?=.*[0-9])(.+)")
"""A code with the sign of its country, as Europeans write it: D-10115, SE-114 55."""


def in_form(country: str, typed: str) -> str | None:
    """The postal code in the form of the country ("40301110" of Brazil is 40301-110); None for what is none there."""
    pattern = country_data(country).get("zip", "[A-Z0-9 -]{1,20}")
    return next((code for code in _readings(country, typed) if re.fullmatch(pattern, code, re.ASCII)), None)


def _readings(country: str, typed: str) -> Iterator[str]:
    yield _formed(country, typed)
    abroad = _ABROAD.fullmatch(typed)
    if abroad:
        yield _formed(country, abroad[1])
    yield _formed(country, f"{country}-{typed}")


def _formed(country: str, typed: str) -> str:
    pattern, form = _TYPED.get(country, (None, ""))
    match = pattern.fullmatch(typed) if pattern else None
    if match:
        return match.expand(form)
    bare = re.sub(r"[ .-]", "", typed)
    example = _examples(country).get(_shape(bare))
    signs = iter(bare)
    return "".join(next(signs) if sign.isalnum() else sign for sign in example) if example else typed


@cache
def _examples(country: str) -> dict[str, str]:
    """Codes that the post of a country gives as examples, by their shape without what stands between their signs."""
    examples = country_data(country).get("zipex", "").split(",")
    return {_shape(re.sub(r"[ -]", "", example)): example for example in examples if example}


def _shape(code: str) -> str:
    return re.sub("[A-Z]", "A", re.sub("[0-9]", "9", code))
