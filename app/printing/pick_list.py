"""The pick list of a day: what to take from each depot's shelf, and which boxes to make of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, Literal

from app.core.language import Language
from app.printing import fields, formats, words
from app.printing.documents import Document
from app.printing.fonts import Fitted, Style, fit, fit_figures
from app.printing.gaps import Gaps
from app.printing.layout import Frame, Piece, columns, labelled, masthead
from app.printing.letters import legible
from app.printing.pen import BODY, FIGURE, FIGURE_STRONG, GRID, HAIRLINE, SECTION, SMALL, STRONG, VALUE, Pen
from app.printing.sheet import Laid, lay
from app.printing.table import Column, Table
from app.printing.words import Phrase

Stage = Literal["pack", "send"]
"""Boxes to be packed, or boxes that are packed and to be sent."""

TITLES: dict[Stage, Phrase] = {
    "pack": Phrase("Boxes to pack", "Cajas por preparar"),
    "send": Phrase("Boxes to send", "Cajas por enviar"),
}
SCAN = Phrase("Scan to see if a newer list was printed", "Escanea para ver si se imprimió una lista más reciente")
SHIP_BY = Phrase("Send no later than", "Fecha límite de envío")
ANY_DAY = Phrase("No limit: all boxes", "Sin límite: todas las cajas")
DEPOTS = Phrase("Depots", "Depósitos")
BOXES = Phrase("Boxes", "Cajas")
NOTHING: dict[Stage, Phrase] = {
    "pack": Phrase("There are no boxes to pack.", "No hay cajas por preparar."),
    "send": Phrase("There are no boxes to send.", "No hay cajas por enviar."),
}
TAKE = Phrase("Take from the shelf", "Toma del estante")
ON_SHELF = Phrase("On the shelf", "En el estante")
SHORT = Phrase("Short by {missing}", "Faltantes: {missing}")
NO_DEADLINE = Phrase("No deadline", "Sin fecha límite")
ARRIVES_BY = Phrase("Must arrive by {day}", "Debe llegar el {day} a más tardar")
BY_HAND = Phrase("by hand", "entrega en mano")
CONTINUED = Phrase("{number}, continued", "{number}, continuación")

ALERT = Style(STRONG.font, 9.5, 12, 6, "#9B1C1C")
_HIGHEST_PART = 240.0


@dataclass(frozen=True, kw_only=True)
class PickLine:
    """``quantity`` ribbons of one design for one box."""

    code: str
    quantity: int
    pack_size: int
    ribbon_color: str
    foil_color: str


@dataclass(frozen=True, kw_only=True)
class PickBox:
    """One shipment: for whom and where to, never the street. ``country`` (ISO 3166-1) is empty at home."""

    number: str
    recipient: str
    place: str
    country: str = ""
    by_hand: bool
    must_ship_by: date | None
    must_arrive_by: date | None
    lines: tuple[PickLine, ...]


@dataclass(frozen=True, kw_only=True)
class ShelfLine:
    """``needed`` ribbons of one design for all boxes of a depot, of which the shelf holds ``on_hand``."""

    code: str
    text: str
    pack_size: int
    ribbon_color: str
    foil_color: str
    needed: int
    on_hand: int

    @property
    def missing(self) -> int:
        """How many more are needed than there are."""
        return max(0, self.needed - self.on_hand)


@dataclass(frozen=True, kw_only=True)
class PickDepot:
    """The boxes of one depot in the order in which they have to leave; ``shelf`` is empty where all are packed."""

    name: str
    shelf: tuple[ShelfLine, ...]
    boxes: tuple[PickBox, ...]


@dataclass(frozen=True, kw_only=True)
class PickList(Document):
    """What to do in a day, depot by depot. ``ship_by`` None: whenever they have to leave."""

    carries_address: ClassVar[bool] = True

    stage: Stage
    ship_by: date | None
    depots: tuple[PickDepot, ...]


def lay_pick_list(document: PickList) -> Laid:
    """The pick list, laid out, each depot on a page of its own; without any box it says so.

    A text with a letter that our fonts lack is marked, and listed at the end. Refuses (``Unprintable``, before anything
    is drawn) a text too long for its place.
    """
    gaps = Gaps(document)
    document = legible(document, gaps.mark)
    frame = Frame.of(document.paper_size)
    language = document.language
    title = TITLES[document.stage].say(language)
    pieces = [masthead(document, title, frame, scan=SCAN.say(language)), _facts(document, frame)]
    for index, depot in enumerate(document.depots):
        part = _depot(depot, language, frame, field=f"depots[{index}]")
        pieces += [replace(part[0], starts_page=index > 0), *part[1:]]
    if not document.depots:
        nothing = fit(NOTHING[document.stage].say(language), BODY, frame.room, field="language", most_lines=2)
        pieces.append(columns([(frame.left, [nothing])], gap=6 * GRID))
    return lay(document, title, [*pieces, *gaps.listed(frame)], gaps.faults)


def _facts(document: PickList, frame: Frame) -> Piece:
    language = document.language
    by = formats.day(document.ship_by, language) if document.ship_by else ANY_DAY.say(language)
    boxes = [box for depot in document.depots for box in depot.boxes]
    ribbons = sum(line.quantity for box in boxes for line in box.lines)
    facts = [
        (SHIP_BY, by, "ship_by", 0.0),
        (DEPOTS, formats.count(len(document.depots), language), "depots", 0.5),
        (BOXES, formats.count(len(boxes), language), "depots", 0.675),
        (words.RIBBONS, formats.count(ribbons, language), "depots", 0.85),
    ]
    room = {0.0: 0.5 * frame.room - 2 * GRID}
    return columns(
        [
            (frame.left + frame.room * x, labelled(phrase.say(language), said, room.get(x, 76.0), field=field))
            for phrase, said, field, x in facts
        ],
        gap=4 * GRID,
        ruled=True,
    )


def _depot(depot: PickDepot, language: Language, frame: Frame, *, field: str) -> list[Piece]:
    name = fit(depot.name, SECTION, frame.room, field=f"{field}.name", most_lines=6)
    pieces = [replace(columns([(frame.left, [name])], gap=6 * GRID), with_next=True)]
    if depot.shelf:
        pieces += _shelf(depot, language, frame, field=field)
    return [*pieces, *_boxes(depot, language, frame, field=field)]


def _shelf(depot: PickDepot, language: Language, frame: Frame, *, field: str) -> list[Piece]:
    table = Table.of(
        frame,
        Column(None, 22),
        Column(TAKE),
        Column(words.COLORS, 52),
        Column(words.PACKS, 96, numeric=True),
        Column(words.PIECES, 64, numeric=True),
        Column(ON_SHELF, 92, numeric=True),
    )
    head = replace(table.head(language), gap=2 * GRID)
    pieces = [head]
    for index, line in enumerate(depot.shelf):
        where = f"{field}.shelf[{index}]"

        def draw(pen: Pen, top: float, _height: float, line: ShelfLine = line) -> None:
            fields.tick(pen, frame.left, top - 15)
            pen.swatch(table.left(2), top - 15, line.ribbon_color)
            pen.swatch(table.left(2) + 9, top - 15, line.foil_color)

        cells = _shelf_cells(line, table, language, field=where)
        pieces.append(table.row(cells, head=head, field=where, also=draw))
    return pieces


def _shelf_cells(line: ShelfLine, table: Table, language: Language, *, field: str) -> list[list[Fitted]]:
    room = [column.room for column in table.columns]
    packs = formats.packs(line.needed, line.pack_size, language)
    level = [fit_figures(formats.count(line.on_hand, language), FIGURE, room[5], field=f"{field}.on_hand")]
    if line.missing:
        short = SHORT.say(language, missing=formats.count(line.missing, language))
        level.append(fit_figures(short, ALERT, room[5], field=f"{field}.on_hand"))
    return [
        [],
        [
            fit(line.code, STRONG, room[1], field=f"{field}.code", most_lines=6),
            fit(line.text, SMALL, room[1], field=f"{field}.text", most_lines=12),
        ],
        [],
        [fit_figures(packs, FIGURE, room[3], field=f"{field}.pack_size")],
        [fit_figures(formats.count(line.needed, language), FIGURE_STRONG, room[4], field=f"{field}.needed")],
        level,
    ]


def _boxes(depot: PickDepot, language: Language, frame: Frame, *, field: str) -> list[Piece]:
    """Each box with its lines at its right; a box with very many lines goes on in further pieces."""
    table = Table.of(
        frame,
        Column(None, 22),
        Column(BOXES),
        Column(SHIP_BY, 116),
        Column(words.DESIGN, 112),
        Column(words.PACKS, 64, numeric=True),
        Column(words.PIECES, 46, numeric=True),
    )
    head = table.head(language)
    pieces = [head]
    for index, box in enumerate(depot.boxes):
        where = f"{field}.boxes[{index}]"
        rows = [_line(line, table, language, field=f"{where}.lines[{at}]") for at, line in enumerate(box.lines)]
        for number, part in enumerate(_parts(rows)):
            pieces.append(_box(box, part, table, language, head=head, field=where, continued=number > 0))
    return pieces


@dataclass(frozen=True)
class _Row:
    """A line of a box, measured."""

    line: PickLine
    code: Fitted
    packs: Fitted
    pieces: Fitted

    @property
    def height(self) -> float:
        return self.code.height + GRID


def _parts(rows: list[_Row]) -> list[list[_Row]]:
    """Rows dealt into parts, one at least, of which each fits a page."""
    parts: list[list[_Row]] = [[]]
    for row in rows:
        if parts[-1] and sum(other.height for other in parts[-1]) + row.height > _HIGHEST_PART:
            parts.append([])
        parts[-1].append(row)
    return parts


def _box(
    box: PickBox, rows: list[_Row], table: Table, language: Language, *, head: Piece, field: str, continued: bool
) -> Piece:
    frame = table.frame
    whose = _whose(box, table.columns[1].room, language, field=field)
    when = _when(box, table.columns[2].room, language, field=field)
    if continued:
        number = CONTINUED.say(language, number=box.number)
        whose, when = [fit(number, SMALL, table.columns[1].room, field=f"{field}.number", most_lines=2)], []
    pad = 1.5 * GRID
    text_height = max(sum(f.height for f in stack) for stack in (whose, when))
    height = max(text_height, sum(row.height for row in rows) - GRID) + 2 * pad

    def draw(pen: Pen, top: float) -> None:
        if not continued:
            fields.tick(pen, frame.left, top - 15)
        below = top - pad
        for index, row in enumerate(rows):
            with pen.tags.row(table):
                for at, stack in enumerate(([], whose, when) if not index else ()):
                    with pen.tags.cell(rows=len(rows)):
                        pen.stack(table.left(at), below, stack)
                _draw_line(pen, table, below, row)
            below -= row.height
        pen.rule(frame.left, top - height, frame.right, top - height, HAIRLINE)

    return Piece(height, draw, heading=head, field=field)


def _draw_line(pen: Pen, table: Table, top: float, row: _Row) -> None:
    """One line of a box, in the last three columns."""
    fields.tick(pen, table.left(3), top - 9)
    pen.swatch(table.left(3) + 16, top - 9, row.line.ribbon_color)
    pen.swatch(table.left(3) + 24, top - 9, row.line.foil_color)
    with pen.tags.cell():
        pen.block(table.left(3) + 36, top, row.code)
    for at, number in ((4, row.packs), (5, row.pieces)):
        with pen.tags.cell():
            pen.block(table.right(at), top, number, "right", numeric=True)


def _whose(box: PickBox, room: float, language: Language, *, field: str) -> list[Fitted]:
    number = f"{box.number} · {BY_HAND.say(language)}" if box.by_hand else box.number
    stack = [
        fit(box.recipient, STRONG, room, field=f"{field}.recipient", most_lines=12),
        fit(number, SMALL, room, field=f"{field}.number", most_lines=3),
    ]
    place = formats.place(box.place, box.country, language)
    if place:
        stack.insert(1, fit(place, BODY, room, field=f"{field}.place", most_lines=12))
    return stack


def _when(box: PickBox, room: float, language: Language, *, field: str) -> list[Fitted]:
    if box.must_ship_by is None:
        return [fit(NO_DEADLINE.say(language), BODY, room, field="language")]
    stack = [fit(formats.day(box.must_ship_by, language), VALUE, room, field=f"{field}.must_ship_by")]
    if box.must_arrive_by is not None:
        # On two lines, wherever they break.
        there = ARRIVES_BY.say(language, day=formats.day(box.must_arrive_by, language)).replace("\u00a0", " ")
        stack.append(fit(there, SMALL, room, field=f"{field}.must_arrive_by", most_lines=2))
    return stack


def _line(line: PickLine, table: Table, language: Language, *, field: str) -> _Row:
    room = [column.room for column in table.columns]
    packs = formats.packs(line.quantity, line.pack_size, language)
    return _Row(
        line,
        fit(line.code, STRONG, room[3] - 36, field=f"{field}.code", most_lines=8),
        fit_figures(packs, FIGURE, room[4], field=f"{field}.pack_size"),
        fit_figures(formats.count(line.quantity, language), FIGURE_STRONG, room[5], field=f"{field}.quantity"),
    )
