"""Taking back what a verb has posted as a whole: a receipt, a close-out. Move by move, by moves the other way."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.db import columns
from app.core.subjects import Subject
from app.stock.ledger import Transfer, lock_levels, move, settled_ends
from app.stock.locations import present_ends, system_location
from app.stock.models import Kind, Move, Reason


@dataclass(frozen=True, slots=True)
class Standing:
    """What there still is of a move at its target, after its corrections; the last of these is what is taken back."""

    move_id: int
    last_id: int
    design_id: int
    source_id: int
    target_id: int
    quantity: int


def undo_moves_step(
    session: Session, *, move_ids: Collection[int], note: str, actor: Actor, subject: Subject
) -> list[int]:
    """Posts the opposite of these moves, as they were corrected; returns the ids of the new moves.

    Where their source or target was counted since, it stays as it was counted, and ``adjustment`` stands in for it. The
    caller holds the lock of what they belong to. Raises :class:`OutOfStock` where the ribbons are not there any more.
    """
    all_standing = standing(session, move_ids=move_ids)
    ends = {end for stands in all_standing for end in (stands.source_id, stands.target_id)}
    lock_levels(session, location_ids=ends, design_ids={stands.design_id for stands in all_standing})
    settled = settled_ends(session, move_ids=move_ids)
    adjustment = system_location(session, Kind.ADJUSTMENT) if settled else 0
    back = []
    for stands in all_standing:
        source, target = (
            adjustment if (stands.move_id, end) in settled else end for end in (stands.target_id, stands.source_id)
        )
        if stands.quantity and source != target:
            back.append(
                Transfer(
                    stands.design_id,
                    source,
                    target,
                    stands.quantity,
                    Reason.REVERSAL,
                    note,
                    reverses_id=stands.last_id,
                )
            )
    return move(session, back, actor=actor, subject=subject)


def standing(session: Session, *, move_ids: Collection[int]) -> list[Standing]:
    """What there still is of these moves, by id: each with all that takes it back or corrects it, and that again.

    Of a conference that was merged, at the one that it was merged into.
    """
    chain = select(col(Move.id), col(Move.id).label("first_id")).where(col(Move.id).in_(move_ids)).cte(recursive=True)
    later = select(col(Move.id), chain.c.first_id).join(chain, col(Move.reverses_id) == chain.c.id)
    chain = chain.union_all(later)
    own = (col(Move.design_id), col(Move.source_id), col(Move.target_id), col(Move.quantity))
    statement = select(chain.c.first_id, col(Move.id), *own).join(chain, col(Move.id) == chain.c.id)
    found = columns(session, statement.order_by(chain.c.first_id, col(Move.id))).all()
    now = present_ends(session, location_ids={end for row in found for end in (row.source_id, row.target_id)})
    all_standing = []
    for first_id, rows in groupby(found, key=lambda row: row.first_id):
        first, *_ = moves = list(rows)
        source, target = now[first.source_id], now[first.target_id]
        there = sum(
            each.quantity * ((now[each.target_id] == target) - (now[each.source_id] == target)) for each in moves
        )
        all_standing.append(Standing(first_id, moves[-1].id, first.design_id, source, target, there))
    return all_standing
