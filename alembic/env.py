"""How a migration runs: in one transaction, one process at a time, and with the ledger's triggers at its end."""

from typing import Any

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from app.core.config import settings
from app.core.db import Database
from app.maintenance.blank import create_tables
from app.maintenance.migrations import ADVISORY_LOCK
from app.maintenance.statistics import look_again
from app.maintenance.tables import metadata
from app.maintenance.triggers import create_triggers


def migrate(connection: Connection) -> None:
    """Does what the command at hand asks for, in the transaction that the caller has begun."""
    inside = set(inspect(connection).get_table_names())
    if inside and "alembic_version" not in inside:
        raise CommandError("it holds tables of something else, and is left alone.")
    steps: list[object] = []
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        on_version_apply=lambda *, step, **_others: steps.append(step),
    )
    if not inside and context.config.attributes.get("at_once"):
        create_tables(connection)
        context.get_context().stamp(context.script, "head")
        return
    context.run_migrations()
    if steps:
        create_triggers(connection)


def migrate_sqlite(database: Database) -> None:
    """With foreign keys off: a batch drops tables, and rows that refer to them must neither refuse that nor follow."""
    with database.engine.connect().execution_options(takes_its_time=True) as connection:
        # SQLite ignores this within a transaction, and SQLAlchemy would begin one for any statement of its own.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            migrate(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                tables = ", ".join(sorted({row[0] for row in broken}))
                raise CommandError(f"The migration was undone: rows would refer to nothing, in {tables}.")
        look_again(connection)


def migrate_postgresql(database: Database) -> None:
    """Under an advisory lock: replicas that start together wait here, then find that there is nothing left to do."""
    with database.engine.begin() as connection:
        # The connection's own limits are meant for requests: to wait for a migration, or to do one, takes its time.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
        # But a table is not waited for: whoever comes after us would have to wait behind us.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        migrate(connection)
        look_again(connection)


if context.is_offline_mode():
    raise CommandError("A migration needs its database; it cannot be written out as SQL (--sql).")

target = Database(context.config.attributes.get("url") or settings().sqlalchemy_url, pool_size=1)
try:
    if target.engine.dialect.name == "sqlite":
        migrate_sqlite(target)
    else:
        migrate_postgresql(target)
finally:
    target.dispose()
