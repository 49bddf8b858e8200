"""How PostgreSQL finds the rows of what is asked often: by an index, where it may choose one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from app.core.db import Database
from tests.support.databases import NewDatabase
from tests.support.world import World

pytestmark = pytest.mark.only_on("postgresql")

GROWS = "claim|conference|level|location|meetup|member|move|participant|person|shipment|shipment_line|audit|letter"
"""Tables that grow with a community."""


@pytest.fixture
def empty(new_database: NewDatabase, template_url: str) -> Iterator[Database]:
    """A database without a row."""
    with new_database(copy_of=template_url) as url:
        database = Database(url)
        yield database
        database.dispose()


def plans(world: World, empty: Database, path: str, *, champion: bool = False) -> list[str]:
    """The steps of the plans of all statements that a GET sends.

    PostgreSQL reads a small table as a whole, index or not: here it does so only where there is no other way.
    """
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    for engine in world.database.engines:
        event.listen(engine, "before_cursor_execute", note)
    (world.ana if champion else world.coordinator).get(path)
    for engine in world.database.engines:
        event.remove(engine, "before_cursor_execute", note)
    with empty.engine.connect() as connection:
        connection.exec_driver_sql("SET enable_seqscan = off")
        return [
            row[0]
            for statement, parameters in asked
            if statement.startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
        ]


def scanned(steps: list[str]) -> list[str]:
    """The steps that read a table that grows as a whole."""
    return [step for step in steps if re.search(rf"Seq Scan on ({GROWS})\b", step)]


@pytest.mark.parametrize(
    "path",
    ["/conferences", "/claims", "/claims?light=red", "/shipments", "/stock/moves", "/stock/levels", "/meetups",
     "/members", "/people", "/audit", "/todo", "/locations", "/reports", "/purchase-orders"],
)  # fmt: skip
def test_no_list_reads_a_table_that_grows_as_a_whole(world: World, empty: Database, path: str) -> None:
    steps = plans(world, empty, path)
    assert scanned(steps) == [], "\n".join(steps)
    assert any("Index" in step for step in steps)


@pytest.mark.parametrize(
    ("path", "condition"),
    [
        ("/conferences?state=US-TX", "state"),
        ("/shipments?carrier=x", "folded_carrier"),
        ("/claims?status=requested", "status"),
        ("/stock/moves?reason=lost", "reason"),
    ],
)
def test_what_is_asked_for_is_found_by_an_index(world: World, empty: Database, path: str, condition: str) -> None:
    steps = plans(world, empty, path)
    assert any(re.search(rf"Index Cond: .*\b{condition}\b", step) for step in steps), "\n".join(steps)


def test_a_champion_reads_nothing_as_a_whole_either_and_what_is_looked_for_is_found_where_it_is(
    world: World, empty: Database
) -> None:
    for path in ("/claims", "/shipments", "/stock/moves", "/stock/levels", "/me"):
        assert scanned(plans(world, empty, path, champion=True)) == []
    with empty.engine.connect() as connection:
        step = [row[0] for row in connection.exec_driver_sql("EXPLAIN SELECT * FROM move WHERE quantity = 1")]
    assert len(scanned(step)) == 1
