"""How a paper is built: pieces that are measured first, then dealt onto pages, then drawn.

A paper is a list of pieces, so that whatever does not fit is refused before anything is drawn, and so that the number
of pages is known when the first footer is drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.core.errors import Unprintable
from app.core.language import phrase
from app.printing import qr, words
from app.printing.documents import Block, Document, PaperSize
from app.printing.fonts import Fitted, Style, fit
from app.printing.formats import MM
from app.printing.pen import BODY, COMMUNITY, GRID, LABEL, NAME, NUMBER, SECTION, SMALL, TITLE, VALUE, Pen

# US Letter is 8.5 by 11 inches; A4 is 210 by 297 mm (ISO 216).
PAPER_SIZES: dict[PaperSize, tuple[float, float]] = {"letter": (612.0, 792.0), "a4": (210 * MM, 297 * MM)}
MARGIN = 54.0
TOP_MARGIN = 46.0
FOOTER_TOP = 48.0

_ASIDE = replace(SMALL, smallest=SMALL.size)
_ASIDE_WIDTH = 72.0
# What is typed from paper is never smaller than this.
_CODE = replace(LABEL, size=8.5, leading=10, smallest=7.5)

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


@dataclass(frozen=True)
class Frame:
    """The part of the page that content may fill, in points."""

    width: float
    height: float

    @classmethod
    def of(cls, paper_size: PaperSize) -> "Frame":
        width, height = PAPER_SIZES[paper_size]
        return cls(width, height)

    @property
    def left(self) -> float:
        return MARGIN

    @property
    def right(self) -> float:
        return self.width - MARGIN

    @property
    def top(self) -> float:
        return self.height - TOP_MARGIN

    @property
    def bottom(self) -> float:
        return FOOTER_TOP + 3 * GRID

    @property
    def room(self) -> float:
        """The width for content."""
        return self.width - 2 * MARGIN


@dataclass(frozen=True)
class Piece:
    """Something that stays in one place of one page.

    ``draw`` gets the pen and the piece's top edge. Where the piece starts a page, ``heading`` is repeated above it;
    where it does not, there is ``gap`` above it and, if it is ``ruled``, a hairline. ``with_next`` keeps it on the page
    of the piece that follows. ``field`` is what has to change if it does not fit a page.

    A piece that is to be cut out has a ``trim``, and a ``bleed`` if colour goes beyond it: from the page's left edge
    and from the piece's top, upwards. It ``starts_page``, or stands on a page without another such piece.
    """

    height: float
    draw: Callable[[Pen, float], None]
    gap: float = 0.0
    ruled: bool = False
    heading: "Piece | None" = None
    with_next: bool = False
    field: str = ""
    starts_page: bool = False
    trim: Box | None = None
    bleed: Box | None = None


def deal(pieces: Sequence[Piece], *, first: float, other: float) -> list[list[Piece]]:
    """Deal pieces onto pages of ``first`` points height, then ``other``.

    Refuses (``Unprintable``) a piece, or a group that stays together, that is higher than a page.
    """
    pages: list[list[Piece]] = [[]]
    left = first
    for group in _groups(pieces):
        if pages[-1] and (group[0].starts_page or sum(p.gap + p.height for p in group) > left):
            pages.append([])
            left = other
        heading = group[0].heading
        placed = [heading, *group] if heading and not pages[-1] and len(pages) > 1 else group
        height = sum(p.gap + p.height for p in placed) - (0.0 if pages[-1] else placed[0].gap)
        if height > left:
            highest = max(group, key=lambda piece: piece.height)
            high = phrase("A part of the document is higher than the page.")
            raise Unprintable(high, field=highest.field or group[-1].field)
        pages[-1].extend(placed)
        left -= height
    return pages


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    groups: list[list[Piece]] = [[]]
    for piece in pieces:
        groups[-1].append(piece)
        if not piece.with_next:
            groups.append([])
    return [group for group in groups if group]


def columns(
    stacks: Sequence[tuple[float, Sequence[Fitted]]],
    *,
    gap: float = 0.0,
    ruled: bool = False,
    with_next: bool = False,
    fields: Sequence[str] = (),
) -> Piece:
    """Stacks of text side by side, each with its left edge; ``ruled`` sets them off by a hairline above.

    ``fields`` says of each stack what has to change if it is too high.
    """
    pad = 2 * GRID if ruled else 0.0

    def draw(pen: Pen, top: float) -> None:
        for x, stack in stacks:
            pen.stack(x, top - pad, stack)

    heights = [sum(f.height for f in stack) for _, stack in stacks]
    highest = max(heights)
    field = fields[heights.index(highest)] if fields else ""
    return Piece(highest + pad, draw, gap=gap, ruled=ruled, with_next=with_next, field=field)


def labelled(label: str, value: str, width: float, *, field: str, style: Style = VALUE) -> list[Fitted]:
    """A small label above its value."""
    return [fit(label, LABEL, width, field=field, most_lines=2), fit(value, style, width, field=field, most_lines=16)]


def party(
    block: Block, label: str, width: float, *, field: str, name: Style = NAME, rest: Style = BODY
) -> list[Fitted]:
    """A labelled party: its first line as a name, the others as they come."""
    stack = [fit(label, LABEL, width, field=field)]
    for index, line in enumerate(block.lines):
        stack.append(fit(line, rest if index else name, width, field=f"{field}.lines[{index}]", most_lines=16))
    return stack


def masthead(document: Document, title: str, frame: Frame, *, scan: str = "") -> Piece:
    """The head of page 1: whose paper, which paper, its number; at the right the QR code and the number it stands for.

    ``scan`` says beside the code what it is good for.
    Refuses (``Unprintable``) a link too long for a QR code that a phone reads.
    """
    code = qr.encode(document.link)
    side = qr.side(code)
    beside = fit(scan, _ASIDE, _ASIDE_WIDTH, field="language", most_lines=4) if scan else None
    room = frame.room - side - 6 * GRID - (_ASIDE_WIDTH + 2 * GRID if beside else 0)
    caption = _caption(document, side)
    stack = [
        fit(document.community, COMMUNITY, room, field="community", most_lines=5),
        fit(title, TITLE, room, field="title"),
        fit(document.number, NUMBER, room, field="number", most_lines=2),
        fit(words.REVISION.say(document.language, revision=document.revision), SMALL, room, field="revision"),
    ]
    quiet = qr.QUIET * qr.module(code)
    code_height = side + quiet + sum(f.height for f in caption)
    text_height = 4 * GRID + sum(f.height for f in stack)

    def draw(pen: Pen, top: float) -> None:
        pen.fill(frame.left, top - 3, 40, 3, document.ribbon_color)
        pen.fill(frame.left, top - 4.8, 40, 1, document.foil_color)
        pen.stack(frame.left, top - 4 * GRID, stack)
        qr.draw(pen, code, x=frame.right - side, y=top - side, link=document.link)
        pen.stack(frame.right - side / 2, top - side - quiet, caption, "center")
        if beside:
            # Its last line stands on the line on which the code stands.
            pen.block(frame.right - side - 2 * quiet, top - side + beside.height - GRID, beside, "right")

    return Piece(GRID * -(-max(code_height, text_height) // GRID), draw)


def _caption(document: Document, width: float) -> list[Fitted]:
    """What stands below the QR code, for those who type: the four groups of its code on two lines, else the number."""
    if not document.code:
        return [fit(document.number, LABEL, width, field="number", most_lines=5)]
    groups = document.code.split("-")
    halves = ["-".join(part) for part in (groups[:2], groups[2:]) if part]
    return [fit(half, _CODE, width, field="code", most_lines=5) for half in halves]


def paragraph(text: str, frame: Frame, *, title: str, field: str) -> list[Piece]:
    """A titled text that may go over several pages, line by line; line breaks stay."""
    heading = columns([(frame.left, [fit(title, SECTION, frame.room, field=field)])], gap=4 * GRID)
    pieces = [replace(heading, with_next=True)]
    # Some 80 characters a line read well; the full width would hold 110.
    room = min(frame.room, 400.0)
    for part in text.split("\n"):
        whole = fit(part, BODY, room, field=field, most_lines=1_000)
        lines = [
            columns([(frame.left, [Fitted((line,), BODY, whole.size, continues=index > 0)])])
            for index, line in enumerate(whole.lines)
        ]
        # No line of a part stays alone on a page: its first two lines, and its last two, keep together.
        alone = {0, len(lines) - 2}
        pieces += [replace(line, with_next=index in alone and len(lines) > 1) for index, line in enumerate(lines)]
    return pieces
