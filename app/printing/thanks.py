"""The letter of thanks: one page that a champion can show, in which the community says what she did."""

from dataclasses import dataclass, replace
from datetime import date

from app.core.errors import Unprintable
from app.printing import formats, qr
from app.printing.documents import Document, RibbonFace
from app.printing.fonts import Fitted, Style, fit
from app.printing.formats import MM
from app.printing.layout import Frame, Piece, columns
from app.printing.letters import MEDIUM, REGULAR, SEMIBOLD, legible
from app.printing.pen import GRID, INK, LABEL, MUTED, SMALL, Pen
from app.printing.ribbon import Proof, draw_ribbon, measure
from app.printing.sheet import Laid, lay
from app.printing.words import Phrase

_BANNER_MM = 17.0
_COLUMN = 410.0
"""The widest line: some 75 characters read well."""

_HEAD = Style(SEMIBOLD, 46, 56, 30, INK, "H1")
_LEAD = Style(MEDIUM, 12, 20, 9, MUTED)
_WHO = Style(SEMIBOLD, 25, 32, 13, INK)
_WHERE = Style(SEMIBOLD, 16, 22, 11, INK)
_TEXT = Style(REGULAR, 12, 18, 9, INK)
_SIGNED = Style(SEMIBOLD, 12, 18, 9, INK)

TITLE = Phrase("Letter of thanks", "Carta de agradecimiento")
HEAD = Phrase("Thank you", "Gracias")
THANKS = Phrase("{community} thanks", "{community} agradece a")
SERVED = Phrase("Conference Champion at", "Conference Champion en")
WHAT_IT_IS = Phrase(
    "Conference Champions are volunteers. They bring the badge ribbons of {community} to a conference and offer them "
    "to everyone who belongs to us or stands with us, so that people find each other who would have passed each other "
    "by.",
    "Las personas que son Conference Champions participan por voluntad propia. Llevan las cintas para el gafete "
    "(escarapela) de {community} a un congreso y las ofrecen a quienes son parte de la comunidad o la apoyan, para que "
    "se encuentren personas que de otro modo habrían pasado de largo.",
)
ONE_RIBBON = Phrase(
    "On these days, one ribbon found somebody to wear it.", "En esos días, una cinta encontró a quien la llevara."
)
RIBBONS = Phrase(
    "On these days, {n} ribbons found somebody to wear them.",
    "En esos días, {n} cintas encontraron a quien las llevara.",
)
CLOSING = Phrase(
    "Thank you, {champion}, for your time, your words and your welcome.",
    "Gracias, {champion}, por tu tiempo, tus palabras y tu bienvenida.",
)
COORDINATORS = Phrase("The coordinators of {community}", "El equipo de coordinación de {community}")
CONFIRMED = Phrase("Scan to check that this letter is ours.", "Escanea para comprobar que esta carta es nuestra.")


@dataclass(frozen=True, kw_only=True)
class Thanks(Document):
    """What a community thanks a champion for. ``handed_out`` is 0 where the letter is to say no number.

    ``country`` (ISO 3166-1) is empty where the place says it by its state; ``contact`` may be empty.
    """

    champion: str
    hashtag: str
    conference: str
    conference_place: str
    country: str = ""
    starts_on: date
    ends_on: date
    handed_out: int = 0
    given_on: date
    contact: str = ""


def lay_thanks(document: Thanks) -> Laid:
    """The letter, laid out: on one page, unless names are so long that it takes another.

    Refuses (``Unprintable``, before anything is drawn): a character that our fonts lack, a text too long for its place,
    a hashtag too long for a ribbon, and a link that makes no QR code.
    """
    document = legible(document)
    frame = Frame.of(document.paper_size)
    return lay(document, TITLE.say(document.language), _pieces(document, frame))


def _pieces(document: Thanks, frame: Frame) -> list[Piece]:
    """The ribbon at the head, what is said below, and who says so: at the foot of the page if all of it fits."""
    banner, foot = _banner(document, frame), _foot(document, frame)
    texts = [columns([(frame.left, [fitted])], gap=gap) for gap, fitted in _said(document, frame)]
    # A point less, so that no sum of fractions is higher than the page.
    spare = frame.top - frame.bottom - 1 - banner.height - foot.height - sum(text.gap + text.height for text in texts)
    if spare < foot.gap:
        return [banner, *texts, foot]
    # What is said stands a little above the middle between ribbon and signature.
    texts[0] = replace(texts[0], gap=texts[0].gap + spare * 0.3)
    return [banner, *texts, replace(foot, gap=spare * 0.7)]


