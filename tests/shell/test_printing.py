"""``champions print``: every paper from a shell, into a file with a telling name."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from pypdf import PdfReader

from app.paperwork.label_batches import LabelStockName
from app.printing.label_stock import label_stocks
from tests.support import reading
from tests.support.shell import Shell
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("a command calls builders of papers, which are tested on both")


@pytest.fixture
def shell(shell: Shell) -> Shell:
    """Runs ``champions`` for a community that is set up."""
    named = ("--name", "Latinas in Medicine", "--hashtag", "#LatinasInMedicine")
    assert shell("setup", *named, "--public-url", "https://ribbons.example.org").code == 0
    return shell


def words(file: Path) -> str:
    """The text of a PDF, its blanks as single spaces."""
    return reading.words(file.read_bytes())


def order(world: World) -> Json:
    lines = [{"design_id": world.design, "quantity": 300}]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    made: Json = world.coordinator.post("/purchase-orders", new, status=201)
    return made


def test_each_paper_is_printed_by_its_number_into_a_file_that_says_what_it_is(
    shell: Shell, world: World, tmp_path: Path
) -> None:
    claim = world.deputized(world.conference())
    sent, ordered = world.sent(claim), order(world)
    for arguments, name, said in (
        (["packing-slip", sent["number"]], f"packing-slip-{sent['number']}-r1.pdf", "Packing slip"),
        (["order-sheet", ordered["number"].lower()], f"order-sheet-{ordered['number']}-r1.pdf", "Order sheet"),
        (["proof-sheet", str(world.design), "--language", "es"], "proof-sheet-PROOF-0001-r1.pdf", "#LatinasInMedicine"),
        (["kit", str(claim["id"])], f"kit-KIT-{claim['id']:04d}-r1.pdf", "Conference Champion"),
        (["calibration", "--label-stock", "L7160", "--right", "0.5"], "calibration-L7160.pdf", "L7160"),
    ):
        ran = shell("print", *arguments, "--output", str(tmp_path))
        assert (ran.code, ran.err) == (0, ""), arguments
        assert name in ran.out
        assert said in words(tmp_path / name)
    ran = shell("print", "art", str(world.design), "--suffix", "svg", "--output", str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    assert (tmp_path / "art-BLUE.svg").read_text().count("<path ") == 1
    for arguments in (["pick-list", "--stage", "send"], ["count-sheet", str(world.depot), "--expected"], ["coverage"]):
        file = tmp_path / f"{arguments[0]}.pdf"
        ran = shell("print", *arguments, "--output", str(file))
        assert ran.code == 0, ran.err
        assert "Latinas in Medicine" in words(file)


def test_many_slips_go_into_one_pdf_or_one_zip_and_the_bar_comes_to_its_end(
    shell: Shell, world: World, tmp_path: Path
) -> None:
    claim = world.deputized(world.conference())
    numbers = [world.shipment(claim, 5)["number"] for _ in range(3)]
    ran = shell("print", "packing-slips", *numbers, "--output", str(tmp_path))
    assert ran.code == 0, ran.err
    assert len(PdfReader(BytesIO((tmp_path / "packing-slips-3.pdf").read_bytes())).pages) == 3
    ran = shell("print", "packing-slips", *reversed(numbers), "--zip", "--output", str(tmp_path))
    assert ran.code == 0, ran.err
    with zipfile.ZipFile(tmp_path / "packing-slips-3.zip") as file:
        assert file.namelist() == [f"packing-slip-{number}-r1.pdf" for number in reversed(numbers)]


def test_every_stock_of_which_we_know_the_measures_can_be_named() -> None:
    assert set(get_args(LabelStockName)) == set(label_stocks())


@pytest.mark.parametrize("label_stock", label_stocks())
def test_labels_are_printed_on_every_stock(shell: Shell, world: World, tmp_path: Path, label_stock: str) -> None:
    sent = world.sent(world.deputized(world.conference()))
    ran = shell(
        "print", "labels", sent["number"], "--label-stock", label_stock, "--copies", "2", "--output", str(tmp_path)
    )
    assert ran.code == 0, ran.err
    assert words(tmp_path / f"labels-{label_stock}-1.pdf").count(sent["number"]) == 2
    entry = world.coordinator.get("/audit?limit=1")["items"][0]
    assert (entry["principal"], entry["action"], entry["subject"]) == (
        "shell",
        "print_address_labels",
        f"shipment:{sent['id']}",
    )


def test_what_cannot_be_printed_is_one_line_and_leaves_no_file(shell: Shell, world: World, tmp_path: Path) -> None:
    sent = world.sent(world.deputized(world.conference()))
    for arguments, said in (
        (["packing-slip", "SH-9999"], "no such shipment"),
        (["packing-slip", "PO-0001"], "is not a number such as SH-0012"),
        (["packing-slip", "&H-0017"], "is not a number such as SH-0012"),
        (["packing-slip", "SH-00I7"], "is not a number such as SH-0012"),
        (["packing-slips", sent["number"], "SH-9999"], "9999"),
        (["labels", sent["number"], "--label-stock", "5160", "--start", "31"], "30"),
        (["kit", "999"], "no such claim"),
        (["count-sheet", "999"], "no such"),
    ):
        ran = shell("print", *arguments, "--output", str(tmp_path))
        assert ran.code == 1, arguments
        assert said in ran.err.lower() or said in ran.err, ran.err
        assert ran.err.count("\n") == 1
    assert list(tmp_path.glob("*.pdf")) == []
