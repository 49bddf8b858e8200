"""What all papers of this community have in common."""

from datetime import datetime
from typing import TypedDict

from app.clock import utcnow
from app.config import settings
from app.printing.documents import Language, Paper


class Heading(TypedDict):
    """Fields of every :class:`~app.printing.documents.Document`."""

    community: str
    paper: Paper
    language: Language
    printed_at: datetime
    ribbon_color: str
    foil_color: str


def heading(paper: Paper | None, language: Language | None) -> Heading:
    """The community's name and colours, now, on this paper and in this language, or as configured."""
    here = settings()
    return {
        "community": here.community_name,
        "paper": paper or here.paper,
        "language": language or here.language,
        "printed_at": utcnow(),
        "ribbon_color": here.ribbon_color,
        "foil_color": here.foil_color,
    }
