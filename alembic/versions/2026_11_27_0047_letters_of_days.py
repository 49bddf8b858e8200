"""Days bring letters from now on, also those on which no server ran: what was due before is not told of."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table, and its one row."""
    made = op.create_table(
        "letters_of_days",
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("since", name="pk_letters_of_days"),
    )
    now = datetime.now(UTC)
    if op.get_bind().dialect.name == "sqlite":  # which keeps no zone
        now = now.replace(tzinfo=None)
    op.bulk_insert(made, [{"since": now}])


def downgrade() -> None:
    """Forgets since when that is."""
    op.drop_table("letters_of_days")
