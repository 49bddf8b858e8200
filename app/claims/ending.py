"""Conferences that do not take place, or go virtual, end their claims; put back, they take them up again."""

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import OPEN, Claim, ClaimStatus
from app.claims.service import decline, fill_places, handed_out, revoke, take_up_again
from app.conferences import service as conferences
from app.conferences.models import SPOKEN, Conference, ConferenceStatus
from app.core.db import columns
from app.core.errors import Conflict
from app.core.language import Text, phrase
from app.core.subjects import Thing
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters, take_out
from app.people.models import Person
from app.stock.locations import is_covered

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
    ended = col(Claim.conference_id) == conference.id, col(Claim.status_before).is_not(None)
    for claim in session.scalars(select(Claim).where(*ended).order_by(col(Claim.id)).with_for_update()).all():
        take_up_again(session, claim=claim, conference=conference, actor=actor)
    fill_places(session, conference=conference)


def _end_claims(session: Session, conference_id: int, why: Text, told: LetterKind, actor: Actor) -> None:
    open_claims = (
        select(col(Claim.id), col(Claim.status), col(Claim.champion_id), col(Person.language))
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .where(col(Claim.conference_id) == conference_id, col(Claim.status).in_(OPEN))
        .order_by(col(Claim.id))
    )
    for claim_id, status, champion_id, language in columns(session, open_claims).all():
        note, subject = why.say(language), Thing.CLAIM.named(claim_id)
        queue_letters(session, told, to=[champion_id], subject=subject)
        if status is ClaimStatus.REQUESTED:
            decline(session, claim_id=claim_id, note=note, actor=actor)
        elif not any(handed_out(session, claim_id=claim_id).values()):
            revoke(session, claim_id=claim_id, note=note, actor=actor)
        else:
            continue
        take_out(session, subject=subject, kinds=[LetterKind.DECLINED, LetterKind.REVOKED])  # one letter says it all
        session.get_one(Claim, claim_id).status_before = status