def _foot(document: Thanks, frame: Frame) -> Piece:
    """Who signs, and the code by which others see that this is true."""
    signed = _signed(document, frame)
    code = qr.encode(document.link)
    side = qr.side(code)
    quiet = qr.QUIET * qr.module(code)
    beside = fit(CONFIRMED.say(document.language), SMALL, side + 4 * GRID, field="language", most_lines=3)
    groups = document.code.split("-")
    halves = ["-".join(part) for part in (groups[:2], groups[2:]) if any(part)]
    below = [beside, *(fit(half, LABEL, side + 4 * GRID, field="code", most_lines=5) for half in halves)]
    tall = [sum(f.height for f in stack) for stack in (signed, below)]
    height = max(tall[0], side + quiet + tall[1])
    left = frame.right - side - 2 * GRID

    def draw(pen: Pen, top: float) -> None:
        bottom = top - height
        pen.stack(frame.left, bottom + tall[0], signed)
        qr.draw(pen, code, x=left, y=bottom + tall[1] + quiet, link=document.link)
        pen.stack(left + side / 2, bottom + tall[1], below, "center")

    return Piece(height, draw, gap=max(6 * GRID, quiet), field="community")


def _banner(document: Thanks, frame: Frame) -> Piece:
    """A ribbon of the community's own, as wide as the text."""
    ribbon = _ribbon(document, frame)

    def draw(pen: Pen, top: float) -> None:
        with pen.tags.figure(document.hashtag):
            draw_ribbon(pen.canvas, ribbon, x=frame.left, y=top - ribbon.height)
        pen.fill(frame.left, top - ribbon.height - 5, frame.room, 1.6, document.foil_color)

    return Piece(ribbon.height + 5, draw)


def _ribbon(document: Thanks, frame: Frame) -> Proof:
    face = RibbonFace(
        code=document.hashtag,
        text=document.hashtag,
        ribbon_color=document.ribbon_color,
        foil_color=document.foil_color,
        ribbon_color_name="",
        foil_color_name="",
        width_mm=frame.room / MM,
        height_mm=_BANNER_MM,
    )
    try:
        return measure(face, field="hashtag")
    except Unprintable as refusal:
        raise Unprintable(refusal.detail, field="hashtag") from refusal


def _said(document: Thanks, frame: Frame) -> list[tuple[float, Fitted]]:
    """Each text with the room above it."""
    language, room = document.language, min(frame.room, _COLUMN)
    place = formats.place(document.conference_place, document.country, language)
    days = formats.days(document.starts_on, document.ends_on, language)
    community, champion = document.community, document.champion
    said = [
        (8, fit(HEAD.say(language), _HEAD, frame.room, field="language")),
        (5, fit(THANKS.say(language, community=community), _LEAD, room, field="community", most_lines=16)),
        (0, fit(champion, _WHO, frame.room, field="champion", most_lines=16)),
        (3, fit(SERVED.say(language), _LEAD, room, field="language")),
        (0, fit(document.conference, _WHERE, frame.room, field="conference", most_lines=16)),
        (0, fit(days, _TEXT, room, field="starts_on")),
    ]
    if place:
        said.append((0, fit(place, _TEXT, room, field="conference_place", most_lines=16)))
    explained = WHAT_IT_IS.say(language, community=community)
    said.append((6, fit(explained, _TEXT, room, field="community", most_lines=24)))
    if document.handed_out:
        ribbons = ONE_RIBBON if document.handed_out == 1 else RIBBONS
        told = ribbons.say(language, n=formats.count(document.handed_out, language))
        said.append((3, fit(told, _TEXT, room, field="handed_out", most_lines=2)))
    said.append((3, fit(CLOSING.say(language, champion=champion), _TEXT, room, field="champion", most_lines=16)))
    return [(units * GRID, fitted) for units, fitted in said]


def _signed(document: Thanks, frame: Frame) -> list[Fitted]:
    language, room = document.language, frame.room * 0.6
    by = COORDINATORS.say(language, community=document.community)
    stack = [
        fit(by, _SIGNED, room, field="community", most_lines=16),
        fit(formats.day(document.given_on, language), _TEXT, room, field="given_on"),
    ]
    if document.contact:
        stack.append(fit(document.contact, _TEXT, room, field="contact", most_lines=16))
    return stack
