"""Address labels for parcels: on sheets that are sold, or one by one on a roll of a thermal printer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.printing import formats, words
from app.printing.barcode import QUIET
from app.printing.documents import Block, require_color
from app.printing.fonts import width_of
from app.printing.label_face import (
    CAPITALS,
    DESCENT,
    NARROW,
    PLAIN,
    PLANS,
    Face,
    Run,
    centred,
    draw_faces,
    draw_outlines,
    fact_runs,
    fit_block,
    fit_line,
    number_size,
    placed_bars,
    right,
)
from app.printing.label_roll import roll_face
from app.printing.label_stock import LabelStock, find_label_stock, offset
from app.printing.letters import RIBBON, SEMIBOLD, legible, printable
from app.printing.naming import where
from app.printing.pen import Pen
from app.printing.sheet import Laid, Page
from app.printing.words import Phrase

TITLE = Phrase("Address labels {label_stock}", "Etiquetas de dirección {label_stock}")

NOT_PRINTED = Phrase("NOT PRINTED", "NO IMPRESA")

MOST_COPIES = 100


@dataclass(frozen=True, kw_only=True)
class AddressLabel:
    """One parcel: its ``number`` (which the bar code says), whom it goes ``to``, and from whom it comes.

    ``to`` and ``sender`` are lines as the post wants them. Whatever is empty or None is left out, and so are the
    facts that a small label has no room for: 5167 has the bar code, the number and the name only.
    """

    number: str
    to: tuple[str, ...]
    sender: Block | None = None
    must_arrive_by: date | None = None
    ribbons: int | None = None


@dataclass(frozen=True, kw_only=True)
class LabelSheet:
    """Labels on one stock, from label ``start`` of the first sheet on, each ``copies`` times.

    The print is moved right by ``offset_x_mm`` and down by ``offset_y_mm``, for a printer that is off. ``outlines``
    prints the edges of all labels, for a test on plain paper. Refused: a naive ``printed_at`` (``ValueError``), a
    colour that is none (``Unprintable``).
    """

    label_stock: str
    labels: tuple[AddressLabel, ...]
    start: int = 1
    copies: int = 1
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    outlines: bool = False
    community: str
    language: Language
    printed_at: datetime
    ribbon_color: str = "#1B4F9C"
    foil_color: str = "#C9A227"

    def __post_init__(self) -> None:
        if self.printed_at.tzinfo is None:
            raise ValueError("printed_at must know its time zone")
        require_color(self.ribbon_color, "ribbon_color")
        require_color(self.foil_color, "foil_color")


def lay_labels(sheet: LabelSheet) -> Laid:
    """The labels, laid out, page by page.

    In the place of one that cannot be printed (a character that our fonts lack, an address that does not fit it) stands
    that it was not. Refuses (``Unprintable``, before anything is drawn): a stock that we do not know, no labels, a
    start beyond the sheet, too many copies, an offset beyond what the stock admits, and a number that does not fit its
    label.
    """
    labels, sheet = sheet.labels, legible(replace(sheet, labels=()))
    label_stock = find_label_stock(sheet.label_stock)
    _check(sheet, len(labels), label_stock)
    moved = offset(label_stock, sheet.offset_x_mm, sheet.offset_y_mm)
    faces = _Faces(label_stock, sheet)
    laid, faults = _lay_each(faces, labels)
    queue: list[Face | None] = [None] * (sheet.start - 1)
    queue += [face for face in laid for _ in range(sheet.copies)]
    size = label_stock.per_page
    title = TITLE.say(sheet.language, label_stock=label_stock.part)
    return Laid(
        title=title,
        subject=title,
        author=sheet.community,
        language=sheet.language,
        printed_at=sheet.printed_at,
        pages=[
            Page(label_stock.page, partial(_draw, label_stock, moved, sheet.outlines, queue[first : first + size]))
            for first in range(0, len(queue), size)
        ],
        faults=faults,
    )


def _lay_each(faces: "_Faces", labels: Sequence[AddressLabel]) -> tuple[list[Face], list[Unprintable]]:
    """A face for each label, and why some of them say that they were not printed."""
    laid: list[Face] = []
    faults: list[Unprintable] = []
    for index, label in enumerate(labels):
        field = f"labels[{index}]"
        try:
            laid.append(faces.lay(_shown(label, field), field))
        except Unprintable as refusal:
            faults.append(refusal)
            laid.append(_instead(faces, label, field, refusal))
    return laid, faults


def _instead(faces: "_Faces", label: AddressLabel, field: str, fault: Unprintable) -> Face:
    """The face that says that a label was not printed. Raises the fault where that cannot be printed either."""
    language = faces.sheet.language
    found = where(label, (fault.field or "").removeprefix(f"{field}."))
    part = (found.part.say(language),) if found else ()
    try:
        return faces.lay(replace(label, to=(NOT_PRINTED.say(language), *part), sender=None), field)
    except Unprintable:
        raise fault from None


def _shown(label: AddressLabel, field: str) -> AddressLabel:
    try:
        return legible(label)
    except Unprintable as refusal:
        raise Unprintable(refusal.detail, field=f"{field}.{refusal.field}") from refusal


def _check(sheet: LabelSheet, count: int, label_stock: LabelStock) -> None:
    if not count:
        raise Unprintable(phrase("There are no labels to print."), field="labels")
    if not 1 <= sheet.start <= label_stock.per_page:
        last = phrase("A page of {stock} has labels 1 to {last}.", stock=label_stock.part, last=label_stock.per_page)
        raise Unprintable(last, field="start")
    if not 1 <= sheet.copies <= MOST_COPIES:
        raise Unprintable(phrase("Print each label 1 to {most} times.", most=MOST_COPIES), field="copies")


def _draw(
    label_stock: LabelStock, moved: tuple[float, float], outlines: bool, faces: Sequence[Face | None], pen: Pen
) -> None:
    if outlines:
        draw_outlines(pen, label_stock, moved)
    placed = ((face, *label_stock.corner(index)) for index, face in enumerate(faces) if face is not None)
    draw_faces(pen, ((face, x + moved[0], y + moved[1]) for face, x, y in placed))


_Above = tuple[tuple[Run, ...], float]


class _Faces:
    """Lays out labels of one stock: what they have in common is made once."""

    def __init__(self, label_stock: LabelStock, sheet: LabelSheet) -> None:
        self.label_stock, self.sheet, self.plan = label_stock, sheet, PLANS[label_stock.part]
        self._days: dict[date, str] = {}
        self._senders: dict[tuple[str, ...], _Above] = {}

    def lay(self, label: AddressLabel, field: str) -> Face:
        """The face of one label; ``field`` is its name in refusals."""
        if not label.to:
            raise Unprintable(phrase("This label has no address."), field=f"{field}.to")
        if self.label_stock.is_roll:
            sheet = self.sheet
            return roll_face(
                self.label_stock,
                number=label.number,
                to=label.to,
                sender=label.sender.lines if label.sender else (),
                facts=self._facts(label),
                community=sheet.community,
                colors=(sheet.ribbon_color, sheet.foil_color),
                language=sheet.language,
                field=field,
            )
        return self._tiny(label, field) if self.plan.layout == "none" else self._sheet(label, field)

    def _tiny(self, label: AddressLabel, field: str) -> Face:
        """Bars, number, and beside it the name, if it can be read at this size; the number alone names the parcel."""
        label_stock, plan = self.label_stock, self.plan
        bars, module = placed_bars(label_stock, plan, label.number, field=f"{field}.number")
        left = (label_stock.width - bars.width * module) / 2
        end = left + bars.width * module
        base = label_stock.safe + 1.4
        size_of_number = number_size(label.number, plan.number, end - left, field=f"{field}.number")
        runs: list[Run] = [(SEMIBOLD, size_of_number, left, base, label.number)]
        room = end - left - width_of(label.number, SEMIBOLD, size_of_number) - 5
        name = printable(label.to[0])
        largest, _, smallest = plan.sizes
        size = fit_line(name, font=RIBBON, size=largest, smallest=smallest, width=room)
        if size is not None:
            runs.append(right(RIBBON, size, end, base, name))
        bottom = label_stock.height - label_stock.safe - plan.bars
        return Face(tuple(runs), bars, (left, bottom), module, plan.bars)

    def _sheet(self, label: AddressLabel, field: str) -> Face:
        """The return address above, then the address, then the bars and, beside them, what is to be known."""
        label_stock, plan = self.label_stock, self.plan
        bars, module = placed_bars(label_stock, plan, label.number, field=f"{field}.number")
        left = max(label_stock.safe, QUIET * module)
        width = label_stock.width - 2 * left
        above, top = self._sender(label, field, left=left, width=width)
        base = label_stock.safe + DESCENT * plan.facts
        bottom = base + CAPITALS * plan.number + 1.7
        gap = plan.gap
        height = top - bottom - plan.bars - gap
        block = fit_block(label.to, width=width, height=height, sizes=plan.sizes, field=f"{field}.to")
        tall = plan.bars + min(plan.taller, height - block.height)
        # Half of the room that is left then stands above the address, the other half below it.
        runs = block.runs(left, top - (height - block.height - tall + plan.bars) / 2)
        across = bars.width * module
        size = number_size(label.number, plan.number, across, field=f"{field}.number")
        runs.append(centred(SEMIBOLD, size, left + across / 2, base, label.number))
        end = label_stock.width - left
        room = end - left - across - QUIET * module
        below = fact_runs(self._facts(label), end=end, base=base, size=plan.facts, room=room)
        return Face(tuple(runs), bars, (left, bottom), module, tall, above=above, below=below)

    def _sender(self, label: AddressLabel, field: str, *, left: float, width: float) -> _Above:
        """The return address, and the upper edge of what stands below it; mostly the same on all labels."""
        lines = label.sender.lines if label.sender else ()
        if lines not in self._senders:
            self._senders[lines] = self._above(lines, f"{field}.sender.lines", left=left, width=width)
        return self._senders[lines]

    def _above(self, lines: tuple[str, ...], field: str, *, left: float, width: float) -> _Above:
        plan = self.plan
        top = self.label_stock.height - self.label_stock.safe
        if not lines:
            return (), top
        is_stack = plan.layout == "stack"
        block = fit_block(
            lines if is_stack else (" · ".join(lines),),
            width=width,
            height=self.label_stock.height / 3,
            sizes=(plan.sender, min(plan.sender, 6) if is_stack else 5, 5),
            field=field,
            fonts=PLAIN if is_stack else NARROW,
        )
        return tuple(block.runs(left, top)), top - block.height - plan.gap * 0.8

    def _facts(self, label: AddressLabel) -> list[tuple[str, str]]:
        """By weight, the heaviest last."""
        language = self.sheet.language
        facts: list[tuple[str, str]] = []
        if label.ribbons is not None:
            facts.append((words.RIBBONS.say(language), formats.count(label.ribbons, language)))
        if label.must_arrive_by is not None:
            facts.append((words.MUST_ARRIVE_BY.say(language), self._day(label.must_arrive_by)))
        return facts

    def _day(self, day: date) -> str:
        if day not in self._days:
            self._days[day] = formats.day(day, self.sheet.language)
        return self._days[day]
