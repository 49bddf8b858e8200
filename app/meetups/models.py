"""Tables: meetups and who took part."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from app.core.clock import utcnow
from app.core.db import Row, UtcDateTime, one_of
from app.core.language import phrase
from app.core.lifecycle import Spoken
from app.members.handles import Platform


class ParticipantStatus(StrEnum):
    """Where somebody's part in a meetup stands. Only the member takes it further."""

    NAMED = "named"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


_P = ParticipantStatus

ALLOWED: dict[ParticipantStatus, frozenset[ParticipantStatus]] = {
    _P.NAMED: frozenset({_P.CONFIRMED, _P.DECLINED}),
    # She may change her mind at any time.
    _P.CONFIRMED: frozenset({_P.DECLINED}),
    _P.DECLINED: frozenset({_P.CONFIRMED}),
}

NO_MEETUP = phrase("There is no such meetup.")

SPOKEN: Spoken[ParticipantStatus] = Spoken(
    now={
        _P.NAMED: phrase("You have not said yet whether you were at this meetup."),
        _P.CONFIRMED: phrase("You have confirmed that you were at this meetup."),
        _P.DECLINED: phrase("You have said that you were not at this meetup."),
    },
    cannot={
        _P.CONFIRMED: phrase("There is nothing more to confirm."),
        _P.DECLINED: phrase("There is nothing more to decline."),
    },
)


class Meetup(Row, table=True):
    """An in-person meeting at a conference."""

    __tablename__ = "meetup"
    __table_args__ = (
        Index("ix_meetup_recorded_by_id", "recorded_by", "id"),
        Index("ix_meetup_conference_id_id", "conference_id", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    conference_id: int = Field(foreign_key="conference.id", ondelete="RESTRICT")
    recorded_by: int | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
    happened_on: date
    spot: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=2000)
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime)
    typed_until: datetime = Field(sa_type=UtcDateTime)
    """Until when its recorder sees the names as they were typed."""
    version: int = 1


class Naming(Row, table=True):
    """One name in a meetup, at its place in the order in which they were typed, and the member who has it.

    How it was typed is the recorder's, for a while; of somebody who has confirmed it is how she is shown. Where it is
    forgotten, ``display`` is empty. Without a member it is a number, and no more.
    """

    __tablename__ = "naming"

    meetup_id: int = Field(primary_key=True, foreign_key="meetup.id", ondelete="RESTRICT")
    position: int = Field(primary_key=True)
    member_id: int | None = Field(default=None, foreign_key="member.id", ondelete="RESTRICT", index=True)
    platform: Platform | None = Field(default=None, sa_type=one_of(Platform, "platform"))
    display: str = Field(default="", max_length=500)
    url: str = Field(default="", max_length=500)


class MeetupLink(Row, table=True):
    """A link to one meetup, for whoever is named at this position. Only its hash is kept.

    It works as long as the names of the meetup stand as they were typed.
    """

    __tablename__ = "meetup_link"
    __table_args__ = (
        ForeignKeyConstraint(["meetup_id", "position"], ["naming.meetup_id", "naming.position"], ondelete="RESTRICT"),
    )

    meetup_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    secret_hash: str = Field(max_length=64, unique=True)


class Participant(Row, table=True):
    """A member's part in a meetup; ``handle_id`` is the one by which she was named there first."""

    __tablename__ = "participant"
    __table_args__ = (Index("ix_participant_member_id_meetup_id", "member_id", "meetup_id"),)

    meetup_id: int = Field(primary_key=True, foreign_key="meetup.id", ondelete="RESTRICT")
    member_id: int = Field(primary_key=True, foreign_key="member.id", ondelete="RESTRICT")
    handle_id: int | None = Field(default=None, foreign_key="member_handle.id", ondelete="RESTRICT", index=True)
    status: ParticipantStatus = Field(default=ParticipantStatus.NAMED, sa_type=one_of(ParticipantStatus, "status"))
    shown: bool = False
    """Whether the others see her once she has confirmed; before that, what whoever asked for her name has wished."""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    by_link: bool = False
    """Whether what stands here was said with the link that whoever recorded the meetup handed over, and has seen."""


class Wish(Row, table=True):
    """Somebody asks to be named, by the code on a champion's paper: it waits for the champion's answer.

    Whose handle it is nobody knows: whoever holds the phone has typed it.
    """

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint("claim_id", "platform", "canonical"),
        Index("ix_wish_claim_id_id", "claim_id", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    claim_id: int = Field(foreign_key="claim.id", ondelete="RESTRICT")
    platform: Platform = Field(sa_type=one_of(Platform, "platform"))
    canonical: str = Field(max_length=500)
    display: str = Field(max_length=500)
    url: str = Field(max_length=500)
    met_on: date
    shown: bool
    """Whether the others may see her, once she has confirmed."""
    created_at: datetime = Field(default_factory=utcnow, sa_type=UtcDateTime, index=True)
