"""A specialty as it is compared, so that one that is typed without accents or in capitals is found."""

import sqlalchemy as sa
from alembic import op

from app.core.text import fold

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

conference = sa.table(
    "conference",
    sa.column("id", sa.Integer),
    sa.column("specialty", sa.String),
    sa.column("folded_specialty", sa.String),
)


def upgrade() -> None:
    """Adds the column and computes it for every conference."""
    connection = op.get_bind()
    with op.batch_alter_table("conference") as batch:
        batch.add_column(sa.Column("folded_specialty", sa.String(400), nullable=False, server_default=""))
        if connection.dialect.name == "sqlite":
            batch.create_check_constraint(
                op.f("ck_conference_folded_specialty_length"), "length(folded_specialty) <= 400"
            )
    with op.batch_alter_table("conference") as batch:
        batch.alter_column("folded_specialty", server_default=None)
    known = connection.execute(sa.select(conference.c.id, conference.c.specialty)).all()
    if known:
        folded = sa.update(conference).where(conference.c.id == sa.bindparam("this"))
        values = [{"this": row.id, "folded": fold(row.specialty)[:400]} for row in known]
        connection.execute(folded.values(folded_specialty=sa.bindparam("folded")), values)
    op.create_index(
        "ix_conference_folded_specialty_starts_on_id", "conference", ["folded_specialty", "starts_on", "id"]
    )


def downgrade() -> None:
    """Drops the column."""
    op.drop_index("ix_conference_folded_specialty_starts_on_id", "conference")
    with op.batch_alter_table("conference") as batch:
        if op.get_bind().dialect.name == "sqlite":
            batch.drop_constraint(op.f("ck_conference_folded_specialty_length"), type_="check")
        batch.drop_column("folded_specialty")
