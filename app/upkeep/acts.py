"""What can be done about what was entered by mistake, and about files that were read."""

from collections.abc import Sequence

from pydantic import ConfigDict

from app.acts.act import Work, given, made, reads, writes
from app.acts.policy import Permission
from app.claims import calendar
from app.conferences.importers import ConferenceDraft
from app.conferences.schemas import ConferenceOut
from app.core.paging import Page, Paging
from app.core.schema import Id, In, RowId
from app.core.subjects import Thing
from app.upkeep import hanging, imports, merging
from app.upkeep.imports import ImportOut


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def delete_conference(work: Work, *, conference_id: RowId) -> None:
    """Delete a conference that was entered by mistake, while nothing belongs to it: no claim, no meetup, no ribbon."""
    hanging.delete_conference(work.session, conference_id=conference_id)


class Merge(In):
    """The conference that another one turned out to be."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"into": 7}]})

    into: Id


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.CONFERENCE))
def merge_conference(work: Work, *, conference_id: RowId, body: Merge) -> ConferenceOut:
    """Make one conference of two that are the same meeting: this one goes into another, and leads there from now on.

    Claims, meetups and applications go along, and ribbons that were handed out by moves of the ledger.
    """
    merging.merge_conferences(work.session, conference_id=conference_id, into_id=body.into, actor=work.actor)
    return calendar.read_conference(work.session, conference_id=conference_id, actor=work.actor)


@reads(Permission.EDIT_CONFERENCES)
def list_imports(work: Work, *, paging: Paging) -> Page[ImportOut]:
    """List the files that were read, the newest first."""
    return imports.find_imports(work.session, paging=paging)


@writes(Permission.EDIT_CONFERENCES, about=made(Thing.IMPORT))
def import_conferences(work: Work, *, drafts: Sequence[ConferenceDraft]) -> ImportOut:
    """Add those of these conferences that are not here yet."""
    done = imports.import_conferences(work.session, drafts=drafts, actor=work.actor)
    return imports.read_import(work.session, import_id=done.id)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.IMPORT))
def undo_import(work: Work, *, import_id: RowId) -> ImportOut:
    """Take back all that a file has brought, or nothing, where something belongs to one of its conferences by now."""
    imports.undo_import(work.session, import_id=import_id, actor=work.actor)
    return imports.read_import(work.session, import_id=import_id)
