"""Somebody who has begun to prove that a handle is theirs is known by a hash, for half an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    check = sa.CheckConstraint("length(secret_hash) <= 64", name=op.f("ck_handle_proof_secret_hash_length"))
    op.create_table(
        "handle_proof",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_handle_proof")),
        *([check] if sqlite else []),
    )
    op.create_index(op.f("ix_handle_proof_expires_at"), "handle_proof", ["expires_at"])


def downgrade() -> None:
    """Takes it away: whoever was about to prove a handle begins again."""
    op.drop_table("handle_proof")
