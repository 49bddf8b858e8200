"""Audit trail, throttling, blocks between members, reports of abuse, and by which handle somebody was named."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Adds the tables; whoever was named in a meetup was named by her first handle."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer),
        *_instants("at"),
        *_texts("audit_entry", principal=60, action=60, subject=60, request_id=32),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
    )
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject", "id"])
    op.create_index("ix_audit_entry_principal_id", "audit_entry", ["principal", "id"])
    op.create_table(
        "attempts",
        *_texts("attempts", name_hash=64),
        *_instants("window_start"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name_hash", "window_start", name="pk_attempts"),
    )
    op.create_index("ix_attempts_window_start", "attempts", ["window_start"])
    op.create_table(
        "member_block",
        *_references("member_block", blocker_id="member", blocked_id="member"),
        *_instants("created_at"),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name="pk_member_block"),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_member_block_pair")),
    )
    op.create_index("ix_member_block_blocked_id", "member_block", ["blocked_id"])
    op.create_table(
        "report",
        sa.Column("id", sa.Integer),
        *_texts("report", reporter=60, text=2000),
        *_instants("created_at"),
        sa.Column("closed_at", INSTANT),
        *_references("report", nullable=True, closed_by="person"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_closed_at_id", "report", ["closed_at", "id"])
    op.create_index("ix_report_closed_by", "report", ["closed_by"])
    with op.batch_alter_table("participant") as batch:
        batch.add_column(sa.Column("handle_id", sa.Integer))
        batch.create_foreign_key(
            "fk_participant_handle_id_member_handle", "member_handle", ["handle_id"], ["id"], ondelete="RESTRICT"
        )
    op.create_index("ix_participant_handle_id", "participant", ["handle_id"])
    op.execute(
        "UPDATE participant SET handle_id = "
        "(SELECT min(id) FROM member_handle WHERE member_handle.member_id = participant.member_id)"
    )


def downgrade() -> None:
    """Takes all of it away."""
    op.drop_index("ix_participant_handle_id", "participant")
    with op.batch_alter_table("participant") as batch:
        batch.drop_constraint("fk_participant_handle_id_member_handle", type_="foreignkey")
        batch.drop_column("handle_id")
    for table in ("report", "member_block", "attempts", "audit_entry"):
        op.drop_table(table)


def _instants(*names: str) -> list[sa.Column]:
    return [sa.Column(name, INSTANT, nullable=False) for name in names]


def _texts(table: str, **lengths: int) -> list[sa.schema.SchemaItem]:
    """Required texts; where the length of a column says nothing, which is on SQLite, a CHECK says it."""
    columns = [sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items()]
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_{table}_{name}_length"))
        for name, length in lengths.items()
    ]
    return [*columns, *(checks if op.get_bind().dialect.name == "sqlite" else [])]


def _references(table: str, *, nullable: bool = False, **targets: str) -> list[sa.Column]:
    return [
        sa.Column(
            name,
            sa.Integer,
            sa.ForeignKey(f"{target}.id", name=f"fk_{table}_{name}_{target}", ondelete="RESTRICT"),
            nullable=nullable,
        )
        for name, target in targets.items()
    ]
