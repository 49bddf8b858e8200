"""What comes in and goes out about members."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.core.schema import Filter, Id, In, Out, Patch, Words
from app.core.text import OptionalLine
from app.members.handles import Platform


class HandleIn(In):
    """A handle as somebody types or pastes it; without ``platform`` a link tells its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"handle": "@BriChristophers", "platform": "x"}]})

    handle: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    platform: Platform | None = None


class HandleOut(Out):
    """A handle as it is kept, with its profile link."""

    platform: Platform
    display: str
    url: str


class MemberPatch(Patch):
    """What a coordinator may change about a member: the name, whose account it is, and a further handle."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"add_handle": {"handle": "ana.bsky.social"}}]})

    nullable = frozenset({"person_id"})

    display_name: OptionalLine | None = None
    person_id: Id | None = None
    add_handle: HandleIn | None = None


class MemberOut(Out):
    """A member with their handles."""

    id: int
    display_name: str
    person_id: int | None
    created_at: datetime
    version: int
    handles: list[HandleOut] = []


class MemberLink(Out):
    """A member's own link, shown this once. An earlier one is void from now on."""

    member_id: int
    token: str = Field(description="the member sends it as 'Authorization: Bearer …'")
    expires_at: datetime = Field(description="a link is renewed before that by its member, or by a coordinator")


class MemberFilter(Filter):
    """Which members are wanted."""

    q: Annotated[
        Words | None,
        Field(description="words in their name, their handles or their person's name; accents do not matter"),
    ] = None
    handle: Annotated[str | None, Field(min_length=1, max_length=500, description="a handle or a profile link")] = None
