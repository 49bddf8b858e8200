"""Real servers: processes of their own, reached over HTTP, which a test may kill hundreds of times.

Each is the fork of a process that has imported the app. ``champions serve`` itself is in ``serve.py``.
"""

import multiprocessing
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.process import BaseProcess

import httpx
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from app.core.config import Settings
from app.core.observe import configure_logs
from app.main import create_app
from app.serving.connections import Guarded
from tests.support.calling import LOOPBACK
from tests.support.rules import KEY

SECONDS_TO_START = 60

MakeApp = Callable[[str], FastAPI]
"""The app on the database with this URL. It must be a function of a module: it is called in another process."""

_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(["tests.support.nursery"])


def real_app(database_url: str) -> FastAPI:
    """The app as it is, for champions with very many open claims."""
    ours = {
        "database_url": database_url,
        "server_key": KEY.secret.decode(),
        "open_claims": 1_000,
        "figures_seconds": 0,
        "post_seconds": 3_600,
    }
    return create_app(Settings.model_validate(ours))


def draining_app(database_url: str) -> FastAPI:
    """The app as it is, for a replica that says it is stopping for two seconds before it does."""
    return create_app(
        Settings(database_url=SecretStr(database_url), server_key=SecretStr(KEY.secret.decode()), drain_seconds=2)
    )


def _serve(make_app: MakeApp, database_url: str, place: socket.socket | int) -> None:
    configure_logs("warning")
    listener = socket.create_server(("127.0.0.1", place), backlog=128) if isinstance(place, int) else place
    config = uvicorn.Config(make_app(database_url), log_config=None, access_log=False, http=Guarded, ws="none")
    uvicorn.Server(config).run(sockets=[listener])


def mortal(work: Callable[..., object], *given: object) -> BaseProcess:
    """A process that does this once it is started, and may be killed at any moment."""
    return _nursery.Process(target=work, args=given, daemon=True)


def serving(make_app: MakeApp, database_url: str) -> None:
    """Serves on a port of no importance, until the process is killed."""
    _serve(make_app, database_url, 0)


class Server:
    """A server on a port of its own that can be killed and started again.

    It listens on a socket of the test's, or on a port, which is then nobody's while it does not run.
    """

    def __init__(self, make_app: MakeApp, database_url: str, place: socket.socket | int) -> None:
        self._make, self._database, self._place = make_app, database_url, place
        self.url = f"http://127.0.0.1:{place if isinstance(place, int) else place.getsockname()[1]}"
        self._process: BaseProcess | None = None

    def start(self) -> None:
        """Starts the server; requests wait until it is up."""
        self._process = mortal(_serve, self._make, self._database, self._place)
        self._process.start()

    def kill(self) -> None:
        """Ends the server with SIGKILL, whatever it does at the moment, and waits until it is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.join()

    def stop(self) -> None:
        """Asks the server to stop, and waits until it has."""
        assert self._process is not None
        self._process.terminate()
        self._process.join()

    def wait_for_death(self, seconds: float) -> bool:
        """Whether the server ended by itself within so many seconds."""
        assert self._process is not None
        self._process.join(seconds)
        return self._process.exitcode is not None


@contextmanager
def mortal_servers(make_app: MakeApp, database_url: str, replicas: int) -> Iterator[Sequence[Server]]:
    """So many servers on one database, started; all are dead when the block ends."""
    with ExitStack() as stack:
        servers = []
        for _ in range(replicas):
            # It belongs to the test, so that a request which comes while no server lives waits for the next one.
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
            servers.append(Server(make_app, database_url, listener))
            servers[-1].start()
            stack.callback(servers[-1].kill)
        yield servers


@contextmanager
def running_servers(database_url: str, *, replicas: int = 1, make_app: MakeApp = real_app) -> Iterator[list[str]]:
    """The addresses of such servers, once each of them is ready; the app must answer on /readyz."""
    with mortal_servers(make_app, database_url, replicas) as servers:
        for server in servers:
            httpx.get(f"{server.url}/readyz", timeout=SECONDS_TO_START, **LOOPBACK).raise_for_status()
        yield [server.url for server in servers]
