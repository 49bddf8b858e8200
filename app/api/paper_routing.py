"""Routes that answer with a file.

Drawing has threads of its own, so that however many papers are asked for, those who ask for anything else do not wait
for them. What is printed is read there, too: whoever had to wait gets what is true when their turn comes.
"""

import hashlib
from collections.abc import Callable, Collection
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from app.acts.act import Act, Fetch, File
from app.acts.afterwards import Lane
from app.acts.unit import Unit
from app.api.routing import ApiRoutes
from app.papers.stamping import content_hash
from app.paperwork.printed import Print, PrintMany
from app.printing.documents import Document
from app.serving.routes import on_thread

_Revision = Annotated[int | None, Query(ge=1, le=1_000_000, description="refuse to print any other revision")]


class PaperRoutes(ApiRoutes):
    """Routes that may answer with files."""

    def paper(self, path: str, act: Print[..., Any]) -> None:
        """Registers an act that prints a paper, for a GET; the route takes ``revision``, too.

        An If-None-Match that names what was printed last gets a 304, and no copy is counted.
        """

        async def endpoint(*, request: Request, unit: Unit, revision: int | None, **values: Any) -> Response:
            known = _tags(request.headers.get("If-None-Match", ""))

            def work() -> Response:
                actor, document = unit.read_as(act, values)
                etag = _etag(document)
                kept = "no-store" if document.carries_address else "no-cache"
                headers = {"ETag": etag, "Cache-Control": f"private, {kept}"}
                if known & {etag.removeprefix("W/"), "*"} and act.is_newest(unit.service.database, document, revision):
                    return Response(None, 304, headers)
                return _file(act.finish(unit, actor=actor, document=document, revision=revision), headers)

            return await _in_turn(request, unit, act, work)

        more = {304, 409, 429}
        self.expose(path, "GET", act, endpoint, media=["application/pdf"], also={"revision": _Revision}, more=more)

    def papers(self, path: str, act: PrintMany[..., Any]) -> None:
        """Registers an act that makes one file of many things, for a POST."""

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def work() -> Response:
                actor, material = unit.read_as(act, values)
                made = act.finish(unit, actor=actor, material=material)
                return _file(made, {"Cache-Control": "private, no-store"})

            return await _in_turn(request, unit, act, work)

        self.expose(path, "POST", act, endpoint, media=act.media, more={409})

    def file(self, path: str, act: Fetch[...], *, more: Collection[int] = ()) -> None:
        """Registers an act that gives a file; ``more`` are further statuses of problems."""

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def work() -> Response:
                return _file(unit.read_as(act, values)[1], {"Cache-Control": "private, no-store"})

            return await on_thread(request, work)

        self.expose(path, "GET", act, endpoint, media=act.media, more=more)

    def public_file(self, path: str, act: Fetch[...]) -> None:
        """Registers an act that gives everybody the same file: pages of other sites may read it, and keep it."""

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def work() -> Response:
                made = unit.read_as(act, values)[1]
                etag = f'"{hashlib.sha256(made.content).hexdigest()[:24]}"'
                headers = {"ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
                if _tags(request.headers.get("If-None-Match", "")) & {etag, "*"}:
                    return Response(None, 304, headers)
                return _file(made, headers)

            return await on_thread(request, work)

        self.expose(path, "GET", act, endpoint, media=act.media, more={304})


async def _in_turn(request: Request, unit: Unit, act: Act[..., Any], work: Callable[[], Response]) -> Response:
    """Does the work on a thread that draws; whoever may not have it done is told so without waiting for one."""
    await on_thread(request, partial(unit.check, act.permission))
    return await on_thread(request, work, Lane.PRINTS)


def _etag(document: Document) -> str:
    """Weak: two prints of the same content differ in when they were made and which copy they are."""
    return f'W/"{content_hash(document)[:24]}-{document.paper_size}-{document.language}"'


def _tags(header: str) -> set[str]:
    """The entity tags of an If-None-Match, compared weakly (RFC 9110, 13.1.2)."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _file(made: File, headers: dict[str, str]) -> Response:
    shown = "inline" if made.media_type == "application/pdf" else "attachment"
    disposition = f'{shown}; filename="{made.name}"'
    return Response(made.content, 200, {**headers, "Content-Disposition": disposition}, made.media_type)
