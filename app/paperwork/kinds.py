"""Every kind of paper, and how one is printed: read, stamped in a transaction, drawn when that is over."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from app.acts.act import File
from app.core.db import Database
from app.core.errors import Unprintable
from app.papers.models import CODE_LENGTH
from app.papers.stamping import PaperKind, lasting_code, link_to, readable, stamp
from app.printing.count_sheet import lay_count_sheet
from app.printing.coverage_report import lay_coverage_report
from app.printing.documents import Document
from app.printing.kit import Kit, lay_kit
from app.printing.naming import located
from app.printing.order_sheet import lay_order_sheet
from app.printing.packing_slip import lay_packing_slip
from app.printing.pick_list import lay_pick_list
from app.printing.proof_sheet import lay_proof_sheet
from app.printing.sheet import Laid, bind
from app.printing.thanks import lay_thanks

D = TypeVar("D", bound=Document)

Also = Callable[[Session], None]
"""What is written in the transaction in which papers are stamped."""


def _as_it_is(_session: Session, document: D) -> D:
    return document


def _with_met_link(session: Session, kit: Kit) -> Kit:
    code = lasting_code(session, letter="M", subject=kit.about)
    return replace(kit, met_code=readable(code), met_link=link_to(kit.public_url, "M", code))


@dataclass(frozen=True)
class Printable(Generic[D]):
    """A kind of paper and who draws it. ``complete`` adds what only the transaction of the stamp can give."""

    kind: PaperKind
    lay: Callable[[D], Laid]
    complete: Callable[[Session, D], D] = _as_it_is

    def file_name(self, document: D) -> str:
        """A name that tells the file from all others in a folder of downloads."""
        return f"{self.kind.name}-{document.number}-r{document.revision}.pdf"

    def check(self, document: D) -> None:
        """Raises :class:`Unprintable`, naming the record and the text of it, before a copy of it is counted."""
        code = "0" * CODE_LENGTH
        sample = {"code": readable(code), "link": link_to(document.public_url, self.kind.letter, code)}
        ends = {field.name: field.name.rpartition("_")[2] for field in fields(document)}
        codes: dict[str, Any] = {name: sample[end] for name, end in ends.items() if end in sample}
        try:
            self.lay(replace(document, **codes))
        except Unprintable as refusal:
            raise located(document, refusal) from refusal

    def print(self, database: Database, document: D, also: Also, *, revision: int | None = None) -> File:
        """Stamps the document and draws it; ``also`` is done in the transaction of the stamp.

        Raises :class:`Unprintable`, and :class:`Conflict` where another than the wanted revision would be printed.
        """
        self.check(document)

        def work(session: Session) -> D:
            also(session)
            stamped = stamp(session, kind=self.kind, document=document, revision=revision)
            return self.complete(session, stamped)

        stamped = database.run(work)
        laid = self.lay(stamped)
        left_out = [located(document, fault).detail for fault in laid.faults]
        return File(self.file_name(stamped), "application/pdf", bind([laid]), left_out)


PACKING_SLIP = Printable(PaperKind("packing-slip", "S"), lay_packing_slip)
ORDER_SHEET = Printable(PaperKind("order-sheet", "O"), lay_order_sheet)
PROOF_SHEET = Printable(PaperKind("proof-sheet", "P"), lay_proof_sheet)
KIT = Printable(PaperKind("kit", "C", lasting=True), lay_kit, _with_met_link)
PICK_LIST = Printable(PaperKind("pick-list", "P"), lay_pick_list)
COUNT_SHEET = Printable(PaperKind("count-sheet", "P"), lay_count_sheet)
COVERAGE_REPORT = Printable(PaperKind("coverage-report", "P"), lay_coverage_report)
THANKS = Printable(PaperKind("thanks", "T", lasting=True), lay_thanks)
