"""How an act becomes a route: a path, a method, a status. Its parameters and its documentation follow from the act."""

import inspect
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.acts.act import Act, Read, Write
from app.acts.entries import LateEntryOut
from app.acts.idempotency import Answer
from app.acts.policy import ALLOWED, Permission, Role
from app.acts.unit import Unit
from app.api.problems import MEDIA_TYPE, Problem
from app.api.requests import check_query, keyed_unit, parameters_of, plain_unit, queries_of
from app.core.errors import Invalid, PreconditionMissing
from app.serving.following import follow
from app.serving.routes import Route, Routes, lane_of, on_thread


class ApiRoute(Route):
    """A route that says what is wrong with a request only to those who may make it.

    Who asks is looked up with the work itself, in the one trip to the database. So only where the input is refused
    before that, she is looked up for it alone; then a 401 or 403 stands instead of the refusal.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, takes = super().get_route_handler(), queries_of(self.dependant)

        async def known_first(request: Request) -> Response:
            try:
                check_query(request, takes)
                return await handle(request)
            except (RequestValidationError, HTTPException, PreconditionMissing, Invalid):
                unit = await plain_unit(request)
                await on_thread(request, partial(unit.check, self.permission))
                raise

        return known_first


@dataclass(frozen=True)
class ApiRoutes(Routes):
    """Routes that answer in JSON."""

    tags: list[str | Enum] = field(default_factory=list)
    """Those of the routes that are registered now."""

    @contextmanager
    def tagged(self, tag: str) -> Iterator[None]:
        """Within the block, what is registered belongs to this part of the document."""
        self.tags.append(tag)
        yield
        self.tags.pop()

    def get(self, path: str, act: Read[..., Any]) -> None:
        """Registers an act that reads, and answers with what it has read."""

        headers, lane = {"Cache-Control": _cache(act.permission)}, lane_of(act)

        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            known = unit.known(act, values)
            if known is not None:
                return respond(_answer(known, 200, request), headers)

            def work() -> Response:
                _, result = unit.read_as(act, values)
                return respond(_answer(result, 200, request), headers)

            return await on_thread(request, work, lane)

        self.expose(path, "GET", act, endpoint)

    def post(self, path: str, act: Write[..., Any], *, status: int = 200, more: Collection[int] = ()) -> None:
        """Registers an act that writes, and may be repeated under an Idempotency-Key unless its answer is secret."""
        self._write("POST", path, act, status, more)

    def put(self, path: str, act: Write[..., Any], *, status: int = 200) -> None:
        """Registers an act that puts something in place of what is there."""
        self._write("PUT", path, act, status)

    def patch(self, path: str, act: Write[..., Any], *, status: int = 200) -> None:
        """Registers an act that edits the version which the request names."""
        self._write("PATCH", path, act, status)

    def delete(self, path: str, act: Write[..., Any], *, status: int = 204) -> None:
        """Registers an act that ends or forgets something."""
        self._write("DELETE", path, act, status)

    def _write(self, method: str, path: str, act: Write[..., Any], status: int, further: Collection[int] = ()) -> None:
        async def endpoint(*, request: Request, unit: Unit, **values: Any) -> Response:
            def answer(result: Any) -> Answer:
                waits = may_wait and isinstance(result, LateEntryOut)
                return _answer(None if act.silent else result, 202 if waits else status, request)

            def work() -> Response:
                answered, result = unit.answer(act, values, answer=answer)
                response = respond(answered, {"Cache-Control": "no-store"})
                follow(request, response, unit, act, result)
                return response

            return await on_thread(request, work, lane_of(act))

        may_wait = act.repeats is not None and act.repeats.late
        more = {*further, *({502} if act.asks else ())}
        unit = keyed_unit if method == "POST" and not act.secret else plain_unit
        empty = act.silent or status == 204
        others = {202: _WAITS} if may_wait else {}
        self.expose(path, method, act, endpoint, status=status, unit=unit, empty=empty, others=others, more=more)

    def expose(
        self,
        path: str,
        method: str,
        act: Act[..., Any],
        endpoint: Callable[..., Any],
        *,
        status: int = 200,
        unit: Callable[..., Any] = plain_unit,
        also: Mapping[str, Any] | None = None,
        media: Collection[str] = (),
        empty: bool = False,
        others: Mapping[int, Any] | None = None,
        more: Collection[int] = (),
    ) -> None:
        """Registers what answers for an act. It gets the request, the unit, and by name what the request gives.

        ``also`` are parameters of the route's own, with their annotations; they may be left out. ``media`` are the
        types of a file, if it answers with one. ``others`` are further answers that are no problems. ``more`` are the
        statuses of problems that not each of its kind gives.
        """
        keyword = inspect.Parameter.KEYWORD_ONLY
        parameters = [
            inspect.Parameter("request", keyword, annotation=Request),
            inspect.Parameter("unit", keyword, annotation=Annotated[Unit, Depends(unit)]),
            *parameters_of(act.verb, path, method),
            *(inspect.Parameter(n, keyword, annotation=kind, default=None) for n, kind in (also or {}).items()),
        ]
        returned = None if empty else Response if media else inspect.signature(act.verb).return_annotation
        endpoint.__signature__ = inspect.Signature(parameters, return_annotation=returned)  # type: ignore[attr-defined]  # inspect.signature reads it
        endpoint.__name__ = act.name
        summary, _, description = act.says.partition("\n")
        success = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media}}
        self.serve(
            path,
            endpoint,
            permission=act.permission,
            methods=[method],
            route_class=ApiRoute,
            tags=list(self.tags),
            status_code=status,
            operation_id=act.name,
            summary=summary.rstrip("."),
            description=description.strip() or summary,
            responses={
                **({status: success} if media else {}),
                **(others or {}),
                **problems_of(path, method, act.permission, more),
            },
            response_class=Response if media or empty else JSONResponse,
            openapi_extra={"x-permission": act.permission.value},
        )


_WAITS = {"model": LateEntryOut, "description": "Too late to be booked: kept for a coordinator"}
_AWAY = "Busy, or the database does not answer"
_MORE = {
    304: "The same as before",
    404: "Not found",
    409: "Not in this status",
    429: "Tried too often, or more than one person may make in a day",
    502: "No answer from outside",
}


def problems_of(
    path: str, method: str, permission: Permission, more: Collection[int] = ()
) -> dict[int | str, dict[str, Any]]:
    """The problem responses of a route, by what it takes; ``more`` are those that not each of its kind gives."""
    statuses = {401: "Not signed in, or a token that is not valid", 422: "Not valid", 503: _AWAY}
    statuses |= {status: _MORE[status] for status in more}
    if Role.ANYONE not in ALLOWED[permission]:
        statuses[403] = "Not permitted"
    if "{" in path or permission is Permission.USE_OWN_MEMBERSHIP:
        statuses[404] = "Not found"
    if method != "GET":
        statuses |= {400: "Not readable", 409: "Not in this status", 413: "Too large", 507: "The disk is full"}
        statuses[429] = _MORE[429]
    if method == "PATCH":
        statuses |= {412: "Changed in the meantime", 428: "If-Match is missing"}
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}}
    return {
        status: {"description": statuses[status], **(problem if status >= 400 else {})} for status in sorted(statuses)
    }


def respond(answer: Answer, headers: dict[str, str]) -> Response:
    """The response that an answer is."""
    return Response(
        answer.body, answer.status, {**answer.headers, **headers}, "application/json" if answer.body else None
    )


def _answer(result: Any, status: int, request: Request) -> Answer:
    headers = {}
    cursor = getattr(result, "next", None) if request.method == "GET" else None
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    version = getattr(result, "version", None)
    if version is not None:
        headers["ETag"] = f'"{version}"'
    body = result.model_dump_json(by_alias=True) if isinstance(result, BaseModel) else ""
    return Answer(status, headers, body)


def _cache(permission: Permission) -> str:
    return "no-cache" if Role.ANYONE in ALLOWED[permission] else "private, no-store"
