"""A box may come back to its sender, and go to an address of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

BEFORE = ("draft", "packed", "in_transit", "delivered", "received", "lost", "cancelled")
AFTER = ("draft", "packed", "in_transit", "delivered", "received", "returned", "lost", "cancelled")
OLD = "received >= 0 AND missing >= 0 AND received + missing = quantity"
NEW = "received >= 0 AND missing >= 0 AND returned >= 0 AND received + missing + returned = quantity"


def upgrade() -> None:
    """Adds them; none has come back, and no address is a box's own."""
    with op.batch_alter_table("shipment_address") as batch:
        batch.add_column(sa.Column("own", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("shipment_address") as batch:
        batch.alter_column("own", server_default=None)
    with op.batch_alter_table("shipment_line") as batch:
        batch.add_column(sa.Column("returned", sa.Integer, nullable=False, server_default="0"))
    _restrict(AFTER, NEW)
    with op.batch_alter_table("shipment_line") as batch:
        batch.alter_column("returned", server_default=None)
    op.create_index(op.f("ix_shipment_tracking_number"), "shipment", ["tracking_number"])


def downgrade() -> None:
    """Takes them away. Refused by the database where a box has come back."""
    op.drop_index(op.f("ix_shipment_tracking_number"), "shipment")
    _restrict(BEFORE, OLD)
    with op.batch_alter_table("shipment_line") as batch:
        batch.drop_column("returned")
    with op.batch_alter_table("shipment_address") as batch:
        batch.drop_column("own")


def _restrict(statuses: tuple[str, ...], balance: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    for table, name, rule in (("shipment", "status", f"status IN ({listed})"), ("shipment_line", "balance", balance)):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), rule)
