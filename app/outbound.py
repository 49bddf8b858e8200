"""HTTP to the outside, which never reaches the inside.

The name in a URL is somebody else's to resolve, so every address that it resolves to is checked, and the connection
goes to the very address that was checked: there is no second look-up that could answer differently.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from app.errors import DomainError

MAX_BYTES = 262_144
"""Of an answer, as it comes over the wire: before any decompression, which is not asked for."""

SECONDS = 10.0
"""For everything: look-up, connection, request and answer."""

# Address families in which another address, perhaps a private one, is wrapped up.
_WRAPPING = [
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0/96", "::/96")
]

Resolve = Callable[[str, int], Iterable[str]]


class OutboundRefused(DomainError):
    """The address is none that we may or can ask."""

    code = "outbound-refused"
    title = "This address cannot be asked"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status and its body."""

    status: int
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is a public one.

    Not private, loopback, link-local, multicast, reserved, unspecified, 6to4, Teredo, NAT64, or IPv4 wrapped in IPv6.
    """
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if ip.version == 6 and any(ip in network for network in _WRAPPING):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass
class Outbound:
    """Asks public servers; ``allowed`` names those that are ours to ask wherever they are, as ``host:port``."""

    allowed: frozenset[str] = frozenset()
    resolve: Resolve = field(default=resolve)

    def fetch(self, method: str, url: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> Fetched:
        """The answer to one request. Follows no redirect, and asks for no compression.

        Raises :class:`OutboundRefused` for another scheme than https (http where the server is ``allowed``), an address
        inside, an answer over :data:`MAX_BYTES`, or one that is not there after :data:`SECONDS`.
        """
        deadline = time.monotonic() + SECONDS
        target = httpx.URL(url)
        ours = f"{target.host}:{target.port or (443 if target.scheme == 'https' else 80)}" in self.allowed
        if target.scheme != "https" and not (ours and target.scheme == "http"):
            raise OutboundRefused("Only https addresses are asked.")
        if target.userinfo:
            raise OutboundRefused("An address carries no user name.")
        backend = _Checked(self.resolve, deadline, ours)
        try:
            with httpcore.ConnectionPool(network_backend=backend, retries=0, max_connections=1) as pool:
                sent = {"Accept-Encoding": "identity", "User-Agent": "conference-champions", **(headers or {})}
                return self._read(pool, method, target, sent, body, deadline)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise OutboundRefused(f"{target.host} does not answer.") from error

    def _read(
        self,
        pool: httpcore.ConnectionPool,
        method: str,
        target: httpx.URL,
        headers: dict[str, str],
        body: bytes,
        deadline: float,
    ) -> Fetched:
        timeout = {name: _left(deadline) for name in ("connect", "read", "write", "pool")}
        with pool.stream(
            method, str(target), headers=list(headers.items()), content=body, extensions={"timeout": timeout}
        ) as response:
            read = bytearray()
            for chunk in response.iter_stream():
                read += chunk
                _left(deadline)
                if len(read) > MAX_BYTES:
                    raise OutboundRefused(f"{target.host} answers more than {MAX_BYTES} bytes.")
            return Fetched(response.status, bytes(read))


class _Checked(httpcore.NetworkBackend):
    """Connects to a public address of a name, the one that was checked, or not at all."""

    def __init__(self, resolve: Resolve, deadline: float, ours: bool) -> None:
        self._resolve, self._deadline, self._ours = resolve, deadline, ours
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (ours is the time that is left)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = list(self._resolve(host, port))
        if not addresses or not (self._ours or all(is_public(address) for address in addresses)):
            raise OutboundRefused(f"{host} is not a public server.")
        stream = self._real.connect_tcp(
            addresses[0],
            port,
            timeout=_left(self._deadline),
            local_address=local_address,
            socket_options=socket_options,
        )
        return _Hurried(stream, self._deadline)


class _Hurried(httpcore.NetworkStream):
    """A stream whose every step has only what is left of the whole time, however slowly the bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, timeout=_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, timeout=_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        secure = self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._deadline))
        return _Hurried(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left
