"""The champion's kit: a sheet to keep at the conference, a table tent and a name card."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from app.core.errors import Unprintable
from app.core.language import Language
from app.printing import formats, qr
from app.printing import kit_words as words
from app.printing.documents import Block, Document, RibbonFace
from app.printing.fonts import Fitted, fit, fit_figures
from app.printing.formats import MM
from app.printing.kit_folded import BAND_MM, CARD_MM, card, tent
from app.printing.layout import Frame, Piece, columns, labelled, masthead, party
from app.printing.letters import legible
from app.printing.pen import (
    BODY,
    FIGURE,
    FIGURE_STRONG,
    GRID,
    LABEL,
    MUTED,
    NAME,
    SECTION,
    SMALL,
    STRONG,
    Pen,
)
from app.printing.ribbon import Proof, draw_ornament, lying, measure
from app.printing.sheet import Laid, lay
from app.printing.table import Column, Table
from app.printing.words import DESIGN, Phrase

_MET_SIDE = 30 * MM
_BOX_WIDTH, _BOX_HEIGHT = 62.0, 18.0
# The size of the ribbons that the trade sells most, for a community that has not sent any yet.
_USUAL_WIDTH, _USUAL_HEIGHT = 101.6, 41.3


@dataclass(frozen=True, kw_only=True)
class KitLine:
    """Ribbons of one design: that she holds, that are on the way to her, and that she handed out for this claim."""

    face: RibbonFace
    in_hand: int
    on_the_way: int
    handed_out: int


@dataclass(frozen=True, kw_only=True)
class Kit(Document):
    """What a champion takes to her conference.

    ``link`` opens the page that says who she is, ``met_link`` the one that says how somebody is named as met;
    ``met_code`` is what stands below its code. ``leftovers`` is where ribbons go that are left; without it she asks
    ``contact``. ``handle`` is printed on the name card if it is given. ``country`` (ISO 3166-1) is empty
    where the place says it by its state.
    """

    champion: str
    hashtag: str
    conference: str
    conference_place: str
    country: str = ""
    starts_on: date
    ends_on: date
    requested: int
    lines: tuple[KitLine, ...]
    met_link: str
    met_code: str
    leftovers: Block | None = None
    contact: str = ""
    handle: str = ""


def lay_kit(document: Kit) -> Laid:
    """The sheet, the table tent and the name card, laid out.

    Refuses (``Unprintable``, before anything is drawn): a character that our fonts lack, a text too long for its
    place, a hashtag too long for a ribbon, and links that make no QR code.
    """
    document = legible(document)
    frame, language = Frame.of(document.paper_size), document.language
    title = words.TITLE.say(language)
    ribbon = _ribbon(document)
    head = masthead(document, title, frame, scan=words.SHOW.say(language))
    pieces = [head, _meaning(document, ribbon, frame)]
    pieces += [_facts(document, frame), *_lines(document, frame), *_script(document, frame)]
    pieces.append(_last(document, frame))
    tented = tent(
        ribbon, language=language, hashtag=document.hashtag, link=document.met_link, code=document.met_code, frame=frame
    )
    carded = card(
        name=document.champion,
        handle=document.handle,
        community=document.community,
        band=_own_ribbon(document, CARD_MM[document.paper_size][0], BAND_MM),
        paper_size=document.paper_size,
        language=language,
        frame=frame,
    )
    return lay(document, title, [*pieces, tented, *carded])


def _own_ribbon(document: Kit, width_mm: float, height_mm: float) -> Proof:
    """A ribbon of the community's own: its hashtag in its two colours."""
    face = RibbonFace(
        code=document.hashtag,
        text=document.hashtag,
        ribbon_color=document.ribbon_color,
        foil_color=document.foil_color,
        ribbon_color_name="",
        foil_color_name="",
        width_mm=width_mm,
        height_mm=height_mm,
    )
    try:
        return measure(face, field="hashtag")
    except Unprintable as refusal:
        raise Unprintable(refusal.detail, field="hashtag") from refusal


