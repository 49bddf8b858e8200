"""The sentence that people quote, in English and Spanish, each whole for each combination of singular and plural."""

from babel.numbers import format_decimal

_ENGLISH = {
    (True, True): "Ribbons have been shared at {conferences} conference in {states} state.",
    (True, False): "Ribbons have been shared at {conferences} conference in {states} states.",
    (False, True): "Ribbons have been shared at {conferences} conferences in {states} state.",
    (False, False): "Ribbons have been shared at {conferences} conferences in {states} states.",
}
_SPANISH = {
    (True, True): "Se han compartido cintas en {conferences} congreso en {states} estado.",
    (True, False): "Se han compartido cintas en {conferences} congreso en {states} estados.",
    (False, True): "Se han compartido cintas en {conferences} congresos en {states} estado.",
    (False, False): "Se han compartido cintas en {conferences} congresos en {states} estados.",
}
_TABLES = {"en": (_ENGLISH, "en_US"), "es": (_SPANISH, "es_US")}


def headline(*, conferences: int, states: int, language: str) -> str:
    """ "Ribbons have been shared at 15 conferences in 11 states." in ``en`` or ``es``."""
    table, locale = _TABLES[language]
    return table[conferences == 1, states == 1].format(
        conferences=format_decimal(conferences, locale=locale), states=format_decimal(states, locale=locale)
    )
