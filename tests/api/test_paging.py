"""Every list, a page at a time: each entry once, in order, and no cursor but one's own."""

import base64
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.reliability.sizes import size
from tests.support.browser import session_of
from tests.support.cases import make_case
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged
from tests.support.world import Json

LISTS = {
    "list_conferences": ["starts_on", "id"],
    "list_specialties": ["specialty"],
    "list_imports": ["-id"],
    "list_claims": ["-id"],
    "list_shipments": ["-id"],
    "list_purchase_orders": ["-id"],
    "list_designs": ["id"],
    "list_locations": ["id"],
    "list_levels": ["location_id", "design_id"],
    "list_moves": ["-id"],
    "list_meetups": ["-id"],
    "list_wishes": ["id"],
    "list_members": ["id"],
    "list_my_tokens": ["id"],
    "list_my_calendar_links": ["id"],
    "list_my_sessions": ["-id"],
    "list_people": ["id"],
    "list_reports": ["-id"],
    "list_audit": ["-id"],
    "list_print_jobs": ["-id"],
    "list_verifications": ["-id"],
    "list_links": ["code"],
}
"""What each list is ordered by; a minus sign is for falling."""

ON_ONE_PAGE = [name for name in LISTS if name != "list_audit"]
"""Lists of which the stage has fewer entries than a page: all but the trail of how it was set up."""

MORE = {
    "list_conferences": "create_conference",
    "list_specialties": "create_conference",
    "list_imports": "import_conferences",
    "list_claims": "claim_conference",
    "list_shipments": "create_shipment",
    "list_purchase_orders": "create_purchase_order",
    "list_designs": "create_design",
    "list_locations": "create_location",
    "list_levels": "hand_out",
    "list_moves": "move_stock",
    "list_meetups": "record_meetup",
    "list_wishes": "ask_to_be_named",
    "list_members": "record_meetup",
    "list_my_tokens": "create_my_token",
    "list_my_calendar_links": "create_my_calendar_link",
    "list_my_sessions": "begin_session",
    "list_people": "create_person",
    "list_reports": "report_abuse",
    "list_audit": "create_person",
    "list_print_jobs": "create_print_job",
    "list_verifications": "start_verification",
    "list_links": "create_print_job",
}
"""What adds an entry to each list."""

ANSWERED = {"report_abuse": 204, "create_print_job": 202, "start_verification": 202, "ask_to_be_named": 202}
"""What some of these are answered; the others are 201."""

refused_before = pytest.mark.on_one_engine("a page that nobody can have is refused before a database is asked")


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    """A stage where every list has five entries at least."""
    with staged(new_database, template_url) as stage:
        for _ in range(5):
            for name in sorted(set(MORE.values())):
                add(stage, name)
        yield stage


def add(stage: Stage, name: str) -> None:
    """Sends a case of a route that makes something; signing in with a browser is a page's, not a route's of the API."""
    if name == "begin_session":
        session_of(stage.world, stage.world.coordinator)
        return
    if name == "import_conferences":  # from a shell
        stage.file_import()
        return
    case, _ = make_case(stage, name)
    path = stage.operations[name].path.format(**case.path)
    stage.world.coordinator.post(path, case.json, status=ANSWERED.get(name, 201))


def read(stage: Stage, name: str, **query: Any) -> Json:
    """A page of a list, as a coordinator sees it."""
    page: Json = stage.world.coordinator.get(_path(stage, name, **query))
    return page


def _path(stage: Stage, name: str, **query: Any) -> str:
    return stage.operations[name].path + "?" + "&".join(f"{key}={value}" for key, value in query.items())


def walk(stage: Stage, name: str, limit: int) -> Iterator[Json]:
    """The pages of a list, from the first to the last, by the Link of each."""
    path = _path(stage, name, limit=limit)
    while path:
        response = stage.world.coordinator.call("GET", path)
        page: Json = response.json()
        assert response.is_success, response.text
        assert (page["next"] is None) == ("Link" not in response.headers)
        path = response.links["next"]["url"].removeprefix("/api/v1") if page["next"] else ""
        if path:
            assert f"limit={limit}" in path
            assert response.links["next"]["rel"] == "next"
        yield page


