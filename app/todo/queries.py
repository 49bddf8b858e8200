"""What waits for a coordinator."""

from datetime import date

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam, case, func, select
from sqlmodel import Session, col

from app.acts.entries import waiting_entries
from app.acts.policy import SHELL
from app.claims.models import ENDED_EARLY, Claim, ClaimStatus
from app.claims.queries import claims_statement, has_room, has_shipped, shows, with_clock
from app.claims.schemas import ClaimOut, Light
from app.conferences.models import Conference
from app.conferences.standing import is_claimable, is_over
from app.core.db import Statement, rows
from app.core.rules import Rules
from app.core.statements import built_once
from app.coverage.queries import RIBBONS
from app.joining.service import waiting_applications
from app.members.asking import asked_handles
from app.members.reports import shown_failures
from app.outbox.models import LetterStatus, QueuedLetter
from app.people.models import Person
from app.shipments.editing import moved_meanwhile
from app.shipments.models import OFF_THE_SHELF, TRAVELING, Shipment, ShipmentLine, ShipmentStatus
from app.shipments.queries import shipments_statement
from app.shipments.schemas import ShipmentSummary
from app.stock.models import Design, Kind, Level, Location
from app.todo.schemas import FailedLetter, LowStock, Recovery, Todo

MOST = 100
"""Entries of each kind. Whoever has more to do than this begins at the top."""


def todo(session: Session, *, rules: Rules, person_id: int | None) -> Todo:
    """Everything that waits for this coordinator, up to :data:`MOST` of each kind."""
    return Todo(
        claims_to_decide=_claims(session, _to_decide(), rules),
        late_to_ship=_claims(session, _late(rules), rules),
        shipments_to_pack=_shipments(session, ShipmentStatus.DRAFT),
        shipments_to_send=_shipments(session, ShipmentStatus.PACKED),
        addresses_changed=moved_meanwhile(session, most=MOST),
        sent_not_received=_shipments(session, *TRAVELING),
        stock_to_reorder=low_stock(session),
        claims_to_close_out=_claims(session, _over(), rules),
        claims_to_hand_over=_claims(session, _without_champion(), rules),
        ribbons_to_recover=rows(session, _recovery(), Recovery),
        applications=waiting_applications(session, most=MOST),
        handles_to_confirm=asked_handles(session, most=MOST),
        letters_failed=failed_letters(session, person_id=person_id),
        late_entries=waiting_entries(session, most=MOST),
    )


def _first(*conditions: ColumnElement[bool], order: SQLColumnExpression[date]) -> Statement:
    """The first claims of which this is true, as :class:`ClaimOut`.

    They are found and put in order by what their indexes hold; only those that are shown are read whole.
    """
    by = order, col(Claim.id)
    ids = select(col(Claim.id)).join(Conference, col(Conference.id) == col(Claim.conference_id)).where(*conditions)
    return claims_statement().where(col(Claim.id).in_(ids.order_by(*by).limit(MOST))).order_by(*by)


@built_once
def _to_decide() -> Statement:
    waits = col(Claim.status) == ClaimStatus.REQUESTED
    return _first(waits, ~is_over(Conference), order=col(Conference.starts_on))


def _late(rules: Rules) -> Statement:
    accepted, shown = col(Claim.status) == ClaimStatus.DEPUTIZED, shows(Light.RED, rules)
    return _first(accepted, shown, ~is_over(Conference), order=col(Conference.starts_on))


@built_once
def _over() -> Statement:
    over = select(col(Conference.id)).where(is_over(Conference))
    accepted = col(Claim.status) == ClaimStatus.DEPUTIZED
    return _first(accepted, col(Claim.conference_id).in_(over), order=col(Conference.ends_on))


@built_once
def _without_champion() -> Statement:
    """Claims for what is still to come whose champion cannot go, unless somebody else has the place by now."""
    gone = col(Claim.champion_id).in_(select(col(Person.id)).where(col(Person.active).is_(False)))
    free = (col(Claim.status) == ClaimStatus.REVOKED) & has_room()
    wanted = free | (col(Claim.status) == ClaimStatus.DEPUTIZED)
    return _first(gone, is_claimable(Conference), wanted, order=col(Conference.starts_on))


