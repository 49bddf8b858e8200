"""Designs and orders say what vendors ask for; of those that are there nobody has said it yet."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_COLUMNS = {
    "design": {"ribbon_pms": 60, "foil_pms": 60, "vendor_item": 60},
    "purchase_order": {
        "proof_name": 200,
        "proof_phone": 60,
        "proof_email": 200,
        "bill_to": 200,
        "terms": 60,
        "tax_exemption": 60,
        "ship_method": 60,
        "as_before": 60,
    },
}


def upgrade() -> None:
    """Adds the columns, empty."""
    for table, columns in _COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name, length in columns.items():
                batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
                # Where the length of a column says nothing, a CHECK says it.
                if op.get_bind().dialect.name == "sqlite":
                    batch.create_check_constraint(op.f(f"ck_{table}_{name}_length"), f"length({name}) <= {length}")
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.alter_column(name, server_default=None)


def downgrade() -> None:
    """Forgets what they say."""
    for table, columns in _COLUMNS.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                if op.get_bind().dialect.name == "sqlite":
                    batch.drop_constraint(op.f(f"ck_{table}_{name}_length"), type_="check")
                batch.drop_column(name)
