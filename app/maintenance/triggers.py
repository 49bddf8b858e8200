"""The triggers of what only grows: the ledger and the audit trail are never changed, deleted or truncated.

They belong to no revision. The migration environment puts them in place after every run that changed the schema,
because Alembic's batch mode, which is how SQLite alters a table, copies the table and silently leaves its triggers
behind. A change in this file therefore needs a new revision to take effect; an empty one will do.
"""

from sqlalchemy import Connection, inspect

MESSAGES = {
    "move": "A move is never changed or deleted. Post a move that reverses it.",
    "audit_entry": "The audit trail is never changed or deleted.",
}
"""The tables that only grow, and what is said to whoever tries."""

# One per event, because SQLite knows neither "UPDATE OR DELETE" nor TRUNCATE.
_SQLITE_EVENTS = ("UPDATE", "DELETE")


def create_triggers(connection: Connection) -> None:
    """Puts the triggers in place, instead of older ones of the same name, in the caller's transaction.

    Where a table is not there, nothing of its triggers is left.
    """
    drop_triggers(connection)
    there = inspect(connection)
    for table, message in MESSAGES.items():
        if not there.has_table(table):
            continue
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END $$"
            )
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_{table}_change()"
            )
        else:
            for event in _SQLITE_EVENTS:
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {table}_refuses_{event.lower()} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
                )


def drop_triggers(connection: Connection) -> None:
    """Removes the triggers, for a revision that has to rewrite such a table; they are back when its run has ended."""
    for table in MESSAGES:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS refuse_{table}_change() CASCADE")
        else:
            for event in _SQLITE_EVENTS:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuses_{event.lower()}")
