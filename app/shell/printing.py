"""``champions print``: every paper from a shell, written to a file."""

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
from sqlmodel import Session

from app.acts.audit import record
from app.acts.policy import SHELL
from app.core.errors import Invalid
from app.coverage.queries import CoverageFilter
from app.paperwork import kinds as paperwork
from app.paperwork import label_batches as labels
from app.paperwork.count_sheet import count_sheet
from app.paperwork.coverage_report import coverage_report
from app.paperwork.kinds import Printable, PrintedFile
from app.paperwork.kit import kit
from app.paperwork.label_batches import NewLabels, StockName
from app.paperwork.order_sheet import order_sheet
from app.paperwork.packing_slip import packing_slip
from app.paperwork.pick_list import pick_list
from app.paperwork.proof_sheet import proof_sheet
from app.paperwork.slip_batches import NewSlips, print_batch, read_batch
from app.printing.count_sheet import CountSheet
from app.printing.coverage_report import CoverageReport
from app.printing.documents import Document, OrderSheet, PackingSlip
from app.printing.kit import Kit
from app.printing.pick_list import PickList
from app.printing.proof_sheet import ProofSheet
from app.shell.context import here, opened

D = TypeVar("D", bound=Document)

app = typer.Typer(no_args_is_help=True, help="Print papers into files.")

Paper = Annotated[Literal["letter", "a4"] | None, typer.Option(help="letter or a4; else as configured.")]
Language = Annotated[Literal["en", "es"] | None, typer.Option(help="en or es; else the reader's.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; else a telling name here.")]
Right = Annotated[float, typer.Option(min=-10, max=10, help="Millimetres to shift to the right.")]
Down = Annotated[float, typer.Option(min=-10, max=10, help="Millimetres to shift down.")]
Numbers = Annotated[list[str], typer.Argument(help="Numbers such as SH-0012, in the order to print.")]


@app.command("packing-slip")
def print_packing_slip(
    context: typer.Context, number: str, paper: Paper = None, language: Language = None, output: Output = None
) -> None:
    """The packing slip of one shipment."""
    shipment_id = _id(number, "SH")

    def read(session: Session) -> PackingSlip:
        return packing_slip(
            session, shipment_id=shipment_id, rules=here(context).rules, actor=SHELL, paper=paper, language=language
        )

    _print(context, paperwork.PACKING_SLIP, read, output)


@app.command("packing-slips")
def print_packing_slips(
    context: typer.Context,
    numbers: Numbers,
    paper: Paper = None,
    language: Language = None,
    archive: Annotated[bool, typer.Option("--zip", help="One ZIP with a PDF for each, not one PDF.")] = False,
    output: Output = None,
) -> None:
    """The packing slips of many shipments: one PDF with bookmarks, or a ZIP."""
    ids = [_id(number, "SH") for number in numbers]
    wanted = NewSlips(shipment_ids=ids, form="zip" if archive else "pdf", paper=paper, language=language)
    with opened(context) as database:
        with database.reading() as session:
            batch = read_batch(session, wanted=wanted, rules=here(context).rules, actor=SHELL)
        with typer.progressbar(length=len(ids), label="Printing", file=sys.stderr) as bar:
            noted = _noted("print_packing_slips", batch.subjects)
            made = print_batch(database, batch, noted, lambda done: bar.update(done - bar.pos))
            bar.update(len(ids) - bar.pos)
    _write(made, output)


@app.command("order-sheet")
def print_order_sheet(
    context: typer.Context, number: str, paper: Paper = None, language: Language = None, output: Output = None
) -> None:
    """The order sheet of a purchase order, with a proof of each ribbon."""
    order_id = _id(number, "PO")

    def read(session: Session) -> OrderSheet:
        return order_sheet(session, order_id=order_id, rules=here(context).rules, paper=paper, language=language)

    _print(context, paperwork.ORDER_SHEET, read, output)


@app.command("proof-sheet")
def print_proof_sheet(
    context: typer.Context, design_id: int, paper: Paper = None, language: Language = None, output: Output = None
) -> None:
    """A proof of one design, at its true size and at twice that."""

    def read(session: Session) -> ProofSheet:
        return proof_sheet(session, design_id=design_id, rules=here(context).rules, paper=paper, language=language)

    _print(context, paperwork.PROOF_SHEET, read, output)


@app.command("kit")
def print_kit(
    context: typer.Context, claim_id: int, paper: Paper = None, language: Language = None, output: Output = None
) -> None:
    """What a champion takes along: a page to keep, a table tent and a name card."""

    def read(session: Session) -> Kit:
        return kit(session, claim_id=claim_id, rules=here(context).rules, actor=SHELL, paper=paper, language=language)

    _print(context, paperwork.KIT, read, output)


