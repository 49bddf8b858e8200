"""Who asks to be named; and whether who has confirmed is shown to the others, as those are who did before."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PLATFORMS = "'x', 'bluesky', 'mastodon', 'instagram', 'threads', 'linkedin'"
HANDLE = ("canonical", "display", "url")


def upgrade() -> None:
    """Adds the table, and to each part whether it is shown."""
    checks = [sa.CheckConstraint(f"length({name}) <= 500", name=op.f(f"ck_wish_{name}_length")) for name in HANDLE]
    op.create_table(
        "wish",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("claim_id", sa.Integer, nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(500), nullable=False) for name in HANDLE),
        sa.Column("met_on", sa.Date, nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(f"platform IN ({PLATFORMS})", name=op.f("ck_wish_platform")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_wish_claim_id_claim"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("claim_id", "platform", "canonical", name=op.f("uq_wish_claim_id_platform_canonical")),
        *(checks if op.get_bind().dialect.name == "sqlite" else []),
    )
    op.create_index("ix_wish_claim_id_id", "wish", ["claim_id", "id"])
    op.create_index(op.f("ix_wish_created_at"), "wish", ["created_at"])
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE participant SET shown = true WHERE status = 'confirmed'")
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("shown", server_default=None)


def downgrade() -> None:
    """Takes them away: who has confirmed is shown again."""
    with op.batch_alter_table("participant") as batch:
        batch.drop_column("shown")
    op.drop_table("wish")
