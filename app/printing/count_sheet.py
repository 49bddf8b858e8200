"""The count sheet of a depot: each design with fields for packs, loose ribbons and their sum."""

from dataclasses import dataclass

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing import fields, formats, words
from app.printing.documents import Block, Document
from app.printing.fonts import Fitted, fit, fit_figures
from app.printing.layout import Frame, Piece, columns, masthead, paragraph, party
from app.printing.letters import legible
from app.printing.pen import BODY, FIGURE, GRID, LABEL, MUTED, SMALL, STRONG, Pen
from app.printing.sheet import Laid, lay
from app.printing.table import Column, Table
from app.printing.words import Phrase

COUNT_SHEET = Phrase("Stock count", "Conteo de existencias")
SCAN = Phrase("Scan to see if a newer sheet was printed", "Escanea para ver si se imprimió una hoja más reciente")
DEPOT = Phrase("Depot", "Depósito")
HOW = Phrase("How to count", "Cómo contar")
HOW_BLIND = Phrase(
    "Count what is on the shelf; this sheet does not say what should be there, so that it does not influence your "
    "count. Write 0 where there is nothing. Leave out boxes that are packed: they are counted already.",
    "Cuenta lo que hay en el estante; esta hoja no dice cuánto debería haber, para no influir en el conteo. Escribe 0 "
    "donde no haya nada. No cuentes las cajas ya preparadas: esas ya están contadas.",
)
HOW_OPEN = Phrase(
    "Count what is on the shelf before you look at what is expected. Write 0 where there is nothing. Leave out boxes "
    "that are packed: they are counted already.",
    "Cuenta lo que hay en el estante antes de ver cuántas se esperan. Escribe 0 donde no haya nada. No cuentes las "
    "cajas ya preparadas: esas ya están contadas.",
)
EXPECTED = Phrase("Expected", "Esperadas")
PACK_SIZE = Phrase("Pack size", "Por paquete")
LOOSE = Phrase("Loose", "Sueltas")
NOT_LISTED = Phrase("Other design (not on this list)", "Otro diseño (no está en la lista)")
ENTER = Phrase("When everything is counted", "Cuando todo esté contado")
ENTER_HELP = Phrase(
    "Give this sheet to a coordinator, who enters the numbers.",
    "Entrega esta hoja al equipo de coordinación para que registre los números.",
)

_BLANK_ROWS = 2
_SMALL_FIELD = 50.0
_EMPTY = Fitted(("",), SMALL, SMALL.size)


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """One design on the shelf. ``expected`` is None where the sheet does not say it."""

    code: str
    text: str
    pack_size: int
    ribbon_color: str
    foil_color: str
    expected: int | None = None


