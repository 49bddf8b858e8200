"""Routes for those who watch the service: is it alive, is it ready, and its counters."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from hmac import compare_digest
from ipaddress import ip_address, ip_network
from threading import Lock
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col
from starlette.exceptions import HTTPException

from app.claims.models import Claim
from app.core.config import Settings
from app.core.db import Database, columns
from app.core.errors import Unavailable
from app.maintenance.migrations import is_current
from app.serving.process import draining
from app.stock.models import Move

_INSIDE = [
    ip_network(net) for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
]
"""This machine, and the networks that no router outside passes on."""

_FORWARDED = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}
"""What a proxy adds: whoever asks through one may be anybody."""


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
        return _of_this_release(request)
    except (Unavailable, DBAPIError):
        return JSONResponse({"status": "the database does not answer"}, 503)


def replica_readyz(request: Request) -> JSONResponse:
    """Whether requests should rather go to another replica: this one is stopping, or of another release.

    A database that is away or full is no reason: it is so for every replica, and each can say what that means.
    """
    if draining.is_set():
        return JSONResponse({"status": "stopping"}, 503)
    try:
        return _of_this_release(request)
    except (Unavailable, DBAPIError):
        return JSONResponse({"status": "ready"})


def _of_this_release(request: Request) -> JSONResponse:
    with request.app.state.database.reading() as session:
        current = is_current(session)
    return JSONResponse({"status": "ready" if current else "migrate first"}, 200 if current else 503)


_MAY_COME_LATER = 10_000
"""So many moves at the end of the ledger are counted at each scrape: PostgreSQL does not commit them in the order of
their ids."""


class _Books(Collector):
    """Claims by status and moves by reason, counted in the database: the same whichever process is asked.

    The ledger only grows, so what was counted once is not counted again.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.counted_to = 0
        self._counted: Counter[str] = Counter()
        self._lock = Lock()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        claims = GaugeMetricFamily("champions_claims", "Claims by status", labels=["status"])
        moves = GaugeMetricFamily("champions_moves", "Moves of the ledger by reason", labels=["reason"])
        with self.database.reading() as session:
            by_status = select(col(Claim.status), func.count()).group_by(col(Claim.status))
            for name, number in columns(session, by_status):
                claims.add_metric([name], number)
            for name, number in self._moves(session).items():
                moves.add_metric([name], number)
        return [claims, moves]

    def _moves(self, session: Session) -> Counter[str]:
        newest = columns(session, select(func.max(col(Move.id)))).scalar() or 0
        with self._lock:
            if newest - self.counted_to > 2 * _MAY_COME_LATER:
                until = newest - _MAY_COME_LATER
                self._counted += _by_reason(session, after=self.counted_to, until=until)
                self.counted_to = until
            return self._counted + _by_reason(session, after=self.counted_to, until=None)


def _by_reason(session: Session, *, after: int, until: int | None) -> Counter[str]:
    """How many moves there are of each reason between two ids."""
    statement = select(col(Move.reason), func.count()).where(col(Move.id) > after).group_by(col(Move.reason))
    if until is not None:
        statement = statement.where(col(Move.id) <= until)
    return Counter(dict(columns(session, statement).all()))


def metrics(request: Request) -> Response:
    """Counters of requests, retries and conflicts, and the state of the books, as Prometheus reads them.

    For whoever runs the service; to everybody else there is no such address.
    """
    if not _may_watch(request):
        raise HTTPException(404)
    processes: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        processes = CollectorRegistry()
        MultiProcessCollector(processes)  # type: ignore[no-untyped-call]  # the library does not say
    books = CollectorRegistry()
    books.register(request.app.state.books)
    return Response(generate_latest(processes) + generate_latest(books), media_type=CONTENT_TYPE_LATEST)


def _may_watch(request: Request) -> bool:
    """Whether this one shows the token, if there is one; else whether they ask from inside, without a proxy."""
    here: Settings = request.app.state.settings
    if token := here.metrics_token.get_secret_value():
        shown = request.headers.get("authorization", "")
        return compare_digest(shown.encode(), f"Bearer {token}".encode())
    if request.client is None or not _FORWARDED.isdisjoint(request.headers):
        return False
    try:
        peer = ip_address(request.client.host)
    except ValueError:
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return any(peer in network for network in _INSIDE)


def watch(app: FastAPI) -> None:
    """Lets an application be watched."""
    app.state.books = _Books(app.state.database)
    answers: dict[str, Callable[..., Any]] = {
        "/healthz": healthz,
        "/readyz": readyz,
        "/readyz/replica": replica_readyz,
        "/metrics": metrics,
    }
    for path, answer in answers.items():
        app.add_api_route(path, answer, include_in_schema=False, response_model=None)
