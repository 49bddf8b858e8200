"""``champions print``: every paper from a shell, written to a file."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app.acts.act import File
from app.core.errors import Invalid
from app.core.language import Language, phrase
from app.core.schema import MAX_ID, typed_id
from app.coverage.schemas import CoverageFilter
from app.paperwork import acts
from app.paperwork.acts import CalibrationOptions, CountOptions, PickOptions, ThanksOptions
from app.paperwork.art import ArtSuffix
from app.paperwork.label_batches import LabelStockName, NewLabels
from app.paperwork.printed import OnPaper, Print, print_now
from app.paperwork.slip_batches import NewSlips
from app.shell.context import Number, here, opened, warn

app = typer.Typer(no_args_is_help=True, help="Print documents into files.")

PaperSize = Annotated[Literal["letter", "a4"] | None, typer.Option(help="letter or a4; else as configured.")]
Spoken = Annotated[Language | None, typer.Option(help="en or es; else the reader's.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; else a telling name here.")]
Right = Annotated[float, typer.Option(min=-10, max=10, help="Millimetres to shift to the right.")]
Down = Annotated[float, typer.Option(min=-10, max=10, help="Millimetres to shift down.")]
Numbers = Annotated[list[str], typer.Argument(help="Numbers such as SH-0012, in the order to print.")]


@app.command("packing-slip")
def print_packing_slip(
    context: typer.Context, number: str, paper_size: PaperSize = None, language: Spoken = None, output: Output = None
) -> None:
    """The packing slip of one shipment."""
    _print(
        context,
        acts.print_packing_slip,
        output,
        shipment_id=_id(number, "SH"),
        on=OnPaper(paper_size=paper_size, language=language),
    )


@app.command("packing-slips")
def print_packing_slips(
    context: typer.Context,
    numbers: Numbers,
    paper_size: PaperSize = None,
    language: Spoken = None,
    archive: Annotated[bool, typer.Option("--zip", help="One ZIP with a PDF for each, not one PDF.")] = False,
    output: Output = None,
) -> None:
    """The packing slips of many shipments: one PDF with bookmarks, or a ZIP."""
    ids = [_id(number, "SH") for number in numbers]
    wanted = NewSlips(shipment_ids=ids, format="zip" if archive else "pdf", paper_size=paper_size, language=language)
    with opened(here(context)) as unit:
        warn(unit, of_codes=True)
        actor, batch = unit.read_as(acts.print_packing_slips, {"body": wanted})
        with typer.progressbar(length=len(ids), label="Printing", file=sys.stderr) as bar:
            made = acts.print_packing_slips.finish(
                unit, actor=actor, material=batch, progress=lambda done: bar.update(done - bar.pos)
            )
            bar.update(len(ids) - bar.pos)
    _write(made, output)


@app.command("order-sheet")
def print_order_sheet(
    context: typer.Context, number: str, paper_size: PaperSize = None, language: Spoken = None, output: Output = None
) -> None:
    """The order sheet of a purchase order, with a proof of each ribbon."""
    on = OnPaper(paper_size=paper_size, language=language)
    _print(context, acts.print_order_sheet, output, purchase_order_id=_id(number, "PO"), on=on)


@app.command("proof-sheet")
def print_proof_sheet(
    context: typer.Context,
    design_id: Number,
    paper_size: PaperSize = None,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """A proof of one design for approval, at its true size and at twice that."""
    _print(
        context,
        acts.print_proof_sheet,
        output,
        design_id=design_id,
        on=OnPaper(paper_size=paper_size, language=language),
    )


@app.command("art")
def export_art(
    context: typer.Context,
    design_id: Number,
    suffix: Annotated[ArtSuffix, typer.Option(help="pdf or svg.")] = ArtSuffix.PDF,
    output: Output = None,
) -> None:
    """What the foil of a design covers, in one ink, for whoever makes the plate."""
    with opened(here(context)) as unit:
        made = unit.read(acts.export_design_art, design_id=design_id, suffix=suffix)
    _write(made, output)


@app.command("kit")
def print_kit(
    context: typer.Context,
    claim_id: Number,
    paper_size: PaperSize = None,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """What a champion takes along: a page to keep, a table tent and a name card."""
    _print(context, acts.print_kit, output, claim_id=claim_id, on=OnPaper(paper_size=paper_size, language=language))


@app.command("thanks")
def print_thanks(
    context: typer.Context,
    claim_id: Number,
    figures: Annotated[bool, typer.Option("--figures", help="Say how many ribbons were handed out, too.")] = False,
    paper_size: PaperSize = None,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """The letter of thanks for a champion whose final count is sent."""
    on = ThanksOptions(figures=figures, paper_size=paper_size, language=language)
    _print(context, acts.print_thanks, output, claim_id=claim_id, on=on)


@app.command("labels")
def print_labels(
    context: typer.Context,
    numbers: Numbers,
    label_stock: Annotated[
        LabelStockName, typer.Option(help="A roll of 4 by 6 inches, or sheets by their number.")
    ] = "5163",
    start: Annotated[int, typer.Option(min=1, help="The first label of the sheet that is still there.")] = 1,
    copies: Annotated[int, typer.Option(min=1, max=100, help="How many of each.")] = 1,
    right: Right = 0.0,
    down: Down = 0.0,
    outlines: Annotated[bool, typer.Option("--outlines", help="Draw the edges, for a test on plain paper.")] = False,
    return_address: Annotated[bool, typer.Option(help="Print the sender, too.")] = True,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """Address labels of shipments, with the barcode of their number."""
    ids = [_id(number, "SH") for number in numbers]
    wanted = NewLabels(
        shipment_ids=ids,
        label_stock=label_stock,
        start=start,
        copies=copies,
        right_mm=right,
        down_mm=down,
        outlines=outlines,
        return_address=return_address,
        language=language,
    )
    with opened(here(context)) as unit:
        warn(unit, of_codes=False)
        actor, batch = unit.read_as(acts.print_address_labels, {"body": wanted})
        made = acts.print_address_labels.finish(unit, actor=actor, material=batch)
    _write(made, output)


@app.command("calibration")
def print_calibration(
    context: typer.Context,
    label_stock: LabelStockName = "5163",
    right: Right = 0.0,
    down: Down = 0.0,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """A page that shows by how much a printer shifts its labels, and whether a correction puts it right."""
    on = CalibrationOptions(right_mm=right, down_mm=down, language=language)
    with opened(here(context)) as unit:
        warn(unit, of_codes=False)
        made = unit.read(acts.print_calibration_page, label_stock=label_stock, on=on)
    _write(made, output)


@app.command("pick-list")
def print_pick_list(
    context: typer.Context,
    depot_id: Annotated[int | None, typer.Option(min=1, max=MAX_ID, help="One depot; else all.")] = None,
    stage: Annotated[Literal["pack", "send"], typer.Option(help="Boxes to pack, or packed boxes to send.")] = "pack",
    paper_size: PaperSize = None,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """Boxes to pack, with what to take from the shelves; or packed boxes to send."""
    _print(
        context,
        acts.print_pick_list,
        output,
        on=PickOptions(depot_id=depot_id, stage=stage, paper_size=paper_size, language=language),
    )


@app.command("count-sheet")
def print_count_sheet(
    context: typer.Context,
    location_id: Number,
    expected: Annotated[bool, typer.Option("--expected", help="Print what should be there, too.")] = False,
    paper_size: PaperSize = None,
    language: Spoken = None,
    output: Output = None,
) -> None:
    """A sheet to count a depot with."""
    on = CountOptions(expected=expected, paper_size=paper_size, language=language)
    _print(context, acts.print_count_sheet, output, location_id=location_id, on=on)


@app.command("coverage")
def print_coverage(
    context: typer.Context, paper_size: PaperSize = None, language: Spoken = None, output: Output = None
) -> None:
    """Where ribbons have been: a sentence to quote, a map of the states, bars, and a table of conferences."""
    _print(
        context,
        acts.print_coverage_report,
        output,
        wanted=CoverageFilter(),
        on=OnPaper(paper_size=paper_size, language=language),
    )


def _print(context: typer.Context, act: Print[..., Any], output: Path | None, **values: Any) -> None:
    with opened(here(context)) as unit:
        warn(unit, of_codes=True)
        made = print_now(unit, act, values)
    _write(made, output)


def _write(made: File, output: Path | None) -> None:
    target = output or Path(made.name)
    if target.is_dir():
        target = target / made.name
    target.write_bytes(made.content)
    for left_out in made.left_out:
        typer.echo(f"Not printed: {left_out}", err=True)
    typer.echo(f"Saved {target} ({len(made.content):,} bytes).")


def _id(number: str, prefix: str) -> int:
    """The id in a number such as SH-0012, which may be typed in any case or without its letters."""
    found = re.fullmatch(rf"(?:{prefix}-?)?0*([1-9]\d{{0,9}})", number.strip(), re.IGNORECASE | re.ASCII)
    known = typed_id(found[1]) if found else None
    if known is None:
        wrong = phrase("“{number}” is not a number such as {example}.", number=number, example=f"{prefix}-0012")
        raise Invalid(wrong, field="number")
    return known
