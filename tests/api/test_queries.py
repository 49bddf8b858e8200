"""What is asked for in a query is heard, or refused: a filter that was ignored would give a wrong figure."""

from collections.abc import Iterator

import pytest

from tests.support.cases import CASES, make_case, operation_id
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged

pytestmark = pytest.mark.on_one_engine("a query that cannot be is refused before a database is asked")


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/coverage?years=2026", "years"),
        ("/coverage?year=2026&fbclid=x", "fbclid"),
        ("/conferences?town=Houston", "town"),
        ("/people?query=bea", "query"),
        ("/me?verbose=1", "verbose"),
        ("/audit.csv?since=2026-01-01", "since"),
    ],
)
def test_a_parameter_that_a_route_does_not_know_is_refused_by_its_name(stage: Stage, path: str, name: str) -> None:
    problem = stage.world.coordinator.get(path, status=422)
    assert [error["pointer"] for error in problem["errors"]] == [name]


def test_the_refusal_says_what_is_known(stage: Stage) -> None:
    problem = stage.world.coordinator.get("/claims?staus=closed", status=422)
    assert "status" in problem["detail"]
    assert "limit" in problem["detail"]


@pytest.mark.parametrize("path", ["/conferences?country=US&country=MX", "/claims?limit=5&limit=6"])
def test_a_parameter_with_one_value_cannot_be_given_twice(stage: Stage, path: str) -> None:
    stage.world.coordinator.get(path, status=422)


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/coverage", "from", "to"),
        ("/stock/moves", "from", "to"),
        ("/conferences", "starts_after", "starts_before"),
    ],
)
def test_days_that_end_before_they_begin_are_refused(stage: Stage, path: str, first: str, last: str) -> None:
    ask = stage.world.coordinator.get
    problem = ask(f"{path}?{first}=2027-01-01&{last}=2026-01-01", status=422)
    said = "This must not be before January 1, 2027, where the days begin."
    assert [(error["pointer"], error["detail"]) for error in problem["errors"]] == [(last, said)]
    ask(f"{path}?{first}=2027-01-01&{last}=2027-01-01")


@pytest.mark.parametrize("path", ["/coverage", "/conferences"])
def test_a_year_is_named_as_years_are_written(stage: Stage, path: str) -> None:
    for year in ("0", "1999", "2101"):
        problem = stage.world.coordinator.get(f"{path}?year={year}", status=422)
        assert [error["detail"] for error in problem["errors"]] == ["This must be a year from 2000 to 2100."]
    for year in ("2000", "2100"):
        stage.world.coordinator.get(f"{path}?year={year}")


def test_a_parameter_with_many_values_can(stage: Stage) -> None:
    stage.world.coordinator.get("/coverage?year=2026&year=2027")


@pytest.mark.parametrize("name", CASES)
def test_every_route_refuses_what_it_does_not_know(stage: Stage, name: str) -> None:
    case, owner = make_case(stage, name)
    operation = stage.operations[operation_id(name)]
    path = operation.path.format(**case.path) + "?unknown_to_all=1"
    who = case.member or (stage.world.coordinator if owner.person_id is None else owner)
    answer = who.call(operation.method, path, json=case.json, headers=case.headers())
    assert answer.status_code in {422, 403}, answer.text
    admin = stage.world.admin.call(operation.method, path, json=case.json, headers=case.headers())
    assert admin.status_code == 422 or case.member is not None


def test_whoever_may_not_use_a_route_hears_that_first(stage: Stage) -> None:
    assert stage.world.anyone.call("GET", "/claims?unknown=1").status_code == 401
    assert stage.champion().call("GET", "/audit?unknown=1").status_code == 403


def test_pages_ignore_what_they_do_not_know(stage: Stage) -> None:
    assert stage.world.client.get("/problems/not-found?fbclid=x&utm_source=y").status_code == 200
