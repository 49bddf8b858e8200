"""The lists of claims."""

from sqlalchemy import ColumnElement, case, false, func, select, true
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
from app.people.models import Person
from app.shipments.models import Shipment
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
    boxes = select(true()).where(col(Shipment.claim_id) == col(Claim.id), is_shipped()).limit(1)
    return func.coalesce(boxes.correlate(Claim).scalar_subquery(), false())


def shows(light: Light, rules: Rules) -> ColumnElement[bool]:
    """Whether the clock of an open claim shows this light today."""
    day = today(rules.timezone)
    return is_light(light, starts_on=col(Conference.starts_on), shipped=has_shipped(), today=day, rules=rules)


def find_claims(session: Session, *, paging: Paging, wanted: ClaimFilter, rules: Rules, actor: Actor) -> Page[ClaimOut]:
    """Claims, newest first: all for coordinators, her own for a champion."""
    statement = claims_statement()
    champion_id = wanted.champion_id if actor.is_staff else actor.person_id
    if champion_id is not None:
        statement = statement.where(col(Claim.champion_id) == champion_id)
    if wanted.status is not None:
        statement = statement.where(col(Claim.status) == wanted.status)
    if wanted.conference_id is not None:
        statement = statement.where(col(Claim.conference_id) == wanted.conference_id)
    if wanted.light is not None:
        statement = statement.where(col(Claim.status).in_(OPEN), shows(wanted.light, rules))
    found = page(session, statement, ClaimOut, order=[col(Claim.id)], paging=paging, descending=True)
    return Page(items=[with_clock(claim, rules) for claim in found.items], next=found.next)


def read_claim(session: Session, *, claim_id: int, rules: Rules, actor: Actor) -> ClaimOut:
    """One claim with its close-out. Raises :class:`NotFound`, also where it is none of the actor's business."""
    statement = claims_statement().where(col(Claim.id) == claim_id)
    if not actor.is_staff:
        statement = statement.where(col(Claim.champion_id) == actor.person_id)
    claim = with_clock(one(session, statement, ClaimOut, missing=NO_CLAIM), rules)
    if claim.status is ClaimStatus.DEPUTIZED:
        others: Statement = (
            select(col(Person.name))
            .join(Claim, col(Claim.champion_id) == col(Person.id))
            .where(
                col(Claim.conference_id) == claim.conference_id,
                col(Claim.status) == ClaimStatus.DEPUTIZED,
                col(Claim.id) != claim_id,
            )
            .order_by(col(Person.name), col(Claim.id))
        )
        return claim.model_copy(update={"co_champions": list(columns(session, others).scalars())})
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
    joined = {"conference_name", "starts_on", "ends_on", "city", "state", "champion_name"}
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
            col(Person.name).label("champion_name"),
            has_shipped().label("shipped"),
            case((col(Claim.status) == ClaimStatus.REQUESTED, position)).label("queue_position"),
        )
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .join(Person, col(Person.id) == col(Claim.champion_id))
    )
