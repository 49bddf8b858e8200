"""What can be done about what was entered by mistake, and about files that were read."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.acts.act import About, Work, given, made, reads, writes
from app.acts.policy import Actor, Permission
from app.claims import calendar
from app.conferences.importers import ConferenceDraft
from app.conferences.schemas import ConferenceOut
from app.core.paging import Page, Paging
from app.core.schema import Id, In, RowId
from app.core.subjects import NOTHING, Subject, Thing
from app.upkeep import hanging, history, imports, merging
from app.upkeep.history import HistoryOut
from app.upkeep.history_file import read_history
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


class HistoryFile(In):
    """A CSV file of what was before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"csv": "conference,champion,design,handed_out\n7,ana@example.org,BLUE,90\n"}]}
    )

    csv: Annotated[str, Field(min_length=1, description="the file; its columns are in docs/api.md")]


def _imported(_actor: Actor, _values: Mapping[str, Any], done: HistoryOut) -> Subject:
    return Thing.IMPORT.named(done.import_id) if done.import_id is not None else NOTHING


@writes(Permission.EDIT_CONFERENCES, about=About(_imported))
def import_history(work: Work, *, body: HistoryFile, dry_run: bool = False) -> HistoryOut:
    """Book what was before this service: where ribbons were handed out, by whom, and how many; all rows or none.

    With `dry_run`, only say what would come of it.
    """
    rows = read_history(body.csv)
    return history.import_history(work.session, rows=rows, rules=work.rules, actor=work.actor, dry_run=dry_run)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.IMPORT))
def undo_import(work: Work, *, import_id: RowId) -> ImportOut:
    """Take back all that a file has brought, or nothing, where something belongs to one of its conferences by now."""
    imports.undo_import(work.session, import_id=import_id, actor=work.actor)
    return imports.read_import(work.session, import_id=import_id)
