"""Applications say how many ribbons somebody would like; of those that are there nobody has said it."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column, empty."""
    with op.batch_alter_table("application") as batch:
        batch.add_column(sa.Column("ribbons_wanted", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_application_ribbons_wanted"), "ribbons_wanted > 0")


def downgrade() -> None:
    """Forgets how many."""
    with op.batch_alter_table("application") as batch:
        batch.drop_constraint(op.f("ck_application_ribbons_wanted"), type_="check")
        batch.drop_column("ribbons_wanted")
