"""Verbs about proving that a handle is one's own: by a code that whoever has the handle puts into its profile.

A proof is a secret of the browser that began it, and the handle is in it: all that is kept of it here is a hash, and
until when it works. So it is nowhere to be found who has tried to prove what, and a handle that is known here is no
other than one that is not, until it is proved.
"""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import utcnow
from app.core.db import columns
from app.core.errors import Conflict, Invalid, Unauthenticated
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.rules import Rules
from app.members.handle_rules import RULES
from app.members.handles import Handle, Platform, parse_handle
from app.members.models import HandleProof, Member
from app.members.profiles import READABLE, Claimed
from app.members.schemas import HandleIn, HandleOut, HandleProofOut, NewMemberSession
from app.members.service import known_handle, parse
from app.members.sessions import open_member_session
from app.papers.models import ALPHABET
from app.people.models import Person
from app.people.secrets import HANDLE_PROOF, hash_secret, new_secret

PROOF_MINUTES = 30
"""How long a proof that was begun can be brought to its end."""

_GROUPS, _SIGNS = 3, 4
_OVER = phrase("This proof is over: its time is up, or it was used. Begin again.")


def begin_proof(session: Session, *, entry: HandleIn, rules: Rules, key: ServerKey) -> HandleProofOut:
    """Begins to prove a handle; nothing is looked up.

    Raises :class:`Invalid` for a handle whose profile we cannot read.
    """
    handle = parse(entry, rules=rules)
    if handle.platform not in READABLE:
        text = phrase(
            "A handle on {platform} cannot be proved here, only one on Bluesky or on a server of the fediverse. Ask a "
            "coordinator for a link of your own.",
            platform=RULES[handle.platform].label,
        )
        raise Invalid(text, field="handle")
    now = utcnow()
    forget_proofs(session)
    # No sign in it that a cookie would have to quote.
    proof = ":".join((new_secret(HANDLE_PROOF), handle.platform, handle.canonical.replace("@", ":")))
    made = HandleProof(secret_hash=hash_secret(proof), expires_at=now + timedelta(minutes=PROOF_MINUTES))
    session.add(made)
    session.flush()
    return read_proof(session, proof=proof, key=key)


def read_proof(session: Session, *, proof: str, key: ServerKey) -> HandleProofOut:
    """What a proof is of, and its code. Raises :class:`Unauthenticated` for one that is unknown, over or used."""
    now, hashed = utcnow(), hash_secret(proof)
    statement = select(col(HandleProof.expires_at)).where(
        col(HandleProof.secret_hash) == hashed, col(HandleProof.expires_at) > now
    )
    found = columns(session, statement).first()
    if found is None:
        raise Unauthenticated(_OVER)
    handle = _handle_in(proof)
    shown = HandleOut(platform=handle.platform, display=handle.display, url=handle.url)
    return HandleProofOut(proof=proof, code=_code(proof, key), handle=shown, expires_at=found.expires_at)


def claimed_by(session: Session, *, proof: str, key: ServerKey) -> Claimed:
    """What is to be asked outside. Raises :class:`Unauthenticated`."""
    begun = read_proof(session, proof=proof, key=key)
    return Claimed(_handle_in(proof), begun.code, hash_secret(proof))


def finish_proof(
    session: Session, *, proof: str, handle: Handle, device: str, key: ServerKey, actor: Actor
) -> NewMemberSession:
    """Lets in whoever has proved this handle, and uses the proof up; they become a member by it, if nobody knew them.

    Raises :class:`Unauthenticated` for a proof that is over meanwhile; :class:`Conflict` for a handle that was erased,
    and for that of a person who is inactive: both come back by a coordinator.
    """
    used = col(HandleProof.secret_hash) == hash_secret(proof), col(HandleProof.expires_at) > utcnow()
    if not session.exec(delete(HandleProof).where(*used)).rowcount:
        raise Unauthenticated(_OVER)
    known = known_handle(session, handle=handle, key=key)
    if known is None or not _may_come_in(session, known[1]):
        text = phrase(
            "{handle} is yours, and still does not let you in by itself. Ask a coordinator.", handle=handle.display
        )
        raise Conflict(text)
    return open_member_session(session, member_id=known[1], through_id=None, device=device, instead_of=actor)


def _may_come_in(session: Session, member_id: int) -> bool:
    statement = (
        select(col(Person.active))
        .join(Member, col(Member.person_id) == col(Person.id))
        .where(col(Member.id) == member_id)
    )
    return session.scalar(statement) is not False


def forget_proofs(session: Session) -> int:
    """Removes the proofs whose time is up; how many."""
    return session.exec(delete(HandleProof).where(col(HandleProof.expires_at) <= utcnow())).rowcount


def _handle_in(proof: str) -> Handle:
    _, platform, name = proof.split(":", 2)
    return parse_handle(name.replace(":", "@"), platform=Platform(platform))


def _code(proof: str, key: ServerKey) -> str:
    """What is to stand in the profile: of sixty bits, and nothing in it that says for what it is."""
    bits = int(key.mark("handle proof", proof)[:15], 16)
    signs = "".join(ALPHABET[bits >> 5 * place & 31] for place in range(_GROUPS * _SIGNS))
    return "-".join(signs[start : start + _SIGNS] for start in range(0, len(signs), _SIGNS))
