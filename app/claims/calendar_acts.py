"""What can be done with conferences. They are listed and ended together with their claims."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.acts.act import About, Work, exports, given, made, reads, writes
from app.acts.policy import Actor, Permission
from app.acts.throttle import Quota
from app.claims import calendar, ending
from app.claims.queries import named_champions
from app.conferences import service
from app.conferences.schemas import (
    ConferenceFilter,
    ConferenceOut,
    ConferencePatch,
    NewConference,
    SpecialtyInUse,
    SpecialtyMerge,
)
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.core.text import fold


@reads(Permission.READ_PUBLIC)
def list_conferences(work: Work, *, paging: Paging, wanted: ConferenceFilter) -> Page[ConferenceOut]:
    """List conferences by their first day."""
    return calendar.find_conferences(work.session, paging=paging, wanted=wanted, actor=work.actor)


export_conferences = exports(
    list_conferences,
    *("id", "name", "paper_name", "acronym", "starts_on", "ends_on", "venue", "city", "state", "country", "timezone"),
    *("website", "specialty", "mode", "status", "champion_limit", "champions", "needs_champion", "fictional"),
)


@reads(Permission.READ_PUBLIC)
def get_conference(work: Work, *, conference_id: RowId) -> ConferenceOut:
    """Read one conference."""
    return _read(work, conference_id)


@reads(Permission.READ_PUBLIC)
def list_named_champions(work: Work, *, conference_id: RowId) -> Sequence[str]:
    """List the names of a conference's champions who say that anybody may read them."""
    return named_champions(work.session, conference_id=conference_id)


@writes(Permission.PROPOSE_CONFERENCE, about=made(Thing.CONFERENCE), quota=Quota(most=20))
def create_conference(work: Work, *, body: NewConference) -> ConferenceOut:
    """Propose a conference; a coordinator's is on the calendar at once."""
    created = service.create_conference(work.session, new=body, actor=work.actor)
    return _read(work, created.id)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def update_conference(work: Work, *, conference_id: RowId, version: Version, body: ConferencePatch) -> ConferenceOut:
    """Change a conference."""
    calendar.update_conference(work.session, conference_id=conference_id, version=version, changes=body.changes())
    return _read(work, conference_id)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def accept_conference(work: Work, *, conference_id: RowId) -> ConferenceOut:
    """Put a proposed conference on the calendar, or one that was cancelled, with its claims as they were."""
    ending.schedule_conference(work.session, conference_id=conference_id, actor=work.actor)
    return _read(work, conference_id)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def restore_conference(work: Work, *, conference_id: RowId) -> ConferenceOut:
    """Take back that a conference was cancelled or went virtual.

    The claims that ended with it are what they were. Whose champion is elsewhere on these days now waits in line again,
    and what was packed for them is to be packed anew.
    """
    ending.restore_conference(work.session, conference_id=conference_id, actor=work.actor)
    return _read(work, conference_id)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def go_virtual(work: Work, *, conference_id: RowId) -> ConferenceOut:
    """Mark that nobody travels to a conference any more: its claims end, and it stays on the calendar."""
    ending.go_virtual(work.session, conference_id=conference_id, actor=work.actor)
    return _read(work, conference_id)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def cancel_conference(work: Work, *, conference_id: RowId) -> ConferenceOut:
    """Mark that a conference will not take place; its claims end, and what was packed for them is released."""
    ending.cancel_conference(work.session, conference_id=conference_id, actor=work.actor)
    return _read(work, conference_id)


@reads(Permission.READ_PUBLIC)
def list_specialties(work: Work, *, paging: Paging) -> Page[SpecialtyInUse]:
    """List the specialties in use, to choose one of them."""
    return calendar.find_specialties(work.session, paging=paging)


def _merged_specialties(_actor: Actor, values: Mapping[str, Any], _result: None) -> Subject:
    merge: SpecialtyMerge = values["body"]
    return Thing.SPECIALTY.named(
        *(re.sub("[^a-z0-9]+", "-", fold(each))[:24] for each in (merge.specialty, merge.into))
    )


@writes(Permission.EDIT_CONFERENCES, about=About(_merged_specialties, needs="body"))
def merge_specialties(work: Work, *, body: SpecialtyMerge) -> None:
    """Give all conferences of one specialty another: two spellings, or two languages, become one.

    The audit trail calls it by both, such as `specialty:radiologia:radiology`.
    """
    service.merge_specialties(work.session, merge=body)


def _read(work: Work, conference_id: int) -> ConferenceOut:
    return calendar.read_conference(work.session, conference_id=conference_id, actor=work.actor)
