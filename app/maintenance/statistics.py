"""What the database knows of its own tables, by which it chooses how to read them."""

from sqlalchemy import Connection

_ALL = 0x10002
"""Of SQLite: every table that has changed much since it was looked at, or never was; a few hundred rows of an index."""


def look_again(connection: Connection) -> None:
    """Has the database look at its tables where that is due: after a migration, and from time to time.

    PostgreSQL does the latter by itself, so there it is done after a migration only, for the whole database.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA optimize={_ALL}")
    else:
        connection.exec_driver_sql("ANALYZE")
