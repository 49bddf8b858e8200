"""The finished paper: pages that are laid out, head and foot of every page, metadata, bytes."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import Unprintable
from app.core.language import LOCALES, Language
from app.printing import formats, words
from app.printing.documents import Document
from app.printing.file import File
from app.printing.fonts import Fitted, fit
from app.printing.layout import FOOTER_TOP, Box, Frame, Piece, deal
from app.printing.letters import REGULAR, register_fonts
from app.printing.pen import FINE, GRID, SMALL, STRONG, Pen
from app.printing.tagging import Tags, metadata

# Nobody sends PDF files through seven-bit channels any more: four bytes instead of five.
rl_config.useA85 = 0


def _compressed(content: str | bytes) -> bytes:
    """What reportlab does at level 6, where it takes a third of the time of a slip, for some percent less."""
    return zlib.compress(content.encode() if isinstance(content, str) else content, 3)


pdfdoc.PDFZCompress.encode = _compressed

MOST_TAGGED = 500
"""Pages of a paper that is read out: a longer list would be several times as large, and take twice the time."""

Size = tuple[float, float]


@dataclass(frozen=True)
class Page:
    """One page: its size in points, and who draws it. ``trim`` and ``bleed`` are for the printer who cuts it."""

    size: Size
    draw: Callable[[Pen], None]
    trim: Box | None = None
    bleed: Box | None = None


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A paper that is measured and ready to be drawn: whatever does not fit was refused before this was made.

    Of a paper about many records, ``faults`` are what of it could not be printed; it says so in their place.
    ``tagged`` is one that is read, and not stuck on a box or looked at alone.
    """

    title: str
    subject: str
    author: str
    language: Language
    printed_at: datetime
    pages: Sequence[Page]
    faults: Sequence[Unprintable] = ()
    tagged: bool = False


def lay(document: Document, title: str, pieces: Sequence[Piece], faults: Sequence[Unprintable] = ()) -> Laid:
    """Deals measured pieces onto pages, each with its head and its foot; what is to be cut out gives its page boxes.

    Refuses (``Unprintable``) a piece that is higher than a page.
    """
    frame = Frame.of(document.paper_size)
    running = _running_head(document, title, frame)
    height = frame.top - frame.bottom
    dealt = deal(pieces, first=height, other=height - running.height)
    foot = _foot(document, frame)
    pages = []
    for number, page in enumerate(dealt, start=1):
        placed = _place(page, frame, running if number > 1 else None)
        trim, bleed = _boxes(placed)
        draw = partial(_draw, placed, frame, partial(foot, number, len(dealt)))
        pages.append(Page((frame.width, frame.height), draw, trim, bleed))
    revision = words.REVISION.say(document.language, revision=document.revision)
    return Laid(
        title=f"{title} {document.number}",
        subject=f"{title} {document.number}, {revision}",
        author=document.community,
        language=document.language,
        printed_at=document.printed_at,
        pages=pages,
        faults=faults,
        tagged=True,
    )


def room_below_head(document: Document, title: str) -> float:
    """The height for pieces on every page but the first, in points."""
    frame = Frame.of(document.paper_size)
    return frame.top - frame.bottom - _running_head(document, title, frame).height


def bind(papers: Iterable[Laid], *, title: str = "") -> bytes:
    """One PDF of one paper or more, in their order; more than one are found through bookmarks.

    The papers may be made while they are drawn: only one of them is in memory at a time. ``title`` is that of the whole
    file; without it, it is the first paper's. The same papers give the same bytes. Refuses (``ValueError``) no paper.
    """
    pen: Pen | None = None
    for number, paper in enumerate(papers):
        if pen is None:
            # What is bound together is for the printer, and would be twice as large.
            tagged = paper.tagged and not title and len(paper.pages) <= MOST_TAGGED
            canvas = _canvas(paper, title, tagged=tagged)
            pen = Pen(canvas, Tags(canvas, _about(paper) if tagged else ""))
        canvas = pen.canvas
        if title:
            canvas.bookmarkPage(f"paper-{number}")
            canvas.addOutlineEntry(paper.title, f"paper-{number}")
        for page in paper.pages:
            canvas.setPageSize(page.size)
            # reportlab asks for a width and a height, and writes whatever numbers it gets: these are the four edges.
            canvas.setTrimBox(page.trim)
            canvas.setBleedBox(page.bleed)
            page.draw(pen)
            pen.tags.end_page()
            canvas.showPage()
    if pen is None:
        raise ValueError("there is no paper to bind")
    pen.tags.save()
    whole: bytes = pen.canvas.getpdfdata()
    return whole


