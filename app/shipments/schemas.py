"""What comes in and goes out about shipments."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, computed_field

from app.acts.entries import EntryIn
from app.core.errors import Unfit
from app.core.language import phrase
from app.core.schema import Count, Day, Filter, Id, In, Out, Patch, Quantity, RowId, Words
from app.core.text import Note, OptionalShortLine, ShortLine
from app.people.schemas import AddressIn
from app.shipments.models import Method, ShipmentStatus, shipment_number


def _each_once(ids: list[int]) -> list[int]:
    if len(set(ids)) < len(ids):
        raise Unfit(phrase("Name each shipment once."))
    return ids


ShipmentIds = Annotated[list[Id], Field(min_length=1, max_length=2_000), AfterValidator(_each_once)]
"""Shipments to print something for, in the order in which it is to be printed."""


class NewShipmentLine(In):
    """Ribbons of one design to send."""

    design_id: Id
    quantity: Quantity


class NewShipment(In):
    """Ribbons to send to the champion of a claim (``claim_id``) or to a location (``target_id``): name one of the two.

    Lines of one design are added up.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"claim_id": 1, "source_id": 6, "method": "carrier", "lines": [{"design_id": 1, "quantity": 100}]}
            ]
        }
    )

    claim_id: Id | None = None
    target_id: Id | None = None
    source_id: Id
    method: Method = Method.CARRIER
    lines: Annotated[list[NewShipmentLine], Field(min_length=1, max_length=60)]
    note: Note = ""
    address: Annotated[
        AddressIn | None, Field(description="where it goes, if not to the address on file: a hotel, a booth, an office")
    ] = None


class ShipmentPatch(Patch):
    """What may be put right: of a draft, what is in it and how it goes; of a box that was sent, by whom it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tracking_number": "9400100000000000000001"}]})

    source_id: Id | None = None
    method: Method | None = None
    lines: Annotated[list[NewShipmentLine] | None, Field(min_length=1, max_length=60)] = None
    note: Note | None = None
    carrier: ShortLine | None = None
    tracking_number: OptionalShortLine | None = None
    shipped_on: Day | None = None


class Sending(In):
    """With whom a shipment leaves. Without ``shipped_on`` it is today."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"carrier": "USPS", "tracking_number": "9400100000000000000000"}]}
    )

    carrier: ShortLine
    tracking_number: OptionalShortLine = ""
    shipped_on: Day | None = None


class ReceivedLine(In):
    """How many ribbons of one line have arrived; the others count as missing."""

    line_id: Id
    received: Count


class NewArrival(EntryIn):
    """The receiver's count of every line."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"lines": [{"line_id": 1, "received": 98}], "note": "two were missing"}]}
    )

    lines: Annotated[list[ReceivedLine], Field(min_length=1, max_length=60)]
    note: Note = ""


class ReturnedLine(In):
    """How many ribbons of one line have come back; the others count as missing."""

    line_id: Id
    returned: Count


class NewReturn(In):
    """The sender's count of what came back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"line_id": 1, "returned": 100}]}]})

    lines: Annotated[list[ReturnedLine], Field(min_length=1, max_length=60)]
    note: Note = ""


class FoundLine(In):
    """How many ribbons that were missing have turned up."""

    line_id: Id
    quantity_found: Quantity


class NewFind(In):
    """Ribbons that were missing and have turned up where they were sent to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"line_id": 1, "quantity_found": 2}]}]})

    lines: Annotated[list[FoundLine], Field(min_length=1, max_length=60)]
    note: Note = ""


class ShipmentLineOut(Out):
    """A line of a shipment."""

    id: int
    design_id: int
    design_code: str
    quantity: int
    received: int | None
    missing: int | None
    returned: int = Field(description="what came back to the sender")


class ShipmentSummary(Out):
    """A shipment without its lines."""

    id: int
    source_id: int
    source_name: str
    target_id: int
    target_name: str
    claim_id: int | None
    ribbons: int = Field(description="all that are in it, or are to be")
    method: Method
    status: ShipmentStatus
    carrier: str
    tracking_number: str
    note: str
    receipt_note: str
    shipped_on: date | None
    delivered_on: date | None
    received_on: date | None = Field(description="when its ribbons came; of an empty box, when it was counted")
    created_at: datetime
    version: int

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know this pair; pydantic documents it
    @property
    def number(self) -> str:
        """The number that is printed and spoken."""
        return shipment_number(self.id)


class ShipmentOut(ShipmentSummary):
    """A shipment with its lines."""

    lines: list[ShipmentLineOut] = []
    same_tracking: list[int] = Field(default=[], description="other shipments with this tracking number: is it right?")
    own_address: bool = Field(default=False, description="whether it goes to an address of its own")


class SlipLine(Out):
    """Ribbons of one design, as the slip lists them."""

    id: int
    design_code: str
    quantity: int


class SlipOut(Out):
    """A box as its packing slip tells of it: whoever holds that reads no more here than it says."""

    id: int
    number: str
    status: ShipmentStatus
    to_count: bool = Field(description="whether it waits to be counted")
    lines: list[SlipLine]


class ShipmentFilter(Filter):
    """Which shipments are wanted."""

    status: ShipmentStatus | None = None
    claim_id: RowId | None = None
    target_id: Annotated[RowId | None, Field(description="the location that they go to")] = None
    person_id: Annotated[RowId | None, Field(description="whose stock they go to or come from")] = None
    carrier: Annotated[Words | None, Field(description="case and accents do not matter; empty: no carrier")] = None
