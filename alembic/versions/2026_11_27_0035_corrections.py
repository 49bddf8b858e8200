"""Meetups are edited by version; members ask for further handles."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

PLATFORMS = "'x', 'bluesky', 'mastodon', 'instagram', 'threads', 'linkedin'"
HANDLE = ("canonical", "display", "url")


def upgrade() -> None:
    """Adds the table, and a version to each meetup."""
    checks = [
        sa.CheckConstraint(f"length({name}) <= 500", name=op.f(f"ck_asked_handle_{name}_length")) for name in HANDLE
    ]
    op.create_table(
        "asked_handle",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Integer, nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        *(sa.Column(name, sa.String(500), nullable=False) for name in HANDLE),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"platform IN ({PLATFORMS})", name=op.f("ck_asked_handle_platform")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_asked_handle_member_id_member"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_handle")),
        sa.UniqueConstraint(
            "member_id", "platform", "canonical", name=op.f("uq_asked_handle_member_id_platform_canonical")
        ),
        *(checks if op.get_bind().dialect.name == "sqlite" else []),
    )
    with op.batch_alter_table("meetup") as batch:
        batch.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    with op.batch_alter_table("meetup") as batch:
        batch.alter_column("version", server_default=None)


def downgrade() -> None:
    """Takes them away."""
    with op.batch_alter_table("meetup") as batch:
        batch.drop_column("version")
    op.drop_table("asked_handle")
