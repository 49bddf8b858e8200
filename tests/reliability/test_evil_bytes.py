"""What no client would send, written by hand into the sockets of a real server.

Whatever comes, the server goes on answering, never blames itself (no 5xx), and not one row of the database changes. The
last tests show that the same look at a server catches one that breaks, and a request that gets through.
"""

import json
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.responses import Response

from app.core.config import settings
from app.core.db import Database
from tests.reliability.sizes import size
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.server import running_servers
from tests.support.world import World, build_world

pytestmark = pytest.mark.on_one_engine("what is no request is refused before a database is asked")

ROUNDS = size(1, 50)

LIMIT = settings().max_body_bytes
SECONDS = 30
"""How long a server may keep silent. It is no measure of speed: only a server that hangs comes near."""

CHUNKED = "Transfer-Encoding: chunked"
REPORT = b'{"text": "this must not be here"}'
MIB = 2**20


@dataclass(frozen=True)
class Target:
    """A server, its database, and a token that it knows."""

    address: tuple[str, int]
    database: Database
    token: str

    def post(self, *headers: str, version: str = "1.1") -> bytes:
        """The head of a POST that the token permits, with its own headers and nothing about its length."""
        own = [f"POST /api/v1/reports HTTP/{version}", "Host: champions", f"Authorization: Bearer {self.token}"]
        return "\r\n".join([*own, "Content-Type: application/json", *headers, "", ""]).encode("latin-1")

    def whole(self, body: bytes, *headers: str) -> bytes:
        """The same, with its body and an end of the connection."""
        return self.post(f"Content-Length: {len(body)}", "Connection: close", *headers) + body


@pytest.fixture(scope="module")
def community(new_database: NewDatabase, template_url: str) -> Iterator[tuple[World, str]]:
    """A community and the URL of its database."""
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        yield world, url


@pytest.fixture(scope="module")
def target(community: tuple[World, str]) -> Iterator[Target]:
    """The real app on that database."""
    world, url = community
    with running_servers(url) as servers:
        yield aimed(servers[0], world)


def aimed(server: str, world: World) -> Target:
    parts = urlsplit(server)
    assert parts.hostname
    assert parts.port
    assert world.ana.token
    return Target((parts.hostname, parts.port), world.database, world.ana.token)


def answer(target: Target, parts: Sequence[bytes], *, cut: bool) -> bytes:
    """All that a server answers before it closes the connection; ``cut`` is whether we close our side first."""
    with socket.create_connection(target.address, timeout=SECONDS) as connection:
        # It may have had enough of us before we are done.
        with suppress(BrokenPipeError, ConnectionResetError):
            for part in parts:
                connection.sendall(part)
        if cut:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        got = b""
        with suppress(ConnectionResetError):
            while received := connection.recv(65_536):
                got += received
    return got


