"""What a packing slip says."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.ship_by import must_arrive_by
from app.core.db import Statement, columns
from app.core.errors import NotFound
from app.core.geography import state_name
from app.core.language import Language
from app.core.rules import Rules
from app.core.statements import built_once
from app.core.subjects import Thing
from app.paperwork.boxes import Lines, block, boxes_of, fixed_address, senders_of
from app.paperwork.heading import heading, listed
from app.people.addresses import format_lines
from app.printing.documents import Block, PackingLine, PackingSlip, PaperSize
from app.shipments.models import NO_SHIPMENT, ShipmentLine, shipment_number
from app.stock.models import Design


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
    boxes = boxes_of(session, shipment_ids=shipment_ids, actor=actor)
    lines = _lines_in(session, list(set(shipment_ids)))
    written = partial(format_lines, home_country=rules.home_country)
    senders = senders_of(boxes, written)
    return [
        _slip(box, lines.get(box.id, ()), senders[box.source_id], rules, written, paper_size, language) for box in boxes
    ]


def _slip(
    box: Any,
    lines: Sequence[PackingLine],
    sender: Block,
    rules: Rules,
    written: Lines,
    paper_size: PaperSize | None,
    language: Language | None,
) -> PackingSlip:
    place = listed(box.venue or "", box.city or "", state_name(box.state) if box.state else "")
    return PackingSlip(
        number=shipment_number(box.id),
        about=Thing.SHIPMENT.named(box.id),
        **heading(rules, paper_size, language or box.language),
        sender=sender,
        recipient=block(fixed_address(box), box.target_name, written),
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
