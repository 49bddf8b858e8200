"""What can be done with purchase orders."""

from app.acts.act import Work, exports, given, made, reads, writes
from app.acts.entries import Repeatable
from app.acts.policy import Permission
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.purchasing import service
from app.purchasing.schemas import (
    NewOrder,
    NewReceipt,
    OrderFilter,
    OrderOut,
    OrderPatch,
    OrderSummary,
    UndoneReceipt,
)
from app.stock.designs import read_design
from app.stock.schemas import DesignOut, DesignPatch


@reads(Permission.PURCHASE)
def list_purchase_orders(work: Work, *, paging: Paging, wanted: OrderFilter) -> Page[OrderSummary]:
    """List purchase orders, newest first."""
    return service.find_orders(work.session, paging=paging, status=wanted.status)


export_purchase_orders = exports(
    list_purchase_orders,
    *("id", "number", "vendor_id", "vendor_name", "ship_to_id", "ship_to_name", "status", "needed_by", "note"),
    *("created_at", "placed_at"),
)


@writes(Permission.PURCHASE, about=made(Thing.PURCHASE_ORDER))
def create_purchase_order(work: Work, *, body: NewOrder) -> OrderOut:
    """Draft an order."""
    return _read(work, service.create_order(work.session, new=body, actor=work.actor))


@reads(Permission.PURCHASE)
def get_purchase_order(work: Work, *, purchase_order_id: RowId) -> OrderOut:
    """Read one order with its lines."""
    return _read(work, purchase_order_id)


@writes(Permission.PURCHASE, about=given(Thing.PURCHASE_ORDER))
def place_purchase_order(work: Work, *, purchase_order_id: RowId) -> OrderOut:
    """Mark an order as sent to the vendor."""
    service.place_order(work.session, order_id=purchase_order_id)
    return _read(work, purchase_order_id)


@writes(Permission.PURCHASE, about=given(Thing.PURCHASE_ORDER))
def update_purchase_order(work: Work, *, purchase_order_id: RowId, version: Version, body: OrderPatch) -> OrderOut:
    """Change a draft; once it is placed, an order stays as it was sent to the vendor."""
    service.edit_order(work.session, order_id=purchase_order_id, version=version, patch=body)
    return _read(work, purchase_order_id)


def _order_again(work: Work, made: Subject) -> OrderOut:
    return _read(work, Thing.PURCHASE_ORDER.number_in(made))


@writes(
    Permission.PURCHASE,
    about=given(Thing.PURCHASE_ORDER),
    repeats=Repeatable(
        made=lambda values, _: Thing.PURCHASE_ORDER.named(values["purchase_order_id"]), again=_order_again
    ),
)
def receive_purchase_order(work: Work, *, purchase_order_id: RowId, body: NewReceipt) -> OrderOut:
    """Book what has come; an order may come in several deliveries."""
    service.receive_order(work.session, order_id=purchase_order_id, receipt=body, actor=work.actor)
    return _read(work, purchase_order_id)


@writes(Permission.PURCHASE, about=given(Thing.PURCHASE_ORDER))
def undo_receipt(work: Work, *, purchase_order_id: RowId, body: UndoneReceipt) -> OrderOut:
    """Undo the last receipt that was booked, while its ribbons are still at the depot; then book what really came.

    What was counted there since stays as it was counted.
    """
    service.undo_receipt(work.session, order_id=purchase_order_id, note=body.note, actor=work.actor)
    return _read(work, purchase_order_id)


@writes(Permission.PURCHASE, about=given(Thing.PURCHASE_ORDER))
def close_order_short(work: Work, *, purchase_order_id: RowId) -> OrderOut:
    """Close an order of which not everything has come. Should the rest come after all, it is received as ever."""
    service.close_short(work.session, order_id=purchase_order_id)
    return _read(work, purchase_order_id)


@writes(Permission.EDIT_DESIGNS, about=given(Thing.DESIGN))
def update_design(work: Work, *, design_id: RowId, version: Version, body: DesignPatch) -> DesignOut:
    """Change a design: its pack size, price, reorder point, or whether it is in use.

    What is printed on the ribbon, its colors and its size can change until it is ordered for the first time.
    """
    service.edit_design(work.session, design_id=design_id, version=version, changes=body.changes())
    return read_design(work.session, design_id=design_id)


@writes(Permission.PURCHASE, about=given(Thing.PURCHASE_ORDER))
def cancel_purchase_order(work: Work, *, purchase_order_id: RowId) -> OrderOut:
    """End an order of which nothing has come."""
    service.cancel_order(work.session, order_id=purchase_order_id)
    return _read(work, purchase_order_id)


def _read(work: Work, order_id: int) -> OrderOut:
    return service.read_order(work.session, order_id=order_id)
