"""A new database, as the newest revision leaves an empty one: at once, and not by way of every revision."""

from sqlalchemy import Connection, insert
from sqlalchemy.schema import CreateIndex, CreateTable

from app.core.clock import utcnow
from app.maintenance.tables import metadata
from app.maintenance.triggers import create_triggers
from app.outbox.models import LettersOfDays
from app.stock.models import UNBOUNDED, Kind, Location

SYSTEM_LOCATIONS = {
    Kind.PACKED: "Packed",
    Kind.TRANSIT: "In transit",
    Kind.LOSS: "Lost",
    Kind.ADJUSTMENT: "Adjustment",
}
"""The locations of which there is exactly one."""


def create_tables(connection: Connection) -> None:
    """Creates every table, the rows with which the revisions leave an empty database, and the triggers.

    All of it in the caller's transaction.
    """
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table))
        # In one order, since SQLite chooses by it between indexes that promise as much; a table's set of them has none.
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))
    rows = [{"kind": kind, "name": name, "unbounded": kind in UNBOUNDED} for kind, name in SYSTEM_LOCATIONS.items()]
    connection.execute(insert(Location), rows)
    connection.execute(insert(LettersOfDays), [{"since": utcnow()}])
    create_triggers(connection)
