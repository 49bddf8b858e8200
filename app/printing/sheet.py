"""The finished paper: head and foot of every page, metadata, bytes."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from app.printing import formats, words
from app.printing.documents import Document
from app.printing.fonts import REGULAR, fit, register_fonts
from app.printing.layout import FOOTER_TOP, PAPERS, Frame, Piece, deal
from app.printing.pen import FINE, GRID, SMALL, STRONG, Pen


def _running_head(document: Document, title: str, frame: Frame) -> Piece:
    """The head of every page but the first."""
    half = frame.room / 2 - 2 * GRID
    left = fit(f"{title} · {document.number}", STRONG, half, field="number", most_lines=4)
    right = fit(document.community, SMALL, half, field="community", most_lines=6)
    height = max(left.height, right.height) + 5 * GRID

    def draw(pen: Pen, top: float) -> None:
        pen.block(frame.left, top, left)
        pen.block(frame.right, top, right, "right")
        pen.rule(frame.left, top - height + 4 * GRID, frame.right, top - height + 4 * GRID)

    return Piece(height, draw)


def _footer(document: Document, frame: Frame, page: int, pages: int) -> Piece:
    language = document.language
    third = frame.room / 3 - GRID
    revision = words.REVISION.say(language, revision=document.revision)
    left = fit(f"{document.number} · {revision}", FINE, third, field="number", most_lines=3)
    printed = words.PRINTED.say(language, when=formats.instant(document.printed_at, language))
    middle = fit(printed, FINE, third + GRID, field="printed_at", most_lines=2)
    right = fit(words.PAGE.say(language, page=page, pages=pages), FINE, third, field="lines")

    def draw(pen: Pen, top: float) -> None:
        pen.rule(frame.left, top, frame.right, top)
        pen.block(frame.left, top - GRID, left)
        pen.block(frame.left + frame.room / 2, top - GRID, middle, "center")
        pen.block(frame.right, top - GRID, right, "right")

    return Piece(left.height, draw)


def _canvas(buffer: BytesIO, document: Document, title: str) -> Canvas:
    register_fonts()
    stamp = document.printed_at.strftime("D:%Y%m%d%H%M%S%z")
    canvas = Canvas(
        buffer,
        pagesize=PAPERS[document.paper],
        pageCompression=1,
        invariant=True,
        lang=formats.LOCALES[document.language].replace("_", "-"),
        initialFontName=REGULAR,
    )
    canvas.setDateFormatter(lambda *_: f"{stamp[:-2]}'{stamp[-2:]}'")
    canvas.setTitle(f"{title} {document.number}")
    canvas.setAuthor(document.community)
    canvas.setCreator("Conference Champions")
    revision = words.REVISION.say(document.language, revision=document.revision)
    canvas.setSubject(f"{title} {document.number}, {revision}")
    canvas.setViewerPreference("PrintScaling", "None")
    return canvas


def render(document: Document, title: str, pieces: Sequence[Piece]) -> bytes:
    """Put measured pieces on paper. The same document gives the same bytes."""
    frame = Frame.of(document.paper)
    running = _running_head(document, title, frame)
    height = frame.top - frame.bottom
    pages = deal(pieces, first=height, other=height - running.height)
    buffer = BytesIO()
    canvas = _canvas(buffer, document, title)
    pen = Pen(canvas)
    for number, page in enumerate(pages, start=1):
        top = frame.top
        if number > 1:
            running.draw(pen, top)
            top -= running.height
        for index, piece in enumerate(page):
            if index:
                top -= piece.gap
                if piece.ruled:
                    pen.rule(frame.left, top, frame.right, top)
            piece.draw(pen, top)
            top -= piece.height
        _footer(document, frame, number, len(pages)).draw(pen, FOOTER_TOP)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
