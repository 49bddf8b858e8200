"""A file that is read is kept in mind, with what it brought."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the files, and to conferences the one that brought them; of those of before, nobody knows."""
    op.create_table(
        "file_import",
        sa.Column("id", sa.Integer),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("imported_by", sa.Integer),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("undone_by", sa.Integer),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_file_import"),
        sa.CheckConstraint("kind IN ('conferences')", name=op.f("ck_file_import_kind")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=f"fk_file_import_{name}_person", ondelete="RESTRICT")
            for name in ("imported_by", "undone_by")
        ),
    )
    for name in ("imported_by", "undone_by"):
        op.create_index(f"ix_file_import_{name}", "file_import", [name])
    with op.batch_alter_table("conference", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("import_id", sa.Integer))
        batch.create_foreign_key(
            "fk_conference_import_id_file_import", "file_import", ["import_id"], ["id"], ondelete="RESTRICT"
        )
        batch.create_index("ix_conference_import_id", ["import_id"])


def downgrade() -> None:
    """Forgets them."""
    with op.batch_alter_table("conference", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_index("ix_conference_import_id")
        batch.drop_constraint("fk_conference_import_id_file_import", type_="foreignkey")
        batch.drop_column("import_id")
    op.drop_table("file_import")
