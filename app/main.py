"""The composition root: puts settings, database, routes and error rendering together."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException

from app.api import claims, conferences, coverage, members, pages, people, problems, purchasing, shipments, stock
from app.config import Settings, settings
from app.db import Database
from app.errors import DomainError
from app.middleware import BodyLimit, RequestId
from app.migrations import is_current
from app.people.policy import ALLOWED, Permission, Role

_ROUTERS = (conferences, claims, shipments, purchasing, stock, members, people, coverage)

_DESCRIPTION = """Ribbons that say {hashtag}, for a community that meets at conferences: champions claim conferences,
get ribbons, hand them out and record who they met; coordinators deputize, order, pack, ship, print, and quote figures.

Send your token as `Authorization: Bearer …`. Errors are problem documents (RFC 9457). Lists come in pages: follow
`next`. A POST may carry an `Idempotency-Key`; an edit needs the `If-Match` of what you read."""


def create_app(here: Settings | None = None) -> FastAPI:
    """The application, for the settings given or for those of the environment."""
    here = here or settings()
    app = FastAPIOffline(
        title=f"Conference Champions of {here.community_name}",
        version=version("conference-champions"),
        description=_DESCRIPTION.format(hashtag=here.hashtag),
        license_info={"name": "MIT", "identifier": "MIT"},
        lifespan=_lifespan,
    )
    app.state.settings = here
    app.state.database = Database(here.sqlalchemy_url, pool_size=here.threads + 1)
    app.add_middleware(BodyLimit, limit=here.max_body_bytes)
    app.add_middleware(RequestId)
    app.add_exception_handler(DomainError, problems.on_domain_error)
    app.add_exception_handler(RequestValidationError, problems.on_validation_error)
    app.add_exception_handler(HTTPException, problems.on_http_error)
    app.add_exception_handler(Exception, problems.on_unexpected_error)
    for module in _ROUTERS:
        app.include_router(module.router, prefix="/api/v1")
    app.include_router(pages.router)
    app.add_api_route("/healthz", healthz, include_in_schema=False)
    app.add_api_route("/readyz", readyz, include_in_schema=False)
    _complete_openapi(app)
    return app


async def healthz() -> JSONResponse:
    """Whether the process is alive."""
    return JSONResponse({"status": "ok"})


def readyz(request: Request) -> JSONResponse:
    """Whether requests can be served: the database answers, and its schema is the one of this release."""
    with request.app.state.database.reading() as session:
        current = is_current(session)
    return JSONResponse({"status": "ready" if current else "migrate first"}, 200 if current else 503)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    # Each thread more is one more that waits for the same interpreter; see docs/architecture.md.
    anyio.to_thread.current_default_thread_limiter().total_tokens = app.state.settings.threads
    yield
    app.state.database.dispose()


def _complete_openapi(app: FastAPI) -> None:
    """Adds to the OpenAPI document the schema of problems, to which all routes refer, and an example of each answer."""
    make = app.openapi
    examples = json.loads(files("app.api").joinpath("examples.json").read_text("utf-8"))

    def openapi() -> dict[str, Any]:
        document = make()
        schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        for operations in document["paths"].values():
            for operation in operations.values():
                _complete_operation(operation)
        for name, example in examples.items():
            schemas[name]["examples"] = [example]
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


def _complete_operation(operation: dict[str, Any]) -> None:
    """Says what each parameter is for, and that whoever may be anyone needs no token."""
    for parameter in operation.get("parameters", []):
        name = parameter["name"]
        what = name.removesuffix("_id").replace("_", " ")
        if parameter["in"] == "path":
            parameter.setdefault("description", f"the `id` of the {what}")
        else:
            parameter.setdefault("description", f"only those of this {what}")
    if Role.ANYONE in ALLOWED[Permission(operation["x-permission"])]:
        operation["security"] = [{}, {"HTTPBearer": []}]


def app_from_environment() -> FastAPI:
    """What uvicorn starts in each worker."""
    os.umask(0o077)  # the database holds addresses: nobody else on this machine reads it
    return create_app()
