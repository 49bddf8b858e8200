"""Verbs about claims until the conference begins: claim, deputize, decline, withdraw, revoke, expire."""

from collections import Counter
from datetime import timedelta

from sqlmodel import Session, col, func, select

from app.acts.policy import Actor
from app.claims.models import ALLOWED, NO_CLAIM, OPEN, SPOKEN, Claim, ClaimStatus
from app.claims.queries import champions, has_room, in_line
from app.claims.schemas import NewClaim
from app.conferences import models as conferences
from app.conferences.models import Conference, ConferenceStatus
from app.conferences.service import lock_conference
from app.conferences.standing import is_claimable, is_over
from app.core.clock import day_of, today, utcnow
from app.core.db import columns, lock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import Text, phrase, phrases, verbatim
from app.core.lifecycle import check_transition
from app.core.rules import Rules
from app.core.subjects import Thing
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters, take_out
from app.papers.links import revoke_links_to
from app.people.models import Person
from app.people.service import tell_team
from app.shipments.service import release_for_claim_step
from app.stock.models import Kind, Location, Move


def claim_conference(session: Session, *, conference_id: int, new: NewClaim, rules: Rules, actor: Actor) -> int:
    """Asks for a conference, or for the one that it was merged into, and returns the claim's id.

    A coordinator may do so for somebody else.

    A trusted champion is deputized at once if the conference has room for one; everybody else waits in line. Raises
    :class:`Conflict` for a conference that is virtual, proposed, cancelled or past, and for a second open claim.
    """
    champion = _champion(session, new, actor)
    conference = lock_conference(session, conference_id=conference_id)
    if conference.merged_into is not None:
        conference = lock_conference(session, conference_id=conference.merged_into)
    conference_id = conference.id
    _check_claimable(conference)
    open_claim = session.scalar(
        select(col(Claim.id)).where(
            col(Claim.conference_id) == conference_id,
            col(Claim.champion_id) == champion.id,
            col(Claim.status).in_(OPEN),
        )
    )
    own = champion.id == actor.person_id
    if open_claim is not None:
        yours = phrase("You already have an open claim for this conference.")
        theirs = phrase("{name} already has an open claim for this conference.", name=champion.name)
        raise Conflict(yours if own else theirs, claim_id=open_claim)
    if own:
        _check_open_claims(session, champion.id, rules.open_claims)
    claim = Claim(
        conference_id=conference_id,
        champion_id=champion.id,
        ribbons_requested=new.ribbons_requested,
        note=new.note,
    )
    session.add(claim)
    session.flush()
    if champion.trusted and has_place(session, conference):
        _deputize(session, claim, conference, decided_by=None, told=not own)
    else:
        tell_team(session, LetterKind.NEW_CLAIM, subject=Thing.CLAIM.named(claim.id), but=[actor.person_id])
    return claim.id


def expire_requests(session: Session, *, rules: Rules) -> int:
    """Declines requests that nobody decided in time; returns how many.

    A request runs out ``request_expiry_days`` before its conference; one that was made later runs out with it.
    """
    days = timedelta(days=rules.request_expiry_days)
    statement = (
        select(Claim, col(Conference.starts_on), is_over(Conference), col(Person.language))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .where(col(Claim.status) == ClaimStatus.REQUESTED, col(Conference.starts_on) <= today(rules.timezone) + days)
        .order_by(col(Claim.id))
        .with_for_update(of=Claim, skip_locked=True)
    )
    expired = [
        (claim, language)
        for claim, starts_on, over, language in session.exec(statement)
        if over or day_of(claim.created_at, rules.timezone) < starts_on - days
    ]
    for claim, language in expired:
        claim.status, claim.ended_at, claim.decided_at = ClaimStatus.DECLINED, utcnow(), utcnow()
        claim.decision_note = phrase("Nobody decided in time: the request has expired.").say(language)
        claim.version += 1
        tell(session, claim, LetterKind.DECLINED)
    return len(expired)


def deputize(session: Session, *, claim_id: int, note: str, actor: Actor) -> None:
    """Accepts a claim.

    Raises :class:`Conflict` where the conference has its champions already, or where the champion is elsewhere then.
    """
    conference = _lock_conference_of(session, claim_id)
    claim = lock_claim(session, claim_id=claim_id)
    check_transition(ALLOWED, spoken=SPOKEN, present=claim.status, to=ClaimStatus.DEPUTIZED)
    _check_claimable(conference)
    if not has_place(session, conference):
        raise Conflict(_all_taken(conference.champion_limit), champion_limit=conference.champion_limit)
    claim.decision_note = note
    _deputize(session, claim, conference, decided_by=actor.person_id)


def decline(session: Session, *, claim_id: int, note: str, actor: Actor) -> None:
    """Turns a request down."""
    conference = _lock_conference_of(session, claim_id)
    before = read_line(session, conference)
    claim = _end(session, claim_id, ClaimStatus.DECLINED)
    claim.decision_note, claim.decided_by, claim.decided_at = note, actor.person_id, utcnow()
    tell(session, claim, LetterKind.DECLINED)
    fill_places(session, conference=conference, before=before)


