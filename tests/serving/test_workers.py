"""Several processes behind one port: they start however busy the machine is, and none outlives the others' end."""

import os
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import httpx
import pytest

from tests.support.calling import LOOPBACK
from tests.support.serve import Served, champions_serve

pytestmark = pytest.mark.on_one_engine("the process is the same whichever database it has")

HEAVY = {"alembic", "pydantic", "reportlab", "sqlalchemy", "typer", "uvicorn"}
"""What takes seconds to import on a busy machine."""


def _imported(module: str) -> set[str]:
    """What of :data:`HEAVY` a new process has imported with this module."""
    printing = f"import sys, {module}; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", printing], check=True, capture_output=True, text=True).stdout
    return HEAVY & set(found.split())


def test_a_worker_can_say_that_it_is_alive_before_it_imports_the_application() -> None:
    (champions,) = entry_points(group="console_scripts", name="champions")
    # A spawned process imports the module of its command before anything else.
    assert _imported(champions.module) == set()
    assert _imported("app.shell.commands") == HEAVY - {"alembic"}  # which only a migration needs


def _workers(server: Served) -> list[int]:
    """The processes that its supervisor has started and that serve."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _answers(server: Served) -> bool:
    try:
        return httpx.get(f"{server.url}/readyz", timeout=60, **LOOPBACK).status_code == 200
    except httpx.TransportError:
        return False


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc for the children of a process")
def test_a_worker_that_dies_is_replaced_and_all_end_with_their_supervisor(database_url: str, tmp_path: Path) -> None:
    with champions_serve(database_url, tmp_path, workers=2) as server:
        while not _answers(server):  # the supervisor names the port before a worker listens on it
            time.sleep(0.05)
        first = _workers(server)
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        while len(now := _workers(server)) < 2 or first[0] in now:
            time.sleep(0.05)
        deadline = time.monotonic() + 30  # what it says comes by a pipe, which another thread reads
        while not any(f"Child process [{first[0]}] died" in line for line in server.lines):
            assert time.monotonic() < deadline, server.lines
            time.sleep(0.05)
        server.process.kill()
        server.process.wait()
        deadline = time.monotonic() + 60
        while any(map(_is_there, now)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(_is_there, now))
        assert not _answers(server)
