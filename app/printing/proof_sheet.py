"""The proof of a ribbon: at true size and at twice it, with all that the vendor has to keep to, and where to sign."""

from dataclasses import dataclass, replace

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.printing import formats
from app.printing.color_names import COLOR_NAMES
from app.printing.documents import Document, RibbonFace
from app.printing.fonts import Fitted, fit
from app.printing.layout import Frame, Piece, columns, labelled, masthead
from app.printing.letters import legible
from app.printing.pen import BODY, GRID, LABEL, MUTED, NAME, SECTION, SMALL, SPACE, VALUE, Pen
from app.printing.ribbon import BLEED_MM, SAFE_MM, SMALLEST_LETTERS, Plate, Proof, measure
from app.printing.sheet import Laid, lay, room_below_head
from app.printing.words import SIZE_INCHES, SIZE_MM, Phrase

TITLE = Phrase("Proof for approval", "Prueba para aprobar")
TRUE_SIZE = Phrase("Proof at true size (1:1)", "Prueba a tamaño real (1:1)")
TRUE_SIZE_HELP = Phrase(
    "Print at 100%, without fitting to the page, and hold a ruler against the printed one before you compare a ribbon "
    "with its proof. The satin is a drawing: the valid colors are those named below.",
    "Imprimir al 100%, sin ajustar a la página, y comprobar la regla impresa con una de verdad antes de comparar una "
    "cinta con su prueba. El satén es un dibujo: los colores válidos son los indicados abajo.",
)
DOUBLE_SIZE = Phrase("Proof at twice its size (2:1)", "Prueba en escala 2:1")
DOUBLE_SIZE_HELP = Phrase(
    "For the details: a millimeter of the ribbon is two on this paper. Compare the finished ribbon with the proof "
    "at true size.",
    "Para ver los detalles: un milímetro de la cinta son dos en este papel. Comparar la cinta terminada con la prueba "
    "a tamaño real.",
)
TOO_LARGE = Phrase(
    "At twice its size this ribbon does not fit the paper, so there is no proof at 2:1.",
    "Al doble de su tamaño, esta cinta no cabe en el papel; por eso no hay prueba en escala 2:1.",
)
RIBBON_COLOR = Phrase("Ribbon color", "Color de la cinta")
FOIL_COLOR = Phrase("Foil color", "Color del foil (letras)")
CUT_SIZE = Phrase("Cut size", "Tamaño de corte")
PMS = Phrase("PMS {number}", "PMS {number}")
TYPE_FACE = Phrase("Type face", "Tipografía")
TYPE_SIZE = Phrase("{size} pt; never below {smallest} pt", "{size} pt; nunca menos de {smallest} pt")
FINISHING = Phrase("Finishing", "Acabado")
USUAL_FINISHING = Phrase(
    "Foil-stamped on satin; adhesive strip on the back, stackable",
    "Estampado metálico en caliente (foil) sobre satén; cinta apilable con tira adhesiva al dorso",
)
MARGINS = Phrase("Bleed and safe area", "Sangrado y área segura")
BLEED = Phrase("{mm} mm of ribbon color beyond each cut", "{mm} mm de color más allá de cada corte")
SAFE = Phrase("Letters {mm} mm or more inside each cut", "Letras a {mm} mm o más de cada corte")
APPROVED_BY = Phrase("Approved by", "Aprobada por")
APPROVED_ON = Phrase("Date", "Fecha")
APPROVAL = Phrase(
    "Make the ribbons only after this proof has been signed.",
    "Fabricar las cintas solo después de que se firme esta prueba.",
)


# Whose proof it is comes first: many stand on one order sheet.
_CODE = replace(NAME, role="H2")
_SCALE = replace(SECTION, role="P")


@dataclass(frozen=True, kw_only=True)
class ProofSheet(Document):
    """The proof of one design, for the vendor and for those who approve it.

    The PMS numbers of ribbon and foil are left out where they are empty.
    """

    face: RibbonFace
    ribbon_pms: str = ""
    foil_pms: str = ""


