"""Address labels for shipments: what is read from the database for the printer."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import Claim
from app.claims.ship_by import must_arrive_by
from app.conferences.models import Conference
from app.core.clock import now
from app.core.db import columns, rows
from app.core.errors import Conflict, NotFound
from app.core.language import Language, phrase
from app.core.rules import Rules
from app.people.addresses import PostalAddress, label_lines
from app.people.models import PersonAddress
from app.people.service import postal_address
from app.printing.documents import Block
from app.printing.labels import AddressLabel, LabelSheet
from app.shipments.models import Shipment, ShipmentAddress, ShipmentLine, ShipmentStatus, no_shipments, shipment_number
from app.shipments.queries import shipments_statement
from app.shipments.schemas import ShipmentSummary
from app.stock.locations import names_on_paper
from app.stock.models import Location, LocationAddress


def address_labels(
    session: Session,
    *,
    shipment_ids: Sequence[int],
    label_stock: str,
    start: int = 1,
    copies: int = 1,
    offset_x_mm: float = 0.0,
    offset_y_mm: float = 0.0,
    outlines: bool = False,
    return_address: bool = True,
    language: Language | None = None,
    rules: Rules,
    actor: Actor,
) -> LabelSheet:
    """Labels for shipments, in the order in which they are named, complete, so that they need no session any more.

    They bear the address that was fixed when the box was packed; for drafts, coordinators get the present one. Raises
    :class:`NotFound` naming the shipments that are none of the actor's business or do not exist, :class:`Conflict`
    naming those that have no address: nobody gave it, or it was erased.
    """
    shipments = _shipments(session, shipment_ids, actor)
    addresses = _addresses(session, shipments, actor)
    senders = _senders(session, shipments, rules.home_country) if return_address else {}
    deadlines = _deadlines(session, shipments, rules)
    quantities = _quantities(session, shipment_ids)
    return LabelSheet(
        label_stock=label_stock,
        labels=tuple(
            AddressLabel(
                number=shipment.number,
                to=label_lines(addresses[shipment.id], home_country=rules.home_country),
                sender=senders.get(shipment.source_id),
                must_arrive_by=deadlines.get(shipment.claim_id),
                ribbons=quantities.get(shipment.id),
            )
            for shipment in shipments
        ),
        start=start,
        copies=copies,
        offset_x_mm=offset_x_mm,
        offset_y_mm=offset_y_mm,
        outlines=outlines,
        community=rules.community_name,
        language=language or rules.language,
        printed_at=now(rules.timezone),
        ribbon_color=rules.ribbon_color,
        foil_color=rules.foil_color,
    )


def _shipments(session: Session, ids: Sequence[int], actor: Actor) -> list[ShipmentSummary]:
    """Those shipments, in that order."""
    found = rows(session, shipments_statement(actor).where(col(Shipment.id).in_(ids)), ShipmentSummary)
    known = {shipment.id: shipment for shipment in found}
    missing = [each for each in ids if each not in known]
    if missing:
        raise NotFound(no_shipments(missing), shipment_ids=missing)
    return [known[each] for each in ids]


def _addresses(session: Session, shipments: Sequence[ShipmentSummary], actor: Actor) -> dict[int, PostalAddress]:
    """Where each shipment goes."""
    fixed = select(ShipmentAddress).where(col(ShipmentAddress.shipment_id).in_([each.id for each in shipments]))
    addresses = {kept.shipment_id: postal_address(kept) for kept in session.scalars(fixed)}
    drafts = [each for each in shipments if each.status is ShipmentStatus.DRAFT] if actor.is_staff else []
    present = _present_addresses(session, {draft.target_id for draft in drafts})
    addresses |= {draft.id: present[draft.target_id] for draft in drafts if draft.target_id in present}
    lacking = [each.id for each in shipments if each.id not in addresses]
    if lacking:
        raise Conflict(
            phrase(
                "There is no address for {list}. It is kept when a box is packed for a carrier, and erased when it is "
                "no longer needed.",
                list=[shipment_number(each) for each in lacking],
            ),
            shipment_ids=lacking,
        )
    return addresses


def _present_addresses(session: Session, location_ids: set[int]) -> dict[int, PostalAddress]:
    """The address of each depot, and of each person whose stock a location is; those that have none are left out."""
    if not location_ids:
        return {}
    people = (
        select(col(Location.id), PersonAddress)
        .join(PersonAddress, col(PersonAddress.person_id) == col(Location.person_id))
        .where(col(Location.id).in_(location_ids))
    )
    homes = {location_id: postal_address(kept) for location_id, kept in session.execute(people)}
    return homes | _depots(session, location_ids)


def _depots(session: Session, location_ids: set[int]) -> dict[int, PostalAddress]:
    kept = select(LocationAddress).where(col(LocationAddress.location_id).in_(location_ids))
    return {address.location_id: postal_address(address) for address in session.scalars(kept)}


def _senders(session: Session, shipments: Sequence[ShipmentSummary], home: str) -> dict[int, Block]:
    """A depot with its address; a champion by name, since where she lives is nobody's business who gets her ribbons."""
    names = names_on_paper(session, location_ids={each.source_id for each in shipments})
    addresses = _depots(session, set(names))
    return {
        source_id: Block(label_lines(addresses[source_id], home_country=home) if source_id in addresses else (name,))
        for source_id, name in names.items()
    }


def _deadlines(session: Session, shipments: Sequence[ShipmentSummary], rules: Rules) -> dict[int | None, date]:
    """The day by which the box of each claim must be there."""
    claim_ids = {each.claim_id for each in shipments if each.claim_id is not None}
    if not claim_ids:
        return {}
    statement = (
        select(col(Claim.id), col(Conference.starts_on))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.id).in_(claim_ids))
    )
    return {claim_id: must_arrive_by(starts_on, rules) for claim_id, starts_on in columns(session, statement)}


def _quantities(session: Session, shipment_ids: Sequence[int]) -> dict[int, int]:
    """Ribbons in each box."""
    shipment_id = col(ShipmentLine.shipment_id)
    statement = select(shipment_id, func.sum(ShipmentLine.quantity)).where(shipment_id.in_(shipment_ids))
    return {each: int(total) for each, total in columns(session, statement.group_by(shipment_id))}
