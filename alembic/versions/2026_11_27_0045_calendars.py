"""Calendars have secret links, of which there are none yet; what is in them says when it changed last."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_DATED = ("conference", "claim", "shipment", "purchase_order")
_LISTED = ("shipment", "purchase_order")


def upgrade() -> None:
    """Makes the table, and adds when rows changed: of those that are there nobody knows."""
    lengths = []
    if op.get_bind().dialect.name == "sqlite":  # which does not know them from the type
        lengths = [sa.CheckConstraint("length(secret_hash) <= 64", name=op.f("ck_calendar_link_secret_hash_length"))]
    op.create_table(
        "calendar_link",
        sa.Column("id", sa.Integer),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_link"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_calendar_link_person_id_person", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_link_secret_hash")),
        sa.CheckConstraint("kind IN ('own', 'coordinators')", name=op.f("ck_calendar_link_kind")),
        *lengths,
    )
    op.create_index("ix_calendar_link_person_id_id", "calendar_link", ["person_id", "id"])
    for table in _DATED:
        op.add_column(table, sa.Column("changed_at", sa.DateTime(timezone=True)))
    for table in _LISTED:
        op.create_index(f"ix_{table}_changed_at", table, ["changed_at"])


def downgrade() -> None:
    """Ends the links, and forgets when rows changed."""
    for table in _LISTED:
        op.drop_index(f"ix_{table}_changed_at", table)
    for table in _DATED:
        op.drop_column(table, "changed_at")
    op.drop_table("calendar_link")
