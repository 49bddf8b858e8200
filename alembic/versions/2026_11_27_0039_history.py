"""What was before comes in by a file of history; a move has the day when it happened."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KINDS = ("conferences",)
REASONS = (
    *("purchase", "pack", "unpack", "send", "receive", "missing"),
    *("found", "lost", "hand_out", "transfer", "count", "reversal", "correction", "merge"),
)


def upgrade() -> None:
    """Adds the day, empty, the file that brought a claim, and the reason."""
    op.add_column("move", sa.Column("happened_on", sa.Date))
    op.create_index("ix_move_happened_on", "move", ["happened_on"])
    with op.batch_alter_table("claim") as batch:
        batch.add_column(sa.Column("import_id", sa.Integer))
        batch.create_foreign_key(
            "fk_claim_import_id_file_import", "file_import", ["import_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_index("ix_claim_import_id", ["import_id"])
    _restrict((*KINDS, "history"), (*REASONS, "history"))


def downgrade() -> None:
    """Takes it away. Refused by the database where history was read."""
    _restrict(KINDS, REASONS)
    with op.batch_alter_table("claim") as batch:
        batch.drop_index("ix_claim_import_id")
        batch.drop_constraint("fk_claim_import_id_file_import", type_="foreignkey")
        batch.drop_column("import_id")
    with op.batch_alter_table("move") as batch:
        batch.drop_index("ix_move_happened_on")
        batch.drop_column("happened_on")


def _restrict(kinds: tuple[str, ...], reasons: tuple[str, ...]) -> None:
    for table, column, values in (("file_import", "kind", kinds), ("move", "reason", reasons)):
        listed = ", ".join(f"'{value}'" for value in values)
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")
