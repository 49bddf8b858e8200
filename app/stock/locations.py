"""Verbs about locations."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, bindparam, delete, func, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.conferences.models import Conference
from app.core.db import Statement, columns, filled, lock, one
from app.core.errors import Conflict, Invalid
from app.core.language import phrase
from app.core.lifecycle import Version, check_version
from app.core.paging import Page, Paging, page
from app.core.statements import built_once
from app.core.text import fold
from app.people.addresses import PostalAddress
from app.people.models import Person, PersonAddress
from app.people.schemas import AddressIn, AddressOut
from app.people.service import checked_address, postal_address
from app.printing.entering import refuse, unprintable
from app.stock.models import KIND_NAMES, UNBOUNDED, Kind, Level, Location, LocationAddress
from app.stock.schemas import LocationOut, NewLocation

MISSING = phrase("There is no such location.")
NO_DEPOT = phrase("There is no such depot.")
SAME_ENDS = phrase("Source and target must differ.")


def name_of(location: type[Location] = Location, *, on_paper: bool = False) -> ColumnElement[str]:
    """What a location is called: as the person or the conference is that it stands for, else by its own name."""

    def called(table: type[Person] | type[Conference], key: SQLColumnExpression[int | None]) -> ColumnElement[str]:
        name = filled(col(table.paper_name), col(table.name)) if on_paper else col(table.name)
        return select(name).where(col(table.id) == key).correlate(location).scalar_subquery()

    names = called(Person, col(location.person_id)), called(Conference, col(location.conference_id))
    return func.coalesce(*names, col(location.name))


def is_covered() -> ColumnElement[bool]:
    """Whether ribbons are worn at a conference: what was handed out there, less what was taken back."""
    worn = select(col(Location.conference_id)).join(Level, col(Level.location_id) == col(Location.id))
    return col(Conference.id).in_(worn.where(col(Location.kind) == Kind.CONFERENCE, col(Level.on_hand) > 0))


_DERIVED = {"name", "address", "city", "state"}


def stock_of(person_id: ColumnElement[int]) -> ScalarSelect[int]:
    """The id of somebody's own stock."""
    return select(col(Location.id)).where(col(Location.person_id) == person_id).scalar_subquery()


