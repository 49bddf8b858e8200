"""What can be done about applications."""

from dataclasses import replace

from app.acts.act import About, Work, given, made, writes
from app.acts.afterwards import LETTERS
from app.acts.policy import Permission
from app.acts.throttle import FROM_STRANGERS, Quota, Throttle
from app.conferences.schemas import Proposed
from app.core.schema import RowId
from app.core.subjects import NOTHING, Thing
from app.joining import service
from app.joining.schemas import Accepted, Applied, Confirmation, NewApplication, NewProposal
from app.outbox.models import LetterKind
from app.outbox.service import queue_at_once


def _account(*, body: NewApplication) -> str:
    return body.email


@writes(
    Permission.APPLY,
    about=made(Thing.APPLICATION),
    throttle=Throttle(
        "application", per_account=3, by_strangers=FROM_STRANGERS.by_strangers, window=FROM_STRANGERS.window
    ),
    account=_account,
    follows=LETTERS,
    silent=True,
)
def apply_to_bring_ribbons(work: Work, *, body: NewApplication) -> Applied:
    """Say that you would like to bring ribbons, to a conference or to any.

    The answer is the same whether the address is known or not. An e-mail asks you to confirm it; after that the
    coordinators decide.
    """
    made = service.apply(work.session, new=body)
    queue_at_once(work.session, LetterKind.APPLICATION, address=made.email, facts={"application": made.id})
    return Applied(id=made.id)


def _whose_wish(*, body: NewProposal) -> str:
    return body.ribbons.email if body.ribbons else ""


@writes(
    Permission.APPLY,
    about=About(lambda _actor, _values, made: Thing.CONFERENCE.named(made.id) if made else NOTHING),
    quota=Quota(most=20),
    throttle=replace(FROM_STRANGERS, name="proposal", per_account=3),
    account=_whose_wish,
    follows=LETTERS,
    silent=True,
)
def propose_conference(work: Work, *, body: NewProposal) -> Proposed | None:
    """Propose a conference without being signed in; the coordinators accept it, or do not.

    Whoever organizes it may wish for ribbons there: an e-mail asks them to confirm their address, and then the wish
    waits for the coordinators. Nothing is promised.

    The answer is the same where somebody has proposed it already. One that is on the calendar is refused, with its
    number.
    """
    proposed, wish = service.propose(work.session, new=body)
    if wish is not None:
        queue_at_once(work.session, LetterKind.APPLICATION, address=wish.email, facts={"application": wish.id})
    return proposed


@writes(Permission.APPLY, about=made(Thing.APPLICATION), silent=True)
def confirm_application(work: Work, *, body: Confirmation) -> Applied:
    """Confirm that the e-mail address of an application is yours, by the secret that was sent to it."""
    return Applied(id=service.confirm(work.session, secret=body.secret))


@writes(
    Permission.HANDLE_APPLICATIONS,
    about=given(Thing.APPLICATION),
    follows=LETTERS,
)
def accept_application(work: Work, *, application_id: RowId) -> Accepted:
    """Invite whoever has applied as a champion, and claim their conference for them.

    The claim waits like any other. Whoever can sign in by now keeps their account as it is.
    """
    accepted = service.accept(work.session, application_id=application_id, rules=work.rules, actor=work.actor)
    queue_at_once(work.session, LetterKind.INVITATION, person_id=accepted.person_id)
    return accepted


@writes(Permission.HANDLE_APPLICATIONS, about=given(Thing.APPLICATION))
def decline_application(work: Work, *, application_id: RowId) -> None:
    """Decline an application: what it says is removed, and no letter is sent."""
    service.decline(work.session, application_id=application_id)
