"""The pick list of a day: which boxes leave which depot, and what its shelf has to give for them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.claims.models import Claim
from app.claims.ship_by import must_arrive_by
from app.claims.ship_by import ship_by as clock
from app.conferences.models import Conference
from app.core.clock import today
from app.core.db import Statement, columns
from app.core.errors import NotFound
from app.core.geography import state_name
from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading, listed
from app.people.models import PersonAddress
from app.printing.documents import PaperSize
from app.printing.pick_list import PickBox, PickDepot, PickLine, PickList, ShelfLine, Stage
from app.shipments.models import Method, Shipment, ShipmentAddress, ShipmentLine, ShipmentStatus, shipment_number
from app.stock.locations import NO_DEPOT, name_of
from app.stock.models import Design, Kind, Level, Location, LocationAddress

_STATUS: dict[Stage, ShipmentStatus] = {"pack": ShipmentStatus.DRAFT, "send": ShipmentStatus.PACKED}


def pick_list(
    session: Session,
    *,
    depot_id: int | None,
    ship_by: date | None,
    rules: Rules,
    stage: Stage = "pack",
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> PickList:
    """The list of one depot, or of all: drafts to be packed, or packed boxes to be sent.

    Those that must leave first come first, then by number; boxes without a conference have no deadline and come last.
    With ``ship_by`` only boxes that must leave by that day. Raises :class:`NotFound` unless ``depot_id`` is a depot's.
    """
    depots = _depots(session, depot_id)
    boxes = _boxes(session, depots.keys(), ship_by, stage, rules)
    shelves = _shelves(session, boxes) if stage == "pack" else {}
    asked = [*([f"{depot_id}"] if depot_id else []), *([f"BY-{ship_by}"] if ship_by else [])]
    return PickList(
        number="-".join(["PICK" if stage == "pack" else "SEND", *asked, f"{today(rules.timezone)}"]),
        about=Thing.PICK_LIST.named(stage, *asked),
        **heading(rules, paper_size, language),
        stage=stage,
        ship_by=ship_by,
        depots=tuple(
            PickDepot(name=name, shelf=shelves.get(depot, ()), boxes=tuple(boxes[depot]))
            for depot, name in depots.items()
            if depot in boxes
        ),
    )


def _depots(session: Session, depot_id: int | None) -> dict[int, str]:
    """The names of the depots, in their order."""
    statement = select(col(Location.id), col(Location.name)).where(col(Location.kind) == Kind.DEPOT)
    if depot_id is not None:
        statement = statement.where(col(Location.id) == depot_id)
    found = dict(columns(session, statement.order_by(col(Location.name), col(Location.id))).all())
    if depot_id is not None and not found:
        raise NotFound(NO_DEPOT)
    return found


def _lines(session: Session, depots: Iterable[int], stage: Stage) -> dict[int, list[PickLine]]:
    """The lines of each shipment, in the order of the shelf, which is that of the designs' codes."""
    statement: Statement = (
        select(
            col(ShipmentLine.shipment_id),
            col(ShipmentLine.quantity),
            *(col(getattr(Design, name)) for name in ("code", "pack_size", "ribbon_color", "foil_color")),
        )
        .join(Shipment, col(Shipment.id) == col(ShipmentLine.shipment_id))
        .join(Design, col(Design.id) == col(ShipmentLine.design_id))
        .where(col(Shipment.status) == _STATUS[stage], col(Shipment.source_id).in_(list(depots)))
    )
    found: dict[int, list[PickLine]] = {}
    for row in sorted(columns(session, statement), key=lambda row: row.code):
        line = row._asdict()
        found.setdefault(line.pop("shipment_id"), []).append(PickLine(**line))
    return found


