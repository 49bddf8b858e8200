"""Shipments for a claim: who gets the box, and what its packing slip says."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.claims.models import Claim, ClaimState
from app.claims.service import lock_claim
from app.clock import utcnow
from app.conferences.models import Conference
from app.config import settings
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.addresses import format_lines
from app.people.models import Person
from app.people.policy import Actor
from app.people.service import postal_address
from app.places import state_name
from app.printing.documents import Block, Language, PackingLine, PackingSlip
from app.shipments.models import ShipmentAddress, ShipmentLine
from app.shipments.queries import read_shipment
from app.shipments.schemas import NewShipment
from app.shipments.service import create_shipment
from app.stock.locations import champion_location, party
from app.stock.models import Design, Location


def create_shipment_for(session: Session, *, new: NewShipment, actor: Actor) -> int:
    """Drafts a shipment to the champion of a claim, or to a location; returns its id.

    Raises :class:`Invalid` unless just one of the two is named, :class:`Conflict` for a claim that is not deputized.
    """
    if (new.claim_id is None) == (new.target_id is None):
        raise Invalid("Name either claim_id or target_id.", field="target_id")
    target_id = new.target_id
    if new.claim_id is not None:
        if not actor.is_staff:
            raise Forbidden("Coordinators send ribbons for a claim. Name the target_id instead.")
        target_id = _target_of(session, new.claim_id)
    assert target_id is not None
    return create_shipment(
        session,
        source_id=new.source_id,
        target_id=target_id,
        claim_id=new.claim_id,
        method=new.method,
        lines=new.lines,
        note=new.note,
        actor=actor,
    )


def packing_slip(session: Session, *, shipment_id: int, actor: Actor) -> PackingSlip:
    """The packing slip, complete, so that it can be drawn without a session, in the receiver's language.

    Raises :class:`NotFound`, also where the shipment is none of the actor's business.
    """
    shipment = read_shipment(session, shipment_id=shipment_id, actor=actor)
    here = settings()
    conference = _conference_of(session, shipment.claim_id)
    place = ""
    if conference is not None:
        state = state_name(conference.state) if conference.state else ""
        place = ", ".join(part for part in (conference.venue, conference.city, state) if part)
    return PackingSlip(
        number=shipment.number,
        revision=shipment.version,
        community=here.community_name,
        paper=here.paper,
        language=_language(session, shipment.target_id),
        printed_at=utcnow(),
        link=f"{here.public_url}/s/{shipment.number}",
        ribbon_color=here.ribbon_color,
        foil_color=here.foil_color,
        sender=_sender(session, shipment.source_id, shipment.source),
        recipient=_recipient(session, shipment_id, shipment.target_id, shipment.target, actor),
        conference=conference.name if conference else None,
        conference_place=place,
        starts_on=conference.starts_on if conference else None,
        ends_on=conference.ends_on if conference else None,
        must_arrive_by=conference.starts_on - timedelta(days=here.buffer_days) if conference else None,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        note=shipment.note,
        lines=_lines(session, shipment_id),
    )


def _target_of(session: Session, claim_id: int) -> int:
    try:
        claim = lock_claim(session, claim_id=claim_id)
    except NotFound as missing:
        raise Invalid(missing.detail, field="claim_id") from missing
    if claim.state is not ClaimState.DEPUTIZED:
        raise Conflict(f"The claim is {claim.state}; ribbons are sent while it is deputized.", state=claim.state.value)
    return champion_location(session, person_id=claim.champion_id)


def _conference_of(session: Session, claim_id: int | None) -> Conference | None:
    if claim_id is None:
        return None
    statement = select(Conference).join(Claim, col(Claim.conference_id) == col(Conference.id))
    return session.scalar(statement.where(col(Claim.id) == claim_id))


def _sender(session: Session, source_id: int, source: str) -> Block:
    """A depot with its address; a champion by name: where she lives is nobody's business who gets ribbons from her."""
    location = session.get(Location, source_id)
    is_champion = location is not None and location.person_id is not None
    return Block((source,)) if is_champion else party(session, location_id=source_id, name=source)


def _recipient(session: Session, shipment_id: int, target_id: int, target: str, actor: Actor) -> Block:
    """The address that was fixed when the box was packed. A champion who hands ribbons on sees a name only."""
    fixed = session.get(ShipmentAddress, shipment_id)
    if fixed is not None:
        return Block(format_lines(postal_address(fixed), home_country=settings().home_country))
    return party(session, location_id=target_id, name=target) if actor.is_staff else Block((target,))


def _language(session: Session, location_id: int) -> Language:
    statement = select(col(Person.language)).join(Location, col(Location.person_id) == col(Person.id))
    language = session.scalar(statement.where(col(Location.id) == location_id)) or settings().language
    return "es" if language == "es" else "en"


def _lines(session: Session, shipment_id: int) -> tuple[PackingLine, ...]:
    statement = (
        select(
            col(Design.code),
            col(Design.text),
            col(ShipmentLine.quantity),
            col(Design.pack_size),
            col(Design.ribbon_color),
            col(Design.foil_color),
        )
        .join(Design, col(Design.id) == col(ShipmentLine.design_id))
        .where(col(ShipmentLine.shipment_id) == shipment_id)
        .order_by(col(ShipmentLine.id))
    )
    return tuple(PackingLine(**row._asdict()) for row in session.connection().execute(statement))
