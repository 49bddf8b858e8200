"""Routes of conferences."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.requests import PageQuery, PathId, Version
from app.api.routing import Router
from app.claims import calendar
from app.claims.calendar import ConferenceFilter, find_conferences, read_conference
from app.conferences import service
from app.conferences.models import Mode
from app.conferences.schemas import ConferenceOut, ConferencePatch, CountryCode, NewConference, StateCode, Status
from app.core.paging import Page
from app.core.schema import Day

router = Router(prefix="/conferences", tags=["conferences"])

Words = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]


@router.reads("", Permission.READ_PUBLIC)
def list_conferences(
    session: Session,
    actor: Actor,
    paging: PageQuery,
    q: Annotated[
        Words | None, Query(description="words in name, acronym, place or specialty; accents do not matter")
    ] = None,
    state: Annotated[StateCode | None, Query(description="ISO 3166-2, such as US-IL")] = None,
    country: Annotated[CountryCode | None, Query(description="ISO 3166-1, such as US")] = None,
    specialty: Words | None = None,
    starts_after: Day | None = None,
    starts_before: Day | None = None,
    status: Status | None = None,
    mode: Mode | None = None,
    needs_champion: Annotated[bool | None, Query(description="still to come, in person, with a free place")] = None,
) -> Page[ConferenceOut]:
    """List conferences by their first day."""
    wanted = ConferenceFilter(
        q=q,
        state=state,
        country=country,
        specialty=specialty,
        starts_after=starts_after,
        starts_before=starts_before,
        status=status,
        mode=mode,
        needs_champion=needs_champion,
    )
    return find_conferences(session, paging=paging, wanted=wanted, actor=actor)


@router.reads("/{conference_id}", Permission.READ_PUBLIC)
def get_conference(session: Session, actor: Actor, conference_id: PathId) -> ConferenceOut:
    """Read one conference."""
    return read_conference(session, conference_id=conference_id, actor=actor)


@router.writes("POST", "", Permission.PROPOSE_CONFERENCE, status=201, creates="conference")
def create_conference(session: Session, actor: Actor, body: NewConference) -> ConferenceOut:
    """Propose a conference; a coordinator's is on the calendar at once."""
    created = service.create_conference(session, new=body, actor=actor)
    return read_conference(session, conference_id=created.id, actor=actor)


@router.writes("PATCH", "/{conference_id}", Permission.EDIT_CONFERENCES)
def update_conference(
    session: Session,
    actor: Actor,
    conference_id: PathId,
    version: Version,
    body: ConferencePatch,
) -> ConferenceOut:
    """Change a conference."""
    changes = body.changes()
    calendar.update_conference(session, conference_id=conference_id, version=version, changes=changes)
    return read_conference(session, conference_id=conference_id, actor=actor)


@router.writes("POST", "/{conference_id}/accept", Permission.EDIT_CONFERENCES)
def accept_conference(session: Session, actor: Actor, conference_id: PathId) -> ConferenceOut:
    """Put a proposed conference on the calendar."""
    service.accept_conference(session, conference_id=conference_id)
    return read_conference(session, conference_id=conference_id, actor=actor)


@router.writes("POST", "/{conference_id}/cancel", Permission.EDIT_CONFERENCES)
def cancel_conference(session: Session, actor: Actor, conference_id: PathId) -> ConferenceOut:
    """Mark that a conference will not take place; its claims end, and what was packed for them is released."""
    calendar.cancel_conference(session, conference_id=conference_id, actor=actor)
    return read_conference(session, conference_id=conference_id, actor=actor)
