"""The calibration page of a label stock: where the printer really prints, and what to type to move it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import ceil, floor

from app.core.language import Language
from app.printing import formats
from app.printing.fonts import Fitted, Style, fit, width_of
from app.printing.formats import MM
from app.printing.label_face import BLACK, CAPITALS, draw_outlines
from app.printing.label_stock import LabelStock, find_label_stock, offset
from app.printing.letters import MEDIUM, REGULAR, SEMIBOLD, legible
from app.printing.pen import Pen, colored
from app.printing.sheet import Laid, Page, bind
from app.printing.words import Phrase

TITLE = Phrase("Calibration of {label_stock}", "Calibración de {label_stock}")
PRINT = Phrase(
    "Print page 1 at 100%, without fitting it to the page, on plain paper of the same size.",
    "Imprime la página 1 al 100%, sin ajustarla, en papel común del mismo tamaño.",
)
PRINT_ROLL = Phrase(
    "Print page 1 at 100%, without fitting it to the page, on one label.",
    "Imprime la página 1 al 100%, sin ajustarla, en una etiqueta.",
)
SCALE = Phrase(
    "Hold a ruler against the printed ones, across and down. If they differ, the printer scales the page: fix that "
    "first; shifting the page will not help.",
    "Compara las reglas impresas con una de verdad, a lo ancho y a lo alto. Si no coinciden, la impresora cambia la "
    "escala. Corrige eso primero: mover la página no basta.",
)
MEASURE = Phrase(
    "Lay the print on a sheet of labels, edge on edge, and hold both against the light. At the upper left corner of "
    "label 1, measure from the corner of the label to the printed cross, across and down.",
    "Pon la hoja impresa sobre una hoja de etiquetas, borde con borde, y míralas a contraluz. En la esquina superior "
    "izquierda de la etiqueta 1, mide de la esquina de la etiqueta a la cruz impresa, a lo ancho y a lo alto.",
)
MEASURE_ROLL = Phrase(
    "Measure where the upper left cross is printed. It belongs {inset} mm from the left edge of the label and {inset} "
    "mm from its upper edge.",
    "Mide dónde quedó impresa la cruz superior izquierda. Debe quedar a {inset} mm del borde izquierdo de la etiqueta "
    "y a {inset} mm de su borde superior.",
)
ACROSS = Phrase(
    "If the cross is 1.5 mm too far to the left, set the shift to the right (x) to 1.5. If it is 1.5 mm too far to the "
    "right, set it to -1.5.",
    "Si la cruz quedó 1.5 mm demasiado a la izquierda, pon 1.5 como desplazamiento a la derecha (x). Si quedó 1.5 mm "
    "demasiado a la derecha, pon -1.5.",
)
DOWN = Phrase(
    "If the cross is 1.5 mm too high, set the shift down (y) to 1.5. If it is 1.5 mm too low, set it to -1.5.",
    "Si la cruz quedó 1.5 mm demasiado arriba, pon 1.5 como desplazamiento hacia abajo (y). Si quedó 1.5 mm "
    "demasiado abajo, pon -1.5.",
)
AGAIN = Phrase(
    "Page 1 was printed with the shifts x = {x} and y = {y}: add what you measure to these. Then print it again to "
    "check.",
    "La página 1 se imprimió con los desplazamientos x = {x} e y = {y}: súmales lo que midas. Después imprímela "
    "otra vez para comprobar.",
)
REACH = Phrase(
    "On {label_stock}, x can be {left} to {right} mm, and y {up} to {down} mm.",
    "En {label_stock}, x puede ser de {left} a {right} mm, e y de {up} a {down} mm.",
)

# The edges of a roll are the edges of its labels: what is to be measured stands this far inside.
ROLL_INSET_MM = 10

_TITLE = Style(SEMIBOLD, 22, 28, 12, BLACK)
_STEP = Style(REGULAR, 11, 15, 11, BLACK)
_TITLE_ROLL = Style(SEMIBOLD, 15, 20, 10, BLACK)
_STEP_ROLL = Style(REGULAR, 8.5, 11, 8.5, BLACK)
_FIGURE = 5.5
_FIGURES = Style(REGULAR, _FIGURE, _FIGURE, _FIGURE, BLACK)
# From the corners, where two rulers meet.
_CLEAR = 16.0
_LINE = 0.35
_ARM = 4.0


@dataclass(frozen=True, kw_only=True)
class CalibrationSheet:
    """A page to measure on, and how to. Refused (``ValueError``): a naive ``printed_at``."""

    label_stock: str
    offset_x_mm: float = 0.0
    offset_y_mm: float = 0.0
    community: str
    language: Language
    printed_at: datetime

    def __post_init__(self) -> None:
        if self.printed_at.tzinfo is None:
            raise ValueError("printed_at must know its time zone")


def render_calibration(sheet: CalibrationSheet) -> bytes:
    """The PDF of it: see :func:`lay_calibration`."""
    return bind([lay_calibration(sheet)])


def lay_calibration(sheet: CalibrationSheet) -> Laid:
    """Page 1 to measure on, of the size of the stock; page 2 says how to.

    Refuses (``Unprintable``) a stock that we do not know, and an offset beyond what the stock admits.
    """
    sheet = legible(sheet)
    label_stock = find_label_stock(sheet.label_stock)
    moved = offset(label_stock, sheet.offset_x_mm, sheet.offset_y_mm)
    title = TITLE.say(sheet.language, label_stock=label_stock.part)
    return Laid(
        title=title,
        subject=title,
        author=sheet.community,
        language=sheet.language,
        printed_at=sheet.printed_at,
        pages=[
            Page(label_stock.page, partial(_measures, label_stock, moved)),
            Page(label_stock.page, _instructions(sheet, label_stock, title)),
        ],
    )


def _instructions(sheet: CalibrationSheet, label_stock: LabelStock, title: str) -> Callable[[Pen], None]:
    margin, head, style = (20.0, _TITLE_ROLL, _STEP_ROLL) if label_stock.is_roll else (72.0, _TITLE, _STEP)
    indent = 1.8 * style.size
    room = min(label_stock.page[0] - 2 * margin, 420.0)
    heading = fit(title, head, room, field="label_stock")
    steps = [
        fit(text, style, room - indent, field="language", most_lines=12)
        for text in _steps(sheet, label_stock, *label_stock.reach())
    ]

    def draw(pen: Pen) -> None:
        top = label_stock.page[1] - margin
        pen.block(margin, top, heading)
        top -= heading.height + style.leading / 2
        for number, step in enumerate(steps, start=1):
            pen.block(margin, top, Fitted((f"{number}.",), style, style.size))
            pen.block(margin + indent, top, step)
            top -= step.height + style.leading / 2

    return draw


def _steps(
    sheet: CalibrationSheet, label_stock: LabelStock, across: tuple[float, float], down: tuple[float, float]
) -> Iterator[str]:
    language = sheet.language

    def say(phrase: Phrase, **lengths: float) -> str:
        # Towards zero, so that what the page says is accepted.
        said = {name: formats.millimetres(int(length * 10) / 10, language) for name, length in lengths.items()}
        return phrase.say(language, label_stock=label_stock.part, **said)

    yield say(PRINT_ROLL if label_stock.is_roll else PRINT)
    yield say(SCALE)
    yield say(MEASURE_ROLL, inset=ROLL_INSET_MM) if label_stock.is_roll else say(MEASURE)
    yield say(ACROSS)
    yield say(DOWN)
    yield say(AGAIN, x=sheet.offset_x_mm, y=sheet.offset_y_mm)
    yield say(REACH, left=across[0], right=across[1], up=down[0], down=down[1])


def _measures(label_stock: LabelStock, moved: tuple[float, float], pen: Pen) -> None:
    draw_outlines(pen, label_stock, moved)
    pen.canvas.saveState()
    pen.canvas.translate(*moved)
    _crosses(pen, label_stock)
    _names(pen, label_stock)
    _rulers(pen, label_stock)
    pen.canvas.restoreState()


def _edges(label_stock: LabelStock) -> tuple[list[float], list[float]]:
    """Every left or right edge of a label, and every upper or lower one."""
    corners = [label_stock.corner(index) for index in range(label_stock.per_page)]
    across = {x + width for x, _ in corners for width in (0.0, label_stock.width)}
    down = {y + height for _, y in corners for height in (0.0, label_stock.height)}
    return sorted(across), sorted(down)


def _crosses(pen: Pen, label_stock: LabelStock) -> None:
    """A cross and a circle at every corner of a label; on a roll, inside of it."""
    inset = ROLL_INSET_MM * MM if label_stock.is_roll else 0.0
    canvas = pen.canvas
    canvas.setStrokeColor(colored(BLACK))
    canvas.setLineWidth(_LINE)
    path = canvas.beginPath()
    across, down = _edges(label_stock)
    if label_stock.is_roll:
        across, down = [across[0] + inset, across[1] - inset], [down[0] + inset, down[1] - inset]
    for x in across:
        for y in down:
            path.moveTo(x - _ARM, y)
            path.lineTo(x + _ARM, y)
            path.moveTo(x, y - _ARM)
            path.lineTo(x, y + _ARM)
            path.circle(x, y, _ARM / 2)
    canvas.drawPath(path, stroke=1, fill=0)


def _names(pen: Pen, label_stock: LabelStock) -> None:
    """The stock and the number of the label, in its middle."""
    size = 9.0
    for index in range(label_stock.per_page):
        x, y = label_stock.corner(index)
        text = f"{label_stock.part} · {index + 1}"
        style = Style(MEDIUM, size, size, size, BLACK)
        pen.text(x + label_stock.width / 2, y + (label_stock.height - CAPITALS * size) / 2, text, style, size, "center")


@dataclass(frozen=True)
class _Scale:
    """Strokes every ``step`` points, longer ones each ``half``; each ``whole`` has a figure, ``figure`` more."""

    step: float
    half: int
    whole: int
    figure: int
    unit: str


_MILLIMETRES = _Scale(MM, 5, 10, 10, "mm")
_INCHES = _Scale(72 / 8, 4, 8, 1, "in")
_SHORT, _MIDDLE, _LONG = 2.6, 4.2, 6.0

_Axis = tuple[float, float, float, float]
"""Where the ruler begins, and the way that it goes: a point and a direction."""


def _rulers(pen: Pen, label_stock: LabelStock) -> None:
    """Millimetres along the upper and the left edge, inches along the others; all begin at the corner of label 1."""
    across, down = _edges(label_stock)
    inset = ROLL_INSET_MM * MM if label_stock.is_roll else 0.0
    left, right, bottom, top = across[0], across[-1], down[0], down[-1]
    columns, rows = [x - left for x in across], [top - y for y in down]
    for scale, y, inward in ((_MILLIMETRES, top - inset, -1), (_INCHES, bottom + inset, 1)):
        strokes = _strokes(scale, columns[-1], inset)
        _draw_strokes(pen, [(left + s, y, left + s, y + inward * depth) for s, depth in strokes])
        for s, text, half in _figures(scale, columns[-1], inset):
            if any(abs(s - edge) < half for edge in columns):
                continue
            base = y + inward * (_LONG + 2) - (CAPITALS * _FIGURE if inward < 0 else 0)
            pen.text(left + s, base, text, _FIGURES, _FIGURE, "center")
    for scale, x, inward in ((_MILLIMETRES, left + inset, 1), (_INCHES, right - inset, -1)):
        strokes = _strokes(scale, rows[0], inset)
        _draw_strokes(pen, [(x, top - s, x + inward * depth, top - s) for s, depth in strokes])
        for s, text, _ in _figures(scale, rows[0], inset):
            # Below its stroke: where labels are an inch high, the strokes stand on their edges.
            base = top - s - CAPITALS * _FIGURE - 1.5
            if any(0.5 < edge - s < _FIGURE + 1 for edge in rows):
                continue
            pen.text(x + inward * (_LONG + 2), base, text, _FIGURES, _FIGURE, "left" if inward > 0 else "right")


def _strokes(scale: _Scale, length: float, inset: float) -> Iterator[tuple[float, float]]:
    """How far from the corner each stroke stands, and its length."""
    first, last = ceil(inset / scale.step), floor((length - inset) / scale.step)
    for index in range(first, last + 1):
        yield index * scale.step, _LONG if index % scale.whole == 0 else _MIDDLE if index % scale.half == 0 else _SHORT


def _draw_strokes(pen: Pen, strokes: list[tuple[float, float, float, float]]) -> None:
    pen.canvas.setStrokeColor(colored(BLACK))
    pen.canvas.setLineWidth(_LINE)
    pen.canvas.lines(strokes)


def _figures(scale: _Scale, length: float, inset: float) -> Iterator[tuple[float, str, float]]:
    """Each figure with its distance from the corner and half of its width; none where two rulers meet."""
    unit = f" {scale.unit}"
    for number in range(1, int(length / scale.step / scale.whole) + 1):
        s = number * scale.whole * scale.step
        if inset + _CLEAR <= s <= length - inset - _CLEAR:
            text = f"{number * scale.figure}{unit}"
            unit = ""
            yield s, text, width_of(text, _FIGURES.font, _FIGURE) / 2 + 1
