"""Tables: members and the handles by which the community knows them."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.clock import utcnow
from app.db import Row, UtcDateTime, one_of
from app.members.handles import Platform


class Member(Row, table=True):
    """Somebody the community knows by handle; she need not be able to sign in."""

    __tablename__ = "member"

    id: int = Field(default=None, primary_key=True)
    display_name: str = Field(default="", max_length=200)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT", unique=True)
    link_hash: str | None = Field(default=None, max_length=64, unique=True)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class MemberHandle(Row, table=True):
    """One account of a member. An account belongs to one member."""

    __tablename__ = "member_handle"
    __table_args__ = (UniqueConstraint("platform", "canonical"),)

    id: int = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", ondelete="RESTRICT", index=True)
    platform: Platform = Field(sa_type=one_of(Platform, "platform"))
    canonical: str = Field(max_length=500)
    display: str = Field(max_length=500)
    url: str = Field(max_length=500)
