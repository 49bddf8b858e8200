"""What a power cut could take: each connection to SQLite waits for the disk, and an answer is sent after that.

No test here cuts the power. The first looks at how each kind of connection is set, the second at what a server asks of
the system, in which order.
"""

import re
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.maintenance.backup import backup, restore
from app.maintenance.daily_backups import back_up_daily
from tests.support.calling import LOOPBACK
from tests.support.serve import champions_serve
from tests.support.shell import Shell
from tests.support.world import World, build_world

pytestmark = pytest.mark.only_on("sqlite")

FULL = 2
"""``PRAGMA synchronous``: each commit waits until the disk has it."""


def test_every_kind_of_connection_waits_for_the_disk(
    database_url: str, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: Counter[tuple[str, int]] = Counter()
    doing = ["app"]

    class Noting(sqlite3.Connection):
        """Says how it was set when it is closed."""

        def close(self) -> None:
            found[doing[0], self.execute("PRAGMA synchronous").fetchone()[0]] += 1
            super().close()

    real = sqlite3.connect

    def connect(*args: Any, **named: Any) -> sqlite3.Connection:
        made: sqlite3.Connection = real(*args, **{**named, "factory": Noting})
        return made

    monkeypatch.setattr(sqlite3, "connect", connect)
    monkeypatch.setattr("sqlite3.dbapi2.connect", connect)
    with build_world(database_url, tidy_minutes=60) as world:  # a new pool
        world.coordinator.post("/stock/moves", _move(world), status=201)
        here = world.client.app.state.settings  # type: ignore[attr-defined]  # it is FastAPI
    works: dict[str, Callable[[], object]] = {
        "shell": lambda: shell("stock", "verify"),
        "tidy": lambda: shell("tidy"),
        "migrate": lambda: shell("migrate"),
        "backup": lambda: backup(database_url, tmp_path / "saved"),
        "daily": lambda: back_up_daily(here),
        "restore": lambda: restore(database_url, tmp_path / "saved"),
    }
    for doing[0], work in works.items():
        work()
    assert {kind for kind, _ in found} == {"app", "shell", "tidy", "migrate", "backup", "daily", "restore"}
    assert {level for _, level in found} == {FULL}, found


def _move(world: World) -> dict[str, int]:
    return {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}


def _synced_before(trace: str, status: int) -> list[bool]:
    """For each answer with this status: whether the write-ahead log was synced since the answer before it."""
    found, synced, waiting = [], False, set[str]()
    for line in trace.splitlines():
        thread, _, call = line.partition(" ")
        if re.match(r"\s*f(data)?sync\(\d+<[^>]*-wal>", call):
            waiting.add(thread)
        if thread in waiting and re.search(r"f(data)?sync.*\)\s+= 0$", call):  # at once, or when it is resumed
            waiting.discard(thread)
            synced = True
        answer = re.search(r'"HTTP/1\.1 (\d{3}) ', call)
        if answer:
            if int(answer[1]) == status:
                found.append(synced)
            synced = False
    return found


def _can_trace() -> str | None:
    """Why nothing can be traced here; None where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed: whether the log is synced before an answer was NOT looked at"
    tried = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False)
    return "this system lets nobody trace: whether the log is synced was NOT looked at" if tried.returncode else None


def test_the_write_ahead_log_is_synced_before_the_answer_is_sent(
    world: World, database_url: str, tmp_path: Path
) -> None:
    why_not = _can_trace()
    if why_not is not None:
        pytest.skip(why_not)
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,write,writev,sendto,sendmsg"
    # Detached, so that the server itself is our child and hears our signals.
    strace = [
        "strace",
        "--daemonize",
        "--follow-forks",
        "--seccomp-bpf",
        "--decode-fds=path",
        f"--output={trace}",
        "-e",
        calls,
        "-e",
        "signal=none",
    ]
    with (
        champions_serve(database_url, tmp_path, under=strace) as server,
        httpx.Client(base_url=f"{server.url}/api/v1", timeout=60, **LOOPBACK) as client,
    ):
        headers = {"Authorization": f"Bearer {world.coordinator.token}"}
        for _ in range(5):
            assert client.post("/stock/moves", json=_move(world), headers=headers).status_code == 201
            assert client.get("/stock/levels", headers=headers).status_code == 200
    told = trace.read_text("utf-8", "replace")
    assert _synced_before(told, 201) == [True] * 5
    # What only reads syncs nothing, which shows that this can be told apart.
    assert _synced_before(told, 200) == [False] * 5
