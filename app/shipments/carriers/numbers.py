"""Whose a tracking number is, by its form and its check digit."""

import re
from collections.abc import Callable

_UPS = re.compile(r"1Z[0-9A-Z]{15}\d")
_USPS = re.compile(r"(?:420(?:\d{5}|\d{9}))?(9[1-5]\d{20}|9[1-5]\d{18})")
_POSTAL = re.compile(r"[A-Z]{2}(\d{8})(\d)US")
_FEDEX = re.compile(r"\d{12}|\d{15}")
_DHL = re.compile(r"\d{10}")


def plain(number: str) -> str:
    """A number as it is compared: without blanks and hyphens, in capitals."""
    return re.sub(r"[\s-]", "", number).upper() if number.isascii() else ""


def _by_threes(digits: str) -> bool:
    """Whether the last digit makes the sum a multiple of ten, every second one before it counting three times."""
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(digits))) % 10 == 0


def _ups(number: str) -> bool:
    if not _UPS.fullmatch(number):
        return False
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in number[2:17]]
    return -sum(value * (2 if at % 2 else 1) for at, value in enumerate(values)) % 10 == int(number[17])


def _usps(number: str) -> bool:
    if found := _USPS.fullmatch(number):
        return _by_threes(found[1])
    found = _POSTAL.fullmatch(number)  # as all posts number what goes abroad (UPU S10)
    if not found:
        return False
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(found[1], (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest) == int(found[2])


def _fedex(number: str) -> bool:
    if not _FEDEX.fullmatch(number):
        return False
    if len(number) == 15:
        return _by_threes(number)
    total = sum(int(digit) * (3, 1, 7)[at % 3] for at, digit in enumerate(number[:11]))
    return total % 11 % 10 == int(number[11])


def _dhl(number: str) -> bool:
    return bool(_DHL.fullmatch(number)) and int(number[:9]) % 7 == int(number[9])


_CERTAIN: dict[str, Callable[[str], bool]] = {"ups": _ups, "usps": _usps}
"""Nobody else has numbers of this form."""

_LIKELY: dict[str, Callable[[str], bool]] = {"fedex": _fedex, "dhl": _dhl}
"""Of plain digits: one in ten of anybody else's numbers of that length would do."""


def carrier_by_number(number: str, *, guess: bool) -> str:
    """Whose number this is; empty where that cannot be told. ``guess``: also by a check digit alone."""
    known = _CERTAIN | _LIKELY if guess else _CERTAIN
    return next((carrier for carrier, fits in known.items() if fits(plain(number))), "")
