"""What comes in and goes out about claims."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from app.acts.entries import EntryIn, SecondsAgo
from app.claims.models import ClaimStatus
from app.core.schema import Count, Day, Filter, Id, In, Out, Patch, Quantity, RowId
from app.core.text import Note


class NewClaim(In):
    """A champion asks for a conference."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ribbons_requested": 100, "note": "I present there."}]})

    ribbons_requested: Quantity
    note: Note = ""
    champion_id: Id | None = Field(default=None, description="for whom; a coordinator may claim for somebody else")


class ClaimPatch(Patch):
    """What a coordinator may change about a claim; only the fields that are sent change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ribbons_requested": 60}]})

    ribbons_requested: Quantity | None = None
    queue_position: Annotated[int, Field(strict=True, ge=1, le=10_000, description="1 for the next")] | None = None


class Decision(In):
    """Why a claim is decided or ended so; the champion reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "Thank you for going!"}]})

    note: Note = ""


class NewHandOut(EntryIn):
    """Ribbons that were given to people at the conference."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"design_id": 1, "quantity": 40, "note": "at the booth"}]}
    )

    design_id: Id | None = Field(default=None, description="may be left out by whoever holds ribbons of one design")
    quantity: Quantity
    happened_on: Annotated[
        Day | None, Field(description="by a coordinator: the day, also when the claim has ended meanwhile")
    ] = None
    seconds_ago: SecondsAgo = None
    note: Note = ""


class CloseLine(In):
    """The final count of one design: all ribbons that the champion had are handed out, remaining or lost."""

    design_id: Id
    handed_out: Count
    remaining: Count
    lost: Count = 0


class NewCloseOut(EntryIn):
    """The final account of a claim; it must balance for each design."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lines": [{"design_id": 1, "handed_out": 90, "remaining": 8, "lost": 0}]}]}
    )

    lines: Annotated[list[CloseLine], Field(max_length=60)] = []
    note: Note = ""


class CloseLineOut(Out):
    """One line of a close-out."""

    design_id: int
    design_code: str
    handed_out: int
    remaining: int
    lost: int


class AccountLine(Out):
    """Ribbons of one design, as far as they are counted."""

    design_id: int
    design_code: str
    handed_out: int = Field(description="for this claim, so far")
    on_hand: int = Field(description="all that the champion holds, whatever they came for")


class ClaimAccount(Out):
    """How the ribbons of a claim stand: what a final count has to explain."""

    claim_id: int
    location_id: int | None = Field(description="the champion's own stock; null before anything was sent there")
    lines: list[AccountLine] = Field(description="by design; one of which there were none is left out")


class Light(StrEnum):
    """How the must-ship-by clock stands."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class ShipBy(Out):
    """The must-ship-by clock: green also once the ribbons are on their way."""

    date: date
    days_remaining: int
    shipped: bool
    light: Light


class ClaimOut(Out):
    """A claim with its conference, its champion, its queue position and its clock."""

    id: int
    conference_id: int
    conference_name: str
    starts_on: date
    ends_on: date
    city: str
    state: str | None
    timezone: str = Field(description="of the conference: its days begin and end there")
    champion_id: int
    champion_name: str
    status: ClaimStatus
    ribbons_requested: int
    note: str
    decision_note: str
    close_note: str
    created_at: datetime
    decided_at: datetime | None
    ended_at: datetime | None
    import_id: int | None = Field(description="the file of history that brought it, if one did")
    version: int
    shipped: bool = Field(description="ribbons for it are on their way or have come")
    queue_position: int | None = Field(description="1 for the next to be decided; null once it is decided")
    ship_by: ShipBy | None = Field(default=None, description="null once the claim is over")
    co_champions: list[str] = Field(
        default=[], description="who else is accepted for the same conference, by name; of one accepted claim only"
    )
    close_out: list[CloseLineOut] | None = Field(default=None, description="the final account, of one claim only")


class ClaimFilter(Filter):
    """Which claims are wanted; whose they are counts for coordinators only."""

    status: ClaimStatus | None = None
    conference_id: RowId | None = None
    champion_id: RowId | None = None
    light: Annotated[Light | None, Field(description="of the must-ship-by clock, which open claims alone have")] = None
    needs_box: Annotated[
        bool | None, Field(description="accepted, nothing was sent for it, and no box is being prepared")
    ] = None
