"""What can be done with designs, locations and stock."""

from collections.abc import Mapping
from typing import Any

from app.acts.act import About, Work, exports, made, reads, writes
from app.acts.policy import Actor, Permission
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.stock import designs, locations, service
from app.stock.schemas import (
    DesignOut,
    LevelFilter,
    LevelOut,
    LocationFilter,
    LocationOut,
    MoveFilter,
    MoveOut,
    MovesOut,
    NewCount,
    NewDesign,
    NewLocation,
    NewMove,
)


@reads(Permission.READ_DESIGNS)
def list_designs(work: Work, *, paging: Paging) -> Page[DesignOut]:
    """List the kinds of ribbons."""
    return designs.find_designs(work.session, paging=paging)


@writes(Permission.EDIT_DESIGNS, about=made(Thing.DESIGN))
def create_design(work: Work, *, body: NewDesign) -> DesignOut:
    """Add a kind of ribbon."""
    return DesignOut.model_validate(designs.create_design(work.session, new=body))


@reads(Permission.READ_DESIGNS)
def get_design(work: Work, *, design_id: RowId) -> DesignOut:
    """Read one design."""
    return designs.read_design(work.session, design_id=design_id)


@reads(Permission.READ_STOCK)
def list_locations(work: Work, *, paging: Paging, wanted: LocationFilter) -> Page[LocationOut]:
    """List where stock can be: for a champion their own stock, and the depots that leftovers can go to."""
    return locations.find_locations(work.session, paging=paging, actor=work.actor, kind=wanted.kind)


@writes(Permission.MOVE_STOCK, about=made(Thing.LOCATION))
def create_location(work: Work, *, body: NewLocation) -> LocationOut:
    """Add a depot or a vendor."""
    created = locations.create_location(work.session, new=body)
    return locations.read_location(work.session, location_id=created.id)


@reads(Permission.MOVE_STOCK)
def get_location(work: Work, *, location_id: RowId) -> LocationOut:
    """Read one location."""
    return locations.read_location(work.session, location_id=location_id)


@reads(Permission.READ_STOCK)
def list_levels(work: Work, *, paging: Paging, wanted: LevelFilter) -> Page[LevelOut]:
    """List ribbons on hand: your own, or everywhere for a coordinator."""
    return service.find_levels(work.session, paging=paging, wanted=wanted, actor=work.actor)


export_levels = exports(list_levels, "location_id", "location_name", "kind", "design_id", "design_code", "on_hand")


@reads(Permission.READ_STOCK)
def list_moves(work: Work, *, paging: Paging, wanted: MoveFilter) -> Page[MoveOut]:
    """List the ledger, newest first: your own moves, or all for a coordinator."""
    return service.find_moves(work.session, paging=paging, wanted=wanted, rules=work.rules, actor=work.actor)


export_moves = exports(
    list_moves,
    *("id", "design_id", "design_code", "source_id", "source_name", "target_id", "target_name", "quantity", "reason"),
    *("subject", "reference", "note", "reverses_id", "reversed_by_id", "actor_id", "created_at", "happened_on"),
)


@writes(Permission.MOVE_STOCK, about=made(Thing.MOVE))
def move_stock(work: Work, *, body: NewMove) -> MoveOut:
    """Move ribbons by hand between depots and champions, or write them off."""
    move_id = service.move_by_hand(work.session, new=body, actor=work.actor)
    return service.read_moves(work.session, move_ids=[move_id])[0]


def _counted_location(_actor: Actor, values: Mapping[str, Any], _result: MovesOut) -> Subject:
    return Thing.LOCATION.named(values["body"].location_id)


@writes(Permission.COUNT_STOCK, about=About(_counted_location, needs="body"))
def count_stock(work: Work, *, body: NewCount) -> MovesOut:
    """Bring levels to what was counted; the answer lists the moves that it took.

    A champion counts their own stock, coordinators any.
    """
    move_ids = service.count_stock(
        work.session, location_id=body.location_id, lines=body.lines, note=body.note, actor=work.actor
    )
    return MovesOut(items=service.read_moves(work.session, move_ids=move_ids))
