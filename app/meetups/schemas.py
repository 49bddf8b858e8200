"""What comes in and goes out about meetups."""

from datetime import date, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.acts.audit import Done
from app.acts.entries import EntryIn
from app.core.language import phrase
from app.core.schema import Day, Filter, Flag, Id, In, Out, Patch, RowId, edits
from app.core.text import Note, OptionalLine, Shaped
from app.meetups.models import ParticipantStatus
from app.members.handles import Platform
from app.members.schemas import AskedHandleOut, HandleIn, HandleOut


class NewMeetup(EntryIn):
    """People who met at a conference, by handle."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "conference_id": 1,
                    "happened_on": "2027-11-15",
                    "spot": "Poster hall",
                    "people": [{"handle": "@BriChristophers"}, {"handle": "https://bsky.app/profile/ana.bsky.social"}],
                }
            ]
        }
    )

    conference_id: Id
    happened_on: Day
    spot: OptionalLine = ""
    note: Note = ""
    people: Annotated[list[HandleIn], Field(min_length=1, max_length=50)]


@edits(NewMeetup, but={"conference_id", "people", "entry_id"})
class MeetupPatch(Patch):
    """What may be put right about a meetup: when, where, and the note."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"spot": "Poster hall B"}]})


class LateMeetup(NewMeetup):
    """A meetup that has waited: those who were erased meanwhile are gone from it."""

    people: Annotated[list[HandleIn], Field(max_length=50)]


class ParticipantOut(Out):
    """Somebody who took part: shown to all but the one who named them only after they confirm."""

    member_id: int | None = Field(description="null to all but coordinators and the member")
    position: int | None = Field(
        default=None, description="by which you make a link for them; null where you did not type the name of late"
    )
    status: ParticipantStatus
    shown: bool = Field(description="whether the others see them; before they confirm, whether that was asked for")
    handles: list[HandleOut] = Field(
        description="as it was typed; coordinators and the member get all that are known, the one that is shown first"
    )


class MeetupOut(Out):
    """A meetup, with those of its people whom the reader may see."""

    id: int
    conference_id: int
    conference_name: str
    happened_on: date
    spot: str
    note: str = Field(description="empty to all but the one who recorded it, and coordinators")
    created_at: datetime
    recorded_by: int | None
    version: int
    people: list[ParticipantOut] = Field(
        default=[],
        description="in the order in which they were named: all that you typed, for 30 days; else who has confirmed",
    )
    others: int = Field(default=0, description="names that you do not see")


class LinkedName(In):
    """For whom a link is made, of those whose names you typed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"position": 0}]})

    position: Annotated[int, Field(strict=True, ge=0, le=50)]


class MeetupLinkOut(Out):
    """A link to one meetup, for one of those who are named there. It is shown this once; an earlier one is void."""

    meetup_id: int
    position: int
    url: str = Field(description="the page that it opens: give this to whom you met, and to nobody else")
    expires_at: datetime = Field(description="when the names that you typed are forgotten, or before")


class MeetupByLink(Out):
    """What a link says of a meetup."""

    conference_name: str
    happened_on: date


class BlockedRecorder(Out):
    """Somebody whom a member has blocked for a meetup that they recorded; by its number the block is taken back."""

    meetup_id: int
    conference_name: str
    happened_on: date


class MembershipOut(Out):
    """All that is kept about a member, for their own eyes."""

    member_id: int
    display_name: str
    handles: list[HandleOut]
    nameable: bool = Field(description="whether others may name you in meetups")
    hidden: bool = Field(description="whether you are shown to nobody, also where you have confirmed")
    blocked_handles: int = Field(description="how many handles you block; only marks of them are kept")
    blocked_recorders: list[BlockedRecorder]
    asked_handles: list[AskedHandleOut] = Field(description="that you say are yours, and nobody has confirmed yet")
    meetups: list[MeetupOut]
    next: str | None = Field(default=None, description="the cursor of the meetups that follow, or null at the end")
    trail: list[Done] = Field(
        description="what was done lately to your membership or in your name; `through` made the link, and saw it"
    )


class Declining(In):
    """Which meetups are declined."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"meetup_ids": [7, 9]}]})

    meetup_ids: Annotated[
        list[Id] | None,
        Field(min_length=1, max_length=1_000, description="left out: all about which you have said nothing"),
    ] = None


class MayBeNamed(In):
    """Whether others may name somebody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"nameable": False}]})

    nameable: Flag


class Hiding(In):
    """Whether somebody is shown to nobody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hidden": True}]})

    hidden: Flag


class MeetupFilter(Filter):
    """Which meetups are wanted."""

    conference_id: RowId | None = None


_NO_CODE = phrase("This must be the code as it is printed, such as {example}.", example="7KQ2-M8T4-XW9B-3HJN")


class CardOut(Out):
    """What a champion shows on a screen instead of the card of the kit: the page where people ask to be named."""

    claim_id: int
    code: str = Field(description="as it is printed on the card, too")
    url: str


class NewWish(In):
    """Somebody asks to be named, by the code of a champion's paper."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "7KQ2-M8T4-XW9B-3HJN", "handle": "@BriChristophers"}]}
    )

    code: Annotated[str, Shaped(r"[0-9A-Za-z -]{16,40}", _NO_CODE), Field(description="the code as printed")]
    handle: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    platform: Platform | None = None
    shown: Annotated[
        Flag, Field(description="whether the others of the meetup may see the handle, once its owner has confirmed")
    ] = False


class WishMade(Out):
    """What somebody asks, by its number."""

    id: int


class WishOut(Out):
    """Somebody who asks to be named: a handle as it was typed, by whoever that was."""

    id: int
    claim_id: int
    conference_id: int
    conference_name: str
    platform: Platform
    display: str
    url: str
    met_on: date
    created_at: datetime


class WishFilter(Filter):
    """Which of those who ask are wanted."""

    claim_id: RowId | None = None
