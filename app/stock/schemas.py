"""What comes in and goes out about designs, locations, moves and levels."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from babel.numbers import get_territory_currencies
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from app.core.errors import Unfit
from app.core.geography import COUNTRIES
from app.core.language import phrase
from app.core.schema import Cents, Count, Days, Filter, Flag, Id, In, Out, Patch, Quantity, RowId, edits
from app.core.text import Color, Line, Note, OptionalShortLine, Shaped, ShortLine
from app.people.schemas import AddressIn, AddressOut
from app.stock.models import Kind, Reason

Millimetres = Annotated[float, Field(strict=True, ge=10, le=170, allow_inf_nan=False)]

_CURRENCIES = frozenset(code for country in COUNTRIES for code in get_territory_currencies(country))
_NO_CURRENCY = phrase("This must be a currency in use by its ISO 4217 code, such as USD.")


def _in_use(code: str) -> str:
    if code not in _CURRENCIES:
        raise Unfit(_NO_CURRENCY)
    return code


Currency = Annotated[str, Shaped(r"[A-Z]{3}", _NO_CURRENCY), AfterValidator(_in_use)]
_NO_CODE = phrase("This must be up to 30 capital letters, digits and hyphens, such as {example}.", example="LIM-BLUE")
Code = Annotated[str, Shaped(r"[A-Z0-9][A-Z0-9-]{0,29}", _NO_CODE)]
_FOR_VENDOR = "the color by its number in the Pantone Matching System, for the order sheet"
PackSize = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class NewDesign(In):
    """A kind of ribbon to keep. Sizes in millimetres; ``unit_cost_cents`` is the price of one ribbon."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "LIM-BLUE",
                    "text": "#LatinasInMedicine",
                    "ribbon_color": "#1B4F9C",
                    "ribbon_color_name": "Royal blue",
                    "foil_color": "#C9A227",
                    "foil_color_name": "Gold",
                    "width_mm": 101.6,
                    "height_mm": 41.3,
                    "pack_size": 50,
                    "unit_cost_cents": 38,
                    "currency": "USD",
                    "reorder_point": 200,
                }
            ]
        }
    )

    code: Code
    text: ShortLine
    ribbon_color: Color
    ribbon_color_name: ShortLine
    foil_color: Color
    foil_color_name: ShortLine
    width_mm: Millimetres
    height_mm: Millimetres
    pack_size: PackSize
    unit_cost_cents: Cents
    currency: Currency = "USD"
    reorder_point: Count = 0
    ribbon_pms: Annotated[OptionalShortLine, Field(description=_FOR_VENDOR)] = ""
    foil_pms: Annotated[OptionalShortLine, Field(description=_FOR_VENDOR)] = ""
    vendor_item: Annotated[OptionalShortLine, Field(description="the vendor's item number, for the order sheet")] = ""


@edits(NewDesign, but={"code", "currency"})
class DesignPatch(Patch):
    """What may change about a design; its text, its colors and its size only until it was ordered."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reorder_point": 300}]})

    active: Flag | None = None


class DesignOut(Out):
    """A design as it is kept."""

    id: int
    code: str
    text: str
    ribbon_color: str
    ribbon_color_name: str
    foil_color: str
    foil_color_name: str
    width_mm: float
    height_mm: float
    pack_size: int
    unit_cost_cents: int
    currency: str
    reorder_point: int
    ribbon_pms: str
    foil_pms: str
    vendor_item: str
    active: bool
    version: int


class NewKind(StrEnum):
    """A kind of location that a coordinator can add; the others come by themselves."""

    VENDOR = Kind.VENDOR.value
    DEPOT = Kind.DEPOT.value


class NewLocation(In):
    """A depot or a vendor, with its postal address if there is one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "depot",
                    "name": "Chicago depot",
                    "address": {
                        "recipient": "Ribbon depot",
                        "line1": "500 N Example Ave",
                        "city": "Chicago",
                        "state": "US-IL",
                        "postal_code": "60611",
                        "country": "US",
                    },
                }
            ]
        }
    )

    kind: NewKind
    name: Line
    address: AddressIn | None = None


class LocationPatch(Patch):
    """What may change about a depot or a vendor; only the fields that are sent change.

    One that is closed is not ``active``. Without an address (null) nothing can be sent there by a carrier.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Depot of Boston"}]})

    nullable = frozenset({"address"})

    name: Line | None = None
    address: AddressIn | None = None
    active: Flag | None = None


class LocationOut(Out):
    """A location, and its address where it is a depot or a vendor; champions see the city and state alone."""

    id: int
    kind: Kind
    name: str
    person_id: int | None
    conference_id: int | None
    active: bool
    version: int
    city: str | None = Field(description="of a depot or a vendor")
    state: str | None = Field(description="likewise")
    address: AddressOut | None = None


class LevelOut(Out):
    """Ribbons of one design on hand at one location."""

    location_id: int
    location_name: str
    kind: Kind
    design_id: int
    design_code: str
    on_hand: int


class NewMove(In):
    """Ribbons to move by hand, from one depot to another for example."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"design_id": 1, "source_id": 5, "target_id": 6, "quantity": 50, "note": "taken along"}]
        }
    )

    design_id: Id
    source_id: Id
    target_id: Id
    quantity: Quantity
    note: Note = ""
    reference: ShortLine | None = None


class NewReversal(In):
    """Why a move is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "booked twice"}]})

    note: Note = ""


class NewCorrection(In):
    """How many ribbons it really were; 0 for none at all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 2, "note": "2, not 20"}]})

    quantity: Count
    note: Note = ""


class CountLine(In):
    """How many ribbons of one design were counted."""

    design_id: Id
    counted: Count


class NewCount(In):
    """A count of what lies at a location."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"location_id": 5, "lines": [{"design_id": 1, "counted": 348}], "note": "yearly count"}]
        }
    )

    location_id: Id
    lines: Annotated[list[CountLine], Field(min_length=1, max_length=200)]
    note: Note = ""


class MoveOut(Out):
    """One move of the ledger."""

    id: int
    design_id: int
    design_code: str
    source_id: int
    source_name: str
    target_id: int
    target_name: str
    quantity: int
    reason: Reason
    subject: str | None
    reference: str | None
    note: str
    reverses_id: int | None = Field(description="the move that this one takes back or corrects")
    reversed_by_id: int | None = Field(description="the move that took this one back or corrected it")
    actor_id: int | None
    created_at: datetime = Field(description="when it was booked")
    happened_on: date | None = Field(description="the day when it happened, where that was told of later")


class MovesOut(Out):
    """The moves that a request has posted."""

    items: list[MoveOut]


class LocationFilter(Filter):
    """Which locations are wanted."""

    kind: Kind | None = None


class LevelFilter(LocationFilter):
    """Where, and ribbons of which design, are wanted."""

    location_id: RowId | None = None
    person_id: Annotated[RowId | None, Field(description="whose own stock it is")] = None
    design_id: RowId | None = None


_NO_SUBJECT = phrase("This must name a thing, such as {example}.", example="shipment:12")
_MovedFor = Annotated[
    str, StringConstraints(max_length=60), Shaped(r"(shipment|claim|purchase_order):\d+", _NO_SUBJECT)
]


class MoveFilter(Days):
    """Which moves are wanted: of some days, where the community is; of a design, of a location, for one thing."""

    design_id: RowId | None = None
    location_id: Annotated[RowId | None, Field(description="the location that they go from or to")] = None
    reason: Reason | None = None
    subject: Annotated[
        _MovedFor | None,
        Field(
            description="what they were for, such as `shipment:12`",
            examples=["shipment:12"],
        ),
    ] = None
