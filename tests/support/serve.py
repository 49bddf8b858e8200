"""``champions serve`` in a process of its own, with everything that it writes."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import IO

from app.core.config import PROJECT

_LISTENING = "Uvicorn running on"
_SECONDS_TO_START = 60
_SECONDS_TO_STOP = 30


@dataclass
class Served:
    """A server that runs, and what it has written so far."""

    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _heard: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def listen(self, output: IO[str]) -> None:
        """Keeps what it writes, to the end."""
        for line in output:
            self.lines.append(line)
            if _LISTENING in line:
                self._heard.set()
        self._heard.set()

    def wait_until_it_listens(self) -> None:
        """Raises :class:`RuntimeError`, with what the process wrote, for one that does not start."""
        self._heard.wait(_SECONDS_TO_START)
        if not any(_LISTENING in line for line in self.lines):
            raise RuntimeError(f"the server did not start: {''.join(self.lines)}")

    def ends_with(self) -> int:
        """Its exit code, once it has ended."""
        return self.process.wait(_SECONDS_TO_STOP)


@contextmanager
def champions_serve(
    database_url: str, folder: Path, *, workers: int = 1, under: Sequence[str] = (), **settings: str
) -> Iterator[Served]:
    """Starts ``champions serve`` with these settings, without the demo community; stops it when the block ends.

    ``under`` is a command that starts it and watches it.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    champions = str(Path(sys.executable).with_name("champions"))
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAMPIONS_")}
    ours = {
        "database_url": database_url,
        "data": str(folder),
        "open_claims": "100",
        "letter_seconds": "0",
        "figures_seconds": "0",
    } | settings
    process = subprocess.Popen(
        [*under, champions, "serve", "--no-demo", "--port", str(port), "--workers", str(workers)],
        cwd=PROJECT,
        env={**plain, **{f"CHAMPIONS_{name.upper()}": value for name, value in ours.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server, output = Served(port, process), process.stdout
    assert output is not None
    listener = Thread(target=server.listen, args=(output,))
    listener.start()
    try:
        server.wait_until_it_listens()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join()
        output.close()
