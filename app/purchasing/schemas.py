"""What comes in and goes out about purchase orders."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import ConfigDict, Field, computed_field

from app.acts.entries import EntryIn
from app.core.schema import Cents, Count, Day, Filter, Flag, Id, In, Out, Patch, Quantity, edits
from app.core.text import Note, OptionalLine, OptionalShortLine
from app.purchasing.models import OrderStatus, order_number


class NewOrderLine(In):
    """Ribbons of one design to order. Without ``unit_cost_cents`` the design's own price counts."""

    design_id: Id
    quantity: Quantity
    unit_cost_cents: Cents | None = None


class ForVendor(In):
    """What vendors ask for; none of it is needed. It stands on the order sheet where it is filled in."""

    proof_name: Annotated[OptionalLine, Field(description="who gets the proof")] = ""
    proof_phone: Annotated[OptionalShortLine, Field(description="the telephone of whoever gets the proof")] = ""
    proof_email: Annotated[OptionalLine, Field(description="the e-mail address of whoever gets the proof")] = ""
    bill_to: Annotated[OptionalLine, Field(description="who gets the bill, where that is not who gets the ribbons")] = (
        ""
    )
    terms: Annotated[OptionalShortLine, Field(description="terms of payment")] = ""
    tax_exemption: Annotated[OptionalShortLine, Field(description="the number of the tax exemption")] = ""
    ship_method: Annotated[OptionalShortLine, Field(description="how the vendor is to send the ribbons")] = ""
    as_before: Annotated[
        OptionalShortLine, Field(description="the number of the last order, where all is as it was then")
    ] = ""


FOR_VENDOR = tuple(ForVendor.model_fields)


class NewOrder(ForVendor):
    """A draft of a purchase order. Lines of one design are added up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "vendor_id": 5,
                    "ship_to_id": 6,
                    "needed_by": "2027-03-01",
                    "lines": [{"design_id": 1, "quantity": 500}],
                }
            ]
        }
    )

    vendor_id: Id
    ship_to_id: Id
    needed_by: Day | None = None
    note: Note = ""
    lines: Annotated[list[NewOrderLine], Field(min_length=1, max_length=100)]


@edits(NewOrder)
class OrderPatch(Patch):
    """What may change about a draft; only the fields that are sent change. ``lines`` replace all that there were."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"design_id": 1, "quantity": 400}]}]})

    nullable = frozenset({"needed_by"})

    if TYPE_CHECKING:
        lines: list[NewOrderLine] | None


class UndoneReceipt(In):
    """Why a receipt is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "20, not 200"}]})

    note: Note = ""


class ReceiptLine(In):
    """How many ribbons of one line have come this time."""

    line_id: Id
    received: Count


class NewReceipt(EntryIn):
    """A delivery of the vendor. More than was ordered is refused unless ``allow_over_receipt`` says it is meant."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lines": [{"line_id": 1, "received": 300}]}]})

    lines: Annotated[list[ReceiptLine], Field(min_length=1, max_length=100)]
    note: Note = ""
    allow_over_receipt: Flag = False


class OrderLineOut(Out):
    """A line of a purchase order."""

    id: int
    design_id: int
    design_code: str
    quantity: int
    unit_cost_cents: int
    currency: str
    received: int


class OrderSummary(Out):
    """A purchase order without its lines."""

    id: int
    vendor_id: int
    vendor_name: str
    ship_to_id: int
    ship_to_name: str
    status: OrderStatus
    needed_by: date | None
    note: str
    proof_name: str
    proof_phone: str
    proof_email: str
    bill_to: str
    terms: str
    tax_exemption: str
    ship_method: str
    as_before: str
    created_at: datetime
    placed_at: datetime | None
    version: int

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know this pair; pydantic documents it
    @property
    def number(self) -> str:
        """The number that is printed and spoken."""
        return order_number(self.id)


class OrderOut(OrderSummary):
    """A purchase order with its lines."""

    lines: list[OrderLineOut] = []


class OrderFilter(Filter):
    """Which purchase orders are wanted."""

    status: OrderStatus | None = None
