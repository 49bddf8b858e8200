"""Routes of claims: from asking for a conference to the final account."""

from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.paper_routing import LanguageQuery, PaperQuery, PaperRouter
from app.api.requests import PageQuery, PathId, QueryId
from app.claims import closing, service
from app.claims.models import ClaimStatus
from app.claims.queries import find_claims, read_claim
from app.claims.schemas import ClaimOut, Decision, NewClaim, NewCloseOut, NewHandOut
from app.core.paging import Page
from app.core.rules import Rules
from app.paperwork.kinds import KIT
from app.paperwork.kit import kit
from app.printing.kit import Kit
from app.stock.schemas import MoveOut
from app.stock.service import read_moves

router = PaperRouter(tags=["claims"])


@router.writes("POST", "/conferences/{conference_id}/claims", Permission.CLAIM, status=201, creates="claim")
def claim_conference(session: Session, actor: Actor, rules: Rules, conference_id: PathId, body: NewClaim) -> ClaimOut:
    """Ask for a conference.

    A trusted champion is deputized at once if a place is free; everybody else waits in line.
    """
    claim_id = service.claim_conference(session, conference_id=conference_id, new=body, rules=rules, actor=actor)
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.reads("/claims", Permission.READ_CLAIMS)
def list_claims(
    session: Session,
    actor: Actor,
    rules: Rules,
    paging: PageQuery,
    status: ClaimStatus | None = None,
    conference_id: QueryId | None = None,
    champion_id: QueryId | None = None,
) -> Page[ClaimOut]:
    """List claims, newest first: your own, or all for a coordinator."""
    return find_claims(
        session,
        paging=paging,
        rules=rules,
        actor=actor,
        status=status,
        conference_id=conference_id,
        champion_id=champion_id,
    )


@router.reads("/claims/{claim_id}", Permission.READ_CLAIMS)
def get_claim(session: Session, actor: Actor, rules: Rules, claim_id: PathId) -> ClaimOut:
    """Read one claim, with its place in line, its must-ship-by clock and its close-out."""
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.writes("POST", "/claims/{claim_id}/withdraw", Permission.CLAIM)
def withdraw_claim(session: Session, actor: Actor, rules: Rules, claim_id: PathId, body: Decision) -> ClaimOut:
    """Take back your own claim.

    What was packed for it is released. After the first hand-out a claim is closed out instead.
    """
    service.withdraw(session, claim_id=claim_id, note=body.note, actor=actor)
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.writes("POST", "/claims/{claim_id}/deputize", Permission.DECIDE_CLAIMS)
def deputize_claim(session: Session, actor: Actor, rules: Rules, claim_id: PathId, body: Decision) -> ClaimOut:
    """Accept a claim: she is the conference's champion now."""
    service.deputize(session, claim_id=claim_id, note=body.note, actor=actor)
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.writes("POST", "/claims/{claim_id}/decline", Permission.DECIDE_CLAIMS)
def decline_claim(session: Session, actor: Actor, rules: Rules, claim_id: PathId, body: Decision) -> ClaimOut:
    """Turn a claim down."""
    service.decline(session, claim_id=claim_id, note=body.note, actor=actor)
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.writes("POST", "/claims/{claim_id}/revoke", Permission.DECIDE_CLAIMS)
def revoke_claim(session: Session, actor: Actor, rules: Rules, claim_id: PathId, body: Decision) -> ClaimOut:
    """Take the place back from a deputized champion."""
    service.revoke(session, claim_id=claim_id, note=body.note, actor=actor)
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.writes("POST", "/claims/{claim_id}/hand-outs", Permission.CLAIM, status=201)
def hand_out(session: Session, actor: Actor, rules: Rules, claim_id: PathId, body: NewHandOut) -> MoveOut:
    """Book ribbons that are worn at the conference now."""
    move_id = closing.hand_out(session, claim_id=claim_id, new=body, rules=rules, actor=actor)
    return read_moves(session, move_ids=[move_id])[0]


@router.writes("POST", "/claims/{claim_id}/close", Permission.CLAIM)
def close_claim(session: Session, actor: Actor, rules: Rules, claim_id: PathId, body: NewCloseOut) -> ClaimOut:
    """Close a claim with its final account.

    For each design: handed out + left + lost must be what was handed out so far plus what you hold.
    """
    closing.close_claim(session, claim_id=claim_id, new=body, actor=actor)
    return read_claim(session, claim_id=claim_id, rules=rules, actor=actor)


@router.prints("/claims/{claim_id}/kit.pdf", Permission.READ_CLAIMS, KIT)
def print_kit(
    session: Session,
    actor: Actor,
    rules: Rules,
    claim_id: PathId,
    paper: PaperQuery = None,
    language: LanguageQuery = None,
) -> Kit:
    """Print what a champion takes along: a page to keep at the conference, a table tent and a name card."""
    return kit(session, claim_id=claim_id, rules=rules, actor=actor, paper=paper, language=language)
