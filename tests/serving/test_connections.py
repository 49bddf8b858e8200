"""Clients that send too much, too slowly, or from too many connections, at a real server on loopback."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.serving import connections
from app.serving.connections import HEAD_BYTES, Guarded

WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WITH_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
PATIENCE = 30
"""Seconds after which a test gives up; each of these servers cuts after less than one."""


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the request, and answers: at once, after two seconds, or with more than any buffer between us holds."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(2)
    size = 50_000_000 if scope["path"] == "/large" else 2
    headers = [(b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for sent in range(0, size, 500_000):
        await send({"type": "http.response.body", "body": b"x" * min(500_000, size - sent), "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@contextmanager
def _served(protocol: type[asyncio.Protocol] = Guarded) -> Iterator[tuple[str, int]]:
    """The address of a server with this protocol, on a thread."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        config = uvicorn.Config(
            _app, http=protocol, ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=0
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """A server with limits that a test can wait for."""
    limits = {"HEAD_SECONDS": 0.5, "BODY_SECONDS": 0.5, **getattr(request, "param", {})}
    for name, value in limits.items():
        monkeypatch.setattr(connections, name, value)
    with _served() as address:
        yield address


def _opened(address: tuple[str, int], sent: bytes = b"") -> socket.socket:
    opened = socket.create_connection(address, timeout=PATIENCE)
    opened.sendall(sent)
    return opened


def _heard(opened: socket.socket) -> bytes:
    """What comes until the other side ends the connection."""
    heard = b""
    with suppress(ConnectionResetError):
        while some := opened.recv(65_536):
            heard += some
    return heard


def _flooded(address: tuple[str, int], start: bytes, flood: bytes, end: bytes) -> bytes:
    """The status line with which such a request is answered; b"" where the connection is ended without one."""
    with _opened(address) as opened:
        with suppress(BrokenPipeError, ConnectionResetError):
            opened.sendall(start)
            for _ in range(8 * 1_048_576 // len(flood)):
                opened.sendall(flood)
            opened.sendall(end)
        with suppress(ConnectionResetError):
            return opened.recv(1_000).partition(b"\r\n")[0]
        return b""


FLOODS: dict[str, Any] = {
    "header lines": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-Flood: 1\r\n" * 1_000, b"\r\n"),
    "one header": (b"GET / HTTP/1.1\r\nHost: x\r\nX-Flood: ", b"x" * 10_000, b"\r\n\r\n"),
    "a path": (b"GET /", b"x" * 10_000, b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    "trailers": (CHUNKED, b"X-Flood: 1\r\n" * 1_000, b"\r\n"),
    "headers in one piece": (b"", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: 1\r\n" * 20_000 + b"\r\n", b""),
}


@pytest.mark.parametrize("name", FLOODS)
def test_eight_megabytes_of_head_are_refused_as_soon_as_they_are_too_many(address: tuple[str, int], name: str) -> None:
    # Whoever is still sending when we close may be told by a reset alone.
    assert _flooded(address, *FLOODS[name]) in {b"HTTP/1.1 431 Request Header Fields Too Large", b""}
    with _opened(address, WHOLE) as next_one:
        assert next_one.recv(1_000).startswith(b"HTTP/1.1 200")


def test_the_server_as_it_comes_would_have_kept_and_answered_them() -> None:
    plain = uvicorn.Config(_app, ws="none", http="httptools")
    plain.load()
    with _served(plain.http_protocol_class) as address:
        assert _flooded(address, *FLOODS["header lines"]) == b"HTTP/1.1 200 OK"


def test_a_head_of_nearly_all_that_is_allowed_is_read_in_however_many_pieces(address: tuple[str, int]) -> None:
    head = WHOLE[:-2] + b"X-Long: " + b"x" * (HEAD_BYTES - 200) + b"\r\n\r\n"
    with _opened(address) as opened:
        for at in range(0, len(head), 9_000):
            opened.sendall(head[at : at + 9_000])
            time.sleep(0.01)  # so that it comes in pieces
        assert opened.recv(1_000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "half", [b"", WHOLE[:20], b"\r\n" * 5, WITH_BODY, WITH_BODY + b"half", WHOLE + WHOLE[:20], LARGE]
)
def test_whoever_stops_half_way_is_cut_off_and_others_are_served_meanwhile(
    address: tuple[str, int], half: bytes
) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(_opened(address, half)) for _ in range(20)]
        with _opened(address, WHOLE) as prompt:
            assert prompt.recv(1_000).startswith(b"HTTP/1.1 200")
        if half == LARGE:  # its reader stops reading; what is in the buffers between us can still be read
            time.sleep(1)
        for one in slow:
            assert len(_heard(one)) < 50_000_000


def test_a_head_that_comes_in_drops_has_no_longer_than_any_other(address: tuple[str, int]) -> None:
    began = time.monotonic()
    with _opened(address, WHOLE[:-2]) as drip, suppress(BrokenPipeError, ConnectionResetError):
        while time.monotonic() - began < PATIENCE:
            drip.sendall(b"X: 1\r\n")
            time.sleep(0.05)
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("address", [{"HEAD_SECONDS": 60.0, "MOST_CONNECTIONS": 5}], indirect=True)
def test_when_there_are_too_many_the_one_that_has_waited_longest_makes_room(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(_opened(address, WHOLE[:20])) for _ in range(5)]
        time.sleep(0.2)  # until the server has seen them, in this order
        for number in range(5):
            with _opened(address, WHOLE) as prompt:
                assert prompt.recv(1_000).startswith(b"HTTP/1.1 200"), number
                # Each takes the place of one more, and leaves it when it is closed.
        assert _heard(slow[0]) == b""
        slow[-1].sendall(WHOLE[20:])
        assert slow[-1].recv(1_000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("address", [{"MOST_CONNECTIONS": 3}], indirect=True)
def test_nobody_who_is_being_answered_makes_room(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        served = [stack.enter_context(_opened(address, SLOW)) for _ in range(3)]
        time.sleep(0.3)  # until they are being answered
        with _opened(address, WHOLE) as late:
            refused = _heard(late)
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 2" in refused
        assert all(one.recv(1_000).startswith(b"HTTP/1.1 200") for one in served)
