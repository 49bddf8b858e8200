"""What can be done about what was entered by mistake, and about files that were read."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from app.acts.act import About, Work, given, reads, writes
from app.acts.policy import Actor, Permission
from app.claims import calendar
from app.conferences.files import TableFile
from app.conferences.importers import read_conferences
from app.conferences.schemas import ConferenceOut, CountryCode
from app.core.paging import Page, Paging
from app.core.schema import Id, In, RowId
from app.core.subjects import NOTHING, Subject, Thing
from app.core.text import OptionalShortLine
from app.upkeep import hanging, history, imports, merging
from app.upkeep.history import HistoryOut
from app.upkeep.history_file import read_history
from app.upkeep.imports import ConferencesOut, ImportOut

_CONFERENCES = "name,starts_on,ends_on,city,state,mode\nRSNA 2027,14 Nov 2027,18 Nov 2027,Chicago,US-IL,in_person\n"


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


class ConferenceFile(TableFile):
    """A file of conferences, and what holds for those of which it does not say it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"csv": _CONFERENCES, "country": "US"}]})

    country: Annotated[CountryCode | None, Field(description="where a row says none, such as US")] = None
    timezone: Annotated[
        OptionalShortLine | None, Field(description="where a row says none and its place has several")
    ] = None


class HistoryFile(TableFile):
    """A file of what was before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"csv": "conference,champion,design,handed_out\n7,ana@example.org,BLUE,90\n"}]}
    )


def _imported(_actor: Actor, _values: Mapping[str, Any], done: HistoryOut | ConferencesOut) -> Subject:
    return Thing.IMPORT.named(done.import_id) if done.import_id is not None else NOTHING


@writes(Permission.EDIT_CONFERENCES, about=About(_imported))
def import_conferences(work: Work, *, body: ConferenceFile, dry_run: bool = False) -> ConferencesOut:
    """Add those conferences of a file that are not here yet; all rows or none.

    With `dry_run`, only say what would come of it.
    """
    with body.blamed() as content:
        drafts = read_conferences(content, country=body.country, timezone=body.timezone)
    found = imports.read_file(work.session, drafts=drafts)
    known = sum(each.known for each in found)
    made = None if dry_run else imports.import_conferences(work.session, drafts=drafts, actor=work.actor).id
    return ConferencesOut(import_id=made, added=len(found) - known, known=known, conferences=found)


@writes(Permission.EDIT_CONFERENCES, about=About(_imported))
def import_history(work: Work, *, body: HistoryFile, dry_run: bool = False) -> HistoryOut:
    """Book what was before this service: where ribbons were handed out, by whom, and how many; all rows or none.

    With `dry_run`, only say what would come of it.
    """
    with body.blamed() as content:
        rows = read_history(content)
        return history.import_history(work.session, rows=rows, rules=work.rules, actor=work.actor, dry_run=dry_run)


@writes(Permission.EDIT_CONFERENCES, about=given(Thing.IMPORT))
def undo_import(work: Work, *, import_id: RowId) -> ImportOut:
    """Take back all that a file has brought, or nothing, where something belongs to one of its conferences by now."""
    imports.undo_import(work.session, import_id=import_id, actor=work.actor)
    return imports.read_import(work.session, import_id=import_id)
