"""Coverage: one row per conference from the database, the figures from these rows.

The cost grows with conferences, not with moves: what was handed out at a conference is the level of its location.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from sqlalchemy import BigInteger, ColumnElement, exists, extract, func, select
from sqlmodel import Session, col

from app.claims.models import OPEN, SERVED, Claim, ClaimStatus
from app.conferences.checking import folded
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.places import is_in
from app.core.clock import utcnow
from app.core.db import Statement, columns, filled
from app.core.geography import NEED_STATE, STATES, TERRITORIES, TERRITORY_COUNTRIES
from app.coverage.people import NOBODY, People, people_at
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
from app.purchasing.models import ORDERED, PurchaseOrder, PurchaseOrderLine
from app.shipments.models import Shipment
from app.shipments.queries import has_arrived
from app.stock.locations import is_covered
from app.stock.models import IN_HAND, Design, Kind, Level, Location

RIBBONS = func.coalesce(func.sum(col(Level.on_hand)).cast(BigInteger), 0)
"""Ribbons of the levels that are selected, as an integer also on PostgreSQL, whose sums are decimals."""


def coverage(session: Session, *, wanted: CoverageFilter, members: bool = True) -> Coverage:
    """The figures. Years are those in which conferences begin. Without ``members``, their figures are None."""
    people = people_at(session, _ids_of_chosen(wanted), members=members)
    tracked = [_Tracked(people.get(row[0], NOBODY), *row) for row in columns(session, _tracked(wanted))]
    covered = [conference for conference in tracked if conference.handed_out > 0]
    codes, countries = _codes(covered), {conference.country for conference in covered}
    only = chosen_by(session, wanted=wanted)
    sentence = headline(conferences=len(covered), codes=codes, countries=countries, only=only)
    whole = _share("", tracked, members=members)
    return Coverage(
        as_of=utcnow(),
        conferences=ConferenceFigures.model_validate(whole, from_attributes=True),
        places=_places(covered),
        ribbons=_ribbons(session, wanted, whole.handed_out),
        people=PeopleFigures.model_validate(whole, from_attributes=True),
        by_state=_shares(tracked, lambda conference: conference.state or "", members=members),
        by_year=_shares(tracked, lambda conference: str(conference.year), members=members),
        by_specialty=_shares(tracked, lambda conference: conference.specialty, members=members),
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

    @property
    def covered(self) -> bool:
        """Whether ribbons were handed out there."""
        return self.handed_out > 0


MOST_LISTED = 200
"""Conferences that are listed of those that are covered; all of them are in the table."""


@dataclass(frozen=True, slots=True)
class CoveredConferences:
    """Where ribbons were handed out: the newest, how many there are in all, and how many in each country."""

    newest: Sequence[TrackedConference]
    number: int
    by_country: Mapping[str, int]


def tracked_conferences(session: Session, *, wanted: CoverageFilter) -> list[TrackedConference]:
    """The conferences that :func:`coverage` counts as tracked, by their first day."""
    people = people_at(session, _ids_of_chosen(wanted), members=False)
    own = (col(column) for column in (Conference.starts_on, Conference.ends_on, Conference.city))
    statement = _tracked(wanted).add_columns(filled(col(Conference.paper_name), col(Conference.name)), *own)
    found = []
    for row in columns(session, statement.order_by(col(Conference.starts_on), col(Conference.id))):
        *of_tracked, name, starts_on, ends_on, city = row
        tracked = _Tracked(people.get(row[0], NOBODY), *of_tracked)
        champions, about = len(tracked.people.champions), (city, tracked.state, tracked.country, tracked.specialty)
        found.append(TrackedConference(tracked.id, name, starts_on, ends_on, *about, tracked.handed_out, champions))
    return found


def covered_conferences(session: Session, *, wanted: CoverageFilter) -> list[TrackedConference]:
    """The conferences that :func:`coverage` counts as covered, by their first day."""
    return [each for each in tracked_conferences(session, wanted=wanted) if each.covered]


def newest_covered(session: Session, *, wanted: CoverageFilter) -> CoveredConferences:
    """The newest of :func:`covered_conferences`, and how many there are."""
    covered = covered_conferences(session, wanted=wanted)
    newest = tuple(covered[: -MOST_LISTED - 1 : -1])
    return CoveredConferences(newest, len(covered), Counter(each.country for each in covered))


@dataclass(frozen=True, slots=True)
class _Tracked:
    people: People
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


def _ids_of_chosen(wanted: CoverageFilter) -> Statement | None:
    """The ids of the chosen conferences; None where all are, since those that are not tracked are left out later."""
    if wanted == CoverageFilter(design_id=wanted.design_id):
        return None
    return select(col(Conference.id)).where(*_chosen(wanted))


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


def _shares(tracked: list[_Tracked], key: Callable[[_Tracked], str], *, members: bool) -> list[Share]:
    groups: dict[str, list[_Tracked]] = {}
    for conference in tracked:
        groups.setdefault(key(conference), []).append(conference)
    return [_share(name, groups[name], members=members) for name in sorted(groups)]


def _share(key: str, tracked: list[_Tracked], *, members: bool) -> Share:
    """The figures of some conferences."""
    people = [conference.people for conference in tracked if conference.people is not NOBODY]

    def distinct(who: Callable[[People], frozenset[str]]) -> int:
        return len(frozenset[str]().union(*map(who, people)))

    return Share(
        key=key,
        tracked=len(tracked),
        claimed=sum([conference.claimed for conference in tracked]),
        deputized=sum([conference.deputized for conference in tracked]),
        supplied=sum([conference.supplied for conference in tracked]),
        covered=sum([conference.handed_out > 0 for conference in tracked]),
        closed_out=sum([conference.closed_out for conference in tracked]),
        handed_out=sum([conference.handed_out for conference in tracked]),
        champions=distinct(attrgetter("champions")),
        meetups=sum([each.meetups for each in people]),
        members_named=distinct(attrgetter("named")) if members else None,
        members_confirmed=distinct(attrgetter("confirmed")) if members else None,
    )


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
