"""Depots and vendors can be edited, and those in use are told apart by their names."""

import sqlalchemy as sa
from alembic import op

from app.core.text import fold

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAMED = "kind IN ('vendor', 'depot')"
IN_USE = f"{NAMED} AND active"


def upgrade() -> None:
    """Adds what is compared; of those in use that have one name, each but the first gets its number, too."""
    with op.batch_alter_table("location") as batch:
        batch.add_column(sa.Column("folded_name", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    connection = op.get_bind()
    location = sa.table("location", *map(sa.column, ("id", "kind", "name", "folded_name", "active")))
    known: set[tuple[str, str]] = set()
    for row in connection.execute(sa.select(location).where(sa.text(NAMED)).order_by(location.c.id)).all():
        name = row.name
        if row.active and (row.kind, fold(name)[:200]) in known:
            name = f"{name[:180]} ({row.id})"
        if row.active:
            known.add((row.kind, fold(name)[:200]))
        changed = {"name": name, "folded_name": fold(name)[:200]}
        connection.execute(location.update().where(location.c.id == row.id).values(changed))
    with op.batch_alter_table("location") as batch:
        batch.alter_column("folded_name", server_default=None)
        batch.alter_column("version", server_default=None)
        if connection.dialect.name == "sqlite":
            batch.create_check_constraint(op.f("ck_location_folded_name_length"), "length(folded_name) <= 200")
    where = sa.text(IN_USE)
    op.create_index(
        "uq_location_kind_folded_name",
        "location",
        ["kind", "folded_name"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    """Takes it away; the names stay."""
    op.drop_index("uq_location_kind_folded_name", "location")
    with op.batch_alter_table("location") as batch:
        if op.get_bind().dialect.name == "sqlite":
            batch.drop_constraint(op.f("ck_location_folded_name_length"), type_="check")
        batch.drop_column("folded_name")
        batch.drop_column("version")
