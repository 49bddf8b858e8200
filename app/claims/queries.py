"""The lists of claims."""

from sqlalchemy import ColumnElement, bindparam, case, false, func, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import NO_CLAIM, OPEN, SERVED, Claim, ClaimStatus, CloseOutLine
from app.claims.schemas import ClaimFilter, ClaimOut, CloseLineOut, Light
from app.claims.ship_by import is_light, ship_by
from app.conferences.models import Conference
from app.core.clock import today
from app.core.db import Statement, columns, one, rows
from app.core.paging import Page, Paging, page
from app.core.rules import Rules
from app.core.statements import Conditions, built_once, filtered
from app.people.models import Person
from app.shipments.models import NOT_SENT, Shipment
from app.shipments.queries import is_shipped
from app.stock.models import Design


def champions() -> ColumnElement[int]:
    """How many champions a conference has or had."""
    return (
        select(func.count())
        .where(col(Claim.conference_id) == col(Conference.id), col(Claim.status).in_(SERVED))
        .correlate(Conference)
        .scalar_subquery()
    )


def in_line(claim: type[Claim] = Claim) -> ColumnElement[int]:
    """By what claims that wait are ordered: by when they were made, unless a coordinator has moved them."""
    return func.coalesce(col(claim.queue_key), col(claim.id))


def has_room() -> ColumnElement[bool]:
    """Whether a conference has room for one more champion."""
    return champions() < col(Conference.champion_limit)


def has_shipped() -> ColumnElement[bool]:
    """Whether ribbons for the claim are on their way or have come; what was lost, or came empty, is neither.

    As a value and not as EXISTS, of which PostgreSQL would make a table of all boxes for each list.
    """
    return _has_box(is_shipped())


def needs_box() -> ColumnElement[bool]:
    """Whether a box has to be prepared for the claim: it is accepted, nothing was sent, and no box is there yet."""
    there = _has_box(is_shipped() | col(Shipment.status).in_(NOT_SENT))
    return (col(Claim.status) == ClaimStatus.DEPUTIZED) & ~there


def _has_box(of_these: ColumnElement[bool]) -> ColumnElement[bool]:
    boxes = select(true()).where(col(Shipment.claim_id) == col(Claim.id), of_these).limit(1)
    return func.coalesce(boxes.correlate(Claim).scalar_subquery(), false())


def shows(light: Light, rules: Rules) -> ColumnElement[bool]:
    """Whether the clock of an open claim shows this light today."""
    day = today(rules.timezone)
    return is_light(light, starts_on=col(Conference.starts_on), shipped=has_shipped(), today=day, rules=rules)


_FILTERS: Conditions = {
    "claim_id": lambda given: col(Claim.id) == given,
    "seen_by": lambda given: col(Claim.champion_id) == given,
    "champion_id": lambda given: col(Claim.champion_id) == given,
    "status": lambda given: col(Claim.status) == given,
    "conference_id": lambda given: col(Claim.conference_id) == given,
}

_CO_CHAMPIONS: Statement = (
    select(col(Person.name))
    .join(Claim, col(Claim.champion_id) == col(Person.id))
    .where(
        col(Claim.conference_id) == bindparam("conference_id"),
        col(Claim.status) == ClaimStatus.DEPUTIZED,
        col(Claim.id) != bindparam("claim_id"),
    )
    .order_by(col(Person.name), col(Claim.id))
)


def find_claims(session: Session, *, paging: Paging, wanted: ClaimFilter, rules: Rules, actor: Actor) -> Page[ClaimOut]:
    """Claims, newest first: all for coordinators, her own for a champion."""
    asked = {**dict(wanted), "seen_by": actor.sees_only}
    if not actor.is_staff:
        asked["champion_id"] = None  # that she asks for somebody else's, leads to her own
    statement, given = filtered(claims_statement(), _FILTERS, asked)
    if wanted.light is not None:
        statement = statement.where(col(Claim.status).in_(OPEN), shows(wanted.light, rules))
    if wanted.needs_box is not None:
        statement = statement.where(needs_box() if wanted.needs_box else ~needs_box())
    found = page(session, statement, ClaimOut, order=[col(Claim.id)], paging=paging, descending=True, given=given)
    return Page(items=[with_clock(claim, rules) for claim in found.items], next=found.next)


