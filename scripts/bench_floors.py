"""The two floors of ``scripts/bench api``: what answers the same statements, and does nothing else.

*fast* is bare Starlette: the statements that the real route has sent are sent again through the driver alone, and the
rows of the largest answer become JSON by pydantic's serializer in Rust. *framework* is the same inside a route of
FastAPI with one dependency. Each is a process of its own: ``bench_floors.py KIND PLAN PORT``.
"""

import hashlib
import itertools
import pickle
import secrets
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import anyio.to_thread
import psycopg
import uvicorn
from fastapi import Depends, FastAPI
from pydantic_core import to_json
from sqlalchemy import make_url
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

THREADS = 4
"""As many as the service has for answers."""

PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


@dataclass(frozen=True)
class Replay:
    """What one real request has sent to the database, to be sent again.

    ``varying`` says of values that occur in it what stands in their place the first, the second, … time.
    """

    statements: Sequence[tuple[str, Any]]
    writes: bool
    status: int
    varying: Mapping[Any, Sequence[Any]] = field(default_factory=dict)
    key: str = ""
    """The hash of an Idempotency-Key among the values; each time it is another one."""
    seeds: Sequence[str] = ()
    """Values that were drawn by lot, and may be there once."""
    saved: bytes = b""
    """What is sent as it is, instead of what the statements give."""


@dataclass(frozen=True)
class Plan:
    """Everything that the floors are to do, by the name of the work."""

    database_url: str
    works: Mapping[str, Replay]


class _Databases(threading.local):
    """A connection of each thread's own."""

    sqlite: sqlite3.Connection | None = None
    postgresql: psycopg.Connection[Any] | None = None


class Floor:
    """Does what is planned. The floors share a database: each takes the turns that the other one leaves out."""

    def __init__(self, plan: Plan, turn: int) -> None:
        self.plan = plan
        self._own = _Databases()
        self._turns: dict[str, Iterator[int]] = {name: itertools.count(turn, len(FLOORS)) for name in plan.works}
        url = make_url(plan.database_url)
        self._place = str(url.database) if url.drivername.startswith("sqlite") else ""
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def answer(self, name: str) -> Response:
        """Sends the statements of one request, and what they gave as JSON."""
        replay = self.plan.works[name]
        values = self._values(replay, next(self._turns[name]))
        found = self._sqlite(replay, values) if self._place else self._postgresql(replay, values)
        return Response(replay.saved or to_json(found), replay.status, media_type="application/json")

    def _values(self, replay: Replay, turn: int) -> Callable[[Any], Any]:
        if not replay.writes:
            return lambda given: given
        new = {old: many[turn % len(many)] for old, many in replay.varying.items()}
        new |= {seed: secrets.token_hex(16) for seed in replay.seeds}
        if replay.key:
            new[replay.key] = hashlib.sha256(str(turn).encode()).hexdigest()

        def changed(given: Any) -> Any:
            if isinstance(given, dict):
                return {name: new.get(value, value) for name, value in given.items()}
            return tuple(new.get(value, value) for value in given)

        return changed

    def _sqlite(self, replay: Replay, values: Callable[[Any], Any]) -> list[dict[str, Any]]:
        database = self._own.sqlite
        if database is None:
            database = self._own.sqlite = sqlite3.connect(self._place, isolation_level=None)
            for pragma in PRAGMAS:
                database.execute(f"PRAGMA {pragma}")
        largest: list[Any] = []
        try:
            for statement, given in replay.statements:
                cursor = database.execute(statement, values(given))
                largest = _larger(largest, cursor) if cursor.description else largest
            if replay.writes:
                database.execute("COMMIT")
        finally:
            if database.in_transaction:
                database.execute("ROLLBACK")
        return largest

    def _postgresql(self, replay: Replay, values: Callable[[Any], Any]) -> list[dict[str, Any]]:
        database = self._own.postgresql
        if database is None:
            database = self._own.postgresql = psycopg.connect(self._address, autocommit=True)
        largest: list[Any] = []
        database.autocommit = not replay.writes
        try:
            for statement, given in replay.statements:
                cursor = database.execute(statement.encode(), values(given))
                largest = _larger(largest, cursor) if cursor.description else largest
            database.commit()
        finally:
            database.rollback()
        return largest


def _larger(largest: list[Any], cursor: Any) -> list[Any]:
    rows = cursor.fetchall()
    if len(rows) < max(1, len(largest)):
        return largest
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _narrow() -> None:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS


def fast(floor: Floor) -> Any:
    """Bare Starlette."""

    async def answer(request: Request) -> Response:
        await request.body()
        _narrow()
        return await anyio.to_thread.run_sync(floor.answer, request.path_params["name"])

    return Starlette(routes=[Route("/{name}", answer, methods=["GET", "POST"])])


def framework(floor: Floor) -> Any:
    """FastAPI, and one dependency."""
    app = FastAPI()

    async def given(request: Request) -> Floor:
        await request.body()
        _narrow()
        return floor

    def answer(name: str, floor: Annotated[Floor, Depends(given)]) -> Response:
        return floor.answer(name)

    app.api_route("/{name}", methods=["GET", "POST"])(answer)
    return app


FLOORS: dict[str, Callable[[Floor], Any]] = {"fast": fast, "framework": framework}


def main(kind: str, plan: str, port: str) -> None:
    """Serves a floor until it is ended."""
    made = pickle.loads(Path(plan).read_bytes())  # noqa: S301 (made by the benchmark that starts this)
    floor = Floor(made, list(FLOORS).index(kind))
    uvicorn.run(
        FLOORS[kind](floor), host="127.0.0.1", port=int(port), http="httptools", access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    # What was pickled knows these classes by the name of the module, which is another one when it is run.
    sys.modules["scripts.bench_floors"] = sys.modules["__main__"]
    main(*sys.argv[1:])