def _ribbon(document: Kit) -> Proof:
    """The ribbon that she hands out, else the community's, lying."""
    if document.lines:
        return measure(lying(document.lines[0].face), field="lines[0].face")
    return _own_ribbon(document, _USUAL_WIDTH, _USUAL_HEIGHT)


def _meaning(document: Kit, ribbon: Proof, frame: Frame) -> Piece:
    """What the ribbon stands for, and the ribbon."""
    language = document.language
    width = frame.room / 3 - 4 * GRID
    height = width * ribbon.height / ribbon.width
    room = 2 * frame.room / 3
    text = words.MEANING_TEXT.say(language, hashtag=document.hashtag, champion=document.champion)
    stack = [
        fit(words.MEANING.say(language), SECTION, room, field="language", most_lines=2),
        fit(text, BODY, room, field="champion", most_lines=16),
    ]
    pad = 2 * GRID

    def draw(pen: Pen, top: float) -> None:
        with pen.tags.figure(ribbon.face.text):
            draw_ornament(pen.canvas, ribbon, x=frame.left, y=top - pad - height, width=width)
        pen.stack(frame.left + frame.room / 3, top - pad, stack)

    return Piece(max(height, sum(f.height for f in stack)) + pad, draw, gap=3 * GRID, ruled=True)


def _facts(document: Kit, frame: Frame) -> Piece:
    """Where leftovers go, at the left; which conference, when, for how many ribbons and where, at the right."""
    language, third = document.language, frame.room / 3
    room = 2 * third
    right = labelled(words.CONFERENCE.say(language), document.conference, room, field="conference", style=NAME)
    days = formats.days(document.starts_on, document.ends_on, language)
    asked = words.REQUESTED.say(language, count=formats.count(document.requested, language))
    right.append(fit(f"{days} · {asked}", BODY, room, field="requested", most_lines=2))
    place = formats.place(document.conference_place, document.country, language)
    if place:
        right.append(fit(place, BODY, room, field="conference_place", most_lines=16))
    left = _leftovers(document, third - 4 * GRID)
    stacks = [(frame.left, left), (frame.left + third, right)]
    return columns(
        stacks, gap=3 * GRID, ruled=True, fields=("leftovers" if document.leftovers else "contact", "conference")
    )


def _lines(document: Kit, frame: Frame) -> list[Piece]:
    language = document.language
    if not document.lines:
        sentence = fit(words.NO_RIBBONS.say(language), BODY, frame.room, field="language", most_lines=2)
        return [columns([(frame.left, [sentence])], gap=3 * GRID, ruled=True)]
    table = Table.of(
        frame,
        Column(DESIGN),
        Column(words.IN_HAND, 78, numeric=True),
        Column(words.ON_THE_WAY, 78, numeric=True),
        Column(words.HANDED_OUT, 78, numeric=True),
        Column(words.LEFT, _BOX_WIDTH + 4 * GRID, numeric=True),
    )
    head = replace(table.head(language), gap=3 * GRID)
    pieces = [head]
    for index, line in enumerate(document.lines):
        cells = _cells(line, language, table, document.hashtag, field=f"lines[{index}]")
        pieces.append(table.row(cells, head=head, field=f"lines[{index}]", also=_box(frame)))
    return pieces


def _cells(line: KitLine, language: Language, table: Table, hashtag: str, *, field: str) -> list[list[Fitted]]:
    room = [column.room for column in table.columns]
    face = line.face
    numbers = [("in_hand", FIGURE_STRONG), ("on_the_way", FIGURE), ("handed_out", FIGURE)]
    design = [fit(face.code, STRONG, room[0], field=f"{field}.face.code", most_lines=6, swatch=face.ribbon_color)]
    if face.text != hashtag:
        design.append(fit(face.text, SMALL, room[0], field=f"{field}.face.text", most_lines=4))
    return [
        design,
        *(
            [fit_figures(formats.count(getattr(line, name), language), style, width, field=f"{field}.{name}")]
            for (name, style), width in zip(numbers, room[1:4], strict=True)
        ),
        [],
    ]


