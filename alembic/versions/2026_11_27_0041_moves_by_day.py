"""Moves are found by the day when they happened, or else by that when they were booked, in one index."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Puts one index over both in place of the other."""
    op.drop_index("ix_move_happened_on", "move")
    op.create_index("ix_move_happened_on_created_at", "move", ["happened_on", "created_at"])


def downgrade() -> None:
    """Puts the other back."""
    op.drop_index("ix_move_happened_on_created_at", "move")
    op.create_index("ix_move_happened_on", "move", ["happened_on"])
