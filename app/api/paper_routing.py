"""Routes that answer with a file: read in one session, registered in one transaction, drawn when both are over.

Drawing takes the processor for longer than anything else here. It has two threads of its own, so that however many
papers are asked for, those who ask for anything else do not wait for them. What is printed is read there, too: whoever
had to wait gets what is true when her turn comes.
"""

import inspect
from collections.abc import Callable, Collection, Sequence
from functools import cache, partial
from typing import Annotated, Any, Protocol

from anyio import CapacityLimiter, to_thread
from fastapi import Query, Request
from fastapi.responses import Response

from app.acts.policy import Actor, Permission
from app.api.requests import Unit, unit
from app.api.routing import Router, Verb, bind_verb
from app.core.db import Database
from app.papers.stamping import content_hash, printed_last
from app.paperwork.kinds import Also, Printable, PrintedFile
from app.printing.documents import Document, Language, Paper

PaperQuery = Annotated[Paper | None, Query(description="the paper to print on; else as configured")]
LanguageQuery = Annotated[Language | None, Query(description="the language to print in; else the reader's")]
_Revision = Annotated[int | None, Query(ge=1, le=1_000_000, description="refuse to print any other revision")]


@cache
def printers() -> CapacityLimiter:
    """How many papers are drawn at the same time in this process."""
    return CapacityLimiter(2)


class Material(Protocol):
    """What a file is to be made of; ``subjects`` are whom and what it concerns."""

    @property
    def subjects(self) -> Sequence[str]: ...


class PaperRouter(Router):
    """A router whose routes may answer with files."""

    def prints(
        self, path: str, permission: Permission, paper: Printable[Any], *, audited: bool = False
    ) -> Callable[[Verb], Verb]:
        """A GET of a paper. The function reads its document, which is stamped and drawn after that.

        It takes ``paper`` and ``language``; the route takes ``revision``, too. An If-None-Match that names what was
        printed last gets a 304, and no copy is counted. ``audited`` is for papers that carry somebody's address: who
        printed it goes into the audit trail.
        """

        def decorate(verb: Verb) -> Verb:
            async def endpoint(*, request: Request, unit: Unit, revision: int | None, **given: Any) -> Response:
                known = _tags(request.headers.get("If-None-Match", ""))

                def work() -> Response:
                    actor, document = unit.read(permission, bind_verb(verb, given, unit.rules))
                    etag = _etag(document)
                    headers = {"ETag": etag, "Cache-Control": f"private, {'no-store' if audited else 'no-cache'}"}
                    if known & {etag.removeprefix("W/"), "*"} and _is_newest(unit.database, paper, document, revision):
                        return Response(None, 304, headers)
                    also = _note(unit, actor, verb.__name__, [document.about] if audited else [])
                    return _file(paper.print(unit.database, document, also, revision=revision), headers)

                return await _when_it_is_her_turn(unit, permission, work)

            own = [*_parameters(verb), inspect.Parameter("revision", _KEYWORD, annotation=_Revision, default=None)]
            more = {304, 409, 503}
            self._add_file(path, "GET", permission, verb, endpoint, ["application/pdf"], own=own, more=more)
            return verb

        return decorate

    def makes(
        self,
        path: str,
        permission: Permission,
        make: Callable[[Database, Any, Also], PrintedFile],
        *,
        media: Sequence[str] = ("application/pdf",),
    ) -> Callable[[Verb], Verb]:
        """A POST that makes one file of many things. The function reads the material, of which ``make`` makes the file.

        That it was made goes into the audit trail for each of the material's subjects.
        """

        def decorate(verb: Verb) -> Verb:
            async def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                del request

                def work() -> Response:
                    actor, material = unit.read(permission, bind_verb(verb, given, unit.rules))
                    also = _note(unit, actor, verb.__name__, material.subjects)
                    return _file(make(unit.database, material, also), {"Cache-Control": "private, no-store"})

                return await _when_it_is_her_turn(unit, permission, work)

            self._add_file(path, "POST", permission, verb, endpoint, media, own=_parameters(verb), more={409})
            return verb

        return decorate

    def downloads(
        self, path: str, permission: Permission, *media: str, more: Collection[int] = ()
    ) -> Callable[[Verb], Verb]:
        """A GET of a file that is there already: the function returns it."""

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                del request
                _, found = unit.read(permission, bind_verb(verb, given, unit.rules))
                return _file(found, {"Cache-Control": "private, no-store"})

            self._add_file(path, "GET", permission, verb, endpoint, media, own=_parameters(verb), more=more)
            return verb

        return decorate

    def _add_file(
        self,
        path: str,
        method: str,
        permission: Permission,
        verb: Callable[..., Any],
        endpoint: Callable[..., Any],
        media: Sequence[str],
        *,
        own: Collection[inspect.Parameter],
        more: Collection[int],
    ) -> None:
        success = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media}}
        self._add(path, method, permission, verb, endpoint, unit, 200, success=success, own=own, more=more)


_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def _parameters(verb: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(verb).parameters.values())


async def _when_it_is_her_turn(unit: Unit, permission: Permission, work: Callable[[], Response]) -> Response:
    """Does the work on a thread of the printers; whoever may not have it done is told so without waiting for them."""
    await to_thread.run_sync(unit.read, permission, lambda _session, _actor: None)
    return await to_thread.run_sync(work, limiter=printers())


def _etag(document: Document) -> str:
    """Weak: two prints of the same content differ in when they were made and which copy they are."""
    return f'W/"{content_hash(document)[:24]}-{document.paper}-{document.language}"'


def _tags(header: str) -> set[str]:
    """The entity tags of an If-None-Match, compared weakly (RFC 9110, 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _is_newest(database: Database, paper: Printable[Any], document: Document, revision: int | None) -> bool:
    """Whether this content was printed last, as the revision that is wanted, and may still be used."""
    with database.reading() as session:
        last = printed_last(session, kind=paper.kind, document=document)
    return last is not None and revision in {None, last}


def _note(unit: Unit, actor: Actor, action: str, subjects: Sequence[str]) -> Also:
    return partial(unit.note_reading, actor=actor, action=action, subjects=subjects)


def _file(made: PrintedFile, headers: dict[str, str]) -> Response:
    disposition = f'inline; filename="{made.name}"'
    return Response(made.content, 200, {**headers, "Content-Disposition": disposition}, made.media_type)
