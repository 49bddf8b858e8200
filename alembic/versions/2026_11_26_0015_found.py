"""A box of which nothing had come until its ribbons were found came on the day on which they were found first."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

shipment = sa.table("shipment", sa.column("id", sa.Integer), sa.column("received_on", sa.Date))
move = sa.table(
    "move",
    sa.column("subject", sa.String),
    sa.column("reason", sa.String),
    sa.column("created_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Notes that day, by UTC as days were counted then, on boxes that had been given up, or were empty when counted."""
    connection = op.get_bind()
    came = sa.select(move.c.subject).where(move.c.reason == "receive", move.c.subject.is_not(None))
    statement = (
        sa.select(move.c.subject, sa.func.min(move.c.created_at, type_=sa.DateTime(timezone=True)))
        .where(move.c.reason == "found", move.c.subject.like("shipment:%"), move.c.subject.not_in(came))
        .group_by(move.c.subject)
    )
    found: dict[int, datetime] = {int(subject.partition(":")[2]): at for subject, at in connection.execute(statement)}
    if found:
        values = [{"this": box, "day": (at.astimezone(UTC) if at.tzinfo else at).date()} for box, at in found.items()]
        noted = sa.update(shipment).where(shipment.c.id == sa.bindparam("this"))
        connection.execute(noted.values(received_on=sa.bindparam("day")), values)


def downgrade() -> None:
    """Leaves the days: they are true."""
