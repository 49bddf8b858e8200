"""The coverage report has the figures that the coverage has, and the conferences behind them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from app.core.db import Database
from app.coverage.queries import coverage, covered_conferences
from app.coverage.schemas import CoverageFilter
from app.paperwork.coverage_report import coverage_report
from tests.coverage.communities import HISTORIES, History, found, write
from tests.coverage.recount import location_of, read_all, ribbons_at
from tests.coverage.test_coverage import FILTERS
from tests.reliability.sizes import size
from tests.support.databases import NewDatabase
from tests.support.rules import RULES


@pytest.fixture(scope="module")
def empty(new_database: NewDatabase, template_url: str) -> Iterator[Database]:
    """A community that has not done anything yet; whatever a test does in it is rolled back."""
    with new_database(copy_of=template_url) as url:
        database = Database(url)
        database.run(found)
        yield database
        database.dispose()


@settings(deadline=None, max_examples=size(12, 100))
@given(history=HISTORIES, wanted=FILTERS)
def test_the_report_says_what_the_coverage_says(empty: Database, history: History, wanted: CoverageFilter) -> None:
    with empty.transaction() as session:
        write(session, history)
        figures = coverage(session, wanted=wanted)
        report = coverage_report(session, rules=RULES, wanted=wanted)
        session.rollback()
    assert (report.tracked, report.covered) == (figures.conferences.tracked, figures.conferences.covered)
    assert (report.states, report.states_total) == (figures.places.states, 51)
    for sentence, chosen, told in (
        (report.sentence_en, report.chosen_en, figures.sentence_en),
        (report.sentence_es, report.chosen_es, figures.sentence_es),
    ):
        assert told.startswith(sentence.removesuffix("."))
        within = told.removeprefix(sentence.removesuffix(".")).removeprefix(" (").removesuffix(".").removesuffix(")")
        assert set(filter(None, within.split(" · "))) <= set(chosen.split(" · "))
    assert report.handed_out == figures.ribbons.handed_out == sum(each.handed_out for each in report.conferences)
    assert len(report.conferences) == report.covered
    assert len(report.countries) + any(each.country == "US" for each in report.conferences) == figures.places.countries
    for parts, shares in ((report.by_state, figures.by_state), (report.by_specialty, figures.by_specialty)):
        assert [(part.key, part.covered) for part in parts] == [(share.key, share.covered) for share in shares]
    by_state = Counter(each.state for each in report.conferences)
    assert by_state == Counter({part.key: part.covered for part in report.by_state if part.covered})


@settings(deadline=None, max_examples=size(8, 60))
@given(history=HISTORIES)
def test_the_covered_conferences_are_those_of_a_recount(empty: Database, history: History) -> None:
    with empty.transaction() as session:
        write(session, history)
        reached = covered_conferences(session, wanted=CoverageFilter())
        rows = read_all(session)
        session.rollback()
    recounted = {}
    for row in rows["conference"]:
        worn = ribbons_at(rows, {location_of(rows, row.id)}, None)
        if worn > 0:
            served = {c.champion_id for c in rows["claim"] if c.conference_id == row.id}
            served -= {
                c.champion_id
                for c in rows["claim"]
                if c.conference_id == row.id and c.status not in {"deputized", "closed"}
            }
            recounted[row.name] = (worn, len(served))
    assert {each.name: (each.handed_out, each.champions) for each in reached} == recounted
    assert [each.starts_on for each in reached] == sorted(each.starts_on for each in reached)


def test_reports_of_other_conferences_are_other_papers(empty: Database) -> None:
    days = date(2025, 1, 1), date(2025, 12, 31)
    filters: list[dict[str, Any]] = [
        {},
        {"state": "US-TX"},
        {"specialty": "Radiology"},
        {"specialty": "Cardiology"},
        {"first_day": days[0]},
        {"last_day": days[1]},
        {"first_day": days[0], "last_day": days[1]},
    ]
    with empty.reading() as session:
        papers = [coverage_report(session, rules=RULES, wanted=CoverageFilter(**wanted)) for wanted in filters]
        again = coverage_report(session, rules=RULES, wanted=CoverageFilter(specialty="RADIOLOGÝ"))
    assert len({paper.about for paper in papers}) == len(papers)
    assert again.about == papers[2].about
    assert [paper.chosen_en for paper in papers[1:4]] == ["Texas", "Radiology", "Cardiology"]
    assert papers[2].chosen_es == "Radiología"
    assert papers[6].chosen_en == "from January 1, 2025 to December 31, 2025"
    assert papers[6].chosen_es == "del 1 de enero de 2025 al 31 de diciembre de 2025"


def test_the_report_names_nobody(empty: Database) -> None:
    with empty.reading() as session:
        report = coverage_report(
            session, rules=RULES, wanted=CoverageFilter(design_id=1, years=(2025, 2024), country="US")
        )
    assert report.chosen_en == "the United States · 2024 and 2025 · design D1"
    assert report.chosen_es == "Estados Unidos · 2024 y 2025 · diseño D1"
    assert "person" not in repr(report)