def lay_proof_sheet(document: ProofSheet) -> Laid:
    """The proof sheet of a design, laid out: at true size and, where the paper holds it, at twice that, turned if need
    be.

    Refuses (``Unprintable``, before anything is drawn): a character that our fonts lack, a text too long for its
    place, letters that would be smaller than 8 pt, and a ribbon larger than the paper.
    """
    document = legible(document)
    frame, language = Frame.of(document.paper_size), document.language
    title = TITLE.say(language)
    proof = measure(document.face, field="face")
    pieces = [replace(masthead(document, title, frame), with_next=True)]
    pieces += proof_pieces(proof, language, frame, inks=(document.ribbon_pms, document.foil_pms))
    double = _double_size(proof, language, frame, room_below_head(document, title))
    if not double:
        pieces[-1] = replace(pieces[-1], with_next=True)
        sentence = fit(TOO_LARGE.say(language), SMALL, frame.room, field="language", most_lines=2)
        too_large = columns([(frame.left, [sentence])], gap=2 * GRID)
        pieces.append(replace(too_large, field="face.height_mm"))
    return lay(document, title, pieces + double)


def proof_pieces(proof: Proof, language: Language, frame: Frame, *, inks: tuple[str, str] = ("", "")) -> list[Piece]:
    """The proof at true size with what belongs to it, for one page that is to be cut. ``inks`` are the PMS numbers of
    ribbon and foil, or empty.

    Refuses (``Unprintable``) a ribbon wider than the paper's text.
    """
    face = proof.face
    if proof.width > frame.room:
        raise Unprintable(
            phrase(
                "Ribbon {code} is {width} mm wide; the page holds {room} mm.",
                code=face.code,
                width=face.width_mm,
                room=round(frame.room / formats.MM),
            ),
            field=f"{proof.field}.width_mm",
        )
    plate = Plate(proof, language)
    rows = _facts(proof, language, frame, inks)
    # A ribbon that hangs leaves room at its right for all the facts, below each other.
    hangs = proof.turned and plate.width + 2 * plate.margin <= frame.room / 2 - 2 * GRID
    room, beside = frame.room, []
    if hangs:
        room = frame.room / 2
        beside = [fitted for row in rows for stack in row for fitted in (SPACE, *stack)]

    def draw(pen: Pen, top: float) -> None:
        plate.draw(pen, frame.left, top, room)
        pen.stack(frame.left + room, top, beside)

    height = max(plate.whole_height, sum(fitted.height for fitted in beside))
    cut = Piece(
        GRID * -(-height // GRID),
        draw,
        gap=2 * GRID,
        with_next=True,
        trim=plate.trim(frame.left, 0),
        bleed=plate.bleed_box(frame.left, 0),
    )
    lefts = [frame.left + frame.room / 3 * index for index in range(3)]
    below = [
        columns(list(zip(lefts, row, strict=True)), gap=3 * GRID, ruled=True, with_next=True)
        for row in ([] if hangs else rows)
    ]
    return [_heading(proof, language, frame), cut, *below, _approval(proof, language, frame)]


def _heading(proof: Proof, language: Language, frame: Frame) -> Piece:
    face, third = proof.face, frame.room / 3
    width = third - 2 * GRID
    name = [
        fit(face.code, _CODE, width, field=f"{proof.field}.code", most_lines=6),
        fit(face.text, SMALL, width, field=f"{proof.field}.text", most_lines=4),
    ]
    room = 2 * third
    title = fit(TRUE_SIZE.say(language), _SCALE, room, field="language")
    help_text = fit(TRUE_SIZE_HELP.say(language), SMALL, room, field="language", most_lines=4)
    return columns([(frame.left, name), (frame.left + third, [title, help_text])], gap=4 * GRID, with_next=True)


def _facts(proof: Proof, language: Language, frame: Frame, inks: tuple[str, str]) -> list[list[list[Fitted]]]:
    """What the vendor has to keep to, in two rows of three, each as wide as a third of the paper."""
    face, field, third = proof.face, proof.field, frame.room / 3
    width = third - 2 * GRID
    margin, bleed = (formats.millimetres(value, language) for value in (SAFE_MM, BLEED_MM))
    letters = TYPE_SIZE.say(language, size=f"{proof.size:g}", smallest=f"{SMALLEST_LETTERS:g}")
    return [
        [
            _color(
                RIBBON_COLOR,
                face.ribbon_color_name,
                face.ribbon_color,
                width,
                language,
                field=f"{field}.ribbon",
                pms=inks[0],
            ),
            _color(
                FOIL_COLOR, face.foil_color_name, face.foil_color, width, language, field=f"{field}.foil", pms=inks[1]
            ),
            [
                *labelled(CUT_SIZE.say(language), size_mm(face, language), width, field=f"{field}.width_mm"),
                fit(size_inches(face, language), SMALL, width, field=f"{field}.width_mm"),
            ],
        ],
        [
            [
                *labelled(TYPE_FACE.say(language), face.face_name, width, field=f"{field}.face_name"),
                fit(letters, SMALL, width, field="language"),
            ],
            labelled(FINISHING.say(language), finishing(face, language), width, field=f"{field}.finishing"),
            [
                fit(MARGINS.say(language), LABEL, width, field="language"),
                fit(BLEED.say(language, mm=bleed), BODY, width, field="language", most_lines=2),
                fit(SAFE.say(language, mm=margin), BODY, width, field="language", most_lines=2),
            ],
        ],
    ]


def _color(
    label: Phrase, name: str, color: str, width: float, language: Language, *, field: str, pms: str
) -> list[Fitted]:
    named = f"{COLOR_NAMES.say(name, language)} {color}".strip()
    stack = [
        fit(label.say(language), LABEL, width, field="language"),
        fit(named, VALUE, width, field=f"{field}_color_name", most_lines=12, swatch=color),
    ]
    if pms:
        # The numbers stand beside the face: "lines[0].ribbon_pms" for "lines[0].face.ribbon_color_name".
        beside = field.replace("face.", "")
        stack.append(fit(PMS.say(language, number=pms), SMALL, width, field=f"{beside}_pms", most_lines=2))
    return stack


def _approval(proof: Proof, language: Language, frame: Frame) -> Piece:
    """Two lines to sign on."""
    sentence = fit(APPROVAL.say(language), SMALL, frame.room, field="language", most_lines=2)
    labels = [fit(phrase.say(language), LABEL, 120, field="language") for phrase in (APPROVED_BY, APPROVED_ON)]
    middle = frame.left + frame.room * 2 / 3

    def draw(pen: Pen, top: float) -> None:
        pen.block(frame.left, top - 2 * GRID, sentence)
        line = top - 2 * GRID - sentence.height - 7 * GRID
        for left, right, label in ((frame.left, middle - 4 * GRID, labels[0]), (middle, frame.right, labels[1])):
            pen.rule(left, line, right, line, MUTED, 0.6)
            pen.block(left, line - 2, label)

    height = sentence.height + 13 * GRID
    return Piece(height, draw, gap=3 * GRID, ruled=True, field=f"{proof.field}.height_mm")


def _double_size(proof: Proof, language: Language, frame: Frame, height: float) -> list[Piece]:
    """A page with the proof at twice its size, upright if that fits, else turned; nothing if it fits neither way."""
    plate = Plate(proof, language, scale=2)
    text = [
        (DOUBLE_SIZE.say(language), SECTION),
        (DOUBLE_SIZE_HELP.say(language), SMALL),
    ]
    stack = [fit(said, style, frame.room, field="language", most_lines=3) for said, style in text]
    head = columns([(frame.left, stack)], with_next=True)
    if plate.width <= frame.room and head.height + 2 * GRID + plate.whole_height <= height:

        def draw(pen: Pen, top: float) -> None:
            plate.draw(pen, frame.left, top, frame.room)

        return [replace(head, starts_page=True), Piece(plate.whole_height, draw, gap=2 * GRID)]
    room = frame.room - plate.whole_height - 4 * GRID
    length = plate.width + 2 * plate.margin
    if room < 120 or length > height:
        return []
    beside = [fit(said, style, room, field="language", most_lines=12) for said, style in text]

    def draw_turned(pen: Pen, top: float) -> None:
        pen.stack(frame.left + plate.whole_height + 4 * GRID, top, beside)
        pen.canvas.saveState()
        pen.canvas.translate(frame.left + plate.whole_height, top - length)
        pen.canvas.rotate(90)
        plate.draw(pen, plate.margin, plate.whole_height, plate.width)
        pen.canvas.restoreState()

    return [Piece(length, draw_turned, starts_page=True)]


def finishing(face: RibbonFace, language: Language) -> str:
    """What is done besides printing, in words: the usual, where the face says nothing else."""
    return face.finishing or USUAL_FINISHING.say(language)


def size_mm(face: RibbonFace, language: Language) -> str:
    """Width and height in millimetres, held together by no-break spaces."""
    width, height = (formats.millimetres(side, language) for side in (face.width_mm, face.height_mm))
    return SIZE_MM.say(language, width=width, height=height).replace(" ", "\u00a0")


def size_inches(face: RibbonFace, language: Language) -> str:
    """Width and height in inches, held together by no-break spaces."""
    width, height = (formats.inches(side, language) for side in (face.width_mm, face.height_mm))
    return SIZE_INCHES.say(language, width=width, height=height).replace(" ", "\u00a0")
