"""How the ribbons of a claim stand: what is counted so far, of each design."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import NO_CLAIM, Claim
from app.claims.schemas import AccountLine, ClaimAccount
from app.claims.service import handed_out
from app.core.db import Statement, columns
from app.core.errors import NotFound
from app.stock.ledger import on_hand
from app.stock.models import Design, Location


def read_account(session: Session, *, claim_id: int, actor: Actor) -> ClaimAccount:
    """What was handed out for a claim so far, and what its champion holds now, by design.

    Raises :class:`NotFound`, also where it is none of the actor's business.
    """
    statement: Statement = (
        select(col(Claim.champion_id), col(Location.id).label("location_id"))
        .outerjoin(Location, col(Location.person_id) == col(Claim.champion_id))
        .where(col(Claim.id) == claim_id)
    )
    claim = columns(session, statement).first()
    if claim is None or not actor.may_touch(claim.champion_id):
        raise NotFound(NO_CLAIM)
    holds = on_hand(session, location_id=claim.location_id) if claim.location_id else {}
    given = handed_out(session, claim_id=claim_id)
    known = {design_id for design_id in holds.keys() | given.keys() if holds.get(design_id) or given.get(design_id)}
    designs = select(col(Design.id), col(Design.code)).where(col(Design.id).in_(known)).order_by(col(Design.id))
    return ClaimAccount(
        claim_id=claim_id,
        location_id=claim.location_id,
        lines=[
            AccountLine(
                design_id=design.id,
                design_code=design.code,
                handed_out=given.get(design.id, 0),
                on_hand=holds.get(design.id, 0),
            )
            for design in columns(session, designs)
        ],
    )
