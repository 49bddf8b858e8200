"""Routes of purchase orders."""

from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.paper_routing import LanguageQuery, PaperQuery, PaperRouter
from app.api.requests import PageQuery, PathId
from app.core.paging import Page
from app.core.rules import Rules
from app.paperwork.kinds import ORDER_SHEET
from app.paperwork.order_sheet import order_sheet
from app.printing.documents import OrderSheet
from app.purchasing import service
from app.purchasing.models import OrderStatus
from app.purchasing.schemas import NewOrder, NewReceipt, OrderOut, OrderSummary

router = PaperRouter(prefix="/purchase-orders", tags=["purchase orders"])


@router.reads("", Permission.PURCHASE)
def list_purchase_orders(session: Session, paging: PageQuery, status: OrderStatus | None = None) -> Page[OrderSummary]:
    """List purchase orders, newest first."""
    return service.find_orders(session, paging=paging, status=status)


@router.writes("POST", "", Permission.PURCHASE, status=201, creates="purchase_order")
def create_purchase_order(session: Session, actor: Actor, body: NewOrder) -> OrderOut:
    """Draft an order."""
    return service.read_order(session, order_id=service.create_order(session, new=body, actor=actor))


@router.reads("/{order_id}", Permission.PURCHASE)
def get_purchase_order(session: Session, order_id: PathId) -> OrderOut:
    """Read one order with its lines."""
    return service.read_order(session, order_id=order_id)


@router.writes("POST", "/{order_id}/place", Permission.PURCHASE)
def place_purchase_order(session: Session, order_id: PathId) -> OrderOut:
    """Mark an order as sent to the vendor."""
    service.place_order(session, order_id=order_id)
    return service.read_order(session, order_id=order_id)


@router.writes("POST", "/{order_id}/receive", Permission.PURCHASE)
def receive_purchase_order(session: Session, actor: Actor, order_id: PathId, body: NewReceipt) -> OrderOut:
    """Book what has come; an order may come in several deliveries."""
    service.receive_order(session, order_id=order_id, receipt=body, actor=actor)
    return service.read_order(session, order_id=order_id)


@router.writes("POST", "/{order_id}/cancel", Permission.PURCHASE)
def cancel_purchase_order(session: Session, order_id: PathId) -> OrderOut:
    """End an order of which nothing has come."""
    service.cancel_order(session, order_id=order_id)
    return service.read_order(session, order_id=order_id)


@router.prints("/{order_id}/order-sheet.pdf", Permission.PURCHASE, ORDER_SHEET)
def print_order_sheet(
    session: Session, rules: Rules, order_id: PathId, paper: PaperQuery = None, language: LanguageQuery = None
) -> OrderSheet:
    """Print the order sheet for the vendor, with a proof of each ribbon in its true size."""
    return order_sheet(session, order_id=order_id, rules=rules, paper=paper, language=language)
