"""The server process: whom it believes, how it stops, and what it leaves for after an answer."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.acts.policy import SHELL
from app.people.schemas import NewPerson
from app.people.service import create_person
from tests.support.calling import LOOPBACK
from tests.support.serve import Served, champions_serve
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("the process is the same whichever database it has")

TRIES = 2 * 60 + 1
"""More than two windows of a throttle would let pass from one address."""

BODY = json.dumps({"email": "somebody@example.org"}).encode()


def _statuses(server: Served, hops: Iterator[str]) -> list[int]:
    """The answers to attempts to sign in that claim to come by way of these addresses."""
    with httpx.Client(base_url=server.url, **LOOPBACK) as client:
        return [
            client.post(
                "/api/v1/tokens", json={"secret": "no-such-secret"}, headers={"X-Forwarded-For": hop}
            ).status_code
            for hop in hops
        ]


@pytest.mark.parametrize("trusted", ["", "192.0.2.1,198.51.100.0/24"])
def test_a_peer_that_is_not_trusted_counts_as_itself_whatever_it_forwards(
    database_url: str, tmp_path: Path, trusted: str
) -> None:
    with champions_serve(database_url, tmp_path, trusted_proxies=trusted) as server:
        statuses = _statuses(server, (f"203.0.113.{number}" for number in range(TRIES)))
    assert statuses[:1] == [401]
    assert statuses[-1:] == [429]


def test_behind_a_trusted_proxy_each_client_counts_by_the_last_address_that_is_not_a_proxys(
    database_url: str, tmp_path: Path
) -> None:
    with champions_serve(database_url, tmp_path, trusted_proxies="127.0.0.1,192.0.2.0/24") as server:
        clients = _statuses(server, (f"203.0.113.{number}, 192.0.2.7" for number in range(TRIES)))
        invented = _statuses(server, (f"198.51.100.{number}, 203.0.113.250, 192.0.2.7" for number in range(TRIES)))
    assert set(clients) == {401}
    assert invented[:1] == [401]
    assert 429 in invented


@contextmanager
def _half_a_request(server: Served) -> Iterator[socket.socket]:
    """A connection over which a request has begun, and half its body is still to come."""
    head = (
        "POST /api/v1/sign-in-links HTTP/1.1\r\nHost: loopback\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(BODY)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as slow:
        slow.sendall(head.encode())
        # The server says so once the application asks for the body: from then on the request is under way.
        assert slow.recv(1_000).startswith(b"HTTP/1.1 100")
        slow.sendall(BODY[:10])
        yield slow


def _answers(server: Served) -> bool:
    """Whether it takes new connections."""
    try:
        return httpx.get(f"{server.url}/readyz", **LOOPBACK).status_code == 503
    except httpx.TransportError:
        return False


def test_a_server_that_is_asked_to_stop_says_so_and_finishes_what_it_has_begun(
    database_url: str, tmp_path: Path
) -> None:
    with champions_serve(database_url, tmp_path, drain_seconds="2") as server, _half_a_request(server) as slow:
        before = list(server.lines)
        assert httpx.get(f"{server.url}/readyz", **LOOPBACK).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        while (ready := httpx.get(f"{server.url}/readyz", **LOOPBACK)).status_code == 200:
            pass
        assert (ready.status_code, ready.json()) == (503, {"status": "stopping"})
        # It still answers, until so many seconds are over and nobody is let in any more.
        assert httpx.get(f"{server.url}/api/v1/conferences", **LOOPBACK).status_code == 200
        while _answers(server):
            pass
        assert server.process.poll() is None
        slow.sendall(BODY[10:])
        assert slow.recv(1_000).startswith(b"HTTP/1.1 202")
        assert server.ends_with() == 0
    assert not [line for line in server.lines if "exception" in line]
    # To be well is no news, however often it is asked for.
    since = server.lines[len(before) :]
    assert [line for line in since if '"route": "/readyz", "status": 503' in line]
    assert not [line for line in since if '"route": "/readyz", "status": 200' in line or "Context impl" in line]


def test_a_server_without_a_time_to_drain_stops_at_once(database_url: str, tmp_path: Path) -> None:
    with champions_serve(database_url, tmp_path, drain_seconds="0") as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.ends_with() == 0


def test_a_letter_is_sent_after_the_answer_and_no_counter_tells_that_it_was(
    database_url: str, tmp_path: Path, world: World
) -> None:
    with world.database.transaction() as session:
        new = NewPerson.model_validate({"name": "Somebody", "email": json.loads(BODY)["email"]})
        create_person(session, new=new, actor=SHELL)
    with socket.create_server(("127.0.0.1", 0)) as mail:
        mail.settimeout(30)
        smtp_url = f"smtp://127.0.0.1:{mail.getsockname()[1]}"
        with (
            champions_serve(database_url, tmp_path, smtp_url=smtp_url) as server,
            httpx.Client(base_url=server.url, **LOOPBACK) as client,
        ):
            assert client.post("/api/v1/sign-in-links", json=json.loads(BODY)).status_code == 202
            assert client.post("/api/v1/tokens", json={"secret": "no-such-secret"}).status_code == 401
            # The mail server has not said a word yet, so the letter cannot have been sent before the answer.
            sending, _ = mail.accept()
            with sending:
                sending.sendall(b"220 loopback\r\n")
                assert sending.recv(1_000).startswith(b"ehlo")
            counters = client.get("/metrics").text
    assert 'handler="/api/v1/tokens"' in counters
    assert "sign-in-link" not in counters
