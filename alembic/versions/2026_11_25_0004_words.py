"""One word for one thing: ``status`` for every life cycle, ``created_at`` for every entry, and two clearer names.

Plain renamings, which keep the rows and the triggers; both databases carry them into CHECKs and partial indexes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = (
    ("claim", "state", "status"),
    ("shipment", "state", "status"),
    ("purchase_order", "state", "status"),
    ("participant", "state", "status"),
    ("print_job", "state", "status"),
    ("person", "invented", "fictional"),
    ("conference", "invented", "fictional"),
    ("move", "at", "created_at"),
    ("audit_entry", "at", "created_at"),
    ("meetup", "place", "spot"),
)
CHECKS = (
    ("claim", "state", "status"),
    ("shipment", "state", "status"),
    ("purchase_order", "state", "status"),
    ("participant", "state", "status"),
    ("print_job", "state", "status"),
    ("move", "places", "locations"),
    ("shipment", "places", "locations"),
)
SQLITE_CHECKS = (("meetup", "place_length", "spot_length"),)
"""Checks that are there on SQLite alone."""
INDEXES = (
    ("claim", "conference_id {} id", "state", "status"),
    ("claim", "{} id", "state", "status"),
    ("shipment", "{} id", "state", "status"),
    ("purchase_order", "{} id", "state", "status"),
)


def upgrade() -> None:
    """Gives the new names."""
    _rename(backwards=False)


def downgrade() -> None:
    """Gives the old names again."""
    _rename(backwards=True)


def _rename(*, backwards: bool) -> None:
    for table, *names in COLUMNS:
        old, new = reversed(names) if backwards else names
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for table, columns, *names in INDEXES:
        old, new = (columns.format(name).split() for name in (reversed(names) if backwards else names))
        op.drop_index("_".join(("ix", table, *old)), table)
        op.create_index("_".join(("ix", table, *new)), table, new)
    sqlite = op.get_bind().dialect.name == "sqlite"
    checks = [
        (table, *(f"ck_{table}_{name}" for name in (reversed(names) if backwards else names)))
        for table, *names in (*CHECKS, *(SQLITE_CHECKS if sqlite else ()))
    ]
    (_rename_checks_on_sqlite if sqlite else _rename_checks)(checks)


def _rename_checks(checks: list[tuple[str, str, str]]) -> None:
    for table, old, new in checks:
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")


def _rename_checks_on_sqlite(checks: list[tuple[str, str, str]]) -> None:
    """SQLite cannot rename a constraint, but its name is only text of the schema, which may be edited.

    See "Making Other Kinds Of Table Schema Changes" in SQLite's page on ALTER TABLE.
    """
    connection = op.get_bind()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    edit = sa.text("UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND tbl_name = :table")
    for table, old, new in checks:
        connection.execute(edit, {"table": table, "old": f"CONSTRAINT {old} ", "new": f"CONSTRAINT {new} "})
    # Every connection notices by this number that it has to read the schema anew.
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
