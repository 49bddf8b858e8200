"""The same meeting was entered twice: all that hangs on the one goes to the other."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.claims.models import OPEN, SERVED, Claim, ClaimStatus
from app.claims.service import check_elsewhere, fill_places, read_line
from app.conferences.models import ALLOWED, SPOKEN, Conference, ConferenceStatus, Mode
from app.conferences.service import NO_CONFERENCE, lock_conference
from app.core.db import columns
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import phrase
from app.core.lifecycle import check_transition
from app.core.subjects import Thing
from app.joining.models import Application
from app.meetups.models import Meetup
from app.people.models import Person
from app.stock.ledger import Transfer, lock_levels, move, on_hand
from app.stock.locations import conference_location, is_covered
from app.stock.models import Location, Reason


def merge_conferences(session: Session, *, conference_id: int, into_id: int, actor: Actor) -> None:
    """Makes one conference of two: claims, meetups and applications go to the other, and so do ribbons, by moves.

    What is left of the first one leads to the other, and is counted nowhere. Raises :class:`NotFound`, :class:`Invalid`
    unless the other one is on the calendar, :class:`Conflict` where one champion would have two claims there, where
    there are more champions than places, or where a virtual conference would have champions or ribbons.
    """
    old, into = _lock_both(session, conference_id, into_id)
    old.status = check_transition(ALLOWED, spoken=SPOKEN, present=old.status, to=ConferenceStatus.MERGED)
    claims = session.scalars(
        select(Claim)
        .where(col(Claim.conference_id).in_((old.id, into.id)))
        .order_by(col(Claim.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    _check_champions(session, into, claims)
    moved = [claim for claim in claims if claim.conference_id == old.id]
    if into.mode is Mode.VIRTUAL and (any(claim.status in OPEN for claim in moved) or _is_worn(session, old)):
        raise Conflict(phrase("There are champions or ribbons at this conference, and the other one is virtual."))
    old.merged_into, old.mode_before = into.id, None
    old.version += 1
    line = read_line(session, into)
    for claim in moved:
        claim.conference_id, claim.status_before = into.id, None
        claim.version += 1
    session.flush()
    deputized = [claim for claim in moved if claim.status is ClaimStatus.DEPUTIZED]
    going = col(Person.id).in_({claim.champion_id for claim in deputized})
    # Locked, so that nobody is deputized for another conference of these days meanwhile.
    session.execute(select(col(Person.id)).where(going).order_by(col(Person.id)).with_for_update())
    for claim in deputized:
        check_elsewhere(session, claim, into)
    for table in (Meetup, Application):
        session.exec(update(table).where(col(table.conference_id) == old.id).values(conference_id=into.id))
    session.exec(update(Conference).where(col(Conference.merged_into) == old.id).values(merged_into=into.id))
    _move_ribbons(session, old, into, actor)
    fill_places(session, conference=into, before=line)


def _is_worn(session: Session, conference: Conference) -> bool:
    return session.scalars(select(is_covered()).where(col(Conference.id) == conference.id)).one()


def _lock_both(session: Session, conference_id: int, into_id: int) -> tuple[Conference, Conference]:
    if conference_id == into_id:
        raise Invalid(phrase("These must be two conferences."), field="into")
    if session.get(Conference, into_id) is None:
        raise Invalid(NO_CONFERENCE, field="into")
    found = {}
    for number in sorted((conference_id, into_id)):  # in one order, so that nobody waits crosswise
        try:
            found[number] = lock_conference(session, conference_id=number)
        except NotFound as missing:
            raise missing if number == conference_id else Invalid(missing.detail, field="into") from missing
    into = found[into_id]
    if into.status is not ConferenceStatus.SCHEDULED:
        raise Invalid(SPOKEN.now[into.status], field="into")
    return found[conference_id], into


def _check_champions(session: Session, into: Conference, claims: Sequence[Claim]) -> None:
    """Refuses two claims of one champion, and more champions than places, by their names."""
    by_champion = defaultdict(set)
    for claim in claims:
        if claim.status in OPEN | SERVED:
            by_champion[claim.champion_id].add(claim.conference_id)
    if twice := [person_id for person_id, where in by_champion.items() if len(where) > 1]:
        text = phrase("{names} would have two claims there. End one of them first.", names=_names(session, twice))
        raise Conflict(text, person_ids=sorted(twice))
    served = [claim.champion_id for claim in claims if claim.status in SERVED]
    if len(served) > into.champion_limit and any(c.conference_id != into.id and c.status in SERVED for c in claims):
        text = phrase(
            "Together they have more champions than places: {names}. Allow more champions first.",
            names=_names(session, served),
        )
        raise Conflict(text, person_ids=sorted(set(served)), champion_limit=into.champion_limit)


def _names(session: Session, person_ids: Sequence[int]) -> list[str]:
    statement = select(col(Person.name)).where(col(Person.id).in_(person_ids)).order_by(col(Person.id))
    return [name for (name,) in columns(session, statement)]


def _move_ribbons(session: Session, old: Conference, into: Conference, actor: Actor) -> None:
    source = session.scalar(select(col(Location.id)).where(col(Location.conference_id) == old.id))
    if source is None:
        return
    target = conference_location(session, conference_id=into.id)  # also where none are left: corrections go there
    lock_levels(session, location_ids=(source, target), design_ids=on_hand(session, location_id=source))
    worn = on_hand(session, location_id=source)
    transfers = [Transfer(design_id, source, target, n, Reason.MERGE) for design_id, n in sorted(worn.items()) if n]
    move(session, transfers, actor=actor, subject=Thing.CONFERENCE.named(old.id))
