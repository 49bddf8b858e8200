"""People choose which letters they get; so far they get all."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_KINDS = (
    *("sign-in", "application", "invitation", "new-email", "old-email", "deputized", "declined", "revoked"),
    *("next-in-line", "box-sent", "count-box", "count-differs", "conference-moved", "conference-cancelled"),
    *("conference-virtual", "ship-today", "hand-outs-begin", "close-out", "named", "new-report", "new-claim"),
    *("new-proposal", "stock-low", "weekly"),
)


def upgrade() -> None:
    """Makes the table."""
    listed = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.create_table(
        "unwanted_letter",
        sa.Column("person_id", sa.Integer),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", name="pk_unwanted_letter"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_unwanted_letter_person_id_person", ondelete="RESTRICT"
        ),
        sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_unwanted_letter_kind")),
    )


def downgrade() -> None:
    """Forgets what was chosen."""
    op.drop_table("unwanted_letter")
