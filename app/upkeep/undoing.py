"""A file of history is taken back: its moves are reversed, its claims and their final counts are no more."""

from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import Claim, ClaimStatus, CloseOutLine
from app.conferences.models import Conference, ConferenceStatus
from app.core.db import columns
from app.core.errors import Conflict
from app.core.language import phrases
from app.core.subjects import Thing
from app.stock.ledger import Transfer, move
from app.stock.locations import present_ends
from app.stock.models import Kind, Level, Location, Move, Reason
from app.upkeep.hanging import HANGING, hanging

MOST_NAMED = 10
"""Conferences that a refusal names; it counts all."""


def undo_history(session: Session, *, import_id: int, actor: Actor) -> None:
    """Takes back all that a file of history has booked.

    A conference that it brought is deleted; one that moves or claims of the file hold in place stays as cancelled, and
    counts nowhere. Raises :class:`Conflict` where anything else hangs on one by now.
    """
    brought = select(Conference).where(col(Conference.import_id) == import_id).order_by(col(Conference.id))
    conferences = session.scalars(brought.with_for_update()).all()
    of_file = select(Claim).where(col(Claim.import_id) == import_id).order_by(col(Claim.id))
    claims = session.scalars(of_file.with_for_update().execution_options(populate_existing=True)).all()
    names, ids = {each.id: each.name for each in conferences}, [claim.id for claim in claims]
    _reverse(session, import_id, claims, actor)
    refuse_held(session, _held(session, import_id, names, ids))
    session.exec(delete(CloseOutLine).where(col(CloseOutLine.claim_id).in_(ids)))
    for claim in claims:
        claim.status, claim.decided_by = ClaimStatus.REVOKED, actor.person_id
        claim.version += 1
    kept = {number for number, _ in hanging(session, conference_ids=names)}
    for conference in conferences:
        if conference.id in kept and conference.status is not ConferenceStatus.MERGED:
            conference.status = ConferenceStatus.CANCELLED
            conference.version += 1
    session.flush()
    session.exec(delete(Conference).where(col(Conference.id).in_(names.keys() - kept)))


def refuse_held(session: Session, held: Collection[int]) -> None:
    """Raises :class:`Conflict` where conferences are held in place, with their names."""
    if not held:
        return
    statement = select(col(Conference.name)).where(col(Conference.id).in_(held)).order_by(col(Conference.id))
    text = phrases(
        "Nothing was undone: something belongs to {n} of its conferences by now: {names}.",
        "Nothing was undone: something belongs to {n} of its conferences by now, such as {names}.",
        n=len(held),
        names=[name for (name,) in columns(session, statement.limit(MOST_NAMED))],
    )
    raise Conflict(text, conference_ids=sorted(held))


def _reverse(session: Session, import_id: int, claims: Sequence[Claim], actor: Actor) -> None:
    subjects = [Thing.IMPORT.named(import_id), *(Thing.CLAIM.named(claim.id) for claim in claims)]
    back = aliased(Move)
    statement = (
        select(Move)
        .outerjoin(back, col(back.reverses_id) == col(Move.id))
        .where(col(Move.subject).in_(subjects), col(Move.reason) == Reason.HISTORY, col(back.id).is_(None))
        .order_by(col(Move.id))
    )
    moves = session.scalars(statement).all()
    now = present_ends(session, location_ids={each.target_id for each in moves})
    transfers = [
        Transfer(
            design_id=each.design_id,
            source_id=now[each.target_id],
            target_id=each.source_id,
            quantity=each.quantity,
            reason=Reason.REVERSAL,
            reverses_id=each.id,
            subject=each.subject,
            happened_on=each.happened_on,
        )
        for each in moves
    ]
    move(session, transfers, actor=actor)


def _held(session: Session, import_id: int, conference_ids: Collection[int], claim_ids: Collection[int]) -> set[int]:
    """Conferences on which something hangs that the file did not bring: of those that it brought, and of its claims."""
    theirs = [column for column, _ in HANGING if column.class_ not in {Claim, Location}]
    held = set[int]()
    for column in theirs:
        held.update(session.scalars(select(col(column)).where(col(column).in_(conference_ids))))
    others = select(col(Claim.conference_id)).where(
        col(Claim.conference_id).in_(conference_ids), col(Claim.import_id).is_distinct_from(import_id)
    )
    worn = (
        select(col(Location.conference_id))
        .join(Level, col(Level.location_id) == col(Location.id))
        .where(col(Location.conference_id).in_(conference_ids), col(Level.on_hand) != 0)
    )
    return held.union(session.scalars(others), session.scalars(worn), _handed_out_since(session, claim_ids))


def _handed_out_since(session: Session, claim_ids: Collection[int]) -> set[int]:
    """The conferences of claims for which more was handed out than the file told of, once that is reversed."""
    subjects = {Thing.CLAIM.named(claim_id): claim_id for claim_id in claim_ids}
    total = Counter[int]()
    for end, sign in ((col(Move.target_id), 1), (col(Move.source_id), -1)):
        statement = (
            select(col(Move.subject), func.sum(col(Move.quantity)))
            .join(Location, col(Location.id) == end)
            .where(col(Move.subject).in_(subjects), col(Location.kind) == Kind.CONFERENCE)
            .group_by(col(Move.subject))
        )
        for subject, quantity in columns(session, statement):
            total[subjects[subject]] += sign * int(quantity)
    more = [claim_id for claim_id, number in total.items() if number]
    return set(session.scalars(select(col(Claim.conference_id)).where(col(Claim.id).in_(more))))
