"""Each kind of paper as a PDF of its own, without a register."""

from collections.abc import Callable
from typing import Any

from app.printing.count_sheet import lay_count_sheet
from app.printing.coverage_report import lay_coverage_report
from app.printing.documents import Document
from app.printing.kit import lay_kit
from app.printing.order_sheet import lay_order_sheet
from app.printing.packing_slip import lay_packing_slip
from app.printing.pick_list import lay_pick_list
from app.printing.proof_sheet import lay_proof_sheet
from app.printing.sheet import Laid, bind
from app.printing.thanks import lay_thanks

_LAID_BY: dict[str, Callable[[Any], Laid]] = {
    lay.__name__.removeprefix("lay_"): lay
    for lay in (
        lay_count_sheet,
        lay_coverage_report,
        lay_kit,
        lay_order_sheet,
        lay_packing_slip,
        lay_pick_list,
        lay_proof_sheet,
        lay_thanks,
    )
}


def drawn(document: Document) -> bytes:
    """The PDF of a document."""
    kind = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(document).__name__).lstrip("_")
    return bind([_LAID_BY[kind](document)])
