"""Routes of shipments."""

from datetime import date

from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.paper_routing import LanguageQuery, PaperQuery, PaperRouter
from app.api.requests import PageQuery, PathId, QueryId, Throttle
from app.api.routing import Asking
from app.claims.shipping import create_shipment_for
from app.core.paging import Page
from app.core.rules import Rules
from app.paperwork.kinds import PACKING_SLIP
from app.paperwork.packing_slip import packing_slip
from app.printing.documents import PackingSlip
from app.shipments import receiving, service
from app.shipments.carriers import delivered_on
from app.shipments.models import ShipmentStatus
from app.shipments.queries import find_shipments, read_shipment
from app.shipments.schemas import NewArrival, NewFind, NewShipment, Sending, ShipmentOut, ShipmentSummary

router = PaperRouter(prefix="/shipments", tags=["shipments"])


@router.reads("", Permission.READ_SHIPMENTS)
def list_shipments(
    session: Session,
    actor: Actor,
    paging: PageQuery,
    status: ShipmentStatus | None = None,
    claim_id: QueryId | None = None,
) -> Page[ShipmentSummary]:
    """List shipments, newest first: from and to you, or all for a coordinator."""
    return find_shipments(session, paging=paging, actor=actor, status=status, claim_id=claim_id)


@router.writes("POST", "", Permission.SHIP, status=201, creates="shipment")
def create_shipment(session: Session, actor: Actor, body: NewShipment) -> ShipmentOut:
    """Draft a shipment.

    A champion sends leftovers from her own stock back to a depot. A coordinator arranges that they go to the next
    champion by hand.
    """
    shipment_id = create_shipment_for(session, new=body, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.reads("/{shipment_id}", Permission.READ_SHIPMENTS)
def get_shipment(session: Session, actor: Actor, shipment_id: PathId) -> ShipmentOut:
    """Read one shipment with its lines."""
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/pack", Permission.SHIP)
def pack_shipment(session: Session, actor: Actor, shipment_id: PathId) -> ShipmentOut:
    """Pack: the ribbons are reserved from now on."""
    service.pack(session, shipment_id=shipment_id, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/send", Permission.SHIP)
def send_shipment(session: Session, actor: Actor, shipment_id: PathId, body: Sending) -> ShipmentOut:
    """Hand the box to a carrier."""
    service.send(session, shipment_id=shipment_id, sending=body, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/deliver", Permission.MOVE_STOCK)
def deliver_shipment(session: Session, actor: Actor, shipment_id: PathId) -> ShipmentOut:
    """Note that the carrier says it has delivered."""
    service.deliver(session, shipment_id=shipment_id, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes(
    "POST",
    "/{shipment_id}/track",
    Permission.SHIP,
    throttle=Throttle("track", per_address=60),
    asks=Asking(question=service.number_to_ask, ask=delivered_on),
)
def track_shipment(session: Session, actor: Actor, shipment_id: PathId, heard: date | None) -> ShipmentOut:
    """Ask USPS about a box in transit, and note if it was delivered."""
    service.track(session, shipment_id=shipment_id, delivered_on=heard, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/receive", Permission.RECEIVE)
def receive_shipment(session: Session, actor: Actor, shipment_id: PathId, body: NewArrival) -> ShipmentOut:
    """Count what has arrived; what is not counted is missing."""
    receiving.receive(session, shipment_id=shipment_id, arrival=body, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/found", Permission.RECEIVE)
def find_missing_ribbons(session: Session, actor: Actor, shipment_id: PathId, body: NewFind) -> ShipmentOut:
    """Book that missing ribbons have turned up where they were sent to."""
    receiving.find_missing(session, shipment_id=shipment_id, find=body, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/lose", Permission.MOVE_STOCK)
def lose_shipment(session: Session, actor: Actor, shipment_id: PathId) -> ShipmentOut:
    """Give up on a box that was sent."""
    service.lose(session, shipment_id=shipment_id, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.writes("POST", "/{shipment_id}/cancel", Permission.SHIP)
def cancel_shipment(session: Session, actor: Actor, shipment_id: PathId) -> ShipmentOut:
    """End a shipment that has not left; what was packed goes back."""
    service.cancel(session, shipment_id=shipment_id, actor=actor)
    return read_shipment(session, shipment_id=shipment_id, actor=actor)


@router.prints("/{shipment_id}/packing-slip.pdf", Permission.READ_SHIPMENTS, PACKING_SLIP, audited=True)
def print_packing_slip(
    session: Session,
    actor: Actor,
    rules: Rules,
    shipment_id: PathId,
    paper: PaperQuery = None,
    language: LanguageQuery = None,
) -> PackingSlip:
    """Print the packing slip, in the receiver's language unless another is asked for."""
    return packing_slip(session, shipment_id=shipment_id, rules=rules, actor=actor, paper=paper, language=language)
