"""Numbers, money, dates and lengths as the reader of a paper writes them (CLDR locales en_US and es_US)."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision

from app.core.language import LOCALES, Language

MM_PER_INCH = 25.4
MM = 72 / MM_PER_INCH
"""Points in a millimetre."""
# Ribbons are sold by the eighth of an inch but stored in tenths of a millimetre: half of a tenth is rounding.
_EIGHTHS = ("", "⅛", "¼", "⅜", "½", "⅝", "¾", "⅞")
_ROUNDING_MM = 0.05

_NO_BREAK_SPACE = "\u00a0"

# CLDR has these for single days, but not for all spans of es_US, and shortens the months of some.
_DAY: dict[Language, str] = {"en": "MMMM d, y", "es": "d 'de' MMMM 'de' y"}
_DAY_OF_A_YEAR: dict[Language, str] = {"en": "MMMM d", "es": "d 'de' MMMM"}
_DAYS_OF_A_MONTH: dict[Language, tuple[str, str]] = {"en": ("MMMM d", "d, y"), "es": ("d", _DAY["es"])}

# CLDR patterns are slow to fill in, and papers that are printed together repeat their dates and numbers.
_remembered = lru_cache(maxsize=2_000)


@_remembered
def count(value: int, language: Language) -> str:
    """A whole number with its thousands marked."""
    return str(format_decimal(value, locale=LOCALES[language]))


def money(minor_units: int, currency: str, language: Language) -> str:
    """An amount given in minor units (ISO 4217: cents of USD, whole yen) with its currency sign."""
    amount = Decimal(minor_units).scaleb(-get_currency_precision(currency))
    return str(format_currency(amount, currency, locale=LOCALES[language]))


def packs(quantity: int, pack_size: int, language: Language) -> str:
    """Full packs times pack size, and the loose rest: 113 by 50 is "2 × 50 + 13"."""
    full, loose = divmod(quantity, pack_size)
    parts = [f"{count(full, language)} × {count(pack_size, language)}"] if full else []
    if loose:
        parts.append(count(loose, language))
    return " + ".join(parts).replace(" ", _NO_BREAK_SPACE)


@_remembered
def day(value: date, language: Language) -> str:
    """A calendar day, the month in letters."""
    return _dated(value, _DAY[language], language)


@_remembered
def days(starts_on: date, ends_on: date, language: Language) -> str:
    """A span of days in the same form, an en dash between them; a single day when both are the same."""
    if starts_on == ends_on:
        return day(starts_on, language)
    if (starts_on.year, starts_on.month) == (ends_on.year, ends_on.month):
        first, last = _DAYS_OF_A_MONTH[language]
        return f"{_dated(starts_on, first, language)}–{_dated(ends_on, last, language)}"
    first = _DAY_OF_A_YEAR[language] if starts_on.year == ends_on.year else _DAY[language]
    return f"{_dated(starts_on, first, language)}{_NO_BREAK_SPACE}– {day(ends_on, language)}"


def _dated(value: date, pattern: str, language: Language) -> str:
    return format_date(value, pattern, locale=LOCALES[language]).replace(" ", _NO_BREAK_SPACE)


@_remembered
def country(code: str, language: Language) -> str:
    """The name of an ISO 3166-1 country; of a code that CLDR does not know, the code."""
    return str(Locale.parse(LOCALES[language]).territories.get(code, code))


def place(said: str, country_code: str, language: Language) -> str:
    """A place, and its country in this language; either may be empty."""
    return ", ".join(part for part in (said, country(country_code, language) if country_code else "") if part)


def instant(value: datetime, language: Language) -> str:
    """An aware instant in its own time zone, which is named, to the minute."""
    return _instant(value.replace(second=0, microsecond=0, tzinfo=None), value.fold, value.tzinfo, language)


@_remembered
def _instant(local: datetime, fold: int, zone: tzinfo | None, language: Language) -> str:
    # An instant equals the same one in another zone, and the second 1:30 of a night in autumn equals the first.
    value = local.replace(fold=fold, tzinfo=zone)
    time = format_time(value, "h:mm a z", locale=LOCALES[language])
    return f"{day(value.date(), language)}, {time}".replace(_NO_BREAK_SPACE, " ")


def millimetres(value: float, language: Language) -> str:
    """A length to a tenth of a millimetre, without the unit."""
    return str(format_decimal(Decimal(str(value)), "#,##0.#", locale=LOCALES[language]))


def inches(value_mm: float, language: Language) -> str:
    """A length in inches, without the unit: in eighths where it is one, else to a hundredth."""
    eighths = round(value_mm / MM_PER_INCH * 8)
    if abs(eighths * MM_PER_INCH / 8 - value_mm) <= _ROUNDING_MM:
        whole, part = divmod(eighths, 8)
        return f"{whole or ''}{_EIGHTHS[part]}" or "0"
    return str(format_decimal(Decimal(str(value_mm / MM_PER_INCH)), "#,##0.##", locale=LOCALES[language]))
