"""Somebody proves that a handle is theirs, and comes in by that: a code to put into their profile, and a button."""

import re

from fastapi import Response

from app.acts.idempotency import Answer
from app.core.errors import DomainError, Unauthenticated
from app.members.handle_rules import RULES
from app.members.profiles import READABLE
from app.members.proof_acts import PROOF_MINUTES, begin_handle_proof, prove_handle, read_handle_proof
from app.members.schemas import HandleProofOut, ProofIn
from app.web.cookies import KEPT, forget, keep, proving_cookie, session_cookie
from app.web.devices import device_of
from app.web.membership import typed_handle
from app.web.visits import Visit

PAGE = "/membership/prove"
_PLATFORMS = tuple((platform.value, RULES[platform].label) for platform in READABLE)


def ask(visit: Visit) -> Response:
    """Asks for a handle; once that is said, shows the code, until the time for it is up."""
    begun = None if visit.query("other") else _begun(visit)
    return _page(visit, begun)


def _page(visit: Visit, begun: HandleProofOut | None, status: int = 200) -> Response:
    return visit.show("prove.html", status=status, begun=begun, platforms=_PLATFORMS, minutes=PROOF_MINUTES, page=PAGE)


def begin(visit: Visit) -> Response:
    """Makes a code for whatever handle this is; the secret that belongs to it is the cookie's alone."""
    values = {"body": typed_handle(visit)}
    done = visit.unit.answer(begin_handle_proof, values, answer=lambda _made: Answer(303, {}, ""))
    made = done[1]
    assert made is not None, "what is secret is answered under no key"
    response = _led(PAGE)
    keep(visit, response, proving_cookie(visit.rules), made.proof, seconds=PROOF_MINUTES * 60)
    return response


def check(visit: Visit) -> Response:
    """Has the profile read, and lets in whoever has the handle."""
    device = device_of(visit.request.headers.get("User-Agent", ""))
    # What no proof can be is none, too: it is refused with the same words.
    values = {"body": ProofIn(proof=_proof(visit) or "none", device=device)}
    try:
        done = visit.unit.answer(prove_handle, values, answer=lambda _made: Answer(303, {}, ""))
    except Unauthenticated as over:
        return _page(visit.refused(over), None, status=410)
    made = done[1]
    assert made is not None, "what is secret is answered under no key"
    response = _led("/membership?done=proved")
    keep(visit, response, session_cookie(visit.rules), made.secret, seconds=KEPT)
    forget(visit, response, proving_cookie(visit.rules))
    return response


def _begun(visit: Visit) -> HandleProofOut | None:
    proof = _proof(visit)
    if not proof:
        return None
    try:
        return visit.read(read_handle_proof, proof=proof)
    except DomainError:
        return None


def _proof(visit: Visit) -> str:
    said = visit.request.cookies.get(proving_cookie(visit.rules), "")
    return said if re.fullmatch(r"ccp_[\w:.-]{1,450}", said, re.ASCII) else ""


def _led(to: str) -> Response:
    return Response(status_code=303, headers={"Location": to, "Cache-Control": "no-store"})
