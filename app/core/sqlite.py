"""What SQLite needs to be told that PostgreSQL knows by itself: to begin, to stop in time, and who writes next."""

import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from app.core.errors import Busy
from app.core.language import phrase

STATEMENT_SECONDS = 30
"""A statement that runs longer is a defect, and is stopped, as on PostgreSQL; but for one of a connection with the
execution option ``takes_its_time``, as a migration has it."""

LINE_SECONDS = 10
"""How long somebody waits for their turn to write."""

TOO_MUCH = phrase("Too much is going on right now. Nothing was written; please try again in a moment.")
"""What is said to whoever has waited for too long."""

_STEPS = 200_000
"""After so many steps of its machine, some milliseconds, SQLite asks whether it is to go on."""


@dataclass
class Line:
    """One writer at a time, in the order in which they come.

    SQLite has one writer at a time anyhow; but who waits for it looks again after ever longer pauses, and is passed by
    whoever comes at the right moment (measured: one in a hundred waited for 1.7 s among sixteen). Writers of other
    processes are still waited for in that way.
    """

    _lock: Lock = field(default_factory=Lock)
    _waiting: deque[Event] = field(default_factory=deque)
    _taken: bool = False

    @contextmanager
    def turn(self, seconds: float = LINE_SECONDS) -> Iterator[None]:
        """Waits for its turn, which lasts until the block ends. Raises :class:`Busy` after so many seconds."""
        self._wait(seconds)
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().set()
                else:
                    self._taken = False

    def _wait(self, seconds: float) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise Busy(TOO_MUCH)
        # It became our turn in the very moment in which we gave up.


def sqlite_engine(url: str, *, pool_size: int, pool_seconds: int) -> Engine:
    """An engine on a file, or on a database in memory."""
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=pool_seconds)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _start_the_clock)
    return engine


def _prepare(connection: DBAPIConnection, record: Any) -> None:
    # The driver's own idea of when to BEGIN loses updates; we say it ourselves in _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # else INSERT OR REPLACE would get past the triggers that guard the ledger
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    if isinstance(connection, sqlite3.Connection):
        until = record.info["until"] = [float("inf")]
        connection.set_progress_handler(lambda: time.monotonic() > until[0], _STEPS)


def _start_the_clock(connection: Any, *_: Any) -> None:
    unlimited = connection.get_execution_options().get("takes_its_time")
    connection.info["until"][0] = float("inf") if unlimited else time.monotonic() + STATEMENT_SECONDS


def _begin(connection: Any) -> None:
    if connection.get_execution_options().get("read_only"):
        # Straight to the driver: nothing is locked yet. The clock still shows the time of its last statement.
        _start_the_clock(connection)
        connection.connection.execute("BEGIN")
    else:
        # A writer that begins as a reader cannot wait for another writer; it would fail at its first write.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