def limits(entries: int) -> tuple[int, int, int]:
    """Sizes of pages: the smallest where the list is short, else such that it takes some pages, not a hundred."""
    return (1, 2, 3) if entries < 12 else (entries // 5, entries // 3, entries - 1)


def _key(item: Json, name: str) -> list[Any]:
    signs = [(column.removeprefix("-"), column.startswith("-")) for column in LISTS[name]]
    return [-item[column] if falling else item[column] for column, falling in signs]


@refused_before
def test_every_list_is_known_here(stage: Stage) -> None:
    taking = {id_ for id_, operation in stage.operations.items() if operation.takes("cursor")}
    # A membership is no list: it has one, which is walked in test_meetups.py.
    assert taking == LISTS.keys() | {"get_membership"}
    answers = {id_: json.dumps(o.document["responses"].get("200")) for id_, o in stage.operations.items()}
    assert {id_ for id_, answer in answers.items() if "schemas/Page_" in answer} == LISTS.keys()


@pytest.mark.parametrize("name", ON_ONE_PAGE)
def test_walking_gives_each_entry_once_and_in_order(stage: Stage, name: str) -> None:
    whole = read(stage, name, limit=100)
    assert whole["next"] is None, "the whole list fits on one page"
    assert len(whole["items"]) >= 5
    assert all(_key(one, name) < _key(next_, name) for one, next_ in pairwise(whole["items"]))
    for limit in limits(len(whole["items"])):
        pages = list(walk(stage, name, limit))
        assert [item for page in pages for item in page["items"]] == whole["items"]
        assert {len(page["items"]) for page in pages[:-1]} == {limit}


@pytest.mark.parametrize("name", ON_ONE_PAGE)
def test_a_page_that_ends_with_the_list_has_no_next(stage: Stage, name: str) -> None:
    number = len(read(stage, name, limit=100)["items"])
    assert read(stage, name, limit=number)["next"] is None
    assert read(stage, name, limit=number - 1)["next"] is not None


def test_the_next_page_keeps_the_filter(stage: Stage) -> None:
    response = stage.world.coordinator.call("GET", "/locations?limit=1&kind=depot")
    following = stage.world.coordinator.get(response.links["next"]["url"].removeprefix("/api/v1"))
    assert {item["kind"] for item in following["items"]} == {"depot"}
    assert following["items"][0]["id"] > response.json()["items"][0]["id"]


@pytest.mark.parametrize("name", LISTS)
def test_entries_that_come_in_the_meantime_repeat_and_hide_no_other(stage: Stage, name: str) -> None:
    before = read(stage, name, limit=100)["items"]
    seen: list[Json] = []
    for number, page in enumerate(walk(stage, name, limits(len(before))[1])):
        seen += page["items"]
        if number == 0:
            add(stage, MORE[name])
    keys = [_key(item, name) for item in seen]
    assert keys == sorted(keys)
    assert len({str(key) for key in keys}) == len(keys)
    assert {str(_key(item, name)) for item in before} <= {str(key) for key in keys}


MOST_STATEMENTS = 7
"""For a page of any list: BEGIN and who asks, the entries, and what is read for all of them together."""


@pytest.mark.parametrize("name", LISTS)
def test_a_page_takes_as_many_statements_however_many_entries_it_has(stage: Stage, name: str) -> None:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    counts = []
    for limit in (2, 5):
        sent.clear()
        engines = stage.world.client.app.state.database.engines  # type: ignore[attr-defined]  # it is FastAPI
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        assert len(read(stage, name, limit=limit)["items"]) == limit
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
        counts.append(len(sent))
    assert counts[0] == counts[1] <= MOST_STATEMENTS, sent


@refused_before
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "101", "1.5", "all", "", "1e1", str(2**70)])
def test_a_limit_out_of_bounds_is_refused(stage: Stage, name: str, limit: str) -> None:
    response = stage.world.coordinator.call("GET", _path(stage, name, limit=limit))
    assert response.status_code == 422
    assert [error["pointer"] for error in response.json()["errors"]] == ["limit"]


def _refused(stage: Stage, name: str, cursor: str) -> bool:
    response = stage.world.coordinator.call("GET", _path(stage, name, limit=2, cursor=cursor))
    pointers = [error["pointer"] for error in response.json().get("errors", [])]
    repeated = len(cursor) > 8 and cursor in response.text
    return response.status_code == 422 and pointers == ["cursor"] and not repeated


@pytest.fixture(scope="module")
def cursors(stage: Stage) -> dict[str, str]:
    """A cursor of each list."""
    return {name: read(stage, name, limit=1)["next"] for name in LISTS}


@refused_before
@pytest.mark.parametrize("name", LISTS)
def test_the_cursor_of_another_list_is_refused(stage: Stage, cursors: dict[str, str], name: str) -> None:
    others = {other: cursor for other, cursor in cursors.items() if other != name}
    assert [other for other, cursor in others.items() if not _refused(stage, name, cursor)] == []


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


GARBAGE = [
    *("x", "!!!!", "%00", "%F0%9F%8E%80", "AAAA", "x" * 500, "x" * 501, "x" * 5_000, "W10", "null", "0"),
    *map(_encoded, ([], [None], [True], ["1"], [1.5], [2**63], [-(2**63) - 1], [float("nan")], {"id": 1}, 1, "x")),
    *map(_encoded, ([1, 2, 3], ["2027-02-30", 1], ["2027-01-01", "1"], [0, 1.5], ["\x00", 1], [[1]], [[[[]]]])),
]


@refused_before
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_that_nobody_gave_is_refused(stage: Stage, name: str) -> None:
    assert [cursor for cursor in GARBAGE if not _refused(stage, name, cursor)] == []


@refused_before
def test_a_cursor_that_was_tampered_with_is_refused(stage: Stage) -> None:
    cursor = read(stage, "list_conferences", limit=1)["next"]
    tampered = [cursor[:-1], cursor + "A", f"!{cursor}", f"{cursor}!!!!", cursor[1:], cursor.swapcase()]
    assert [changed for changed in tampered if not _refused(stage, "list_conferences", changed)] == []


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)


@refused_before
@settings(deadline=None, max_examples=size(25, 300))
@given(cursor=st.text(st.characters(codec="ascii"), max_size=60) | json_values.map(_encoded))
def test_no_cursor_brings_a_list_down(stage: Stage, cursor: str) -> None:
    for name in ("list_conferences", "list_designs", "list_levels"):
        response = stage.world.client.get(
            f"/api/v1{stage.operations[name].path}",
            params={"cursor": cursor},
            headers={"Authorization": f"Bearer {stage.world.coordinator.token}"},
        )
        assert response.status_code in {200, 422}
