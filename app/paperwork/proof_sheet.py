"""The proof sheet of a design: what is read from the database for the printer."""

from sqlmodel import Session

from app.core.errors import NotFound
from app.core.language import Language
from app.core.rules import Rules
from app.core.subjects import Thing
from app.paperwork.heading import heading
from app.printing.documents import PaperSize
from app.printing.proof_sheet import ProofSheet
from app.stock.designs import NO_DESIGN, face
from app.stock.models import Design


def proof_sheet(
    session: Session,
    *,
    design_id: int,
    rules: Rules,
    paper_size: PaperSize | None = None,
    language: Language | None = None,
) -> ProofSheet:
    """The proof sheet of a design, complete, so that it can be drawn without a session. Raises :class:`NotFound`."""
    design = session.get(Design, design_id)
    if design is None:
        raise NotFound(NO_DESIGN)
    return ProofSheet(
        number=f"PROOF-{design_id:04d}",
        about=Thing.DESIGN.named(design_id),
        **heading(rules, paper_size, language),
        face=face(design),
        ribbon_pms=design.ribbon_pms,
        foil_pms=design.foil_pms,
    )
