"""Entries that a phone may send again are counted once, for ever; what comes too late waits for a coordinator."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds both tables."""
    op.create_table(
        "entry",
        *_texts("entry", id=36, act=60, principal=60, content_hash=64, made=60),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
    )
    op.create_table(
        "late_entry",
        sa.Column("id", sa.Integer),
        *_texts("late_entry", entry_id=36, act=60, subject=60, given=60_000),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_late_entry"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_late_entry_entry_id_entry", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_late_entry_person_id_person", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("entry_id", name="uq_late_entry_entry_id"),
        sa.CheckConstraint("status IN ('waiting', 'booked', 'dismissed')", name=op.f("ck_late_entry_status")),
    )
    op.create_index("ix_late_entry_person_id", "late_entry", ["person_id"])
    op.create_index("ix_late_entry_status", "late_entry", ["status"])


def downgrade() -> None:
    """Takes them away."""
    for table in ("late_entry", "entry"):
        op.drop_table(table)


def _texts(table: str, **lengths: int) -> list[sa.schema.SchemaItem]:
    """Required texts; where the length of a column says nothing, which is on SQLite, a CHECK says it."""
    columns = [sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items()]
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_{table}_{name}_length"))
        for name, length in lengths.items()
    ]
    return [*columns, *(checks if op.get_bind().dialect.name == "sqlite" else [])]
