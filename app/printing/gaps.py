"""What a paper of many records could not show: each gap is marked where it is, and all are listed at the end."""

from app.core.errors import Unprintable
from app.printing.documents import Document
from app.printing.layout import Frame, Piece, paragraph
from app.printing.letters import lacks
from app.printing.naming import where
from app.printing.words import Phrase

MARK = Phrase("[cannot be printed]", "[no se puede imprimir]")
TITLE = Phrase("Not printed", "No impreso")
HELP = Phrase(
    "This document cannot show these texts. Correct them, or add a name for documents; then print again.",
    "Este documento no puede mostrar estos textos. Corrígelos o agrega un nombre para documentos; después imprime otra "
    "vez.",
)


_ENTERED = frozenset({"recipient", "place", "name", "city", "key", "text", "community"})
"""What somebody has entered; a gap in anything else is a fault of ours, and refused."""


class Gaps:
    """The gaps of one paper: ``faults`` are why, in the order of its texts."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Unprintable] = []

    def mark(self, path: str, character: str) -> str:
        """Notes a text that cannot be shown; says what stands in its place."""
        fault = lacks(path, character)
        if path.rpartition(".")[2] not in _ENTERED:
            raise fault
        self.faults.append(fault)
        return MARK.say(self._document.language)

    def listed(self, frame: Frame) -> list[Piece]:
        """What is said of them at the end of the paper."""
        if not self.faults:
            return []
        language = self._document.language
        found = (where(self._document, fault.field or "") for fault in self.faults)
        lines = dict.fromkeys(one.said.say(language) for one in found if one)
        return paragraph("\n".join([HELP.say(language), *lines]), frame, title=TITLE.say(language), field="gaps")
