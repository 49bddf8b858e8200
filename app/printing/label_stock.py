"""Label stock: where the labels lie on the sheets that are sold, from ``labels.csv`` (points, with its sources)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from app.core.errors import Unprintable
from app.core.language import Text, phrase
from app.printing.documents import PaperSize
from app.printing.formats import MM
from app.printing.layout import PAPER_SIZES

_PAGES: dict[str, PaperSize] = {"Letter": "letter", "A4": "a4"}

MOST_MM = 10.0
"""A printer that is further off than this is not set right."""

# Feeders drift: what stands this close to the edge of a label may end beside it. Rolls run a little freer than sheets.
_SAFE_SHEET = 0.06 * 72
_SAFE_ROLL = 0.125 * 72
_EPSILON = 1e-6


@dataclass(frozen=True, kw_only=True)
class LabelStock:
    """One kind of label stock. Lengths in points; ``left`` and ``top`` are from the page's edges to the first label.

    ``safe`` is how far everything printed stays inside a label's edge.
    """

    part: str
    paper_size: PaperSize | None
    page: tuple[float, float]
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @property
    def is_roll(self) -> bool:
        """Whether the page is the label, as on a thermal printer."""
        return self.paper_size is None

    @property
    def safe(self) -> float:
        return _SAFE_ROLL if self.is_roll else _SAFE_SHEET

    @property
    def dot(self) -> float:
        """What bars are made of, in points: a dot of a thermal printer (8 a millimetre) or of 300 to the inch."""
        return MM / 8 if self.is_roll else 72 / 300

    def corner(self, index: int) -> tuple[float, float]:
        """The lower left corner of a label of one page, counted from 0 by rows, from the page's lower left corner."""
        row, column = divmod(index, self.columns)
        x = self.left + column * self.pitch_x
        return x, self.page[1] - self.top - row * self.pitch_y - self.height

    def reach(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """How far print may be moved across and down, in mm: no further than that it stays on the page."""
        right = self.page[0] - self.left - (self.columns - 1) * self.pitch_x - self.width
        bottom = self.page[1] - self.top - (self.rows - 1) * self.pitch_y - self.height
        across, down = (
            (-min((before + self.safe) / MM, MOST_MM), min((after + self.safe) / MM, MOST_MM))
            for before, after in ((self.left, right), (self.top, bottom))
        )
        return across, down


@cache
def label_stocks() -> Mapping[str, LabelStock]:
    """Every stock that we know, by its part number, in the order of the table."""
    table = csv.DictReader((files(__package__) / "labels.csv").read_text("utf-8").splitlines())
    return {row["part"]: _label_stock(row) for row in table}


def _label_stock(row: dict[str, str]) -> LabelStock:
    width, height = float(row["label_width_pt"]), float(row["label_height_pt"])
    paper_size = _PAGES.get(row["page"])
    return LabelStock(
        part=row["part"],
        paper_size=paper_size,
        page=PAPER_SIZES[paper_size] if paper_size else (width, height),
        columns=int(row["columns"]),
        rows=int(row["rows"]),
        width=width,
        height=height,
        left=float(row["left_pt"]),
        top=float(row["top_pt"]),
        pitch_x=float(row["pitch_x_pt"]),
        pitch_y=float(row["pitch_y_pt"]),
    )


def find_label_stock(part: str) -> LabelStock:
    """The stock of this part number. Refuses (``Unprintable``) one that we do not know, and names those that we do."""
    found = label_stocks().get(part)
    if found is None:
        known = ", ".join(label_stocks())
        unknown = phrase("We do not know the labels {part}. Take one of: {known}.", part=ascii(part), known=known)
        raise Unprintable(unknown, field="label_stock")
    return found


def _across(stock: str, least: float, most: float) -> Text:
    return phrase(
        "On {stock}, the print can be moved by {least} to {most} mm; more than 0 is to the right.",
        stock=stock,
        least=least,
        most=most,
    )


def _down(stock: str, least: float, most: float) -> Text:
    return phrase(
        "On {stock}, the print can be moved by {least} to {most} mm; more than 0 is down.",
        stock=stock,
        least=least,
        most=most,
    )


def offset(label_stock: LabelStock, x_mm: float, y_mm: float) -> tuple[float, float]:
    """What to add to every position, in points, to move the print right and down by so many millimetres.

    Refuses (``Unprintable``) more than ``MOST_MM``, and what would move a part of a label off the page.
    """
    across, down = label_stock.reach()
    for value, (least, most), field, within in (
        (x_mm, across, "offset_x_mm", _across),
        (y_mm, down, "offset_y_mm", _down),
    ):
        # The comparison also refuses what is not a number.
        if not least - _EPSILON <= value <= most + _EPSILON:
            low, high = (int(bound * 10) / 10 for bound in (least, most))
            raise Unprintable(within(label_stock.part, low, high), field=field)
    return x_mm * MM, -y_mm * MM