def _claims(session: Session, statement: Statement, rules: Rules) -> list[ClaimOut]:
    return [with_clock(claim, rules) for claim in rows(session, statement, ClaimOut)]


def _shipments(session: Session, *statuses: ShipmentStatus) -> list[ShipmentSummary]:
    return rows(session, _boxes(), ShipmentSummary, statuses=statuses)


@built_once
def _boxes() -> Statement:
    there = col(Shipment.status).in_(bindparam("statuses", expanding=True))
    return shipments_statement(SHELL).where(there).order_by(col(Shipment.id)).limit(MOST)


def low_stock(session: Session) -> list[LowStock]:
    """Designs of which depots hold less than their reorder points."""
    return rows(session, _low_stock(), LowStock)


def failed_letters(session: Session, *, person_id: int | None) -> list[FailedLetter]:
    """Letters that could not be sent, of which this person may know; the shell knows of all."""
    shown = shown_failures(person_id=person_id)
    statement: Statement = (
        select(
            col(QueuedLetter.id),
            col(QueuedLetter.kind),
            func.coalesce(col(Person.name), "").label("person_name"),
            col(QueuedLetter.failure),
            col(QueuedLetter.done_at).label("failed_at"),
        )
        .outerjoin(Person, col(Person.id) == col(QueuedLetter.person_id))
        .where(col(QueuedLetter.status) == LetterStatus.FAILED, shown)
        .order_by(col(QueuedLetter.id))
        .limit(MOST)
    )
    return rows(session, statement, FailedLetter)


@built_once
def _low_stock() -> Statement:
    at_depots = (
        select(RIBBONS)
        .join(Location, col(Location.id) == col(Level.location_id))
        .where(col(Level.design_id) == col(Design.id), col(Location.kind) == Kind.DEPOT)
        .correlate(Design)
        .scalar_subquery()
    )
    return (
        select(
            col(Design.id).label("design_id"),
            col(Design.code).label("design_code"),
            at_depots.label("on_hand"),
            col(Design.reorder_point),
        )
        .where(col(Design.active), at_depots < col(Design.reorder_point))
        .order_by(col(Design.id))
        .limit(MOST)
    )


@built_once
def _recovery() -> Statement:
    """Claims that ended early whose ribbons went out: they lie at the champion's, or are still on their way.

    What she has sent since the claim ended counts as recovered, and no more is to be recovered than she holds.
    """
    own = col(Shipment.claim_id) == col(Claim.id)
    hers = select(col(Location.id)).where(col(Location.person_id) == col(Claim.champion_id)).correlate(Claim)
    held = select(RIBBONS).where(col(Level.location_id).in_(hers))
    arrived = _sum_of(ShipmentLine.received).where(own)
    returned = _sum_of(ShipmentLine.quantity).where(
        col(Shipment.source_id).in_(hers),
        col(Shipment.status).in_(OFF_THE_SHELF),
        col(Shipment.created_at) >= col(Claim.ended_at),
    )
    under_way = _sum_of(ShipmentLine.quantity).where(own, col(Shipment.status).in_(TRAVELING))
    sums = (
        select(
            col(Claim.id).label("claim_id"),
            col(Person.name).label("champion_name"),
            col(Conference.name).label("conference_name"),
            held.correlate(Claim).scalar_subquery().label("held"),
            (arrived.scalar_subquery() - returned.scalar_subquery()).label("kept"),
            under_way.scalar_subquery().label("in_transit"),
        )
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .where(col(Claim.status).in_(ENDED_EARLY), has_shipped())
        .subquery()
    )
    left = case((sums.c.kept <= 0, 0), (sums.c.kept < sums.c.held, sums.c.kept), else_=sums.c.held)
    return (
        select(sums.c.claim_id, sums.c.champion_name, sums.c.conference_name, left.label("on_hand"), sums.c.in_transit)
        .where((left > 0) | (sums.c.in_transit > 0))
        .order_by(sums.c.claim_id)
        .limit(MOST)
    )


def _sum_of(quantity: int | None) -> Statement:
    """The sum of a column of shipments' lines, for each claim of the statement around it."""
    lines = select(func.coalesce(func.sum(col(quantity)), 0))
    return lines.join(Shipment, col(Shipment.id) == col(ShipmentLine.shipment_id)).correlate(Claim)
