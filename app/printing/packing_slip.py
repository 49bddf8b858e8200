"""The packing slip: what is in the box, for whom, and where to write what was counted."""

from dataclasses import replace

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing import fields, formats, words
from app.printing.documents import PackingLine, PackingSlip
from app.printing.fonts import Fitted, fit, fit_figures
from app.printing.layout import Frame, Piece, columns, labelled, masthead, paragraph, party
from app.printing.letters import legible
from app.printing.pen import (
    BODY,
    FIGURE,
    FIGURE_STRONG,
    GRID,
    NAME,
    RECIPIENT,
    RECIPIENT_LINE,
    SECTION,
    SMALL,
    SPACE,
    STRONG,
    VALUE,
    Pen,
)
from app.printing.sheet import Laid, lay
from app.printing.table import Column, Table

SCAN = words.Phrase("Scan and count here", "Escanea y cuenta aquí")


def lay_packing_slip(document: PackingSlip) -> Laid:
    """The slip that lies in the box, laid out.

    Refuses (``Unprintable``, before anything is drawn): a character that our fonts lack, a text too long for its
    place, and no lines.
    """
    document = legible(document)
    if not document.lines:
        raise Unprintable(phrase("A packing slip needs at least one line."), field="lines")
    frame = Frame.of(document.paper_size)
    language = document.language
    title = words.PACKING_SLIP.say(language)
    pieces = [masthead(document, title, frame, scan=SCAN.say(language)), _parties(document, frame)]
    pieces += _conference(document, frame)
    pieces += _lines(document, frame)
    pieces.append(fields.signature(language, frame))
    if document.note:
        pieces += paragraph(document.note, frame, title=words.NOTE.say(language), field="note")
    differs = words.DIFFERS_HELP.say(language, link=document.link)
    pieces += paragraph(differs, frame, title=words.DIFFERS.say(language), field="link")
    return lay(document, title, pieces)


def _parties(document: PackingSlip, frame: Frame) -> Piece:
    """From at the left, and to, large, where the eye lands when the box is opened."""
    language = document.language
    third = frame.room / 3
    sender = party(document.sender, words.FROM.say(language), third - 4 * GRID, field="sender")
    recipient = party(
        document.recipient,
        words.TO.say(language),
        2 * third,
        field="recipient",
        name=RECIPIENT,
        rest=RECIPIENT_LINE,
    )
    stacks = [(frame.left, sender), (frame.left + third, recipient)]
    return columns(stacks, gap=4 * GRID, ruled=True, fields=("sender", "recipient"))


def _conference(document: PackingSlip, frame: Frame) -> list[Piece]:
    """By when and how the box travels, at the left; why it travels, at the right. Nothing where nothing is known."""
    third = frame.room / 3
    carriage, occasion = _carriage(document, third - 4 * GRID), _occasion(document, 2 * third)
    if not carriage and not occasion:
        return []
    stacks = [(frame.left, carriage), (frame.left + third, occasion)]
    return [columns(stacks, gap=3 * GRID, ruled=True, fields=("tracking_number", "conference"))]


def _carriage(document: PackingSlip, room: float) -> list[Fitted]:
    language = document.language
    stack: list[Fitted] = []
    if document.must_arrive_by:
        value = formats.day(document.must_arrive_by, language)
        stack += labelled(words.MUST_ARRIVE_BY.say(language), value, room, field="must_arrive_by", style=NAME)
    for label, value, field in (
        (words.CARRIER, document.carrier, "carrier"),
        (words.TRACKING_NUMBER, document.tracking_number, "tracking_number"),
    ):
        if value:
            stack += [SPACE] if stack else []
            stack += labelled(label.say(language), value, room, field=field)
    return stack


def _occasion(document: PackingSlip, room: float) -> list[Fitted]:
    language = document.language
    if not document.conference:
        return []
    stack = labelled(words.CONFERENCE.say(language), document.conference, room, field="conference", style=NAME)
    if document.conference_place:
        stack.append(fit(document.conference_place, BODY, room, field="conference_place", most_lines=16))
    if document.starts_on and document.ends_on:
        dates = formats.days(document.starts_on, document.ends_on, language)
        stack.append(fit(dates, BODY, room, field="starts_on", most_lines=2))
    return stack


def _lines(document: PackingSlip, frame: Frame) -> list[Piece]:
    table = Table.of(
        frame,
        Column(None, 22),
        Column(words.DESIGN),
        Column(words.COLORS, 52),
        Column(words.PACKS, 96, numeric=True),
        Column(words.PIECES, 64, numeric=True),
        Column(words.COUNTED, fields.NUMBER_WIDTH + 4 * GRID, numeric=True),
    )
    head = table.head(document.language)
    pieces = [head]
    for index, line in enumerate(document.lines):
        field = f"lines[{index}]"

        def draw_fields(pen: Pen, top: float, height: float, line: PackingLine = line) -> None:
            # The tick box stands on the first base line, the swatches beside it.
            base = top - 15
            fields.tick(pen, frame.left, base)
            pen.swatch(table.left(2), base, line.ribbon_color)
            pen.swatch(table.left(2) + 9, base, line.foil_color)
            fields.number(pen, frame.right, top - height / 2)

        cells = _cells(line, document, table, field=field)
        pieces.append(table.row(cells, head=head, field=field, also=draw_fields))
    pieces[-1] = replace(pieces[-1], with_next=True)
    return [*pieces, _total(document, frame, table)]


def _cells(line: PackingLine, document: PackingSlip, table: Table, *, field: str) -> list[list[Fitted]]:
    room = [column.room for column in table.columns]
    packs = formats.packs(line.quantity, line.pack_size, document.language)
    return [
        [],
        [
            fit(line.code, STRONG, room[1], field=f"{field}.code", most_lines=6),
            fit(line.text, SMALL, room[1], field=f"{field}.text", most_lines=12),
        ],
        [],
        [fit_figures(packs, FIGURE, room[3], field=f"{field}.pack_size")],
        [
            fit_figures(
                formats.count(line.quantity, document.language), FIGURE_STRONG, room[4], field=f"{field}.quantity"
            )
        ],
        [],
    ]


def _total(document: PackingSlip, frame: Frame, table: Table) -> Piece:
    label = fit(words.BOX_TOTAL.say(document.language), VALUE, frame.room / 2, field="language")
    amount = fit_figures(formats.count(document.quantity, document.language), SECTION, frame.room / 4, field="lines")

    def draw(pen: Pen, top: float) -> None:
        base = top - 20
        pen.text(table.left(1), base, label.lines[0], label.style, label.size)
        pen.figures(table.right(4), base, amount.lines[0], amount.style, amount.size)
        fields.number(pen, frame.right, base + 4, weight=1.2)

    return Piece(8 * GRID, draw, field="lines")
