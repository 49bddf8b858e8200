"""The figures of coverage against a recount of all rows, on random communities and on small ones that make a point."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.claims.models import ClaimStatus
from app.conferences.models import ConferenceStatus, Mode
from app.core.db import Database
from app.coverage.queries import coverage
from app.coverage.schemas import CoverageFilter
from app.meetups.models import ParticipantStatus
from app.shipments.models import ShipmentStatus
from tests.coverage.communities import DESIGNS, HISTORIES, History, Visit, found, write
from tests.coverage.recount import STATES, TERRITORIES, Figures, read_all, recount
from tests.reliability.sizes import size
from tests.support.databases import NewDatabase

FILTERS = st.builds(
    CoverageFilter,
    years=st.sampled_from([(), (), (2024,), (2025,), (2024, 2026), (2030,)]),
    country=st.sampled_from([None, None, "US", "PR", "MX", "FR"]),
    state=st.sampled_from([None, None, None, "US-IL", "US-PR", "CA-QC"]),
    specialty=st.sampled_from([None, None, None, "", "RADIOLOGIA", "cardiology"]),
    first_day=st.sampled_from([None, None, None, date(2024, 12, 31), date(2025, 1, 1)]),
    last_day=st.sampled_from([None, None, None, date(2025, 1, 1), date(2026, 12, 29)]),
    design_id=st.sampled_from([None, None, *DESIGNS, 3]),
)
EVERYTHING = CoverageFilter()


@pytest.fixture(scope="module")
def empty(new_database: NewDatabase, template_url: str) -> Iterator[Database]:
    """A community that has not done anything yet; whatever a test does in it is rolled back."""
    with new_database(copy_of=template_url) as url:
        database = Database(url)
        database.run(found)
        yield database
        database.dispose()


def figures(database: Database, history: History, wanted: CoverageFilter = EVERYTHING) -> tuple[Figures, Figures]:
    """The figures of a history, and their recount."""
    with database.transaction() as session:
        write(session, history)
        counted = coverage(session, wanted=wanted).model_dump()
        recounted = recount(read_all(session), wanted)
        session.rollback()
    return {name: counted[name] for name in recounted}, recounted


@settings(deadline=None, max_examples=size(30, 300))
@given(history=HISTORIES, wanted=FILTERS)
def test_the_figures_are_those_of_a_recount_and_shares_add_up_to_the_whole(
    empty: Database, history: History, wanted: CoverageFilter
) -> None:
    counted, recounted = figures(empty, history, wanted)
    assert counted == recounted
    conferences, ribbons = counted["conferences"], counted["ribbons"]
    whole = (conferences["tracked"], conferences["covered"], ribbons["handed_out"])
    for name in ("by_state", "by_year", "by_specialty"):
        parts = [(share["tracked"], share["covered"], share["handed_out"]) for share in counted[name]]
        assert tuple(map(sum, zip(*parts, strict=True))) == (whole if parts else ())
    assert all(0 <= number <= conferences["tracked"] for number in conferences.values())
    assert counted["places"]["states"] + len(counted["places"]["states_never_reached"]) == 51


VISIT = Visit(
    place=("US", "US-IL"),
    first_day=date(2025, 6, 1),
    specialty="Radiology",
    mode=Mode.IN_PERSON,
    status=ConferenceStatus.SCHEDULED,
    claims=[(1, ClaimStatus.DEPUTIZED)],
    boxes=[(0, ShipmentStatus.RECEIVED, -1, 10)],
    worn=[(1, 40, False)],
    meetups=[{1: ParticipantStatus.CONFIRMED, 2: ParticipantStatus.NAMED}],
)


def of(database: Database, *visits: Visit, **wanted: Any) -> Figures:
    """The figures of these visits."""
    counted, recounted = figures(database, History(list(visits), [], []), CoverageFilter(**wanted))
    assert counted == recounted
    return counted


def test_nothing_at_all_is_zero_everywhere(empty: Database) -> None:
    counted = of(empty)
    assert set(counted["conferences"].values()) == {0}
    assert set(counted["people"].values()) == {0}
    assert counted["places"]["states_never_reached"] == sorted(STATES)
    assert counted["by_state"] == []


def test_territories_and_other_countries_are_no_states(empty: Database) -> None:
    places = [("US", "US-IL"), ("US", "US-DC"), ("US", "US-PR"), ("US", "US-GU"), ("CA", "CA-QC"), ("FR", None)]
    counted = of(empty, *(replace(VISIT, place=place) for place in places))["places"]
    assert (counted["states"], counted["territories"], counted["countries"], counted["unknown"]) == (2, 2, 3, 0)
    assert not {"US-IL", "US-DC"} & set(counted["states_never_reached"])
    assert not TERRITORIES & set(counted["states_never_reached"])


def test_the_sentence_says_territories_and_other_countries_apart(empty: Database) -> None:
    places = [("US", "US-IL"), ("US", "US-DC"), ("US", "US-PR"), ("CA", "CA-QC"), ("US", None)]
    with empty.transaction() as session:
        write(session, History([replace(VISIT, place=place) for place in places], [], []))
        counted = coverage(session, wanted=EVERYTHING)
        session.rollback()
    place = "2 states, Puerto Rico, and 1 other country"
    assert counted.sentence_en == f"Ribbons have been shared at 5 conferences in {place}."
    place = "2 estados, Puerto Rico y otro país"
    assert counted.sentence_es == f"Se han compartido cintas en 5 congresos, en {place}."


def test_a_state_that_is_not_known_is_no_zero(empty: Database) -> None:
    unknown, abroad = replace(VISIT, place=("US", None)), replace(VISIT, place=("FR", None))
    counted = of(empty, unknown, abroad, replace(unknown, worn=[]))
    assert counted["places"]["unknown"] == 1
    assert counted["places"]["states"] == 0
    (share,) = counted["by_state"]
    assert (share["key"], share["tracked"], share["covered"], share["handed_out"]) == ("", 3, 2, 80)


def test_hand_outs_that_were_taken_back_uncover_a_conference(empty: Database) -> None:
    partly = of(empty, replace(VISIT, worn=[(1, 40, True), (1, 2, False)]))
    assert (partly["conferences"]["covered"], partly["ribbons"]["handed_out"]) == (1, 2)
    wholly = of(empty, replace(VISIT, worn=[(1, 40, True)]))
    assert (wholly["conferences"]["covered"], wholly["ribbons"]["handed_out"]) == (0, 0)
    assert wholly["places"]["states"] == 0
    assert wholly["conferences"]["supplied"] == 1


@pytest.mark.parametrize("status", [ConferenceStatus.PROPOSED, ConferenceStatus.CANCELLED])
def test_conferences_that_do_not_take_place_do_not_count(empty: Database, status: ConferenceStatus) -> None:
    counted = of(empty, replace(VISIT, status=status, worn=[(1, 40, True)]))
    assert set(counted["conferences"].values()) == {0}
    assert set(counted["people"].values()) == {0}
    assert counted["ribbons"]["handed_out"] == 0


@pytest.mark.parametrize("changed", [{"status": ConferenceStatus.CANCELLED}, {"mode": Mode.VIRTUAL}])
def test_what_was_handed_out_counts_whatever_became_of_the_conference(empty: Database, changed: Any) -> None:
    assert of(empty, replace(VISIT, **changed)) == of(empty, VISIT)


def test_a_conference_is_tracked_for_ribbons_of_any_design(empty: Database) -> None:
    counted = of(empty, replace(VISIT, status=ConferenceStatus.CANCELLED), design_id=2)["conferences"]
    assert (counted["tracked"], counted["covered"]) == (1, 0)


@pytest.mark.parametrize(("days", "supplied"), [(-1, 1), (0, 0), (1, 0)])
def test_a_box_supplies_a_conference_before_its_first_day(empty: Database, days: int, supplied: int) -> None:
    visit = replace(VISIT, boxes=[(0, ShipmentStatus.RECEIVED, days, 1)])
    assert of(empty, visit)["conferences"]["supplied"] == supplied


def test_a_year_is_that_of_the_first_day(empty: Database) -> None:
    eve = replace(VISIT, first_day=date(2024, 12, 31))  # it ends in 2025
    assert of(empty, eve, years=(2024,))["conferences"]["covered"] == 1
    assert of(empty, eve, years=(2025,))["conferences"]["tracked"] == 0


def test_each_filter_chooses_its_conferences_alone(empty: Database) -> None:
    other = replace(VISIT, place=("US", "US-TX"), first_day=date(2025, 6, 2), specialty="Cardiología")
    for one, two in (
        ({"state": "US-IL"}, {"state": "US-TX"}),
        ({"specialty": "RADIOLOGY"}, {"specialty": "cardiologia"}),
        ({"last_day": date(2025, 6, 1)}, {"first_day": date(2025, 6, 2)}),
    ):
        first, second = (of(empty, VISIT, other, **wanted)["by_state"] for wanted in (one, two))
        assert [share["key"] for share in first] == ["US-IL"], one
        assert [share["key"] for share in second] == ["US-TX"], two


def test_a_design_counts_for_ribbons_only(empty: Database) -> None:
    counted = of(empty, VISIT, design_id=2)
    reached = {"tracked": 1, "claimed": 1, "deputized": 1, "supplied": 1}
    assert counted["conferences"] == {**reached, "covered": 0, "closed_out": 0}
    assert counted["people"] == {"champions": 1, "meetups": 1, "members_named": 2, "members_confirmed": 1}
