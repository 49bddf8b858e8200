"""The triggers of the ledger: a move is never changed, deleted or truncated, whoever asks.

They belong to no revision. The migration environment puts them in place after every run that changed the schema,
because Alembic's batch mode, which is how SQLite alters a table, copies the table and silently leaves its triggers
behind. A change in this file therefore needs a new revision to take effect; an empty one will do.
"""

from sqlalchemy import Connection, inspect

MESSAGE = "A move is never changed or deleted. Post a move that reverses it."

# One per event, because SQLite knows neither "UPDATE OR DELETE" nor TRUNCATE.
_SQLITE_EVENTS = ("UPDATE", "DELETE")

_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_move_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';
END
$$
"""
_POSTGRESQL_TRIGGER = """
CREATE OR REPLACE TRIGGER move_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON move
FOR EACH STATEMENT EXECUTE FUNCTION refuse_move_change()
"""


def create_triggers(connection: Connection) -> None:
    """Puts the triggers in place, instead of older ones of the same name, in the caller's transaction.

    Where there is no ``move`` table, nothing of them is left.
    """
    if not inspect(connection).has_table("move"):
        drop_triggers(connection)
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
        connection.exec_driver_sql(_POSTGRESQL_TRIGGER)
    else:
        drop_triggers(connection)
        for event in _SQLITE_EVENTS:
            connection.exec_driver_sql(
                f"CREATE TRIGGER move_refuses_{event.lower()} BEFORE {event} ON move "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )


def drop_triggers(connection: Connection) -> None:
    """Removes the triggers, for a revision that has to rewrite moves; they are back when its run has ended."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_move_change() CASCADE")
    else:
        for event in _SQLITE_EVENTS:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS move_refuses_{event.lower()}")
