"""What belongs to the community, and what its rules are made of: one small value, handed down like the session."""

from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from app.core.geography import Country, Timezone
from app.core.language import Language
from app.core.text import Color, Line, OptionalLine, ShortLine, WebAddress

LOCAL_URL = "http://127.0.0.1:8000"
"""Where a server is that was told nothing else: on this machine, and for nobody on another."""


class CommunitySettings(BaseModel):
    """Each setting that belongs to a community: what it may be, what it is for, and what holds where nobody says."""

    community_name: Annotated[Line, Field(description="the name on papers and pages")] = "Your Community"
    hashtag: Annotated[ShortLine, Field(description="what the ribbons say")] = "#YourCommunity"
    ribbon_color: Annotated[Color, Field(description="the color of the ribbons")] = "#1B4F9C"
    foil_color: Annotated[Color, Field(description="the color of their letters")] = "#C9A227"
    contact_email: Annotated[OptionalLine, Field(description="where finders of a box write to")] = ""
    public_url: Annotated[WebAddress, Field(description="what codes on paper lead to")] = LOCAL_URL
    language: Annotated[Language, Field(description="the language of papers to vendors and depots: en or es")] = "en"
    paper_size: Annotated[Literal["letter", "a4"], Field(description="the size of paper: letter or a4")] = "letter"
    home_country: Annotated[Country, Field(description="the country whose name is left out of addresses")] = "US"
    timezone: Annotated[
        Timezone, Field(description="the IANA time zone whose days count and that papers are dated in")
    ] = "UTC"
    default_platform: Annotated[
        Literal["x", "bluesky", "instagram", "threads", "linkedin"],
        Field(description="where a handle belongs that does not say: x, bluesky, instagram, threads or linkedin"),
    ] = "x"

    sign_in_minutes: Annotated[int, Field(ge=1, le=1_440, description="how long a sign-in code lives")] = 15
    transit_days: Annotated[int, Field(ge=0, le=90, description="days that a box is on its way")] = 5
    buffer_days: Annotated[int, Field(ge=0, le=90, description="days before a conference to be there by")] = 3
    amber_days: Annotated[int, Field(ge=0, le=90, description="days before the last to ship on that are amber")] = 7
    hand_out_days_before: Annotated[
        int, Field(ge=0, le=30, description="days before a conference from which hand-outs can be booked")
    ] = 2
    open_claims: Annotated[int, Field(ge=1, le=1_000, description="open claims that one champion may have")] = 5
    request_expiry_days: Annotated[
        int, Field(ge=0, le=90, description="days before a conference on which undecided requests run out")
    ] = 1
    address_days: Annotated[
        int, Field(ge=1, le=365, description="days until an address that is not needed any more is forgotten")
    ] = 30


class Rules(CommunitySettings):
    """What a verb, a list or a paper may need to know of this community. Process settings are no part of it.

    Whoever needs it takes it as the keyword ``rules``. It comes with each unit of work, from the composition root.
    """

    model_config = ConfigDict(frozen=True)

    @property
    def is_named(self) -> bool:
        """Whether anybody has said how the community is called."""
        return "community_name" in self.model_fields_set

    @property
    def is_public(self) -> bool:
        """Whether what codes lead to may be found from another machine, as it is not if it is this one's own name."""
        host = urlsplit(self.public_url).hostname or ""
        try:
            address = ip_address(host)
        except ValueError:
            return host != "localhost" and not host.endswith(".localhost")
        return not (address.is_loopback or address.is_unspecified)
