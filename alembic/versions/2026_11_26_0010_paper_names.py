"""People and conferences may have a name on paper, for those whose name no paper can show."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("person", "conference")


def upgrade() -> None:
    """Adds the names, empty."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("paper_name", sa.String(200), nullable=False, server_default=""))
            # Where the length of a column says nothing, a CHECK says it.
            if op.get_bind().dialect.name == "sqlite":
                batch.create_check_constraint(op.f(f"ck_{table}_paper_name_length"), "length(paper_name) <= 200")
        with op.batch_alter_table(table) as batch:
            batch.alter_column("paper_name", server_default=None)


def downgrade() -> None:
    """Forgets the names."""
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            if op.get_bind().dialect.name == "sqlite":
                batch.drop_constraint(op.f(f"ck_{table}_paper_name_length"), type_="check")
            batch.drop_column("paper_name")
