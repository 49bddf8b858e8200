"""What is on a paper. Frozen, complete, and free of anything that still has to be looked up.

Money is in minor units of an ISO 4217 currency (cents of a dollar), lengths in millimetres, instants are aware.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.core.subjects import NOTHING, Subject
from app.printing.letters import face_names

PaperSize = Literal["letter", "a4"]

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


def require_color(value: str, field: str) -> None:
    if not _COLOR.fullmatch(value):
        none = phrase("{value} is not a color. Write it as #RRGGBB.", value=ascii(value))
        raise Unprintable(none, field=field)


def _require_positive(value: float, field: str) -> None:
    if not value > 0:
        raise ValueError(f"{field} must be greater than zero")


@dataclass(frozen=True)
class Block:
    """A party: her name first, then the lines of her address as her own country writes them."""

    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """What every paper carries.

    ``printed_at`` prints in its own time zone. ``public_url`` is where codes lead, ``link`` the page there that the QR
    code opens, ``code`` what stands below it for those who type. ``ribbon_color`` and ``foil_color`` are the
    community's two colours (#RRGGBB) and only ever colour ornaments, never letters.

    ``revision`` counts the contents that were printed under this number, ``fingerprint`` names this one, and ``copy``
    counts its prints: whatever is not the first says so. A draft that is not registered has revision 0. ``about`` is
    what it is registered under, such as ``shipment:5``; it is not printed.
    Refused: a naive ``printed_at`` (``ValueError``), a colour that is none (``Unprintable``).
    """

    carries_address: ClassVar[bool] = False
    """Whether somebody's postal address may be on it: then it goes into the audit trail who printed it."""

    number: str
    about: Subject = NOTHING
    revision: int = 0
    community: str
    paper_size: PaperSize
    language: Language
    printed_at: datetime
    public_url: str
    link: str = ""
    code: str = ""
    fingerprint: str = ""
    copy: int = 1
    ribbon_color: str = "#1B4F9C"
    foil_color: str = "#C9A227"

    def __post_init__(self) -> None:
        if self.printed_at.tzinfo is None:
            raise ValueError("printed_at must know its time zone")
        require_color(self.ribbon_color, "ribbon_color")
        require_color(self.foil_color, "foil_color")


@dataclass(frozen=True, kw_only=True)
class RibbonFace:
    """One design as the vendor makes it: letters in foil on a ribbon of ``width_mm`` by ``height_mm``.

    ``finishing`` is what is done besides; empty for what is usual.
    """

    code: str
    text: str
    ribbon_color: str
    foil_color: str
    ribbon_color_name: str
    foil_color_name: str
    width_mm: float
    height_mm: float
    finishing: str = ""

    def __post_init__(self) -> None:
        require_color(self.ribbon_color, "face.ribbon_color")
        require_color(self.foil_color, "face.foil_color")
        _require_positive(self.width_mm, "width_mm")
        _require_positive(self.height_mm, "height_mm")

    @property
    def face_name(self) -> str:
        """The type face of the letters."""
        return face_names(self.text)


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """``quantity`` ribbons of one design, at ``unit_cost_cents`` each, packed by ``pack_size``.

    Its colors by their numbers in the Pantone Matching System and the vendor's item number, where they are known.
    """

    face: RibbonFace
    pack_size: int
    quantity: int
    unit_cost_cents: int
    currency: str
    ribbon_pms: str = ""
    foil_pms: str = ""
    vendor_item: str = ""

    def __post_init__(self) -> None:
        _require_positive(self.pack_size, "pack_size")
        _require_positive(self.quantity, "quantity")

    @property
    def total_cents(self) -> int:
        return self.quantity * self.unit_cost_cents


@dataclass(frozen=True, kw_only=True)
class OrderSheet(Document):
    """The print of a purchase order, for the vendor who makes the ribbons. Empty texts are left out."""

    ordered_on: date | None
    needed_by: date | None
    vendor: Block
    ship_to: Block
    note: str
    proof_name: str = ""
    proof_phone: str = ""
    proof_email: str = ""
    bill_to: str = ""
    terms: str = ""
    tax_exemption: str = ""
    ship_method: str = ""
    as_before: str = ""
    lines: tuple[OrderLine, ...]

    @property
    def quantity(self) -> int:
        """Ribbons in the whole order."""
        return sum(line.quantity for line in self.lines)

    @property
    def totals(self) -> dict[str, int]:
        """The amount due in each currency, in minor units, in the order of the lines."""
        totals: dict[str, int] = {}
        for line in self.lines:
            totals[line.currency] = totals.get(line.currency, 0) + line.total_cents
        return totals

    @property
    def faces(self) -> tuple[RibbonFace, ...]:
        """Each ribbon once, in the order of the lines."""
        return tuple(dict.fromkeys(line.face for line in self.lines))


@dataclass(frozen=True, kw_only=True)
class PackingLine:
    """``quantity`` ribbons of one design in the box. Colours are #RRGGBB."""

    code: str
    text: str
    quantity: int
    pack_size: int
    ribbon_color: str
    foil_color: str

    def __post_init__(self) -> None:
        _require_positive(self.pack_size, "pack_size")
        _require_positive(self.quantity, "quantity")
        require_color(self.ribbon_color, "ribbon_color")
        require_color(self.foil_color, "foil_color")


@dataclass(frozen=True, kw_only=True)
class PackingSlip(Document):
    """The print of a shipment, for the person who opens the box and counts. Empty texts and None are left out."""

    carries_address: ClassVar[bool] = True

    sender: Block
    recipient: Block
    conference: str | None
    conference_place: str
    starts_on: date | None
    ends_on: date | None
    must_arrive_by: date | None
    carrier: str
    tracking_number: str
    note: str
    lines: tuple[PackingLine, ...]

    @property
    def quantity(self) -> int:
        """Ribbons in the whole box."""
        return sum(line.quantity for line in self.lines)
