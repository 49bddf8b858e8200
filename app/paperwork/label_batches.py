"""Address labels of many shipments, and the page that shows how a printer shifts them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator
from sqlmodel import Session

from app.acts.act import File
from app.acts.policy import Actor
from app.core.clock import now
from app.core.db import Database
from app.core.errors import Invalid, NotFound, Unfit
from app.core.language import Language, phrase
from app.core.rules import Rules
from app.core.schema import Flag, In
from app.core.subjects import Subject, Thing
from app.paperwork.kinds import Also
from app.paperwork.labels import address_labels
from app.printing.calibration import CalibrationSheet, render_calibration
from app.printing.labels import MOST_COPIES, LabelSheet, lay_labels
from app.printing.naming import located
from app.printing.sheet import bind
from app.shipments.schemas import ShipmentIds

LabelStockName = Literal["4x6", "5160", "5163", "5164", "5167", "L7160", "L7163"]
"""Label stock: a 4 by 6 inch roll, or sheets by their Avery number."""

MOST_LABELS = 5_000
"""In one file: some seconds of work."""

Shift = Annotated[float, Field(strict=True, ge=-10, le=10)]
"""Millimetres by which everything moves."""


class NewLabels(In):
    """Labels for these shipments, in this order, from the label ``start`` of the first sheet on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"shipment_ids": [12, 15], "label_stock": "5163", "start": 3, "right_mm": 0.5}]}
    )

    shipment_ids: ShipmentIds
    label_stock: LabelStockName
    start: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    copies: Annotated[int, Field(strict=True, ge=1, le=MOST_COPIES)] = 1
    right_mm: Shift = 0.0
    down_mm: Shift = 0.0
    outlines: Flag = False
    return_address: Flag = True
    language: Language | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "NewLabels":
        if len(self.shipment_ids) * self.copies > MOST_LABELS:
            raise Unfit(phrase("At most {most} labels are printed at once.", most=MOST_LABELS))
        return self


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """Labels that are ready to be drawn, and of which shipments they are."""

    shipment_ids: Sequence[int]
    sheet: LabelSheet

    @property
    def subjects(self) -> list[Subject]:
        """The shipments by their names in registers."""
        return [Thing.SHIPMENT.named(shipment_id) for shipment_id in self.shipment_ids]


def read_labels(session: Session, *, wanted: NewLabels, rules: Rules, actor: Actor) -> LabelBatch:
    """Reads all addresses. Raises :class:`Invalid`, and :class:`Conflict` for shipments that have no address."""
    try:
        sheet = address_labels(
            session,
            shipment_ids=wanted.shipment_ids,
            label_stock=wanted.label_stock,
            start=wanted.start,
            copies=wanted.copies,
            offset_x_mm=wanted.right_mm,
            offset_y_mm=wanted.down_mm,
            outlines=wanted.outlines,
            return_address=wanted.return_address,
            language=wanted.language,
            rules=rules,
            actor=actor,
        )
    except NotFound as missing:
        raise Invalid(missing.detail, field="shipment_ids") from missing
    return LabelBatch(wanted.shipment_ids, sheet)


def print_labels(database: Database, batch: LabelBatch, also: Also, _progress: Callable[[int], None]) -> File:
    """The labels as one PDF; ``also`` is done in a transaction before, so that no address is read without a note.

    Raises :class:`Unprintable` where none of them can be printed.
    """
    laid = lay_labels(batch.sheet)
    left_out = [located(batch.sheet, fault) for fault in laid.faults]
    if len(left_out) == len(batch.sheet.labels):
        raise left_out[0]
    content = bind([laid])
    database.run(also)
    name = f"labels-{batch.sheet.label_stock}-{len(batch.shipment_ids)}.pdf"
    return File(name, "application/pdf", content, [fault.detail for fault in left_out])


def calibration(
    *,
    label_stock: LabelStockName,
    rules: Rules,
    right_mm: float = 0.0,
    down_mm: float = 0.0,
    language: Language | None = None,
) -> File:
    """The calibration page of a stock, with the shift that it is to confirm."""
    sheet = CalibrationSheet(
        label_stock=label_stock,
        offset_x_mm=right_mm,
        offset_y_mm=down_mm,
        community=rules.community_name,
        language=language or rules.language,
        printed_at=now(rules.timezone),
    )
    return File(f"calibration-{label_stock}.pdf", "application/pdf", render_calibration(sheet))
