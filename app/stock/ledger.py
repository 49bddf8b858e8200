"""The sole writer of moves and levels.

Every change of stock is a list of transfers that is posted at once: the transfers become moves, and the levels of both
ends change in the same transaction. A level that would fall below zero refuses the whole list.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import columns, lock
from app.core.errors import Conflict, Invalid, OutOfStock
from app.core.language import phrase, phrases
from app.stock.locations import name_of, present_ends, system_location
from app.stock.models import Design, Kind, Level, Location, Move, MoveNote, Reason, StockCount

NO_MOVE = phrase("There is no such entry.")

REVERSIBLE = frozenset({Reason.TRANSFER, Reason.COUNT, Reason.HAND_OUT})
"""Moves that stand for themselves. The others are one half of a step of an order or a shipment."""

CORRECTABLE = frozenset({Reason.TRANSFER, Reason.HAND_OUT, Reason.CORRECTION})
"""Moves of which another quantity can be right. A count is put right by another count."""

_COUNTED_SINCE = phrase(
    "What lies there was counted since, and the count has settled this move: taken back, it would change what was "
    "counted. Correct the move to the right quantity instead."
)
_COUNTED_AGAIN = phrase(
    "What lies there was counted again since, and the later count holds. If that is wrong, count once more."
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many ribbons of one design from one location to another."""

    design_id: int
    source_id: int
    target_id: int
    quantity: int
    reason: Reason
    note: str = ""
    reference: str | None = None
    reverses_id: int | None = None
    subject: str | None = None
    """What it belongs to, where not all transfers that are posted together belong to the same."""
    happened_on: date | None = None
    """The day when it happened, where that is told of later."""


_INSERT = insert(Move).returning(col(Move.id), sort_by_parameter_order=True)


def move(session: Session, transfers: Sequence[Transfer], *, actor: Actor, subject: str | None = None) -> list[int]:
    """Posts the transfers, all or none, and returns the ids of their moves in the same order.

    ``subject`` names what they belong to (``shipment:12``). Several transfers of one design from one location are added
    up before anything is checked. Raises :class:`OutOfStock` where a location holds too little; its extras name it.
    """
    if not transfers:
        return []
    change: Counter[tuple[int, int]] = Counter()
    for transfer in transfers:
        change[transfer.source_id, transfer.design_id] -= transfer.quantity
        change[transfer.target_id, transfer.design_id] += transfer.quantity
    _open_levels(session, change)
    # Always in the same order, so that two units of work never wait for each other crosswise.
    for (location_id, design_id), quantity in sorted(change.items()):
        if quantity:
            _change_level(session, location_id, design_id, quantity)
    now = utcnow()
    values = [
        {
            "design_id": t.design_id,
            "source_id": t.source_id,
            "target_id": t.target_id,
            "quantity": t.quantity,
            "reason": t.reason,
            "subject": t.subject or subject,
            "reference": t.reference,
            "reverses_id": t.reverses_id,
            "actor_id": actor.person_id,
            "created_at": now,
            "happened_on": t.happened_on,
        }
        for t in transfers
    ]
    move_ids = list(session.connection().execute(_INSERT, values).scalars())
    notes = [
        {"move_id": move_id, "note": transfer.note}
        for move_id, transfer in zip(move_ids, transfers, strict=True)
        if transfer.note
    ]
    if notes:
        session.connection().execute(insert(MoveNote), notes)
    return move_ids


def reverse_step(session: Session, *, move_id: int, note: str, actor: Actor) -> int:
    """Posts the opposite of a move, linked to it, and returns the new move's id.

    Raises :class:`NotFound`; :class:`Conflict` for a move that was reversed or corrected already, is of no reversible
    reason, or was settled by a count at either end; :class:`OutOfStock` where the ribbons are no longer at its target.
    """
    original = lock(session, Move, move_id, missing=NO_MOVE)
    if original.reason is Reason.HISTORY:
        raise Conflict(phrase("This entry came with a file of history. Undo the import, and read it again."))
    if original.reason not in REVERSIBLE:
        raise Conflict(
            phrase("This entry belongs to an order or a shipment. Correct it there."),
            reversible=sorted(REVERSIBLE),
        )
    _check_stands(session, original)
    source, target = _ends(session, original)
    if settled := _settled(session, original, (source, target)):
        text = _COUNTED_AGAIN if original.reason is Reason.COUNT else _COUNTED_SINCE
        raise Conflict(text, location_ids=sorted(settled))
    back = Transfer(
        design_id=original.design_id,
        source_id=target,
        target_id=source,
        quantity=original.quantity,
        reason=Reason.REVERSAL,
        note=note,
        reverses_id=move_id,
        happened_on=original.happened_on,
    )
    return move(session, [back], actor=actor, subject=original.subject)[0]


