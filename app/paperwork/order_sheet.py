"""The order sheet of a purchase order: what is read from the database for the printer."""

from sqlmodel import Session, col, select

from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading, party
from app.printing.documents import OrderLine, OrderSheet, PaperSize
from app.purchasing.models import PurchaseOrderLine
from app.purchasing.schemas import FOR_VENDOR
from app.purchasing.service import read_order
from app.stock.designs import face
from app.stock.models import Design


def order_sheet(
    session: Session,
    *,
    order_id: int,
    rules: Rules,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> OrderSheet:
    """The order sheet, complete, so that it can be drawn without a session. Raises :class:`NotFound`.

    Without ``paper`` and ``language`` they are as configured: a vendor has no language of its own.
    """
    order = read_order(session, order_id=order_id)
    statement = (
        select(PurchaseOrderLine, Design)
        .join(Design, col(Design.id) == col(PurchaseOrderLine.design_id))
        .where(col(PurchaseOrderLine.purchase_order_id) == order_id)
        .order_by(col(PurchaseOrderLine.id))
    )
    lines = tuple(
        OrderLine(
            face=face(design),
            pack_size=design.pack_size,
            quantity=line.quantity,
            unit_cost_cents=line.unit_cost_cents,
            currency=line.currency,
            ribbon_pms=design.ribbon_pms,
            foil_pms=design.foil_pms,
            vendor_item=design.vendor_item,
        )
        for line, design in session.exec(statement)
    )
    return OrderSheet(
        number=order.number,
        about=Thing.PURCHASE_ORDER.named(order_id),
        **heading(rules, paper_size, language),
        ordered_on=order.placed_at.date() if order.placed_at else None,
        needed_by=order.needed_by,
        vendor=party(session, location_id=order.vendor_id, name=order.vendor_name, rules=rules),
        ship_to=party(session, location_id=order.ship_to_id, name=order.ship_to_name, rules=rules),
        note=order.note,
        **{name: getattr(order, name) for name in FOR_VENDOR},
        lines=lines,
    )
