"""The table of applications."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import AutoString, Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime
from app.core.language import Language


class Application(Row, table=True):
    """Somebody would like to bring ribbons. All but the numbers is personal data, and goes when it is decided on."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_decided_at_confirmed_at", "decided_at", "confirmed_at"),
        CheckConstraint("ribbons_wanted > 0", name="ribbons_wanted"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    email: str = Field(max_length=254, index=True)
    handle: str = Field(default="", max_length=60)
    conference_id: int | None = Field(default=None, foreign_key="conference.id", ondelete="RESTRICT", index=True)
    text: str = Field(default="", max_length=2000)
    ribbons_wanted: int | None = None
    language: Language = Field(default="en", sa_type=AutoString(length=2))
    secret_hash: str | None = Field(default=None, max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime, index=True)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
