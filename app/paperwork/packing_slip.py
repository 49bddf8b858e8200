"""What a packing slip says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import Claim
from app.claims.ship_by import must_arrive_by
from app.conferences.models import Conference
from app.core.db import columns, rows
from app.core.errors import NotFound
from app.core.geography import state_name
from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading, listed
from app.people.addresses import format_lines
from app.people.models import AddressColumns, Person, PersonAddress
from app.people.service import postal_address
from app.printing.documents import Block, PackingLine, PackingSlip, PaperSize
from app.shipments.models import NO_SHIPMENT, Shipment, ShipmentAddress, ShipmentLine, no_shipments
from app.shipments.queries import shipments_statement
from app.shipments.schemas import ShipmentSummary
from app.stock.locations import names_on_paper
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
    read = _Read.of(session, shipment_ids, rules, actor)
    return [_slip(read, read.shipments[shipment_id], paper_size, language) for shipment_id in shipment_ids]


@dataclass(frozen=True)
class _Read:
    """What the slips say, read with the same number of queries however many slips there are."""

    rules: Rules
    shipments: dict[int, ShipmentSummary]
    conferences: dict[int, Conference]
    """By the id of the claim."""
    lines: dict[int, list[PackingLine]]
    """By the id of the shipment."""
    fixed: dict[int, ShipmentAddress]
    """The addresses that were fixed when boxes were packed, by the id of the shipment."""
    names: dict[int, str]
    """What papers call locations, by their ids."""
    people: dict[int, Language]
    """The languages of champions, by the id of the location that is their stock."""
    homes: dict[int, AddressColumns]
    """Addresses, by the id of the location."""
    printed: dict[int, Block] = field(default_factory=dict)
    """Those of them that are laid out already: most boxes come from one depot, and it takes milliseconds each."""

    @classmethod
    def of(cls, session: Session, shipment_ids: Sequence[int], rules: Rules, actor: Actor) -> "_Read":
        statement = shipments_statement(actor).where(col(Shipment.id).in_(set(shipment_ids)))
        shipments = {shipment.id: shipment for shipment in rows(session, statement, ShipmentSummary)}
        if missing := sorted(set(shipment_ids) - shipments.keys()):
            raise NotFound(no_shipments(missing), ids=missing)
        ends = {end for shipment in shipments.values() for end in (shipment.source_id, shipment.target_id)}
        claims = {shipment.claim_id for shipment in shipments.values() if shipment.claim_id is not None}
        addresses = select(ShipmentAddress).where(col(ShipmentAddress.shipment_id).in_(shipments))
        return cls(
            rules=rules,
            shipments=shipments,
            conferences=_conferences(session, claims),
            lines=_lines(session, set(shipments)),
            fixed={address.shipment_id: address for address in session.scalars(addresses)},
            names=names_on_paper(session, location_ids=ends),
            people=_languages(session, ends),
            homes=_homes(session, ends),
        )


def _slip(
    read: _Read, shipment: ShipmentSummary, paper_size: PaperSize | None, language: Language | None
) -> PackingSlip:
    conference = read.conferences.get(shipment.claim_id) if shipment.claim_id is not None else None
    place = ""
    if conference is not None:
        place = listed(conference.venue, conference.city, state_name(conference.state) if conference.state else "")
    return PackingSlip(
        number=shipment.number,
        about=Thing.SHIPMENT.named(shipment.id),
        **heading(read.rules, paper_size, language or read.people.get(shipment.target_id)),
        sender=_sender(read, shipment),
        recipient=_recipient(read, shipment),
        conference=(conference.paper_name or conference.name) if conference else None,
        conference_place=place,
        starts_on=conference.starts_on if conference else None,
        ends_on=conference.ends_on if conference else None,
        must_arrive_by=must_arrive_by(conference.starts_on, read.rules) if conference else None,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        note=shipment.note,
        lines=tuple(read.lines.get(shipment.id, ())),
    )


def _sender(read: _Read, shipment: ShipmentSummary) -> Block:
    """A depot with its address; a champion by name: where she lives is nobody's business who gets ribbons from her."""
    if shipment.source_id in read.people:
        return Block((read.names[shipment.source_id],))
    return _party(read, shipment.source_id)


def _recipient(read: _Read, shipment: ShipmentSummary) -> Block:
    """The address that was fixed when the box was packed for a carrier; before that, and by hand, a name is enough."""
    fixed = read.fixed.get(shipment.id)
    if fixed is None:
        return Block((read.names[shipment.target_id],))
    return Block(format_lines(postal_address(fixed), home_country=read.rules.home_country))


def _party(read: _Read, location_id: int) -> Block:
    home = read.homes.get(location_id)
    if home is None:
        return Block((read.names[location_id],))
    if location_id not in read.printed:
        lines = format_lines(postal_address(home), home_country=read.rules.home_country)
        read.printed[location_id] = Block(lines)
    return read.printed[location_id]


def _conferences(session: Session, claim_ids: set[int]) -> dict[int, Conference]:
    statement = (
        select(col(Claim.id), Conference)
        .join(Conference, col(Claim.conference_id) == col(Conference.id))
        .where(col(Claim.id).in_(claim_ids))
    )
    return dict(session.execute(statement).all())


def _languages(session: Session, location_ids: set[int]) -> dict[int, Language]:
    statement = (
        select(col(Location.id), col(Person.language))
        .join(Person, col(Location.person_id) == col(Person.id))
        .where(col(Location.id).in_(location_ids))
    )
    return dict(session.execute(statement).all())


def _homes(session: Session, location_ids: set[int]) -> dict[int, AddressColumns]:
    of_places = select(LocationAddress).where(col(LocationAddress.location_id).in_(location_ids))
    of_people = (
        select(col(Location.id), PersonAddress)
        .join(PersonAddress, col(Location.person_id) == col(PersonAddress.person_id))
        .where(col(Location.id).in_(location_ids))
    )
    found: dict[int, AddressColumns] = {address.location_id: address for address in session.scalars(of_places)}
    return found | dict(session.execute(of_people).all())


def _lines(session: Session, shipment_ids: set[int]) -> dict[int, list[PackingLine]]:
    statement = (
        select(
            col(ShipmentLine.shipment_id),
            *(col(getattr(Design, name)) for name in ("code", "text", "pack_size", "ribbon_color", "foil_color")),
            col(ShipmentLine.quantity),
        )
        .join(Design, col(Design.id) == col(ShipmentLine.design_id))
        .where(col(ShipmentLine.shipment_id).in_(shipment_ids))
        .order_by(col(ShipmentLine.shipment_id), col(ShipmentLine.id))
    )
    found: dict[int, list[PackingLine]] = {}
    for row in columns(session, statement):
        line = row._asdict()
        found.setdefault(line.pop("shipment_id"), []).append(PackingLine(**line))
    return found
