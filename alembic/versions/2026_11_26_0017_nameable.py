"""A member says whether others may name them in meetups."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds it: everybody may be named, as before."""
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("nameable", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("member") as batch:
        batch.alter_column("nameable", server_default=None)


def downgrade() -> None:
    """Takes it away; whoever did not want to be named can be, as before."""
    with op.batch_alter_table("member") as batch:
        batch.drop_column("nameable")
