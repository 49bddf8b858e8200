"""Routes that answer with a file: read in one session, registered in one transaction, drawn when both are over.

Drawing takes the processor for longer than anything else here. It has two threads of its own, so that however many
papers are asked for, those who ask for anything else do not wait for them.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from app.api.routing import Router, Verb, bind_verb, subject_of
from app.db import Database
from app.deps import Unit, unit
from app.papers.stamping import content_hash
from app.paperwork import Printable, PrintedFile
from app.people.policy import Actor, Permission
from app.printing.documents import Document

Also = Callable[[Session], None]
"""What is written in the transaction in which papers are stamped."""

Revision = Annotated[int | None, Query(ge=1, le=1_000_000, description="refuse to print any other revision")]

_APART = {"paper", "language"}
"""Parameters that change how a paper looks, and not what it is about."""


@cache
def printers() -> CapacityLimiter:
    """How many papers are drawn at the same time in this process."""
    return CapacityLimiter(2)


class PaperRouter(Router):
    """A router whose routes may answer with files."""

    def prints(
        self, path: str, permission: Permission, paper: Printable[Any], *, audited: bool = False
    ) -> Callable[[Verb], Verb]:
        """A GET of a paper. The function reads its document, which is stamped and drawn after that.

        It takes ``paper`` and ``language`` and is given ``revision``, too; an If-None-Match that names what is there
        gets a 304, and no copy is counted. ``audited`` is for papers that carry somebody's postal address: who printed
        it goes into the audit trail.
        """

        def decorate(verb: Verb) -> Verb:
            async def endpoint(*, request: Request, unit: Unit, revision: int | None, **given: Any) -> Response:
                actor, document = await to_thread.run_sync(unit.read, permission, bind_verb(verb, given))
                etag = _etag(document)
                headers = {"ETag": etag, "Cache-Control": f"private, {'no-store' if audited else 'no-cache'}"}
                if etag in request.headers.get("If-None-Match", ""):
                    return Response(None, 304, headers)
                subject = _subject(paper, given)
                printed = partial(paper.print, unit.database, subject=subject, document=document, revision=revision)
                also = _note(unit, actor, verb.__name__, [subject]) if audited else None
                return _file(await to_thread.run_sync(partial(printed, also=also), limiter=printers()), headers)

            self._add_file(path, "GET", permission, verb, endpoint, "application/pdf", more={304, 409, 503})
            return verb

        return decorate

    def makes(
        self,
        path: str,
        permission: Permission,
        *,
        make: Callable[[Database, Any, Also], PrintedFile],
        subjects: Callable[[Any], Sequence[str]],
        media: Sequence[str] = ("application/pdf",),
    ) -> Callable[[Verb], Verb]:
        """A POST that makes one file of many things. The function reads the material, of which ``make`` makes the file.

        ``subjects`` are whom it concerns: that it was made goes into the audit trail for each of them.
        """

        def decorate(verb: Verb) -> Verb:
            async def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                del request
                actor, material = await to_thread.run_sync(unit.read, permission, bind_verb(verb, given))
                also = _note(unit, actor, verb.__name__, subjects(material))
                made = await to_thread.run_sync(make, unit.database, material, also, limiter=printers())
                return _file(made, {"Cache-Control": "private, no-store"})

            self._add_file(path, "POST", permission, verb, endpoint, *media, more={409})
            return verb

        return decorate

    def downloads(self, path: str, permission: Permission, *media: str) -> Callable[[Verb], Verb]:
        """A GET of a file that is there already: the function returns it."""

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                del request
                _, found = unit.read(permission, bind_verb(verb, given))
                return _file(found, {"Cache-Control": "private, no-store"})

            self._add_file(path, "GET", permission, verb, endpoint, *media, more={409})
            return verb

        return decorate

    def _add_file(
        self,
        path: str,
        method: str,
        permission: Permission,
        verb: Callable[..., Any],
        endpoint: Callable[..., Any],
        *media: str,
        more: set[int],
    ) -> None:
        success = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media}}
        signature = inspect.signature(verb)
        wanted = inspect.Parameter("revision", inspect.Parameter.KEYWORD_ONLY, annotation=Revision, default=None)
        own = (*signature.parameters.values(), *([wanted] if 304 in more else []))
        self._add(path, method, permission, verb, endpoint, unit, 200, success=success, own=own, more=more)


def _etag(document: Document) -> str:
    """Weak: two prints of the same content differ in when they were made and which copy they are."""
    return f'W/"{content_hash(document)[:24]}-{document.paper}-{document.language}"'


def _subject(paper: Printable[Any], given: dict[str, Any]) -> str:
    """What a paper is about: the thing that its path names, else its kind and what it was asked for."""
    asked = {name: value for name, value in given.items() if name not in _APART and value is not None}
    if len(asked) == 1 and (named := subject_of(asked)):
        return named
    text = json.dumps(asked, sort_keys=True, default=str)
    return f"{paper.kind.name}:{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _note(unit: Unit, actor: Actor, action: str, subjects: Sequence[str]) -> Also:
    return lambda session: unit.note_reading(session, actor, action, subjects)


def _file(made: PrintedFile, headers: dict[str, str]) -> Response:
    disposition = f'inline; filename="{made.name}"'
    return Response(made.content, 200, {**headers, "Content-Disposition": disposition}, made.media_type)
