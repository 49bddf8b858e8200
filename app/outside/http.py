"""HTTP to the outside, which never reaches the inside.

The name in a URL is somebody else's to resolve, so every address that it resolves to is checked, and the connection
goes to the very address that was checked: there is no second look-up that could answer differently.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from app.core.errors import DomainError
from app.core.language import phrase

MAX_BYTES = 262_144
"""Of an answer, as it comes over the wire: before any decompression, which is not asked for."""

SECONDS = 10.0
"""For everything: look-up, connection, request and answer."""

_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that IANA gives to servers: https://www.iana.org/assignments/ipv6-address-space."""

# Parts of it, and of IPv4, that are special or wrap up another address, and that not every Python knows as such: 6to4's
# relays, IETF protocols with Teredo, 6to4, documentation. https://www.iana.org/assignments/iana-ipv6-special-registry
_SPECIAL = [ipaddress.ip_network(network) for network in ("192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")]

Resolve = Callable[[str, int], Iterable[str]]


class OutboundRefused(DomainError):
    """The address is none that we may or can ask."""

    code = "outbound-refused"
    title = phrase("This address cannot be asked")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: its status and its body."""

    status: int
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is one of a public server.

    Not private, loopback, link-local, multicast, reserved, unspecified, 6to4, Teredo, NAT64, or IPv4 wrapped in IPv6.
    """
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    if ip.is_multicast or (ip.version == 6 and ip not in _UNICAST):
        return False
    return ip.is_global and not any(ip in network for network in _SPECIAL)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Outbound:
    """Asks public servers; ``allowed`` names those that are ours to ask wherever they are, as ``host:port``."""

    allowed: frozenset[str] = frozenset()
    resolve: Resolve = resolve
    seconds: float = SECONDS

    def fetch(self, method: str, url: str, *, headers: dict[str, str] | None = None, body: bytes = b"") -> Fetched:
        """The answer to one request. Follows no redirect, and asks for no compression nor undoes one.

        Raises :class:`OutboundRefused` for another scheme than https (http where the server is ``allowed``), an address
        inside, an answer over :data:`MAX_BYTES`, or one that is not there after ``seconds``. The system's look-up of a
        name has its own time limit.
        """
        target, ours = self._target(url)
        sent = {"Accept-Encoding": "identity", "User-Agent": "conference-champions", **(headers or {})}
        backend = _Checked(self.resolve, time.monotonic() + self.seconds, ours)
        read = bytearray()
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend) as pool,
                pool.stream(method, str(target), headers=list(sent.items()), content=body) as response,
            ):
                for chunk in response.iter_stream():
                    read += chunk
                    if len(read) > MAX_BYTES:
                        raise OutboundRefused(
                            phrase("{host} answers more than {most} bytes.", host=target.host, most=MAX_BYTES)
                        )
                return Fetched(response.status, bytes(read))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError, ValueError) as error:
            raise OutboundRefused(phrase("{host} does not answer.", host=target.host)) from error

    def _target(self, url: str) -> tuple[httpx.URL, bool]:
        """The address, and whether its server is allowed; refuses what is never asked."""
        try:
            target = httpx.URL(url)
            host = target.host  # decodes it, which not every name survives
        except (httpx.InvalidURL, ValueError) as error:
            raise OutboundRefused(phrase("This is not an address.")) from error
        ours = f"{host}:{target.port or (443 if target.scheme == 'https' else 80)}" in self.allowed
        if target.scheme != "https" and not (ours and target.scheme == "http"):
            raise OutboundRefused(phrase("Only https addresses are asked."))
        if target.userinfo:
            raise OutboundRefused(phrase("An address carries no user name."))
        if not host:
            raise OutboundRefused(phrase("An address names a server."))
        return target, ours


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
            raise OutboundRefused(phrase("{host} is not a public server.", host=host))
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
