"""What happened but was told of too late: a coordinator books it after all, or dismisses it."""

import json
from collections.abc import Callable
from typing import Any

from app.acts.act import Work
from app.acts.entries import LateEntry, LateEntryOut, LateStatus, settle, waiting
from app.claims import acts as claims
from app.claims.closing import book_late_hand_out
from app.claims.schemas import NewHandOut
from app.core.subjects import Subject, Thing
from app.meetups import acts as meetups
from app.meetups.schemas import LateMeetup
from app.meetups.service import record_late_meetup


def _hand_out(work: Work, late: LateEntry, *, claim_id: int, body: dict[str, Any]) -> Subject:
    new = NewHandOut.model_validate(body)
    move_id = book_late_hand_out(work.session, claim_id=claim_id, new=new, sent_at=late.created_at, actor=work.actor)
    return Thing.MOVE.named(move_id)


def _meetup(work: Work, late: LateEntry, *, body: dict[str, Any], unnamed: int = 0) -> Subject:
    meetup_id = record_late_meetup(
        work.session,
        new=LateMeetup.model_validate(body),
        unnamed=unnamed,
        rules=work.rules,
        key=work.key,
        recorder_id=late.person_id,
    )
    return Thing.MEETUP.named(meetup_id)


_BOOKED_BY: dict[str, Callable[..., Subject]] = {claims.hand_out.name: _hand_out, meetups.record_meetup.name: _meetup}
"""How what came too late is booked, by the act that it was sent to."""


def book(work: Work, *, late_id: int) -> LateEntryOut:
    """Books a late entry as if it had come in time; who sent it gets that answer from now on.

    Raises :class:`NotFound`, :class:`Conflict` where it is settled already, and whatever the books refuse.
    """
    late = waiting(work.session, late_id=late_id)
    made = _BOOKED_BY[late.act](work, late, **json.loads(late.given))
    return settle(work.session, late, status=LateStatus.BOOKED, made=made)


def dismiss(work: Work, *, late_id: int) -> LateEntryOut:
    """Puts a late entry aside. Raises :class:`NotFound`, :class:`Conflict` where it is settled already."""
    late = waiting(work.session, late_id=late_id)
    return settle(work.session, late, status=LateStatus.DISMISSED)
