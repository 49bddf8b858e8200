"""Routes of papers that are about many things, of print jobs, and of the short links on papers."""

from typing import Annotated, Literal

from fastapi import Path, Query
from sqlmodel import Session

from app.acts.policy import Actor, Permission
from app.api.paper_routing import LanguageQuery, PaperQuery, PaperRouter, printers
from app.api.requests import PageQuery, PathId, QueryId
from app.core.config import Settings
from app.core.db import Database
from app.core.paging import Page
from app.core.rules import Rules
from app.core.schema import Day
from app.papers.links import LinkOut, find_links, revoke_link
from app.paperwork.jobs import PrintJobOut, create_job, find_jobs, job_file, read_job, run_job
from app.paperwork.kinds import PICK_LIST, PrintedFile
from app.paperwork.label_batches import LabelBatch, NewLabels, StockName, calibration, print_labels, read_labels
from app.paperwork.pick_list import pick_list
from app.paperwork.slip_batches import NewSlips, SlipBatch, SlipsAtOnce, print_batch, read_batch
from app.printing.pick_list import PickList

router = PaperRouter(tags=["papers"])

_PDF, _ZIP = "application/pdf", "application/zip"
Shift = Annotated[float, Query(ge=-10, le=10, description="millimetres to shift")]


@router.makes("/shipments/packing-slips.pdf", Permission.PRINT_BATCHES, print_batch, media=(_PDF, _ZIP))
def print_packing_slips(session: Session, actor: Actor, rules: Rules, body: SlipsAtOnce) -> SlipBatch:
    """Print the packing slips of many shipments.

    At most 300: for more than that, start a print job, and ask how far it has come.
    """
    return read_batch(session, wanted=body, rules=rules, actor=actor)


@router.prints("/shipments/pick-list.pdf", Permission.PRINT_BATCHES, PICK_LIST, audited=True)
def print_pick_list(
    session: Session,
    rules: Rules,
    depot_id: Annotated[QueryId | None, Query(description="one depot; else all")] = None,
    ship_by: Annotated[Day | None, Query(description="only what must leave by this day")] = None,
    stage: Annotated[Literal["pack", "send"], Query(description="boxes to pack, or packed boxes to send")] = "pack",
    paper: PaperQuery = None,
    language: LanguageQuery = None,
) -> PickList:
    """Print what is to be taken from the shelves for a day's packing, by depot, the most urgent box first."""
    return pick_list(
        session, depot_id=depot_id, ship_by=ship_by, rules=rules, stage=stage, paper=paper, language=language
    )


@router.makes("/labels.pdf", Permission.PRINT_BATCHES, print_labels)
def print_address_labels(session: Session, actor: Actor, rules: Rules, body: NewLabels) -> LabelBatch:
    """Print address labels with the barcode of each shipment, on a roll or on sheets."""
    return read_labels(session, wanted=body, rules=rules, actor=actor)


@router.downloads("/labels/{stock}/calibration.pdf", Permission.PRINT_BATCHES, _PDF)
def print_calibration_page(
    session: Session,
    rules: Rules,
    stock: Annotated[StockName, Path(description="the label stock")],
    right_mm: Shift = 0.0,
    down_mm: Shift = 0.0,
    language: LanguageQuery = None,
) -> PrintedFile:
    """Print a page that shows by how much a printer shifts its labels, and which offset puts it right."""
    del session
    return calibration(stock=stock, rules=rules, right_mm=right_mm, down_mm=down_mm, language=language)


@router.reads("/print-jobs", Permission.PRINT_BATCHES)
def list_print_jobs(session: Session, actor: Actor, paging: PageQuery) -> Page[PrintJobOut]:
    """List your own print jobs, newest first."""
    return find_jobs(session, paging=paging, actor=actor)


def _run(database: Database, here: Settings, job: PrintJobOut) -> None:
    run_job(database, job.id, rules=here.rules)


@router.writes(
    "POST", "/print-jobs", Permission.PRINT_BATCHES, status=202, creates="print_job", then=_run, workers=printers
)
def create_print_job(session: Session, actor: Actor, body: NewSlips) -> PrintJobOut:
    """Start to print the packing slips of many shipments; ask for the job to see how far it has come."""
    return create_job(session, new=body, actor=actor)


@router.reads("/print-jobs/{print_job_id}", Permission.PRINT_BATCHES)
def get_print_job(session: Session, actor: Actor, print_job_id: PathId) -> PrintJobOut:
    """Read how far a print job of yours has come."""
    return read_job(session, job_id=print_job_id, actor=actor)


@router.downloads("/print-jobs/{print_job_id}/file", Permission.PRINT_BATCHES, _PDF, _ZIP, more={409})
def get_print_job_file(session: Session, actor: Actor, print_job_id: PathId) -> PrintedFile:
    """Fetch what a print job of yours has made. It is kept for an hour."""
    return job_file(session, job_id=print_job_id, actor=actor)


@router.reads("/links", Permission.MANAGE_LINKS)
def list_links(
    session: Session,
    paging: PageQuery,
    subject: Annotated[str | None, Query(pattern=r"^[a-z_-]{1,20}(:[A-Za-z0-9-]{1,40}){0,4}$")] = None,
) -> Page[LinkOut]:
    """List the short links on papers: all, or those about one thing such as `shipment:5`."""
    return find_links(session, paging=paging, subject=subject)


@router.writes("POST", "/links/{link_id}/revoke", Permission.MANAGE_LINKS)
def revoke_short_link(
    session: Session, link_id: Annotated[str, Path(min_length=16, max_length=40, description="the code as printed")]
) -> LinkOut:
    """End a short link: its page says so from now on, and the next print gets another."""
    return revoke_link(session, code=link_id)
