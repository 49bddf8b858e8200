"""The calendar: conferences with their claims. The list of them, and their edits."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, case, func, literal, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.ending import forget_ends
from app.claims.models import OPEN, Claim, ClaimStatus
from app.claims.queries import champions, has_room
from app.claims.service import check_elsewhere, fill_places, read_line
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
from app.core.statements import Conditions, built_once, filtered
from app.core.subjects import Thing
from app.core.text import words
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters, read_queued, take_out
from app.stock.locations import is_covered


def find_conferences(
    session: Session, *, paging: Paging, wanted: ConferenceFilter, actor: Actor
) -> Page[ConferenceOut]:
    """Conferences by their first day. ``q`` looks for each of its words in name, acronym, place and specialty.

    Those that were merged are there only where they are asked for.
    """
    statement = _conferences() if wanted.status is not None else _unmerged()
    statement, given = filtered(statement, _FILTERS, {**_asked(wanted), "seen_by": actor.sees_only})
    if further := [*_further_filters(wanted), *_standing_filters(wanted)]:
        statement = statement.where(*further)
    order = [col(Conference.starts_on), col(Conference.id)]
    return page(session, statement, ConferenceOut, order=order, paging=paging, given=given)


def read_conference(session: Session, *, conference_id: int, actor: Actor) -> ConferenceOut:
    """One conference. Raises :class:`NotFound`, also for a proposal that is none of the actor's business."""
    statement, given = filtered(_conferences(), _FILTERS, {"conference_id": conference_id, "seen_by": actor.sees_only})
    return one(session, statement, ConferenceOut, missing=conferences.NO_CONFERENCE, **given)


def find_specialties(session: Session, *, paging: Paging) -> Page[SpecialtyInUse]:
    """The specialties of conferences that were accepted, by name, each as it was entered."""
    name = col(Conference.specialty)
    statement: Statement = (
        select(name, func.count().label("conferences"))
        .where(name != "", col(Conference.status) != ConferenceStatus.PROPOSED)
        .group_by(name)
    )
    return page(session, statement, SpecialtyInUse, order=[name], paging=paging)


def matching(wanted: ConferenceFilter) -> Iterator[ColumnElement[bool]]:
    """What a conference must be to be among those wanted, whoever asks."""
    for name, value in _asked(wanted).items():
        if name in _FILTERS and value is not None:
            yield _FILTERS[name](bindparam(name, value, unique=True))
    yield from _further_filters(wanted)
    yield from _standing_filters(wanted)


def _asked(wanted: ConferenceFilter) -> dict[str, Any]:
    """What is asked for, as it is compared."""
    return {
        **dict(wanted),
        "specialty": None if wanted.specialty is None else folded(wanted.specialty),
        "city": None if wanted.city is None else folded(wanted.city),
    }


def _is_visible(person_id: BindParameter[int]) -> ColumnElement[bool]:
    """A proposal is its proposer's and the coordinators' until it is accepted."""
    return (col(Conference.status) != ConferenceStatus.PROPOSED) | (col(Conference.proposed_by) == person_id)


_FILTERS: Conditions = {
    "conference_id": lambda given: col(Conference.id) == given,
    "seen_by": _is_visible,
    "specialty": lambda given: col(Conference.folded_specialty) == given,
    "city": lambda given: col(Conference.folded_city) == given,
    "state": lambda given: col(Conference.state) == given,
    "mode": lambda given: col(Conference.mode) == given,
    "starts_after": lambda given: col(Conference.starts_on) > given,
    "starts_before": lambda given: col(Conference.starts_on) < given,
}


def _further_filters(wanted: ConferenceFilter) -> Iterator[ColumnElement[bool]]:
    for word in words(wanted.q):
        yield col(Conference.search_text).contains(word, autoescape=True)
    if wanted.country is not None:
        yield is_in(wanted.country)
    if wanted.year is not None:
        yield col(Conference.starts_on).between(date(wanted.year, 1, 1), date(wanted.year, 12, 31))
    if wanted.covered is not None:
        yield is_covered() if wanted.covered else ~is_covered()


def _standing_filters(wanted: ConferenceFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.status is not None:
        yield _has_status(wanted.status)
    if wanted.needs_champion is not None:
        needs = _needs_champion()
        yield needs if wanted.needs_champion else ~needs


def _has_status(status: ConferenceStatusToday) -> ColumnElement[bool]:
    if status is ConferenceStatusToday.HELD:
        return is_held(Conference)
    kept = col(Conference.status) == ConferenceStatus(status)
    return and_(kept, ~is_over(Conference)) if status is ConferenceStatusToday.SCHEDULED else kept


def _needs_champion() -> ColumnElement[bool]:
    return and_(is_claimable(Conference), has_room())


@built_once
def _unmerged() -> Statement:
    return _conferences().where(col(Conference.status) != ConferenceStatus.MERGED)


@built_once
def _conferences() -> Statement:
    """Conferences with all that a list of them shows, to be filtered, ordered and read as :class:`ConferenceOut`."""
    derived = {"status", "went_virtual", "champions", "needs_champion"}
    held = literal(ConferenceStatusToday.HELD.value)
    return select(
        *(col(getattr(Conference, name)) for name in ConferenceOut.model_fields if name not in derived),
        case((is_held(Conference), held), else_=col(Conference.status)).label("status"),
        col(Conference.mode_before).is_not(None).label("went_virtual"),
        champions().label("champions"),
        _needs_champion().label("needs_champion"),
    )


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
    line = read_line(session, before)
    after = conferences.edit_conference_step(session, conference_id=conference_id, version=version, changes=changes)
    if "champion_limit" in changes:
        fill_places(session, conference=after, before=line)
    if "mode" in changes:
        forget_ends(session, conference_id=conference_id)
    moved = days != (after.starts_on, after.ends_on)
    open_claims = select(Claim).where(col(Claim.conference_id) == conference_id, col(Claim.status).in_(OPEN))
    for claim in session.scalars(open_claims.order_by(col(Claim.id))).all():
        if moved:
            _tell_moved(session, claim, days, (after.starts_on, after.ends_on))
        if after.mode is Mode.VIRTUAL:
            virtual = phrase(
                "Champions have claimed this conference. Say that it goes virtual, which ends their claims."
            )
            raise Conflict(virtual, claim_id=claim.id)
        if claim.status is ClaimStatus.DEPUTIZED and moved:
            check_elsewhere(session, claim, after)


def _tell_moved(session: Session, claim: Claim, before: tuple[date, date], after: tuple[date, date]) -> None:
    """Has told from which days a conference has moved: the last that were told, if it moves twice in a minute."""
    subject, kinds = Thing.CLAIM.named(claim.id), [LetterKind.CONFERENCE_MOVED]
    queued = read_queued(session, subject=subject, kinds=kinds)
    was = queued.get(LetterKind.CONFERENCE_MOVED, {"was": [day.isoformat() for day in before]})
    if was["was"] == [day.isoformat() for day in after]:
        take_out(session, subject=subject, kinds=kinds)
        return
    queue_letters(session, LetterKind.CONFERENCE_MOVED, to=[claim.champion_id], subject=subject, facts=was)
