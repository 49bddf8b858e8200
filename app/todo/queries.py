"""What waits for a coordinator."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, bindparam, case, false, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.entries import LateEntryOut, waiting_entries
from app.acts.policy import SHELL
from app.claims.models import ENDED_EARLY, Claim, ClaimStatus
from app.claims.queries import claims_statement, has_room, has_shipped, needs_box, with_clock
from app.claims.schemas import ClaimOut
from app.claims.ship_by import first_in_time, is_late, ship_by
from app.conferences.models import Conference
from app.conferences.standing import is_ahead, is_claimable, is_over
from app.core.clock import today
from app.core.db import Statement, rows
from app.core.paging import MAXIMUM
from app.core.rules import Rules
from app.core.schema import Out
from app.core.statements import built_once
from app.coverage.queries import RIBBONS
from app.joining.schemas import ApplicationOut
from app.joining.service import waiting_applications
from app.members.asking import waiting_handles
from app.members.reports import shown_failures
from app.members.schemas import AskedHandleOut
from app.outbox.models import LetterStatus, QueuedLetter
from app.people.models import Person
from app.shipments.editing import moved_meanwhile
from app.shipments.models import OFF_THE_SHELF, TRAVELING, Shipment, ShipmentLine, ShipmentStatus
from app.shipments.queries import shipments_statement
from app.shipments.schemas import ShipmentSummary
from app.stock.models import Design, Kind, Level, Location
from app.todo.schemas import COUNTED, FailedLetter, LowStock, Recovery, Todo, Totals, WaitingBox


class _Part(NamedTuple):
    """A kind of work: what an entry is, the statement of the first entries, and one that finds all, to be counted."""

    schema: type[Out]
    first: Statement
    found: Statement


def todo(session: Session, *, rules: Rules, person_id: int | None, limit: int) -> Todo:
    """What waits for this coordinator: how much of each kind, up to :data:`COUNTED`, and the first entries of each."""
    given = {"in_time": first_in_time(today(rules.timezone), rules), "reader": _reader(person_id)}
    totals = rows(session, _totals(), Totals, **given)[0]
    waiting = [name for name, number in totals if number]
    first = {name: _first(session, _parts()[name], rules, most=limit, **given) for name in waiting}
    # Work that was done or came since it was counted: of a list that is whole, its length is how many there are.
    numbers = {
        name: len(found) if len(found) < limit else max(len(found), getattr(totals, name))
        for name, found in first.items()
    }
    return Todo(totals=totals.model_copy(update=numbers), **first)


def _first(session: Session, part: _Part, rules: Rules, **given: object) -> list[Any]:
    return [_clocked(one, rules) for one in rows(session, part.first, part.schema, **given)]


def _clocked(found: Out, rules: Rules) -> Out:
    """The claim, or the box, with the clock that runs for it; other work as it is."""
    if isinstance(found, ClaimOut):
        return with_clock(found, rules)
    if isinstance(found, WaitingBox) and found.starts_on is not None:
        clock = ship_by(starts_on=found.starts_on, shipped=False, today=today(rules.timezone), rules=rules)
        return found.model_copy(update={"ship_by": clock})
    return found


@cache
def _parts() -> dict[str, _Part]:
    """Each kind, by its name in the answer. One statement counts all of them, so that only what waits is read."""
    moved, applications, asked, late = moved_meanwhile(), waiting_applications(), waiting_handles(), waiting_entries()
    return {
        "claims_to_decide": _claims(_to_decide(), order=col(Conference.starts_on)),
        "late_to_ship": _claims(_late(), order=col(Conference.starts_on)),
        "shipments_to_pack": _waiting_boxes(ShipmentStatus.DRAFT),
        "shipments_to_send": _waiting_boxes(ShipmentStatus.PACKED),
        "addresses_changed": _Part(ShipmentSummary, moved, moved),
        "sent_not_received": _boxes(*TRAVELING),
        "stock_to_reorder": _Part(LowStock, _low_stock(), _low_stock()),
        "claims_to_close_out": _claims(_over(), order=col(Conference.over_at)),
        "claims_to_hand_over": _claims(_without_champion(), order=col(Conference.starts_on)),
        "ribbons_to_recover": _Part(Recovery, _recovery(), _recovery()),
        "applications": _Part(ApplicationOut, applications, applications),
        "handles_to_confirm": _Part(AskedHandleOut, asked, asked),
        "letters_failed": _Part(FailedLetter, _letters_failed(), _letters_failed()),
        "late_entries": _Part(LateEntryOut, late, late),
    }


@built_once
def _totals() -> Statement:
    """How many there are of each kind."""

    def number(found: Statement) -> ColumnElement[int]:
        some = found.with_only_columns(literal(1), maintain_column_froms=True).order_by(None).limit(COUNTED)
        return select(func.count()).select_from(some.subquery()).scalar_subquery()

    return select(*(number(part.found).label(name) for name, part in _parts().items()))


def _claims(found: Statement, *, order: SQLColumnExpression[date | datetime]) -> _Part:
    """Claims, in the order of their conferences.

    They are found and put in order by what their indexes hold; only those that are shown are read whole.
    """
    by = order, col(Claim.id)
    ids = found.order_by(*by).limit(bindparam("most"))
    return _Part(ClaimOut, claims_statement().where(col(Claim.id).in_(ids)).order_by(*by), found)


def _ids(*conditions: ColumnElement[bool]) -> Statement:
    of_conferences = col(Conference.id) == col(Claim.conference_id)
    return select(col(Claim.id)).join(Conference, of_conferences).where(*conditions)


def _to_decide() -> Statement:
    return _ids(col(Claim.status) == ClaimStatus.REQUESTED, is_ahead())


def _late() -> Statement:
    late = is_late(starts_on=col(Conference.starts_on), shipped=false(), first=bindparam("in_time"))
    return _ids(needs_box(), late, is_ahead())


def _over() -> Statement:
    return _ids(col(Claim.status) == ClaimStatus.DEPUTIZED, is_over(Conference))


def _without_champion() -> Statement:
    """Claims for what is still to come whose champion cannot go, unless somebody else has the place by now."""
    gone = col(Claim.champion_id).in_(select(col(Person.id)).where(col(Person.active).is_(False)))
    free = (col(Claim.status) == ClaimStatus.REVOKED) & has_room()
    return _ids(gone, is_claimable(Conference), free | (col(Claim.status) == ClaimStatus.DEPUTIZED))


def _boxes(*statuses: ShipmentStatus) -> _Part:
    there = col(Shipment.status).in_(statuses)
    first = shipments_statement(SHELL).where(there).order_by(col(Shipment.id)).limit(bindparam("most"))
    return _Part(ShipmentSummary, first, select(col(Shipment.id)).where(there))


def _waiting_boxes(status: ShipmentStatus) -> _Part:
    """Boxes that were not sent, each with the day that the clock of its claim runs towards."""
    boxes = _boxes(status)
    runs = (col(Claim.status) == ClaimStatus.DEPUTIZED) & ~has_shipped() & is_ahead()
    first = (
        boxes.first.outerjoin(Claim, col(Claim.id) == col(Shipment.claim_id))
        .outerjoin(Conference, col(Conference.id) == col(Claim.conference_id))
        .add_columns(case((runs, col(Conference.starts_on))).label("starts_on"))
    )
    return _Part(WaitingBox, first, boxes.found)


def low_stock(session: Session) -> list[LowStock]:
    """Designs of which depots hold less than their reorder points."""
    return rows(session, _low_stock(), LowStock, most=MAXIMUM)


def failed_letters(session: Session, *, person_id: int | None) -> list[FailedLetter]:
    """Letters that could not be sent, of which this person may know; the shell knows of all."""
    return rows(session, _letters_failed(), FailedLetter, most=MAXIMUM, reader=_reader(person_id))


@built_once
def _letters_failed() -> Statement:
    return (
        select(
            col(QueuedLetter.id),
            col(QueuedLetter.kind),
            func.coalesce(col(Person.name), "").label("person_name"),
            col(QueuedLetter.failure),
            col(QueuedLetter.done_at).label("failed_at"),
        )
        .outerjoin(Person, col(Person.id) == col(QueuedLetter.person_id))
        .where(col(QueuedLetter.status) == LetterStatus.FAILED, shown_failures(person_id=bindparam("reader")))
        .order_by(col(QueuedLetter.id))
        .limit(bindparam("most"))
    )


def _reader(person_id: int | None) -> int:
    return -1 if person_id is None else person_id  # nothing is about nobody


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
        .limit(bindparam("most"))
    )


@built_once
def _recovery() -> Statement:
    """Claims that ended early whose ribbons went out: they lie at the champion's, or are still on their way.

    What she has sent since the claim ended counts as recovered, and no more is to be recovered than she holds.
    """
    # As lists that indexes hold: else SQLite looks at all claims there ever were, and at all boxes for each.
    ended = select(col(Claim.id)).where(col(Claim.status).in_(ENDED_EARLY))
    sent = aliased(Shipment)
    own = col(Shipment.claim_id) == col(Claim.id)
    hers = (
        select(col(Location.id))
        .where(col(Location.person_id) == col(Claim.champion_id))
        .correlate(Claim)
        .scalar_subquery()
    )
    held = select(RIBBONS).where(col(Level.location_id) == hers)
    arrived = _sum_of(ShipmentLine.received).where(own)
    returned = _sum_of(ShipmentLine.quantity).where(
        col(Shipment.id).in_(select(col(sent.id)).where(col(sent.source_id) == hers)),
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
        .where(col(Claim.id).in_(ended), has_shipped())
        .subquery()
    )
    left = case((sums.c.kept <= 0, 0), (sums.c.kept < sums.c.held, sums.c.kept), else_=sums.c.held)
    return (
        select(sums.c.claim_id, sums.c.champion_name, sums.c.conference_name, left.label("on_hand"), sums.c.in_transit)
        .where((left > 0) | (sums.c.in_transit > 0))
        .order_by(sums.c.claim_id)
        .limit(bindparam("most"))
    )


def _sum_of(quantity: int | None) -> Statement:
    """The sum of a column of shipments' lines, for each claim of the statement around it."""
    lines = select(func.coalesce(func.sum(col(quantity)), 0))
    return lines.join(Shipment, col(Shipment.id) == col(ShipmentLine.shipment_id)).correlate(Claim)
