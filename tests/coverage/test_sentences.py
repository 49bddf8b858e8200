"""The sentence that people quote, in both languages."""

from collections.abc import Collection
from datetime import date

import pytest

from app.core.geography import STATES
from app.coverage.schemas import CoverageFilter
from app.coverage.sentences import chosen, headline

US, ALL = {"US"}, set(STATES)
ELEVEN = set(sorted(STATES)[:11])


@pytest.mark.parametrize(
    ("conferences", "codes", "countries", "english", "spanish"),
    [
        (0, (), (), "No ribbons have been shared yet.", "Todavía no se han compartido cintas."),
        (1, {"US-IL"}, US, "at 1 conference in 1 state.", "en 1 congreso, en 1 estado."),
        (1, {"US-IL", "US-DC"}, US, "at 1 conference in 2 states.", "en 1 congreso, en 2 estados."),
        (15, {"US-IL"}, US, "at 15 conferences in 1 state.", "en 15 congresos, en 1 estado."),
        (15, ELEVEN, US, "at 15 conferences in 11 states.", "en 15 congresos, en 11 estados."),
        (1234, ALL, US, "at 1,234 conferences in 51 states.", "en 1,234 congresos, en 51 estados."),
        (
            24,
            {*ELEVEN, "US-PR"},
            US,
            "at 24 conferences in 11 states and Puerto Rico.",
            "en 24 congresos, en 11 estados y Puerto Rico.",
        ),
        (
            24,
            {*ELEVEN, "US-PR", "US-GU"},
            US,
            "at 24 conferences in 11 states and 2 US territories.",
            "en 24 congresos, en 11 estados y 2 territorios.",
        ),
        (
            24,
            {*ELEVEN, "US-VI", "CA-QC"},
            {"US", "CA"},
            "at 24 conferences in 11 states, the US Virgin Islands, and 1 other country.",
            "en 24 congresos, en 11 estados, las Islas Vírgenes Estadounidenses y otro país.",
        ),
        (
            24,
            {*ELEVEN, "MX-JAL"},
            {"US", "CA", "MX"},
            "at 24 conferences in 11 states and 2 other countries.",
            "en 24 congresos, en 11 estados y otros 2 países.",
        ),
        # Without a state the clause is left out, and without any of these the place, too.
        (2, {"US-PR"}, US, "at 2 conferences in Puerto Rico.", "en 2 congresos, en Puerto Rico."),
        (
            1,
            {"US-VI"},
            US,
            "at 1 conference in the US Virgin Islands.",
            "en 1 congreso, en las Islas Vírgenes Estadounidenses.",
        ),
        (
            2,
            {"US-GU"},
            {"US", "MX"},
            "at 2 conferences in Guam and 1 other country.",
            "en 2 congresos, en Guam y otro país.",
        ),
        (1, {"MX-JAL"}, {"MX"}, "at 1 conference in Mexico.", "en 1 congreso, en México."),
        (3, (), {"DO"}, "at 3 conferences in the Dominican Republic.", "en 3 congresos, en República Dominicana."),
        (3, (), {"MX", "US"}, "at 3 conferences in 2 countries.", "en 3 congresos, en 2 países."),
        (1, (), US, "at 1 conference.", "en 1 congreso."),
    ],
)
def test_the_headline_says_how_many_conferences_there_were_and_where(
    conferences: int, codes: Collection[str], countries: Collection[str], english: str, spanish: str
) -> None:
    if conferences:
        english, spanish = f"Ribbons have been shared {english}", f"Se han compartido cintas {spanish}"
    said = headline(conferences=conferences, codes=codes, countries=countries)
    assert (said.say("en"), said.say("es")) == (english, spanish)


@pytest.mark.parametrize(
    ("wanted", "english", "spanish"),
    [
        (CoverageFilter(specialty="radiologia"), "in 1 state (Radiology).", "en 1 estado (Radiología)."),
        (CoverageFilter(state="US-IL"), "in 1 state (Illinois).", "en 1 estado (Illinois)."),
        (
            CoverageFilter(specialty=""),
            "in 1 state (specialty not known).",
            "en 1 estado (especialidad sin registrar).",
        ),
        (
            CoverageFilter(country="US", years=(2025, 2024), first_day=date(2024, 2, 1)),
            "in 1 state (the United States · 2024 and 2025 · from February 1, 2024 on).",
            "en 1 estado (Estados Unidos · 2024 y 2025 · desde el 1 de febrero de 2024).",
        ),
        (
            CoverageFilter(last_day=date(2025, 6, 30)),
            "in 1 state (until June 30, 2025).",
            "en 1 estado (hasta el 30 de junio de 2025).",
        ),
        (CoverageFilter(), "in 1 state.", "en 1 estado."),
    ],
)
def test_the_headline_names_what_was_chosen(wanted: CoverageFilter, english: str, spanish: str) -> None:
    said = headline(conferences=2, codes={"US-IL"}, countries=US, only=chosen(wanted))
    assert said.say("en") == f"Ribbons have been shared at 2 conferences {english}"
    assert said.say("es") == f"Se han compartido cintas en 2 congresos, {spanish}"


def test_what_the_headline_says_anyway_is_not_said_twice() -> None:
    only = chosen(CoverageFilter(state="US-PR", years=(2025,)))
    said = headline(conferences=1, codes={"US-PR"}, countries=US, only=only)
    assert said.say("en") == "Ribbons have been shared at 1 conference in Puerto Rico (2025)."
    none = headline(conferences=0, codes=(), countries=(), only=only)
    assert none.say("en") == "No ribbons have been shared yet (Puerto Rico · 2025)."
    assert none.say("es") == "Todavía no se han compartido cintas (Puerto Rico · 2025)."
