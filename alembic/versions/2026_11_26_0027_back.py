"""A close-out knows what it has booked, so that it can be taken back; an order may be closed though some never came."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0023"
branch_labels = None
depends_on = None

BOOKED = {"hand_out_move_id": "move", "lost_move_id": "move", "count_id": "stock_count"}
BEFORE = ["draft", "placed", "partially_received", "received", "cancelled"]


def upgrade() -> None:
    """Adds it. What older close-outs have booked is told by when it was: together, and just before they ended."""
    _restrict([*BEFORE[:-1], "closed_short", *BEFORE[-1:]])
    with op.batch_alter_table("close_out_line") as batch:
        for name, table in BOOKED.items():
            batch.add_column(sa.Column(name, sa.Integer))
            batch.create_foreign_key(
                op.f(f"fk_close_out_line_{name}_{table}"), table, [name], ["id"], ondelete="RESTRICT"
            )
            batch.create_unique_constraint(op.f(f"uq_close_out_line_{name}"), [name])
    _find_what_was_booked(op.get_bind())


def _find_what_was_booked(connection: sa.Connection) -> None:
    claim, line, move, count, location = (_table(name) for name in TABLES)
    used: set[int] = set()
    closed = sa.select(claim, location.c.id.label("own")).join(location, location.c.person_id == claim.c.champion_id)
    closed = closed.where(claim.c.status == "closed", claim.c.ended_at.is_not(None))
    for one in connection.execute(closed.order_by(claim.c.ended_at.desc(), claim.c.id.desc())).all():
        until = move.c.created_at <= one.ended_at
        booked = move.c.subject == f"claim:{one.id}", move.c.reason.in_(["hand_out", "lost"])
        moves = connection.execute(sa.select(move).where(*booked, until).order_by(move.c.id)).all()
        last = sa.select(sa.func.max(move.c.id)).where(until).scalar_subquery()
        own = count.c.location_id == one.own, count.c.move_id.is_(None), count.c.through_id <= last
        found: dict[int, dict[str, int]] = {}
        for row in connection.execute(sa.select(count).where(*own).order_by(count.c.id)).all():
            if row.id not in used:
                found.setdefault(row.design_id, {})["count_id"] = row.id
        used |= {values["count_id"] for values in found.values()}
        for row in moves:
            at_the_end = one.ended_at - row.created_at < timedelta(seconds=10)
            if at_the_end and row.created_at == moves[-1].created_at:
                found.setdefault(row.design_id, {})[f"{row.reason}_move_id"] = row.id
        for design_id, values in found.items():
            here = line.c.claim_id == one.id, line.c.design_id == design_id
            connection.execute(line.update().where(*here).values(values))


TABLES = {
    "claim": "id champion_id status ended_at",
    "close_out_line": "claim_id design_id hand_out_move_id lost_move_id count_id",
    "move": "id subject design_id reason created_at",
    "stock_count": "id location_id design_id through_id move_id",
    "location": "id person_id",
}


def _table(name: str) -> sa.TableClause:
    instants = {"ended_at", "created_at"}
    names = TABLES[name].split()
    return sa.table(
        name, *(sa.column(each, sa.DateTime(timezone=True) if each in instants else None) for each in names)
    )


def downgrade() -> None:
    """Takes it away. Refused by the database where an order was closed short."""
    with op.batch_alter_table("close_out_line") as batch:
        for name, table in BOOKED.items():
            batch.drop_constraint(op.f(f"uq_close_out_line_{name}"), type_="unique")
            batch.drop_constraint(op.f(f"fk_close_out_line_{name}_{table}"), type_="foreignkey")
            batch.drop_column(name)
    _restrict(BEFORE)


def _restrict(statuses: list[str]) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    with op.batch_alter_table("purchase_order") as batch:
        batch.drop_constraint(op.f("ck_purchase_order_status"), type_="check")
        batch.create_check_constraint(op.f("ck_purchase_order_status"), f"status IN ({listed})")
