"""People who would like to bring ribbons, until it is decided."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TEXTS = {"name": 200, "email": 254, "handle": 60, "text": 2000, "language": 2}


def upgrade() -> None:
    """Adds the table."""
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_application_{name}_length"))
        for name, length in {**TEXTS, "secret_hash": 64}.items()
    ]
    op.create_table(
        "application",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in TEXTS.items()),
        sa.Column("secret_hash", sa.String(64)),
        sa.Column("created_at", INSTANT, nullable=False),
        *(sa.Column(name, INSTANT) for name in ("confirmed_at", "decided_at")),
        *(sa.Column(f"{name}_id", sa.Integer) for name in ("conference", "person")),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
        sa.UniqueConstraint("secret_hash", name="uq_application_secret_hash"),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=f"fk_application_{name}_id_{name}", ondelete="RESTRICT"
            )
            for name in ("conference", "person")
        ),
        *(checks if op.get_bind().dialect.name == "sqlite" else []),
    )
    for name in ("email", "conference_id", "person_id", "created_at"):
        op.create_index(f"ix_application_{name}", "application", [name])
    op.create_index("ix_application_decided_at_confirmed_at", "application", ["decided_at", "confirmed_at"])


def downgrade() -> None:
    """Takes it away."""
    op.drop_table("application")
