"""Who is at the other end of a request: their language, what to show them something by, and where they are."""

from ipaddress import ip_address, ip_network

from fastapi import Request

from app.acts.application import Service
from app.core.config import Settings
from app.core.language import Language, preferred
from app.core.rules import Rules
from app.serving.routes import on_thread


def network_of(host: str) -> str:
    """What one client cannot leave: an IPv4 address, or the /64 of an IPv6 one, of which each client has a whole."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ip_network((address, 64), strict=False))


def address_of(request: Request) -> str:
    """The network address that tries are counted for."""
    return network_of(request.client.host) if request.client else "unknown"


def wished(request: Request) -> Language | None:
    """The language of ours that the program of whoever sent the request asks for."""
    return preferred(", ".join(request.headers.getlist("Accept-Language")))


async def language_of(request: Request, *, database: bool = True) -> Language:
    """The language of whoever sent the request: her own if we know who she is, else the one that her program asks for.

    Of somebody who asks for none of ours, the community's; without the database, what the environment says of it.
    """
    known: Language | None = getattr(request.state, "language", None)
    wanted = known or wished(request)
    here: Settings = request.app.state.settings
    return wanted or (await appearance(request) if database else here.rules({})).language


async def appearance(request: Request) -> Rules:
    """The rules of the community to show something by, whatever has gone wrong."""
    service: Service = request.app.state.service
    return await on_thread(request, service.appearance)
