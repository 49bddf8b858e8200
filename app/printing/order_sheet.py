"""The order sheet: what a vendor has to make, for whom, by when, and how each ribbon looks at true size."""

from dataclasses import replace

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.printing import formats, words
from app.printing.color_names import COLOR_NAMES
from app.printing.documents import OrderLine, OrderSheet
from app.printing.fonts import Fitted, figure_advances, fit, fit_figures
from app.printing.layout import Frame, Piece, columns, labelled, masthead, paragraph, party
from app.printing.letters import legible
from app.printing.pen import BODY, FIGURE, GRID, LABEL, SECTION, SMALL, STRONG, VALUE, Pen
from app.printing.proof_sheet import FINISHING, PMS, finishing, proof_pieces, size_inches, size_mm
from app.printing.ribbon import measure
from app.printing.sheet import Laid, lay
from app.printing.table import Column, Table
from app.printing.words import Phrase

_MADE = Phrase("{finishing}. Letters in {face}.", "{finishing}. Letras en {face}.")
_PROOFS = Phrase(
    "Each ribbon has its proof at true size on a page of its own at the end of this sheet.",
    "Cada cinta tiene su prueba a tamaño real en una página propia, al final de esta hoja.",
)


_PROOF_TO = Phrase("Send the proof to", "Enviar la prueba a")
_BILL_TO = Phrase("Bill to", "Facturar a")
_TERMS = Phrase("Terms", "Condiciones de pago")
_TAX = Phrase("Tax exemption", "Exención de impuestos")
_SHIP_METHOD = Phrase("Ship method", "Forma de envío")
_AS_BEFORE = Phrase("As before: order", "Como antes: pedido")
_ITEM = Phrase("Item {number}", "Artículo {number}")
_ACROSS = Phrase("imprint horizontal", "texto horizontal")
_DOWN = Phrase("imprint vertical", "texto vertical")


def lay_order_sheet(document: OrderSheet) -> Laid:
    """The order sheet of a purchase order, laid out.

    Refuses (``Unprintable``, before anything is drawn): a character that our fonts lack, a text too long for its
    place, letters that would be smaller than 8 pt on their ribbon, a ribbon larger than the paper, and no lines.
    """
    document = legible(document)
    if not document.lines:
        raise Unprintable(phrase("An order sheet needs at least one line."), field="lines")
    frame = Frame.of(document.paper_size)
    title = words.ORDER_SHEET.say(document.language)
    pieces = [masthead(document, title, frame), _facts(document, frame), _parties(document, frame)]
    pieces += [*_for_vendor(document, frame), *_lines(document, frame)]
    if document.note:
        pieces += paragraph(document.note, frame, title=words.NOTE.say(document.language), field="note")
    pieces += _finishing(document, frame)
    pieces += _proofs(document, frame)
    return lay(document, title, pieces)


def _facts(document: OrderSheet, frame: Frame) -> Piece:
    language = document.language
    missing = words.NO_DATE.say(language)
    facts = [
        (
            words.ORDERED_ON,
            formats.day(document.ordered_on, language) if document.ordered_on else missing,
            "ordered_on",
        ),
        (words.NEEDED_BY, formats.day(document.needed_by, language) if document.needed_by else missing, "needed_by"),
        (words.DESIGNS, formats.count(len(document.faces), language), "lines"),
        (words.RIBBONS, formats.count(document.quantity, language), "lines"),
    ]
    # Two dates, two numbers: the dates start where the parties below them start.
    lefts = [0.0, 0.5, 0.75, 0.875]
    widths = [0.5, 0.25, 0.125, 0.125]
    stacks = [
        (frame.left + frame.room * x, labelled(phrase.say(language), value, frame.room * w - 2 * GRID, field=field))
        for (phrase, value, field), x, w in zip(facts, lefts, widths, strict=True)
    ]
    return columns(stacks, gap=4 * GRID, ruled=True)


def _parties(document: OrderSheet, frame: Frame) -> Piece:
    width = frame.room / 2 - 4 * GRID
    vendor = party(document.vendor, words.VENDOR.say(document.language), width, field="vendor")
    ship_to = party(document.ship_to, words.SHIP_TO.say(document.language), width, field="ship_to")
    middle = frame.left + frame.room / 2
    stacks = [(frame.left, vendor), (middle, ship_to)]
    return columns(stacks, gap=3 * GRID, ruled=True, fields=("vendor", "ship_to"))


def _for_vendor(document: OrderSheet, frame: Frame) -> list[Piece]:
    """What else the vendor asks for, as far as it is filled in, in two columns."""
    language, width = document.language, frame.room / 2 - 4 * GRID
    proof = [name for name in ("proof_name", "proof_phone", "proof_email") if getattr(document, name)]
    stacks = []
    if proof:
        stack = [fit(_PROOF_TO.say(language), LABEL, width, field=proof[0])]
        stack += [fit(getattr(document, name), VALUE, width, field=name, most_lines=16) for name in proof]
        stacks.append(stack)
    stacks += [
        labelled(label.say(language), getattr(document, name), width, field=name)
        for name, label in (
            ("bill_to", _BILL_TO),
            ("ship_method", _SHIP_METHOD),
            ("terms", _TERMS),
            ("tax_exemption", _TAX),
            ("as_before", _AS_BEFORE),
        )
        if getattr(document, name)
    ]
    lefts = (frame.left, frame.left + frame.room / 2)
    pairs = [stacks[at : at + 2] for at in range(0, len(stacks), 2)]
    return [
        columns(list(zip(lefts, pair, strict=False)), gap=(2 if at else 3) * GRID, ruled=not at)
        for at, pair in enumerate(pairs)
    ]


