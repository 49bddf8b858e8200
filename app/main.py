"""The composition root: puts settings, database, routes and error rendering together."""

import asyncio
import gc
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi_offline import FastAPIOffline
from sqlmodel import Session
from starlette.exceptions import HTTPException

from app.acts.afterwards import Afterwards, Lane, Lanes
from app.acts.application import Service
from app.acts.kept import Kept
from app.acts.policy import ALLOWED, ANYONE, Actor, Permission, Role
from app.api import problems
from app.api.parts import PARTS
from app.api.routes import api
from app.community.rules import check_environment, rules_of
from app.core.config import Settings, settings, strangers
from app.core.db import Database
from app.core.errors import DomainError, Unauthenticated
from app.core.keys import server_key
from app.core.language import phrase
from app.core.observe import configure_logs, log
from app.letters.by_date import ask_for_letters_of_days
from app.letters.sending import post
from app.maintenance.daily_backups import back_up_daily
from app.maintenance.tidy import tidy
from app.meetups.one_server import has_doubles, unite_servers
from app.members.service import authenticate_member
from app.members.sessions import authenticate_member_session
from app.people.access import authenticate
from app.people.secrets import API_TOKEN, BROWSER_SESSION, MEMBER_LINK, MEMBER_SESSION
from app.people.sessions import authenticate_session, note_seen
from app.serving.health import watch
from app.serving.middleware import BodyLimit, Observed
from app.serving.papers import ADMITTED_SECONDS
from app.serving.process import drain_before_exit, end_with_supervisor
from app.web.errors import by_medium
from app.web.routes import pages

LAST_WORK_SECONDS = 20
"""How long a server that stops waits for letters and print jobs."""

_LOOK_FOR_BACKUP_SECONDS = 300
"""How often a server looks whether today's backup is there."""

_LOOK_AT_DAY_SECONDS = 600
"""How often a server looks whether the day brings letters."""

_DESCRIPTION = """Badge ribbons that say {hashtag}, for a community that meets at conferences: champions claim
conferences, get ribbons, hand them out and record who they met; coordinators accept claims, order, pack, ship, print,
and quote figures.

Send your token as `Authorization: Bearer …`. Errors are problem documents (RFC 9457). Lists come in pages: follow
`next`. A POST may carry an `Idempotency-Key`, unless it answers with a file or a secret; an edit needs the `If-Match`
of what you read."""


def create_app(here: Settings) -> FastAPI:
    """The application for these settings, which are all that it goes by: another may stand beside it in one process."""
    app = FastAPIOffline(
        title="Conference Champions",
        version=version("conference-champions"),
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_tags=[{"name": name, "description": what} for name, what in PARTS.items()],
        lifespan=_lifespan,
        redirect_slashes=False,  # to an address made from a Host header that anybody may invent
    )
    app.state.settings = here
    app.state.lanes = Lanes(answers=here.threads, one_writer=here.sqlalchemy_url.startswith("sqlite"))
    app.state.admitted = Kept(ADMITTED_SECONDS, most=1_000)
    app.state.afterwards = Afterwards(app.state.lanes, letter_seconds=here.letter_seconds)
    app.state.database = Database(here.sqlalchemy_url, pool_size=here.threads + 1)
    app.state.service = Service(
        app.state.database,
        here,
        identify,
        rules=partial(rules_of, here=here),
        key=cache(partial(server_key, here)),
        seen=note_seen,
        post=partial(post, urgent=True),
        kept=Kept(here.figures_seconds),
    )
    app.add_middleware(BodyLimit, limit=here.max_body_bytes)
    app.add_middleware(Observed)
    app.add_exception_handler(DomainError, by_medium(problems.on_domain_error))
    app.add_exception_handler(RequestValidationError, by_medium(problems.on_validation_error))
    app.add_exception_handler(HTTPException, by_medium(problems.on_http_error))
    app.add_exception_handler(Exception, by_medium(problems.on_unexpected_error))
    api.install(app)
    pages.install(app)
    watch(app)
    _complete_openapi(app)
    return app


