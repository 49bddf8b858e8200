"""The way back from a final account: what it has booked is taken back, and the claim goes on."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import BACK, OPEN, SPOKEN_BACK, Claim, ClaimStatus, CloseOutLine
from app.claims.service import check_elsewhere, conference_of, lock_claim
from app.conferences.service import lock_conference
from app.core.db import columns, lock
from app.core.errors import Conflict
from app.core.language import phrase
from app.core.lifecycle import check_transition
from app.core.subjects import Thing
from app.people.models import Person
from app.stock.ledger import lock_levels
from app.stock.locations import champion_location
from app.stock.models import Design, Move, Reason, StockCount
from app.stock.undoing import undo_moves_step

_ON_ITS_WAY = frozenset({Reason.PACK, Reason.TRANSFER, Reason.HAND_OUT})
"""How ribbons that were left go on."""


def reopen_claim(session: Session, *, claim_id: int, note: str, actor: Actor) -> None:
    """Opens a closed claim again: the hand-outs and losses of its final account go back to its champion.

    As they were corrected since. Raises :class:`Conflict` where it is too late: once what was left was counted again or
    has gone on; where she has another open claim there; and where she is the champion for another conference of these
    days.
    """
    conference = lock_conference(session, conference_id=conference_of(session, claim_id))
    claim = lock_claim(session, claim_id=claim_id)
    status = check_transition(BACK, spoken=SPOKEN_BACK, present=claim.status, to=ClaimStatus.DEPUTIZED)
    if claim.import_id is not None:
        raise Conflict(phrase("This claim came with a file of history. Undo the import, and read it again."))
    lock(session, Person, claim.champion_id, missing=phrase("There is no such person."))
    own = champion_location(session, person_id=claim.champion_id)
    lines = session.scalars(select(CloseOutLine).where(col(CloseOutLine.claim_id) == claim_id)).all()
    lock_levels(session, location_ids=[own], design_ids=[line.design_id for line in lines])
    _check_still_there(session, claim_id, own, lines)
    _check_no_other(session, claim)
    check_elsewhere(session, claim, conference)
    moves = [move_id for line in lines for move_id in (line.hand_out_move_id, line.lost_move_id) if move_id is not None]
    session.exec(delete(CloseOutLine).where(col(CloseOutLine.claim_id) == claim_id))
    session.exec(delete(StockCount).where(col(StockCount.id).in_([line.count_id for line in lines])))
    undo_moves_step(session, move_ids=moves, note=note, actor=actor, subject=Thing.CLAIM.named(claim_id))
    claim.status, claim.ended_at = status, None
    claim.decision_note, claim.close_note = note or claim.decision_note, ""
    claim.version += 1


def _check_no_other(session: Session, claim: Claim) -> None:
    other = session.scalar(
        select(col(Claim.id)).where(
            col(Claim.conference_id) == claim.conference_id,
            col(Claim.champion_id) == claim.champion_id,
            col(Claim.status).in_(OPEN),
        )
    )
    if other is not None:
        text = phrase("The same person has another open claim for this conference. It goes on there.")
        raise Conflict(text, claim_id=other)


def _check_still_there(session: Session, claim_id: int, own: int, lines: Sequence[CloseOutLine]) -> None:
    """Refuses where what the account left with the champion was counted again, or has gone on."""
    counted, undone, unpacked = aliased(StockCount), aliased(Move), aliased(Move)
    final = [line.count_id for line in lines]
    again = (
        select(col(Design.code))
        .join(StockCount, col(StockCount.design_id) == col(Design.id))
        .join(counted, (col(counted.design_id) == col(Design.id)) & (col(counted.location_id) == own))
        .outerjoin(undone, col(undone.reverses_id) == col(counted.move_id))
        .where(col(StockCount.id).in_(final), col(counted.id) > col(StockCount.id), col(undone.id).is_(None))
        .order_by(col(Design.code))
    )
    if codes := sorted(set(session.scalars(again))):
        text = phrase(
            "{list}: what was left was counted since, and stays as it was counted. Correct single entries instead.",
            list=codes,
        )
        raise Conflict(text, designs=codes)
    gone = (
        select(col(Design.code))
        .join(StockCount, col(StockCount.design_id) == col(Design.id))
        .join(Move, (col(Move.design_id) == col(Design.id)) & (col(Move.source_id) == own))
        .outerjoin(undone, col(undone.reverses_id) == col(Move.id))
        .outerjoin(unpacked, (col(unpacked.subject) == col(Move.subject)) & (col(unpacked.reason) == Reason.UNPACK))
        .where(
            col(StockCount.id).in_(final),
            col(Move.id) > col(StockCount.through_id),
            col(Move.reason).in_(_ON_ITS_WAY),
            col(Move.subject).is_distinct_from(Thing.CLAIM.named(claim_id)),
            col(undone.id).is_(None),
            col(unpacked.id).is_(None),
        )
    )
    if codes := sorted(set(columns(session, gone).scalars())):
        text = phrase(
            "{list}: ribbons that were left have been sent, moved or handed out since. Correct single entries instead.",
            list=codes,
        )
        raise Conflict(text, designs=codes)