def correct_step(session: Session, *, move_id: int, quantity: int, note: str, actor: Actor) -> int:
    """Makes the quantity of a move right, by a move of the difference that is linked to it; returns that move's id.

    What a count has settled since stays as it was counted: in its place, the difference goes to ``adjustment`` or comes
    from there. Raises :class:`NotFound`; :class:`Conflict` for a move that was reversed or corrected already, is of
    another reason, or was settled at both ends; :class:`Invalid` for the quantity that is booked; :class:`OutOfStock`.
    """
    original = lock(session, Move, move_id, missing=NO_MOVE)
    if original.reason not in CORRECTABLE:
        text = phrase(
            "This move cannot be corrected: only hand-outs, moves by hand and their corrections can. Put a count right "
            "by counting again, and a step of an order or a shipment there."
        )
        raise Conflict(text, correctable=sorted(CORRECTABLE))
    _check_stands(session, original)
    difference = original.quantity - quantity
    if not difference:
        raise Invalid(phrase("This is the quantity that is booked."), field="quantity")
    ends_now = _ends(session, original)
    settled = _settled(session, original, ends_now)
    adjustment = system_location(session, Kind.ADJUSTMENT)
    source, target = (adjustment if end in settled else end for end in ends_now)
    if source == target:
        text = phrase(
            "What lies at both ends was counted since, and stays as it was counted. If that is wrong, count again."
        )
        raise Conflict(text, location_ids=sorted(settled))
    ends = (target, source) if difference > 0 else (source, target)
    change = Transfer(
        design_id=original.design_id,
        source_id=ends[0],
        target_id=ends[1],
        quantity=abs(difference),
        reason=Reason.CORRECTION,
        note=note,
        reverses_id=move_id,
        happened_on=original.happened_on,
    )
    return move(session, [change], actor=actor, subject=original.subject)[0]


def settle(session: Session, *, location_id: int, moves: dict[int, int | None]) -> dict[int, int]:
    """Keeps that designs were counted at a location, each with the move that it took, if any; the ids by design.

    Whatever moved there until now is settled by it: see :func:`reverse_step` and :func:`correct_step`. The levels must
    be locked.
    """
    through = session.scalar(select(func.max(col(Move.id))))
    if through is None:
        return {}
    counts = [
        StockCount(location_id=location_id, design_id=design_id, through_id=through, move_id=move_id)
        for design_id, move_id in moves.items()
    ]
    session.add_all(counts)
    session.flush()
    return {count.design_id: count.id for count in counts}


def lock_levels(session: Session, *, location_ids: Collection[int], design_ids: Collection[int]) -> None:
    """Locks levels until the unit of work ends, in the order in which moves change them."""
    statement = (
        select(col(Level.on_hand))
        .where(col(Level.location_id).in_(location_ids), col(Level.design_id).in_(design_ids))
        .order_by(col(Level.location_id), col(Level.design_id))
        .with_for_update()
    )
    columns(session, statement).all()


def settled_ends(session: Session, *, move_ids: Collection[int]) -> set[tuple[int, int]]:
    """Which of these moves were settled since, and at which end: by counts that were not taken back.

    Moves of one design at one location are settled together, so whoever counts waits for the levels.
    """
    undone = aliased(Move)
    statement = (
        select(col(Move.id), col(StockCount.location_id))
        .join(
            StockCount,
            (col(StockCount.design_id) == col(Move.design_id))
            & col(StockCount.location_id).in_([col(Move.source_id), col(Move.target_id)])
            & (col(StockCount.through_id) >= col(Move.id)),
        )
        .outerjoin(undone, col(undone.reverses_id) == col(StockCount.move_id))
        .where(
            col(Move.id).in_(move_ids),
            col(StockCount.move_id).is_distinct_from(col(Move.id)),
            col(undone.id).is_(None),
        )
    )
    return {(row.id, row.location_id) for row in columns(session, statement)}


