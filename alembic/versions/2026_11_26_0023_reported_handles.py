"""A report keeps the handle that it is about where nobody here has it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds it, empty."""
    with op.batch_alter_table("report") as batch:
        batch.add_column(sa.Column("about_handle", sa.String(520), nullable=False, server_default=""))
        batch.create_index("ix_report_about_handle", ["about_handle"])
    with op.batch_alter_table("report") as batch:
        batch.alter_column("about_handle", server_default=None)
        if op.get_bind().dialect.name == "sqlite":
            batch.create_check_constraint(op.f("ck_report_about_handle_length"), "length(about_handle) <= 520")


def downgrade() -> None:
    """Takes it away."""
    with op.batch_alter_table("report") as batch:
        batch.drop_index("ix_report_about_handle")
        if op.get_bind().dialect.name == "sqlite":
            batch.drop_constraint(op.f("ck_report_about_handle_length"), type_="check")
        batch.drop_column("about_handle")
