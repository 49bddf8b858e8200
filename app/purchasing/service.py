"""Verbs about purchase orders: draft, edit, place, receive, undo a receipt, close short, cancel."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import Statement, columns, lock, one, rows
from app.core.errors import Conflict, Invalid
from app.core.language import phrase, verbatim
from app.core.lifecycle import Version, check_transition, check_version
from app.core.paging import Page, Paging, page
from app.core.subjects import Subject, Thing
from app.printing.entering import refuse, unprintable
from app.purchasing.models import (
    ALLOWED,
    BACK,
    SPOKEN,
    SPOKEN_BACK,
    OrderStatus,
    PurchaseOrder,
    PurchaseOrderLine,
)
from app.purchasing.schemas import (
    FOR_VENDOR,
    NewOrder,
    NewOrderLine,
    NewReceipt,
    OrderLineOut,
    OrderOut,
    OrderPatch,
    OrderSummary,
)
from app.stock.designs import ASKED, FACE, edit_design_step, lock_designs
from app.stock.ledger import Transfer, move
from app.stock.locations import name_of, require_location
from app.stock.models import Design, Kind, Location, Move, Reason
from app.stock.undoing import undo_moves_step

_MISSING = phrase("There is no such order.")


def create_order(session: Session, *, new: NewOrder, actor: Actor) -> int:
    """Drafts an order and returns its id. Raises :class:`Invalid` for an unknown vendor, depot or design."""
    order = PurchaseOrder(
        vendor_id=new.vendor_id,
        ship_to_id=new.ship_to_id,
        needed_by=new.needed_by,
        note=new.note,
        **{name: getattr(new, name) for name in FOR_VENDOR},
        created_by=actor.person_id,
    )
    lines = _lines(session, new.lines)
    _check(session, order)
    session.add(order)
    session.flush()
    _keep(session, order, lines)
    return order.id


def edit_order(session: Session, *, order_id: int, version: Version | None, patch: OrderPatch) -> None:
    """Changes the given fields of a draft; lines that are given take the place of all that there were.

    Raises :class:`Stale`, :class:`Conflict` once the order was placed, and what :func:`create_order` does.
    """
    order = lock(session, PurchaseOrder, order_id, missing=_MISSING)
    order.version = check_version(present=order.version, based_on=version)
    if order.status is not OrderStatus.DRAFT:
        so = phrase("Only a draft can be changed.")
        raise Conflict(verbatim("{now} {so}", now=SPOKEN.now[order.status], so=so), current_status=order.status.value)
    changes = patch.changes()
    changes.pop("lines", None)
    for name, value in changes.items():
        setattr(order, name, value)
    _check(session, order)
    if patch.lines is not None:
        lines = _lines(session, patch.lines)
        session.exec(delete(PurchaseOrderLine).where(col(PurchaseOrderLine.purchase_order_id) == order_id))
        _keep(session, order, lines)


def _check(session: Session, order: PurchaseOrder) -> None:
    with session.no_autoflush:
        require_location(session, location_id=order.vendor_id, kinds=frozenset({Kind.VENDOR}), field="vendor_id")
        require_location(session, location_id=order.ship_to_id, kinds=frozenset({Kind.DEPOT}), field="ship_to_id")
    refuse(unprintable({name: getattr(order, name) for name in ("note", *FOR_VENDOR)}))


def _lines(session: Session, wanted: Sequence[NewOrderLine]) -> list[PurchaseOrderLine]:
    """The lines of an order, one of each design. Raises :class:`Invalid`."""
    found = select(Design).where(col(Design.id).in_({line.design_id for line in wanted}))
    designs = {design.id: design for design in session.scalars(found)}
    lines: dict[int, PurchaseOrderLine] = {}
    for number, line in enumerate(wanted):
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
    return list(lines.values())


def _keep(session: Session, order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
    for entry in lines:
        entry.purchase_order_id = order.id
        session.add(entry)
    session.flush()


def place_order(session: Session, *, order_id: int) -> None:
    """Marks the order as sent to the vendor. What is printed on its ribbons stays from now on."""
    order = _go(session, order_id, OrderStatus.PLACED)
    order.placed_at = utcnow()
    ordered = select(col(PurchaseOrderLine.design_id)).where(col(PurchaseOrderLine.purchase_order_id) == order_id)
    lock_designs(session, design_ids=session.scalars(ordered).all())


def cancel_order(session: Session, *, order_id: int) -> None:
    """Ends an order of which nothing has come."""
    _go(session, order_id, OrderStatus.CANCELLED)


def close_short(session: Session, *, order_id: int) -> None:
    """Ends an order of which not everything has come, and no more is waited for."""
    _go(session, order_id, OrderStatus.CLOSED_SHORT)


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
                    "Ordered: {ordered}; with this, {come} would have come. If that is right, say that more came "
                    "than was ordered (allow_over_receipt).",
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
    _settle_status(order, lines.values())


def undo_receipt(session: Session, *, order_id: int, note: str, actor: Actor) -> None:
    """Takes the last receipt of an order back, as if it had not come: its ribbons go back to the vendor.

    What was counted at the depot since stays as it was counted. Raises :class:`OutOfStock` where the ribbons have left
    the depot.
    """
    order = lock(session, PurchaseOrder, order_id, missing=_MISSING)
    check_transition(BACK, spoken=SPOKEN_BACK, present=order.status, to=OrderStatus.PLACED)
    subject, undone = Thing.PURCHASE_ORDER.named(order_id), aliased(Move)
    standing: Statement = (
        select(col(Move.id), col(Move.design_id), col(Move.quantity), col(Move.created_at))
        .outerjoin(undone, col(undone.reverses_id) == col(Move.id))
        .where(col(Move.subject) == subject, col(Move.reason) == Reason.PURCHASE, col(undone.id).is_(None))
        .order_by(col(Move.id))
    )
    booked = columns(session, standing).all()
    last = {row.design_id: row for row in booked if row.created_at == booked[-1].created_at}  # booked together
    undo_moves_step(session, move_ids=[row.id for row in last.values()], note=note, actor=actor, subject=subject)
    lines = session.scalars(select(PurchaseOrderLine).where(col(PurchaseOrderLine.purchase_order_id) == order_id)).all()
    for line in lines:
        if line.design_id in last:
            line.received -= last[line.design_id].quantity
    _settle_status(order, lines)


def _settle_status(order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
    """How an order stands by what has come of it."""
    received = [(line.received, line.quantity) for line in lines]
    if not any(come for come, _ in received):
        order.status = OrderStatus.PLACED
    else:
        complete = all(come >= ordered for come, ordered in received)
        order.status = OrderStatus.RECEIVED if complete else OrderStatus.PARTIALLY_RECEIVED
    order.version += 1


def edit_design(session: Session, *, design_id: int, version: Version | None, changes: dict[str, Any]) -> None:
    """Changes the given fields of a design; those of its ribbon only as long as there are none.

    What vendors ask for can be filled in later, but no longer changed: sheets of orders say it.

    Raises what :func:`app.stock.designs.edit_design_step` does, and :class:`Conflict` once it was ordered.
    """
    lock_designs(session, design_ids=[design_id])
    before = session.get(Design, design_id)
    present = {name: getattr(before, name) for name in changes} if before else {}
    changed = sorted(name for name in FACE & present.keys() if changes[name] != present[name])
    changed += [name for name in ASKED if present.get(name) and changes[name] != present[name]]
    if changed and _was_ordered(session, design_id):
        text = phrase(
            "Ribbons of this design were ordered, so what is on them, and what the order sheet says of them, "
            "stays as it is. Add another design instead."
        )
        raise Conflict(text, field=changed[0])
    edit_design_step(session, design_id=design_id, version=version, changes=changes)


def _was_ordered(session: Session, design_id: int) -> bool:
    line, order = col(PurchaseOrderLine.purchase_order_id), col(PurchaseOrder.id)
    placed = select(order).join(PurchaseOrderLine, line == order)
    ordered = placed.where(col(PurchaseOrderLine.design_id) == design_id, col(PurchaseOrder.placed_at).is_not(None))
    moved = select(col(Move.id)).where(col(Move.design_id) == design_id)
    return any(session.scalar(found.limit(1)) is not None for found in (ordered, moved))


def forget_proof_contact(session: Session, *, email: str, name: str) -> list[Subject]:
    """Takes somebody off the orders whose proofs went to her, and returns which they are.

    By the e-mail address that she has now or by her name, since her address may have been another then.
    """
    hers = or_(
        func.lower(col(PurchaseOrder.proof_email)) == email.lower(),
        func.lower(col(PurchaseOrder.proof_name)) == name.lower(),
    )
    ids = session.scalars(select(col(PurchaseOrder.id)).where(hers)).all()
    nobody = {"proof_name": "", "proof_phone": "", "proof_email": ""}
    session.execute(update(PurchaseOrder).where(col(PurchaseOrder.id).in_(ids)).values(nobody))
    return [Thing.PURCHASE_ORDER.named(order_id) for order_id in ids]


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
