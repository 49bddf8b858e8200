"""The sentence that people quote, in English and Spanish: at how many conferences, and where these were."""

from collections.abc import Collection

from babel.numbers import format_decimal

from app.core.geography import STATES, TERRITORIES

Counted = tuple[str, str]
"""How one of something is said, and how any other number of it."""

_LOCALES = {"en": "en_US", "es": "es_US"}
_NOWHERE = {"en": "No ribbons have been shared yet.", "es": "Todavía no se han compartido cintas."}
_SHARED = {"en": "Ribbons have been shared at {conferences}", "es": "Se han compartido cintas en {conferences}"}
_IN = {"en": " in {places}", "es": ", en {places}"}
_AND = {"en": " and ", "es": " y "}
_CONFERENCES: dict[str, Counted] = {
    "en": ("{count} conference", "{count} conferences"),
    "es": ("{count} congreso", "{count} congresos"),
}
_STATES: dict[str, Counted] = {
    "en": ("{count} state", "{count} states"),
    "es": ("{count} estado", "{count} estados"),
}
_TERRITORIES = {"en": "{count} US territories", "es": "{count} territorios"}
_TERRITORY = {
    "US-PR": {"en": "Puerto Rico", "es": "Puerto Rico"},
    "US-GU": {"en": "Guam", "es": "Guam"},
    "US-VI": {"en": "the US Virgin Islands", "es": "las Islas Vírgenes de EE. UU."},
    "US-AS": {"en": "American Samoa", "es": "Samoa Americana"},
    "US-MP": {"en": "the Northern Mariana Islands", "es": "las Islas Marianas del Norte"},
}
_OTHER_COUNTRIES: dict[str, Counted] = {
    "en": ("{count} other country", "{count} other countries"),
    "es": ("otro país", "otros {count} países"),
}
_COUNTRIES: dict[str, Counted] = {
    "en": ("{count} country", "{count} countries"),
    "es": ("{count} país", "{count} países"),
}


def headline(*, conferences: int, codes: Collection[str], countries: Collection[str], language: str) -> str:
    """ "Ribbons have been shared at 24 conferences in 12 states and Puerto Rico." in ``en`` or ``es``.

    ``codes`` are those of the states and territories of the covered ``conferences`` (ISO 3166-2; what is a state of
    another country is not counted), ``countries`` their countries. What there is none of is left out.
    """
    if not conferences:
        return _NOWHERE[language]
    said = _SHARED[language].format(conferences=_count(conferences, _CONFERENCES, language))
    places = _places(set(codes), set(countries), language)
    if places:
        *others, last = places
        listed = _AND[language].join(part for part in (", ".join(others), last) if part)
        said += _IN[language].format(places=listed)
    return said + ("" if said.endswith(".") else ".")


def _places(codes: set[str], countries: set[str], language: str) -> list[str]:
    """States, US territories and countries, each as it is said."""
    said = []
    states, territories = codes & STATES.keys(), codes & TERRITORIES.keys()
    if states:
        said.append(_count(len(states), _STATES, language))
    if len(territories) == 1:
        said.append(_TERRITORY[territories.pop()][language])
    elif territories:
        said.append(_TERRITORIES[language].format(count=len(territories)))
    abroad = countries - {"US"}
    if abroad and said:
        said.append(_count(len(abroad), _OTHER_COUNTRIES, language))
    elif abroad:
        said.append(_count(len(countries), _COUNTRIES, language))
    return said


def _count(number: int, nouns: dict[str, Counted], language: str) -> str:
    one, many = nouns[language]
    return (one if number == 1 else many).format(count=format_decimal(number, locale=_LOCALES[language]))
