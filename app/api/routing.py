"""How a verb becomes a route: its permission, its unit of work, its answer and its documentation, in one line.

A route's function is the verb's call and nothing else. Its name is the operationId, the first line of its docstring the
summary. The wrapper around it opens the read or the transaction, checks the permission, and writes the answer.
"""

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlmodel import Session
from starlette.background import BackgroundTask

from app.api.problems import MEDIA_TYPE, Problem, domain_problem
from app.config import Settings
from app.db import Database
from app.deps import Throttle, Unit, keyed_unit, unit
from app.errors import DomainError
from app.idempotency import Answer
from app.paging import Page
from app.people.policy import ALLOWED, Actor, Permission, Role

Verb = TypeVar("Verb", bound=Callable[..., Any])

_SUPPLIED = ("session", "actor", "heard")
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


class Router(APIRouter):
    """An APIRouter whose routes name their permission."""

    def reads(self, path: str, permission: Permission) -> Callable[[Verb], Verb]:
        """A GET. The function takes ``session``, ``actor`` if it needs her, and the rest; it returns a schema."""

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                _, result = unit.read(permission, _bind(verb, given))
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
        then: Callable[[Database, Any], None] | None = None,
    ) -> Callable[[Verb], Verb]:
        """A POST, PUT, PATCH or DELETE in one transaction.

        ``keyed`` is whether a POST keeps its answer under an Idempotency-Key; one whose answer holds a secret must not.
        ``creates`` is the kind of thing that a POST makes, for the audit trail; else its subject is named by the path.
        ``throttle`` is how often it may be tried; the account, if it counts one, is the body's ``email``.
        ``asks`` is what to ask outside before the transaction; no answer from there is a 502.
        ``then`` gets the database and the result once it is committed and answered; the answer itself is then empty.
        """

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                if throttle is not None:
                    unit.throttle(throttle, getattr(given.get("body"), "email", None))
                heard: dict[str, Any] = {}
                if asks is not None:
                    _, question = unit.read(permission, _bind(asks.question, given))
                    here: Settings = request.app.state.settings
                    heard["heard"] = None if question is None else asks.ask(question, here)
                results: list[Any] = []

                def answer(result: Any) -> Answer:
                    results[:] = [result]
                    return _answer(None if then else result, status, request)

                response = _respond(
                    unit.write(
                        permission,
                        _bind(verb, {**given, **heard}),
                        action=verb.__name__,
                        subject=lambda result: f"{creates}:{result.id}" if creates else _subject(given),
                        answer=answer,
                        refuse=lambda refusal: _refusal(refusal, request),
                    ),
                    {"Cache-Control": "no-store"},
                )
                if then is not None:
                    response.background = BackgroundTask(_apart, then, unit.database, results[0])
                return response

            how = keyed_unit if method == "POST" and keyed else unit
            more = ({429} if throttle else set()) | ({502} if asks else set())
            empty = then is not None or status == 204
            self._add(path, method, permission, verb, endpoint, how, status, empty=empty, more=more)
            return verb

        return decorate

    def documents(
        self,
        path: str,
        permission: Permission,
        *,
        render: Callable[[Any], bytes],
        name: Callable[[Any], str],
        audited: bool = False,
    ) -> Callable[[Verb], Verb]:
        """A GET of a PDF. The function reads a frozen document; it is rendered after the session is closed.

        ``audited`` is for papers that carry somebody's postal address: who printed it goes into the audit trail.
        """

        def decorate(verb: Verb) -> Verb:
            def endpoint(*, request: Request, unit: Unit, **given: Any) -> Response:
                del request
                actor, document = unit.read(permission, _bind(verb, given))
                if audited:
                    unit.audit_reading(actor, verb.__name__, _subject(given))
                headers = {
                    "Content-Disposition": f'inline; filename="{name(document)}"',
                    "Cache-Control": "private, no-store",
                }
                return Response(render(document), 200, headers, "application/pdf")

            pdf = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
            self._add(path, "GET", permission, verb, endpoint, unit, 200, success=pdf)
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
        more: Collection[int] = (),
    ) -> None:
        signature = inspect.signature(verb)
        own = [p.replace(kind=p.KEYWORD_ONLY) for n, p in signature.parameters.items() if n not in _SUPPLIED]
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


def _bind(verb: Callable[..., Any], given: dict[str, Any]) -> Callable[[Session, Actor], Any]:
    """The verb with what the request gave; it gets the actor only if it asks for one."""
    asks = "actor" in inspect.signature(verb).parameters

    def call(session: Session, actor: Actor) -> Any:
        return verb(session, actor=actor, **given) if asks else verb(session, **given)

    return call


async def _apart(then: Callable[[Database, Any], None], database: Database, result: Any) -> None:
    """Does what comes after an answer apart from the threads that answer: a slow mail server must not take those."""
    await to_thread.run_sync(then, database, result, limiter=_afterwards())


@cache
def _afterwards() -> CapacityLimiter:
    return CapacityLimiter(2)


def _subject(given: dict[str, Any]) -> str:
    """What a request is about, by the last id in its path: ``claim:5``."""
    named = [name for name in given if name.endswith("_id")]
    if not named:
        return ""
    kind = named[-1].removesuffix("_id")
    return f"{_KINDS.get(kind, kind)}:{given[named[-1]]}"


_MORE = {429: "Tried too often", 502: "No answer from outside"}


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
        statuses |= {400: "Not readable", 409: "Not in this state", 413: "Too large", 503: "Busy"}
    if method == "PATCH":
        statuses |= {412: "Changed in the meantime", 428: "If-Match is missing"}
    return {
        status: {
            "description": statuses[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
        }
        for status in sorted(statuses)
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
