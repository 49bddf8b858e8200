"""How a verb becomes a route: its permission, its unit of work, its answer and its documentation, in one line.

A route's function is the verb's call and nothing else. Its name is the operationId, the first line of its docstring the
summary. The wrapper around it opens the read or the transaction, checks the permission, and writes the answer.
"""

import inspect
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from app.acts.afterwards import Afterwards
from app.acts.idempotency import Answer
from app.acts.policy import ALLOWED, Actor, Permission, Role
from app.api.problems import MEDIA_TYPE, Problem, domain_problem
from app.api.requests import Throttle, Unit, check_permission, keyed_unit, unit
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import DomainError, Invalid, PreconditionMissing
from app.core.paging import Page
from app.core.rules import Rules

Verb = TypeVar("Verb", bound=Callable[..., Any])

_SUPPLIED = ("session", "actor", "rules", "heard")
_KINDS = {"order": "purchase_order"}
"""Where a path calls a thing by a shorter name than the audit trail."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a write first asks somebody outside, when no session is open.

    ``question`` reads what to ask, or None where there is nothing to ask; it takes the ids of the path, and refuses
    whom the verb would refuse. ``ask`` gets that, and the settings; the verb gets its answer as ``heard``.
    """

    question: Callable[..., Any]
    ask: Callable[[Any, Settings], Any]


@cache
def letter_writers() -> CapacityLimiter:
    """How many letters are sent at the same time: a slow mail server must not take the threads that answer."""
    return CapacityLimiter(2)


