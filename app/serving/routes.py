"""The one way to an address: every route of the application says who may use it, or is not there."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute

from app.acts.act import Act, Write
from app.acts.afterwards import Lane, Lanes
from app.acts.policy import Permission
from app.core.errors import Busy
from app.core.sqlite import TOO_MUCH

T = TypeVar("T")

OPEN = frozenset(
    {
        "/docs",
        "/static-offline-docs",
        "/docs/oauth2-redirect",
        "/redoc",
        "/openapi.json",
        "/healthz",
        "/readyz",
        "/readyz/replica",
        "/metrics",
    }
)
"""The addresses that name no permission: documentation, and what those ask who watch the service."""


class Route(APIRoute):
    """A route that knows the permission which it needs."""

    permission: Permission


@dataclass(frozen=True)
class Routes:
    """The routes of a delivery below one prefix, each with its permission; to be installed in applications.

    A route is made once, because that takes a millisecond or two, for however many applications: it takes that of the
    request.
    """

    prefix: str = ""
    made: APIRouter = field(default_factory=APIRouter)

    def serve(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        permission: Permission,
        methods: Collection[str],
        route_class: type[Route] = Route,
        **described: Any,
    ) -> None:
        """Adds a route; ``described`` is what FastAPI's ``add_api_route`` takes for the API's document."""
        described |= {"methods": sorted(methods)}
        self.made.add_api_route(f"{self.prefix}{path}", endpoint, route_class_override=route_class, **described)
        route = self.made.routes[-1]
        assert isinstance(route, Route)
        route.permission = permission

    def install(self, app: FastAPI) -> None:
        """Makes the application answer at all of them."""
        app.router.routes.extend(self.made.routes)


def lane_of(needs: Act[..., Any] | Permission) -> Lane:
    """Where the work of an act is done: what asks somebody outside must not take the threads that answer."""
    if isinstance(needs, Write):
        return Lane.OUTSIDE if needs.asks is not None else Lane.WRITES
    return Lane.HEAVY if isinstance(needs, Act) and needs.heavy else Lane.ANSWERS


_LONG = {Lane.HEAVY, Lane.PRINTS}
"""Lanes in which it is worth asking whether somebody still waits for the answer."""

_UNBOUNDED = CapacityLimiter(math.inf)


async def on_thread(request: Request, work: Callable[[], T], lane: Lane = Lane.ANSWERS) -> T:
    """What the work gives, done on a thread of this application's: the one hop of a request.

    What nobody waits for any more, when its turn comes, is not done. Raises :class:`Busy` where too many wait.
    """
    lanes: Lanes = request.app.state.lanes
    async with lanes.turn(lane):
        if lane in _LONG and await request.is_disconnected():
            raise Busy(TOO_MUCH)  # to nobody
        return await to_thread.run_sync(work, limiter=_UNBOUNDED)


def unguarded(app: FastAPI) -> list[str]:
    """What the application answers to anyone without having been told that it may: nothing, but for :data:`OPEN`."""
    known = (getattr(route, "path", repr(route)) for route in app.routes if not isinstance(route, Route))
    return [path for path in known if path not in OPEN]
