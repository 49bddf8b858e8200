"""What all papers of this community have in common."""

from datetime import datetime
from typing import TypedDict

from sqlmodel import Session

from app.core.clock import now
from app.core.language import Language
from app.core.rules import Rules
from app.people.addresses import format_lines
from app.printing.documents import Block, PaperSize
from app.printing.letters import printable
from app.stock.locations import location_address


class Heading(TypedDict):
    """Fields of every :class:`~app.printing.documents.Document`."""

    community: str
    paper_size: PaperSize
    language: Language
    printed_at: datetime
    public_url: str
    ribbon_color: str
    foil_color: str


def heading(rules: Rules, paper_size: PaperSize | None, language: Language | None) -> Heading:
    """The community's name and colours, now by its own clocks, on this paper and in this language, or as configured."""
    return {
        "community": rules.community_name,
        "paper_size": paper_size or rules.paper_size,
        "language": language or rules.language,
        "printed_at": now(rules.timezone),
        "public_url": rules.public_url,
        "ribbon_color": rules.ribbon_color,
        "foil_color": rules.foil_color,
    }


def listed(*parts: str) -> str:
    """The parts of a place, side by side; one of which nothing is left on paper is left out, as one that is empty."""
    return ", ".join(filter(None, map(printable, parts)))


def party(session: Session, *, location_id: int, name: str, rules: Rules) -> Block:
    """A location as it is printed: its address as its country writes it, or its name alone."""
    address = location_address(session, location_id=location_id)
    return Block(format_lines(address, home_country=rules.home_country) if address else (name,))
