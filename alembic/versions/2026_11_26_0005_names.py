"""A champion's stock and a conference's ribbons have no name of their own: they are called as she and it are."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Removes the copies, and refuses new ones."""
    op.execute("UPDATE location SET name = '' WHERE kind IN ('champion', 'conference')")
    with op.batch_alter_table("location") as batch:
        batch.create_check_constraint(op.f("ck_location_name"), "(kind IN ('champion', 'conference')) = (name = '')")


def downgrade() -> None:
    """Copies the names as they are now."""
    with op.batch_alter_table("location") as batch:
        batch.drop_constraint(op.f("ck_location_name"), type_="check")
    op.execute(
        "UPDATE location SET name = (SELECT name FROM person WHERE person.id = person_id) WHERE kind = 'champion'"
    )
    op.execute(
        "UPDATE location SET name = (SELECT name FROM conference WHERE conference.id = conference_id) "
        "WHERE kind = 'conference'"
    )
