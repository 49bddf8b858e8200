"""What ended with a conference can be taken up again, and the number of one that is deleted is not given again."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MODES = ("in_person", "hybrid", "virtual")
CLAIMED = ("requested", "deputized", "declined", "withdrawn", "revoked", "closed")


def upgrade() -> None:
    """Adds what was before, empty."""
    with op.batch_alter_table("conference", table_kwargs={"sqlite_autoincrement": True}) as batch:
        _add(batch, "mode_before", "conference", MODES)
    with op.batch_alter_table("claim") as batch:
        _add(batch, "status_before", "claim", CLAIMED)


def downgrade() -> None:
    """Takes it away; what has ended stays so."""
    for table, column in (("claim", "status_before"), ("conference", "mode_before")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
            batch.drop_column(column)


def _add(batch: BatchOperations, column: str, table: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    batch.add_column(sa.Column(column, sa.String(32)))
    batch.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")
