"""Prints every kind of paper of the demo community, in English on Letter and in Spanish on A4, as pictures.

They are the papers that the service prints, through the same builders and with the same stamps; only the clock stands
still, and the codes, which are random elsewhere, follow from a seed: a second run gives the same files.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch

import pypdfium2
from PIL import Image, ImageOps
from sqlmodel import Session

from app.acts.policy import SHELL, Actor, Role
from app.claims.service import deputize
from app.claims.shipping import create_shipment_for
from app.community.rules import rules_of
from app.core.clock import frozen
from app.core.config import PROJECT, Settings
from app.core.db import Database
from app.core.language import Language
from app.core.rules import Rules
from app.demo.load import load_demo
from app.maintenance.migrations import upgrade
from app.papers import stamping
from app.papers.models import ALPHABET, CODE_LENGTH
from app.paperwork import kinds as paperwork
from app.paperwork import label_batches
from app.paperwork.count_sheet import count_sheet
from app.paperwork.coverage_report import coverage_report
from app.paperwork.kinds import D, Printable
from app.paperwork.kit import kit
from app.paperwork.label_batches import NewLabels
from app.paperwork.order_sheet import order_sheet
from app.paperwork.packing_slip import packing_slip
from app.paperwork.pick_list import pick_list
from app.paperwork.proof_sheet import proof_sheet
from app.paperwork.thanks import thanks
from app.printing.documents import PaperSize
from app.purchasing.schemas import NewOrder, NewOrderLine
from app.purchasing.service import create_order, place_order
from app.shipments.schemas import NewShipment, NewShipmentLine

FOLDER = PROJECT / "docs" / "paper"
MOMENT = datetime(2026, 11, 24, 15, tzinfo=UTC)
PAPER_SIZES: dict[Language, PaperSize] = {"en": "letter", "es": "a4"}

COORDINATOR = Actor(role=Role.COORDINATOR, person_id=2)
BLUE, STUDENT = 1, 2
VENDOR, DEPOT = 5, 6
# Of the demo: a box under way to a champion who reads English, a packed one to a champion who reads Spanish.
UNDER_WAY, PACKED = 10, 11
FIRST_REQUEST, SECOND_REQUEST = 13, 14
CLOSED: dict[Language, int] = {"en": 1, "es": 2}
NOTE: dict[Language, str] = {
    "en": "Please send a photo of the first ribbon before you make the others.",
    "es": "Envíen una foto de la primera cinta antes de hacer las demás, por favor.",
}

EDGE = "#B4BAC4"
COLORS = 256


def pictures(language: Language, folder: Path) -> dict[str, bytes]:
    """The PDF files of one language, by the names of their pictures."""
    here = _settings(language, folder)
    upgrade(here.sqlalchemy_url)
    database = Database(here.sqlalchemy_url)
    try:
        load_demo(database, here=here)
        with database.reading() as session:
            rules = rules_of(session, here=here)
        order = database.run(lambda session: _a_morning(session, language))
        return {**_documents(database, order, rules), **_labels(database, rules)}
    finally:
        database.dispose()


def _settings(language: Language, folder: Path) -> Settings:
    """Those of the pictures and of nobody's environment."""
    for name in [name for name in os.environ if name.startswith("CHAMPIONS_")]:
        del os.environ[name]
    return Settings(
        data=folder,
        public_url="https://ribbons.example.org",
        contact_email="ribbons@example.org",
        language=language,
        paper_size=PAPER_SIZES[language],
    )


def _a_morning(session: Session, language: Language) -> int:
    """A coordinator makes boxes of two requests, and orders ribbons: the order is returned."""
    for claim_id, lines in ((FIRST_REQUEST, {BLUE: 70, STUDENT: 50}), (SECOND_REQUEST, {BLUE: 60, STUDENT: 25})):
        deputize(session, claim_id=claim_id, note="", actor=COORDINATOR)
        wanted = [NewShipmentLine(design_id=design, quantity=quantity) for design, quantity in lines.items()]
        new = NewShipment(claim_id=claim_id, source_id=DEPOT, lines=wanted)
        create_shipment_for(session, new=new, actor=COORDINATOR)
    ordered = [NewOrderLine(design_id=BLUE, quantity=1_000), NewOrderLine(design_id=STUDENT, quantity=250)]
    needed_by = date(2027, 1, 11)
    note = NOTE[language]
    order = NewOrder(vendor_id=VENDOR, ship_to_id=DEPOT, needed_by=needed_by, note=note, lines=ordered)
    order_id = create_order(session, new=order, actor=COORDINATOR)
    place_order(session, order_id=order_id)
    return order_id


