"""Everything that a database holds."""

from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table

from app.core.db import Database
from app.maintenance.tables import metadata

_BY_ITSELF = {"letter": {"status", "due_at", "tries", "failure", "message_id", "done_at"}}
"""What changes though nobody does anything: letters leave a while after they were written."""


def _select(table: Table) -> str:
    kept = [column.name for column in table.columns if column.name not in _BY_ITSELF.get(table.name, ())]
    return f"SELECT {', '.join(kept)} FROM {table.name} ORDER BY {', '.join(table.primary_key.columns.keys())}"


_EVERYTHING = {table.name: _select(table) for table in metadata.sorted_tables}


def contents(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, straight from the driver: it is asked for after each step of many tests."""
    with database.reading() as session, closing(session.connection().connection.cursor()) as cursor:
        return {name: list(_rows(cursor, statement)) for name, statement in _EVERYTHING.items()}


def _rows(cursor: Any, statement: str) -> Iterator[Any]:
    cursor.execute(statement)
    return map(_row_of(*(column[0] for column in cursor.description))._make, cursor.fetchall())


@cache
def _row_of(*columns: str) -> Any:
    """The kind of a row with these columns."""
    return NamedTuple("Row", [(column, object) for column in columns])
