"""Errors become problem documents (RFC 9457), in this one place and in the reader's language."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.core import errors
from app.core.config import Settings
from app.core.language import Text, phrase, phrases, verbatim
from app.core.observe import CONFLICTS
from app.core.validation import complaint
from app.serving.readers import language_of
from app.serving.refusals import HTTP, TITLES, UNEXPECTED, VALIDATION, WITHOUT_DATABASE, headers_of, status_of

MEDIA_TYPE = "application/problem+json"


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


async def _problem(
    request: Request,
    code: str,
    status: int,
    detail: Text,
    extras: Mapping[str, object] = MappingProxyType({}),
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The problem document, in which each text is said in the reader's language."""
    # Where the database does not answer, nobody waits a second time to be told so.
    language = await language_of(request, database=code not in WITHOUT_DATABASE)

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
    spoken = {"Content-Language": language, "Vary": "Accept-Language"}
    body = json.dumps(document, ensure_ascii=False, default=plain)
    return Response(body, status, {**spoken, **headers}, MEDIA_TYPE)


async def on_domain_error(request: Request, error: Exception) -> Response:
    """Renders a refusal."""
    assert isinstance(error, errors.DomainError)
    status, extras = status_of(error), dict(error.extras)
    field = extras.pop("field", None)
    if field is not None:
        name = str(field)
        pointer = name if name == "If-Match" or name in request.query_params else f"#/{name}"
        extras["errors"] = [{"pointer": pointer, "detail": error.detail}, *_list(extras.get("errors"))]
    if status == 409:
        CONFLICTS.labels(code=error.code).inc()
    return await _problem(request, error.code, status, error.detail, extras, headers_of(error))


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
    return await _problem(request, VALIDATION[0], 422, said, {"errors": listed})


async def on_http_error(request: Request, error: Exception) -> Response:
    """Renders what the framework itself refuses: an unknown address, a method, a body that is too large."""
    assert isinstance(error, HTTPException)
    code, title = HTTP.get(error.status_code, HTTP[400])
    here: Settings = request.app.state.settings
    detail = {
        400: phrase("The body of the request cannot be read. Send JSON in UTF-8, with its Content-Type."),
        413: phrase("A request has at most {bytes} bytes.", bytes=str(here.max_body_bytes)),
    }.get(error.status_code)
    asked = f"{request.method} {request.url.path}"
    detail = detail or verbatim("{title}: {asked}", title=title, asked=asked)
    return await _problem(request, code, error.status_code, detail, headers=error.headers or {})


async def on_unexpected_error(request: Request, _error: Exception) -> Response:
    """Says nothing but the request id; the log has the rest."""
    detail = phrase("This is our fault, not yours. Please tell us the request id.")
    return await _problem(request, UNEXPECTED[0], 500, detail, headers={"X-Request-ID": request.state.request_id})


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _pointer(location: Sequence[str | int]) -> str:
    part, *path = location
    if part == "body" and (not path or (len(path) == 1 and isinstance(path[0], int))):
        return "#"  # the whole body; a number alone is where its JSON breaks off
    if part == "body":
        return "#/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return str(path[0]) if path else str(part)
