"""A link to one meetup, which its recorder hands over; and whether a part stands as it was said with one."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; nothing was said with a link yet."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    check = sa.CheckConstraint("length(secret_hash) <= 64", name=op.f("ck_meetup_link_secret_hash_length"))
    op.create_table(
        "meetup_link",
        sa.Column("meetup_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["meetup_id", "position"],
            ["naming.meetup_id", "naming.position"],
            name=op.f("fk_meetup_link_meetup_id_naming"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("meetup_id", "position", name=op.f("pk_meetup_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_meetup_link_secret_hash")),
        *([check] if sqlite else []),
    )
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("by_link", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("participant") as batch:
        batch.alter_column("by_link", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Takes it away: what was said with a link stays."""
    with op.batch_alter_table("participant") as batch:
        batch.drop_column("by_link")
    op.drop_table("meetup_link")
