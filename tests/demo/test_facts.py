"""The demo's conferences: what is said of them can be looked up, and the sentence about 2019 and 2020 is true."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from app.conferences.importers import ConferenceDraft, read_conferences
from app.core.config import PROJECT, Settings
from app.core.db import Database
from app.coverage.queries import coverage, covered_conferences
from app.coverage.schemas import CoverageFilter
from app.demo.load import load_demo
from app.upkeep.history_file import read_history

FILES = [PROJECT / "app" / "demo" / name for name in ("conferences.csv", "history.csv")]
HISTORY = read_history(FILES[1].read_bytes())
"""What the community did before it kept its books here; a conference has a row for each design."""
_FIRST = {(row.draft.name, row.draft.starts_on): row.draft for row in HISTORY if row.draft}
DRAFTS = [*read_conferences(FILES[0].read_bytes()), *_FIRST.values()]
SOURCES = {
    (row["name"], date.fromisoformat(row["starts_on"])): row["source"]
    for file in FILES
    for row in csv.DictReader(file.read_text("utf-8").splitlines())
}
NOT_CHECKED = "not checked"
CHECKED_YEARS = {2019, 2020, 2021}


def source(conference: ConferenceDraft) -> str:
    """What the file names as the source of a conference's row."""
    return SOURCES[conference.name, conference.starts_on]


def the_fifteen() -> list[ConferenceDraft]:
    """The conferences of 2019 and 2020 where ribbons were handed out."""
    return list(_FIRST.values())


def test_no_conference_is_in_the_files_twice() -> None:
    assert len(SOURCES) == len(DRAFTS)


@pytest.mark.parametrize(
    "conference", [draft for draft in DRAFTS if draft.starts_on.year in CHECKED_YEARS], ids=lambda draft: draft.name
)
def test_a_row_of_the_years_around_the_pandemic_names_its_source_or_says_that_it_was_not_checked(
    conference: ConferenceDraft,
) -> None:
    assert source(conference) == NOT_CHECKED or re.fullmatch(r"\S.*, https?://\S+", source(conference))


def test_a_virtual_conference_of_these_years_is_in_no_place() -> None:
    virtual = [draft for draft in DRAFTS if draft.mode == "virtual" and draft.starts_on.year in CHECKED_YEARS]
    assert {(draft.venue, draft.city, draft.state) for draft in virtual} == {("", "", None)}


@pytest.mark.parametrize(
    "name",
    [
        "Scoliosis Research Society Annual Meeting 2020",
        "Medical Imaging with Deep Learning 2020",
        "American Academy of Optometry Annual Meeting 2020",
        "APHA 2020 Annual Meeting and Expo",
        "ACC.21 70th Annual Scientific Session",
    ],
)
def test_what_went_online_is_virtual(name: str) -> None:
    (conference,) = [draft for draft in DRAFTS if draft.name == name]
    assert (conference.mode, conference.status) == ("virtual", "scheduled")


def test_the_fifteen_were_held_in_person_in_eleven_states_and_are_checked() -> None:
    fifteen = the_fifteen()
    assert len(fifteen) == 15
    assert len({draft.state for draft in fifteen}) == 11
    assert Counter((draft.mode, draft.status, draft.country) for draft in fifteen) == {
        ("in_person", "scheduled", "US"): 15
    }
    assert NOT_CHECKED not in {source(draft) for draft in fifteen}


def test_the_two_conferences_that_the_community_told_of_are_among_the_fifteen() -> None:
    assert {draft.name for draft in the_fifteen()} >= {
        "RSNA 2019 Scientific Assembly and Annual Meeting",
        "Building the Next Generation of Academic Physicians 2020",
    }


def test_the_demo_says_what_the_community_reported_and_counts_the_fifteen_alone(
    database: Database, tmp_path: Path
) -> None:
    load_demo(database, here=Settings(data=tmp_path))
    with database.reading() as session:
        both = CoverageFilter(years=(2019, 2020))
        figures = coverage(session, wanted=both)
        names = {conference.name for conference in covered_conferences(session, wanted=both)}
    assert figures.sentence_en == "Ribbons have been shared at 15 conferences in 11 states (2019 and 2020)."
    assert figures.sentence_es == "Se han compartido cintas en 15 congresos, en 11 estados (2019 y 2020)."
    assert names == {draft.name for draft in the_fifteen()}
