"""Verbs about claims from the first ribbon that is handed out to the final account."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.entries import TooLate
from app.acts.policy import Actor
from app.claims.models import ALLOWED, ENDED, NO_CLAIM, SPOKEN, Claim, ClaimStatus, CloseOutLine
from app.claims.schemas import CloseLine, NewCloseOut, NewHandOut
from app.claims.service import handed_out, lock_claim
from app.conferences.models import Conference
from app.core.clock import day_of, today, utcnow
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import Text, phrase, phrases, verbatim
from app.core.lifecycle import check_transition
from app.core.rules import Rules
from app.core.subjects import Thing
from app.shipments.models import UNDER_WAY, Shipment, shipment_number
from app.stock.designs import EACH_ONCE, check_designs, code_of
from app.stock.ledger import NO_MOVE, Transfer, correct_step, lock_levels, move, on_hand, reverse_step, settle
from app.stock.locations import champion_location, conference_location, system_location
from app.stock.models import Kind, Move, Reason

_WHILE_ACCEPTED = phrase("Ribbons can be handed out while it is accepted.")
_LONGEST_AGO = timedelta(days=3660)
"""What is said to be longer ago is said by a clock that is wrong."""


def hand_out(session: Session, *, claim_id: int, new: NewHandOut, rules: Rules, actor: Actor) -> int:
    """Books ribbons that are now worn at the conference; returns the move's id.

    Raises :class:`Conflict` unless the claim is deputized and the conference about to begin (``hand_out_days_before``),
    :class:`OutOfStock` for more than she has. A coordinator who names the day books it late, whatever has ended since.
    """
    claim, conference = _lock_own(session, claim_id, actor)
    if new.happened_on is not None:
        _check_dated(claim, conference, new.happened_on, rules.hand_out_days_before, actor)
        return _book(session, claim, conference, new, actor)
    if claim.status in ENDED:
        raise TooLate(
            phrase("This claim has ended. Tell a coordinator about the ribbons that you handed out before."),
            subject=Thing.CLAIM.named(claim_id),
            current_status=claim.status.value,
            allowed=sorted(ALLOWED[claim.status]),
        )
    if claim.status is not ClaimStatus.DEPUTIZED:
        raise _not_accepted(claim)
    _check_begun(conference, rules.hand_out_days_before)
    return _book(session, claim, conference, _dated(new, conference, utcnow()), actor)


def _dated(new: NewHandOut, conference: Conference, sent_at: datetime) -> NewHandOut:
    """The same with its day, where it was sent on a later one; a clock that is wrong does not lead out of the
    conference."""
    if new.seconds_ago is None or new.happened_on is not None:
        return new
    sent_on = day_of(sent_at, conference.timezone)
    at = sent_at - min(timedelta(seconds=new.seconds_ago), _LONGEST_AGO)
    day = min(max(day_of(at, conference.timezone), conference.starts_on), conference.ends_on)
    return new if day >= sent_on else new.model_copy(update={"happened_on": day})


def _book(session: Session, claim: Claim, conference: Conference, new: NewHandOut, actor: Actor) -> int:
    own, worn = _locations(session, claim, conference)
    design_id = _the_only_design(session, own) if new.design_id is None else new.design_id
    check_designs(session, {design_id})
    transfer = Transfer(design_id, own, worn, new.quantity, Reason.HAND_OUT, new.note, happened_on=new.happened_on)
    return move(session, [transfer], actor=actor, subject=Thing.CLAIM.named(claim.id))[0]


def _the_only_design(session: Session, own: int) -> int:
    held = [design_id for design_id, number in on_hand(session, location_id=own).items() if number]
    if len(held) != 1:
        raise Invalid(phrase("Say of which design: it is clear only where somebody holds one."), field="design_id")
    return held[0]


def undo_hand_out(session: Session, *, claim_id: int, move_id: int, note: str, actor: Actor) -> int:
    """Takes back a hand-out of a claim that is still open; returns the id of the new move.

    Raises :class:`NotFound` for what is no hand-out of this claim; :class:`Conflict` once the claim is closed, and what
    :func:`app.stock.ledger.reverse_step` raises.
    """
    claim, _ = _lock_own(session, claim_id, actor)
    original = session.get(Move, move_id)
    own = original is not None and original.subject == Thing.CLAIM.named(claim_id)
    if original is None or not own or original.reason is not Reason.HAND_OUT:
        raise NotFound(NO_MOVE)
    if claim.status is not ClaimStatus.DEPUTIZED:
        so = phrase("A coordinator can correct what was handed out.")
        raise Conflict(verbatim("{now} {so}", now=SPOKEN.now[claim.status], so=so), current_status=claim.status.value)
    return reverse_step(session, move_id=move_id, note=note, actor=actor)


def book_late_hand_out(session: Session, *, claim_id: int, new: NewHandOut, sent_at: datetime, actor: Actor) -> int:
    """Books ribbons that were handed out before the claim ended, but told of after that; returns the move's id.

    Raises :class:`OutOfStock` where the champion does not hold them any more: then the final count is to be corrected.
    """
    claim, conference = _lock_own(session, claim_id, actor)
    return _book(session, claim, conference, _dated(new, conference, sent_at), actor)


def _check_dated(claim: Claim, conference: Conference, day: date, days_before: int, actor: Actor) -> None:
    """Raises :class:`Forbidden` to all but coordinators, :class:`Conflict` for a claim that was never accepted, and
    :class:`Invalid` for a day on which nobody can have handed out ribbons there."""
    if not actor.is_staff:
        raise Forbidden(phrase("Only a coordinator can say on which day it was. Leave the day out, or ask one."))
    if claim.status not in ENDED | {ClaimStatus.DEPUTIZED}:
        raise _not_accepted(claim)
    first = conference.starts_on - timedelta(days=days_before)
    last = min(conference.ends_on, today(conference.timezone))
    if not first <= day <= last:
        raise Invalid(phrase("This must be a day from {first} to {last}.", first=first, last=last), field="happened_on")


def _not_accepted(claim: Claim) -> Conflict:
    return Conflict(
        verbatim("{now} {so}", now=SPOKEN.now[claim.status], so=_WHILE_ACCEPTED),
        current_status=claim.status.value,
        allowed=sorted(ALLOWED[claim.status]),
    )


def reverse_move(session: Session, *, move_id: int, note: str, actor: Actor) -> int:
    """Takes a move back as :func:`app.stock.ledger.reverse_step` does, but none of a claim that is being closed."""
    _lock_claim_of(session, move_id)
    return reverse_step(session, move_id=move_id, note=note, actor=actor)


def correct_move(session: Session, *, move_id: int, quantity: int, note: str, actor: Actor) -> int:
    """Makes the quantity of a move right, as :func:`app.stock.ledger.correct_step` does, between close-outs as well.

    The account of a claim that is closed stays as it was given: what is worn at the conference is said by its level.
    """
    _lock_claim_of(session, move_id)
    return correct_step(session, move_id=move_id, quantity=quantity, note=note, actor=actor)


def close_claim(session: Session, *, claim_id: int, new: NewCloseOut, actor: Actor) -> None:
    """Closes a claim with its final account, and books what was not booked yet: further hand-outs, and losses.

    For each design: handed out + remaining + lost = what was handed out so far + what she holds. What remains counts as
    counted: it settles what moved before. Raises
    :class:`Conflict` before the conference begins or while a box for it is under way, :class:`Invalid` for an account
    that is off.
    """
    claim, conference = _lock_own(session, claim_id, actor)
    claim.status = check_transition(ALLOWED, spoken=SPOKEN, present=claim.status, to=ClaimStatus.CLOSED)
    _check_begun(conference, 0)
    _check_nothing_under_way(session, claim_id)
    own, worn = _locations(session, claim, conference)
    loss = system_location(session, Kind.LOSS)
    lock_levels(session, location_ids=(own, worn, loss), design_ids={line.design_id for line in new.lines})
    holds = on_hand(session, location_id=own)
    before = handed_out(session, claim_id=claim_id)
    lines = _account(session, new.lines, holds, before)
    transfers = []
    for line in lines:
        more = line.handed_out - before.get(line.design_id, 0)
        transfers += [
            Transfer(line.design_id, own, worn, more, Reason.HAND_OUT, new.note),
            Transfer(line.design_id, own, loss, line.lost, Reason.LOST, new.note),
        ]
    transfers = [transfer for transfer in transfers if transfer.quantity]
    move_ids = move(session, transfers, actor=actor, subject=Thing.CLAIM.named(claim_id))
    took = {(t.design_id, t.reason): move_id for t, move_id in zip(transfers, move_ids, strict=True)}
    # What remains was counted.
    counts = settle(session, location_id=own, moves={line.design_id: None for line in lines})
    session.add_all(
        CloseOutLine(
            claim_id=claim_id,
            **line.model_dump(),
            hand_out_move_id=took.get((line.design_id, Reason.HAND_OUT)),
            lost_move_id=took.get((line.design_id, Reason.LOST)),
            count_id=counts.get(line.design_id),
        )
        for line in lines
    )
    # After the last move, so that what was moved until then is what the account says.
    claim.close_note, claim.ended_at = new.note, utcnow()
    claim.version += 1


def _account(
    session: Session, lines: list[CloseLine], holds: dict[int, int], before: dict[int, int]
) -> list[CloseLine]:
    """The lines, if each design is there once and each balances."""
    named = {line.design_id: line for line in lines}
    if len(named) < len(lines):
        raise Invalid(EACH_ONCE, field="lines")
    check_designs(session, set(named), field="lines")
    had = {
        design_id: total
        for design_id in holds.keys() | before.keys()
        if (total := holds.get(design_id, 0) + before.get(design_id, 0))
    }
    if left_out := had.keys() - named.keys():
        missing = min(left_out)
        text = phrase(
            "{code} is missing from your final count: you had {n}.",
            code=code_of(session, design_id=missing),
            n=had[missing],
        )
        raise Invalid(text, field="lines")
    for number, line in enumerate(lines):
        total, handed = had.get(line.design_id, 0), before.get(line.design_id, 0)
        if line.handed_out < handed:
            raise Invalid(_less_than_recorded(handed), field=f"lines/{number}/handed_out")
        if line.handed_out + line.remaining + line.lost != total:
            text = phrase(
                "Your numbers add up to {sum}, but you had {total}: {handed} handed out and {held} with you. Please "
                "check handed out, left over and lost.",
                sum=line.handed_out + line.remaining + line.lost,
                total=total,
                handed=handed,
                held=total - handed,
            )
            raise Invalid(text, field=f"lines/{number}", total=total)
    return lines


def _less_than_recorded(handed: int) -> Text:
    return phrases(
        "{n} ribbon is already recorded as handed out, so the final count cannot be lower. If that is wrong, ask a "
        "coordinator to correct it.",
        "{n} ribbons are already recorded as handed out, so the final count cannot be lower. If that is wrong, ask a "
        "coordinator to correct it.",
        n=handed,
    )


def _check_begun(conference: Conference, days_before: int) -> None:
    first = conference.starts_on - timedelta(days=days_before)
    if today(conference.timezone) < first:
        when = phrase("You can do this from {date} (local date at the conference).", date=first)
        raise Conflict(when, opens_on=first)


def _check_nothing_under_way(session: Session, claim_id: int) -> None:
    statement = (
        select(col(Shipment.id))
        .where(col(Shipment.claim_id) == claim_id, col(Shipment.status).in_(UNDER_WAY))
        .order_by(col(Shipment.id))
    )
    under_way = [shipment_number(shipment_id) for shipment_id in session.scalars(statement)]
    if under_way:
        text = phrases(
            "This box is still open: {list}. Confirm it, cancel it or report it lost first.",
            "These boxes are still open: {list}. Confirm them, cancel them or report them lost first.",
            n=len(under_way),
            list=under_way,
        )
        raise Conflict(text, shipments=under_way)


def _lock_claim_of(session: Session, move_id: int) -> None:
    """Locks the claim that a move belongs to, if it belongs to one."""
    subject = session.scalar(select(col(Move.subject)).where(col(Move.id) == move_id)) or ""
    kind, _, number = subject.partition(":")
    if kind == Thing.CLAIM:
        lock_claim(session, claim_id=int(number))


def _locations(session: Session, claim: Claim, conference: Conference) -> tuple[int, int]:
    own = champion_location(session, person_id=claim.champion_id)
    return own, conference_location(session, conference_id=conference.id)


def _lock_own(session: Session, claim_id: int, actor: Actor) -> tuple[Claim, Conference]:
    claim = lock_claim(session, claim_id=claim_id)
    if not actor.may_touch(claim.champion_id):
        raise NotFound(NO_CLAIM)
    conference = session.get(Conference, claim.conference_id)
    assert conference is not None
    return claim, conference
