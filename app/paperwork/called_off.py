"""Whether what a printed code stands for was called off, though its paper is about."""

from sqlmodel import Session, col, select

from app.claims.models import Claim, ClaimStatus
from app.core.subjects import Subject, Thing
from app.purchasing.models import OrderStatus, PurchaseOrder
from app.shipments.models import Shipment, ShipmentStatus


def is_called_off(session: Session, letter: str, subject: str) -> bool:
    """Whether the box or the order was cancelled, or the claim opened again for which a letter thanks.

    Nothing else is called off and keeps its code.
    """
    kind, _, _ = subject.partition(":")
    if kind == Thing.SHIPMENT:
        box = select(Shipment.status).where(col(Shipment.id) == Thing.SHIPMENT.number_in(Subject(subject)))
        return session.exec(box).first() is ShipmentStatus.CANCELLED
    if kind == Thing.PURCHASE_ORDER:
        number = Thing.PURCHASE_ORDER.number_in(Subject(subject))
        order = select(PurchaseOrder.status).where(col(PurchaseOrder.id) == number)
        return session.exec(order).first() is OrderStatus.CANCELLED
    if letter == "T":
        claim = select(Claim.status).where(col(Claim.id) == Thing.CLAIM.number_in(Subject(subject)))
        return session.exec(claim).first() is not ClaimStatus.CLOSED
    return False
