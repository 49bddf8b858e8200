"""Proofs that the books agree are kept, with how far they have come."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

STATUSES = ("waiting", "running", "ready", "failed")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds the table."""
    length = sa.CheckConstraint("length(differences) <= 200000", name=op.f("ck_verification_differences_length"))
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("unfinished", sa.Boolean),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("done", "total", "differing")),
        sa.Column("differences", sa.String(200_000), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verification"),
        sa.UniqueConstraint("unfinished", name="uq_verification_unfinished"),
        *([length] if op.get_bind().dialect.name == "sqlite" else []),
    )


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("verification")
