"""The kit of a champion: what is read from the database for the sheet, the table tent and the name card."""

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import NO_CLAIM, SERVED, SPOKEN, Claim
from app.claims.service import handed_out
from app.conferences.models import Conference
from app.core.db import Statement, columns, filled
from app.core.errors import Conflict, NotFound
from app.core.geography import state_name
from app.core.language import Language, phrase, verbatim
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading, listed, party
from app.people.models import Person
from app.printing.documents import Block, PaperSize
from app.printing.kit import Kit, KitLine
from app.shipments.models import COMING, Shipment, ShipmentLine, ShipmentStatus
from app.stock.designs import face
from app.stock.ledger import on_hand
from app.stock.models import Design, Kind, Location


def kit(
    session: Session,
    *,
    claim_id: int,
    rules: Rules,
    actor: Actor,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> Kit:
    """The kit for a claim, complete, so that it can be drawn without a session; in the champion's language.

    Raises :class:`NotFound`, also where the claim is none of the actor's business, :class:`Conflict` for a claim that
    is neither deputized nor closed.
    """
    claim = _claim(session, claim_id, actor)
    return Kit(
        number=f"KIT-{claim_id:04d}",
        about=Thing.CLAIM.named(claim_id),
        **heading(rules, paper_size, language or claim.language),
        champion=claim.champion,
        hashtag=rules.hashtag,
        conference=claim.conference,
        conference_place=listed(claim.venue, claim.city, state_name(claim.state) if claim.state else ""),
        country="" if claim.state else claim.country,
        starts_on=claim.starts_on,
        ends_on=claim.ends_on,
        requested=claim.ribbons_requested,
        lines=_lines(session, claim_id, claim.champion_id),
        met_link="",
        met_code="",
        leftovers=_leftovers(session, claim_id, rules),
        contact=rules.contact_email,
    )


def _claim(session: Session, claim_id: int, actor: Actor) -> Row[tuple[object, ...]]:
    statement: Statement = (
        select(
            col(Claim.champion_id),
            col(Claim.status),
            col(Claim.ribbons_requested),
            filled(col(Person.paper_name), col(Person.name)).label("champion"),
            col(Person.language),
            filled(col(Conference.paper_name), col(Conference.name)).label("conference"),
            col(Conference.venue),
            col(Conference.city),
            col(Conference.state),
            col(Conference.country),
            col(Conference.starts_on),
            col(Conference.ends_on),
        )
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.id) == claim_id)
    )
    found = columns(session, statement).one_or_none()
    if found is None or not actor.may_touch(found.champion_id):
        raise NotFound(NO_CLAIM)
    if found.status not in SERVED:
        raise Conflict(
            verbatim("{now} {so}", now=SPOKEN.now[found.status], so=phrase("Its kit is printed once it is accepted.")),
            current_status=found.status.value,
        )
    return found


def _lines(session: Session, claim_id: int, champion_id: int) -> tuple[KitLine, ...]:
    """A line for each design that she holds, that is on the way for this claim, or that she handed out for it."""
    own = session.scalar(select(col(Location.id)).where(col(Location.person_id) == champion_id))
    holds = on_hand(session, location_id=own) if own is not None else {}
    coming = _on_the_way(session, claim_id)
    given = handed_out(session, claim_id=claim_id)
    wanted = {design_id for counts in (holds, coming, given) for design_id, count in counts.items() if count}
    designs = session.scalars(select(Design).where(col(Design.id).in_(wanted)).order_by(col(Design.id)))
    return tuple(
        KitLine(
            face=face(design),
            in_hand=holds.get(design.id, 0),
            on_the_way=coming.get(design.id, 0),
            handed_out=given.get(design.id, 0),
        )
        for design in designs
    )


def _on_the_way(session: Session, claim_id: int) -> dict[int, int]:
    statement = (
        select(col(ShipmentLine.design_id), func.sum(col(ShipmentLine.quantity)).label("quantity"))
        .join(Shipment, col(Shipment.id) == col(ShipmentLine.shipment_id))
        .where(col(Shipment.claim_id) == claim_id, col(Shipment.status).in_(COMING))
        .group_by(col(ShipmentLine.design_id))
    )
    return {row.design_id: int(row.quantity) for row in columns(session, statement)}


def _leftovers(session: Session, claim_id: int, rules: Rules) -> Block | None:
    """The depot that sent the newest box for this claim, if it is in use: leftovers go where the ribbons came from."""
    statement = (
        select(col(Location.id), col(Location.name))
        .join(Shipment, col(Shipment.source_id) == col(Location.id))
        .where(
            col(Shipment.claim_id) == claim_id,
            col(Shipment.status) != ShipmentStatus.CANCELLED,
            col(Location.kind) == Kind.DEPOT,
            col(Location.active),
        )
        .order_by(col(Shipment.id).desc())
        .limit(1)
    )
    depot = columns(session, statement).one_or_none()
    return party(session, location_id=depot.id, name=depot.name, rules=rules) if depot else None
