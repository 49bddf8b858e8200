"""What is cut out of the champion's kit and folded: the table tent and the name card, exact to a tenth of a millimetre.

The upper of two faces is the lower one turned by half a circle about the middle of both, where the fold is: so both
read right once it is folded.
"""

from collections.abc import Callable
from dataclasses import replace
from math import sqrt

from app.core.errors import Unprintable
from app.core.language import Language, phrase
from app.printing import formats, qr
from app.printing import kit_words as words
from app.printing.documents import PaperSize
from app.printing.fonts import Fitted, Style, fit, width_of
from app.printing.formats import MM
from app.printing.layout import Frame, Piece, columns
from app.printing.letters import MEDIUM, REGULAR, SEMIBOLD
from app.printing.pen import COMMUNITY, FINE, GRID, HAIRLINE, INK, LABEL, MUTED, SECTION, SMALL, Pen, colored
from app.printing.ribbon import BLEED_MM, Proof, draw_crop_marks, draw_ornament, draw_ribbon
from app.printing.words import SIZE_INCHES

# A triangle of two faces and a bottom, closed by a flap: it leaves room for the head and the foot on Letter.
TENT_WIDTH_MM, TENT_FACE_MM, TENT_BASE_MM, TENT_FLAP_MM = 170.0, 80.0, 45.0, 10.0
TENT_HEIGHT_MM = 2 * TENT_FACE_MM + TENT_BASE_MM + TENT_FLAP_MM
# The badge holders that are sold where each paper is.
CARD_MM: dict[PaperSize, tuple[float, float]] = {"letter": (101.6, 76.2), "a4": (100.0, 75.0)}

_PAD = 9 * MM
_TENT_CODE = 36 * MM
BAND_MM = 16.0
# Clips and punched slots take the upper edge of a badge.
_CLIP = 9 * MM

_TAKE_ONE = Style(SEMIBOLD, 25, 28, 16, INK)
_TAKE_ONE_TOO = Style(MEDIUM, 17, 28, 12, MUTED)
_WEAR_IT = Style(MEDIUM, 10.5, 16, 8, INK)
_HASHTAG = Style(SEMIBOLD, 10.5, 16, 7, INK)
_MET = Style(SEMIBOLD, 14, 16, 10, INK)
_MET_TOO = Style(MEDIUM, 10.5, 16, 8, MUTED)
_NAMES = (
    Style(SEMIBOLD, 30, 32, 22, INK),
    Style(SEMIBOLD, 21, 24, 16, INK),
    Style(SEMIBOLD, 15, 16, 12, INK),
    Style(SEMIBOLD, 11, 12, 8, INK),
)
_ROLE = Style(MEDIUM, 12.5, 16, 9, INK)
_HANDLE = Style(REGULAR, 10.5, 16, 7, MUTED)

Draw = Callable[[Pen], None]


def _turned(pen: Pen, draw: Draw, *, x: float, y: float, width: float, height: float) -> None:
    """Draw a face turned by half a circle, its corner that is the lower left one on paper at (x, y).

    The other face says the same, so it is not read out.
    """
    pen.canvas.saveState()
    pen.canvas.transform(-1, 0, 0, -1, x + width, y + height)
    with pen.tags.aside():
        draw(pen)
    pen.canvas.restoreState()


def _upright(pen: Pen, draw: Draw, *, x: float, y: float) -> None:
    pen.canvas.saveState()
    pen.canvas.translate(x, y)
    draw(pen)
    pen.canvas.restoreState()


def _fold(pen: Pen, x: float, y: float, width: float) -> None:
    """A dashed line to fold along, with a short stroke outside either edge."""
    pen.canvas.saveState()
    pen.canvas.setDash(3, 3)
    pen.rule(x, y, x + width, y, MUTED, 0.35)
    pen.canvas.restoreState()
    for start in (x - 5 * MM, x + width + 1 * MM):
        pen.rule(start, y, start + 4 * MM, y, MUTED, 0.5)


