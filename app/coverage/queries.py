"""Coverage: one row per conference from the database, the figures from these rows.

The cost grows with conferences, not with moves: what was handed out at a conference is the level of its location.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, exists, extract, func, select
from sqlmodel import Session, col

from app.claims.models import SERVED, Claim, ClaimState
from app.conferences.models import Conference, ConferenceState
from app.coverage.schemas import (
    ConferenceFigures,
    Coverage,
    PeopleFigures,
    PlaceFigures,
    RibbonFigures,
    Share,
)
from app.coverage.sentences import headline
from app.db import Statement
from app.meetups.models import Meetup, Participant, Participation
from app.places import NEED_STATE, STATES, TERRITORIES
from app.purchasing.models import OrderState, PurchaseOrder, PurchaseOrderLine
from app.shipments.models import Shipment, ShipmentState
from app.stock.models import Kind, Level, Location

RIBBONS = func.coalesce(func.sum(col(Level.on_hand)).cast(BigInteger), 0)
"""Ribbons of the levels that are selected, as an integer also on PostgreSQL, whose sums are decimals."""


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """Of which conferences and which design; what is empty or None does not count."""

    years: tuple[int, ...] = ()
    country: str | None = None
    design_id: int | None = None


def coverage(session: Session, *, wanted: CoverageFilter) -> Coverage:
    """The figures. Years are those in which conferences begin."""
    tracked = [_Tracked(*row) for row in session.connection().execute(_tracked(wanted))]
    covered = [conference for conference in tracked if conference.handed_out > 0]
    places = _places(covered)
    return Coverage(
        conferences=ConferenceFigures(
            tracked=len(tracked),
            claimed=sum(conference.claimed for conference in tracked),
            deputized=sum(conference.deputized for conference in tracked),
            supplied=sum(conference.supplied for conference in tracked),
            covered=len(covered),
            closed_out=sum(conference.closed_out for conference in tracked),
        ),
        places=places,
        ribbons=_ribbons(session, wanted, sum(conference.handed_out for conference in tracked)),
        people=_people(session, wanted),
        by_state=_shares(tracked, lambda conference: conference.state or ""),
        by_year=_shares(tracked, lambda conference: str(conference.year)),
        by_specialty=_shares(tracked, lambda conference: conference.specialty),
        sentence_en=headline(conferences=len(covered), states=places.states, language="en"),
        sentence_es=headline(conferences=len(covered), states=places.states, language="es"),
    )


@dataclass(frozen=True, slots=True)
class _Tracked:
    year: int
    state: str | None
    country: str
    specialty: str
    claimed: bool
    deputized: bool
    closed_out: bool
    supplied: bool
    handed_out: int


def _chosen(wanted: CoverageFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Conference.status) == ConferenceState.SCHEDULED]
    if wanted.years:
        conditions.append(extract("year", col(Conference.starts_on)).in_(wanted.years))
    if wanted.country is not None:
        conditions.append(col(Conference.country) == wanted.country)
    return conditions


def _tracked(wanted: CoverageFilter) -> Statement:
    handed_out = (
        select(RIBBONS)
        .join(Location, col(Location.id) == col(Level.location_id))
        .where(col(Location.conference_id) == col(Conference.id))
    )
    if wanted.design_id is not None:
        handed_out = handed_out.where(col(Level.design_id) == wanted.design_id)
    supplied = exists().where(
        col(Shipment.claim_id) == col(Claim.id),
        col(Claim.conference_id) == col(Conference.id),
        col(Shipment.state) == ShipmentState.RECEIVED,
        col(Shipment.received_on) < col(Conference.starts_on),
    )
    return select(
        extract("year", col(Conference.starts_on)),
        col(Conference.state),
        col(Conference.country),
        col(Conference.specialty),
        _has_claim({ClaimState.REQUESTED, *SERVED}),
        _has_claim(SERVED),
        _has_claim({ClaimState.CLOSED}),
        supplied,
        handed_out.correlate(Conference).scalar_subquery(),
    ).where(*_chosen(wanted))


def _has_claim(states: Iterable[ClaimState]) -> ColumnElement[bool]:
    return exists().where(col(Claim.conference_id) == col(Conference.id), col(Claim.state).in_(list(states)))


def _places(covered: list[_Tracked]) -> PlaceFigures:
    codes = {conference.state for conference in covered if conference.state}
    return PlaceFigures(
        states=len(codes & STATES.keys()),
        territories=len(codes & TERRITORIES.keys()),
        countries=len({conference.country for conference in covered}),
        unknown=sum(not conference.state and conference.country in NEED_STATE for conference in covered),
        states_never_reached=sorted(STATES.keys() - codes),
    )


def _shares(tracked: list[_Tracked], key: Callable[[_Tracked], str]) -> list[Share]:
    shares: dict[str, Share] = {}
    for conference in tracked:
        name = key(conference)
        share = shares.setdefault(name, Share(key=name))
        share.tracked += 1
        share.claimed += conference.claimed
        share.deputized += conference.deputized
        share.supplied += conference.supplied
        share.covered += conference.handed_out > 0
        share.closed_out += conference.closed_out
        share.handed_out += conference.handed_out
    return [shares[name] for name in sorted(shares)]


def _ribbons(session: Session, wanted: CoverageFilter, handed_out: int) -> RibbonFigures:
    levels: Statement = (
        select(col(Location.kind), func.sum(col(Level.on_hand)).cast(BigInteger))
        .join(Level, col(Level.location_id) == col(Location.id))
        .group_by(col(Location.kind))
    )
    ordered: Statement = (
        select(func.coalesce(func.sum(col(PurchaseOrderLine.quantity)), 0))
        .join(PurchaseOrder, col(PurchaseOrder.id) == col(PurchaseOrderLine.purchase_order_id))
        .where(col(PurchaseOrder.state).not_in([OrderState.DRAFT, OrderState.CANCELLED]))
    )
    if wanted.design_id is not None:
        levels = levels.where(col(Level.design_id) == wanted.design_id)
        ordered = ordered.where(col(PurchaseOrderLine.design_id) == wanted.design_id)
    at = {kind: int(quantity) for kind, quantity in session.connection().execute(levels)}
    return RibbonFigures(
        ordered=int(session.connection().execute(ordered).scalar_one()),
        on_hand=sum(at.get(kind, 0) for kind in (Kind.DEPOT, Kind.CHAMPION, Kind.PACKED)),
        in_transit=at.get(Kind.TRANSIT, 0),
        handed_out=handed_out,
        lost=at.get(Kind.LOSS, 0),
    )


def _people(session: Session, wanted: CoverageFilter) -> PeopleFigures:
    champions: Statement = (
        select(func.count(func.distinct(col(Claim.champion_id))))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.state).in_(SERVED), *_chosen(wanted))
    )
    confirmed = col(Participant.state) == Participation.CONFIRMED
    meetups: Statement = (
        select(
            func.count(func.distinct(col(Meetup.id))),
            func.count(func.distinct(col(Participant.member_id))),
            func.count(func.distinct(col(Participant.member_id))).filter(confirmed),
        )
        .join(Conference, col(Conference.id) == col(Meetup.conference_id))
        .outerjoin(Participant, col(Participant.meetup_id) == col(Meetup.id))
        .where(*_chosen(wanted))
    )
    count, named, met = session.connection().execute(meetups).one()
    return PeopleFigures(
        champions=session.connection().execute(champions).scalar_one(),
        meetups=count,
        members_named=named,
        members_met=met,
    )
