"""A report says whom or what it is about, and the trail with whose link something was done."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

REFERENCES = {
    "report": {"about_member_id": "member", "about_meetup_id": "meetup", "about_person_id": "person"},
    "member": {"link_by": "person"},
}


def upgrade() -> None:
    """Adds what nobody has said before: what reports are about, and who made links, is not known."""
    for table, columns in REFERENCES.items():
        with op.batch_alter_table(table) as batch:
            for name, target in columns.items():
                batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
                batch.create_foreign_key(
                    op.f(f"fk_{table}_{name}_{target}"), target, [name], ["id"], ondelete="RESTRICT"
                )
        for name in columns:
            op.create_index(f"ix_{table}_{name}", table, [name])
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("through", sa.String(60), nullable=False, server_default=""))
        if op.get_bind().dialect.name == "sqlite":
            batch.create_check_constraint(op.f("ck_audit_entry_through_length"), "length(through) <= 60")
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("through", server_default=None)
    op.create_index("ix_audit_entry_through_id", "audit_entry", ["through", "id"])


def downgrade() -> None:
    """Takes it away."""
    op.drop_index("ix_audit_entry_through_id", "audit_entry")
    with op.batch_alter_table("audit_entry") as batch:
        if op.get_bind().dialect.name == "sqlite":
            batch.drop_constraint(op.f("ck_audit_entry_through_length"), type_="check")
        batch.drop_column("through")
    for table, columns in REFERENCES.items():
        for name in columns:
            op.drop_index(f"ix_{table}_{name}", table)
        with op.batch_alter_table(table) as batch:
            for name, target in columns.items():
                batch.drop_constraint(op.f(f"fk_{table}_{name}_{target}"), type_="foreignkey")
                batch.drop_column(name)
