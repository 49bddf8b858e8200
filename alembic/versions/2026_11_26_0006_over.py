"""The instant when a conference is over where it takes place, so that a list and a verb say the same of it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
conference = sa.table(
    "conference",
    sa.column("id", sa.Integer),
    sa.column("ends_on", sa.Date),
    sa.column("timezone", sa.String),
    sa.column("over_at", INSTANT),
)


def upgrade() -> None:
    """Adds the column and computes it for every conference."""
    op.add_column("conference", sa.Column("over_at", INSTANT))
    connection = op.get_bind()
    known = connection.execute(sa.select(conference.c.id, conference.c.ends_on, conference.c.timezone)).all()
    ends = [
        {"this": row.id, "over": datetime.combine(row.ends_on + timedelta(days=1), time(), ZoneInfo(row.timezone))}
        for row in known
    ]
    if ends:
        settled = sa.update(conference).where(conference.c.id == sa.bindparam("this"))
        values = [{**end, "over": end["over"].astimezone(UTC)} for end in ends]
        connection.execute(settled.values(over_at=sa.bindparam("over")), values)
    with op.batch_alter_table("conference") as batch:
        batch.alter_column("over_at", existing_type=INSTANT, nullable=False)
    op.create_index("ix_conference_over_at", "conference", ["over_at"])


def downgrade() -> None:
    """Drops the column."""
    op.drop_index("ix_conference_over_at", "conference")
    op.drop_column("conference", "over_at")
