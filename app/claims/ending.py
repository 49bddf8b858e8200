"""Conferences that do not take place, or go virtual, end their claims; put back, they take them up again."""

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import NO_CLAIM, OPEN, Claim, ClaimStatus
from app.claims.service import (
    OF_A_DECISION,
    decline,
    fill_places,
    handed_out,
    has_place,
    is_elsewhere,
    read_line,
    revoke,
    tell,
)
from app.conferences import service as conferences
from app.conferences.models import SPOKEN, Conference, ConferenceStatus, Mode
from app.conferences.standing import is_over
from app.core.clock import utcnow
from app.core.db import columns, lock
from app.core.errors import Conflict
from app.core.language import Text, phrase
from app.core.subjects import Thing
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters, read_queued, take_out
from app.papers.links import restore_links_to
from app.people.models import Person
from app.people.service import tell_team
from app.stock.locations import is_covered

_OFF = (LetterKind.CONFERENCE_CANCELLED, LetterKind.CONFERENCE_VIRTUAL)
"""What is told of a claim whose conference does not take place."""

_VIRTUAL = phrase("This conference is virtual: nobody can hand out ribbons there.")


def cancel_conference(session: Session, *, conference_id: int, actor: Actor) -> None:
    """Marks that a conference will not take place, and ends its claims, as if each were declined or revoked.

    A claim for which ribbons have been handed out already stays, to be closed out.
    """
    conferences.cancel_conference_step(session, conference_id=conference_id)
    why = SPOKEN.now[ConferenceStatus.CANCELLED]
    _end_claims(session, conference_id, why, LetterKind.CONFERENCE_CANCELLED, actor)


def go_virtual(session: Session, *, conference_id: int, actor: Actor) -> None:
    """Marks that nobody travels to a conference any more, which stays on the calendar, and ends its claims.

    Raises :class:`Conflict` where ribbons were handed out there, where it is over, virtual or not on the calendar.
    """
    conferences.go_virtual_step(session, conference_id=conference_id)
    if session.scalars(select(is_covered()).where(col(Conference.id) == conference_id)).one():
        raise Conflict(phrase("Ribbons were handed out there, so its days, its place and its mode stay as they are."))
    _end_claims(session, conference_id, _VIRTUAL, LetterKind.CONFERENCE_VIRTUAL, actor)


def schedule_conference(session: Session, *, conference_id: int, actor: Actor) -> None:
    """Puts a conference on the calendar that is a proposal or was cancelled, with its claims as they were."""
    conference = conferences.schedule_conference_step(session, conference_id=conference_id)
    _take_up_claims(session, conference, actor)


def restore_conference(session: Session, *, conference_id: int, actor: Actor) -> None:
    """Takes back that a conference was cancelled, or went virtual.

    The claims that ended with it are what they were. Where that is not possible any more, because their champion is
    elsewhere on these days now, they wait in line again; they stay as they are where an account is inactive, and
    requests where the conference is over. What was packed for them was released, and is packed anew.
    """
    conference = conferences.restore_conference_step(session, conference_id=conference_id)
    _take_up_claims(session, conference, actor)


def forget_ends(session: Session, *, conference_id: int) -> None:
    """Forgets what claims were before their conference ended them: that is not taken back any more."""
    session.exec(update(Claim).where(col(Claim.conference_id) == conference_id).values(status_before=None))


def _take_up_claims(session: Session, conference: Conference, actor: Actor) -> None:
    before = []
    ended = col(Claim.conference_id) == conference.id, col(Claim.status_before).is_not(None)
    for claim in session.scalars(select(Claim).where(*ended).order_by(col(Claim.id)).with_for_update()).all():
        before.append((claim, claim.status_before))
        _take_up_again(session, claim=claim, conference=conference, actor=actor)
    session.flush()
    # Whoever was first in line is told only of a place whose champion cannot have it back.
    lost = sum(was is ClaimStatus.DEPUTIZED is not claim.status for claim, was in before)
    room, first = read_line(session, conference)
    fill_places(session, conference=conference, before=(room - lost, first))


def _take_up_again(session: Session, *, claim: Claim, conference: Conference, actor: Actor) -> None:
    """Puts a claim back to what it was when its conference ended it, as far as that is still possible.

    Does nothing where people do not travel to the conference, and with a request where it is over. The claim is locked.
    """
    before, ended_at = claim.status_before, claim.ended_at
    over = is_over(conference)
    champion = lock(session, Person, claim.champion_id, missing=NO_CLAIM)
    if before is None or ended_at is None or conference.mode is Mode.VIRTUAL:
        return
    claim.status_before = None
    if not champion.active:
        return
    fell = before is ClaimStatus.DEPUTIZED and bool(
        is_elsewhere(session, claim, conference) or not has_place(session, conference)
    )
    if fell:
        before = ClaimStatus.REQUESTED
    if before is ClaimStatus.REQUESTED and over:
        return
    claim.status, claim.ended_at, claim.decision_note = before, None, ""
    decided = before is ClaimStatus.DEPUTIZED
    claim.decided_by, claim.decided_at = (actor.person_id, utcnow()) if decided else (None, None)
    claim.version += 1
    restore_links_to(session, subject=Thing.CLAIM.named(claim.id), since=ended_at)
    _tell_again(session, claim, fell=fell)
    session.flush()


def _tell_again(session: Session, claim: Claim, *, fell: bool) -> None:
    """Has told what a claim is again, to those who have heard that it ended, or not heard of it before it did."""
    subject = Thing.CLAIM.named(claim.id)
    off = read_queued(session, subject=subject, kinds=_OFF)
    take_out(session, subject=subject, kinds=_OFF)
    untold = {LetterKind(kind) for facts in off.values() for kind in facts["untold"]}
    if claim.status is ClaimStatus.DEPUTIZED:
        if not off or LetterKind.DEPUTIZED in untold:
            tell(session, claim, LetterKind.DEPUTIZED)
        return
    if LetterKind.NEXT_IN_LINE in untold:
        tell(session, claim, LetterKind.NEXT_IN_LINE)
    if not off or fell or LetterKind.NEW_CLAIM in untold:
        tell_team(session, LetterKind.NEW_CLAIM, subject=subject, but=[claim.champion_id])


def _end_claims(session: Session, conference_id: int, why: Text, told: LetterKind, actor: Actor) -> None:
    open_claims = (
        select(col(Claim.id), col(Claim.status), col(Claim.champion_id), col(Person.language))
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .where(col(Claim.conference_id) == conference_id, col(Claim.status).in_(OPEN))
        .order_by(col(Claim.id))
    )
    for claim_id, status, champion_id, language in columns(session, open_claims).all():
        note, subject = why.say(language), Thing.CLAIM.named(claim_id)
        untold = sorted(read_queued(session, subject=subject, kinds=OF_A_DECISION))
        queue_letters(session, told, to=[champion_id], subject=subject, facts={"untold": untold})
        if status is ClaimStatus.REQUESTED:
            decline(session, claim_id=claim_id, note=note, actor=actor)
        elif not any(handed_out(session, claim_id=claim_id).values()):
            revoke(session, claim_id=claim_id, note=note, actor=actor)
        else:
            continue
        take_out(session, subject=subject, kinds=[LetterKind.DECLINED, LetterKind.REVOKED])  # one letter says it all
        session.get_one(Claim, claim_id).status_before = status
