"""A line between a browser and a server that can be pulled, stall, or lose every answer."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from urllib.parse import urlsplit


class Line(Enum):
    """What becomes of what is sent."""

    WHOLE = auto()
    PULLED = auto()
    """Nothing goes through, and whoever asks is told at once."""
    STALLED = auto()
    """Nothing goes through, and nobody is told."""
    ANSWERS_LOST = auto()
    """The server gets what is sent, and its answer is cut off."""


class Cable:
    """A TCP proxy on a port of its own; ``url`` is where its other end is."""

    def __init__(self, server: str) -> None:
        self._to = urlsplit(server)
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._line = Line.WHOLE
        self.lost = 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        self._ready.wait(10)

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        async with server:
            await self._over.wait()
            self._cut()
            if self._carrying:
                await asyncio.wait(self._carrying)

    def leads_to(self, server: str) -> None:
        """Has it lead to another server from now on."""
        self._to = urlsplit(server)

    def be(self, line: Line) -> None:
        """Has the line be so from now on; what is under way on one that is pulled breaks."""
        self._line = line
        if line is Line.PULLED:
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying = asyncio.current_task()
        assert carrying is not None
        self._carrying.add(carrying)
        carrying.add_done_callback(self._carrying.discard)
        self._open.add(writer)
        try:
            while self._line is Line.STALLED:
                await asyncio.sleep(0.02)
            if self._line is not Line.PULLED:
                there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
                self._open.add(back)
                await asyncio.gather(self._pump(reader, back), self._pump(there, writer, answers=True))
        except OSError:
            pass  # one of the two ends has gone
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool = False) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                while self._line is Line.STALLED:
                    await asyncio.sleep(0.02)
                if answers and self._line is Line.ANSWERS_LOST:
                    self.lost += 1
                    break
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
        self._open.discard(sink)

    def end(self) -> None:
        """Takes it away."""
        self._line = Line.PULLED
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)


@contextmanager
def cable_to(server: str) -> Iterator[Cable]:
    """A line to a server, whole at first."""
    cable = Cable(server)
    try:
        yield cable
    finally:
        cable.end()
