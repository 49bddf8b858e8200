"""Files that are read, and taken back: what they bring is all there or none of it."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import ConfigDict, Field
from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.conferences.checking import conference_of, folded, settle
from app.conferences.importers import ConferenceDraft
from app.conferences.models import Conference, ConferenceStatus, Import, ImportKind
from app.core.clock import utcnow
from app.core.db import columns, lock, one
from app.core.errors import Conflict
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.schema import Out
from app.upkeep.hanging import hanging
from app.upkeep.undoing import refuse_held, undo_history

NO_IMPORT = phrase("There is no such import.")


class ImportOut(Out):
    """A file that was read."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: ImportKind
    imported_by: int | None = Field(description="the person who had it read; null for the shell")
    created_at: datetime
    added: int = Field(description="rows that were new")
    known: int = Field(description="rows that were here already, and were left alone")
    undone_by: int | None
    undone_at: datetime | None = Field(description="when all that it brought was taken back")


class ImportedConference(Out):
    """A row of a file, as it was read: with the zone of its place, if the file names none."""

    name: str
    starts_on: date
    ends_on: date
    city: str
    state: str | None
    country: str
    timezone: str
    known: bool = Field(description="here already, by name and first day: left alone")


class ConferencesOut(Out):
    """What a file of conferences brings; where it was only tried, ``import_id`` is null and nothing was kept."""

    import_id: int | None
    added: int = Field(description="rows that are new")
    known: int = Field(description="rows that are here already, and are left alone")
    conferences: list[ImportedConference] = Field(description="in the order of the file")


_COLUMNS = tuple(col(getattr(Import, name)) for name in ImportOut.model_fields)


def find_imports(session: Session, *, paging: Paging) -> Page[ImportOut]:
    """The files that were read, the newest first."""
    return page(session, select(*_COLUMNS), ImportOut, order=[col(Import.id)], paging=paging, descending=True)


def read_import(session: Session, *, import_id: int) -> ImportOut:
    """One of them. Raises :class:`NotFound`."""
    return one(session, select(*_COLUMNS).where(col(Import.id) == import_id), ImportOut, missing=NO_IMPORT)


def read_file(session: Session, *, drafts: Sequence[ConferenceDraft]) -> list[ImportedConference]:
    """The conferences of a file, each with whether it is here already."""
    statement = select(col(Conference.folded_name), col(Conference.starts_on))
    known = {(row.folded_name, row.starts_on) for row in columns(session, statement)}
    return [
        ImportedConference(**draft.model_dump(), known=(folded(draft.name), draft.starts_on) in known)
        for draft in drafts
    ]


def import_conferences(session: Session, *, drafts: Sequence[ConferenceDraft], actor: Actor) -> Import:
    """Adds the conferences that are not here yet and leaves the rest alone."""
    found = read_file(session, drafts=drafts)
    fresh = [draft for draft, each in zip(drafts, found, strict=True) if not each.known]
    made = Import(
        kind=ImportKind.CONFERENCES,
        imported_by=actor.person_id,
        added=len(fresh),
        known=len(drafts) - len(fresh),
    )
    session.add(made)
    session.flush()
    for draft in fresh:
        conference = conference_of(draft, status=ConferenceStatus(draft.status))
        conference.import_id = made.id
        settle(conference)
        session.add(conference)
    session.flush()
    return made


def undo_import(session: Session, *, import_id: int, actor: Actor) -> None:
    """Takes back all that a file has brought.

    Raises :class:`NotFound`; :class:`Conflict` where that was done already, and where anything hangs on one of its
    conferences by now: its extras name them.
    """
    found = lock(session, Import, import_id, missing=NO_IMPORT)
    if found.undone_at is not None:
        raise Conflict(phrase("This import has been undone already."), undone_at=found.undone_at)
    if found.kind is ImportKind.HISTORY:
        undo_history(session, import_id=import_id, actor=actor)
    else:
        _delete_conferences(session, import_id)
    found.undone_by, found.undone_at = actor.person_id, utcnow()


def _delete_conferences(session: Session, import_id: int) -> None:
    brought = select(col(Conference.id)).where(col(Conference.import_id) == import_id).order_by(col(Conference.id))
    numbers = session.scalars(brought.with_for_update()).all()
    refuse_held(session, [number for number, _ in hanging(session, conference_ids=numbers)])
    session.exec(delete(Conference).where(col(Conference.import_id) == import_id))
