"""What can be printed, and what can be done with print jobs and with the short links on papers."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from app.acts.act import File, Work, fetches, given, made, reads, writes
from app.acts.afterwards import Follows, Lane
from app.acts.application import Service
from app.acts.policy import Permission
from app.core.paging import Page, Paging
from app.core.schema import Day, In, RowId
from app.core.subjects import Thing
from app.coverage.schemas import CoverageFilter
from app.papers.links import Found, LinkCode, LinkFilter, LinkOut, find_links, resolve, revoke_link
from app.paperwork.art import ART_MEDIA, ArtSuffix, design_art
from app.paperwork.called_off import is_called_off
from app.paperwork.count_sheet import count_sheet
from app.paperwork.coverage_report import coverage_report
from app.paperwork.jobs import PrintJobOut, create_job, find_jobs, job_file, read_job, run_job
from app.paperwork.kinds import (
    COUNT_SHEET,
    COVERAGE_REPORT,
    KIT,
    ORDER_SHEET,
    PACKING_SLIP,
    PICK_LIST,
    PROOF_SHEET,
    THANKS,
)
from app.paperwork.kit import kit
from app.paperwork.label_batches import LabelBatch, LabelStockName, NewLabels, calibration, print_labels, read_labels
from app.paperwork.order_sheet import order_sheet
from app.paperwork.packing_slip import packing_slip
from app.paperwork.pick_list import pick_list
from app.paperwork.printed import OnPaper, PrintLanguage, prints, prints_many
from app.paperwork.proof_sheet import proof_sheet
from app.paperwork.slip_batches import NewSlips, SlipBatch, SlipsAtOnce, print_batch, read_batch
from app.paperwork.thanks import thanks
from app.printing.count_sheet import CountSheet
from app.printing.coverage_report import CoverageReport
from app.printing.documents import OrderSheet, PackingSlip
from app.printing.kit import Kit
from app.printing.pick_list import PickList
from app.printing.proof_sheet import ProofSheet
from app.printing.thanks import Thanks

_PDF, _ZIP = "application/pdf", "application/zip"


@prints(Permission.READ_CLAIMS, KIT)
def print_kit(work: Work, *, claim_id: RowId, on: OnPaper) -> Kit:
    """Print what a champion takes along: a page to keep at the conference, a table tent and a name card."""
    return kit(
        work.session,
        claim_id=claim_id,
        actor=work.actor,
        rules=work.rules,
        paper_size=on.paper_size,
        language=on.language,
    )


class ThanksOptions(OnPaper):
    """What a letter of thanks may say, and how it is to be printed."""

    figures: Annotated[bool, Field(description="say how many ribbons were handed out, too")] = False


@prints(Permission.READ_CLAIMS, THANKS)
def print_thanks(work: Work, *, claim_id: RowId, on: ThanksOptions) -> Thanks:
    """Print the letter in which the community thanks a champion, once the final count is sent.

    With the conference, its days and, where it is asked for, the number of ribbons; its code confirms that it is real.
    """
    return thanks(
        work.session,
        claim_id=claim_id,
        figures=on.figures,
        actor=work.actor,
        rules=work.rules,
        paper_size=on.paper_size,
        language=on.language,
    )


@prints(Permission.READ_SHIPMENTS, PACKING_SLIP)
def print_packing_slip(work: Work, *, shipment_id: RowId, on: OnPaper) -> PackingSlip:
    """Print the packing slip, in the receiver's language unless another is asked for."""
    return packing_slip(
        work.session,
        shipment_id=shipment_id,
        actor=work.actor,
        rules=work.rules,
        paper_size=on.paper_size,
        language=on.language,
    )


@prints(Permission.PURCHASE, ORDER_SHEET)
def print_order_sheet(work: Work, *, purchase_order_id: RowId, on: OnPaper) -> OrderSheet:
    """Print the order sheet for the vendor, with a proof of each ribbon at its true size."""
    return order_sheet(
        work.session, order_id=purchase_order_id, rules=work.rules, paper_size=on.paper_size, language=on.language
    )


@prints(Permission.PURCHASE, PROOF_SHEET)
def print_proof_sheet(work: Work, *, design_id: RowId, on: OnPaper) -> ProofSheet:
    """Print a proof of one design for approval, at its true size and at twice that."""
    return proof_sheet(
        work.session, design_id=design_id, rules=work.rules, paper_size=on.paper_size, language=on.language
    )


@fetches(Permission.PURCHASE, *ART_MEDIA.values())
def export_design_art(work: Work, *, design_id: RowId, suffix: ArtSuffix) -> File:
    """Export the production art of a design: what the foil covers, in one ink, at its size with bleed.

    Letters are outlines; no font is needed. The cut is the PDF's trim box, and the view `trim` of the SVG.
    """
    return design_art(work.session, design_id=design_id, suffix=suffix)


class CountOptions(OnPaper):
    """How a count sheet is to be printed."""

    expected: Annotated[bool, Field(description="print what should be there, too")] = False


@prints(Permission.MOVE_STOCK, COUNT_SHEET)
def print_count_sheet(work: Work, *, location_id: RowId, on: CountOptions) -> CountSheet:
    """Print a sheet to count a depot with."""
    return count_sheet(
        work.session,
        location_id=location_id,
        blind=not on.expected,
        rules=work.rules,
        paper_size=on.paper_size,
        language=on.language,
    )


