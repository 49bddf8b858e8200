"""The way to a PostgreSQL server, which a test can cut off and open again, or break in the middle of an answer."""

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from sqlalchemy import URL, make_url


class Bridge:
    """Listens where a client looks for a server on this machine, and carries on what is said both ways."""

    def __init__(self, url: str, folder: Path) -> None:
        there = make_url(url)
        self._server = str(Path(str(there.query["host"])) / ".s.PGSQL.5432")
        self._here = folder / ".s.PGSQL.5432"
        self.url: URL = there.update_query_dict({"host": str(folder)})
        self._open, self._threads = list[socket.socket](), list[Thread]()
        self._word = b""
        self.mend()

    def mend(self) -> None:
        """Opens the way (again)."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._here))
        self._listener.listen(64)
        self._start(self._accept, self._listener)

    def cut(self) -> None:
        """Ends all connections, and lets nobody in."""
        if not self._threads:
            return
        _end(self._listener)
        self._threads.pop(0).join()  # nobody comes in any more
        for one in self._open:
            _end(one)
        for thread in self._threads:
            thread.join()
        for one in (*self._open, self._listener):
            one.close()
        self._open.clear()
        self._threads.clear()
        self._here.unlink()

    def _start(self, work: Callable[..., None], *args: object) -> None:
        self._threads.append(Thread(target=work, args=args))
        self._threads[-1].start()

    def lose_the_answer_to(self, word: bytes) -> None:
        """The next message with this word reaches the server, which does it; then its connection breaks."""
        self._word = word

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._open += [client, server]
                self._start(self._carry, client, server, True)
                self._start(self._carry, server, client, False)

    def _carry(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        with suppress(OSError):
            while said := source.recv(65_536):
                if asking and self._word and self._word in said:
                    self._word = b""
                    source.shutdown(socket.SHUT_RDWR)  # first, so that the answer finds nobody
                    target.sendall(said)
                    target.recv(1)  # it is done
                    break
                target.sendall(said)
        _end(source)
        _end(target)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def bridged(url: str) -> Iterator[Bridge]:
    """A bridge to the server of this URL; ``bridge.url`` leads over it."""
    with tempfile.TemporaryDirectory(prefix="bridge-", dir=os.environ.get("XDG_RUNTIME_DIR")) as folder:
        bridge = Bridge(url, Path(folder))
        try:
            yield bridge
        finally:
            bridge.cut()