@dataclass(frozen=True, kw_only=True)
class CountSheet(Document):
    """A sheet to count a depot with; ``blind`` leaves out what is expected."""

    depot: Block
    blind: bool
    lines: tuple[CountLine, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.blind and any(line.expected is not None for line in self.lines):
            raise ValueError("a blind sheet must not know what is expected")


def lay_count_sheet(document: CountSheet) -> Laid:
    """The count sheet, laid out.

    Refuses (``Unprintable``, before anything is drawn): a character that our fonts lack, a text too long for its
    place, and no lines.
    """
    document = legible(document)
    if not document.lines:
        raise Unprintable(phrase("A count sheet needs at least one design."), field="lines")
    frame = Frame.of(document.paper_size)
    language = document.language
    title = COUNT_SHEET.say(language)
    pieces = [masthead(document, title, frame, scan=SCAN.say(language)), _head(document, frame)]
    pieces += _lines(document, frame)
    pieces.append(fields.signature(language, frame))
    pieces += paragraph(ENTER_HELP.say(language), frame, title=ENTER.say(language), field="language")
    return lay(document, title, pieces)


def _head(document: CountSheet, frame: Frame) -> Piece:
    """Which depot, at the left; how to count, at the right."""
    third = frame.room / 3
    how = HOW_BLIND if document.blind else HOW_OPEN
    depot = party(document.depot, DEPOT.say(document.language), third - 4 * GRID, field="depot")
    room = 2 * third
    rules = [
        fit(HOW.say(document.language), LABEL, room, field="language"),
        fit(how.say(document.language), BODY, room, field="language", most_lines=6),
    ]
    stacks = [(frame.left, depot), (frame.left + third, rules)]
    return columns(stacks, gap=4 * GRID, ruled=True, fields=("depot", "language"))


def _table(document: CountSheet, frame: Frame) -> Table:
    expected = () if document.blind else (Column(EXPECTED, 62, numeric=True),)
    return Table.of(
        frame,
        Column(None, 26),
        Column(words.DESIGN),
        *expected,
        Column(words.PACKS, _SMALL_FIELD + 4 * GRID, numeric=True),
        Column(PACK_SIZE, 66, numeric=True),
        Column(LOOSE, _SMALL_FIELD + 6 * GRID, numeric=True),
        Column(words.PIECES, fields.NUMBER_WIDTH + 5 * GRID, numeric=True),
    )


def _lines(document: CountSheet, frame: Frame) -> list[Piece]:
    table = _table(document, frame)
    head = table.head(document.language)
    pieces = [head]
    for index, line in enumerate(document.lines):
        field = f"lines[{index}]"

        said = formats.count(line.pack_size, document.language)
        packed = fit_figures(said, FIGURE, table.columns[-3].room - 4 * GRID, field=f"{field}.pack_size")

        def draw(pen: Pen, top: float, height: float, line: CountLine = line) -> None:
            pen.swatch(frame.left, top - 15, line.ribbon_color)
            pen.swatch(frame.left + 9, top - 15, line.foil_color)
            _fields(pen, table, top - height / 2)

        cells = _cells(line, document, table, field=field)
        pieces.append(table.row(cells, head=head, field=field, also=draw, middle={len(cells) - 3: packed}))
    blank = [fit(NOT_LISTED.say(document.language), SMALL, table.columns[1].room, field="language"), _EMPTY]
    nothing: list[list[Fitted]] = [[] for _ in table.columns]
    nothing[1] = blank

    def draw_blank(pen: Pen, top: float, height: float) -> None:
        pen.rule(table.left(1), top - height + 9, table.left(2) - 10, top - height + 9, MUTED, 0.4)
        _fields(pen, table, top - height / 2)

    return [*pieces, *(table.row(nothing, head=head, field="lines", also=draw_blank) for _ in range(_BLANK_ROWS))]


def _fields(pen: Pen, table: Table, middle: float) -> None:
    """packs × pack size + loose = pieces; the signs stand between the fields."""
    last = len(table.columns) - 1
    packs, size, loose, pieces = (table.right(index) for index in range(last - 3, last + 1))
    base = middle - 3.5

    def sign(x: float, said: str) -> None:
        with pen.tags.aside():
            pen.text(x, base, said, FIGURE, FIGURE.size, "center")

    fields.number(pen, packs, middle, width=_SMALL_FIELD)
    sign(packs + 2 * GRID, "×")
    sign((size + loose - _SMALL_FIELD) / 2, "+")
    fields.number(pen, loose, middle, width=_SMALL_FIELD)
    sign((loose + pieces - fields.NUMBER_WIDTH) / 2, "=")
    fields.number(pen, pieces, middle, weight=1.2)


def _cells(line: CountLine, document: CountSheet, table: Table, *, field: str) -> list[list[Fitted]]:
    room = [column.room for column in table.columns]
    language = document.language
    expected: list[list[Fitted]] = []
    if not document.blind:
        said = formats.count(line.expected or 0, language)
        expected.append([fit_figures(said, FIGURE, room[2], field=f"{field}.expected")])
    return [
        [],
        [
            fit(line.code, STRONG, room[1], field=f"{field}.code", most_lines=6),
            fit(line.text, SMALL, room[1], field=f"{field}.text", most_lines=12),
        ],
        *expected,
        [],
        [],
        [],
        [],
    ]