def _lines(document: OrderSheet, frame: Frame) -> list[Piece]:
    table = Table.of(
        frame,
        Column(words.DESIGN),
        Column(words.COLORS, 82),
        Column(words.SIZE, 80),
        Column(words.PACKS, 56, numeric=True),
        Column(words.PIECES, 46, numeric=True),
        Column(words.UNIT_COST, 58, numeric=True),
        Column(words.LINE_TOTAL, 66, numeric=True),
    )
    head = table.head(document.language)
    pieces = [head]
    for index, line in enumerate(document.lines):
        cells = _cells(line, table, document.language, field=f"lines[{index}]")
        pieces.append(table.row(cells, head=head, field=f"lines[{index}]"))
    pieces[-1] = replace(pieces[-1], with_next=True)
    return [*pieces, _total(document, frame)]


def _cells(line: OrderLine, table: Table, language: Language, *, field: str) -> list[list[Fitted]]:
    face = line.face
    room = [column.room for column in table.columns]
    numbers = [
        (formats.packs(line.quantity, line.pack_size, language), f"{field}.pack_size"),
        (formats.count(line.quantity, language), f"{field}.quantity"),
        (formats.money(line.unit_cost_cents, line.currency, language), f"{field}.unit_cost_cents"),
        (formats.money(line.total_cents, line.currency, language), f"{field}.unit_cost_cents"),
    ]
    return [
        [
            fit(face.code, STRONG, room[0], field=f"{field}.face.code", most_lines=6),
            fit(face.text, SMALL, room[0], field=f"{field}.face.text", most_lines=12),
            *_if(line.vendor_item, _ITEM, room[0], language, field=f"{field}.vendor_item"),
        ],
        _colors(line, room[1], language, field=field),
        [
            fit(size_mm(face, language), BODY, room[2], field=f"{field}.face.width_mm"),
            fit(size_inches(face, language), SMALL, room[2], field=f"{field}.face.width_mm"),
            fit((_DOWN if face.height_mm > face.width_mm else _ACROSS).say(language), SMALL, room[2], field="language"),
        ],
        *(
            [fit_figures(text, FIGURE, width, field=name)]
            for (text, name), width in zip(numbers, room[3:], strict=True)
        ),
    ]


def _if(number: str, said: Phrase, width: float, language: Language, *, field: str) -> list[Fitted]:
    return [fit(said.say(language, number=number), SMALL, width, field=field, most_lines=12)] if number else []


def _colors(line: OrderLine, width: float, language: Language, *, field: str) -> list[Fitted]:
    face = line.face
    ribbon = COLOR_NAMES.say(face.ribbon_color_name, language) or face.ribbon_color
    foil = COLOR_NAMES.say(face.foil_color_name, language) or face.foil_color
    return [
        fit(ribbon, BODY, width, field=f"{field}.face.ribbon_color_name", most_lines=12, swatch=face.ribbon_color),
        *_if(line.ribbon_pms, PMS, width, language, field=f"{field}.ribbon_pms"),
        fit(foil, BODY, width, field=f"{field}.face.foil_color_name", most_lines=12, swatch=face.foil_color),
        *_if(line.foil_pms, PMS, width, language, field=f"{field}.foil_pms"),
    ]


def _total(document: OrderSheet, frame: Frame) -> Piece:
    label = fit(words.ORDER_TOTAL.say(document.language), VALUE, frame.room / 2, field="language")
    amounts = [
        fit_figures(formats.money(cents, currency, document.language), SECTION, frame.room / 3, field="lines")
        for currency, cents in document.totals.items()
    ]
    height = sum(amount.height for amount in amounts) + GRID

    left = frame.right - max(sum(figure_advances(a.lines[0], a.style.font, a.size)[0]) for a in amounts) - 4 * GRID

    def draw(pen: Pen, top: float) -> None:
        top -= GRID
        pen.text(left, top - 15, label.lines[0], label.style, label.size, "right")
        for amount in amounts:
            pen.block(frame.right, top, amount, "right", numeric=True)
            top -= amount.height

    return Piece(height, draw, gap=GRID, field="lines")


def _finishing(document: OrderSheet, frame: Frame) -> list[Piece]:
    """What is done besides, and where the proofs are."""
    language = document.language
    kinds = dict.fromkeys((finishing(face, language), face.face_name) for face in document.faces)
    stack = [fit(FINISHING.say(language), SECTION, frame.room, field="language")]
    said = [_MADE.say(language, finishing=done, face=face) for done, face in kinds]
    room = min(frame.room, 400.0)
    stack += [fit(text, BODY, room, field="lines", most_lines=8) for text in (*said, _PROOFS.say(language))]
    return [columns([(frame.left, stack)], gap=4 * GRID, fields=("lines",))]


def _proofs(document: OrderSheet, frame: Frame) -> list[Piece]:
    """A page for each ribbon, to be cut and signed."""
    first_line = {line.face: index for index, line in reversed(list(enumerate(document.lines)))}
    pieces: list[Piece] = []
    for face in document.faces:
        proof = measure(face, field=f"lines[{first_line[face]}].face")
        line = document.lines[first_line[face]]
        heading, *others = proof_pieces(proof, document.language, frame, inks=(line.ribbon_pms, line.foil_pms))
        pieces += [replace(heading, starts_page=True), *others]
    return pieces
