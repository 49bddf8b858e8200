"""The production art of a design, for the vendor who makes the plate."""

from enum import StrEnum

from sqlmodel import Session

from app.acts.act import File
from app.core.errors import NotFound
from app.printing.art import art, art_pdf, art_svg
from app.stock.designs import NO_DESIGN, face
from app.stock.models import Design


class ArtSuffix(StrEnum):
    """How art is written, by the end of its address."""

    PDF = "pdf"
    SVG = "svg"


ART_MEDIA = {ArtSuffix.PDF: "application/pdf", ArtSuffix.SVG: "image/svg+xml"}
_WRITTEN_BY = {ArtSuffix.PDF: art_pdf, ArtSuffix.SVG: art_svg}


def design_art(session: Session, *, design_id: int, suffix: ArtSuffix) -> File:
    """The art of a design. Raises :class:`NotFound`, and :class:`Unprintable` as its proof does."""
    design = session.get(Design, design_id)
    if design is None:
        raise NotFound(NO_DESIGN)
    drawn = art(face(design))
    return File(f"art-{design.code}.{suffix}", ART_MEDIA[suffix], _WRITTEN_BY[suffix](drawn))
