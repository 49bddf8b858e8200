"""What a packing slip says."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import Claim
from app.claims.ship_by import must_arrive_by
from app.conferences.models import Conference
from app.core.db import Statement, columns
from app.core.errors import NotFound
from app.core.geography import state_name
from app.core.language import Language
from app.core.rules import Rules
from app.core.statements import Conditions, built_once, filtered
from app.core.subjects import Thing
from app.paperwork.heading import heading, listed
from app.people.addresses import PostalAddress, format_lines
from app.people.models import Person
from app.printing.documents import Block, PackingLine, PackingSlip, PaperSize
from app.shipments.models import NO_SHIPMENT, Shipment, ShipmentAddress, ShipmentLine, no_shipments, shipment_number
from app.shipments.queries import of_stock_of
from app.stock.locations import name_of
from app.stock.models import Design, Location, LocationAddress


def packing_slip(
    session: Session,
    *,
    shipment_id: int,
    rules: Rules,
    actor: Actor,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> PackingSlip:
    """The packing slip of one shipment: see :func:`packing_slips`."""
    try:
        (slip,) = packing_slips(
            session, shipment_ids=[shipment_id], rules=rules, actor=actor, paper_size=paper_size, language=language
        )
    except NotFound as missing:
        raise NotFound(NO_SHIPMENT) from missing
    return slip


def packing_slips(
    session: Session,
    *,
    shipment_ids: Sequence[int],
    rules: Rules,
    actor: Actor,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> list[PackingSlip]:
    """Packing slips in the order given, complete, so that they can be drawn without a session.

    Without ``language``, each is in that of its receiver. Raises :class:`NotFound`, naming the ids, also where a
    shipment is none of the actor's business.
    """
    statement, given = filtered(_boxes(), _SEEN, {"seen_by": actor.sees_only})
    boxes = {box.id: box for box in columns(session, statement, shipment_ids=list(set(shipment_ids)), **given)}
    if missing := sorted(set(shipment_ids) - boxes.keys()):
        raise NotFound(no_shipments(missing), ids=missing)
    lines = _lines_in(session, list(boxes))
    senders = _senders(boxes.values(), rules)
    return [
        _slip(boxes[each], lines.get(each, ()), senders[boxes[each].source_id], rules, paper_size, language)
        for each in shipment_ids
    ]


def _slip(
    box: Any,
    lines: Sequence[PackingLine],
    sender: Block,
    rules: Rules,
    paper_size: PaperSize | None,
    language: Language | None,
) -> PackingSlip:
    place = listed(box.venue or "", box.city or "", state_name(box.state) if box.state else "")
    return PackingSlip(
        number=shipment_number(box.id),
        about=Thing.SHIPMENT.named(box.id),
        **heading(rules, paper_size, language or box.language),
        sender=sender,
        recipient=_block(_address(box, "to"), box.target_name, rules),
        conference=box.paper_name or box.conference,
        conference_place=place,
        starts_on=box.starts_on,
        ends_on=box.ends_on,
        must_arrive_by=must_arrive_by(box.starts_on, rules) if box.starts_on else None,
        carrier=box.carrier,
        tracking_number=box.tracking_number,
        note=box.note,
        lines=tuple(lines),
    )


def _senders(boxes: Iterable[Any], rules: Rules) -> dict[int, Block]:
    """Depots with their addresses, champions by name: where she lives is nobody's business who gets ribbons from her.

    By the id of the location, each laid out once: most boxes come from one depot, and it takes milliseconds.
    """
    places = {box.source_id: box for box in boxes}
    return {id_: _block(_address(box, "from"), box.source_name, rules) for id_, box in places.items()}


def _address(box: Any, end: str) -> PostalAddress | None:
    """Where it goes to, as was fixed when it was packed for a carrier, or the depot's; before that, by hand: none."""
    if getattr(box, f"{end}_country") is None:
        return None
    return PostalAddress(**{name: getattr(box, f"{end}_{name}") for name in _ADDRESS})


def _block(address: PostalAddress | None, name: str, rules: Rules) -> Block:
    """An address as its country writes it; without one, a name is enough."""
    return Block(format_lines(address, home_country=rules.home_country) if address else (name,))


_ADDRESS = tuple(field.name for field in fields(PostalAddress))

_SEEN: Conditions = {"seen_by": of_stock_of}


@built_once
def _boxes() -> Statement:
    """All that slips say but for their lines, a row for each box."""
    source, target = aliased(Location), aliased(Location)
    return (
        select(
            *(col(getattr(Shipment, name)) for name in ("id", "source_id", "carrier", "tracking_number", "note")),
            *(col(getattr(Conference, name)) for name in ("paper_name", "venue", "city", "state")),
            *(col(getattr(Conference, name)) for name in ("starts_on", "ends_on")),
            col(Conference.name).label("conference"),
            name_of(source, on_paper=True).label("source_name"),
            name_of(target, on_paper=True).label("target_name"),
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


@built_once
def _lines() -> Statement:
    return (
        select(
            col(ShipmentLine.shipment_id),
            *(col(getattr(Design, name)) for name in ("code", "text", "pack_size", "ribbon_color", "foil_color")),
            col(ShipmentLine.quantity),
        )
        .join(Design, col(Design.id) == col(ShipmentLine.design_id))
        .where(col(ShipmentLine.shipment_id).in_(bindparam("shipment_ids", expanding=True)))
        .order_by(col(ShipmentLine.shipment_id), col(ShipmentLine.id))
    )


def _lines_in(session: Session, shipment_ids: Sequence[int]) -> dict[int, list[PackingLine]]:
    found: dict[int, list[PackingLine]] = {}
    for row in columns(session, _lines(), shipment_ids=shipment_ids):
        line = row._asdict()
        found.setdefault(line.pop("shipment_id"), []).append(PackingLine(**line))
    return found
