"""Every print is registered: the content gets a revision, the print its number, the paper a code that explains it."""

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, func, insert, select, tuple_, update
from sqlmodel import Session, col

from app.core.clock import utcnow
from app.core.db import Statement, columns
from app.core.errors import Conflict
from app.core.language import phrase
from app.core.statements import built_once
from app.papers.models import ALPHABET, CODE_LENGTH, PrintedPaper, ShortLink
from app.printing.documents import Document

D = TypeVar("D", bound=Document)

_KEPT = ("subject", "revision", "content_hash", "code", "copies")
_OF_THE_PRINT = {
    *("number", "about", "paper_size", "language", "printed_at", "public_url", "revision", "copy", "fingerprint"),
}
"""What belongs to one print, or to its day, and not to what the paper says; so do all codes and links."""


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper. Its codes begin with ``letter``; a ``lasting`` one keeps its code in all revisions."""

    name: str
    letter: str
    lasting: bool = False


@dataclass(slots=True)
class _Paper:
    """One content of one thing: the newest that was printed, or the one that is about to be."""

    subject: str
    revision: int
    content_hash: str
    code: str
    copies: int = 1
    id: int | None = None
    revoked: bool = False
    unlinked: bool = False
    """Whether its code is new, and stands for nothing yet."""


def content_hash(document: Document) -> str:
    """What a paper says, as a SHA-256 in hexadecimal digits: the same in both languages and on all papers."""
    said = {
        name: value
        for name, value in _as_json(document).items()
        if name not in _OF_THE_PRINT and not name.endswith(("link", "code"))
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=_as_json, ensure_ascii=False).encode()).hexdigest()


def _as_json(value: Any) -> Any:
    """What stands in JSON for what JSON does not know."""
    return {field.name: getattr(value, field.name) for field in fields(value)} if is_dataclass(value) else str(value)


def readable(code: str) -> str:
    """A code as it stands on paper, in groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def link_to(public_url: str, letter: str, code: str) -> str:
    """The address that a code leads to; in capitals, which make for a smaller QR code, unless it has a path."""
    url = public_url.rstrip("/")
    plain = url.count("/") == 2  # those of the scheme
    return f"{url.upper()}/{letter}/{code}" if plain else f"{url}/{letter.lower()}/{code}"


def stamp(session: Session, *, kind: PaperKind, document: D, revision: int | None = None) -> D:
    """The document as it is to be printed: with its revision, its code and link, and the number of this copy.

    A content that differs from the one that was printed last is a new revision. ``revision`` is the one that is wanted:
    raises :class:`Conflict` if another would be printed.
    """
    (stamped,) = stamp_all(session, kind=kind, documents=[document])
    if revision is not None and stamped.revision != revision:
        raise Conflict(
            phrase(
                "This would print revision {newest}, not {wanted}. Print without naming a revision.",
                newest=stamped.revision,
                wanted=revision,
            ),
            revision=stamped.revision,
        )
    return stamped


def stamp_all(session: Session, *, kind: PaperKind, documents: Sequence[D]) -> list[D]:
    """Stamps papers of one kind that are about different things; the number of statements does not grow with theirs."""
    known = _newest(session, kind, [document.about for document in documents])
    for document in documents:
        known[document.about] = _next(kind, document.about, content_hash(document), known.get(document.about))
    _keep(session, kind, list(known.values()))
    return [_stamped(document, kind, known[document.about]) for document in documents]


def printed_last(session: Session, *, kind: PaperKind, document: Document) -> int | None:
    """The revision of this very content, if it is what was printed last and its code still counts."""
    last = _newest(session, kind, [document.about], locked=False).get(document.about)
    same = last is not None and last.content_hash == content_hash(document) and not last.revoked
    return last.revision if last is not None and same else None


def forget_contents(session: Session, *, subjects: Collection[str]) -> None:
    """Forgets the hashes of what was printed about these: whoever guesses an address could find it confirmed there."""
    session.exec(update(PrintedPaper).where(col(PrintedPaper.subject).in_(subjects)).values(content_hash=""))


