"""Address labels for shipments: what is read from the database for the printer."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.ship_by import must_arrive_by
from app.core.clock import now
from app.core.errors import Conflict
from app.core.language import Language, phrase
from app.core.rules import Rules
from app.paperwork.boxes import boxes_of, fixed_address, senders_of
from app.people.addresses import PostalAddress, label_lines
from app.people.models import PersonAddress
from app.people.service import postal_address
from app.printing.labels import AddressLabel, LabelSheet
from app.shipments.models import ShipmentStatus, shipment_number
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
    boxes = boxes_of(session, shipment_ids=shipment_ids, actor=actor)
    addresses = _addresses(session, boxes, actor)
    written = partial(label_lines, home_country=rules.home_country)
    senders = senders_of(boxes, written) if return_address else {}
    return LabelSheet(
        label_stock=label_stock,
        labels=tuple(
            AddressLabel(
                number=shipment_number(box.id),
                to=written(addresses[box.id]),
                sender=senders.get(box.source_id),
                must_arrive_by=must_arrive_by(box.starts_on, rules) if box.starts_on else None,
                ribbons=box.ribbons,
            )
            for box in boxes
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


def _addresses(session: Session, boxes: Sequence[Any], actor: Actor) -> dict[int, PostalAddress]:
    """Where each shipment goes."""
    addresses = {box.id: address for box in boxes if (address := fixed_address(box))}
    drafts = [box for box in boxes if box.status is ShipmentStatus.DRAFT] if actor.is_staff else []
    present = _present_addresses(session, {draft.target_id for draft in drafts})
    addresses |= {draft.id: present[draft.target_id] for draft in drafts if draft.target_id in present}
    lacking = [box.id for box in boxes if box.id not in addresses]
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
    kept = select(LocationAddress).where(col(LocationAddress.location_id).in_(location_ids))
    return homes | {address.location_id: postal_address(address) for address in session.scalars(kept)}