def tent(ribbon: Proof, *, language: Language, hashtag: str, link: str, code: str, frame: Frame) -> Piece:
    """The table tent, to be cut out along its outline: flap, two faces, bottom, from above."""
    face = _tent_face(ribbon, language, hashtag, link, code)
    base = _tent_base(language)
    flap = fit(words.FLAP.say(language), FINE, 80, field="language")
    width, height = TENT_WIDTH_MM * MM, TENT_HEIGHT_MM * MM
    x = (frame.width - width) / 2

    def draw(pen: Pen, top: float) -> None:
        bottom = top - height
        folds = [bottom + edge * MM for edge in (TENT_BASE_MM, TENT_BASE_MM + TENT_FACE_MM, height / MM - TENT_FLAP_MM)]
        pen.stack(x + _PAD, folds[0] - 6 * MM, base)
        pen.block(x + width / 2, top - TENT_FLAP_MM * MM / 2 + FINE.leading / 2, flap, "center")
        _turned(pen, face, x=x, y=folds[1], width=width, height=TENT_FACE_MM * MM)
        _upright(pen, face, x=x, y=folds[0])
        pen.canvas.setStrokeColor(colored(MUTED))
        pen.canvas.setLineWidth(0.5)
        pen.canvas.rect(x, bottom, width, height, stroke=1, fill=0)
        for fold in folds:
            _fold(pen, x, fold, width)

    return Piece(height, draw, starts_page=True, trim=(x, -height, x + width, 0.0))


def _tent_base(language: Language) -> list[Fitted]:
    """How to fold it, where nobody reads it once it stands."""
    numbers = {
        "width": TENT_WIDTH_MM,
        "height": TENT_HEIGHT_MM,
        "stands": round(sqrt(TENT_FACE_MM**2 - (TENT_BASE_MM / 2) ** 2)),
        "base": TENT_BASE_MM,
    }
    said = {name: formats.millimetres(value, language) for name, value in numbers.items()}
    room = TENT_WIDTH_MM * MM - 2 * _PAD
    return [
        fit(words.TENT.say(language), SECTION, room, field="language"),
        fit(words.TENT_HELP.say(language, **said), SMALL, min(room, 380), field="language", most_lines=4),
    ]


def _in(language: Language, fitted: Fitted) -> Fitted:
    """A text that is to be read out in a language other than the paper's."""
    return replace(fitted, language=language)


def _tent_face(ribbon: Proof, language: Language, hashtag: str, link: str, code: str) -> Draw:
    """One face: at the left an invitation in both languages and the ribbon, at the right the code to say we met."""
    other: Language = "es" if language == "en" else "en"
    matrix = qr.encode(link, field="met_link")
    side = max(_TENT_CODE, qr.side(matrix))
    width, height = TENT_WIDTH_MM * MM, TENT_FACE_MM * MM
    room = width - 2 * _PAD - side - 8 * MM
    take = fit(words.TAKE_ONE.say(language), _TAKE_ONE, 0.55 * room, field="language")
    take_too = _in(other, fit(words.TAKE_ONE.say(other), _TAKE_ONE_TOO, 0.42 * room, field="language"))
    wear = [
        fit(
            f"{words.WEAR_IT.say(language)} {words.WEAR_IT.say(other)}", _WEAR_IT, room, field="language", most_lines=2
        ),
    ]
    if hashtag != ribbon.face.text:
        wear.append(fit(hashtag, _HASHTAG, room, field="hashtag", most_lines=2))
    met = [
        fit(words.WE_MET.say(language), _MET, side, field="language"),
        _in(other, fit(words.WE_MET.say(other), _MET_TOO, side, field="language")),
    ]
    below = [
        fit(code, LABEL, side, field="met_code", most_lines=2),
        fit(words.WE_MET_HELP.say(language), FINE, side + 4 * MM, field="language", most_lines=2),
        _in(other, fit(words.WE_MET_HELP.say(other), FINE, side + 4 * MM, field="language", most_lines=2)),
    ]
    top = height - 7 * MM
    tallest = top - take.height - sum(f.height for f in wear) - 6 * MM - 5 * GRID
    across = min(room, tallest * ribbon.width / ribbon.height)
    tall = across * ribbon.height / ribbon.width
    # The other language ends where the ribbon does, if there is room for both.
    edge = max(across, sum(width_of(f.lines[0], f.style.font, f.size) for f in (take, take_too)) + 4 * GRID)
    code_left = width - _PAD - side
    quiet = qr.QUIET * side / len(matrix)
    # The leading below the line above the code, and above the one below it, is part of the quiet zone.
    above, under = quiet - 1.5, quiet - 3
    tall_column = sum(f.height for f in (*met, *below)) + above + side + under
    # As low as the ribbon begins, but for a code whose quiet zone is wide, so that nothing is read in the fold.
    met_top = max(top, tall_column + 3.5 * MM)
    code_bottom = met_top - sum(f.height for f in met) - above - side

    def draw(pen: Pen) -> None:
        pen.block(_PAD, top, take)
        pen.block(_PAD + edge, top, take_too, "right")
        y = top - take.height - 3 * GRID - tall
        with pen.tags.figure(ribbon.face.text):
            draw_ornament(pen.canvas, ribbon, x=_PAD, y=y, width=across)
        pen.stack(_PAD, y - 2 * GRID, wear)
        qr.draw(pen, matrix, x=code_left, y=code_bottom, link=link, size=side)
        pen.stack(code_left + side / 2, met_top, met, "center")
        pen.stack(code_left + side / 2, code_bottom - under, below, "center")

    return draw


