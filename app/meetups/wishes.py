"""Verbs about those who ask to be named, by the code of a champion's paper: it waits for the champion's answer."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import NO_CLAIM, SERVED, SPOKEN, Claim
from app.conferences.models import Conference, ConferenceStatus
from app.core.clock import today, utcnow
from app.core.db import Statement, columns, lock
from app.core.errors import Conflict, NotFound
from app.core.keys import ServerKey
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.meetups.models import Participant, ParticipantStatus, Wish
from app.meetups.schemas import CardOut, NewMeetup, NewWish, WishFilter, WishOut
from app.meetups.service import DAYS_AROUND, record_meetup
from app.members.handles import Handle
from app.members.schemas import HandleIn
from app.members.service import parse
from app.papers.links import resolve
from app.papers.stamping import lasting_code, link_to, readable

WISH_DAYS = 30
"""So long a code takes names after its conference, and so long one waits for the champion."""

MOST_WISHES = 500
"""As many wait for one champion at once."""

_MISSING = phrase("Nobody asks for this any more.")
_NO_MORE = phrase("This code takes no names any more. Ask whoever you met to name you.")
_TOO_EARLY = phrase("The conference has not begun. Come back when you have met.")
_TOO_MANY = phrase("Many people are waiting here already. Ask whoever you met to name you.")


def wish(session: Session, *, new: NewWish, rules: Rules) -> int:
    """Notes that somebody asks to be named by a champion; the wish's id. Asking twice is asking once.

    Nothing is told, or done differently, by whether anybody here has the handle. Raises :class:`NotFound` for an
    unknown code, :class:`Invalid` for what is no handle, :class:`Conflict` where the code takes no names.
    """
    found = resolve(session, letter="M", code=new.code)
    if found.revoked:
        raise Conflict(_NO_MORE)
    handle = parse(HandleIn(handle=new.handle, platform=new.platform), rules=rules)
    claim_id = Thing.CLAIM.number_in(Subject(found.subject))
    where = _open_place(session, claim_id)
    known = session.scalar(
        select(Wish).where(
            col(Wish.claim_id) == claim_id,
            col(Wish.platform) == handle.platform,
            col(Wish.canonical) == handle.canonical,
        )
    )
    if known is not None:
        return known.id
    if where.waiting >= MOST_WISHES:
        raise Conflict(_TOO_MANY)
    made = Wish(
        claim_id=claim_id,
        platform=handle.platform,
        canonical=handle.canonical,
        display=handle.display,
        url=handle.url,
        met_on=_near(where.today, where.first, where.last),
        shown=new.shown,
    )
    session.add(made)
    session.flush()
    return made.id


def _near(day: date, first: date, last: date) -> date:
    """The day on which they can have met that is nearest to this one, by the days of their conference."""
    around = timedelta(days=DAYS_AROUND)
    return min(max(day, first - around), last + around)


def card(session: Session, *, claim_id: int, rules: Rules, actor: Actor) -> CardOut:
    """The code by which people ask to be named: the one on the kit's card, or a new one that the kit will have.

    Raises :class:`NotFound`, also where it is none of the actor's business, and :class:`Conflict` for a claim that is
    not accepted.
    """
    claim = lock(session, Claim, claim_id, missing=NO_CLAIM)
    if not actor.may_touch(claim.champion_id):
        raise NotFound(NO_CLAIM)
    if claim.status not in SERVED:
        raise Conflict(SPOKEN.now[claim.status], current_status=claim.status.value)
    code = lasting_code(session, letter="M", subject=Thing.CLAIM.named(claim_id))
    return CardOut(claim_id=claim_id, code=readable(code), url=link_to(rules.public_url, "M", code))


class _Place(NamedTuple):
    first: date
    last: date
    today: date
    waiting: int


def _open_place(session: Session, claim_id: int) -> _Place:
    waiting = select(func.count()).where(col(Wish.claim_id) == claim_id).scalar_subquery()
    statement = (
        select(
            col(Claim.status),
            col(Conference.status),
            col(Conference.starts_on),
            col(Conference.ends_on),
            col(Conference.timezone),
            waiting,
        )
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.id) == claim_id)
    )
    status, on, first, last, zone, number = columns(session, statement).one()
    now = today(zone)
    if status not in SERVED or on is not ConferenceStatus.SCHEDULED or now > last + timedelta(days=WISH_DAYS):
        raise Conflict(_NO_MORE)
    if now < first - timedelta(days=DAYS_AROUND):
        raise Conflict(_TOO_EARLY)
    return _Place(first, last, now, number)


def find_wishes(session: Session, *, paging: Paging, wanted: WishFilter, actor: Actor) -> Page[WishOut]:
    """Who asks to be named, the first to ask first: by all champions for coordinators, else by the actor."""
    own = ("conference_id", "conference_name")
    statement: Statement = (
        select(
            *(col(getattr(Wish, name)) for name in WishOut.model_fields if name not in own),
            col(Claim.conference_id),
            col(Conference.name).label("conference_name"),
        )
        .join(Claim, col(Claim.id) == col(Wish.claim_id))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
    )
    if not actor.is_staff:
        statement = statement.where(col(Claim.champion_id) == actor.person_id)
    if wanted.claim_id is not None:
        statement = statement.where(col(Wish.claim_id) == wanted.claim_id)
    return page(session, statement, WishOut, order=[col(Wish.id)], paging=paging)


def grant(session: Session, *, wish_id: int, rules: Rules, key: ServerKey, actor: Actor) -> int:
    """The champion met her: records it, as if the champion had typed her handle; the meetup's id.

    She is named by that and no more: who confirms is the owner of the handle. Where the conference has other days than
    when she asked, it is on the nearest. Raises :class:`NotFound`, also where it is none of the actor's business, and
    what :func:`record_meetup` raises.
    """
    known, conference_id = _of(session, wish_id, actor)
    person = HandleIn(handle=known.display, platform=known.platform)
    conference = session.get_one(Conference, conference_id)
    met_on = _near(known.met_on, conference.starts_on, conference.ends_on)
    new = NewMeetup(conference_id=conference_id, happened_on=met_on, people=[person])
    meetup_id = record_meetup(session, new=new, rules=rules, key=key, actor=actor)
    hers = col(Participant.meetup_id) == meetup_id, col(Participant.status) == ParticipantStatus.NAMED
    session.exec(update(Participant).where(*hers).values(shown=known.shown))
    session.delete(known)
    session.flush()
    return meetup_id


def refuse(session: Session, *, wish_id: int, actor: Actor) -> None:
    """The champion did not meet her: nothing of it is kept. Raises :class:`NotFound`."""
    known, _ = _of(session, wish_id, actor)
    session.delete(known)
    session.flush()


def _of(session: Session, wish_id: int, actor: Actor) -> tuple[Wish, int]:
    """A wish, locked, and the conference that it is about."""
    known = lock(session, Wish, wish_id, missing=_MISSING)
    own = select(col(Claim.champion_id), col(Claim.conference_id)).where(col(Claim.id) == known.claim_id)
    champion_id, conference_id = columns(session, own).one()
    if not actor.may_touch(champion_id):
        raise NotFound(_MISSING)
    return known, conference_id


def forget_wishes_of(session: Session, *, handles: list[Handle]) -> None:
    """Removes what was asked under these handles."""
    for handle in handles:
        session.exec(delete(Wish).where(col(Wish.platform) == handle.platform, col(Wish.canonical) == handle.canonical))


def forget_wishes_to(session: Session, *, person_id: int) -> None:
    """Removes what a champion was asked, who will answer no more."""
    own = select(col(Claim.id)).where(col(Claim.champion_id) == person_id)
    session.exec(delete(Wish).where(col(Wish.claim_id).in_(own)))


def forget_wishes(session: Session) -> int:
    """Removes what nobody has answered in time; how many."""
    return session.exec(delete(Wish).where(col(Wish.created_at) < utcnow() - timedelta(days=WISH_DAYS))).rowcount
