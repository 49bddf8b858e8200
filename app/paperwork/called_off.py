"""Whether what a printed code stands for was called off, though its paper is about."""

from sqlmodel import Session, col, select

from app.core.subjects import Subject, Thing
from app.purchasing.models import OrderStatus, PurchaseOrder
from app.shipments.models import Shipment, ShipmentStatus


def is_called_off(session: Session, subject: str) -> bool:
    """Whether the box or the order was cancelled; nothing else is called off and keeps its code."""
    kind, _, _ = subject.partition(":")
    if kind == Thing.SHIPMENT:
        box = select(Shipment.status).where(col(Shipment.id) == Thing.SHIPMENT.number_in(Subject(subject)))
        return session.exec(box).first() is ShipmentStatus.CANCELLED
    if kind == Thing.PURCHASE_ORDER:
        number = Thing.PURCHASE_ORDER.number_in(Subject(subject))
        order = select(PurchaseOrder.status).where(col(PurchaseOrder.id) == number)
        return session.exec(order).first() is OrderStatus.CANCELLED
    return False