class PickOptions(OnPaper):
    """Which boxes are wanted on a pick list, and how it is to be printed."""

    depot_id: Annotated[RowId | None, Field(description="one depot; else all")] = None
    ship_by: Annotated[Day | None, Field(description="only what must leave by this day")] = None
    stage: Annotated[Literal["pack", "send"], Field(description="boxes to pack, or packed boxes to send")] = "pack"


@prints(Permission.PRINT_BATCHES, PICK_LIST)
def print_pick_list(work: Work, *, on: PickOptions) -> PickList:
    """Print the boxes to pack, with what to take from the shelves, by depot, the most urgent box first."""
    return pick_list(
        work.session,
        depot_id=on.depot_id,
        ship_by=on.ship_by,
        stage=on.stage,
        rules=work.rules,
        paper_size=on.paper_size,
        language=on.language,
    )


@prints(Permission.PRINT_BATCHES, COVERAGE_REPORT, at_one_moment=True)
def print_coverage_report(work: Work, *, wanted: CoverageFilter, on: OnPaper) -> CoverageReport:
    """Print where ribbons have been: a sentence to quote, a map of the states, bars, and a table of the conferences."""
    return coverage_report(
        work.session, wanted=wanted, rules=work.rules, paper_size=on.paper_size, language=on.language
    )


@prints_many(Permission.PRINT_BATCHES, print_batch, _PDF, _ZIP)
def print_packing_slips(work: Work, *, body: SlipsAtOnce) -> SlipBatch:
    """Print the packing slips of many shipments.

    At most 300: for more than that, start a print job, and ask how far it has come.
    """
    return read_batch(work.session, wanted=body, rules=work.rules, actor=work.actor)


@prints_many(Permission.READ_SHIPMENTS, print_labels, _PDF)
def print_address_labels(work: Work, *, body: NewLabels) -> LabelBatch:
    """Print address labels with the barcode of each shipment, on a roll or on sheets.

    Champions print those of their own boxes, such as for the leftovers that they have packed.
    """
    return read_labels(work.session, wanted=body, rules=work.rules, actor=work.actor)


NamedLabelStock = Annotated[LabelStockName, Field(description="the label stock")]


class CalibrationOptions(In):
    """The shift that a calibration page is to confirm, and its language."""

    right_mm: Annotated[float, Field(ge=-10, le=10, description="millimetres to shift")] = 0.0
    down_mm: Annotated[float, Field(ge=-10, le=10, description="millimetres to shift")] = 0.0
    language: PrintLanguage = None


@fetches(Permission.PRINT_BATCHES, _PDF)
def print_calibration_page(work: Work, *, label_stock: NamedLabelStock, on: CalibrationOptions) -> File:
    """Print a page that shows by how much a printer shifts its labels, and which correction puts it right."""
    return calibration(
        label_stock=label_stock, rules=work.rules, right_mm=on.right_mm, down_mm=on.down_mm, language=on.language
    )


@reads(Permission.PRINT_BATCHES)
def list_print_jobs(work: Work, *, paging: Paging) -> Page[PrintJobOut]:
    """List your own print jobs, newest first."""
    return find_jobs(work.session, paging=paging, actor=work.actor)


def _run(service: Service, job: PrintJobOut) -> None:
    run_job(service, job.id, action=print_packing_slips.name)


@writes(Permission.PRINT_BATCHES, about=made(Thing.PRINT_JOB), follows=Follows(_run, Lane.PRINTS))
def create_print_job(work: Work, *, body: NewSlips) -> PrintJobOut:
    """Start to print the packing slips of many shipments; ask for the job to see how far it has come."""
    return create_job(work.session, new=body, actor=work.actor)


@reads(Permission.PRINT_BATCHES)
def get_print_job(work: Work, *, print_job_id: RowId) -> PrintJobOut:
    """Read how far a print job of yours has come."""
    return read_job(work.session, job_id=print_job_id, actor=work.actor)


@fetches(Permission.PRINT_BATCHES, _PDF, _ZIP)
def get_print_job_file(work: Work, *, print_job_id: RowId) -> File:
    """Fetch what a print job of yours has made. It is kept for an hour."""
    return job_file(work.session, job_id=print_job_id, actor=work.actor)


@reads(Permission.MANAGE_LINKS)
def list_links(work: Work, *, paging: Paging, wanted: LinkFilter) -> Page[LinkOut]:
    """List the short links on documents: all, or those about one thing such as `shipment:5`."""
    return find_links(work.session, paging=paging, subject=wanted.subject)


@reads(Permission.READ_PUBLIC)
def read_code(work: Work, *, letter: str, code: str) -> Found:
    """Read what a code on paper stands for."""
    found = resolve(work.session, letter=letter, code=code)
    return replace(found, called_off=is_called_off(work.session, found.letter, found.subject))


@writes(Permission.MANAGE_LINKS, about=given(Thing.LINK))
def revoke_short_link(work: Work, *, link_id: LinkCode) -> LinkOut:
    """End a short link: its page says so from now on, and the next print gets another."""
    return revoke_link(work.session, code=link_id)