def from_or_to_stock_of(table: type[Any], person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a move or a shipment, a row of this table, goes from or to somebody's own stock.

    By the indexes of both ends, one after the other: where there is an OR beside a LIMIT, SQLite looks through the
    whole table, newest first, until it has found enough (870,000 moves: 23 ms, and half a millisecond like this).
    """
    one, own = aliased(table), stock_of(person_id)
    ends = [select(col(one.id)).where(col(end) == own) for end in (one.source_id, one.target_id)]
    return col(table.id).in_(union_all(*ends))


@built_once
def _locations() -> Statement:
    """Locations with all that a list of them shows, to be filtered, ordered and read as :class:`LocationOut`."""
    return select(
        *(col(getattr(Location, name)) for name in LocationOut.model_fields if name not in _DERIVED),
        name_of().label("name"),
        col(LocationAddress.city),
        col(LocationAddress.state),
    ).outerjoin(LocationAddress, col(LocationAddress.location_id) == col(Location.id))


def create_location(session: Session, *, new: NewLocation) -> Location:
    """Adds a depot or a vendor.

    Raises :class:`Invalid` for an address that no post could deliver to, :class:`Conflict` for a name that another one
    has, and :class:`Unprintable`.
    """
    kind = Kind(new.kind)
    location = Location(kind=kind, name=new.name, unbounded=kind in UNBOUNDED)
    checked = None if new.address is None else _checked(new.address)
    _check_name(session, location)
    session.add(location)
    session.flush()
    if checked is not None:
        session.add(LocationAddress(location_id=location.id, **asdict(checked)))
        session.flush()
    return location


def edit_location_step(
    session: Session, *, location_id: int, version: Version | None, changes: dict[str, Any]
) -> Location:
    """Changes a depot or a vendor. Raises :class:`Stale`, and what :func:`create_location` does."""
    location = lock(session, Location, location_id, missing=MISSING)
    if location.kind not in {Kind.DEPOT, Kind.VENDOR}:
        raise Conflict(phrase("Only depots and vendors can be changed here."))
    location.version = check_version(present=location.version, based_on=version)
    with session.no_autoflush:
        location.name = changes.get("name", location.name)
        location.active = changes.get("active", location.active)
        _check_name(session, location)
    session.flush()
    if "address" in changes:
        session.exec(delete(LocationAddress).where(col(LocationAddress.location_id) == location_id))
        if changes["address"] is not None:
            session.add(LocationAddress(location_id=location_id, **asdict(_checked(changes["address"]))))
        session.flush()
    return location


def _check_name(session: Session, location: Location) -> None:
    refuse(unprintable({"name": location.name}, needed={"name"}))
    location.folded_name = fold(location.name)[:200]
    known = select(col(Location.id)).where(
        col(Location.kind) == location.kind,
        col(Location.folded_name) == location.folded_name,
        col(Location.active).is_(True),
        col(Location.id).is_distinct_from(location.id),
    )
    if location.active and session.scalar(known) is not None:
        text = phrase("Another {kind} has this name. Choose one that tells them apart.", kind=KIND_NAMES[location.kind])
        raise Conflict(text, field="name")


def _checked(new: AddressIn) -> PostalAddress:
    try:
        return checked_address(new)
    except Invalid as refusal:
        raise type(refusal)(refusal.detail, field=f"address/{refusal.field}") from refusal


_OF_KIND = select(col(Location.id)).where(col(Location.kind) == bindparam("kind"))
_OF_PERSON = select(col(Location.id)).where(col(Location.person_id) == bindparam("person_id"))
_OF_CONFERENCE = select(col(Location.id)).where(col(Location.conference_id) == bindparam("conference_id"))


def system_location(session: Session, kind: Kind) -> int:
    """The id of the only location of this kind: packed, transit, loss or adjustment. The first migration adds them."""
    return int(columns(session, _OF_KIND, kind=kind).scalar_one())


def champion_location(session: Session, *, person_id: int) -> int:
    """The id of the location that is a person's own stock."""
    lock(session, Person, person_id, missing=phrase("There is no such person."))
    found = columns(session, _OF_PERSON, person_id=person_id).scalar()
    return found if found is not None else _add(session, Location(kind=Kind.CHAMPION, person_id=person_id))


def conference_location(session: Session, *, conference_id: int) -> int:
    """The id of the location that stands for the ribbons worn at a conference."""
    found = columns(session, _OF_CONFERENCE, conference_id=conference_id).scalar()
    return found if found is not None else _add(session, Location(kind=Kind.CONFERENCE, conference_id=conference_id))


def conference_locations(session: Session, *, conference_ids: Collection[int]) -> dict[int, int]:
    """The ids of the locations that stand for the ribbons worn at these conferences, by the conference."""
    here = col(Location.conference_id).in_(conference_ids)
    found = {each.conference_id for each in session.scalars(select(Location).where(here))}
    session.add_all(Location(kind=Kind.CONFERENCE, conference_id=n) for n in sorted(set(conference_ids) - found))
    session.flush()
    return dict(columns(session, select(col(Location.conference_id), col(Location.id)).where(here)).all())


def present_ends(session: Session, *, location_ids: Collection[int]) -> dict[int, int]:
    """Where ribbons are now that went to one of these: those of a conference that was merged are at the other one."""
    other = aliased(Location)
    statement = (
        select(col(Location.id), col(other.id))
        .join(Conference, col(Conference.id) == col(Location.conference_id))
        .join(other, col(other.conference_id) == col(Conference.merged_into))
        .where(col(Location.id).in_(location_ids))
    )
    return {location_id: location_id for location_id in location_ids} | dict(columns(session, statement).all())


def _add(session: Session, location: Location) -> int:
    session.add(location)
    session.flush()
    return location.id


def read_location(session: Session, *, location_id: int) -> LocationOut:
    """One location with its address. Raises :class:`NotFound`."""
    statement = _locations().where(col(Location.id) == location_id)
    location = one(session, statement, LocationOut, missing=MISSING)
    address = session.get(LocationAddress, location_id)
    return location.model_copy(update={"address": AddressOut.model_validate(address) if address else None})


def find_locations(session: Session, *, paging: Paging, actor: Actor, kind: Kind | None = None) -> Page[LocationOut]:
    """Locations, by id: all for coordinators, with addresses; for a champion her own stock, and the depots in use."""
    statement = _locations()
    if not actor.is_staff:
        depots = (col(Location.kind) == Kind.DEPOT) & col(Location.active)
        statement = statement.where(depots | (col(Location.person_id) == actor.person_id))
    if kind is not None:
        statement = statement.where(col(Location.kind) == kind)
    found = page(session, statement, LocationOut, order=[col(Location.id)], paging=paging)
    if not actor.is_staff:
        return found
    wanted = select(LocationAddress).where(col(LocationAddress.location_id).in_([item.id for item in found.items]))
    addresses = {address.location_id: AddressOut.model_validate(address) for address in session.scalars(wanted)}
    items = [item.model_copy(update={"address": addresses.get(item.id)}) for item in found.items]
    return Page(items=items, next=found.next)


def require_location(session: Session, *, location_id: int, kinds: frozenset[Kind], field: str) -> Location:
    """The location, if it is in use and of one of these kinds. Raises :class:`Invalid` naming the field."""
    location = session.get(Location, location_id)
    if location is None:
        raise Invalid(MISSING, field=field)
    if location.kind not in kinds or not location.active:
        names = [KIND_NAMES[kind] for kind in sorted(kinds)]
        raise Invalid(phrase("Choose one that is in use, of this kind: {kinds}.", kinds=names), field=field)
    return location


def location_address(session: Session, *, location_id: int) -> PostalAddress | None:
    """The postal address of a depot or a vendor, or of the person whose stock this is."""
    location = session.get(Location, location_id)
    if location is None:
        return None
    kept: PersonAddress | LocationAddress | None
    if location.person_id is not None:
        kept = session.get(PersonAddress, location.person_id)
    else:
        kept = session.get(LocationAddress, location_id)
    return postal_address(kept) if kept else None