def read_claim(session: Session, *, claim_id: int, rules: Rules, actor: Actor) -> ClaimOut:
    """One claim with its close-out. Raises :class:`NotFound`, also where it is none of the actor's business."""
    asked = {"claim_id": claim_id, "seen_by": actor.sees_only}
    statement, given = filtered(claims_statement(), _FILTERS, asked)
    claim = with_clock(one(session, statement, ClaimOut, missing=NO_CLAIM, **given), rules)
    if claim.status is ClaimStatus.DEPUTIZED:
        others = columns(session, _CO_CHAMPIONS, conference_id=claim.conference_id, claim_id=claim_id)
        return claim.model_copy(update={"co_champions": list(others.scalars())})
    if claim.status is not ClaimStatus.CLOSED:
        return claim
    lines: Statement = (
        select(
            col(CloseOutLine.design_id),
            col(Design.code).label("design_code"),
            col(CloseOutLine.handed_out),
            col(CloseOutLine.remaining),
            col(CloseOutLine.lost),
        )
        .join(Design, col(Design.id) == col(CloseOutLine.design_id))
        .where(col(CloseOutLine.claim_id) == claim_id)
        .order_by(col(CloseOutLine.design_id))
    )
    return claim.model_copy(update={"close_out": rows(session, lines, CloseLineOut)})


def named_champions(session: Session, *, conference_id: int) -> list[str]:
    """The names of those champions of a conference who say that anybody may read them, by the alphabet."""
    statement = (
        select(col(Person.name))
        .join(Claim, col(Claim.champion_id) == col(Person.id))
        .where(
            col(Claim.conference_id) == conference_id,
            col(Claim.status).in_(SERVED),
            col(Person.shown_publicly).is_(True),
            col(Person.erased_at).is_(None),
        )
        .distinct()
        .order_by(col(Person.name))
    )
    return list(session.scalars(statement))


def with_clock(claim: ClaimOut, rules: Rules) -> ClaimOut:
    """The claim with its must-ship-by clock, while it is open."""
    if claim.status not in OPEN:
        return claim
    clock = ship_by(starts_on=claim.starts_on, shipped=claim.shipped, today=today(rules.timezone), rules=rules)
    return claim.model_copy(update={"ship_by": clock})


@built_once
def claims_statement() -> Statement:
    """Claims with all that a list of them shows, to be filtered, ordered and read as :class:`ClaimOut`."""
    earlier = aliased(Claim)
    position = (
        select(func.count() + 1)
        .where(
            col(earlier.conference_id) == col(Claim.conference_id),
            col(earlier.status) == ClaimStatus.REQUESTED,
            in_line(earlier) < in_line(),
        )
        .scalar_subquery()
    )
    joined = {"conference_name", "starts_on", "ends_on", "city", "state", "timezone", "champion_name"}
    derived = {"shipped", "queue_position", "ship_by", "close_out", "co_champions"}
    own = [col(getattr(Claim, name)) for name in ClaimOut.model_fields if name not in joined | derived]
    return (
        select(
            *own,
            col(Conference.name).label("conference_name"),
            col(Conference.starts_on),
            col(Conference.ends_on),
            col(Conference.city),
            col(Conference.state),
            col(Conference.timezone),
            col(Person.name).label("champion_name"),
            has_shipped().label("shipped"),
            case((col(Claim.status) == ClaimStatus.REQUESTED, position)).label("queue_position"),
        )
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .join(Person, col(Person.id) == col(Claim.champion_id))
    )
