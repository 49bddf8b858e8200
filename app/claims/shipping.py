"""Shipments for a claim: who gets the box, and what its packing slip says."""

from sqlmodel import Session

from app.acts.policy import Actor
from app.claims.models import SPOKEN, ClaimStatus
from app.claims.service import lock_claim
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import phrase, verbatim
from app.shipments.editing import keep_address
from app.shipments.models import Method
from app.shipments.schemas import NewShipment
from app.shipments.service import draft_shipment_step
from app.stock.locations import champion_location


def create_shipment_for(session: Session, *, new: NewShipment, actor: Actor) -> int:
    """Drafts a shipment to the champion of a claim, or to a location; returns its id.

    Raises :class:`Invalid` unless just one of the two is named, :class:`Conflict` for a claim that is not deputized.
    """
    if (new.claim_id is None) == (new.target_id is None):
        raise Invalid(phrase("Name either claim_id or target_id."), field="target_id")
    target_id = new.target_id
    if new.claim_id is not None:
        if not actor.is_staff:
            raise Forbidden(phrase("Coordinators send ribbons for a claim. Name the target_id instead."))
        target_id = _target_of(session, new.claim_id)
    assert target_id is not None
    if new.address is not None and (not actor.is_staff or new.method is Method.HAND):
        raise Invalid(phrase("Coordinators give a box that goes by carrier an address of its own."), field="address")
    shipment_id = draft_shipment_step(
        session,
        source_id=new.source_id,
        target_id=target_id,
        claim_id=new.claim_id,
        method=new.method,
        lines=new.lines,
        note=new.note,
        actor=actor,
    )
    if new.address is not None:
        keep_address(session, shipment_id, new.address)
    return shipment_id


def _target_of(session: Session, claim_id: int) -> int:
    try:
        claim = lock_claim(session, claim_id=claim_id)
    except NotFound as missing:
        raise Invalid(missing.detail, field="claim_id") from missing
    if claim.status is not ClaimStatus.DEPUTIZED:
        so = phrase("Ribbons can be sent while it is accepted.")
        now = SPOKEN.now[claim.status]
        raise Conflict(verbatim("{now} {so}", now=now, so=so), current_status=claim.status.value)
    return champion_location(session, person_id=claim.champion_id)
