"""Routes that answer with a file."""

import hashlib
from collections.abc import Collection
from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import Response

from app.acts.act import Export, Fetch
from app.acts.unit import Unit
from app.api.routing import ApiRoutes
from app.core.tables import MEDIA, Suffix
from app.paperwork.printed import Print, PrintMany
from app.serving.papers import answer_paper, answer_table, file_response, in_turn, tags_in
from app.serving.routes import lane_of, on_thread

_Revision = Annotated[int | None, Query(ge=1, le=1_000_000, description="refuse to print any other revision")]


class PaperRoutes(ApiRoutes):
    """Routes that may answer with files."""

    def paper(self, path: str, act: Print[..., Any], *, more: Collection[int] = ()) -> None:
        """Registers an act that prints a paper, for a GET; the route takes ``revision``, too.

        ``more`` are statuses that not each paper answers with.
        """

        async def endpoint(*, request: Request, unit: Unit, revision: int | None, **values: Any) -> Response:
            return await answer_paper(request, unit, act, values, revision=revision)

        also, statuses = {"revision": _Revision}, {304, 409, 429, *more}
        self.expose(path, "GET", act, endpoint, media=["application/pdf"], also=also, more=statuses)

    def papers(self, path: str, act: PrintMany[..., Any]) -> None:
        """Registers an act that makes one file of many things, for a POST."""

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def work() -> Response:
                actor, material = unit.read_as(act, values)
                made = act.finish(unit, actor=actor, material=material)
                return file_response(made, {"Cache-Control": "private, no-store"})

            return await in_turn(request, unit, act, work)

        self.expose(path, "POST", act, endpoint, media=act.media, more={409})

    def file(self, path: str, act: Fetch[...], *, more: Collection[int] = ()) -> None:
        """Registers an act that gives a file; ``more`` are further statuses of problems."""

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def work() -> Response:
                return file_response(unit.read_as(act, values)[1], {"Cache-Control": "private, no-store"})

            return await on_thread(request, work, lane_of(act))

        self.expose(path, "GET", act, endpoint, media=act.media, more=more)

    def export(self, path: str, act: Export[...]) -> None:
        """Registers an act that gives a whole list as a table: at its address, with the suffix of a kind."""

        async def endpoint(*, request: Request, unit: Unit, suffix: Suffix, **values: Any) -> Response:
            return await answer_table(request, unit, act, values, suffix=suffix, name=path.rpartition("/")[2])

        self.expose(f"{path}.{{suffix}}", "GET", act, endpoint, media=MEDIA.values())

    def public_file(self, path: str, act: Fetch[...]) -> None:
        """Registers an act that gives everybody the same file: pages of other sites may read it, and keep it."""

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def work() -> Response:
                made = unit.read_as(act, values)[1]
                etag = f'"{hashlib.sha256(made.content).hexdigest()[:24]}"'
                headers = {"ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
                if tags_in(request.headers.get("If-None-Match", "")) & {etag, "*"}:
                    return Response(None, 304, headers)
                return file_response(made, headers)

            return await on_thread(request, work, lane_of(act))

        self.expose(path, "GET", act, endpoint, media=act.media, more={304})
