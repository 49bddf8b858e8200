"""What can be done with purchase orders."""

from app.acts.act import Work, given, made, reads, writes
from app.acts.entries import Repeatable
from app.acts.policy import Permission
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.purchasing import service
from app.purchasing.schemas import NewOrder, NewReceipt, OrderFilter, OrderOut, OrderSummary


@reads(Permission.PURCHASE)
def list_purchase_orders(work: Work, *, paging: Paging, wanted: OrderFilter) -> Page[OrderSummary]:
    """List purchase orders, newest first."""
    return service.find_orders(work.session, paging=paging, status=wanted.status)


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
def cancel_purchase_order(work: Work, *, purchase_order_id: RowId) -> OrderOut:
    """End an order of which nothing has come."""
    service.cancel_order(work.session, order_id=purchase_order_id)
    return _read(work, purchase_order_id)


def _read(work: Work, order_id: int) -> OrderOut:
    return service.read_order(work.session, order_id=order_id)
