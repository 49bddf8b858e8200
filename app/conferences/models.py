"""Tables: conferences."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import pydantic
from annotated_types import MaxLen, MinLen
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import phrase
from app.core.lifecycle import Spoken
from app.core.schema import Day, Flag
from app.core.text import ON_PAPER


class Mode(StrEnum):
    """How one attends."""

    IN_PERSON = "in_person"
    HYBRID = "hybrid"
    VIRTUAL = "virtual"


class ConferenceStatus(StrEnum):
    """Where a conference stands. That it was held follows from its dates and is not kept."""

    PROPOSED = "proposed"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    MERGED = "merged"


ALLOWED: dict[ConferenceStatus, frozenset[ConferenceStatus]] = {
    ConferenceStatus.PROPOSED: frozenset(
        {ConferenceStatus.SCHEDULED, ConferenceStatus.CANCELLED, ConferenceStatus.MERGED}
    ),
    ConferenceStatus.SCHEDULED: frozenset({ConferenceStatus.CANCELLED, ConferenceStatus.MERGED}),
    ConferenceStatus.CANCELLED: frozenset({ConferenceStatus.SCHEDULED, ConferenceStatus.MERGED}),
    ConferenceStatus.MERGED: frozenset(),
}

OFF = frozenset({ConferenceStatus.CANCELLED, ConferenceStatus.MERGED})
"""Nothing more is said of a conference in these statuses."""

OVER = phrase("This conference is over.")

SPOKEN: Spoken[ConferenceStatus] = Spoken(
    now={
        ConferenceStatus.PROPOSED: phrase("This conference is a proposal that nobody has accepted yet."),
        ConferenceStatus.SCHEDULED: phrase("This conference is in the calendar."),
        ConferenceStatus.CANCELLED: phrase("This conference was cancelled."),
        ConferenceStatus.MERGED: phrase("This conference is on the calendar under another name."),
    },
    cannot={
        ConferenceStatus.SCHEDULED: phrase("It cannot be put into the calendar."),
        ConferenceStatus.CANCELLED: phrase("It cannot be cancelled."),
        ConferenceStatus.MERGED: phrase("It cannot be merged with another one."),
    },
)


class ConferenceColumns(pydantic.BaseModel):
    """What people say of a conference, in one list: the table keeps it, the schemas take it and give it back."""

    name: Annotated[str, MinLen(1), MaxLen(200)]
    paper_name: Annotated[str, MaxLen(200), pydantic.Field(description=ON_PAPER)] = ""
    acronym: Annotated[str, MaxLen(60)] = ""
    starts_on: Day
    ends_on: Day
    venue: Annotated[str, MaxLen(200)] = ""
    city: Annotated[str, MaxLen(200)] = ""
    state: Annotated[str | None, MaxLen(6)] = None
    country: Annotated[str, MaxLen(2)]
    website: Annotated[str, MaxLen(500)] = ""
    specialty: Annotated[str, MaxLen(200)] = ""
    mode: Mode = Mode.IN_PERSON
    fictional: Flag = False


class ImportKind(StrEnum):
    """What a file told of."""

    CONFERENCES = "conferences"
    HISTORY = "history"


class Import(Row, table=True):
    """A file that was read: who had it read, when, and how much it brought."""

    __tablename__ = "file_import"

    id: int = Field(default=None, primary_key=True)
    kind: ImportKind = Field(sa_type=one_of(ImportKind, "kind"))
    imported_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    """None is the shell."""
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    added: int
    known: int
    undone_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Conference(ConferenceColumns, Row, table=True):
    """One edition of a meeting."""

    __tablename__ = "conference"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("champion_limit BETWEEN 1 AND 100", name="champion_limit"),
        Index("uq_conference_folded_name_starts_on", "folded_name", "starts_on", unique=True),
        Index("ix_conference_starts_on_id", "starts_on", "id"),
        Index("ix_conference_country_state_starts_on", "country", "state", "starts_on"),
        Index("ix_conference_state_starts_on_id", "state", "starts_on", "id"),
        Index("ix_conference_folded_city_starts_on_id", "folded_city", "starts_on", "id"),
        Index("ix_conference_over_at", "over_at"),
        Index("ix_conference_folded_specialty_starts_on_id", "folded_specialty", "starts_on", "id"),
        # The number of one that was deleted is never given again: addresses and the audit trail go by it.
        {"sqlite_autoincrement": True},
    )

    id: int = Field(default=None, primary_key=True)
    folded_name: str = Field(default="", max_length=400)
    folded_specialty: str = Field(default="", max_length=400)
    folded_city: str = Field(default="", max_length=400)
    search_text: str = Field(default="", max_length=1600)
    over_at: datetime = Field(default=None, sa_type=UtcDateTime)
    """When its last day ends where it takes place: it follows from ``ends_on`` and ``timezone``, for queries."""
    timezone: str = Field(max_length=64)
    mode: Mode = Field(default=Mode.IN_PERSON, sa_type=one_of(Mode, "mode"))
    mode_before: Mode | None = Field(default=None, sa_type=one_of(Mode, "mode_before"))
    """How one attended before it went virtual, as long as that can be taken back."""
    status: ConferenceStatus = Field(sa_type=one_of(ConferenceStatus, "status"))
    champion_limit: int = 1
    merged_into: int | None = Field(default=None, foreign_key="conference.id", ondelete="RESTRICT", index=True)
    """The conference that it turned out to be: it leads there."""
    proposed_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    import_id: int | None = Field(default=None, foreign_key="file_import.id", ondelete="RESTRICT", index=True)
    """The file that brought it, if one did."""
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, sa_column_kwargs={"onupdate": utcnow})
    """When anything of it changed last; None where nothing has since it was made."""
    version: int = 1