def card(
    *, name: str, handle: str, community: str, band: Proof, paper_size: PaperSize, language: Language, frame: Frame
) -> list[Piece]:
    """The name card with how to fold it: two faces of a badge's size, the name on both.

    Refuses (``Unprintable``) a name that needs letters smaller than 8 pt.
    """
    width_mm, height_mm = CARD_MM[paper_size]
    width, height = width_mm * MM, height_mm * MM
    face = _card_face(name, handle, community, band, width, height, language)
    x = (frame.width - width) / 2
    margin = BLEED_MM * MM + 5 * MM
    inches = SIZE_INCHES.say(
        language, width=formats.inches(width_mm, language), height=formats.inches(height_mm, language)
    )
    said = {"width": formats.millimetres(width_mm, language), "height": formats.millimetres(height_mm, language)}
    text = words.CARD_HELP.say(language, **said, inches=inches)
    heading = [
        fit(words.CARD.say(language), SECTION, frame.room, field="language"),
        fit(text, SMALL, min(frame.room, 400.0), field="language", most_lines=3),
    ]

    def draw(pen: Pen, top: float) -> None:
        top -= margin
        fold, bottom = top - height, top - 2 * height
        pen.canvas.setStrokeColor(colored(HAIRLINE))
        pen.canvas.setLineWidth(0.4)
        pen.canvas.rect(x, bottom, width, 2 * height, stroke=1, fill=0)
        _turned(pen, face, x=x, y=fold, width=width, height=height)
        _upright(pen, face, x=x, y=bottom)
        draw_crop_marks(pen.canvas, x=x, y=bottom, width=width, height=2 * height, bleed=BLEED_MM * MM)
        _fold(pen, x, fold, width)

    trim = (x, -margin - 2 * height, x + width, -margin)
    bleed = BLEED_MM * MM
    around = (trim[0] - bleed, trim[1] - bleed, trim[2] + bleed, trim[3] + bleed)
    head = replace(columns([(frame.left, heading)], with_next=True), starts_page=True)
    whole = Piece(2 * height + 2 * margin, draw, gap=4 * GRID, trim=trim, bleed=around, field="champion")
    return [head, whole]


def _card_face(
    name: str, handle: str, community: str, ribbon: Proof, width: float, height: float, language: Language
) -> Draw:
    """One face: the community, the name, what she is, and the ribbon along the lower edge."""
    room = width - 2 * 7 * MM
    above = fit(community, COMMUNITY, room, field="community", most_lines=3)
    role = fit(words.CHAMPION.en, _ROLE, room, field="language")
    below = [role if language == "en" else _in("en", role)]
    if handle:
        below.append(fit(handle, _HANDLE, room, field="handle", most_lines=2))
    top = height - _CLIP
    floor = ribbon.height + 4 * MM
    fitted = _name(name, room, top - above.height - floor - sum(f.height for f in below) - GRID)
    spare = top - above.height - floor - fitted.height - sum(f.height for f in below)

    def draw(pen: Pen) -> None:
        pen.block(width / 2, top, above, "center")
        y = top - above.height - spare / 2
        pen.block(width / 2, y, fitted, "center")
        pen.stack(width / 2, y - fitted.height, below, "center")
        _draw_band(pen, ribbon)

    return draw


def _draw_band(pen: Pen, ribbon: Proof) -> None:
    """The ribbon, its bleed on the three sides that are cut."""
    bleed = BLEED_MM * MM
    canvas = pen.canvas
    canvas.saveState()
    edge = canvas.beginPath()
    edge.rect(-bleed, -bleed, ribbon.width + 2 * bleed, ribbon.height + bleed)
    canvas.clipPath(edge, stroke=0, fill=0)
    with pen.tags.figure(ribbon.face.text):
        draw_ribbon(canvas, ribbon, x=0, y=0, bleed=bleed)
    canvas.restoreState()


def _name(name: str, width: float, height: float) -> Fitted:
    """The name as large as it goes: on one line, then on more, then in smaller letters on more still."""
    for style in _NAMES:
        lines = int(height // style.leading)
        if lines:
            try:
                return fit(name, style, width, field="champion", most_lines=lines)
            except Unprintable:
                continue
    raise Unprintable(phrase("The name is too long for the name card. Shorten it."), field="champion")
