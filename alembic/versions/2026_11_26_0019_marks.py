"""Blocks are of handles, known or not, and of recorders; erased handles leave a mark; links and typed names end."""

import secrets
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
LINK_DAYS = 90
TYPED_DAYS = 30


def upgrade() -> None:
    """Adds the tables; a block of a member becomes one of each of their handles; links live on for a while."""
    op.create_table(
        "handle_block",
        sa.Column("blocker_id", sa.Integer, nullable=False),
        *_texts("handle_block", mark=64, key_name=16),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("blocker_id", "mark", name="pk_handle_block"),
        _reference("handle_block", "blocker_id", "member"),
    )
    op.create_index("ix_handle_block_mark", "handle_block", ["mark"])
    op.create_table(
        "recorder_block",
        sa.Column("blocker_id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("blocker_id", "person_id", name="pk_recorder_block"),
        _reference("recorder_block", "blocker_id", "member"),
        _reference("recorder_block", "person_id", "person"),
    )
    op.create_index("ix_recorder_block_person_id", "recorder_block", ["person_id"])
    op.create_table(
        "erased_handle",
        *_texts("erased_handle", mark=64, key_name=16),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_erased_handle"),
    )
    _mark_handles()
    _end_typing()
    op.execute(
        "INSERT INTO handle_block (blocker_id, mark, key_name, created_at) "
        "SELECT block.blocker_id, known.mark, '', block.created_at "
        "FROM member_block AS block JOIN member_handle AS known ON known.member_id = block.blocked_id"
    )
    op.drop_table("member_block")
    with op.batch_alter_table("member") as batch:
        batch.add_column(sa.Column("link_expires_at", INSTANT))
    until = datetime.now(UTC) + timedelta(days=LINK_DAYS)
    member = sa.table("member", sa.column("link_hash"), sa.column("link_expires_at", INSTANT))
    op.execute(sa.update(member).where(member.c.link_hash.is_not(None)).values(link_expires_at=until))


def _mark_handles() -> None:
    """Any mark will do for a handle that is known, as long as no other has it: the server's key is not at hand here."""
    with op.batch_alter_table("member_handle") as batch:
        batch.add_column(sa.Column("mark", sa.String(64)))
    connection = op.get_bind()
    handle = sa.table("member_handle", sa.column("id", sa.Integer), sa.column("mark", sa.String))
    for (number,) in connection.execute(sa.select(handle.c.id)).all():
        mark = secrets.token_hex(32)
        connection.execute(sa.update(handle).where(handle.c.id == number).values(mark=mark))
    with op.batch_alter_table("member_handle") as batch:
        batch.alter_column("mark", existing_type=sa.String(64), nullable=False)
        batch.create_unique_constraint("uq_member_handle_mark", ["mark"])
        if connection.dialect.name == "sqlite":
            batch.create_check_constraint(op.f("ck_member_handle_mark_length"), "length(mark) <= 64")


def _end_typing() -> None:
    """What was typed until now is seen for as long as was said when it was."""
    with op.batch_alter_table("meetup") as batch:
        batch.add_column(sa.Column("typed_until", INSTANT))
    connection = op.get_bind()
    meetup = sa.table("meetup", sa.column("id"), sa.column("created_at", INSTANT), sa.column("typed_until", INSTANT))
    for number, created_at in connection.execute(sa.select(meetup.c.id, meetup.c.created_at)).all():
        until = created_at + timedelta(days=TYPED_DAYS)
        connection.execute(sa.update(meetup).where(meetup.c.id == number).values(typed_until=until))
    with op.batch_alter_table("meetup") as batch:
        batch.alter_column("typed_until", existing_type=INSTANT, nullable=False)


def downgrade() -> None:
    """Keeps of the blocks those between members who are known; the list of erased handles is gone."""
    op.create_table(
        "member_block",
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("blocker_id", "blocked_id")),
        sa.Column("created_at", INSTANT, nullable=False),
        *(_reference("member_block", name, "member") for name in ("blocker_id", "blocked_id")),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name="pk_member_block"),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_member_block_pair")),
    )
    op.create_index("ix_member_block_blocked_id", "member_block", ["blocked_id"])
    op.execute(
        "INSERT INTO member_block (blocker_id, blocked_id, created_at) "
        "SELECT block.blocker_id, known.member_id, min(block.created_at) "
        "FROM handle_block AS block JOIN member_handle AS known ON known.mark = block.mark "
        "WHERE block.blocker_id <> known.member_id GROUP BY block.blocker_id, known.member_id"
    )
    with op.batch_alter_table("member_handle") as batch:
        if op.get_bind().dialect.name == "sqlite":
            batch.drop_constraint(op.f("ck_member_handle_mark_length"), type_="check")
        batch.drop_constraint("uq_member_handle_mark", type_="unique")
        batch.drop_column("mark")
    with op.batch_alter_table("member") as batch:
        batch.drop_column("link_expires_at")
    with op.batch_alter_table("meetup") as batch:
        batch.drop_column("typed_until")
    for table in ("erased_handle", "recorder_block", "handle_block"):
        op.drop_table(table)


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="RESTRICT")


def _texts(table: str, **lengths: int) -> list[sa.schema.SchemaItem]:
    """Required texts; where the length of a column says nothing, which is on SQLite, a CHECK says it."""
    columns = [sa.Column(name, sa.String(length), nullable=False) for name, length in lengths.items()]
    checks = [
        sa.CheckConstraint(f"length({name}) <= {length}", name=op.f(f"ck_{table}_{name}_length"))
        for name, length in lengths.items()
    ]
    return [*columns, *(checks if op.get_bind().dialect.name == "sqlite" else [])]
