"""Requests to the outside: to public servers and to the address that was checked, for so long and of such a size."""

import gzip
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from app.outside.http import MAX_BYTES, Outbound, OutboundRefused, is_public
from tests.support.loopback import Handler, serving

SECONDS = 0.5
"""For what does not come."""

PACKED = gzip.compress(b"x" * 10_000_000)


class _Web(Handler):
    """Answers by the path."""

    def get(self) -> None:
        ways: dict[str, Callable[[], None]] = {
            "/moved": lambda: self.answer(302, b"over there", {"Location": "/headers"}),
            "/headers": lambda: self.answer(200, str(self.headers).encode()),
            "/most": lambda: self.answer(200, b"x" * MAX_BYTES),
            "/more": lambda: self.answer(200, b"x" * (MAX_BYTES + 1)),
            "/chunks": self._chunks,
            "/drip": self._drip,
            "/gzip": lambda: self.answer(200, PACKED, {"Content-Encoding": "gzip"}),
            "/short": lambda: self.answer(200, b"", {"Content-Length": "5", "Connection": "close"}),
            "/noise": self._noise,
            "/silence": lambda: time.sleep(SECONDS * 3),
        }
        ways[self.path]()

    def post(self, body: bytes) -> None:
        self.answer(201, body)

    def _chunks(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(2 * MAX_BYTES // 1024):
            self.wfile.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            time.sleep(SECONDS / 10)

    def _noise(self) -> None:
        self.wfile.write(b"220 no web server\r\n\r\n")
        self.close_connection = True


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(_Web) as address:
        yield address


@pytest.fixture
def ours(address: str) -> Outbound:
    return Outbound(frozenset({address}), seconds=SECONDS)


INSIDE = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *(
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:8.8.8.8",
        "::ffff:10.0.0.1",
        "64:ff9b::808:808",
        "64:ff9b:1::808:808",
        "100::1",
    ),
    *("2001::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1"),
    *("fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_or_one_that_may_lead_there_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.88.98.1"),
        *("223.255.255.254", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2003::1"),
    ],
)
def test_an_address_of_a_public_server_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/"),
        *("https://localhost/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest"),
        *("https://[fe80::1]/", "https://[64:ff9b::7f00:1]/", "https://0/"),
    ],
)
def test_however_it_is_written_the_inside_is_refused(url: str) -> None:
    with pytest.raises(OutboundRefused, match="is not a public server"):
        Outbound().fetch("GET", url)


@pytest.mark.parametrize("addresses", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["8.8.8.8", "::1"], []])
def test_a_name_with_any_address_inside_or_none_at_all_is_refused(addresses: list[str]) -> None:
    with pytest.raises(OutboundRefused, match=r"mixed\.example is not a public server"):
        Outbound(resolve=lambda _host, _port: addresses).fetch("GET", "https://mixed.example/")


def test_the_connection_goes_to_the_address_that_was_checked_and_no_second_look_up_is_made(address: str) -> None:
    port, asked = int(address.rpartition(":")[2]), []

    def changing(host: str, at: int) -> list[str]:
        asked.append((host, at))
        # Nothing listens on the second address, and the system's resolver knows no such name.
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.9"]

    server = f"changing.invalid:{port}"
    answer = Outbound(frozenset({server}), changing).fetch("GET", f"http://{server}/headers")
    assert f"Host: {server}" in answer.body.decode()
    assert asked == [("changing.invalid", port)]


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "//example.org"),
        *(
            "https://",
            "https:///path",
            "example.org",
            "",
            "https://[::1/",
            "https://example.org:99999/",
            "https://a b/",
        ),
        *("https://user@example.org/", "https://user:secret@example.org/", f"https://{'a' * 64}.example/"),
        *("https://a..b/", "https://\udc80/", "https://xn--a/"),
    ],
)
def test_what_is_no_https_address_of_a_server_is_refused_and_no_name_is_looked_up_for_it(url: str) -> None:
    def unknown(host: str, _port: int) -> list[str]:
        host.encode("idna")  # as the system's resolver does
        return []

    with pytest.raises(OutboundRefused):
        Outbound(resolve=unknown).fetch("GET", url)


def test_http_is_for_allowed_servers_only_and_by_their_very_port(address: str, ours: Outbound) -> None:
    assert ours.fetch("GET", f"http://{address}/headers").status == 200
    for other in (f"http://{address}1/headers", "http://127.0.0.1/headers", f"http://localhost:{address[-5:]}/headers"):
        with pytest.raises(OutboundRefused):
            ours.fetch("GET", other)


def test_an_allowed_server_is_asked_without_a_user_name_all_the_same(address: str, ours: Outbound) -> None:
    with pytest.raises(OutboundRefused, match="no user name"):
        ours.fetch("GET", f"http://user@{address}/headers")


def test_method_headers_and_body_are_sent_and_the_answer_is_given(address: str, ours: Outbound) -> None:
    posted = ours.fetch("POST", f"http://{address}/", body="Núñez".encode())
    assert (posted.status, posted.body.decode()) == (201, "Núñez")
    sent = ours.fetch("GET", f"http://{address}/headers", headers={"X-Own": "yes"}).body.decode()
    assert "Accept-Encoding: identity" in sent
    assert "X-Own: yes" in sent


def test_a_redirect_is_an_answer_and_is_not_followed(address: str, ours: Outbound) -> None:
    answer = ours.fetch("GET", f"http://{address}/moved")
    assert (answer.status, answer.body) == (302, b"over there")


def test_a_compressed_answer_that_nobody_asked_for_stays_as_it_is(address: str, ours: Outbound) -> None:
    assert ours.fetch("GET", f"http://{address}/gzip").body == PACKED


def test_the_largest_answer_is_read_and_a_larger_one_refused(address: str, ours: Outbound) -> None:
    assert len(ours.fetch("GET", f"http://{address}/most").body) == MAX_BYTES
    for path in ("more", "chunks"):
        with pytest.raises(OutboundRefused, match=f"more than {MAX_BYTES:,} bytes"):
            ours.fetch("GET", f"http://{address}/{path}")


@pytest.mark.parametrize("path", ["drip", "silence"])
def test_an_answer_that_drips_or_does_not_come_is_cut_off_in_time(address: str, ours: Outbound, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(OutboundRefused, match="does not answer"):
        ours.fetch("GET", f"http://{address}/{path}")
    assert SECONDS * 0.9 < time.monotonic() - began < SECONDS * 2.5


@pytest.mark.parametrize("path", ["short", "noise"])
def test_an_answer_that_breaks_off_or_is_none_is_refused(address: str, ours: Outbound, path: str) -> None:
    with pytest.raises(OutboundRefused, match="does not answer"):
        ours.fetch("GET", f"http://{address}/{path}")


def test_tls_with_a_server_that_has_none_is_refused(address: str, ours: Outbound) -> None:
    with pytest.raises(OutboundRefused, match="does not answer"):
        ours.fetch("GET", f"https://{address}/headers")


def test_a_place_where_nothing_listens_and_a_name_that_nobody_knows_are_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(OutboundRefused, match="does not answer"):
            Outbound(frozenset({closed})).fetch("GET", f"http://{closed}/")
    with pytest.raises(OutboundRefused, match="does not answer"):
        Outbound(resolve=_unknown).fetch("GET", "https://unknown.invalid/")


def _unknown(_host: str, _port: int) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "not known")
