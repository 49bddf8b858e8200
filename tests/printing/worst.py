"""Every kind of paper with the fullest document of it that is accepted: texts as long as they may be, many lines."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from itertools import cycle, islice
from typing import Any

from app.core.errors import Unprintable
from app.printing import tile_map
from app.printing.calibration import lay_calibration
from app.printing.count_sheet import lay_count_sheet
from app.printing.coverage_report import lay_coverage_report
from app.printing.documents import Block
from app.printing.kit import lay_kit
from app.printing.label_stock import find_label_stock, label_stocks
from app.printing.labels import LabelSheet, lay_labels
from app.printing.not_printed import lay_not_printed
from app.printing.order_sheet import lay_order_sheet
from app.printing.packing_slip import lay_packing_slip
from app.printing.pick_list import PickList, lay_pick_list
from app.printing.proof_sheet import lay_proof_sheet
from app.printing.sheet import Laid
from app.printing.thanks import lay_thanks
from tests.printing import ordinary
from tests.printing.ordinary import part
from tests.reliability.sizes import size

NAMES = "Sociedad Panamericana de Médicas Latinas en Cirugía, Pediatría y Oncología "
WORD = "W"
OTHER_LETTERS = "Ассоциация Женщин-Врачей и Медсестёр, Йошкар-Ола, Ѓорѓија Ένωση Ελληνίδων Γιατρών Ϊάσων Ὦ Ταΐστρα 💜 "
OTHER_WORD = "Щ"
"""What a text is filled up with: names with accents, or one word of wide letters without a blank; in letters of ours,
or of the further fonts, with emoji."""

WORDS = frozenset({WORD, OTHER_WORD})

_LINES, _PARCELS = size(20, 60), size(65, 500)
_USUAL_LIMIT = 200
# What the schema and the QR code allow. The last name of a field decides, or the whole of it.
_LIMITS = {
    "note": 2_000,
    "link": 250,
    "met_link": 250,
    "number": 60,
    "text": 60,
    "design": 60,
    "hashtag": 60,
    "ribbon_color_name": 60,
    "foil_color_name": 60,
    "finishing": 60,
    # One of these that takes a third of a label leaves no room for the other address.
    "labels[*].sender.lines[*]": 20,
    "carrier": 60,
    "tracking_number": 60,
    "lines[*].code": 60,
    "lines[*].face.code": 60,
    "face.code": 60,
    "depots[*].shelf[*].code": 60,
    "depots[*].boxes[*].lines[*].code": 60,
}
# What has one form only: codes of papers and places, words of a list, and sentences that we write.
_FIXED = {
    *(
        "about",
        "code",
        "met_code",
        "fingerprint",
        "paper_size",
        "language",
        "stage",
        "label_stock",
        "ribbon_color",
        "foil_color",
    ),
    *("currency", "country", "state", "by_state[*].key", "by_year[*].key", "countries[*][*]"),
    *("sentence_en", "sentence_es"),
}


def rewritten(value: Any, change: Callable[[str, str], str], path: str = "") -> Any:
    """A document with every text changed: ``change`` gets the name of its field, as refusals say it, and the text."""
    if isinstance(value, str):
        return change(path, value)
    if isinstance(value, tuple):
        return tuple(rewritten(item, change, f"{path}[{index}]") for index, item in enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        before = f"{path}." if path else ""
        changed = {f.name: rewritten(getattr(value, f.name), change, before + f.name) for f in fields(value)}
        return replace(value, **changed)
    return value


def texts_of(document: object) -> dict[str, str]:
    """Every text of a document by the name of its field."""
    found: dict[str, str] = {}

    def note(path: str, text: str) -> str:
        found[path] = text
        return text

    rewritten(document, note)
    return found


def starred(path: str) -> str:
    """The name of a field for all lines alike."""
    return re.sub(r"\[\d+\]", "[*]", path)


def is_among(path: str, names: Mapping[str, int] | frozenset[str] | set[str]) -> bool:
    """Whether a field is named: the whole of it, or its last part."""
    return starred(path) in names or starred(path).rpartition(".")[2] in names


def _limit(path: str) -> int:
    name = starred(path)
    return _LIMITS.get(name, _LIMITS.get(name.rpartition(".")[2], _USUAL_LIMIT))


def stretched(document: Any, filling: str, bounds: Mapping[str, int]) -> Any:
    """A document with every text filled up to its limit, or to its lower bound."""

    def stretch(path: str, text: str) -> str:
        if is_among(path, _FIXED):
            return text
        name = path.rpartition(".")[2]
        limit = bounds.get(starred(path), _limit(path))
        if name in ("link", "met_link"):
            return text.ljust(limit, "x")
        if filling in WORDS:
            return (text.replace(" ", "") + filling * limit)[:limit]
        long = (f"{text} " + filling * (limit // len(filling) + 1))[:limit]
        return re.sub(r"(.{180,200}) ", r"\1\n", long) if name == "note" else long.strip()

    return rewritten(document, stretch)


@dataclass(frozen=True)
class Kind:
    """A kind of paper: an ordinary document, one with a line of each sort, and how many are made of these lines.

    ``unsaid`` names the texts of the document that its paper does not print as they are.
    """

    name: str
    lay: Callable[[Any], Laid]
    ordinary: Any
    few: Any
    many: Callable[[Any], Any]
    unsaid: frozenset[str] = frozenset()

    def fullest(self, filling: str, **changes: object) -> Any:
        """The fullest document that is accepted, and the fields that were refused with the length that is not.

        Every refusal must name texts of the document: those are shortened, no more than is needed.
        """
        few = replace(self.few, **changes)
        bounds: dict[str, int] = {}
        while field := self._refused(stretched(few, filling, bounds)):
            named = [name for name in _names(few) if name == field or re.match(rf"{re.escape(field)}[.\[]", name)]
            assert named, f"{self.name} refuses {field!r}, which is no text of it"
            least, most = 0, max(bounds.get(name, _limit(name)) for name in named)
            assert most > 1, f"{self.name} refuses {field} whatever it says"
            while most - least > 1:
                middle = (least + most) // 2
                shorter = {**bounds, **dict.fromkeys(named, middle)}
                if self._refused(stretched(few, filling, shorter)) == field:
                    most = middle
                else:
                    least = middle
            bounds.update(dict.fromkeys(named, least))
        return self.many(stretched(few, filling, bounds))

    def laid(self, document: Any) -> Laid:
        """A document, laid out; what its paper only marks is refused, too."""
        laid = self.lay(document)
        for fault in laid.faults:
            raise fault
        return laid

    def _refused(self, document: Any) -> str:
        """The field for which a document is refused; empty if it is not."""
        field: str | None = ""
        try:
            self.laid(document)
        except Unprintable as refusal:
            field = refusal.field
        assert field is not None, f"{self.name} refuses without naming a field"
        return starred(field)


def _names(document: Any) -> Iterator[str]:
    return iter(dict.fromkeys(starred(path) for path in texts_of(document)))


def _numbered(line: Any, number: int) -> Any:
    """A line that differs from all others by the digits with which its name begins."""
    if hasattr(line, "face"):
        return replace(line, face=_numbered(line.face, number))
    name = next(name for name in ("code", "number", "name") if hasattr(line, name))
    return replace(line, **{name: f"{number:03d}{getattr(line, name)[3:]}"})


def _repeated(lines: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    return tuple(_numbered(line, number) for number, line in enumerate(islice(cycle(lines), count)))


def _many_lines(document: Any) -> Any:
    return replace(document, lines=_repeated(document.lines, _LINES))


def _many_boxes(document: PickList) -> PickList:
    """A depot with many designs for many boxes."""
    (depot,) = document.depots
    full, small = depot.boxes
    boxes = (full, *_repeated((small,), _PARCELS - 1))
    return replace(document, depots=(replace(depot, shelf=_repeated(depot.shelf, _LINES), boxes=boxes),))


def _many_conferences(document: Any) -> Any:
    return replace(document, conferences=_repeated(document.conferences, _LINES))


def _many_labels(document: LabelSheet) -> LabelSheet:
    """Many on the stock that is used most; two pages and a label of every other, for they look the same."""
    label_stock = find_label_stock(document.label_stock)
    return replace(
        document,
        labels=_repeated(document.labels, _PARCELS if label_stock.part == "5160" else 2 * label_stock.per_page + 1),
    )


def _as_it_is(document: Any) -> Any:
    return document


# As many lines as an address has: name, organization, two of the street, town, and country.
_ADDRESS = Block(("Dra. Lucía Peña", *["Hospital Civil de Guadalajara"] * 5))
_FACE = _numbered(ordinary.FACE, 0)
_FACES = (
    _FACE,
    replace(_FACE, width_mm=41.3, height_mm=101.6),
    replace(_FACE, text="A", width_mm=25.4, height_mm=25.4),
)
_LARGE = replace(ordinary.ORDER.lines[0], quantity=1_113_113, pack_size=100_000, unit_cost_cents=3_812)

ORDER = Kind(
    "order-sheet",
    lay_order_sheet,
    ordinary.ORDER,
    replace(
        ordinary.ORDER,
        copy=12,
        fingerprint="7K3Q-0X9D",
        vendor=_ADDRESS,
        ship_to=_ADDRESS,
        lines=tuple(replace(ordinary.ORDER.lines[0], face=face) for face in _FACES),
    ),
    _many_lines,
    frozenset({"currency"}),
)
SLIP = Kind(
    "packing-slip",
    lay_packing_slip,
    ordinary.SLIP,
    replace(
        ordinary.SLIP,
        copy=12,
        fingerprint="7K3Q-0X9D",
        sender=_ADDRESS,
        recipient=_ADDRESS,
        lines=(replace(_numbered(ordinary.SLIP.lines[0], 0), quantity=123_456),),
    ),
    _many_lines,
)
PROOF = Kind(
    "proof-sheet",
    lay_proof_sheet,
    ordinary.PROOF,
    replace(ordinary.PROOF, copy=12, fingerprint="7K3Q-0X9D"),
    _as_it_is,
)
KIT = Kind(
    "kit",
    lay_kit,
    ordinary.KIT,
    replace(
        ordinary.KIT,
        leftovers=_ADDRESS,
        requested=123_456,
        handle="@luciapena",
        lines=tuple(replace(_numbered(line, 0), in_hand=123_456_789) for line in ordinary.KIT.lines),
    ),
    _many_lines,
    # Without a depot for leftovers she is told whom to ask; the ribbon has its other facts on its proof.
    frozenset({"contact", "ribbon_color_name", "foil_color_name", "finishing"}),
)
THANKS = Kind(
    "thanks",
    lay_thanks,
    ordinary.THANKS,
    replace(ordinary.THANKS, copy=12, fingerprint="7K3Q-0X9D", handed_out=123_456),
    _as_it_is,
)
PICKS = Kind(
    "pick-list",
    lay_pick_list,
    ordinary.PICKS,
    replace(
        ordinary.PICKS,
        depots=(
            replace(
                ordinary.PICKS.depots[0],
                shelf=(_numbered(ordinary.shelf_line(12_345_678, 1), 0),),
                boxes=(
                    _numbered(ordinary.pick_box(1, *_repeated((ordinary.pick_line(quantity=123_456),), _LINES)), 0),
                    replace(_numbered(ordinary.pick_box(2), 0), by_hand=True, must_ship_by=None),
                ),
            ),
        ),
    ),
    _many_boxes,
    frozenset({"stage"}),
)
COUNT = Kind(
    "count-sheet",
    lay_count_sheet,
    ordinary.COUNT,
    replace(
        ordinary.COUNT,
        blind=False,
        depot=_ADDRESS,
        lines=(replace(_numbered(ordinary.count_line(123_456, 123_456_789), 0), pack_size=100_000),),
    ),
    _many_lines,
)
REPORT = Kind(
    "coverage-report",
    lay_coverage_report,
    ordinary.REPORT,
    replace(
        ordinary.REPORT,
        sentence_en="Ribbons have been shared at 12,345 conferences in 51 states, "
        "the Northern Mariana Islands, and 123 other countries.",
        sentence_es="Se han compartido cintas en 12,345 congresos, en 51 estados, "
        "las Islas Vírgenes Estadounidenses y otros 123 países.",
        handed_out=123_456_789,
        tracked=12_345,
        covered=12_345,
        champions=12_345,
        chosen_en=" · ".join(
            ("Ω" * 100, "United States", ", ".join(map(str, range(2001, 2051))), "design " + "C" * 30)
        ),
        chosen_es=" · ".join(
            ("Ω" * 100, "Estados Unidos", ", ".join(map(str, range(2001, 2051))), "diseño " + "C" * 30)
        ),
        by_state=tuple(part(code, 12_345, 1_234) for code in (*tile_map.POSITIONS, *tile_map.TERRITORIES)),
        unknown=1_234,
        countries=tuple((code, 12) for code in ("BO", "CA", "CO", "DO", "ES", "FR", "GB", "MX", "PE", "VE")),
        by_year=tuple(part(str(year), 1_000, year % 7) for year in range(1990, 2026)),
        by_specialty=tuple(part(str(number), 1_234 - number, 1_234 - number) for number in range(7)),
        conferences=tuple(
            replace(
                _numbered(one, 0),
                starts_on=date(2025, 12, 30),
                ends_on=date(2026, 1, 2),
                handed_out=123_456,
                champions=1_234,
            )
            for one in (ordinary.reached(1), ordinary.ABROAD)
        ),
    ),
    _many_conferences,
    frozenset({"sentence_en", "sentence_es", "country", "state", "by_state[*].key", "countries[*][*]"}),
)


INSTEAD = Kind("not printed", lay_not_printed, ordinary.NOT_PRINTED, ordinary.NOT_PRINTED, _as_it_is)


def _labels(label_stock: str) -> Kind:
    sheet = ordinary.labels(label_stock)
    to = ("Dra. Lucía Peña", *["Hospital Civil de Guadalajara"] * 4)
    few = replace(sheet, labels=(replace(_numbered(sheet.labels[0], 0), to=to, ribbons=123_456),))
    unsaid = {"label_stock"} if label_stock == "4x6" else {"label_stock", "community"}
    if label_stock == "5167":
        # The number alone names the parcel on so small a label.
        unsaid |= {"labels[*].to[*]", "labels[*].sender.lines[*]"}
    return Kind(f"labels {label_stock}", lay_labels, sheet, few, _many_labels, frozenset(unsaid))


def _calibration(label_stock: str) -> Kind:
    sheet = ordinary.calibration(label_stock)
    few = replace(sheet, offset_x_mm=-1.5, offset_y_mm=-1.5)
    return Kind(f"calibration {label_stock}", lay_calibration, sheet, few, _as_it_is, frozenset({"community"}))


KINDS = (
    *(ORDER, SLIP, PROOF, KIT, THANKS, PICKS, COUNT, REPORT, INSTEAD),
    *(_labels(label_stock) for label_stock in label_stocks()),
    *(_calibration(label_stock) for label_stock in label_stocks()),
)
