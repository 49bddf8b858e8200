"""Letters wait in a table of their own until they are sent; there are none yet."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_KINDS = (
    *("sign-in", "application", "invitation", "new-email", "old-email", "deputized", "declined", "revoked"),
    *("next-in-line", "box-sent", "count-box", "count-differs", "conference-moved", "conference-cancelled"),
    *("conference-virtual", "ship-today", "hand-outs-begin", "close-out", "named", "new-report", "new-claim"),
    *("new-proposal", "stock-low", "weekly"),
)
_STATUSES = ("queued", "sending", "sent", "failed", "dropped")
_TEXTS = {"address": 254, "subject": 60, "facts": 1000, "seed": 32, "message_id": 200, "failure": 60}
_WAITING = sa.text("status IN ('queued', 'sending')")
_FAILED = sa.text("status = 'failed'")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("person_id", sa.Integer),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in _TEXTS.items()),
        sa.Column("dedupe_key", sa.String(120)),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_letter_person_id_person", ondelete="RESTRICT"),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_letter_dedupe_key")),
        sa.UniqueConstraint("seed", name=op.f("uq_letter_seed")),
        sa.CheckConstraint(_one_of("kind", _KINDS), name=op.f("ck_letter_kind")),
        sa.CheckConstraint(_one_of("status", _STATUSES), name=op.f("ck_letter_status")),
        *_checked_lengths(),
    )
    for name, columns, where in (
        ("ix_letter_waiting", ["urgent", "due_at"], _WAITING),
        ("ix_letter_failed", ["id"], _FAILED),
        ("ix_letter_subject_kind", ["subject", "kind"], None),
        ("ix_letter_person_id", ["person_id"], None),
        ("ix_letter_done_at", ["done_at"], None),
    ):
        op.create_index(name, "letter", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Forgets what waits."""
    op.drop_table("letter")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))


def _checked_lengths() -> list[sa.CheckConstraint]:
    """SQLite does not know them from the type."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    return [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_letter_{name}_length"))
        for name, length in {**_TEXTS, "dedupe_key": 120}.items()
    ]
