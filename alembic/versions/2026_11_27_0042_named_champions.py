"""Champions may be named on the page of a conference, if they say so; nobody has yet."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds what they say."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("shown_publicly", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("shown_publicly", server_default=None)


def downgrade() -> None:
    """Takes it away: nobody is named."""
    with op.batch_alter_table("person") as batch:
        batch.drop_column("shown_publicly")
