"""Whoever waits can be moved in line; another e-mail address waits until it is confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds both, empty."""
    with op.batch_alter_table("claim") as batch:
        batch.add_column(sa.Column("queue_key", sa.Integer))
    lengths = {"email": 254, "secret_hash": 64}
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "email_change",
        sa.Column("person_id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String(most), nullable=False) for name, most in lengths.items()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_email_change"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_email_change_person_id_person", ondelete="RESTRICT"
        ),
        sa.UniqueConstraint("secret_hash", name="uq_email_change_secret_hash"),
        *(
            sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_email_change_{name}_length"))
            for name, most in lengths.items()
            if on_sqlite
        ),
    )
    op.create_index("ix_email_change_expires_at", "email_change", ["expires_at"])


def downgrade() -> None:
    """Takes both away."""
    op.drop_table("email_change")
    with op.batch_alter_table("claim") as batch:
        batch.drop_column("queue_key")