def _box(frame: Frame) -> Callable[[Pen, float, float], None]:
    """A field to write a number in."""

    def draw(pen: Pen, top: float, height: float) -> None:
        y = top - height / 2 - _BOX_HEIGHT / 2
        pen.box(frame.right - _BOX_WIDTH, y, _BOX_WIDTH, _BOX_HEIGHT, MUTED)

    return draw


def _script(document: Kit, frame: Frame) -> list[Piece]:
    """What she might say, side by side in both languages, her own first."""
    half = frame.room / 2
    width = half - 3 * GRID
    own: Language = document.language
    languages: tuple[Language, Language] = (own, "es" if own == "en" else "en")
    lefts = (frame.left, frame.left + half + GRID)

    def row(first: Phrase, second: Phrase | None, gap: float, *, with_next: bool) -> Piece:
        stacks = []
        for left, language in zip(lefts, languages, strict=True):
            style = LABEL if second else SECTION
            stack = [fit(first.say(language), style, width, field="language")]
            if second:
                text = second.say(language, hashtag=document.hashtag)
                stack.append(fit(text, BODY, width, field="hashtag", most_lines=6))
            if language != own:
                stack = [replace(fitted, language=language) for fitted in stack]
            stacks.append((left, stack))
        return columns(stacks, gap=gap, with_next=with_next)

    pieces = [row(words.SCRIPT_TITLE, None, 3 * GRID, with_next=True)]
    last = len(words.SCRIPT) - 1
    pieces += [
        row(label, said, GRID if index else 0.0, with_next=index < last)
        for index, (label, said) in enumerate(words.SCRIPT)
    ]
    return pieces


def _last(document: Kit, frame: Frame) -> Piece:
    """The code for those who want to be named as met, to be held out; beside it what is to be done at the end."""
    language = document.language
    code = qr.encode(document.met_link, field="met_link")
    side = max(_MET_SIDE, qr.side(code))
    quiet = qr.QUIET * side / len(code)
    middle = frame.left + side + 5 * GRID
    left = frame.left + frame.room / 2 + GRID
    room = frame.right - left
    narrow = left - middle - 4 * GRID
    met = [
        fit(words.WE_MET.say(language), SECTION, narrow, field="language"),
        fit(words.WE_MET_HELP.say(language), SMALL, narrow, field="language", most_lines=5),
    ]
    caption = fit(document.met_code, LABEL, side, field="met_code", most_lines=3)
    steps = [
        fit(words.AT_THE_END.say(language), SECTION, room, field="language"),
        *(fit(step.say(language), BODY, room, field="language", most_lines=4) for step in words.STEPS),
    ]
    pad = max(2 * GRID, quiet + 1)
    height = pad + max(side + quiet + caption.height, sum(f.height for f in steps))

    def draw(pen: Pen, top: float) -> None:
        top -= pad
        qr.draw(pen, code, x=frame.left, y=top - side, link=document.met_link, size=side)
        pen.block(frame.left + side / 2, top - side - quiet, caption, "center")
        pen.stack(middle, top, met)
        pen.stack(left, top, steps)

    return Piece(height, draw, gap=3 * GRID, ruled=True, field="met_code")


def _leftovers(document: Kit, room: float) -> list[Fitted]:
    language = document.language
    label = words.LEFTOVERS.say(language)
    if document.leftovers:
        return party(document.leftovers, label, room, field="leftovers")
    ask = words.ASK_AT.say(language, contact=document.contact) if document.contact else words.ASK.say(language)
    return labelled(label, ask, room, field="contact")
