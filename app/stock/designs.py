"""Verbs about designs."""

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from app.core.db import columns, lock, one
from app.core.errors import Conflict, Invalid, Unprintable
from app.core.language import phrase
from app.core.lifecycle import Version, check_version
from app.core.paging import Page, Paging, page
from app.printing.documents import RibbonFace
from app.printing.entering import refuse, unprintable
from app.printing.ribbon import measure
from app.stock.models import Design
from app.stock.schemas import DesignOut, NewDesign

NO_DESIGN = phrase("There is no such design.")
EACH_ONCE = phrase("Name each design once.")

FACE = frozenset(field.name for field in fields(RibbonFace)) & Design.model_fields.keys() - {"code"}
"""What a design is on the ribbon itself: its text, its colors and its size."""

ASKED = ("ribbon_pms", "foil_pms", "vendor_item")
"""What vendors ask of a design beside that: it stands on the sheet of an order."""

_DESIGN = tuple(col(getattr(Design, name)) for name in DesignOut.model_fields)


def create_design(session: Session, *, new: NewDesign) -> Design:
    """Adds a kind of ribbon.

    Raises :class:`Conflict` for a code that is in use, :class:`Unprintable` for a text that does not fit on the ribbon.
    """
    if session.scalar(select(col(Design.id)).where(col(Design.code) == new.code)) is not None:
        raise Conflict(phrase("Another design already has the code {code}.", code=new.code), field="code")
    design = Design(**new.model_dump())
    _check_face(design)
    session.add(design)
    session.flush()
    return design


def face(design: Design) -> RibbonFace:
    """How the ribbon of a design looks on paper."""
    kept = [field.name for field in fields(RibbonFace) if field.name in Design.model_fields]
    return RibbonFace(**{name: getattr(design, name) for name in kept})


def _check_face(design: Design) -> None:
    """Raises :class:`Unprintable` for what does not fit on the ribbon, or no paper can show."""
    printed = ("text", "ribbon_color_name", "foil_color_name", *ASKED)
    refuse(unprintable({name: getattr(design, name) for name in printed}, needed={"text"}))
    try:
        measure(face(design), field="")
    except Unprintable as refusal:
        raise Unprintable(refusal.detail, field="text") from refusal


def lock_designs(session: Session, *, design_ids: Collection[int]) -> None:
    """Locks designs until the unit of work ends, in the order of their ids."""
    wanted = select(col(Design.id)).where(col(Design.id).in_(design_ids))
    columns(session, wanted.order_by(col(Design.id)).with_for_update()).all()


def edit_design_step(session: Session, *, design_id: int, version: Version | None, changes: dict[str, Any]) -> Design:
    """Changes the given fields. Raises :class:`Stale` where it has changed since ``version`` was read, and
    :class:`Unprintable`."""
    design = lock(session, Design, design_id, missing=NO_DESIGN)
    design.version = check_version(present=design.version, based_on=version)
    for name, value in changes.items():
        setattr(design, name, value)
    if changes.keys() & {*FACE, *ASKED}:
        _check_face(design)
    session.flush()
    return design


def find_designs(session: Session, *, paging: Paging) -> Page[DesignOut]:
    """All designs, by id."""
    return page(session, select(*_DESIGN), DesignOut, order=[col(Design.id)], paging=paging)


def read_design(session: Session, *, design_id: int) -> DesignOut:
    """One design. Raises :class:`NotFound`."""
    return one(session, select(*_DESIGN).where(col(Design.id) == design_id), DesignOut, missing=NO_DESIGN)


def code_of(session: Session, *, design_id: int) -> str:
    """The code of a design, by which people know it."""
    return session.scalars(select(col(Design.code)).where(col(Design.id) == design_id)).one()


_KNOWN = select(col(Design.id)).where(col(Design.id).in_(bindparam("design_ids", expanding=True)))


def check_designs(session: Session, design_ids: set[int], *, field: str = "design_id") -> None:
    """Raises :class:`Invalid` unless each id is one of a design."""
    unknown = design_ids - set(columns(session, _KNOWN, design_ids=sorted(design_ids)).scalars())
    if unknown:
        raise Invalid(phrase("There is no design {id}.", id=str(min(unknown))), field=field)
