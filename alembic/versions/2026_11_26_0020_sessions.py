"""Browsers have sessions of their own, and a sign-in letter has a short code for the browser that asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LENGTHS = {"secret_hash": 64, "device": 60}
HASHES = ("browser_hash", "code_hash")


def upgrade() -> None:
    """Adds the sessions, and what a link knows of its short code; links that are under way have none."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_browser_session_{name}_length"))
        for name, length in LENGTHS.items()
    ]
    op.create_table(
        "browser_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in LENGTHS.items()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_browser_session_person_id_person"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_browser_session_secret_hash")),
        *(checks if sqlite else []),
    )
    op.create_index(op.f("ix_browser_session_person_id"), "browser_session", ["person_id"])
    with op.batch_alter_table("sign_in_link") as batch:
        for name in HASHES:
            batch.add_column(sa.Column(name, sa.String(64), nullable=True))
            if sqlite:
                batch.create_check_constraint(op.f(f"ck_sign_in_link_{name}_length"), f"length({name}) <= 64")
        batch.add_column(sa.Column("wrong_codes", sa.Integer(), nullable=False, server_default="0"))
        batch.create_unique_constraint(op.f("uq_sign_in_link_code_hash"), ["code_hash"])
    with op.batch_alter_table("sign_in_link") as batch:
        batch.alter_column("wrong_codes", existing_type=sa.Integer(), server_default=None)
    op.create_index(op.f("ix_sign_in_link_browser_hash"), "sign_in_link", ["browser_hash"])


def downgrade() -> None:
    """Takes them away: whoever has a session signs in again."""
    op.drop_index(op.f("ix_sign_in_link_browser_hash"), "sign_in_link")
    with op.batch_alter_table("sign_in_link") as batch:
        batch.drop_constraint(op.f("uq_sign_in_link_code_hash"), type_="unique")
        for name in HASHES:
            if op.get_bind().dialect.name == "sqlite":
                batch.drop_constraint(op.f(f"ck_sign_in_link_{name}_length"), type_="check")
            batch.drop_column(name)
        batch.drop_column("wrong_codes")
    op.drop_table("browser_session")
