"""Verbs about moves and counts by hand, and the lists of the ledger and its levels."""

from datetime import date

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import end_of, midnight
from app.core.db import Statement, lock, rows
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.rules import Rules
from app.core.statements import Conditions, built_once, filtered
from app.stock.designs import EACH_ONCE, check_designs
from app.stock.ledger import Transfer, lock_levels, move, on_hand, settle
from app.stock.locations import MISSING, SAME_ENDS, from_or_to_stock_of, name_of, stock_of, system_location
from app.stock.models import IN_HAND, Design, Kind, Level, Location, Move, MoveNote, Reason
from app.stock.schemas import CountLine, LevelFilter, LevelOut, MoveFilter, MoveOut, NewMove

_BY_HAND = IN_HAND | {Kind.LOSS}


def move_by_hand(session: Session, *, new: NewMove, actor: Actor) -> int:
    """Moves ribbons between depots and champions, or writes them off as lost; returns the move's id.

    Raises :class:`Invalid` for locations that have their own verbs (what is packed, under way, worn, or bought),
    :class:`Conflict` for a reference that was used, :class:`OutOfStock`.
    """
    check_designs(session, {new.design_id})
    if new.source_id == new.target_id:
        raise Invalid(SAME_ENDS, field="target_id")
    for field, location_id in (("source_id", new.source_id), ("target_id", new.target_id)):
        location = session.get(Location, location_id)
        if location is None:
            raise Invalid(MISSING, field=field)
        if field == "target_id" and not location.active:
            raise Invalid(phrase("This depot is closed. Choose another one."), field=field)
        if location.kind not in _BY_HAND or (field == "source_id" and location.kind is Kind.LOSS):
            text = phrase("These ribbons move only with their order, shipment, claim or count.")
            raise Invalid(text, field=field)
    if new.reference is not None:
        used = session.scalar(select(col(Move.id)).where(col(Move.reference) == new.reference))
        if used is not None:
            taken = phrase("Another entry already has the reference {reference}.", reference=new.reference)
            raise Conflict(taken, field="reference", move_id=used)
    transfer = Transfer(
        new.design_id, new.source_id, new.target_id, new.quantity, Reason.TRANSFER, new.note, new.reference
    )
    return move(session, [transfer], actor=actor)[0]


def count_stock(session: Session, *, location_id: int, lines: list[CountLine], note: str, actor: Actor) -> list[int]:
    """Brings the levels of a depot or champion to what was counted; returns the ids of the moves that it took.

    What moved there before is settled by the count, whether or not it took a move.
    Raises :class:`Invalid` for an unknown or another kind of location or a design that is named twice, and for what is
    none of the actor's business as for what is not there.
    """
    location = _lock_location(session, location_id)
    if not actor.may_touch(location.person_id):
        raise Invalid(MISSING, field="location_id")
    if location.kind not in IN_HAND:
        raise Invalid(phrase("Only the ribbons of a depot or a champion can be counted."), field="location_id")
    counted = {line.design_id: line.counted for line in lines}
    if len(counted) < len(lines):
        raise Invalid(EACH_ONCE, field="lines")
    check_designs(session, set(counted), field="lines")
    adjustment = system_location(session, Kind.ADJUSTMENT)
    lock_levels(session, location_ids=(adjustment, location_id), design_ids=counted)
    present = on_hand(session, location_id=location_id)
    transfers = []
    for design_id, number in counted.items():
        difference = number - present.get(design_id, 0)
        ends = (adjustment, location_id) if difference > 0 else (location_id, adjustment)
        if difference:
            transfers.append(Transfer(design_id, *ends, abs(difference), Reason.COUNT, note))
    move_ids = move(session, transfers, actor=actor)
    took = {transfer.design_id: move_id for transfer, move_id in zip(transfers, move_ids, strict=True)}
    settle(session, location_id=location_id, moves={design_id: took.get(design_id) for design_id in counted})
    return move_ids


def find_moves(session: Session, *, paging: Paging, wanted: MoveFilter, rules: Rules, actor: Actor) -> Page[MoveOut]:
    """The ledger, newest first: all for coordinators; moves from and to her own stock for a champion."""
    statement, given = filtered(_moves(), _MOVE_FILTERS, {**dict(wanted), "seen_by": actor.sees_only})
    if wanted.first_day is not None or wanted.last_day is not None:
        statement = statement.where(_happened(wanted.first_day, wanted.last_day, rules))
    return page(session, statement, MoveOut, order=[col(Move.id)], paging=paging, descending=True, given=given)


