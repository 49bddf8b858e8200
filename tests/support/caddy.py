"""A real Caddy, with the Caddyfile of this project, in front of servers on this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from app.core.config import PROJECT
from tests.support.calling import LOOPBACK

CADDYFILE = PROJECT / "docker" / "Caddyfile"

_SECONDS_TO_START = 30


def free_port() -> int:
    """A port of this machine's where nobody listens at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running_caddy(ports: list[int], folder: Path) -> Iterator[str]:
    """The address of a proxy for the replicas on these ports, in clear text; it ends with the block.

    It is the one of the tests' packages; ``CHAMPIONS_TEST_CADDY`` names another.
    """
    site = f"http://127.0.0.1:{free_port()}"
    environment = {
        **os.environ,
        "CHAMPIONS_SITE": site,
        "CHAMPIONS_REPLICAS": " ".join(f"127.0.0.1:{port}" for port in ports),
        "CADDY_ADMIN": f"127.0.0.1:{free_port()}",  # others have theirs
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    caddy = os.environ.get("CHAMPIONS_TEST_CADDY") or str(Path(sys.executable).with_name("caddy"))
    with (folder / "caddy.log").open("w") as log:
        process = subprocess.Popen(
            [caddy, "run", "--adapter", "caddyfile", "--config", str(CADDYFILE)],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, site, folder / "caddy.log")
        yield site
    finally:
        process.terminate()
        process.wait(_SECONDS_TO_START)


def _wait(process: subprocess.Popen[bytes], site: str, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            httpx.get(f"{site}/metrics", **LOOPBACK)
            return
        time.sleep(0.05)
    raise RuntimeError(f"Caddy did not start: {log.read_text()}")
