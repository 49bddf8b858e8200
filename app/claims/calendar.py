"""The calendar: conferences with their claims. The list of them, and their edits."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.ending import forget_ends
from app.claims.models import OPEN, Claim, ClaimStatus
from app.claims.queries import champions, has_room
from app.claims.service import check_elsewhere, fill_places
from app.conferences import service as conferences
from app.conferences.checking import folded
from app.conferences.models import OFF, SPOKEN, Conference, ConferenceStatus, Mode
from app.conferences.places import is_in
from app.conferences.schemas import ConferenceFilter, ConferenceOut, ConferenceStatusToday, SpecialtyInUse
from app.conferences.standing import is_claimable, is_held, is_over
from app.core.db import Statement, one
from app.core.errors import Conflict
from app.core.language import phrase, verbatim
from app.core.lifecycle import Version
from app.core.paging import Page, Paging, page
from app.core.subjects import Thing
from app.core.text import words
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters
from app.stock.locations import is_covered


def find_conferences(
    session: Session, *, paging: Paging, wanted: ConferenceFilter, actor: Actor
) -> Page[ConferenceOut]:
    """Conferences by their first day. ``q`` looks for each of its words in name, acronym, place and specialty.

    Those that were merged are there only where they are asked for.
    """
    statement = _conferences(actor).where(*_text_filters(wanted), *_plain_filters(wanted))
    if wanted.status is not None:
        statement = statement.where(_has_status(wanted.status))
    else:
        statement = statement.where(col(Conference.status) != ConferenceStatus.MERGED)
    if wanted.needs_champion is not None:
        needs = _needs_champion()
        statement = statement.where(needs if wanted.needs_champion else ~needs)
    order = [col(Conference.starts_on), col(Conference.id)]
    return page(session, statement, ConferenceOut, order=order, paging=paging)


def read_conference(session: Session, *, conference_id: int, actor: Actor) -> ConferenceOut:
    """One conference. Raises :class:`NotFound`, also for a proposal that is none of the actor's business."""
    statement = _conferences(actor).where(col(Conference.id) == conference_id)
    return one(session, statement, ConferenceOut, missing=conferences.NO_CONFERENCE)


def find_specialties(session: Session, *, paging: Paging) -> Page[SpecialtyInUse]:
    """The specialties of conferences that were accepted, by name, each as it was entered."""
    name = col(Conference.specialty)
    statement: Statement = (
        select(name, func.count().label("conferences"))
        .where(name != "", col(Conference.status) != ConferenceStatus.PROPOSED)
        .group_by(name)
    )
    return page(session, statement, SpecialtyInUse, order=[name], paging=paging)


def _text_filters(wanted: ConferenceFilter) -> Iterator[ColumnElement[bool]]:
    for word in words(wanted.q):
        yield col(Conference.search_text).contains(word, autoescape=True)
    if wanted.specialty is not None:
        yield col(Conference.folded_specialty) == folded(wanted.specialty)
    if wanted.city is not None:
        yield col(Conference.folded_city) == folded(wanted.city)


def _plain_filters(wanted: ConferenceFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield col(Conference.state) == wanted.state
    if wanted.country is not None:
        yield is_in(wanted.country)
    if wanted.mode is not None:
        yield col(Conference.mode) == wanted.mode
    if wanted.year is not None:
        yield col(Conference.starts_on).between(date(wanted.year, 1, 1), date(wanted.year, 12, 31))
    if wanted.covered is not None:
        yield is_covered() if wanted.covered else ~is_covered()
    if wanted.starts_after is not None:
        yield col(Conference.starts_on) > wanted.starts_after
    if wanted.starts_before is not None:
        yield col(Conference.starts_on) < wanted.starts_before


def _has_status(status: ConferenceStatusToday) -> ColumnElement[bool]:
    if status is ConferenceStatusToday.HELD:
        return is_held(Conference)
    kept = col(Conference.status) == ConferenceStatus(status)
    return and_(kept, ~is_over(Conference)) if status is ConferenceStatusToday.SCHEDULED else kept


def _needs_champion() -> ColumnElement[bool]:
    return and_(is_claimable(Conference), has_room())


def _conferences(actor: Actor) -> Statement:
    """Conferences that the actor may see: a proposal is its proposer's and the coordinators' until it is accepted."""
    derived = {"status", "went_virtual", "champions", "needs_champion"}
    held = literal(ConferenceStatusToday.HELD.value)
    statement: Statement = select(
        *(col(getattr(Conference, name)) for name in ConferenceOut.model_fields if name not in derived),
        case((is_held(Conference), held), else_=col(Conference.status)).label("status"),
        col(Conference.mode_before).is_not(None).label("went_virtual"),
        champions().label("champions"),
        _needs_champion().label("needs_champion"),
    )
    if actor.is_staff:
        return statement
    # A stranger has no number, and a stranger's proposal no proposer: the one is not the other.
    own = false() if actor.person_id is None else col(Conference.proposed_by) == actor.person_id
    return statement.where((col(Conference.status) != ConferenceStatus.PROPOSED) | own)


def update_conference(
    session: Session, *, conference_id: int, version: Version | None, changes: dict[str, Any]
) -> None:
    """Changes a conference, unless that would break what its claims rest on.

    Raises :class:`Conflict` where it would become virtual for those who claim it, would fall together with another
    conference of a deputized champion, or would move although ribbons were handed out there already.
    """
    before = conferences.lock_conference(session, conference_id=conference_id)
    if before.status in OFF:
        now, cannot = SPOKEN.now[before.status], phrase("It cannot be changed any more.")
        raise Conflict(verbatim("{now} {cannot}", now=now, cannot=cannot), current_status=before.status.value)
    days = before.starts_on, before.ends_on
    settled = {"starts_on", "ends_on", "mode", "country", "state"} & {
        name for name, value in changes.items() if value != getattr(before, name)
    }
    if settled and session.scalars(select(is_covered()).where(col(Conference.id) == conference_id)).one():
        text = phrase("Ribbons were handed out there, so its days, its place and its mode stay as they are.")
        raise Conflict(text)
    after = conferences.edit_conference_step(session, conference_id=conference_id, version=version, changes=changes)
    if "champion_limit" in changes:
        fill_places(session, conference=after)
    if "mode" in changes:
        forget_ends(session, conference_id=conference_id)
    moved = days != (after.starts_on, after.ends_on)
    open_claims = select(Claim).where(col(Claim.conference_id) == conference_id, col(Claim.status).in_(OPEN))
    for claim in session.scalars(open_claims.order_by(col(Claim.id))).all():
        if moved:
            _tell_moved(session, claim, days)
        if after.mode is Mode.VIRTUAL:
            virtual = phrase(
                "Champions have claimed this conference. Say that it goes virtual, which ends their claims."
            )
            raise Conflict(virtual, claim_id=claim.id)
        if claim.status is ClaimStatus.DEPUTIZED and moved:
            check_elsewhere(session, claim, after)


def _tell_moved(session: Session, claim: Claim, days: tuple[date, date]) -> None:
    was = {"was": [day.isoformat() for day in days]}
    subject = Thing.CLAIM.named(claim.id)
    queue_letters(session, LetterKind.CONFERENCE_MOVED, to=[claim.champion_id], subject=subject, facts=was)
