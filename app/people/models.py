"""Tables: people, their postal addresses, and the secrets by which they are known."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import AutoString, Field

from app.acts.policy import Role
from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import Language


class Person(Row, table=True):
    """Somebody who can sign in."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("language IN ('en', 'es')", name="language"),
        CheckConstraint("role IN ('champion', 'coordinator', 'admin')", name="given_role"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    paper_name: str = Field(default="", max_length=200)
    search_text: str = Field(default="", max_length=1600)
    email: str | None = Field(default=None, max_length=254, unique=True)
    role: Role = Field(sa_type=one_of(Role, "role"))
    trusted: bool = False
    language: Language = Field(default="en", sa_type=AutoString(length=2))
    active: bool = True
    shown_publicly: bool = False
    """Whether the pages of conferences name them as the one who brings ribbons; theirs to say."""
    fictional: bool = False
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class AddressColumns(Row):
    """The columns of a postal address, for each table that keeps one. Such a row can be deleted without a trace."""

    recipient: str = Field(max_length=200)
    organization: str = Field(default="", max_length=200)
    line1: str = Field(max_length=200)
    line2: str = Field(default="", max_length=200)
    city: str = Field(max_length=200)
    state: str = Field(default="", max_length=6)
    postal_code: str = Field(default="", max_length=20)
    country: str = Field(max_length=2)
    phone: str = Field(default="", max_length=40)
    updated_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class PersonAddress(AddressColumns, table=True):
    """Where a person wants her box."""

    __tablename__ = "person_address"

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="RESTRICT")


class SignInLink(Row, table=True):
    """A single-use secret, sent by e-mail, that can be exchanged for a token or a session. Only its hash is kept.

    Nobody's (``person_id`` is null) opens nothing: it is what an unknown address leaves. What a page has asked for
    comes with a short code, too, which works in that browser alone: it is hashed with a secret of the browser's.
    """

    __tablename__ = "sign_in_link"

    id: int = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    secret_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    browser_hash: str | None = Field(default=None, max_length=64, index=True)
    code_hash: str | None = Field(default=None, max_length=64, unique=True)
    wrong_codes: int = 0


class EmailChange(Row, table=True):
    """Another e-mail address that somebody is to have, once a secret that was sent there comes back."""

    __tablename__ = "email_change"

    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="RESTRICT")
    email: str = Field(max_length=254)
    secret_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class BrowserSession(Row, table=True):
    """A browser in which a person is signed in, or a member is who cannot sign in otherwise.

    Only the hash of its secret is kept; one that ends is removed. ``through_id`` is who made the link by which the
    member came in, and has seen it.
    """

    __tablename__ = "browser_session"
    __table_args__ = (CheckConstraint("person_id IS NOT NULL OR member_id IS NOT NULL", name="somebody"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    member_id: int | None = Field(default=None, foreign_key="member.id", ondelete="RESTRICT", index=True)
    through_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    secret_hash: str = Field(max_length=64, unique=True)
    device: str = Field(max_length=60)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    last_seen_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class ApiToken(Row, table=True):
    """A person's own key to the API. Only its hash is kept."""

    __tablename__ = "api_token"

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="RESTRICT", index=True)
    name: str = Field(max_length=60)
    secret_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CalendarKind(StrEnum):
    """What a calendar is about."""

    OWN = "own"
    COORDINATORS = "coordinators"


class CalendarLink(Row, table=True):
    """A secret address by which somebody's programs read a calendar, and nothing else.

    Only the hash of the secret is kept; one that is revoked is removed.
    """

    __tablename__ = "calendar_link"
    __table_args__ = (Index("ix_calendar_link_person_id_id", "person_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="RESTRICT")
    kind: CalendarKind = Field(sa_type=one_of(CalendarKind, "kind"))
    secret_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