class _Route(APIRoute):
    """A route that says what is wrong with a request only to those who may make it.

    Who asks is looked up with the work itself, in the one trip to the database. So only where the input is refused
    before that, she is looked up for it alone; then a 401 or 403 stands instead of the refusal.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, permission = super().get_route_handler(), Permission((self.openapi_extra or {})["x-permission"])

        async def known_first(request: Request) -> Response:
            try:
                return await handle(request)
            except (RequestValidationError, HTTPException, PreconditionMissing, Invalid):
                await check_permission(request, permission)
                raise

        return known_first


class Router(APIRouter):
    """An APIRouter whose routes name their permission."""

    def __init__(self, *, prefix: str = "", tags: list[str | Enum]) -> None:
        super().__init__(prefix=prefix, tags=tags, route_class=_Route)

    def reads(self, path: str, permission: Permission) -> Callable[[Verb], Verb]:
        """A GET. The function takes ``session``, ``actor`` if it needs her, and the rest; it returns a schema."""

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                _, result = unit.read(permission, bind_verb(verb, given, unit.rules))
                return _respond(_answer(result, 200, request), {"Cache-Control": _cache(permission)})

            self._add(path, "GET", permission, verb, endpoint, unit, 200)
            return verb

        return decorate

    def writes(
        self,
        method: str,
        path: str,
        permission: Permission,
        *,
        status: int = 200,
        keyed: bool = True,
        creates: str | None = None,
        throttle: Throttle | None = None,
        asks: Asking | None = None,
        then: Callable[[Database, Settings, Any], None] | None = None,
        workers: Callable[[], CapacityLimiter] = letter_writers,
        silent: bool = False,
    ) -> Callable[[Verb], Verb]:
        """A POST, PUT, PATCH or DELETE in one transaction.

        ``keyed`` is whether a POST keeps its answer under an Idempotency-Key; one whose answer holds a secret must not.
        ``creates`` is the kind of thing that a POST makes, for the audit trail; else its subject is named by the path.
        ``throttle`` is how often it may be tried; the account, if it counts one, is the body's ``email``. Where it
        ``asks``, only those requests count for which somebody outside is asked.
        ``asks`` is what to ask outside before the transaction; no answer from there is a 502.
        ``then`` gets the database, the settings and the result once it is committed and answered; not when an answer is
        repeated. Of such work, so much is done at the same time as ``workers`` says.
        ``silent`` is for an answer that must be the same whatever was done: it is empty.
        """

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                if asks is not None:
                    given["heard"] = _ask(asks, unit, permission, given, throttle, request)
                elif throttle is not None:
                    unit.throttle(throttle, getattr(given.get("body"), "email", None))
                results: list[Any] = []

                def answer(result: Any) -> Answer:
                    results[:] = [result]
                    return _answer(None if silent else result, status, request)

                response = _respond(
                    unit.write(
                        permission,
                        bind_verb(verb, given, unit.rules),
                        action=verb.__name__,
                        subject=lambda result: f"{creates}:{result.id}" if creates else subject_of(given),
                        answer=answer,
                        refuse=lambda refusal: _refusal(refusal, request),
                    ),
                    {"Cache-Control": "no-store"},
                )
                if then is not None and results:
                    afterwards: Afterwards = request.app.state.afterwards
                    work = partial(then, unit.database, request.app.state.settings, results[0])
                    response.background = BackgroundTask(afterwards.start, work, workers())
                return response

            how = keyed_unit if method == "POST" and keyed else unit
            more = ({429} if throttle else set()) | ({502} if asks else set())
            empty = silent or status == 204
            self._add(path, method, permission, verb, endpoint, how, status, empty=empty, more=more)
            return verb

        return decorate

    def _add(
        self,
        path: str,
        method: str,
        permission: Permission,
        verb: Callable[..., Any],
        endpoint: Callable[..., Response],
        how: Callable[..., Any],
        status: int,
        *,
        success: dict[str, Any] | None = None,
        empty: bool = False,
        own: Collection[inspect.Parameter] = (),
        more: Collection[int] = (),
    ) -> None:
        signature = inspect.signature(verb)
        wanted = own or signature.parameters.values()
        own = [p.replace(kind=p.KEYWORD_ONLY) for p in wanted if p.name not in _SUPPLIED]
        given = [
            inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request),
            inspect.Parameter("unit", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[Unit, Depends(how)]),
        ]
        result = None if empty else Response if success else signature.return_annotation
        endpoint.__signature__ = signature.replace(parameters=[*given, *own], return_annotation=result)  # type: ignore[attr-defined]  # inspect.signature reads it
        endpoint.__name__ = verb.__name__
        summary, _, description = (inspect.getdoc(verb) or "").partition("\n")
        self.add_api_route(
            path,
            endpoint,
            methods=[method],
            status_code=status,
            operation_id=verb.__name__,
            summary=summary.rstrip("."),
            description=description.strip() or summary,
            responses={
                **({status: success} if success else {}),
                **problems_of(path, method, permission, more),
            },
            response_class=Response if success or empty else JSONResponse,
            openapi_extra={"x-permission": permission.value},
        )


def _ask(
    asks: Asking, unit: Unit, permission: Permission, given: dict[str, Any], throttle: Throttle | None, request: Request
) -> Any:
    """What somebody outside says, or None where there is nothing to ask."""
    _, question = unit.read(permission, bind_verb(asks.question, given, unit.rules))
    if question is None:
        return None
    if throttle is not None:
        unit.throttle(throttle, None)
    here: Settings = request.app.state.settings
    return asks.ask(question, here)


def bind_verb(verb: Callable[..., Any], given: dict[str, Any], rules: Rules) -> Callable[[Session, Actor], Any]:
    """The verb with what the request gave; it gets the actor and the rules only if it asks for them."""
    asked = inspect.signature(verb).parameters

    def call(session: Session, actor: Actor) -> Any:
        supplied = {name: value for name, value in (("actor", actor), ("rules", rules)) if name in asked}
        return verb(session, **supplied, **given)

    return call


def subject_of(given: dict[str, Any]) -> str:
    """What a request is about, by the last id in its path: ``claim:5``."""
    named = [name for name in given if name.endswith("_id")]
    if not named:
        return ""
    kind = named[-1].removesuffix("_id")
    return f"{_KINDS.get(kind, kind)}:{given[named[-1]]}"


_MORE = {
    304: "The same as before",
    409: "Not in this status",
    429: "Tried too often",
    502: "No answer from outside",
    503: "Busy",
}


def problems_of(
    path: str, method: str, permission: Permission, more: Collection[int] = ()
) -> dict[int | str, dict[str, Any]]:
    """The problem responses of a route, by what it takes; ``more`` are those that not each of its kind gives."""
    statuses = {401: "Not signed in, or a token that is not valid", 422: "Not valid"}
    statuses |= {status: _MORE[status] for status in more}
    if Role.ANYONE not in ALLOWED[permission]:
        statuses[403] = "Not permitted"
    if "{" in path or permission is Permission.USE_OWN_MEMBERSHIP:
        statuses[404] = "Not found"
    if method != "GET":
        statuses |= {400: "Not readable", 409: "Not in this status", 413: "Too large", 503: "Busy"}
    if method == "PATCH":
        statuses |= {412: "Changed in the meantime", 428: "If-Match is missing"}
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}}
    return {
        status: {"description": statuses[status], **(problem if status >= 400 else {})} for status in sorted(statuses)
    }


def _answer(result: Any, status: int, request: Request) -> Answer:
    headers = {}
    if isinstance(result, Page) and result.next is not None:
        following = request.url.include_query_params(cursor=result.next)
        headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    version = getattr(result, "version", None)
    if version is not None:
        headers["ETag"] = f'"{version}"'
    body = result.model_dump_json(by_alias=True) if isinstance(result, BaseModel) else ""
    return Answer(status, headers, body)


def _refusal(refusal: DomainError, request: Request) -> Answer:
    status, body = domain_problem(request, refusal)
    return Answer(status, {}, body)


def _respond(answer: Answer, headers: dict[str, str]) -> Response:
    media = MEDIA_TYPE if answer.status >= 400 else "application/json"
    return Response(answer.body, answer.status, {**answer.headers, **headers}, media if answer.body else None)


def _cache(permission: Permission) -> str:
    return "no-cache" if Role.ANYONE in ALLOWED[permission] else "private, no-store"