def identify(session: Session, credential: str | None) -> Actor:
    """Who shows this credential. Raises :class:`Unauthenticated` for one that is unknown, expired or revoked."""
    if credential is None:
        return ANYONE
    if credential.startswith(API_TOKEN):
        return authenticate(session, token=credential)
    if credential.startswith(MEMBER_LINK):
        return authenticate_member(session, token=credential)
    if credential.startswith(MEMBER_SESSION):
        return authenticate_member_session(session, secret=credential)
    if credential.startswith(BROWSER_SESSION):
        return authenticate_session(session, secret=credential)
    raise Unauthenticated(phrase("This is neither an API token nor a member's link."))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    here: Settings = app.state.settings
    drain_before_exit(here.drain_seconds)
    rules = await anyio.to_thread.run_sync(app.state.service.appearance)
    app.title = f"Conference Champions of {rules.community_name}"
    app.description = _DESCRIPTION.format(hashtag=rules.hashtag)
    app.servers = [{"url": rules.public_url}]
    app.contact = {"name": rules.community_name, **({"email": rules.contact_email} if rules.contact_email else {})}
    await anyio.to_thread.run_sync(_unite_servers, app.state.service)
    chores = (
        (here.tidy_minutes * 60, _tidy),
        (_LOOK_FOR_BACKUP_SECONDS, _back_up),
        (_LOOK_AT_DAY_SECONDS, _ask_for_letters),
    )
    later = [asyncio.create_task(_now_and_then(pause, chore, app.state.service)) for pause, chore in chores]
    stopping = asyncio.Event()
    posts = [asyncio.create_task(_post_now_and_then(app, stopping, urgent=urgent)) for urgent in (True, False)]
    yield
    stopping.set()
    for task in later:
        task.cancel()
    await app.state.afterwards.settle(LAST_WORK_SECONDS)
    await asyncio.wait(posts, timeout=LAST_WORK_SECONDS)
    app.state.database.dispose()


async def _now_and_then(seconds: float, chore: Callable[[Service], None], service: Service) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await anyio.to_thread.run_sync(chore, service)
        except Exception:  # noqa: BLE001 (whatever went wrong now, the next time may do)
            log.exception("a chore failed", name=chore.__name__)


async def _post_now_and_then(app: FastAPI, stopping: asyncio.Event, *, urgent: bool) -> None:
    """Sends letters that are due until the server stops; it ends between two of them."""
    work = partial(post, app.state.service, urgent=urgent, go_on=lambda: not stopping.is_set())
    while not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), app.state.settings.post_seconds)
        try:
            await anyio.to_thread.run_sync(work, limiter=app.state.lanes.limiter(Lane.LETTERS))
        except Exception:  # noqa: BLE001 (whatever went wrong now, the next time may do)
            log.exception("letters were not sent")


def _unite_servers(service: Service) -> None:
    """What was kept before ``www.`` was read as nothing; there is nothing to do from the second start on."""
    try:
        with service.database.reading() as session:
            if not has_doubles(session):
                return
        done = service.database.run(lambda session: unite_servers(session, key=service.key()))
        log.info("accounts united", accounts=done)
    except Exception:  # noqa: BLE001 (the server starts also while its database is away, and the next start may do)
        log.exception("accounts were not united")


def _tidy(service: Service) -> None:
    tidied = service.database.run(lambda session: tidy(session, rules=service.rules(session)))
    log.info("tidied", **asdict(tidied))


def _ask_for_letters(service: Service) -> None:
    service.database.run(lambda session: ask_for_letters_of_days(session, rules=service.rules(session)))


def _back_up(service: Service) -> None:
    made = back_up_daily(service.settings)
    if made is not None:
        log.info("backed up", file=made.name)


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
    here = settings()
    configure_logs(here.log_level)
    check_environment(here)
    end_with_supervisor()
    for name in strangers(os.environ):
        log.warning("a variable that is none of our settings", name=name)
    app = create_app(here)
    gc.freeze()  # all this stays: nobody need look through it for garbage while requests wait
    return app
