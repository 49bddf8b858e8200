"""What was printed: short links, revisions and copies of papers, and print jobs with their files."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATES = ("waiting", "printing", "ready", "failed")


def upgrade() -> None:
    """Adds the tables."""
    op.create_table(
        "short_link",
        *_texts("short_link", code=16, letter=1, subject=60),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("code", name="pk_short_link"),
    )
    op.create_index("ix_short_link_subject_letter", "short_link", ["subject", "letter"])
    op.create_table(
        "printed_paper",
        sa.Column("id", sa.Integer),
        *_texts("printed_paper", kind=32, subject=60, content_hash=64, code=16),
        *_numbers("revision", "copies"),
        sa.Column("first_printed_at", INSTANT, nullable=False),
        sa.Column("last_printed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_printed_paper"),
        sa.UniqueConstraint("kind", "subject", "revision", name="uq_printed_paper_kind_subject_revision"),
        sa.ForeignKeyConstraint(
            ["code"], ["short_link.code"], name="fk_printed_paper_code_short_link", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_printed_paper_code", "printed_paper", ["code"])
    op.create_table(
        "print_job",
        sa.Column("id", sa.Integer),
        sa.Column("person_id", sa.Integer, nullable=False),
        *_texts("print_job", wanted=60_000, detail=1_000),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        *_numbers("done", "total"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_print_job"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_print_job_person_id_person", ondelete="RESTRICT"
        ),
    )
    op.create_index("ix_print_job_person_id_id", "print_job", ["person_id", "id"])
    op.create_index("ix_print_job_created_at", "print_job", ["created_at"])
    op.create_table(
        "print_job_file",
        sa.Column("job_id", sa.Integer),
        *_texts("print_job_file", name=120, media_type=60),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_print_job_file"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["print_job.id"], name="fk_print_job_file_job_id_print_job", ondelete="RESTRICT"
        ),
    )


def downgrade() -> None:
    """Takes all of it away."""
    for table in ("print_job_file", "print_job", "printed_paper", "short_link"):
        op.drop_table(table)


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _texts(table: str, **lengths: int) -> list[sa.schema.SchemaItem]:
    """Required texts; where the length of a column says nothing, which is on SQLite, a CHECK says it."""
    columns = [sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items()]
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_{table}_{name}_length"))
        for name, length in lengths.items()
    ]
    return [*columns, *(checks if op.get_bind().dialect.name == "sqlite" else [])]
