"""How other servers are named in settings: database, mail server, proxies. A slip is told without its secret."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.core.errors import Unfit
from app.core.language import phrase

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
}
"""The schemes that people write, and what each means here."""

_NO_DATABASE = phrase(
    "This must be the address of a database, such as {postgresql} or {sqlite}. In a password write what is neither a "
    "letter nor a digit as % and its number, such as %40 for @.",
    postgresql="postgresql://user:password@host/name",
    sqlite="sqlite:////folder/champions.db",
)
_NO_MAIL_SERVER = phrase(
    "This must be the address of a mail server, such as {example}; smtp:// and smtps:// are known, too. In a password "
    "write what is neither a letter nor a digit as % and its number, such as %40 for @.",
    example="smtp+starttls://user:password@host:587",
)

Security = Literal["smtp", "smtp+starttls", "smtps"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, how the connection is secured, and by whom."""

    security: Security
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"<mail server {self.security}://{self.host}:{self.port}>"


def mail_server(written: str) -> MailServer | None:
    """The mail server of an address; None for "", which is none. Refuses (``Unfit``) what is no such address."""
    if not written:
        return None
    try:
        url = urlsplit(written)
        port, host = url.port, url.hostname  # either may raise, quoting what was written
    except ValueError:
        raise Unfit(_NO_MAIL_SERVER) from None
    more = url.path.strip("/") or url.query or url.fragment  # a password that was cut at a sign of its own
    if url.scheme not in {"smtp", "smtp+starttls", "smtps"} or not host or more:
        raise Unfit(_NO_MAIL_SERVER)
    usual = 465 if url.scheme == "smtps" else 587
    user, password = unquote(url.username or ""), unquote(url.password or "")
    return MailServer(cast(Security, url.scheme), host, port or usual, user, password)


def database_address(written: str) -> str:
    """The address of a database as SQLAlchemy knows it: ``postgres://`` and ``postgresql://`` are understood.

    Refuses (``Unfit``) another database than SQLite and PostgreSQL, and one in memory: each process would have its own.
    """
    if not written:
        return ""
    scheme, separator, rest = written.partition("://")
    if not separator or scheme not in _DRIVERS:
        raise Unfit(_NO_DATABASE)
    address = f"{_DRIVERS[scheme]}://{rest}"
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # of which either quotes what was written
        raise Unfit(_NO_DATABASE) from None
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise Unfit(_NO_DATABASE)
    return address


def proxies(written: str) -> str:
    """Addresses and networks, separated by commas, or ``*``. Refuses (``Unfit``) what never could match anybody."""
    for one in _parts(written):
        try:
            one == "*" or ip_network(one)
        except ValueError:
            raise Unfit(
                phrase(
                    "{given} is no address and no network. Write them as {example}.",
                    given=one,
                    example="10.0.0.7, 192.168.0.0/16",
                )
            ) from None
    return written


def servers(written: str) -> str:
    """Servers as ``host:port``, separated by commas. Refuses (``Unfit``) one without its port."""
    for one in _parts(written):
        host, _, port = one.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
            raise Unfit(phrase("{given} is not written as {example}.", given=one, example="host:port"))
    return written


def _parts(written: str) -> list[str]:
    return [part.strip() for part in written.split(",") if part.strip()]