def _canvas(paper: Laid, title: str, *, tagged: bool) -> Canvas:
    register_fonts()
    stamp = paper.printed_at.strftime("D:%Y%m%d%H%M%S%z")
    canvas = Canvas(BytesIO(), pageCompression=1, initialFontName=REGULAR)
    # A canvas makes its document itself, and has no public name for it.
    canvas._doc = File(packs=tagged, language=_language(paper))  # noqa: SLF001
    canvas.setDateFormatter(lambda *_: f"{stamp[:-2]}'{stamp[-2:]}'")
    canvas.setTitle(title or paper.title)
    canvas.setAuthor(paper.author)
    canvas.setCreator("Conference Champions")
    canvas.setSubject(title or paper.subject)
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    if title:
        canvas.showOutline()
    return canvas


def _language(paper: Laid) -> str:
    return LOCALES[paper.language].replace("_", "-")


def _about(paper: Laid) -> str:
    return metadata(title=paper.title, author=paper.author, language=_language(paper), created=paper.printed_at)


def _place(page: Sequence[Piece], frame: Frame, running: Piece | None) -> list[tuple[Piece, float]]:
    """Each piece with its top edge, from the head of the page down."""
    placed: list[tuple[Piece, float]] = []
    top = frame.top
    if running:
        placed.append((running, top))
        top -= running.height
    for index, piece in enumerate(page):
        top -= piece.gap if index else 0.0
        placed.append((piece if index else replace(piece, ruled=False), top))
        top -= piece.height
    return placed


def _boxes(placed: Sequence[tuple[Piece, float]]) -> tuple[Box | None, Box | None]:
    """Where the page is cut, and how far its colour goes: from the piece that is to be cut out."""
    for piece, top in placed:
        if piece.trim:
            trim, bleed = ((x1, y1 + top, x2, y2 + top) for x1, y1, x2, y2 in (piece.trim, piece.bleed or piece.trim))
            return trim, bleed
    return None, None


def _draw(placed: Sequence[tuple[Piece, float]], frame: Frame, foot: Callable[[Pen], None], pen: Pen) -> None:
    for piece, top in placed:
        if piece.ruled:
            pen.rule(frame.left, top, frame.right, top)
        piece.draw(pen, top)
    foot(pen)


def _running_head(document: Document, title: str, frame: Frame) -> Piece:
    """The head of every page but the first."""
    half = frame.room / 2 - 2 * GRID
    left = fit(f"{title} · {document.number}", STRONG, half, field="number", most_lines=4)
    right = fit(document.community, SMALL, half, field="community", most_lines=6)
    height = max(left.height, right.height) + 5 * GRID

    def draw(pen: Pen, top: float) -> None:
        with pen.tags.furniture():
            pen.block(frame.left, top, left)
            pen.block(frame.right, top, right, "right")
        pen.rule(frame.left, top - height + 4 * GRID, frame.right, top - height + 4 * GRID)

    return Piece(height, draw)


def stamp(document: Document) -> str:
    """What tells this print from all others: number, revision, fingerprint, and which copy it is."""
    revision = words.REVISION.say(document.language, revision=document.revision)
    parts = [document.number, revision, document.fingerprint]
    if document.copy > 1:
        parts.append(words.COPY.say(document.language, copy=document.copy))
    return " · ".join(part for part in parts if part)


def _foot(document: Document, frame: Frame) -> Callable[[int, int, Pen], None]:
    language = document.language
    third = frame.room / 3 - GRID
    left = fit(stamp(document), FINE, third, field="number", most_lines=3)
    printed = words.PRINTED.say(language, when=formats.instant(document.printed_at, language))
    middle = fit(printed, FINE, third + GRID, field="printed_at", most_lines=2)

    def draw(page: int, pages: int, pen: Pen) -> None:
        right: Fitted = fit(words.PAGE.say(language, page=page, pages=pages), FINE, third, field="lines")
        pen.rule(frame.left, FOOTER_TOP, frame.right, FOOTER_TOP)
        with pen.tags.furniture():
            pen.block(frame.left, FOOTER_TOP - GRID, left)
            pen.block(frame.left + frame.room / 2, FOOTER_TOP - GRID, middle, "center")
            pen.block(frame.right, FOOTER_TOP - GRID, right, "right")

    return draw
