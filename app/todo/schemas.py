"""What goes out about the work that waits."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from app.acts.entries import LateEntryOut
from app.claims.schemas import ClaimOut, ShipBy
from app.core.paging import MAXIMUM
from app.core.schema import Filter, Out
from app.joining.schemas import ApplicationOut
from app.members.schemas import AskedHandleOut
from app.outbox.models import LetterKind
from app.shipments.schemas import ShipmentSummary


class LowStock(Out):
    """A design of which depots hold less than its reorder point."""

    design_id: int
    design_code: str
    on_hand: int = Field(description="at all depots")
    reorder_point: int


class Recovery(Out):
    """Ribbons that a champion still has although their claim ended before the conference."""

    claim_id: int
    champion_name: str
    conference_name: str
    on_hand: int
    in_transit: int = Field(description="ribbons for the claim that are under way")


class WaitingBox(ShipmentSummary):
    """A box that was not sent yet, with the clock of the claim that it is for."""

    starts_on: date | None = Field(
        description="of the conference, while its claim waits for ribbons; null once some were sent, or without a claim"
    )
    ship_by: ShipBy | None = Field(None, description="the must-ship-by clock of that claim")


class FailedLetter(Out):
    """An e-mail that could not be sent."""

    id: int
    kind: LetterKind
    person_name: str = Field(description="whom it was for; empty for an address that we know nobody of")
    failure: str = Field(description="what the mail server's number was, or which kind of error")
    failed_at: datetime


COUNTED = 1_000
"""So far the entries of a kind are counted: whoever has more to do than this need not know how much more."""

Counted = Annotated[int, Field(description="1,000 stands for that many, or more")]


class Totals(Out):
    """How much waits of each kind, counted up to 1,000."""

    claims_to_decide: Counted
    late_to_ship: Counted
    shipments_to_pack: Counted
    shipments_to_send: Counted
    addresses_changed: Counted
    sent_not_received: Counted
    stock_to_reorder: Counted
    claims_to_close_out: Counted
    claims_to_hand_over: Counted
    ribbons_to_recover: Counted
    applications: Counted
    handles_to_confirm: Counted
    letters_failed: Counted
    late_entries: Counted


class TodoFilter(Filter):
    """How much of what waits is wanted."""

    limit: Annotated[int, Field(ge=1, le=MAXIMUM, description="the first entries of each kind")] = 25


class Todo(Out):
    """What waits, the most urgent first: of each kind the first entries, and how many there are."""

    totals: Totals
    claims_to_decide: list[ClaimOut] = []
    late_to_ship: list[ClaimOut] = Field(
        [], description="deputized, past the must-ship-by day, nothing shipped, and no box is being prepared"
    )
    shipments_to_pack: list[WaitingBox] = []
    shipments_to_send: list[WaitingBox] = []
    addresses_changed: list[ShipmentSummary] = Field(
        [], description="packed, and the address on file is another one by now"
    )
    sent_not_received: list[ShipmentSummary] = []
    stock_to_reorder: list[LowStock] = []
    claims_to_close_out: list[ClaimOut] = Field([], description="deputized, and the conference is over")
    claims_to_hand_over: list[ClaimOut] = Field(
        [], description="whose champion cannot sign in any more: close them out, or find somebody else who goes"
    )
    ribbons_to_recover: list[Recovery] = []
    applications: list[ApplicationOut] = Field([], description="people who would like to bring ribbons")
    handles_to_confirm: list[AskedHandleOut] = Field([], description="that a member says are theirs, too")
    letters_failed: list[FailedLetter] = Field([], description="e-mails that could not be sent: send them again")
    late_entries: list[LateEntryOut] = Field(
        [], description="what happened but was told of too late: book or dismiss it"
    )