def forget_notes(session: Session, *, actor_id: int) -> None:
    """Removes what somebody wrote about her moves; the moves stay."""
    hers = select(col(Move.id)).where(col(Move.actor_id) == actor_id)
    session.exec(delete(MoveNote).where(col(MoveNote.move_id).in_(hers)))


def on_hand(session: Session, *, location_id: int, design_id: int | None = None) -> dict[int, int]:
    """Ribbons at one location, by design id; designs of which there are none may be left out."""
    statement = select(col(Level.design_id), col(Level.on_hand)).where(col(Level.location_id) == location_id)
    if design_id is not None:
        statement = statement.where(col(Level.design_id) == design_id)
    return {row.design_id: row.on_hand for row in columns(session, statement)}


def _check_stands(session: Session, original: Move) -> None:
    if session.scalar(select(col(Move.id)).where(col(Move.reverses_id) == original.id)) is not None:
        raise Conflict(phrase("This entry has already been taken back or corrected."))


def _ends(session: Session, original: Move) -> tuple[int, int]:
    """The source and the target of a move, as they are today."""
    now = present_ends(session, location_ids=(original.source_id, original.target_id))
    return now[original.source_id], now[original.target_id]


def _settled(session: Session, original: Move, ends: tuple[int, int]) -> set[int]:
    """The ends of a move that were counted since; its levels are locked then."""
    lock_levels(session, location_ids=ends, design_ids=[original.design_id])
    return {end for _, end in settled_ends(session, move_ids=[original.id])}


_UNBOUNDED = select(col(Location.id), col(Location.unbounded)).where(
    col(Location.id).in_(bindparam("location_ids", expanding=True))
)
_OPEN = {kind.__name__.rpartition(".")[2]: kind.insert(Level).on_conflict_do_nothing() for kind in (postgresql, sqlite)}


def _open_levels(session: Session, change: Counter[tuple[int, int]]) -> None:
    """Gives each location a level of zero where it has none yet."""
    keys = sorted(change)
    found = columns(session, _UNBOUNDED, location_ids=sorted({key[0] for key in keys}))
    unbounded = {row.id: row.unbounded for row in found}
    session.connection().execute(
        _OPEN[session.connection().dialect.name],
        [
            {"location_id": location_id, "design_id": design_id, "unbounded": unbounded[location_id], "on_hand": 0}
            for location_id, design_id in keys
        ],
    )


_CHANGE = (
    update(Level)
    .where(
        col(Level.location_id) == bindparam("at"),
        col(Level.design_id) == bindparam("of"),
        (col(Level.on_hand) + bindparam("by", type_=BigInteger) >= 0) | col(Level.unbounded),
    )
    .values(on_hand=col(Level.on_hand) + bindparam("by", type_=BigInteger))
)


def _change_level(session: Session, location_id: int, design_id: int, quantity: int) -> None:
    changed = columns(session, _CHANGE, at=location_id, of=design_id, by=quantity)
    if changed.rowcount == 1:
        return
    found = columns(
        session,
        select(col(Level.on_hand), name_of().label("name"), col(Design.code))
        .join(Location, col(Location.id) == col(Level.location_id))
        .join(Design, col(Design.id) == col(Level.design_id))
        .where(col(Level.location_id) == location_id, col(Level.design_id) == design_id),
    ).one()
    raise OutOfStock(
        phrases(
            "{place} has {n} {code} ribbon; this needs {m}.",
            "{place} has {n} {code} ribbons; this needs {m}.",
            n=found.on_hand,
            place=found.name,
            code=found.code,
            m=-quantity,
        ),
        location_id=location_id,
        design_id=design_id,
        on_hand=found.on_hand,
        needed=-quantity,
    )
