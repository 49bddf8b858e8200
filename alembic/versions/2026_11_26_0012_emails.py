"""An e-mail address has one form: its domain is written as the DNS knows it."""

import sqlalchemy as sa
from alembic import op

from app.core.emails import canonical_email
from app.core.errors import Unfit

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

person = sa.table("person", sa.column("id", sa.Integer), sa.column("email", sa.String))


def upgrade() -> None:
    """Rewrites the addresses whose domain is not in ASCII.

    One that cannot be read, or that somebody else has already in its other form, stays as it is.
    """
    connection = op.get_bind()
    kept = sa.select(person.c.id, person.c.email).where(person.c.email.is_not(None)).order_by(person.c.id)
    known = {row.email: row.id for row in connection.execute(kept)}
    for email, person_id in list(known.items()):
        now = _canonical(email)
        if known.setdefault(now, person_id) == person_id and now != email:
            connection.execute(sa.update(person).where(person.c.id == person_id).values(email=now))


def downgrade() -> None:
    """Leaves them: that is a right form of the same address."""


def _canonical(email: str) -> str:
    try:
        return canonical_email(email)
    except Unfit:
        return email
