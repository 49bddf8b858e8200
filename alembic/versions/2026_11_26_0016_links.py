"""A sign-in link may be nobody's: what an unknown address leaves, so that no clock tells it from a known one."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lets a link be nobody's."""
    with op.batch_alter_table("sign_in_link") as batch:
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Removes those that are nobody's: they open nothing."""
    op.execute("DELETE FROM sign_in_link WHERE person_id IS NULL")
    with op.batch_alter_table("sign_in_link") as batch:
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
