"""What belongs to the community is kept in the database: its name, its colors, its lead times and limits."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LENGTHS = {"name": 60, "value": 1_000}


def upgrade() -> None:
    """Adds the table, empty: until something is settled, the environment and the defaults hold, as before."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_community_setting_{name}_length"))
        for name, length in LENGTHS.items()
    ]
    op.create_table(
        "community_setting",
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in LENGTHS.items()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_community_setting"),
        *(checks if sqlite else []),
    )


def downgrade() -> None:
    """Takes it away; what was settled has to be said in the environment again."""
    op.drop_table("community_setting")
