"""Errors become problem documents (RFC 9457), in this one place and in the reader's language."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.acts.entries import EntryReused, TooLate
from app.acts.idempotency import KeyReused
from app.conferences.importers import ImportRefused
from app.core import errors
from app.core.config import Settings
from app.core.language import Language, Text, phrase, phrases, preferred, verbatim
from app.core.observe import CONFLICTS
from app.core.validation import complaint
from app.outside.http import OutboundRefused
from app.shipments.carriers import CarrierUnclear

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[errors.DomainError], int] = {
    errors.DomainError: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Stale: 412,
    errors.Invalid: 422,
    errors.PreconditionMissing: 428,
    errors.TooMany: 429,
    errors.Busy: 503,
    OutboundRefused: 502,
}
"""The status of each branch of the tree; a leaf has that of its nearest ancestor."""

_HTTP = {
    400: ("bad-request", phrase("The request cannot be read")),
    404: (errors.NotFound.code, errors.NotFound.title),
    405: ("method-not-allowed", phrase("This address does not take this method")),
    413: ("too-large", phrase("The request is too large")),
}
_VALIDATION = ("validation", phrase("Some of the input is not valid"))
_UNEXPECTED = ("unexpected", phrase("Something went wrong on our side"))

_LEAVES: list[type[errors.DomainError]] = [
    errors.NotFound,
    errors.Invalid,
    errors.Conflict,
    errors.IllegalTransition,
    errors.OutOfStock,
    errors.Unauthenticated,
    errors.Forbidden,
    errors.Stale,
    errors.PreconditionMissing,
    errors.Unprintable,
    errors.TooMany,
    errors.Busy,
    ImportRefused,
    KeyReused,
    EntryReused,
    TooLate,
    OutboundRefused,
    CarrierUnclear,
]
TITLES = {leaf.code: leaf.title for leaf in _LEAVES} | dict([*_HTTP.values(), _VALIDATION, _UNEXPECTED])
"""Every problem that this service gives, by code."""


class FieldError(BaseModel):
    """What is wrong with one field or parameter."""

    pointer: str = Field(description="where: a JSON pointer into the body, or the name of a parameter or header")
    detail: str


class Problem(BaseModel):
    """An error, as RFC 9457 has it, with what this service adds."""

    type: str = Field(examples=["/problems/out-of-stock"])
    title: str = Field(examples=["Not enough ribbons"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Chicago depot holds 20 of LIM-BLUE; 100 are needed."])
    instance: str = Field(examples=["/api/v1/shipments/12/pack"])
    request_id: str
    errors: list[FieldError] | None = None


def status_of(error: errors.DomainError) -> int:
    """The HTTP status of a domain error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def language_of(request: Request) -> Language:
    """The language of whoever sent the request: her own if we know who she is, else the one that her program asks for.

    Of somebody who asks for none of ours, the community's.
    """
    known: Language | None = getattr(request.state, "language", None)
    here: Settings = request.app.state.settings
    return known or preferred(", ".join(request.headers.getlist("Accept-Language"))) or here.language


def problem_body(request: Request, code: str, status: int, detail: Text, extras: dict[str, object]) -> str:
    """The JSON of a problem; each text in it is said in the reader's language."""
    language = language_of(request)

    def plain(value: object) -> str:
        if isinstance(value, Text):
            return value.say(language)
        return value.isoformat() if isinstance(value, date) else str(value)

    document = {
        **extras,
        "type": f"/problems/{code}",
        "title": TITLES[code],
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": request.state.request_id,
    }
    return json.dumps(document, ensure_ascii=False, default=plain)


def problem_headers(request: Request) -> dict[str, str]:
    """What goes with every problem: which language it is in, and that another reader may get it in another."""
    return {"Content-Language": language_of(request), "Vary": "Accept-Language"}


def domain_problem(request: Request, error: errors.DomainError) -> tuple[int, str]:
    """Status and JSON of a domain error."""
    extras = dict(error.extras)
    field = extras.pop("field", None)
    if field is not None:
        name = str(field)
        pointer = name if name == "If-Match" or name in request.query_params else f"#/{name}"
        extras["errors"] = [{"pointer": pointer, "detail": error.detail}, *_list(extras.get("errors"))]
    if status_of(error) == 409:
        CONFLICTS.labels(code=error.code).inc()
    return status_of(error), problem_body(request, error.code, status_of(error), error.detail, extras)


async def on_domain_error(request: Request, error: Exception) -> Response:
    """Renders a refusal."""
    assert isinstance(error, errors.DomainError)
    status, body = domain_problem(request, error)
    more = {
        401: {"WWW-Authenticate": "Bearer"},
        429: {"Retry-After": str(error.extras.get("retry_after", 60))},
        503: {"Retry-After": "2"},
    }.get(status, {})
    return Response(body, status, problem_headers(request) | more, MEDIA_TYPE)


async def on_validation_error(request: Request, error: Exception) -> Response:
    """Renders input that does not fit the schema; says where, and never what was sent."""
    assert isinstance(error, RequestValidationError)
    found = [(_pointer(each["loc"]), complaint(each)) for each in error.errors()[:100]]
    listed = [{"pointer": pointer, "detail": detail} for pointer, detail in found]
    pointer, detail = found[0]
    said = (
        verbatim("{pointer}: {detail}", pointer=pointer, detail=detail)
        if len(found) == 1
        else phrases("{n} field is not valid.", "{n} fields are not valid.", n=len(found))
    )
    body = problem_body(request, _VALIDATION[0], 422, said, {"errors": listed})
    return Response(body, 422, problem_headers(request), MEDIA_TYPE)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Renders what the framework itself refuses: an unknown address, a method, a body that is too large."""
    assert isinstance(error, HTTPException)
    code, title = _HTTP.get(error.status_code, _HTTP[400])
    here: Settings = request.app.state.settings
    detail = {
        400: phrase("The body of the request cannot be read. Send JSON in UTF-8, with its Content-Type."),
        413: phrase("A request has at most {bytes} bytes.", bytes=str(here.max_body_bytes)),
    }.get(error.status_code)
    asked = f"{request.method} {request.url.path}"
    detail = detail or verbatim("{title}: {asked}", title=title, asked=asked)
    body = problem_body(request, code, error.status_code, detail, {})
    return Response(body, error.status_code, problem_headers(request) | dict(error.headers or {}), MEDIA_TYPE)


async def on_unexpected_error(request: Request, _error: Exception) -> Response:
    """Says nothing but the request id; the log has the rest."""
    code, _ = _UNEXPECTED
    detail = phrase("This is our fault, not yours. Please tell us the request id.")
    headers = problem_headers(request) | {"X-Request-ID": request.state.request_id}
    return Response(problem_body(request, code, 500, detail, {}), 500, headers, MEDIA_TYPE)


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _pointer(location: Sequence[str | int]) -> str:
    part, *path = location
    if part == "body" and (not path or (len(path) == 1 and isinstance(path[0], int))):
        return "#"  # the whole body; a number alone is where its JSON breaks off
    if part == "body":
        return "#/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return str(path[0]) if path else str(part)
