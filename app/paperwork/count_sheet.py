"""The sheet to count a depot with: what is read from the database for the printer."""

from sqlalchemy import select
from sqlmodel import Session, col

from app.core.clock import today
from app.core.db import Statement, columns
from app.core.errors import NotFound
from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading, party
from app.printing.count_sheet import CountLine, CountSheet
from app.printing.documents import PaperSize
from app.stock.locations import NO_DEPOT
from app.stock.models import Design, Kind, Level, Location


def count_sheet(
    session: Session,
    *,
    location_id: int,
    rules: Rules,
    blind: bool = True,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> CountSheet:
    """The sheet of a depot: designs in use and those that should lie there, by code.

    Unless it is ``blind``, it says what is expected. Raises :class:`NotFound` unless the location is a depot.
    """
    depot = session.get(Location, location_id)
    if depot is None or depot.kind is not Kind.DEPOT:
        raise NotFound(NO_DEPOT)
    return CountSheet(
        number=f"{'COUNT' if blind else 'CHECK'}-{location_id}-{today(rules.timezone)}",
        about=Thing.LOCATION.named(location_id, "count" if blind else "check"),
        **heading(rules, paper_size, language),
        depot=party(session, location_id=location_id, name=depot.name, rules=rules),
        blind=blind,
        lines=_lines(session, location_id, blind=blind),
    )


def _lines(session: Session, location_id: int, *, blind: bool) -> tuple[CountLine, ...]:
    statement: Statement = (
        select(
            *(col(getattr(Design, name)) for name in ("code", "text", "pack_size", "ribbon_color", "foil_color")),
            col(Level.on_hand),
        )
        .outerjoin(Level, (col(Level.design_id) == col(Design.id)) & (col(Level.location_id) == location_id))
        .where(col(Design.active) | (col(Level.on_hand) > 0))
    )
    lines = []
    for row in sorted(columns(session, statement), key=lambda row: row.code):
        line = row._asdict()
        held = line.pop("on_hand") or 0
        lines.append(CountLine(**line, expected=None if blind else held))
    return tuple(lines)
