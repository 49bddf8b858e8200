"""What coordinators change about a claim that is open, and what becomes of claims whose champion cannot go on."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import OPEN, SPOKEN, Claim, ClaimStatus
from app.claims.queries import in_line
from app.claims.service import conference_of, decline, fill_places, handed_out, lock_claim, read_line, revoke
from app.conferences.service import lock_conference
from app.core.db import columns
from app.core.errors import Conflict
from app.core.language import Text, phrase, verbatim
from app.core.lifecycle import Version, check_version


def edit_claim(session: Session, *, claim_id: int, version: Version | None, changes: dict[str, Any]) -> None:
    """Changes how many ribbons are asked for, and the place in line.

    Raises :class:`Stale`; :class:`Conflict` for a claim that is over, or has no place in line.
    """
    conference = lock_conference(session, conference_id=conference_of(session, claim_id))
    claim = lock_claim(session, claim_id=claim_id)
    claim.version = check_version(present=claim.version, based_on=version)
    if "ribbons_requested" in changes:
        if claim.status not in OPEN:
            raise _refusal(claim, phrase("Only an open claim can be changed."))
        claim.ribbons_requested = changes["ribbons_requested"]
    if "queue_position" in changes:
        if claim.status is not ClaimStatus.REQUESTED:
            raise _refusal(claim, phrase("Only a claim that waits has a place in line."))
        before = read_line(session, conference)
        _move(session, claim, changes["queue_position"])
        fill_places(session, conference=conference, before=before)


def _refusal(claim: Claim, so: Text) -> Conflict:
    text = verbatim("{now} {so}", now=SPOKEN.now[claim.status], so=so)
    return Conflict(text, current_status=claim.status.value)


def _move(session: Session, claim: Claim, position: int) -> None:
    """Puts a claim in its place, and the others behind or before it; those who come later stay behind all of them."""
    waiting = select(Claim).where(
        col(Claim.conference_id) == claim.conference_id, col(Claim.status) == ClaimStatus.REQUESTED
    )
    line = list(session.scalars(waiting.order_by(in_line())))
    keys = [each.id if each.queue_key is None else each.queue_key for each in line]
    line.remove(claim)
    line.insert(position - 1, claim)
    for each, key in zip(line, keys, strict=True):
        each.queue_key = key
    session.flush()


def end_claims_of(session: Session, *, person_id: int, note: str, actor: Actor) -> None:
    """Ends what somebody has asked for; a claim with hand-outs stays for a coordinator to close out."""
    own = select(col(Claim.id), col(Claim.status)).where(
        col(Claim.champion_id) == person_id, col(Claim.status).in_(OPEN)
    )
    for claim_id, status in columns(session, own.order_by(col(Claim.conference_id), col(Claim.id))).all():
        if status is ClaimStatus.REQUESTED:
            decline(session, claim_id=claim_id, note=note, actor=actor)
        elif not any(handed_out(session, claim_id=claim_id).values()):
            revoke(session, claim_id=claim_id, note=note, actor=actor)
