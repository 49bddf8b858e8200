"""A browser session may be a member's, who came in by her own link; and a member may hide."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OTHERS = {"member_id": "member", "through_id": "person"}
ONE = "person_id IS NOT NULL OR member_id IS NOT NULL"


def upgrade() -> None:
    """Adds whose session it is where it is no person's; nobody hides yet."""
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("member") as batch:
        batch.alter_column("hidden", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("browser_session") as batch:
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        for name, table in OTHERS.items():
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
            key = op.f(f"fk_browser_session_{name}_{table}")
            batch.create_foreign_key(key, table, [name], ["id"], ondelete="RESTRICT")
        batch.create_check_constraint(op.f("ck_browser_session_somebody"), ONE)
    for name in OTHERS:
        op.create_index(op.f(f"ix_browser_session_{name}"), "browser_session", [name])


def downgrade() -> None:
    """Ends the sessions of members: they open their links again. Who hides declines what was confirmed."""
    op.execute(
        "UPDATE participant SET status = 'declined' "
        "WHERE status = 'confirmed' AND member_id IN (SELECT id FROM member WHERE hidden)"
    )
    with op.batch_alter_table("member") as batch:
        batch.drop_column("hidden")
    op.execute("DELETE FROM browser_session WHERE person_id IS NULL")
    for name in OTHERS:
        op.drop_index(op.f(f"ix_browser_session_{name}"), "browser_session")
    with op.batch_alter_table("browser_session") as batch:
        batch.drop_constraint(op.f("ck_browser_session_somebody"), type_="check")
        for name, table in OTHERS.items():
            batch.drop_constraint(op.f(f"fk_browser_session_{name}_{table}"), type_="foreignkey")
            batch.drop_column(name)
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
