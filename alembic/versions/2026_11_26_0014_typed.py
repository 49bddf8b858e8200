"""A meetup keeps the names as they were typed, in their order, apart from the members who have them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PLATFORMS = "'x', 'bluesky', 'mastodon', 'instagram', 'threads', 'linkedin'"


def upgrade() -> None:
    """Adds the table. How names were typed before, nobody knows: they are spelled as the handles are kept."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    texts = ("display", "url")
    checks = [sa.CheckConstraint(f"length({name}) <= 500", name=op.f(f"ck_naming_{name}_length")) for name in texts]
    op.create_table(
        "naming",
        sa.Column("meetup_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Integer),
        sa.Column("platform", sa.String(32)),
        *(sa.Column(name, sa.String(500), nullable=False) for name in texts),
        sa.PrimaryKeyConstraint("meetup_id", "position", name="pk_naming"),
        sa.ForeignKeyConstraint(["meetup_id"], ["meetup.id"], name="fk_naming_meetup_id_meetup", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_naming_member_id_member", ondelete="RESTRICT"),
        sa.CheckConstraint(f"platform IN ({PLATFORMS})", name=op.f("ck_naming_platform")),
        *(checks if sqlite else []),
    )
    op.create_index("ix_naming_member_id", "naming", ["member_id"])
    op.execute(
        "INSERT INTO naming (meetup_id, position, member_id, platform, display, url) "
        "SELECT part.meetup_id, row_number() OVER (PARTITION BY part.meetup_id ORDER BY part.member_id) - 1, "
        "CASE WHEN known.id IS NULL THEN NULL ELSE part.member_id END, "
        "known.platform, coalesce(known.display, ''), coalesce(known.url, '') "
        "FROM participant AS part LEFT JOIN member_handle AS known ON known.id = part.handle_id"
    )


def downgrade() -> None:
    """Takes it away; what was typed is gone with it."""
    op.drop_table("naming")