def _documents(database: Database, order: int, rules: Rules) -> dict[str, bytes]:
    """What is registered when it is printed."""
    language, paper_size = rules.language, rules.paper_size
    mine = UNDER_WAY if language == "en" else PACKED

    def printed(printable: Printable[D], read: Callable[[Session], D]) -> bytes:
        with database.reading() as session:
            document = read(session)
        return printable.print(database, document, lambda _: None).content

    return {
        "order-sheet": printed(
            paperwork.ORDER_SHEET,
            lambda session: order_sheet(session, order_id=order, rules=rules, paper_size=paper_size, language=language),
        ),
        "proof-sheet": printed(
            paperwork.PROOF_SHEET,
            lambda session: proof_sheet(session, design_id=BLUE, rules=rules, paper_size=paper_size, language=language),
        ),
        "packing-slip": printed(
            paperwork.PACKING_SLIP,
            lambda session: packing_slip(
                session, shipment_id=mine, rules=rules, actor=SHELL, paper_size=paper_size, language=language
            ),
        ),
        "kit": printed(
            paperwork.KIT,
            lambda session: kit(
                session, claim_id=mine, rules=rules, actor=SHELL, paper_size=paper_size, language=language
            ),
        ),
        "thanks": printed(
            paperwork.THANKS,
            lambda session: thanks(
                session,
                claim_id=CLOSED[language],
                figures=True,
                rules=rules,
                actor=SHELL,
                paper_size=paper_size,
                language=language,
            ),
        ),
        "pick-list": printed(
            paperwork.PICK_LIST, lambda session: pick_list(session, depot_id=None, ship_by=None, rules=rules)
        ),
        "count-sheet": printed(
            paperwork.COUNT_SHEET, lambda session: count_sheet(session, location_id=DEPOT, rules=rules)
        ),
        "coverage": printed(paperwork.COVERAGE_REPORT, lambda session: coverage_report(session, rules=rules)),
    }


def _labels(database: Database, rules: Rules) -> dict[str, bytes]:
    """Labels of the boxes that are to leave, on all three kinds of stock, and the page to measure a printer with."""
    boxes = list(range(UNDER_WAY, UNDER_WAY + 5))
    sheets = {
        "label-4x6": NewLabels(shipment_ids=[PACKED], label_stock="4x6"),
        "labels-5160": NewLabels(shipment_ids=boxes, label_stock="5160", start=4, copies=2, outlines=True),
        "labels-L7160": NewLabels(shipment_ids=boxes, label_stock="L7160", start=4, copies=2, outlines=True),
    }
    made = {
        "calibration": label_batches.calibration(
            label_stock="5160" if rules.language == "en" else "L7160", rules=rules
        ).content
    }
    for name, wanted in sheets.items():
        with database.reading() as session:
            batch = label_batches.read_labels(session, wanted=wanted, rules=rules, actor=SHELL)
        made[name] = label_batches.print_labels(database, batch, lambda _: None, lambda _: None).content
    return made


def write(name: str, pdf: bytes, folder: Path, dpi: int) -> Iterator[Path]:
    """One picture for each page, with a thin edge, in few colours."""
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document, start=1):
        path = folder / (f"{name}-{number}.png" if len(document) > 1 else f"{name}.png")
        drawn = page.render(scale=dpi / 72).to_pil().convert("RGB")
        edged = ImageOps.expand(drawn, border=1, fill=EDGE)
        # Other ways to choose colours lose the gold where there is little of it.
        few = edged.quantize(COLORS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
        yield path


@contextmanager
def _seeded() -> Iterator[None]:
    """Codes that follow from a seed, not from chance."""
    chance = random.Random(2026)  # noqa: S311 (nothing is protected by them here)
    with patch.object(stamping, "_new_code", lambda: "".join(chance.choices(ALPHABET, k=CODE_LENGTH))):
        yield


def main() -> None:
    """Writes the files, in place of those that were there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write; docs/paper if it is not given")
    parser.add_argument("--dpi", type=int, default=84, help="pixels per inch")
    parser.add_argument("--pdf", action="store_true", help="write the PDF files, too")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for old in wanted.folder.glob("*.png"):
        old.unlink()
    for language in PAPER_SIZES:
        with tempfile.TemporaryDirectory() as folder, frozen(MOMENT), _seeded():
            files = pictures(language, Path(folder))
        for name, pdf in files.items():
            if wanted.pdf:
                (wanted.folder / f"{name}-{language}.pdf").write_bytes(pdf)
            for path in write(f"{name}-{language}", pdf, wanted.folder, wanted.dpi):
                print(f"{path.name} ({path.stat().st_size:,} bytes)")


if __name__ == "__main__":
    main()
