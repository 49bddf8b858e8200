"""The packing slips of many shipments in one file."""

import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from sqlmodel import Session

from app.acts.act import File
from app.acts.policy import Actor
from app.core.db import Database
from app.core.errors import Invalid, NotFound, Unfit, Unprintable
from app.core.language import Language, phrase, phrases
from app.core.rules import Rules
from app.core.schema import In
from app.core.subjects import Subject
from app.papers.stamping import stamp_all
from app.paperwork.kinds import PACKING_SLIP, Also
from app.paperwork.packing_slip import packing_slips
from app.printing import words
from app.printing.documents import PackingSlip, PaperSize
from app.printing.not_printed import NotPrinted, lay_not_printed
from app.printing.sheet import Laid, bind
from app.shipments.schemas import ShipmentIds

MOST_IN_ZIP = 300
"""Each PDF of its own has its own fonts: fifteen times the size, and five times the time, of a page in one PDF."""

_STEP = 0.5
"""Seconds between two words about how far it has come."""


class NewSlips(In):
    """The shipments, in the order to print: one PDF with bookmarks, or a ZIP with one PDF each."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shipment_ids": [12, 15, 13], "format": "zip"}]})

    shipment_ids: ShipmentIds
    format: Literal["pdf", "zip"] = "pdf"
    paper_size: PaperSize | None = None
    language: Language | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "NewSlips":
        if self.format == "zip" and len(self.shipment_ids) > MOST_IN_ZIP:
            raise Unfit(phrase("A ZIP holds at most {most} packing slips; take one PDF.", most=MOST_IN_ZIP))
        return self


class SlipsAtOnce(NewSlips):
    """As many as are printed while somebody waits, which is about a second. For more, there are print jobs."""

    shipment_ids: Annotated[ShipmentIds, Field(max_length=300)]


@dataclass(frozen=True, slots=True)
class SlipBatch:
    """Packing slips, complete, in their order."""

    slips: Sequence[PackingSlip]
    format: Literal["pdf", "zip"]

    @property
    def subjects(self) -> list[Subject]:
        """The shipments by their names in registers."""
        return [slip.about for slip in self.slips]


def read_batch(session: Session, *, wanted: NewSlips, rules: Rules, actor: Actor) -> SlipBatch:
    """Reads all that is to be printed. Raises :class:`Invalid` for shipments that are none of the actor's business."""
    try:
        slips = packing_slips(
            session,
            shipment_ids=wanted.shipment_ids,
            rules=rules,
            actor=actor,
            paper_size=wanted.paper_size,
            language=wanted.language,
        )
    except NotFound as missing:
        raise Invalid(missing.detail, field="shipment_ids") from missing
    return SlipBatch(slips, wanted.format)


def print_batch(
    database: Database,
    batch: SlipBatch,
    also: Also,
    progress: Callable[[int], None],
) -> File:
    """Stamps all slips at once, with ``also`` in the same transaction, and draws them one by one when that is over.

    Each is measured before, so that no copy is counted of what cannot be printed: a page in its place says why. Raises
    :class:`Unprintable` where none can.
    ``progress`` is told from time to time how many are drawn.
    """
    faults = dict(_faults(batch.slips))
    if len(faults) == len(batch.slips):
        raise next(iter(faults.values()))

    def work(session: Session) -> list[PackingSlip]:
        also(session)
        sound = [slip for slip in batch.slips if slip.about not in faults]
        return stamp_all(session, kind=PACKING_SLIP.kind, documents=sound)

    stamped = {slip.about: slip for slip in database.run(work)}
    papers = _told([stamped.get(slip.about, slip) for slip in batch.slips], faults, progress)
    name = f"packing-slips-{len(batch.slips)}"
    left_out = [fault.detail for fault in faults.values()]
    if batch.format == "zip":
        return File(f"{name}.zip", "application/zip", _archive(papers), left_out)
    title = phrases("{n} packing slip", "{n} packing slips", n=len(stamped)).say(batch.slips[0].language)
    return File(f"{name}.pdf", "application/pdf", bind((laid for _, laid in papers), title=title), left_out)


def _faults(slips: Iterable[PackingSlip]) -> Iterator[tuple[Subject, Unprintable]]:
    """Those that cannot be printed, and why."""
    for slip in slips:
        try:
            PACKING_SLIP.check(slip)
        except Unprintable as refusal:
            yield slip.about, refusal


def _told(
    slips: Sequence[PackingSlip], faults: Mapping[Subject, Unprintable], progress: Callable[[int], None]
) -> Iterator[tuple[str, Laid]]:
    """The slips with their file names, laid out one by one while they are drawn; pages for those that cannot be."""
    said = time.monotonic()
    for done, slip in enumerate(slips):
        if time.monotonic() - said > _STEP:
            progress(done)
            said = time.monotonic()
        fault = faults.get(slip.about)
        if fault is None:
            yield PACKING_SLIP.file_name(slip), PACKING_SLIP.lay(slip)
        else:
            yield f"not-printed-{slip.number}.pdf", lay_not_printed(_instead(slip, fault))


def _instead(slip: PackingSlip, fault: Unprintable) -> NotPrinted:
    return NotPrinted(
        paper=words.PACKING_SLIP.say(slip.language),
        number=slip.number,
        why=fault.detail.say(slip.language),
        community=slip.community,
        paper_size=slip.paper_size,
        language=slip.language,
        printed_at=slip.printed_at,
    )


def _archive(papers: Iterable[tuple[str, Laid]]) -> bytes:
    """A ZIP with one PDF for each paper. PDF is compressed already, so it is stored as it is."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, laid in papers:
            file.writestr(zipfile.ZipInfo(name, laid.printed_at.timetuple()[:6]), bind([laid]))
    return buffer.getvalue()