def withdraw(session: Session, *, claim_id: int, note: str, actor: Actor) -> None:
    """Takes back the actor's own claim. What was packed for it is released; what was sent is to be recovered.

    Raises :class:`Conflict` after the first hand-out: then the claim is closed out instead.
    """
    conference = _lock_conference_of(session, claim_id)
    claim = lock_claim(session, claim_id=claim_id)
    if claim.champion_id != actor.person_id:
        if actor.is_staff:
            raise Forbidden(phrase("Only the person who made a claim can withdraw it. You can decline or revoke it."))
        raise NotFound(NO_CLAIM)
    before = read_line(session, conference)
    _end(session, claim_id, ClaimStatus.WITHDRAWN).close_note = note
    _refuse_after_hand_out(session, claim_id)
    release_for_claim_step(session, claim_id=claim_id, actor=actor)
    fill_places(session, conference=conference, before=before)


def revoke(session: Session, *, claim_id: int, note: str, actor: Actor) -> None:
    """Takes the conference from a deputized champion; stock is treated as in :func:`withdraw`."""
    conference = _lock_conference_of(session, claim_id)
    before = read_line(session, conference)
    claim = _end(session, claim_id, ClaimStatus.REVOKED)
    _refuse_after_hand_out(session, claim_id)
    claim.decision_note, claim.decided_by = note, actor.person_id
    tell(session, claim, LetterKind.REVOKED)
    release_for_claim_step(session, claim_id=claim_id, actor=actor)
    fill_places(session, conference=conference, before=before)


Line = tuple[int, int | None]
"""How many places of a conference are free, and which claim is first in line for them."""


def read_line(session: Session, conference: Conference) -> Line:
    """The line of a conference as it is now, for :func:`fill_places`. The conference is locked."""
    taken = session.scalars(select(champions()).where(col(Conference.id) == conference.id)).one()
    requests = col(Claim.conference_id) == conference.id, col(Claim.status) == ClaimStatus.REQUESTED
    first = session.scalar(select(col(Claim.id)).where(*requests).order_by(in_line()).limit(1))
    return max(conference.champion_limit - taken, 0), first


def fill_places(session: Session, *, conference: Conference, before: Line) -> None:
    """Gives free places to those who are first in line, as long as they are trusted and can go.

    Whoever is not waits for a coordinator, and so does everybody behind; of that they are told where they were not
    first in line before, or have more room now. The conference is locked.
    """
    if not is_claimable(conference):
        return
    room, _ = read_line(session, conference)
    waiting = (
        select(Claim, col(Person.trusted) & col(Person.active))
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .where(col(Claim.conference_id) == conference.id, col(Claim.status) == ClaimStatus.REQUESTED)
        .order_by(in_line())
        .limit(room)
    )
    for claim, may_go in session.exec(waiting).all():
        if not may_go:
            if claim.id != before[1] or room > before[0]:
                tell(session, claim, LetterKind.NEXT_IN_LINE)
            return
        try:
            _deputize(session, claim, conference, decided_by=None)
        except Conflict:
            return


def tell(session: Session, claim: Claim, kind: LetterKind) -> None:
    """Has the champion told of a claim, unless that is undone at once; nothing else is told of it any more."""
    subject = Thing.CLAIM.named(claim.id)
    # Whoever is next in line still waits for the coordinators, who may not know as yet.
    kept = {LetterKind.NEW_CLAIM} if kind is LetterKind.NEXT_IN_LINE else set()
    take_out(session, subject=subject, kinds=OF_A_DECISION - kept)
    queue_letters(session, kind, to=[claim.champion_id], subject=subject)


OF_A_DECISION = frozenset(
    {
        LetterKind.DEPUTIZED,
        LetterKind.DECLINED,
        LetterKind.REVOKED,
        LetterKind.NEXT_IN_LINE,
        LetterKind.NEW_CLAIM,
    }
)
"""What is told of a claim that is open; the next decision makes it old."""


def lock_claim(session: Session, *, claim_id: int) -> Claim:
    """The claim, locked until the unit of work ends. Raises :class:`NotFound`."""
    return lock(session, Claim, claim_id, missing=NO_CLAIM)


def handed_out(session: Session, *, claim_id: int) -> dict[int, int]:
    """Ribbons handed out for a claim so far, by design, less what was taken back and as corrected."""
    total: Counter[int] = Counter()
    for end, sign in ((col(Move.target_id), 1), (col(Move.source_id), -1)):
        statement = (
            select(col(Move.design_id), func.sum(col(Move.quantity)))
            .join(Location, col(Location.id) == end)
            .where(col(Move.subject) == Thing.CLAIM.named(claim_id), col(Location.kind) == Kind.CONFERENCE)
            .group_by(col(Move.design_id))
        )
        for design_id, quantity in columns(session, statement):
            total[design_id] += sign * int(quantity)
    return total


