"""Routes of designs, locations and stock."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.paper_routing import LanguageQuery, PaperQuery, PaperRouter
from app.api.requests import PageQuery, PathId, QueryId, Version
from app.claims import closing
from app.core.paging import Page
from app.core.rules import Rules
from app.paperwork.count_sheet import count_sheet
from app.paperwork.kinds import COUNT_SHEET, PROOF_SHEET
from app.paperwork.proof_sheet import proof_sheet
from app.printing.count_sheet import CountSheet
from app.printing.proof_sheet import ProofSheet
from app.stock import designs, locations, service
from app.stock.models import Kind
from app.stock.schemas import (
    DesignOut,
    DesignPatch,
    LevelOut,
    LocationOut,
    MoveOut,
    MovesOut,
    NewCount,
    NewDesign,
    NewLocation,
    NewMove,
    NewReversal,
)

router = PaperRouter(tags=["stock"])


@router.reads("/designs", Permission.READ_DESIGNS)
def list_designs(session: Session, paging: PageQuery) -> Page[DesignOut]:
    """List the kinds of ribbons."""
    return designs.find_designs(session, paging=paging)


@router.writes("POST", "/designs", Permission.EDIT_DESIGNS, status=201, creates="design")
def create_design(session: Session, body: NewDesign) -> DesignOut:
    """Add a kind of ribbon."""
    return DesignOut.model_validate(designs.create_design(session, new=body))


@router.reads("/designs/{design_id}", Permission.READ_DESIGNS)
def get_design(session: Session, design_id: PathId) -> DesignOut:
    """Read one design."""
    return designs.read_design(session, design_id=design_id)


@router.writes("PATCH", "/designs/{design_id}", Permission.EDIT_DESIGNS)
def update_design(session: Session, design_id: PathId, version: Version, body: DesignPatch) -> DesignOut:
    """Change a design's pack size, price, reorder point, or whether it is in use."""
    changed = designs.update_design(session, design_id=design_id, version=version, changes=body.changes())
    return DesignOut.model_validate(changed)


@router.reads("/locations", Permission.READ_STOCK)
def list_locations(session: Session, actor: Actor, paging: PageQuery, kind: Kind | None = None) -> Page[LocationOut]:
    """List where stock can be: for a champion her own stock, and the depots that leftovers can go to."""
    return locations.find_locations(session, paging=paging, actor=actor, kind=kind)


@router.writes("POST", "/locations", Permission.MOVE_STOCK, status=201, creates="location")
def create_location(session: Session, body: NewLocation) -> LocationOut:
    """Add a depot or a vendor."""
    created = locations.create_location(session, new=body)
    return locations.read_location(session, location_id=created.id)


@router.reads("/locations/{location_id}", Permission.MOVE_STOCK)
def get_location(session: Session, location_id: PathId) -> LocationOut:
    """Read one location."""
    return locations.read_location(session, location_id=location_id)


@router.reads("/stock/levels", Permission.READ_STOCK)
def list_levels(
    session: Session,
    actor: Actor,
    paging: PageQuery,
    kind: Kind | None = None,
    location_id: QueryId | None = None,
    design_id: QueryId | None = None,
) -> Page[LevelOut]:
    """List ribbons on hand: your own, or everywhere for a coordinator."""
    return service.find_levels(
        session, paging=paging, actor=actor, kind=kind, location_id=location_id, design_id=design_id
    )


@router.reads("/stock/moves", Permission.READ_STOCK)
def list_moves(
    session: Session,
    actor: Actor,
    paging: PageQuery,
    design_id: QueryId | None = None,
    location_id: QueryId | None = None,
    subject: Annotated[
        str | None, Query(max_length=60, pattern=r"^(shipment|claim|purchase_order):\d+$", examples=["shipment:12"])
    ] = None,
) -> Page[MoveOut]:
    """List the ledger, newest first: your own moves, or all for a coordinator."""
    return service.find_moves(
        session, paging=paging, actor=actor, design_id=design_id, location_id=location_id, subject=subject
    )


@router.writes("POST", "/stock/moves", Permission.MOVE_STOCK, status=201, creates="move")
def move_stock(session: Session, actor: Actor, body: NewMove) -> MoveOut:
    """Move ribbons by hand between depots and champions, or write them off."""
    return service.read_moves(session, move_ids=[service.move_by_hand(session, new=body, actor=actor)])[0]


@router.writes("POST", "/stock/moves/{move_id}/reverse", Permission.MOVE_STOCK, status=201)
def reverse_move(session: Session, actor: Actor, move_id: PathId, body: NewReversal) -> MoveOut:
    """Take a move back, by a move the other way that is linked to it."""
    reversal = closing.reverse_move(session, move_id=move_id, note=body.note, actor=actor)
    return service.read_moves(session, move_ids=[reversal])[0]


@router.writes("POST", "/stock/counts", Permission.MOVE_STOCK, status=201)
def count_stock(session: Session, actor: Actor, body: NewCount) -> MovesOut:
    """Bring levels to what was counted; the answer lists the moves that it took."""
    move_ids = service.count_stock(session, location_id=body.location_id, lines=body.lines, note=body.note, actor=actor)
    return MovesOut(items=service.read_moves(session, move_ids=move_ids))


@router.prints("/designs/{design_id}/proof-sheet.pdf", Permission.PURCHASE, PROOF_SHEET)
def print_proof_sheet(
    session: Session, rules: Rules, design_id: PathId, paper: PaperQuery = None, language: LanguageQuery = None
) -> ProofSheet:
    """Print a proof of one design, at its true size and at twice that."""
    return proof_sheet(session, design_id=design_id, rules=rules, paper=paper, language=language)


@router.prints("/locations/{location_id}/count-sheet.pdf", Permission.MOVE_STOCK, COUNT_SHEET)
def print_count_sheet(
    session: Session,
    rules: Rules,
    location_id: PathId,
    expected: Annotated[bool, Query(description="print what should be there, too")] = False,
    paper: PaperQuery = None,
    language: LanguageQuery = None,
) -> CountSheet:
    """Print a sheet to write on what is counted at a depot."""
    return count_sheet(
        session, location_id=location_id, rules=rules, blind=not expected, paper=paper, language=language
    )