def _boxes(
    session: Session, depots: Iterable[int], last: date | None, stage: Stage, rules: Rules
) -> dict[int, list[PickBox]]:
    """The boxes of each depot, those that must leave first at the top.

    Lines are read before their boxes: one that came in between has none yet, and is on the next list.
    """
    lines = _lines(session, depots, stage)
    found: list[tuple[date, int, int, PickBox]] = []
    for row in columns(session, _shipments(depots, stage)):
        if row.id not in lines:
            continue
        must_ship_by = there_by = None
        if row.starts_on is not None:
            must_ship_by = clock(starts_on=row.starts_on, shipped=False, today=today(rules.timezone), rules=rules).date
            there_by = must_arrive_by(row.starts_on, rules)
        if last is not None and (must_ship_by is None or must_ship_by > last):
            continue
        box = PickBox(
            number=shipment_number(row.id),
            recipient=row.recipient,
            place=listed(row.city or "", state_name(row.state) if row.state else ""),
            country=row.country if row.country and row.country != rules.home_country else "",
            by_hand=row.method is Method.HAND,
            must_ship_by=must_ship_by,
            must_arrive_by=there_by,
            lines=tuple(lines[row.id]),
        )
        found.append((must_ship_by or date.max, row.id, row.source_id, box))
    boxes: dict[int, list[PickBox]] = {}
    for _, _, depot, box in sorted(found, key=lambda each: each[:2]):
        boxes.setdefault(depot, []).append(box)
    return boxes


def _shipments(depots: Iterable[int], stage: Stage) -> Statement:
    """Shipments with city and state of where they go: as fixed when they were packed, else as known today."""
    where = {
        name: func.coalesce(*(col(getattr(table, name)) for table in (ShipmentAddress, PersonAddress, LocationAddress)))
        for name in ("city", "state", "country")
    }
    statement: Statement = (
        select(
            col(Shipment.id),
            col(Shipment.source_id),
            col(Shipment.method),
            name_of(on_paper=True).label("recipient"),
            col(Conference.starts_on),
            *(value.label(name) for name, value in where.items()),
        )
        .join(Location, col(Location.id) == col(Shipment.target_id))
        .outerjoin(Claim, col(Claim.id) == col(Shipment.claim_id))
        .outerjoin(Conference, col(Conference.id) == col(Claim.conference_id))
        .outerjoin(ShipmentAddress, col(ShipmentAddress.shipment_id) == col(Shipment.id))
        .outerjoin(PersonAddress, col(PersonAddress.person_id) == col(Location.person_id))
        .outerjoin(LocationAddress, col(LocationAddress.location_id) == col(Location.id))
        .where(col(Shipment.status) == _STATUS[stage], col(Shipment.source_id).in_(list(depots)))
    )
    return statement


def _shelves(session: Session, boxes: dict[int, list[PickBox]]) -> dict[int, tuple[ShelfLine, ...]]:
    """What each depot needs for its boxes, beside what its shelf holds."""
    needed: dict[tuple[int, str], int] = {}
    for depot, of_depot in boxes.items():
        for line in (line for box in of_depot for line in box.lines):
            needed[depot, line.code] = needed.get((depot, line.code), 0) + line.quantity
    designs: Statement = select(
        *(col(getattr(Design, name)) for name in ("code", "text", "pack_size", "ribbon_color", "foil_color"))
    ).where(col(Design.code).in_({code for _, code in needed}))
    levels: Statement = (
        select(col(Level.location_id), col(Design.code), col(Level.on_hand))
        .join(Design, col(Design.id) == col(Level.design_id))
        .where(col(Level.location_id).in_(list(boxes)))
    )
    known = {row.code: row._asdict() for row in columns(session, designs)}
    on_hand = {(depot, code): held for depot, code, held in columns(session, levels)}
    shelves: dict[int, list[ShelfLine]] = {}
    for (depot, code), quantity in sorted(needed.items()):
        of_shelf = ShelfLine(**known[code], needed=quantity, on_hand=on_hand.get((depot, code), 0))
        shelves.setdefault(depot, []).append(of_shelf)
    return {depot: tuple(lines) for depot, lines in shelves.items()}
