"""Two conferences that are the same meeting become one, and ribbons move from the one to the other."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

STATUSES = ("proposed", "scheduled", "cancelled")
REASONS = (
    *("purchase", "pack", "unpack", "send", "receive", "missing"),
    *("found", "lost", "hand_out", "transfer", "count", "reversal", "correction"),
)
NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Adds where a conference leads, the status and the reason."""
    with op.batch_alter_table("conference", table_kwargs=NUMBERED) as batch:
        batch.add_column(sa.Column("merged_into", sa.Integer))
        batch.create_foreign_key(
            "fk_conference_merged_into_conference", "conference", ["merged_into"], ["id"], ondelete="RESTRICT"
        )
        batch.create_index("ix_conference_merged_into", ["merged_into"])
    _restrict((*STATUSES, "merged"), (*REASONS, "merge"))


def downgrade() -> None:
    """Takes it away. Refused by the database where two were merged."""
    _restrict(STATUSES, REASONS)
    with op.batch_alter_table("conference", table_kwargs=NUMBERED) as batch:
        batch.drop_index("ix_conference_merged_into")
        batch.drop_constraint("fk_conference_merged_into_conference", type_="foreignkey")
        batch.drop_column("merged_into")


def _restrict(statuses: tuple[str, ...], reasons: tuple[str, ...]) -> None:
    for table, column, values in (("conference", "status", statuses), ("move", "reason", reasons)):
        listed = ", ".join(f"'{value}'" for value in values)
        with op.batch_alter_table(table, table_kwargs=NUMBERED if table == "conference" else {}) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")