def _happened(first: date | None, last: date | None, rules: Rules) -> ColumnElement[bool]:
    """Within these days: by that when it happened, where that was told, else by that when it was booked."""
    booked: list[ColumnElement[bool]] = [col(Move.happened_on).is_(None)]
    dated: list[ColumnElement[bool]] = []
    if first is not None:
        booked.append(col(Move.created_at) >= midnight(first, rules.timezone))
        dated.append(col(Move.happened_on) >= first)
    if last is not None:
        booked.append(col(Move.created_at) < end_of(last, rules.timezone))
        dated.append(col(Move.happened_on) <= last)
    return or_(and_(*booked), and_(*dated))


def read_moves(session: Session, *, move_ids: list[int]) -> list[MoveOut]:
    """These moves, oldest first."""
    return rows(session, _moves_by_id(), MoveOut, move_ids=move_ids)


@built_once
def _moves_by_id() -> Statement:
    return _moves().where(col(Move.id).in_(bindparam("move_ids", expanding=True))).order_by(col(Move.id))


@built_once
def _moves() -> Statement:
    source, target, reversal = aliased(Location), aliased(Location), aliased(Move)
    own = [
        col(getattr(Move, name))
        for name in MoveOut.model_fields
        if name not in {"design_code", "source_name", "target_name", "note", "reversed_by_id"}
    ]
    return (
        select(
            *own,
            col(Design.code).label("design_code"),
            name_of(source).label("source_name"),
            name_of(target).label("target_name"),
            func.coalesce(col(MoveNote.note), "").label("note"),
            col(reversal.id).label("reversed_by_id"),
        )
        .join(Design, col(Design.id) == col(Move.design_id))
        .join(source, col(source.id) == col(Move.source_id))
        .join(target, col(target.id) == col(Move.target_id))
        .outerjoin(MoveNote, col(MoveNote.move_id) == col(Move.id))
        .outerjoin(reversal, col(reversal.reverses_id) == col(Move.id))
    )


def find_levels(session: Session, *, paging: Paging, wanted: LevelFilter, actor: Actor) -> Page[LevelOut]:
    """Ribbons on hand, by location and design: everywhere for coordinators, her own for a champion."""
    statement, given = filtered(_levels(), _LEVEL_FILTERS, {**dict(wanted), "seen_by": actor.sees_only})
    order = [col(Level.location_id), col(Level.design_id)]
    return page(session, statement, LevelOut, order=order, paging=paging, given=given)


@built_once
def _levels() -> Statement:
    return (
        select(
            col(Level.location_id),
            name_of().label("location_name"),
            col(Location.kind),
            col(Level.design_id),
            col(Design.code).label("design_code"),
            col(Level.on_hand),
        )
        .join(Location, col(Location.id) == col(Level.location_id))
        .join(Design, col(Design.id) == col(Level.design_id))
    )


def _lock_location(session: Session, location_id: int) -> Location:
    try:
        return lock(session, Location, location_id, missing=MISSING)
    except NotFound as missing:
        raise Invalid(missing.detail, field="location_id") from missing


def _at_either_end(location_id: ColumnElement[int]) -> ColumnElement[bool]:
    return (col(Move.source_id) == location_id) | (col(Move.target_id) == location_id)


_MOVE_FILTERS: Conditions = {
    "seen_by": lambda given: from_or_to_stock_of(Move, given),
    "design_id": lambda given: col(Move.design_id) == given,
    "location_id": _at_either_end,
    "subject": lambda given: col(Move.subject) == given,
    "reason": lambda given: col(Move.reason) == given,
}

_LEVEL_FILTERS: Conditions = {
    "seen_by": lambda given: col(Level.location_id) == stock_of(given),
    "kind": lambda given: col(Location.kind) == given,
    "person_id": lambda given: col(Location.person_id) == given,
    "location_id": lambda given: col(Level.location_id) == given,
    "design_id": lambda given: col(Level.design_id) == given,
}
