"""All tables at once, for migrations and for whoever needs the whole schema."""

from sqlalchemy import CheckConstraint
from sqlmodel import AutoString

from app.acts.audit import AuditEntry
from app.acts.entries import Entry, LateEntry
from app.acts.idempotency import IdempotencyRecord
from app.acts.throttle import Attempts
from app.claims import models as _claims
from app.community import models as _community
from app.conferences import models as _conferences
from app.core.db import Row
from app.joining import models as _joining
from app.letters import models as _letters
from app.maintenance import models as _maintenance
from app.meetups import models as _meetups
from app.members import models as _members
from app.outbox import models as _outbox
from app.papers import models as _papers
from app.paperwork import models as _paperwork
from app.people import models as _people
from app.purchasing import models as _purchasing
from app.shipments import models as _shipments
from app.stock import models as _stock

MODULES = (
    *(
        _people,
        _community,
        _conferences,
        _stock,
        _members,
        _purchasing,
        _claims,
        _shipments,
        _meetups,
        _joining,
        _papers,
        _paperwork,
        _outbox,
        _letters,
        _maintenance,
    ),
    *(IdempotencyRecord, AuditEntry, Attempts, Entry, LateEntry),
)

metadata = Row.metadata

# PostgreSQL keeps texts within the length of their column; SQLite needs to be told.
for table in metadata.sorted_tables:
    for column in table.columns:
        if isinstance(column.type, AutoString) and column.type.length:
            limit = f"length({column.name}) <= {column.type.length}"
            table.append_constraint(CheckConstraint(limit, name=f"{column.name}_length").ddl_if(dialect="sqlite"))
