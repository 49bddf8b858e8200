"""Verbs about purchase orders: draft, place, receive, cancel."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import Statement, lock, one, rows
from app.core.errors import Conflict, Invalid
from app.core.language import phrase
from app.core.lifecycle import check_transition
from app.core.paging import Page, Paging, page
from app.core.subjects import Thing
from app.printing.entering import refuse, unprintable
from app.purchasing.models import ALLOWED, SPOKEN, OrderStatus, PurchaseOrder, PurchaseOrderLine
from app.purchasing.schemas import NewOrder, NewReceipt, OrderLineOut, OrderOut, OrderSummary
from app.stock.ledger import Transfer, move
from app.stock.locations import name_of, require_location
from app.stock.models import Design, Kind, Location, Reason

_MISSING = phrase("There is no such order.")


def create_order(session: Session, *, new: NewOrder, actor: Actor) -> int:
    """Drafts an order and returns its id. Raises :class:`Invalid` for an unknown vendor, depot or design."""
    require_location(session, location_id=new.vendor_id, kinds=frozenset({Kind.VENDOR}), field="vendor_id")
    require_location(session, location_id=new.ship_to_id, kinds=frozenset({Kind.DEPOT}), field="ship_to_id")
    found = select(Design).where(col(Design.id).in_({line.design_id for line in new.lines}))
    designs = {design.id: design for design in session.scalars(found)}
    lines: dict[int, PurchaseOrderLine] = {}
    for number, line in enumerate(new.lines):
        design = designs.get(line.design_id)
        if design is None or not design.active:
            raise Invalid(phrase("There is no such design in use."), field=f"lines/{number}/design_id")
        price = design.unit_cost_cents if line.unit_cost_cents is None else line.unit_cost_cents
        known = lines.get(design.id)
        if known is None:
            lines[design.id] = PurchaseOrderLine(
                purchase_order_id=0,
                design_id=design.id,
                quantity=line.quantity,
                unit_cost_cents=price,
                currency=design.currency,
            )
        elif known.unit_cost_cents != price:
            two = phrase("One design cannot have two prices in an order.")
            raise Invalid(two, field=f"lines/{number}/unit_cost_cents")
        else:
            known.quantity += line.quantity
    if len({line.currency for line in lines.values()}) > 1:
        raise Invalid(phrase("An order has one currency. Order these designs apart."), field="lines")
    refuse(unprintable({"note": new.note}))
    order = PurchaseOrder(
        vendor_id=new.vendor_id,
        ship_to_id=new.ship_to_id,
        needed_by=new.needed_by,
        note=new.note,
        created_by=actor.person_id,
    )
    session.add(order)
    session.flush()
    for entry in lines.values():
        entry.purchase_order_id = order.id
        session.add(entry)
    session.flush()
    return order.id


def place_order(session: Session, *, order_id: int) -> None:
    """Marks the order as sent to the vendor."""
    order = _go(session, order_id, OrderStatus.PLACED)
    order.placed_at = utcnow()


def cancel_order(session: Session, *, order_id: int) -> None:
    """Ends an order of which nothing has come."""
    _go(session, order_id, OrderStatus.CANCELLED)


def receive_order(session: Session, *, order_id: int, receipt: NewReceipt, actor: Actor) -> None:
    """Books what has come of an order: ribbons move from the vendor to the depot.

    Raises :class:`Invalid` for a line of another order, and for more than was ordered unless that is meant.
    """
    order = lock(session, PurchaseOrder, order_id, missing=_MISSING)
    check_transition(ALLOWED, spoken=SPOKEN, present=order.status, to=OrderStatus.RECEIVED)
    found = select(PurchaseOrderLine).where(col(PurchaseOrderLine.purchase_order_id) == order_id)
    lines = {line.id: line for line in session.scalars(found)}
    come: Counter[int] = Counter()
    for number, entry in enumerate(receipt.lines):
        line = lines.get(entry.line_id)
        if line is None:
            raise Invalid(phrase("This line is not of this order."), field=f"lines/{number}/line_id")
        come[line.id] += entry.received
        line.received += entry.received
        if line.received > line.quantity and not receipt.allow_over_receipt:
            raise Conflict(
                phrase(
                    "Ordered: {ordered}; with this, {come} would have come. If that is right, send allow_over_receipt.",
                    ordered=line.quantity,
                    come=line.received,
                ),
                field=f"lines/{number}/received",
                ordered=line.quantity,
            )
    transfers = [
        Transfer(lines[line_id].design_id, order.vendor_id, order.ship_to_id, quantity, Reason.PURCHASE, receipt.note)
        for line_id, quantity in come.items()
        if quantity
    ]
    if not transfers:
        raise Invalid(phrase("Enter at least one ribbon that has come."), field="lines")
    move(session, transfers, actor=actor, subject=Thing.PURCHASE_ORDER.named(order_id))
    complete = all(line.received >= line.quantity for line in lines.values())
    order.status = OrderStatus.RECEIVED if complete else OrderStatus.PARTIALLY_RECEIVED
    order.version += 1


def find_orders(session: Session, *, paging: Paging, status: OrderStatus | None = None) -> Page[OrderSummary]:
    """Purchase orders, newest first."""
    statement = _orders()
    if status is not None:
        statement = statement.where(col(PurchaseOrder.status) == status)
    order = [col(PurchaseOrder.id)]
    return page(session, statement, OrderSummary, order=order, paging=paging, descending=True)


def read_order(session: Session, *, order_id: int) -> OrderOut:
    """One order with its lines. Raises :class:`NotFound`."""
    order = one(session, _orders().where(col(PurchaseOrder.id) == order_id), OrderOut, missing=_MISSING)
    own = [col(getattr(PurchaseOrderLine, name)) for name in OrderLineOut.model_fields if name != "design_code"]
    statement = (
        select(*own, col(Design.code).label("design_code"))
        .join(Design, col(Design.id) == col(PurchaseOrderLine.design_id))
        .where(col(PurchaseOrderLine.purchase_order_id) == order_id)
        .order_by(col(PurchaseOrderLine.id))
    )
    return order.model_copy(update={"lines": rows(session, statement, OrderLineOut)})


def _orders() -> Statement:
    vendor, ship_to = aliased(Location), aliased(Location)
    skip = {"vendor_name", "ship_to_name"}
    return (
        select(
            *(col(getattr(PurchaseOrder, name)) for name in OrderSummary.model_fields if name not in skip),
            name_of(vendor).label("vendor_name"),
            name_of(ship_to).label("ship_to_name"),
        )
        .join(vendor, col(vendor.id) == col(PurchaseOrder.vendor_id))
        .join(ship_to, col(ship_to.id) == col(PurchaseOrder.ship_to_id))
    )


def _go(session: Session, order_id: int, to: OrderStatus) -> PurchaseOrder:
    order = lock(session, PurchaseOrder, order_id, missing=_MISSING)
    order.status = check_transition(ALLOWED, spoken=SPOKEN, present=order.status, to=to)
    order.version += 1
    return order
