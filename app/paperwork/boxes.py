"""Boxes with whence and where they go: what packing slips and address labels say of them, in one statement."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import Claim
from app.conferences.models import Conference
from app.core.db import Statement, columns
from app.core.errors import NotFound
from app.core.statements import Conditions, built_once, filtered
from app.people.addresses import PostalAddress
from app.people.models import Person
from app.printing.documents import Block
from app.shipments.models import Shipment, ShipmentAddress, ShipmentLine, no_shipments
from app.shipments.queries import of_stock_of
from app.stock.locations import name_of
from app.stock.models import Location, LocationAddress

Lines = Callable[[PostalAddress], tuple[str, ...]]
"""How an address is written."""

_ADDRESS = tuple(field.name for field in fields(PostalAddress))

_SEEN: Conditions = {"seen_by": of_stock_of}


def boxes_of(session: Session, *, shipment_ids: Sequence[int], actor: Actor) -> list[Any]:
    """A row for each shipment, in the order given.

    Raises :class:`NotFound`, naming the ids, also where a shipment is none of the actor's business.
    """
    statement, given = filtered(_boxes(), _SEEN, {"seen_by": actor.sees_only})
    boxes = {box.id: box for box in columns(session, statement, shipment_ids=list(set(shipment_ids)), **given)}
    if missing := sorted(set(shipment_ids) - boxes.keys()):
        raise NotFound(no_shipments(missing), shipment_ids=missing)
    return [boxes[each] for each in shipment_ids]


def fixed_address(box: Any) -> PostalAddress | None:
    """Where a box goes to, as was fixed when it was packed for a carrier; before that, and by hand: none."""
    return _address(box, "to")


def senders_of(boxes: Iterable[Any], lines: Lines) -> dict[int, Block]:
    """Depots with their addresses, champions by name: where she lives is nobody's business who gets ribbons from her.

    By the id of the location, each laid out once: most boxes come from one depot.
    """
    places = {box.source_id: box for box in boxes}
    return {id_: block(_address(box, "from"), box.source_name, lines) for id_, box in places.items()}


def block(address: PostalAddress | None, name: str, lines: Lines) -> Block:
    """An address as it is written; without one, a name is enough."""
    return Block(lines(address) if address else (name,))


def _address(box: Any, end: str) -> PostalAddress | None:
    if getattr(box, f"{end}_country") is None:
        return None
    return PostalAddress(**{name: getattr(box, f"{end}_{name}") for name in _ADDRESS})


@built_once
def _boxes() -> Statement:
    source, target = aliased(Location), aliased(Location)
    ribbons = select(func.sum(col(ShipmentLine.quantity)))
    within = ribbons.where(col(ShipmentLine.shipment_id) == col(Shipment.id)).correlate(Shipment).scalar_subquery()
    of_shipment = ("id", "source_id", "target_id", "status", "carrier", "tracking_number", "note")
    return (
        select(
            *(col(getattr(Shipment, name)) for name in of_shipment),
            *(col(getattr(Conference, name)) for name in ("paper_name", "venue", "city", "state")),
            *(col(getattr(Conference, name)) for name in ("starts_on", "ends_on")),
            col(Conference.name).label("conference"),
            name_of(source, on_paper=True).label("source_name"),
            name_of(target, on_paper=True).label("target_name"),
            within.label("ribbons"),
            col(Person.language),
            *(col(getattr(LocationAddress, name)).label(f"from_{name}") for name in _ADDRESS),
            *(col(getattr(ShipmentAddress, name)).label(f"to_{name}") for name in _ADDRESS),
        )
        .join(source, col(source.id) == col(Shipment.source_id))
        .join(target, col(target.id) == col(Shipment.target_id))
        .outerjoin(Person, col(Person.id) == col(target.person_id))
        .outerjoin(Claim, col(Claim.id) == col(Shipment.claim_id))
        .outerjoin(Conference, col(Conference.id) == col(Claim.conference_id))
        .outerjoin(LocationAddress, col(LocationAddress.location_id) == col(Shipment.source_id))
        .outerjoin(ShipmentAddress, col(ShipmentAddress.shipment_id) == col(Shipment.id))
        .where(col(Shipment.id).in_(bindparam("shipment_ids", expanding=True)))
    )
