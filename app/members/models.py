"""Tables: members and the handles by which the community knows them."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.members.handles import Platform


class Member(Row, table=True):
    """Somebody the community knows by handle; she need not be able to sign in."""

    __tablename__ = "member"

    id: int = Field(default=None, primary_key=True)
    display_name: str = Field(default="", max_length=200)
    search_text: str = Field(default="", max_length=1600)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", unique=True)
    link_hash: str | None = Field(default=None, max_length=64, unique=True)
    link_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    """Who made her link, and has seen it."""
    nameable: bool = True
    """Whether others may name her in meetups; hers to say."""
    hidden: bool = False
    """Whether she is shown to nobody, also where she has confirmed; hers to say, and to take back."""
    link_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class MemberHandle(Row, table=True):
    """One account of a member. An account belongs to one member. Blocks find it by its ``mark``."""

    __tablename__ = "member_handle"
    __table_args__ = (UniqueConstraint("platform", "canonical"),)

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", ondelete="RESTRICT", index=True)
    platform: Platform = Field(sa_type=one_of(Platform, "platform"))
    canonical: str = Field(max_length=500)
    display: str = Field(max_length=500)
    search_text: str = Field(default="", max_length=1600)
    url: str = Field(max_length=500)
    mark: str = Field(max_length=64, unique=True)


class AskedHandle(Row, table=True):
    """A further handle that a member says is hers: hers once a coordinator has confirmed it."""

    __tablename__ = "asked_handle"
    __table_args__ = (UniqueConstraint("member_id", "platform", "canonical"),)

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", ondelete="RESTRICT")
    platform: Platform = Field(sa_type=one_of(Platform, "platform"))
    canonical: str = Field(max_length=500)
    display: str = Field(max_length=500)
    url: str = Field(max_length=500)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class HandleBlock(Row, table=True):
    """A member does not want to see, or be seen by, whoever has a handle: now, or later.

    ``mark`` is that of a known handle, or what the server's key of this name makes of one that is not.
    """

    __tablename__ = "handle_block"
    __table_args__ = (Index("ix_handle_block_mark", "mark"),)

    blocker_id: int = Field(primary_key=True, foreign_key="member.id", ondelete="RESTRICT")
    mark: str = Field(primary_key=True, max_length=64)
    key_name: str = Field(max_length=16)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class RecorderBlock(Row, table=True):
    """A member does not want to see, or be seen by, a person who has recorded a meetup."""

    __tablename__ = "recorder_block"
    __table_args__ = (Index("ix_recorder_block_person_id", "person_id"),)

    blocker_id: int = Field(primary_key=True, foreign_key="member.id", ondelete="RESTRICT")
    person_id: int = Field(primary_key=True, foreign_key="person.id", ondelete="RESTRICT")
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class HandleProof(Row, table=True):
    """Somebody has begun to prove that a handle is theirs.

    The handle is in the secret that their browser has; only the hash of that is kept, until it is used or over.
    """

    __tablename__ = "handle_proof"

    secret_hash: str = Field(primary_key=True, max_length=64)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ErasedHandle(Row, table=True):
    """A handle whose owner was erased: whoever names it again leaves a number, and no more."""

    __tablename__ = "erased_handle"

    mark: str = Field(primary_key=True, max_length=64)
    key_name: str = Field(max_length=16)
    erased_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)


class Report(Row, table=True):
    """Somebody tells coordinators of abuse. The text is personal data and goes when the report is closed."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_closed_at_id", "closed_at", "id"),
        Index("ix_report_about_handle", "about_handle"),
    )

    id: int = Field(default=None, primary_key=True)
    reporter: str = Field(max_length=60)
    text: str = Field(max_length=2000)
    about_member_id: int | None = Field(default=None, foreign_key="member.id", ondelete="RESTRICT", index=True)
    about_handle: str = Field(default="", max_length=520)
    """The key of a handle that nobody here has, until somebody has it, or the report is closed."""
    about_meetup_id: int | None = Field(default=None, foreign_key="meetup.id", ondelete="RESTRICT", index=True)
    about_person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", index=True)