def _deputize(
    session: Session, claim: Claim, conference: Conference, decided_by: int | None, *, told: bool = True
) -> None:
    # The person's lock keeps two coordinators from deputizing her for two conferences of the same days at once.
    champion = lock(session, Person, claim.champion_id, missing=NO_CLAIM)
    if not champion.active:
        text = phrase(
            "{name}'s account is inactive, so this claim cannot be accepted. Decline it, or reactivate the account.",
            name=champion.name,
        )
        raise Conflict(text)
    check_elsewhere(session, claim, conference)
    claim.status = ClaimStatus.DEPUTIZED
    claim.decided_by, claim.decided_at = decided_by, utcnow()
    claim.version += 1
    if told:
        tell(session, claim, LetterKind.DEPUTIZED)


def check_elsewhere(session: Session, claim: Claim, conference: Conference) -> None:
    """Raises :class:`Conflict` where the champion of a claim is deputized for another conference of the same days."""
    other = is_elsewhere(session, claim, conference)
    if other is not None:
        name = session.scalars(select(col(Person.name)).where(col(Person.id) == claim.champion_id)).one()
        text = phrase("{name} is already the champion for {other} on these dates.", name=name, other=other)
        raise Conflict(text, conference_name=other)


def is_elsewhere(session: Session, claim: Claim, conference: Conference) -> str | None:
    """The name of another conference of the same days for which the champion of a claim is deputized."""
    return session.scalar(
        select(col(Conference.name))
        .join(Claim, col(Claim.conference_id) == col(Conference.id))
        .where(
            col(Claim.champion_id) == claim.champion_id,
            col(Claim.status) == ClaimStatus.DEPUTIZED,
            col(Conference.id) != conference.id,
            col(Conference.starts_on) <= conference.ends_on,
            col(Conference.ends_on) >= conference.starts_on,
        )
    )


def _end(session: Session, claim_id: int, to: ClaimStatus) -> Claim:
    claim = lock_claim(session, claim_id=claim_id)
    claim.status = check_transition(ALLOWED, spoken=SPOKEN, present=claim.status, to=to)
    claim.ended_at = utcnow()
    claim.version += 1
    revoke_links_to(session, subject=Thing.CLAIM.named(claim_id))
    return claim


def has_place(session: Session, conference: Conference) -> bool:
    """Whether a place for a champion is free at a conference."""
    return bool(session.scalar(select(has_room()).where(col(Conference.id) == conference.id)))


def _all_taken(limit: int) -> Text:
    return phrases(
        "This conference already has its champion. Allow more champions, or decline this claim.",
        "This conference already has its champions ({n}). Allow more champions, or decline this claim.",
        n=limit,
    )


def _check_open_claims(session: Session, champion_id: int, most: int) -> None:
    lock(session, Person, champion_id, missing=NO_CLAIM)
    own = select(func.count()).where(col(Claim.champion_id) == champion_id, col(Claim.status).in_(OPEN))
    if session.scalars(own).one() >= most:
        text = phrases(
            "You have {n} open claim, which is the most one may have. Close or withdraw it first.",
            "You have {n} open claims, which is the most one may have. Close or withdraw one first.",
            n=most,
        )
        raise Conflict(text, most=most)


def _check_claimable(conference: Conference) -> None:
    if is_claimable(conference):
        return
    if conference.status is not ConferenceStatus.SCHEDULED:
        so = phrase("It cannot be claimed.")
        raise Conflict(verbatim("{now} {so}", now=conferences.SPOKEN.now[conference.status], so=so))
    if is_over(conference):
        raise Conflict(conferences.OVER, ended_on=conference.ends_on)
    raise Conflict(phrase("This conference is virtual: nobody can hand out ribbons there."))


def _refuse_after_hand_out(session: Session, claim_id: int) -> None:
    if any(handed_out(session, claim_id=claim_id).values()):
        text = phrase("Ribbons have been handed out for this claim. Send its final count instead.")
        raise Conflict(text, allowed=["closed"])


def conference_of(session: Session, claim_id: int) -> int:
    """The id of the conference that a claim is for. Raises :class:`NotFound`."""
    found = session.scalar(select(col(Claim.conference_id)).where(col(Claim.id) == claim_id))
    if found is None:
        raise NotFound(NO_CLAIM)
    return found


def _lock_conference_of(session: Session, claim_id: int) -> Conference:
    return lock_conference(session, conference_id=conference_of(session, claim_id))


def _champion(session: Session, new: NewClaim, actor: Actor) -> Person:
    """For whom a conference is claimed: oneself, or whom a coordinator names."""
    champion_id = actor.person_id if new.champion_id is None else new.champion_id
    if champion_id is None:
        raise Conflict(phrase("Only a person can go to a conference; this is the shell."))
    if champion_id != actor.person_id and not actor.is_staff:
        raise Forbidden(phrase("You can claim a conference for yourself only. A coordinator can claim it for others."))
    champion = session.get(Person, champion_id)
    if champion is None or champion.erased_at is not None:
        raise Invalid(phrase("There is no such person."), field="champion_id")
    if not champion.active:
        raise Conflict(phrase("{name}'s account is inactive. Reactivate it first.", name=champion.name))
    return champion
