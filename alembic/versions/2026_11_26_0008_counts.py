"""What was counted is known also where it took no move; what it settled is corrected, not taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = [
    *("purchase", "pack", "unpack", "send", "receive", "missing"),
    *("found", "lost", "hand_out", "transfer", "count", "reversal"),
]


def upgrade() -> None:
    """Adds the counts, those that can be told from moves and close-outs among them, and the reason."""
    _restrict([*BEFORE, "correction"], "(reason IN ('reversal', 'correction')) = (reverses_id IS NOT NULL)")
    op.create_table(
        "stock_count",
        sa.Column("id", sa.Integer),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("location_id", "design_id", "through_id")),
        sa.Column("move_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_stock_count"),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_stock_count_{name}_{table}", ondelete="RESTRICT")
            for name, table in (
                ("location_id", "location"),
                ("design_id", "design"),
                ("through_id", "move"),
                ("move_id", "move"),
            )
        ),
        sa.UniqueConstraint("move_id", name="uq_stock_count_move_id"),
    )
    op.create_index("ix_stock_count_location_id_design_id", "stock_count", ["location_id", "design_id", "through_id"])
    op.execute(
        "INSERT INTO stock_count (location_id, design_id, through_id, move_id) "
        "SELECT location.id, move.design_id, move.id, move.id FROM move "
        "JOIN location ON location.id IN (move.source_id, move.target_id) AND location.kind <> 'adjustment' "
        "WHERE move.reason = 'count' ORDER BY move.id"
    )
    op.execute(
        "INSERT INTO stock_count (location_id, design_id, through_id) "
        "SELECT location.id, line.design_id, MAX(move.id) FROM close_out_line AS line "
        "JOIN claim ON claim.id = line.claim_id JOIN location ON location.person_id = claim.champion_id "
        "JOIN move ON move.created_at <= claim.ended_at GROUP BY claim.id, location.id, line.design_id"
    )


def downgrade() -> None:
    """Forgets the counts that took no move. Refused by the database where a move was corrected."""
    op.drop_table("stock_count")
    _restrict(BEFORE, "(reason = 'reversal') = (reverses_id IS NOT NULL)")


def _restrict(reasons: list[str], reversal: str) -> None:
    """Puts both CHECKs of the ledger in place of what they were."""
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    with op.batch_alter_table("move") as batch:
        for name, rule in (("reason", f"reason IN ({listed})"), ("reversal", reversal)):
            batch.drop_constraint(op.f(f"ck_move_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_move_{name}"), rule)
