"""Short links: what a code on a paper stands for, and how it stops doing so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.db import columns, lock
from app.core.errors import NotFound
from app.core.language import phrase
from app.core.paging import Page, Paging, page
from app.core.schema import Filter, Out
from app.core.text import Shaped
from app.papers.models import ALPHABET, CODE_LENGTH, PrintedPaper, ShortLink

_MISSING = phrase("We do not know this code. Compare it with the one on the document.")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class LinkOut(Out):
    """A short link: the kind of page that its letter leads to, and what it is about, such as ``shipment:5``."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    letter: str
    subject: str
    revision: int
    created_at: datetime
    revoked_at: datetime | None


_NO_SUBJECT = phrase("This must name a thing, such as {example}.", example="shipment:12")
_About = Annotated[str, Shaped(r"[a-z_-]{1,20}(:[A-Za-z0-9-]{1,40}){0,4}", _NO_SUBJECT)]


class LinkFilter(Filter):
    """Which short links are wanted."""

    subject: Annotated[_About | None, Field(description="those about one thing")] = None


LinkCode = Annotated[str, Field(min_length=16, max_length=40, description="the code as printed")]
"""A code, with its dashes or without."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a code stands for; ``newest`` is the newest revision of its paper, or 0 where it is on no paper yet."""

    code: str
    letter: str
    subject: str
    revision: int
    newest: int
    newest_at: datetime | None
    revoked: bool
    called_off: bool = False
    """Whether that thing was cancelled; whoever knows such things fills it in."""

    @property
    def outdated(self) -> bool:
        """Whether a newer revision of this paper was printed since."""
        return 0 < self.revision < self.newest


_COLUMNS = tuple(col(getattr(ShortLink, name)) for name in LinkOut.model_fields)


def find_links(session: Session, *, paging: Paging, subject: str | None = None) -> Page[LinkOut]:
    """Short links by their codes: all, or those of one thing."""
    statement = select(*_COLUMNS)
    if subject is not None:
        statement = statement.where(col(ShortLink.subject) == subject)
    return page(session, statement, LinkOut, order=[col(ShortLink.code)], paging=paging)


def normal_code(typed: str) -> str:
    """A code as it was typed, without its dashes and with what is read for a digit as that digit.

    Raises :class:`NotFound` for what cannot be a code.
    """
    code = typed.upper().translate(_READ_AS)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise NotFound(_MISSING)
    return code


def resolve(session: Session, *, letter: str, code: str) -> Found:
    """What a code stands for, as it was typed. Raises :class:`NotFound`."""
    code = normal_code(code)
    link = session.get(ShortLink, code)
    if link is None or link.letter != letter.upper():
        raise NotFound(_MISSING)
    kind = select(col(PrintedPaper.kind)).where(col(PrintedPaper.code) == code).limit(1).scalar_subquery()
    newest = select(func.max(col(PrintedPaper.revision)), func.max(col(PrintedPaper.first_printed_at))).where(
        col(PrintedPaper.kind) == kind, col(PrintedPaper.subject) == link.subject
    )
    revision, at = columns(session, newest).one()
    return Found(
        code=code,
        letter=link.letter,
        subject=link.subject,
        revision=link.revision,
        newest=revision or 0,
        newest_at=at,
        revoked=link.revoked_at is not None,
    )


def revoke_link(session: Session, *, code: str) -> LinkOut:
    """Ends a code: its page says so from now on, and the next print gets another. Raises :class:`NotFound`."""
    link = lock(session, ShortLink, normal_code(code), missing=_MISSING)
    link.revoked_at = link.revoked_at or utcnow()
    session.flush()
    return LinkOut.model_validate(link)


def restore_links_to(session: Session, *, subject: str, since: datetime) -> None:
    """Takes back that all codes were ended that stand for a thing. Those that were ended before stay so."""
    mine = col(ShortLink.subject) == subject, col(ShortLink.revoked_at) >= since
    session.exec(update(ShortLink).where(*mine).values(revoked_at=None))


def revoke_links_to(session: Session, *, subject: str) -> None:
    """Ends all codes that stand for a thing."""
    mine = col(ShortLink.subject) == subject, col(ShortLink.revoked_at).is_(None)
    session.exec(update(ShortLink).where(*mine).values(revoked_at=utcnow()))