@app.command("labels")
def print_labels(
    context: typer.Context,
    numbers: Numbers,
    stock: Annotated[StockName, typer.Option(help="A roll of 4 by 6 inches, or sheets by their number.")] = "5163",
    start: Annotated[int, typer.Option(min=1, help="The first label of the sheet that is still there.")] = 1,
    copies: Annotated[int, typer.Option(min=1, max=100, help="How many of each.")] = 1,
    right: Right = 0.0,
    down: Down = 0.0,
    outlines: Annotated[bool, typer.Option("--outlines", help="Draw the edges, for a test on plain paper.")] = False,
    return_address: Annotated[bool, typer.Option(help="Print the sender, too.")] = True,
    language: Language = None,
    output: Output = None,
) -> None:
    """Address labels of shipments, with the barcode of their number."""
    ids = [_id(number, "SH") for number in numbers]
    wanted = NewLabels(
        shipment_ids=ids,
        stock=stock,
        start=start,
        copies=copies,
        right_mm=right,
        down_mm=down,
        outlines=outlines,
        return_address=return_address,
        language=language,
    )
    with opened(context) as database:
        with database.reading() as session:
            batch = labels.read_labels(session, wanted=wanted, rules=here(context).rules, actor=SHELL)
        made = labels.print_labels(database, batch, _noted("print_address_labels", batch.subjects))
    _write(made, output)


@app.command("calibration")
def print_calibration(
    context: typer.Context,
    stock: StockName = "5163",
    right: Right = 0.0,
    down: Down = 0.0,
    language: Language = None,
    output: Output = None,
) -> None:
    """A page that shows by how much a printer shifts its labels, and whether an offset puts it right."""
    _write(
        labels.calibration(stock=stock, rules=here(context).rules, right_mm=right, down_mm=down, language=language),
        output,
    )


@app.command("pick-list")
def print_pick_list(
    context: typer.Context,
    depot_id: Annotated[int | None, typer.Option(help="One depot; else all.")] = None,
    stage: Annotated[Literal["pack", "send"], typer.Option(help="Boxes to pack, or packed boxes to send.")] = "pack",
    paper: Paper = None,
    language: Language = None,
    output: Output = None,
) -> None:
    """What is to be taken from the shelves for the boxes that are to be packed."""

    def read(session: Session) -> PickList:
        return pick_list(
            session,
            depot_id=depot_id,
            ship_by=None,
            rules=here(context).rules,
            stage=stage,
            paper=paper,
            language=language,
        )

    _print(context, paperwork.PICK_LIST, read, output)


@app.command("count-sheet")
def print_count_sheet(
    context: typer.Context,
    location_id: int,
    expected: Annotated[bool, typer.Option("--expected", help="Print what should be there, too.")] = False,
    paper: Paper = None,
    language: Language = None,
    output: Output = None,
) -> None:
    """A sheet to write on what is counted at a depot."""

    def read(session: Session) -> CountSheet:
        return count_sheet(
            session,
            location_id=location_id,
            rules=here(context).rules,
            blind=not expected,
            paper=paper,
            language=language,
        )

    _print(context, paperwork.COUNT_SHEET, read, output)


@app.command("coverage")
def print_coverage(
    context: typer.Context, paper: Paper = None, language: Language = None, output: Output = None
) -> None:
    """The coverage report: a sentence to quote, a map of the states, bars, and a table of conferences."""

    def read(session: Session) -> CoverageReport:
        return coverage_report(
            session, rules=here(context).rules, wanted=CoverageFilter(), paper=paper, language=language
        )

    _print(context, paperwork.COVERAGE_REPORT, read, output)


def _print(context: typer.Context, paper: Printable[D], read: Callable[[Session], D], output: Path | None) -> None:
    with opened(context) as database:
        with database.reading() as session:
            document = read(session)
        also = _noted(f"print_{paper.kind.name.replace('-', '_')}", [document.about])
        made = paper.print(database, document, also)
    _write(made, output)


def _noted(action: str, subjects: Sequence[str]) -> Callable[[Session], None]:
    def note(session: Session) -> None:
        for subject in subjects:
            record(session, principal=SHELL.principal, action=action, subject=subject)

    return note


def _write(made: PrintedFile, output: Path | None) -> None:
    target = output or Path(made.name)
    if target.is_dir():
        target = target / made.name
    target.write_bytes(made.content)
    typer.echo(f"Saved {target} ({len(made.content):,} bytes).")


def _id(number: str, prefix: str) -> int:
    """The id in a number such as SH-0012, which may be typed in any case or without its letters."""
    found = re.fullmatch(rf"(?:{prefix}-?)?0*([1-9]\d{{0,9}})", number.strip(), re.IGNORECASE | re.ASCII)
    if found is None:
        raise Invalid(f"{number!a} is not a number such as {prefix}-0012.", field="number")
    return int(found[1])
