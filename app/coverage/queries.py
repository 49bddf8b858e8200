"""Coverage: one row per conference from the database, the figures from these rows.

The cost grows with conferences, not with moves: what was handed out at a conference is the level of its location.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, exists, extract, func, select
from sqlmodel import Session, col

from app.claims.models import OPEN, SERVED, Claim, ClaimStatus
from app.conferences.checking import folded
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.places import is_in
from app.core.db import Statement, columns, filled
from app.core.geography import NEED_STATE, STATES, TERRITORIES, TERRITORY_COUNTRIES
from app.coverage.schemas import (
    ConferenceFigures,
    Coverage,
    CoverageFilter,
    PeopleFigures,
    PlaceFigures,
    RibbonFigures,
    Share,
)
from app.coverage.sentences import Chosen, chosen, headline
from app.meetups.models import Meetup, Participant, ParticipantStatus
from app.members.models import Member
from app.purchasing.models import ORDERED, PurchaseOrder, PurchaseOrderLine
from app.shipments.models import Shipment
from app.shipments.queries import has_arrived
from app.stock.locations import is_covered
from app.stock.models import IN_HAND, Design, Kind, Level, Location

RIBBONS = func.coalesce(func.sum(col(Level.on_hand)).cast(BigInteger), 0)
"""Ribbons of the levels that are selected, as an integer also on PostgreSQL, whose sums are decimals."""


def coverage(session: Session, *, wanted: CoverageFilter) -> Coverage:
    """The figures. Years are those in which conferences begin."""
    tracked = [_Tracked(*row) for row in columns(session, _tracked(wanted))]
    people = _people(session, wanted)
    covered = [conference for conference in tracked if conference.handed_out > 0]
    codes, countries = _codes(covered), {conference.country for conference in covered}
    only = chosen_by(session, wanted=wanted)
    sentence = headline(conferences=len(covered), codes=codes, countries=countries, only=only)
    return Coverage(
        conferences=_conference_figures(tracked),
        places=_places(covered),
        ribbons=_ribbons(session, wanted, sum(conference.handed_out for conference in tracked)),
        people=_people_figures(tracked, people),
        by_state=_shares(tracked, people, lambda conference: conference.state or ""),
        by_year=_shares(tracked, people, lambda conference: str(conference.year)),
        by_specialty=_shares(tracked, people, lambda conference: conference.specialty),
        sentence_en=sentence.say("en"),
        sentence_es=sentence.say("es"),
        read_as=TERRITORY_COUNTRIES.get(wanted.country or ""),
    )


def chosen_by(session: Session, *, wanted: CoverageFilter) -> Chosen:
    """What ``wanted`` chooses, in words: a design by its code, and one that does not exist by its number."""
    if wanted.design_id is None:
        return chosen(wanted)
    code = columns(session, select(col(Design.code)).where(col(Design.id) == wanted.design_id)).scalar()
    return chosen(wanted, design=code or str(wanted.design_id))


@dataclass(frozen=True, slots=True)
class TrackedConference:
    """A conference, by its name on paper, with the ribbons that were handed out and the champions that it had."""

    id: int
    name: str
    starts_on: date
    ends_on: date
    city: str
    state: str | None
    country: str
    specialty: str
    handed_out: int
    champions: int


def tracked_conferences(session: Session, *, wanted: CoverageFilter) -> list[TrackedConference]:
    """The conferences that :func:`coverage` counts as tracked, by their first day."""
    people = _people(session, wanted)
    own = (col(column) for column in (Conference.starts_on, Conference.ends_on, Conference.city))
    statement = _tracked(wanted).add_columns(filled(col(Conference.paper_name), col(Conference.name)), *own)
    found = []
    for row in columns(session, statement.order_by(col(Conference.starts_on), col(Conference.id))):
        *of_tracked, name, starts_on, ends_on, city = row
        tracked = _Tracked(*of_tracked)
        champions = len(people[tracked.id].champions) if tracked.id in people else 0
        about = (city, tracked.state, tracked.country, tracked.specialty)
        found.append(TrackedConference(tracked.id, name, starts_on, ends_on, *about, tracked.handed_out, champions))
    return found


def covered_conferences(session: Session, *, wanted: CoverageFilter) -> list[TrackedConference]:
    """The conferences that :func:`coverage` counts as covered, by their first day."""
    return [each for each in tracked_conferences(session, wanted=wanted) if each.handed_out > 0]


@dataclass(frozen=True, slots=True)
class _Tracked:
    id: int
    year: int
    state: str | None
    country: str
    specialty: str
    claimed: bool
    deputized: bool
    closed_out: bool
    supplied: bool
    handed_out: int


@dataclass(slots=True)
class _People:
    """Who was at a conference, by id: nobody is counted twice, however conferences are put together."""

    champions: set[int] = field(default_factory=set)
    meetups: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)


def _chosen(wanted: CoverageFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [(col(Conference.status) == ConferenceStatus.SCHEDULED) | is_covered()]
    if wanted.years:
        conditions.append(extract("year", col(Conference.starts_on)).in_(wanted.years))
    if wanted.country is not None:
        conditions.append(is_in(wanted.country))
    if wanted.state is not None:
        conditions.append(col(Conference.state) == wanted.state)
    if wanted.specialty is not None:
        conditions.append(col(Conference.folded_specialty) == folded(wanted.specialty))
    if wanted.first_day is not None:
        conditions.append(col(Conference.starts_on) >= wanted.first_day)
    if wanted.last_day is not None:
        conditions.append(col(Conference.starts_on) <= wanted.last_day)
    return conditions


def _tracked(wanted: CoverageFilter) -> Statement:
    handed_out = (
        select(RIBBONS)
        .join(Location, col(Location.id) == col(Level.location_id))
        .where(col(Location.conference_id) == col(Conference.id))
    )
    if wanted.design_id is not None:
        handed_out = handed_out.where(col(Level.design_id) == wanted.design_id)
    # One within the other: side by side, SQLite would look through all boxes for each conference.
    in_time = exists().where(
        col(Shipment.claim_id) == col(Claim.id), col(Shipment.received_on) < col(Conference.starts_on), has_arrived()
    )
    supplied = exists().where(col(Claim.conference_id) == col(Conference.id), in_time.correlate(Claim, Conference))
    return select(
        col(Conference.id),
        extract("year", col(Conference.starts_on)),
        col(Conference.state),
        col(Conference.country),
        col(Conference.specialty),
        _has_claim(OPEN | SERVED),
        _has_claim(SERVED),
        _has_claim({ClaimStatus.CLOSED}),
        supplied,
        handed_out.correlate(Conference).scalar_subquery(),
    ).where(*_chosen(wanted))


def _has_claim(statuses: Iterable[ClaimStatus]) -> ColumnElement[bool]:
    return exists().where(col(Claim.conference_id) == col(Conference.id), col(Claim.status).in_(list(statuses)))


def _codes(covered: list[_Tracked]) -> set[str]:
    return {conference.state for conference in covered if conference.state}


def _places(covered: list[_Tracked]) -> PlaceFigures:
    codes = _codes(covered)
    return PlaceFigures(
        states=len(codes & STATES.keys()),
        territories=len(codes & TERRITORIES.keys()),
        countries=len({conference.country for conference in covered}),
        unknown=sum(not conference.state and conference.country in NEED_STATE for conference in covered),
        states_never_reached=sorted(STATES.keys() - codes),
    )


def _conference_figures(tracked: list[_Tracked]) -> ConferenceFigures:
    return ConferenceFigures(
        tracked=len(tracked),
        claimed=sum(conference.claimed for conference in tracked),
        deputized=sum(conference.deputized for conference in tracked),
        supplied=sum(conference.supplied for conference in tracked),
        covered=sum(conference.handed_out > 0 for conference in tracked),
        closed_out=sum(conference.closed_out for conference in tracked),
    )


def _people_figures(tracked: list[_Tracked], people: dict[int, _People]) -> PeopleFigures:
    there = [people[conference.id] for conference in tracked if conference.id in people]
    return PeopleFigures(
        champions=len(set().union(*(each.champions for each in there))),
        meetups=sum(len(each.meetups) for each in there),
        members_named=len(set().union(*(each.named for each in there))),
        members_confirmed=len(set().union(*(each.confirmed for each in there))),
    )


def _shares(tracked: list[_Tracked], people: dict[int, _People], key: Callable[[_Tracked], str]) -> list[Share]:
    groups: dict[str, list[_Tracked]] = {}
    for conference in tracked:
        groups.setdefault(key(conference), []).append(conference)
    return [
        Share(
            key=name,
            handed_out=sum(conference.handed_out for conference in groups[name]),
            **_conference_figures(groups[name]).model_dump(),
            **_people_figures(groups[name], people).model_dump(),
        )
        for name in sorted(groups)
    ]


def _ribbons(session: Session, wanted: CoverageFilter, handed_out: int) -> RibbonFigures:
    levels: Statement = (
        select(col(Location.kind), func.sum(col(Level.on_hand)).cast(BigInteger))
        .join(Level, col(Level.location_id) == col(Location.id))
        .group_by(col(Location.kind))
    )
    ordered: Statement = (
        select(func.coalesce(func.sum(col(PurchaseOrderLine.quantity)), 0))
        .join(PurchaseOrder, col(PurchaseOrder.id) == col(PurchaseOrderLine.purchase_order_id))
        .where(col(PurchaseOrder.status).in_(ORDERED))
    )
    if wanted.design_id is not None:
        levels = levels.where(col(Level.design_id) == wanted.design_id)
        ordered = ordered.where(col(PurchaseOrderLine.design_id) == wanted.design_id)
    at = {kind: int(quantity) for kind, quantity in columns(session, levels)}
    return RibbonFigures(
        ordered=int(columns(session, ordered).scalar_one()),
        on_hand=sum(at.get(kind, 0) for kind in IN_HAND | {Kind.PACKED}),
        in_transit=at.get(Kind.TRANSIT, 0),
        handed_out=handed_out,
        lost=at.get(Kind.LOSS, 0),
    )


def _is_emptied() -> ColumnElement[bool]:
    """Whether all whom a meetup named were erased, so that nobody but who recorded it is left."""
    part = select(col(Member.id)).join(Participant, col(Participant.member_id) == col(Member.id))
    named = part.where(col(Participant.meetup_id) == col(Meetup.id)).correlate(Meetup)
    is_other = col(Member.person_id).is_distinct_from(col(Meetup.recorded_by)) | col(Meetup.recorded_by).is_(None)
    left = named.where(col(Member.erased_at).is_(None), is_other)
    return named.where(col(Member.erased_at).is_not(None)).exists() & ~left.exists()


def _people(session: Session, wanted: CoverageFilter) -> dict[int, _People]:
    """Who was at each conference, by its id."""
    found: dict[int, _People] = {}
    champions = (
        select(col(Claim.conference_id), col(Claim.champion_id))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.status).in_(SERVED), *_chosen(wanted))
        .distinct()
    )
    for conference_id, champion_id in columns(session, champions):
        found.setdefault(conference_id, _People()).champions.add(champion_id)
    meetups = (
        select(col(Meetup.conference_id), col(Meetup.id), col(Participant.member_id), col(Participant.status))
        .join(Conference, col(Conference.id) == col(Meetup.conference_id))
        .outerjoin(Participant, col(Participant.meetup_id) == col(Meetup.id))
        .where(*_chosen(wanted), ~_is_emptied())
    )
    for conference_id, meetup_id, member_id, status in columns(session, meetups):
        there = found.setdefault(conference_id, _People())
        there.meetups.add(meetup_id)
        if member_id is not None:
            there.named.add(member_id)
        if status is ParticipantStatus.CONFIRMED:
            there.confirmed.add(member_id)
    return found