def lasting_code(session: Session, *, letter: str, subject: str) -> str:
    """The code that stands for a thing, whatever is printed about it; a new one if there is none or it was revoked."""
    statement = select(col(ShortLink.code)).where(
        col(ShortLink.subject) == subject,
        col(ShortLink.letter) == letter,
        col(ShortLink.revision) == 0,
        col(ShortLink.revoked_at).is_(None),
    )
    found = session.scalar(statement)
    if found is None:
        found = _new_code()
        session.add(ShortLink(code=found, letter=letter, subject=subject, revision=0))
        session.flush()
    return found


def _newest(session: Session, kind: PaperKind, subjects: Sequence[str], *, locked: bool = True) -> dict[str, _Paper]:
    """The newest paper of each subject that has one."""
    found = columns(session, _newest_of(locked=locked), kind=kind.name, subjects=subjects)
    return {row.subject: _Paper(**row._asdict()) for row in found}


@built_once
def _newest_of(*, locked: bool) -> Statement:
    ours = col(PrintedPaper.kind) == bindparam("kind"), col(PrintedPaper.subject).in_(_SUBJECTS)
    newest = select(col(PrintedPaper.subject), func.max(col(PrintedPaper.revision))).where(*ours)
    statement = (
        select(
            *(col(getattr(PrintedPaper, name)) for name in _KEPT),
            col(PrintedPaper.id),
            col(ShortLink.revoked_at).is_not(None).label("revoked"),
        )
        .join(ShortLink, col(ShortLink.code) == col(PrintedPaper.code))
        .where(ours[0])
        .where(
            tuple_(col(PrintedPaper.subject), col(PrintedPaper.revision)).in_(
                newest.group_by(col(PrintedPaper.subject))
            )
        )
        .order_by(col(PrintedPaper.id))
    )
    return statement.with_for_update(of=PrintedPaper) if locked else statement


_SUBJECTS: BindParameter[Any] = bindparam("subjects", expanding=True)


def _next(kind: PaperKind, subject: str, hash_: str, last: _Paper | None) -> _Paper:
    """Another copy of the last paper, or a new revision."""
    if last is None:
        return _Paper(subject, 1, hash_, _new_code(), unlinked=True)
    if last.content_hash == hash_:
        again = replace(last, copies=last.copies + 1)
        return replace(again, code=_new_code(), unlinked=True) if last.revoked else again
    if kind.lasting and not last.revoked:
        return _Paper(subject, last.revision + 1, hash_, last.code)
    return _Paper(subject, last.revision + 1, hash_, _new_code(), unlinked=True)


def _keep(session: Session, kind: PaperKind, papers: Sequence[_Paper]) -> None:
    """Writes the links that are new, the papers that are new, and the counts of those that are not."""
    connection, now = session.connection(), utcnow()
    links = [
        {
            "code": paper.code,
            "letter": kind.letter,
            "subject": paper.subject,
            "revision": 0 if kind.lasting else paper.revision,
            "created_at": now,
        }
        for paper in papers
        if paper.unlinked
    ]
    if links:
        connection.execute(_LINKS, links)
    printed = {"first_printed_at": now, "last_printed_at": now}
    new = [{name: getattr(paper, name) for name in _KEPT} for paper in papers if paper.id is None]
    if new:
        connection.execute(_PAPERS, [{**one, "kind": kind.name, **printed} for one in new])
    again = [paper for paper in papers if paper.id is not None]
    if again:
        each = [{"this": paper.id, "now_copies": paper.copies, "now_code": paper.code, "at": now} for paper in again]
        connection.execute(_AGAIN, each)


_LINKS, _PAPERS = insert(ShortLink), insert(PrintedPaper)
_AGAIN = (
    update(PrintedPaper)
    .where(col(PrintedPaper.id) == bindparam("this"))
    .values(copies=bindparam("now_copies"), code=bindparam("now_code"), last_printed_at=bindparam("at"))
)


def _stamped(document: D, kind: PaperKind, paper: _Paper) -> D:
    return replace(
        document,
        revision=paper.revision,
        code=readable(paper.code),
        link=link_to(document.public_url, kind.letter, paper.code),
        fingerprint=paper.content_hash[:8].upper(),
        copy=paper.copies,
    )


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
