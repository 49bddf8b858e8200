"""Routes for those who watch the service: is it alive, is it ready, and its counters."""

import os
from collections.abc import Iterable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from prometheus_fastapi_instrumentator import Instrumentator
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from app.claims.models import Claim
from app.core.db import Database, columns
from app.core.errors import Unavailable
from app.maintenance.migrations import is_current
from app.serving.process import draining
from app.stock.models import Move


async def healthz() -> JSONResponse:
    """Whether the process is alive."""
    return JSONResponse({"status": "ok"})


def readyz(request: Request) -> JSONResponse:
    """Whether requests should come here: not stopping, the database answers, has room, and is of this release."""
    if draining.is_set():
        return JSONResponse({"status": "stopping"}, 503)
    if not request.app.state.database.has_room:
        return JSONResponse({"status": "the database has no room left"}, 503)
    try:
        with request.app.state.database.reading() as session:
            current = is_current(session)
    except (Unavailable, DBAPIError):
        return JSONResponse({"status": "the database does not answer"}, 503)
    return JSONResponse({"status": "ready" if current else "migrate first"}, 200 if current else 503)


class _Books(Collector):
    """Claims by status and moves by reason, counted in the database: the same whichever process is asked."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def collect(self) -> Iterable[GaugeMetricFamily]:
        claims = GaugeMetricFamily("champions_claims", "Claims by status", labels=["status"])
        moves = GaugeMetricFamily("champions_moves", "Moves of the ledger by reason", labels=["reason"])
        with self.database.reading() as session:
            for gauge, column in ((claims, col(Claim.status)), (moves, col(Move.reason))):
                for name, number in columns(session, select(column, func.count()).group_by(column)):
                    gauge.add_metric([name], number)
        return [claims, moves]


def metrics(request: Request) -> Response:
    """Counters of requests, retries and conflicts, and the state of the books, as Prometheus reads them."""
    processes: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        processes = CollectorRegistry()
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]  # the library does not say
    books = CollectorRegistry()
    books.register(_Books(request.app.state.database))
    return Response(generate_latest(processes) + generate_latest(books), media_type=CONTENT_TYPE_LATEST)


def watch(app: FastAPI) -> None:
    """Lets an application be watched, and counts and times the requests of each route."""
    for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", metrics)):
        app.add_api_route(path, answer, include_in_schema=False, response_model=None)
    # What is done after the answer counts, too: for a sign-in link it would tell whether the e-mail address is known.
    Instrumentator(excluded_handlers=["/metrics", "/healthz", "/readyz", "/sign-in-links"]).instrument(app)
