"""The sole writer of moves and levels.

Every change of stock is a list of transfers that is posted at once: the transfers become moves, and the levels of both
ends change in the same transaction. A level that would fall below zero refuses the whole list.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import lock
from app.core.errors import Conflict, OutOfStock
from app.stock.locations import name_of
from app.stock.models import Design, Level, Location, Move, MoveNote, Reason

REVERSIBLE = frozenset({Reason.TRANSFER, Reason.COUNT, Reason.HAND_OUT})
"""Moves that stand for themselves. The others are one half of a step of an order or a shipment."""


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
    statement = insert(Move).returning(col(Move.id), sort_by_parameter_order=True)
    values = [
        {
            "design_id": t.design_id,
            "source_id": t.source_id,
            "target_id": t.target_id,
            "quantity": t.quantity,
            "reason": t.reason,
            "subject": subject,
            "reference": t.reference,
            "reverses_id": t.reverses_id,
            "actor_id": actor.person_id,
            "created_at": now,
        }
        for t in transfers
    ]
    move_ids = list(session.connection().execute(statement, values).scalars())
    notes = [
        {"move_id": move_id, "note": transfer.note}
        for move_id, transfer in zip(move_ids, transfers, strict=True)
        if transfer.note
    ]
    if notes:
        session.connection().execute(insert(MoveNote), notes)
    return move_ids


def reverse(session: Session, *, move_id: int, note: str, actor: Actor) -> int:
    """Posts the opposite of a move, linked to it, and returns the new move's id.

    Raises :class:`NotFound`; :class:`Conflict` for a move that was reversed already or is not of a reversible reason;
    :class:`OutOfStock` where the ribbons are no longer at its target.
    """
    original = lock(session, Move, move_id, missing="There is no such move.")
    if original.reason not in REVERSIBLE:
        raise Conflict(
            f"A move of reason {original.reason} is one half of a step of an order or a shipment. Put it right there.",
            reversible=sorted(REVERSIBLE),
        )
    if session.scalar(select(col(Move.id)).where(col(Move.reverses_id) == move_id)) is not None:
        raise Conflict("This move has been reversed already.")
    back = Transfer(
        design_id=original.design_id,
        source_id=original.target_id,
        target_id=original.source_id,
        quantity=original.quantity,
        reason=Reason.REVERSAL,
        note=note,
        reverses_id=move_id,
    )
    return move(session, [back], actor=actor, subject=original.subject)[0]


def forget_notes(session: Session, *, actor_id: int) -> None:
    """Removes what somebody wrote about her moves; the moves stay."""
    hers = select(col(Move.id)).where(col(Move.actor_id) == actor_id)
    session.exec(delete(MoveNote).where(col(MoveNote.move_id).in_(hers)))


def on_hand(session: Session, *, location_id: int, design_id: int | None = None) -> dict[int, int]:
    """Ribbons at one location, by design id; designs of which there are none may be left out."""
    statement = select(col(Level.design_id), col(Level.on_hand)).where(col(Level.location_id) == location_id)
    if design_id is not None:
        statement = statement.where(col(Level.design_id) == design_id)
    return {row.design_id: row.on_hand for row in session.connection().execute(statement)}


def _open_levels(session: Session, change: Counter[tuple[int, int]]) -> None:
    """Gives each location a level of zero where it has none yet."""
    keys = sorted(change)
    kinds = select(col(Location.id), col(Location.unbounded)).where(col(Location.id).in_({key[0] for key in keys}))
    unbounded = {row.id: row.unbounded for row in session.connection().execute(kinds)}
    dialect = postgresql if session.connection().dialect.name == "postgresql" else sqlite
    session.connection().execute(
        dialect.insert(Level).on_conflict_do_nothing(),
        [
            {"location_id": location_id, "design_id": design_id, "unbounded": unbounded[location_id], "on_hand": 0}
            for location_id, design_id in keys
        ],
    )


def _change_level(session: Session, location_id: int, design_id: int, quantity: int) -> None:
    here = (col(Level.location_id) == location_id, col(Level.design_id) == design_id)
    enough = (col(Level.on_hand) + quantity >= 0) | col(Level.unbounded)
    changed = session.connection().execute(
        update(Level).where(*here, enough).values(on_hand=col(Level.on_hand) + quantity)
    )
    if changed.rowcount == 1:
        return
    found = (
        session.connection()
        .execute(
            select(col(Level.on_hand), name_of().label("name"), col(Design.code))
            .join(Location, col(Location.id) == col(Level.location_id))
            .join(Design, col(Design.id) == col(Level.design_id))
            .where(*here)
        )
        .one()
    )
    raise OutOfStock(
        f"{found.name} holds {found.on_hand} of {found.code}; {-quantity} are needed.",
        location_id=location_id,
        design_id=design_id,
        on_hand=found.on_hand,
        needed=-quantity,
    )
