"""One row in every table, whatever tables there are: built from the database itself, not from the models."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect

from app.maintenance.migrations import current

# What the rules of a table ask for; all other columns get a value of their type. Revisions may lack some of these.
VALUES: dict[str, dict[str, Any]] = {
    "member_block": {"blocked_id": 2},
    "handle_block": {"blocker_id": 2},
    "person": {"role": "champion", "language": "en"},
    "conference": {"mode": "in_person", "status": "scheduled", "timezone": "Pacific/Auckland", "mode_before": None},
    "location": {"id": 101, "kind": "depot", "person_id": None, "conference_id": None, "unbounded": False},
    "move": {"reason": "lost", "source_id": 101, "target_id": 1, "reverses_id": None},
    "level": {"location_id": 101, "unbounded": False},
    "member_handle": {"platform": "bluesky", "member_id": 2},
    "purchase_order": {"state": "draft", "status": "draft", "vendor_id": 101, "ship_to_id": 101},
    "claim": {"state": "requested", "status": "requested", "status_before": None},
    "shipment": {"method": "carrier", "state": "draft", "status": "draft", "source_id": 101, "target_id": 1},
    "shipment_line": {"quantity": 2, "received": 1, "missing": 1, "returned": 0},
    "location_address": {"location_id": 101},
    "naming": {"platform": "x"},
    "participant": {"state": "named", "status": "named"},
    "file_import": {"kind": "conferences"},
    "print_job": {"state": "waiting", "status": "waiting"},
    "verification": {"status": "waiting"},
    "late_entry": {"status": "waiting"},
    "unwanted_letter": {"kind": "named"},
    "calendar_link": {"kind": "own"},
    "letter": {"kind": "declined", "status": "queued"},
}
SECOND_ROWS: dict[str, dict[str, Any]] = {"member": {"id": 2, "person_id": None, "link_hash": None}}
"""A second row, for tables of which another refers to two."""
OF_TYPE: dict[type, Any] = {
    int: 1,
    float: 1.5,
    str: "x",
    bool: False,
    bytes: b"x",
    date: date(2026, 11, 24),
    datetime: datetime(2026, 11, 24, 12, tzinfo=UTC),
}


def count_rows(connection: Connection) -> dict[str, int]:
    """The number of rows of every table but Alembic's own."""
    names = set(inspect(connection).get_table_names()) - {"alembic_version"}
    return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in names}


def fill(connection: Connection, *, but: set[str]) -> None:
    """Adds a row to every table that is not named, or two; the tables named were filled before."""
    for here in _tables(connection):
        if here.name not in but:
            known = VALUES.get(here.name, {})
            row = {column.name: known.get(column.name, _value(column)) for column in here.columns}
            connection.execute(insert(here).values(row))
            if here.name in SECOND_ROWS:
                connection.execute(insert(here).values({**row, **SECOND_ROWS[here.name]}))


def _value(column: Column[Any]) -> Any:
    return OF_TYPE[column.type.python_type]


_reflected: dict[tuple[str, str | None], list[Table]] = {}
"""The tables by kind of database and revision: to read how they are takes longer than to fill them."""


def _tables(connection: Connection) -> list[Table]:
    here = connection.dialect.name, current(connection)
    if here not in _reflected:
        metadata = MetaData()
        metadata.reflect(connection)
        _reflected[here] = [found for found in metadata.sorted_tables if found.name != "alembic_version"]
    return _reflected[here]
