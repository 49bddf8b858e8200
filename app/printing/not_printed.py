"""The page that stands in a file of many papers in the place of one that could not be printed, and says why."""

from dataclasses import dataclass
from datetime import datetime

from app.core.language import Language
from app.printing.documents import PaperSize
from app.printing.fonts import fit
from app.printing.layout import Frame
from app.printing.letters import lacking, legible
from app.printing.pen import BODY, COMMUNITY, GRID, NUMBER, TITLE, Pen
from app.printing.sheet import Laid, Page
from app.printing.words import Phrase

TITLES = Phrase("Not printed: {paper}", "No impreso: {paper}")
AGAIN = Phrase(
    "This page stands in its place and counts as no copy of it. Correct what is said above, then print it again.",
    "Esta página ocupa su lugar y no cuenta como copia. Corrige lo que se indica arriba y vuelve a imprimirlo.",
)


@dataclass(frozen=True, kw_only=True)
class NotPrinted:
    """What was to be printed (``paper`` and ``number``), and ``why`` it was not."""

    paper: str
    number: str
    why: str
    community: str
    paper_size: PaperSize
    language: Language
    printed_at: datetime


def lay_not_printed(document: NotPrinted) -> Laid:
    """One page. A letter that no font has, which may be why, is left out."""
    document = legible(document, lambda field, _: _without_lacking(getattr(document, field)))
    frame = Frame.of(document.paper_size)
    title = TITLES.say(document.language, paper=document.paper)
    stack = [
        fit(document.community, COMMUNITY, frame.room, field="community", most_lines=5),
        fit(title, TITLE, frame.room, field="paper", most_lines=3),
        fit(document.number, NUMBER, frame.room, field="number", most_lines=2),
        fit(document.why, BODY, min(frame.room, 400.0), field="why", most_lines=30),
        fit(AGAIN.say(document.language), BODY, min(frame.room, 400.0), field="language", most_lines=3),
    ]

    def draw(pen: Pen) -> None:
        pen.stack(frame.left, frame.top - 4 * GRID, stack)

    said = f"{title} {document.number}"
    return Laid(
        title=said,
        subject=said,
        author=document.community,
        language=document.language,
        printed_at=document.printed_at,
        pages=[Page((frame.width, frame.height), draw)],
    )


def _without_lacking(text: str) -> str:
    while character := lacking(text):
        text = text.replace(character, "…")
    return text
