"""Ribbons handed out, and the final count."""

import re
from uuid import uuid4

from fastapi import Response

from app.acts.entries import LateEntryOut
from app.claims.acts import close_claim, hand_out, undo_hand_out
from app.claims.schemas import CloseLine, NewCloseOut, NewHandOut
from app.core.clock import day_of
from app.core.paging import Paging
from app.core.subjects import Thing
from app.stock.acts import list_moves
from app.stock.models import Reason
from app.stock.schemas import MoveFilter, NewReversal
from app.web.fields import body, lines_typed, some
from app.web.queued import now_ms
from app.web.standing import standing
from app.web.visits import Visit

_LATEST = 10
"""Hand-outs that are listed."""


def counter(visit: Visit) -> Response:
    """How many ribbons were handed out and how many are left, and a form for more."""
    at, stands = now_ms(), standing(visit)
    wanted = MoveFilter(subject=Thing.CLAIM.named(stands.claim.id), reason=Reason.HAND_OUT)
    moves = visit.read(list_moves, paging=Paging(limit=_LATEST), wanted=wanted).items
    designs = [line for line in stands.account.lines if line.on_hand]
    asked = visit.typed.get("design_id") or visit.query("design")
    return visit.show(
        "hand_out.html",
        at=at,
        stands=stands,
        claim=stands.claim,
        designs=designs,
        chosen=next((line for line in designs if str(line.design_id) == asked), designs[0] if designs else None),
        last=next((move for move in moves if stands.accepted and not move.reversed_by_id), None),
        moves=[(move.happened_on or day_of(move.created_at, stands.conference.timezone), move) for move in moves],
        new_entry=uuid4,
        done=visit.query("done"),
    )


def count_hand_out(visit: Visit) -> Response:
    """Records ribbons that were handed out, or takes back what was recorded wrongly."""
    claim_id = visit.number("claim_id")
    if visit.typed.get("verb") == "undo":
        return _undo(visit, claim_id)
    given = some(visit, "design_id", "quantity", "note", "entry_id")
    if re.fullmatch(r"\d{1,10}", ago := visit.typed.get("seconds_ago", ""), re.ASCII):
        given["seconds_ago"] = ago
    new = visit.form(NewHandOut, given)
    here = f"/claims/{claim_id}/hand-out"
    design = f"design={new.design_id}&" if new.design_id else ""
    return visit.do(hand_out, to=lambda made: f"{here}?{design}done={came(made)}", claim_id=claim_id, body=new)


def _undo(visit: Visit, claim_id: int) -> Response:
    said = visit.typed.get("number", "")
    move_id = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    to = f"/claims/{claim_id}/hand-out?done=undone"
    return visit.do(undo_hand_out, to=to, claim_id=claim_id, move_id=move_id, body=NewReversal())


def came(made: object) -> str:
    """Whether an entry was booked, or came too late and waits for a coordinator."""
    return "late" if isinstance(made, LateEntryOut) else "recorded"


def final_count(visit: Visit) -> Response:
    """The final count of each design, filled in with what is known."""
    stands = standing(visit)
    return visit.show("close.html", stands=stands, claim=stands.claim, entry_id=uuid4())


def close(visit: Visit) -> Response:
    """Closes a claim with its final count."""
    claim_id = visit.number("claim_id")
    new = body(NewCloseOut, {"lines": lines_typed(visit, CloseLine), **some(visit, "note", "entry_id")})
    return visit.do(close_claim, to=f"/claims/{claim_id}", claim_id=claim_id, body=new)
