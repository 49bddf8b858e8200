"""What people look for as it is compared: cities, carriers, the names of people and members; and indexes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core.text import fold

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = {
    "conference": ("folded_city", 400, ("city",)),
    "shipment": ("folded_carrier", 200, ("carrier",)),
    "person": ("search_text", 1600, ("name", "paper_name", "email")),
    "member": ("search_text", 1600, ("display_name",)),
    "member_handle": ("search_text", 1600, ("display",)),
}
"""Of each table the new column, its length, and of what it is made."""

INDEXES = {
    "ix_conference_folded_city_starts_on_id": ("conference", ["folded_city", "starts_on", "id"]),
    "ix_conference_state_starts_on_id": ("conference", ["state", "starts_on", "id"]),
    "ix_shipment_folded_carrier_id": ("shipment", ["folded_carrier", "id"]),
    "ix_move_reason_id": ("move", ["reason", "id"]),
    "ix_move_created_at": ("move", ["created_at"]),
}


def upgrade() -> None:
    """Adds the columns, computes them for every row, and adds the indexes."""
    for table, (name, length, sources) in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
            # Where the length of a column says nothing, a CHECK says it.
            if op.get_bind().dialect.name == "sqlite":
                batch.create_check_constraint(op.f(f"ck_{table}_{name}_length"), f"length({name}) <= {length}")
        with op.batch_alter_table(table) as batch:
            batch.alter_column(name, server_default=None)
        _compute(table, name, length, sources)
    for index, (table, columns) in INDEXES.items():
        op.create_index(index, table, columns)


def downgrade() -> None:
    """Drops the indexes and the columns."""
    for index, (table, _) in INDEXES.items():
        op.drop_index(index, table)
    for table, (name, _, _) in COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            if op.get_bind().dialect.name == "sqlite":
                batch.drop_constraint(op.f(f"ck_{table}_{name}_length"), type_="check")
            batch.drop_column(name)


def _compute(name_of_table: str, name: str, length: int, sources: tuple[str, ...]) -> None:
    """Of somebody who was erased nothing is searched."""
    connection = op.get_bind()
    known = sa.column("erased_at").is_(None) if name_of_table in {"person", "member"} else sa.true()
    table = sa.table(name_of_table, *(sa.column(column) for column in ("id", name, *sources)))
    rows = connection.execute(sa.select(table.c.id, *(table.c[source] for source in sources)).where(known)).all()
    values: list[dict[str, Any]] = [
        {"this": row[0], "searched": fold(" ".join(text or "" for text in row[1:]))[:length]} for row in rows
    ]
    if values:
        computed = sa.update(table).where(table.c.id == sa.bindparam("this"))
        connection.execute(computed.values({name: sa.bindparam("searched")}), values)
