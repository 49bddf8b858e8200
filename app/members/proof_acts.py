"""What can be done to prove that a handle is one's own, and to come in by that."""

from collections.abc import Sequence
from datetime import timedelta

from app.acts.act import NOT_NOTED, About, Asking, Work, asks_and_writes, reads, writes
from app.acts.policy import Permission
from app.acts.throttle import FROM_STRANGERS, Throttle
from app.core.subjects import Thing
from app.members import proofs
from app.members.handles import Handle
from app.members.profiles import Claimed, find_code
from app.members.schemas import HandleIn, HandleProofOut, NewMemberSession, ProofIn

PROOF_MINUTES = proofs.PROOF_MINUTES
"""How long a proof that was begun can be brought to its end."""

_DAY = timedelta(days=1)
_OF_PROOF = Throttle("handle proof", per_account=5, window=_DAY)
_OF_HANDLE = Throttle("handle to be proved", per_account=10, window=_DAY)
_OF_HOST = Throttle("profiles of a server", per_account=120)


@writes(
    Permission.SIGN_IN,
    about=NOT_NOTED,
    throttle=Throttle("handle proofs", by_strangers=FROM_STRANGERS.by_strangers, window=FROM_STRANGERS.window),
    secret=True,
)
def begin_handle_proof(work: Work, *, body: HandleIn) -> HandleProofOut:
    """Begin to prove that a handle on Bluesky or in the fediverse is yours.

    You need neither an account nor an e-mail address. Put the `code` of the answer into the profile text of that
    handle, then send the `proof` to `/membership/proofs/check`, within thirty minutes. The answer, and the work for it,
    is the same whether anybody here knows the handle or not, and only a hash of the proof is kept.
    """
    return proofs.begin_proof(work.session, entry=body, rules=work.rules, key=work.key)


@reads(Permission.SIGN_IN)
def read_handle_proof(work: Work, *, proof: str) -> HandleProofOut:
    """Say what a proof that was begun is of, and its code. Raises :class:`Unauthenticated` where it is over."""
    return proofs.read_proof(work.session, proof=proof, key=work.key)


def _what_to_ask(work: Work, *, body: ProofIn) -> Claimed:
    return proofs.claimed_by(work.session, proof=body.proof, key=work.key)


def _counted(claimed: Claimed) -> Sequence[tuple[Throttle, str]]:
    return [(_OF_PROOF, claimed.proof), (_OF_HANDLE, claimed.handle.key), (_OF_HOST, claimed.host)]


_WHOSE_HANDLE = About(lambda _actor, _values, result: Thing.MEMBER.named(result.member_id))


@asks_and_writes(
    Asking(question=_what_to_ask, ask=find_code, counts=_counted),
    Permission.SIGN_IN,
    about=_WHOSE_HANDLE,
    throttle=Throttle("profiles", per_person=60),
    secret=True,
)
def prove_handle(work: Work, heard: Handle | None, *, body: ProofIn) -> NewMemberSession:
    """Have the profile read, and come in if the code is there.

    The answer is a session of the member who has this handle; its `secret` is sent as `Authorization: Bearer …`. It
    ends after thirty days without use. Whoever nobody knew yet becomes a member by it. A proof works once; it is read
    five times at most, a handle ten times a day. A handle that was erased comes back by a coordinator.
    """
    assert heard is not None, "there is always something to ask"
    return proofs.finish_proof(
        work.session, proof=body.proof, handle=heard, device=body.device, key=work.key, actor=work.actor
    )