def look(target: Target, parts: Sequence[bytes], *, cut: bool) -> list[int]:
    """The statuses that a server gives; fails if one of them is its own fault, if rows change, or if it is down."""
    before = contents(target.database)
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer(target, parts, cut=cut))]
    ready = answer(target, [b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"], cut=False)
    assert ready.startswith(b"HTTP/1.1 200 "), "the server is not ready any more"
    assert all(status < 500 for status in statuses), f"the server blames itself: {statuses}"
    assert contents(target.database) == before, f"rows have changed: {statuses}"
    return statuses


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST = b"0\r\n\r\n"

BODIES = {
    "nothing": b"",
    "no JSON": b"\x00\xff\xfe",
    "half an object": b'{"text": ',
    "a lone surrogate": b'{"text": "\\ud800"}',
    "bytes that are no UTF-8": b'{"text": "\xed\xa0\x80"}',
    "NaN": b'{"text": NaN}',
    "a number alone": b"NaN",
    "two to the 70th": b'{"text": 1180591620717411303424}',
    "a number of 5,000 digits": b'{"text": ' + b"7" * 5_000 + b"}",
    "1e999": b'{"text": 1e999}',
    "100,000 brackets": b"[" * 100_000,
    "100,000 objects": b'{"text":' * 100_000,
    "100,000 closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "a NUL": b'{"text": "\\u0000"}',
    "the field twice, the second time wrong": b'{"text": "once", "text": 2}',
    "a report of 900,000 characters": json.dumps({"text": "x" * 900_000}).encode(),
    "one byte too many": b" " * (LIMIT + 1),
    "ten megabytes": b" " * 10 * MIB,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_report(target: Target, name: str) -> None:
    body = BODIES[name]
    for _ in range(ROUNDS):
        assert set(look(target, [target.whole(body)], cut=False)) <= {400, 413, 422}


@pytest.mark.parametrize("name", BODIES)
def test_the_same_in_chunks(target: Target, name: str) -> None:
    body = BODIES[name]
    pieces = [body[at : at + 16_384] for at in range(0, len(body), 16_384)]
    head = target.post(CHUNKED, "Connection: close")
    assert set(look(target, [head, *map(chunk, pieces), LAST], cut=False)) <= {400, 413, 422}


BAD_CHUNKS = {
    "a size that is no number": b"zz\r\n{}\r\n0\r\n\r\n",
    "a negative size": b"-1\r\n{}\r\n0\r\n\r\n",
    "a size of 2**70": b"400000000000000000\r\n{}\r\n0\r\n\r\n",
    "a size of 2**63": b"8000000000000000\r\n{}",
    "a size with a blank before it": b" 2\r\n{}\r\n0\r\n\r\n",
    "a size in 0x": b"0x2\r\n{}\r\n0\r\n\r\n",
    "more than the size says": b"1\r\n%s\r\n0\r\n\r\n" % REPORT,
    "less than the size says": b"ff\r\n%s\r\n0\r\n\r\n" % REPORT,
    "no size at all": b"\r\n%s\r\n0\r\n\r\n" % REPORT,
    "an extension of a megabyte": b"2;" + b"x" * MIB + b"\r\n{}\r\n0\r\n\r\n",
    "a line feed alone": b"2\n{}\n0\n\n",
    "trailers of a megabyte": b"2\r\n{}\r\n0\r\n" + b"X-Trailer: x\r\n" * (MIB // 14) + b"\r\n",
    "no last chunk": chunk(REPORT),
    "nothing": b"",
}


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_chunks_that_are_none(target: Target, name: str) -> None:
    for _ in range(ROUNDS):
        statuses = look(target, [target.post(CHUNKED, "Connection: close"), BAD_CHUNKS[name]], cut=True)
        assert set(statuses) <= {400, 413, 422, 431}


def test_chunks_that_never_end_and_a_socket_that_closes(target: Target) -> None:
    for size_ in (1, 1_000, 100_000):
        parts = [target.post(CHUNKED), *[chunk(b" " * size_)] * 5]
        assert set(look(target, parts, cut=True)) <= {400}


LENGTHS = {
    "less than there is": ["Content-Length: 5"],
    "none": ["Content-Length: 0"],
    "negative": ["Content-Length: -1"],
    "a word": ["Content-Length: many"],
    "two to the 70th": ["Content-Length: 1180591620717411303424"],
    "with a plus": ["Content-Length: +33"],
    "in hexadecimal": ["Content-Length: 0x21"],
    "two of them": ["Content-Length: 33, 33"],
    "twice the same": ["Content-Length: 33", "Content-Length: 33"],
    "twice, and not the same": ["Content-Length: 33", "Content-Length: 5"],
    "ten gigabytes that never come": ["Content-Length: 10000000000"],
    "with chunks that are none": ["Content-Length: 33", CHUNKED],
    "with chunks announced before": [CHUNKED, "Content-Length: 33"],
    "another coding": ["Transfer-Encoding: gzip"],
    "chunks and another coding": ["Transfer-Encoding: chunked, gzip"],
    "a coding that only looks like chunks": ["Transfer-Encoding: xchunked"],
    "a header that is folded": ["Transfer-Encoding:\r\n chunked"],
    "a blank before the colon": ["Transfer-Encoding : chunked"],
    "a tab in front": ["\tTransfer-Encoding: chunked"],
}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_length_that_is_a_lie(target: Target, name: str) -> None:
    for _ in range(ROUNDS):
        head = target.post(*LENGTHS[name], "Connection: close")
        # Wrong in itself, so that nothing may be written whichever length the server believes.
        parts = [head, b'{"text": "", "more": "0123456789"}']
        assert set(look(target, parts, cut="never" in name)) <= {400, 413, 422}


SMUGGLING = {
    "a length and chunks": ["Content-Length: {all}", CHUNKED],
    "chunks and a length": [CHUNKED, "Content-Length: {all}"],
    "a short length and chunks": ["Content-Length: 5", CHUNKED],
    "two codings": ["Transfer-Encoding: identity", "Content-Length: {all}", CHUNKED],
    "a coding in disguise": ["Transfer-Encoding: \x0bchunked", "Content-Length: {all}"],
    "a coding with a blank": ["Transfer-Encoding : chunked", "Content-Length: {all}"],
    "a coding in a folded line": ["X: y\r\n Transfer-Encoding: chunked", "Content-Length: {all}"],
    "two lengths": ["Content-Length: {all}", "Content-Length: 5"],
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_a_request_that_is_hidden_in_the_body_of_another(target: Target, name: str) -> None:
    hidden = LAST + target.whole(REPORT)
    # To whom the hidden request is a body, it is one that no report can have.
    headers = [header.format(all=len(hidden)) for header in SMUGGLING[name]]
    for _ in range(ROUNDS):
        statuses = look(target, [target.post(*headers), hidden], cut=True)
        assert set(statuses) <= {400, 413, 422}
        assert len(statuses) <= 1, "the hidden request was answered"


HEADS = {
    "100,000 headers": b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    + b"X-Flood: 1\r\n" * 100_000
    + b"\r\n",
    "a header of ten megabytes": b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Flood: "
    + b"x" * 10 * MIB
    + b"\r\n\r\n",
    "a path of ten megabytes": b"GET /" + b"x" * 10 * MIB + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path of 100,000 bytes": b"GET /api/v1/" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a query of 100,000 parameters": b"GET /api/v1/conferences?" + b"q=1&" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a method of a megabyte": b"X" * MIB + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown method": b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a NUL in the path": b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a NUL in the path, written out": b"GET /api/v1/conferences/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a NUL in the query": b"GET /api/v1/conferences?q=%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "no UTF-8 in the path": b"GET /api/v1/conferences/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "no UTF-8 in the path, written out": b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "no UTF-8 in the query": b"GET /api/v1/conferences?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "half a percent": b"GET /api/v1/conferences/%2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a NUL in a header": b"GET /readyz HTTP/1.1\r\nHost: x\r\nX-Nul: a\x00b\r\n\r\n",
    "bytes above 127 in a header": b"GET /readyz HTTP/1.1\r\nHost: x\r\nX-High: \xff\xfe\r\nConnection: close\r\n\r\n",
    "a header name with a blank": b"GET /readyz HTTP/1.1\r\nHost: x\r\nX Y: 1\r\n\r\n",
    "a line feed alone in a header": b"GET /readyz HTTP/1.1\r\nHost: x\r\nX: 1\nY: 2\r\n\r\n",
    "a carriage return alone": b"GET /readyz HTTP/1.1\rHost: x\r\r",
    "no host": b"GET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": b"GET /readyz HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n",
    "a host that is none": b"GET /api/v1/conferences HTTP/1.1\r\nHost: [::1\xff/@\r\nConnection: close\r\n\r\n",
    "a whole address": b"GET http://elsewhere/readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "an address that is none": b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a way out of the tree": b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a tunnel": b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "another protocol": (
        b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nConnection: close\r\nUpgrade: h2c\r\n\r\n"
    ),
    "a WebSocket": (
        b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n"
    ),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9": b"GET /readyz HTTP/9.9\r\nHost: x\r\n\r\n",
    "HTTP/0.9": b"GET /readyz\r\n\r\n",
    "HTTP/1.0": b"GET /readyz HTTP/1.0\r\nConnection: close\r\n\r\n",
    "an expectation that is never met": (
        b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
    ),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    "noise": bytes(range(256)) * 400,
    "blank lines": b"\r\n" * 100_000,
    "half a request line": b"GET /rea",
    "half a head": b"GET /readyz HTTP/1.1\r\nHost: x\r\nX-Ha",
    "nothing": b"",
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_that_is_none(target: Target, name: str) -> None:
    for _ in range(ROUNDS):
        statuses = look(target, [HEADS[name]], cut="Connection: close" not in HEADS[name].decode("latin-1"))
        assert set(statuses) <= {100, 200, 400, 401, 403, 404, 405, 414, 422, 426, 431}


HEADER_VALUES = ["", "Bearer \xff", "Bearer " + "x" * 60_000, "Basic eA==", "Bearer a b", "\x0b", "Bearer \t"]


@pytest.mark.parametrize("header", ["Authorization", "If-Match", "Idempotency-Key", "Content-Type", "Accept", "Cookie"])
def test_a_header_that_makes_no_sense(target: Target, header: str) -> None:
    for value in HEADER_VALUES:
        head = target.post(f"{header}: {value}", "Content-Length: 2", "Connection: close")
        assert set(look(target, [head + b"{}"], cut=False)) <= {400, 401, 422}


def test_half_a_request_and_then_nothing_more(target: Target) -> None:
    request = target.whole(REPORT)
    for at in range(1, len(request) - 1, max(1, len(request) // size(12, 400))):
        assert set(look(target, [request[:at]], cut=True)) <= {400, 401, 422}


def test_a_body_that_is_longer_than_allowed_and_stops_half_way(target: Target) -> None:
    for announced in (LIMIT + 1, 10 * MIB):
        head = target.post(f"Content-Length: {announced}", "Connection: close")
        assert set(look(target, [head, b" " * (LIMIT // 2)], cut=True)) <= {400, 413}


def test_fifty_requests_before_the_first_answer(target: Target) -> None:
    request = b"GET /api/v1/conferences HTTP/1.1\r\nHost: x\r\n\r\n"
    wrong = target.post("Content-Length: 2") + b"{}"
    statuses = look(target, [(request + wrong) * 25 + target.whole(b"{}")], cut=False)
    assert statuses == [200, 422] * 25 + [422]


def test_a_request_that_comes_byte_by_byte(target: Target) -> None:
    assert look(target, [bytes([byte]) for byte in target.whole(b'{"text": 1}')], cut=False) == [422]


def test_requests_of_an_older_protocol(target: Target) -> None:
    head = target.post("Content-Length: 2", version="1.0")
    assert look(target, [head + b"{}"], cut=False) == [422]
    chunked = target.post(CHUNKED, version="1.0")
    assert set(look(target, [chunked, chunk(b"{}"), LAST], cut=True)) <= {400, 422}


def test_a_request_that_gets_through_is_noticed(target: Target) -> None:
    with pytest.raises(AssertionError, match="rows have changed"):
        look(target, [target.whole(REPORT)], cut=False)


def fragile(_database_url: str) -> FastAPI:
    """An app that is ready, and fails at everything else."""
    app = FastAPI(openapi_url=None)
    app.add_api_route("/readyz", lambda: {"ready": True})
    app.add_api_route("/api/v1/reports", lambda: Response(status_code=500), methods=["POST"])
    return app


def test_a_server_that_fails_is_noticed(community: tuple[World, str]) -> None:
    world, url = community
    with running_servers(url, make_app=fragile) as servers:
        target = aimed(servers[0], world)
        with pytest.raises(AssertionError, match="the server blames itself"):
            look(target, [target.whole(b"{}")], cut=False)
