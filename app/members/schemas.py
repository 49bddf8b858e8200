"""What comes in and goes out about members."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from app.core.schema import Filter, Id, In, Out, Patch, Words
from app.core.text import OptionalLine, OptionalShortLine, at_most, clean_text
from app.members.handles import Platform
from app.people.schemas import NewSession


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


class OwnName(In):
    """What a member is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"display_name": "Luz"}]})

    display_name: OptionalLine


class Asked(Out):
    """What a member asks for, by its number."""

    id: int


class AskedHandleOut(Out):
    """A handle that a member says is theirs, too."""

    id: int
    member_id: int
    display_name: str = Field(description="what the member is called")
    platform: Platform
    display: str
    url: str
    created_at: datetime


class HandleRename(In):
    """A handle of a member, and what the account is called now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"handle": {"handle": "@ana"}, "to": {"handle": "@ana_md"}}]}
    )

    handle: HandleIn
    to: HandleIn


class HandleMove(In):
    """A handle of a member, and whose it is in truth."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"handle": {"handle": "@ana"}, "to_member_id": 7}]})

    handle: HandleIn
    to_member_id: Id


class MemberMerge(In):
    """Who else a member is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"other_id": 9}]})

    other_id: Id


class MemberLink(Out):
    """A member's own link, shown this once. An earlier one is void from now on."""

    member_id: int
    token: str = Field(description="the member sends it as 'Authorization: Bearer …'")
    url: str = Field(description="the page that it opens: send this to the member, and to nobody else")
    expires_at: datetime = Field(description="a link is renewed before that by its member, or by a coordinator")


class NewMemberSession(NewSession):
    """A new session of a member."""

    member_id: int


class HandleProofOut(Out):
    """A proof that was begun: what to put where, and what to send then. It is shown this once."""

    proof: str = Field(description="your secret; send it to `/membership/proofs/check`")
    code: str = Field(description="what is to stand in the profile text, for as long as it takes to be read")
    handle: HandleOut
    expires_at: datetime


class ProofIn(In):
    """A proof whose code stands in the profile by now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"proof": "ccp_…", "device": "my phone"}]})

    proof: Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(clean_text), at_most(500)]
    device: Annotated[OptionalShortLine, Field(description="what you call the place where you come in")] = ""


class MemberFilter(Filter):
    """Which members are wanted."""

    q: Annotated[
        Words | None,
        Field(description="words in their name, their handles or their person's name; accents do not matter"),
    ] = None
    handle: Annotated[str | None, Field(min_length=1, max_length=500, description="a handle or a profile link")] = None


class NewReport(In):
    """What happened, and whom or what it is about: a handle, a meetup, or somebody of the team."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "I am named in a meetup that never was.", "meetup_id": 7}]}
    )

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(clean_text), at_most(2000)]
    handle: HandleIn | None = None
    meetup_id: Annotated[Id | None, Field(description="that you recorded, confirmed or are named in")] = None
    person_id: Annotated[Id | None, Field(description="somebody of the team, as `GET /team` lists them")] = None


class ReportOut(Out):
    """A report. Its text is empty once it is closed. Whom it is about does not see it."""

    id: int
    reporter: str
    text: str
    about_member_id: int | None = Field(description="whose handle was named")
    about_handle: str = Field(description="the handle, as `x:ana_lopez`, while nobody here has it; else empty")
    about_meetup_id: int | None
    about_person_id: int | None = Field(description="somebody of the team; of a meetup, who recorded it")
    created_at: datetime
    closed_at: datetime | None
    closed_by: int | None


class ReportFilter(Filter):
    """Which reports are wanted."""

    is_open: Annotated[bool | None, Field(alias="open", description="those that wait, or the closed ones")] = None
