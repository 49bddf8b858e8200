"""The real app behind real servers: processes of their own, reached over HTTP."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO

import httpx

from app.core.config import PROJECT

SECONDS_TO_START = 60
SECONDS_TO_STOP = 30


@contextmanager
def running_servers(
    database_url: str, *, replicas: int = 1, threads: int = 4, app: str = "app.main:app_from_environment"
) -> Iterator[list[str]]:
    """Starts so many uvicorn processes on one database, waits until each is ready, and gives their addresses.

    ``app`` names the factory of the app, which must answer on /readyz. All processes are stopped when the block ends.
    Raises :class:`RuntimeError`, with what the process wrote, for one that does not start.
    """
    with ExitStack() as stack:
        servers = [stack.enter_context(_started(database_url, threads, app)) for _ in range(replicas)]
        for server in servers:
            server.wait_until_ready()
        yield [server.url for server in servers]


@dataclass(frozen=True)
class _Server:
    url: str
    process: subprocess.Popen[bytes]
    log: IO[str]

    def wait_until_ready(self) -> None:
        try:
            answer = httpx.get(f"{self.url}/readyz", timeout=SECONDS_TO_START)
        except httpx.HTTPError as error:
            self.stop()
            self.log.seek(0)
            raise RuntimeError(f"the server did not start ({error!r}): {self.log.read()}") from error
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"the server is not ready: {answer.text}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def _started(database_url: str, threads: int, app: str) -> Iterator[_Server]:
    # We bind the port and hand it down, so that nobody else can take it in between. A request that comes before the
    # process is up waits in the socket's queue.
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile("w+") as log:
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", app, "--factory", "--fd", str(listener.fileno())]
        process = subprocess.Popen(
            [*command, "--log-level", "warning"],
            cwd=PROJECT,
            env=_environment(database_url, threads),
            pass_fds=[listener.fileno()],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        listener.close()  # the process has its own; should it end, nobody listens any more
        server = _Server(f"http://127.0.0.1:{port}", process, log)
        try:
            yield server
        finally:
            server.stop()


def _environment(database_url: str, threads: int) -> dict[str, str]:
    """Ours, without what somebody may have set for a community of her own."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAMPIONS_")}
    ours = {"DATABASE_URL": database_url, "THREADS": str(threads), "OPEN_CLAIMS": "1000"}
    return {**plain, **{f"CHAMPIONS_{name}": value for name, value in ours.items()}}
