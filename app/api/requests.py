"""FastAPI's side of a request: who asks, which page, on which version, under which key — and the unit of work."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field
from sqlmodel import Session

from app.acts.audit import record
from app.acts.idempotency import Answer, claim_key, fingerprint, keep_answer
from app.acts.policy import ANYONE, Actor, Permission, Role, require
from app.acts.throttle import count_attempt
from app.core.db import Database
from app.core.errors import DomainError, Invalid, PreconditionMissing, Unauthenticated
from app.core.paging import MAXIMUM, Paging
from app.core.rules import Rules
from app.core.schema import MAX_ID
from app.members.service import authenticate_member
from app.people.access import authenticate
from app.people.secrets import API_TOKEN, MEMBER_LINK

PathId = Annotated[int, Path(ge=1, le=MAX_ID)]
"""An identifier in a path."""

QueryId = Annotated[int, Field(ge=1, le=MAX_ID)]
"""An identifier in a query."""

_bearer = HTTPBearer(auto_error=False, description="An API token, or a member's own link.")


async def _paging(
    limit: Annotated[int, Query(ge=1, le=MAXIMUM, description="entries per page")] = 50,
    cursor: Annotated[str | None, Query(max_length=500, description="`next` of the page before")] = None,
) -> Paging:
    return Paging(limit=limit, cursor=cursor)


PageQuery = Annotated[Paging, Depends(_paging)]
"""The ``limit`` and ``cursor`` of a list."""


async def _version(
    if_match: Annotated[str | None, Header(max_length=100, description="the ETag of what you read")] = None,
) -> int:
    if if_match is None:
        raise PreconditionMissing("Send If-Match with the ETag of what you read.")
    found = re.fullmatch(r'"(\d{1,9})"', if_match.strip(), re.ASCII)
    if found is None:
        raise Invalid('If-Match is one strong ETag, such as "3".', field="If-Match")
    return int(found[1])


Version = Annotated[int, Depends(_version)]
"""The version that an edit is based on."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often something may be tried within a window: by one client, and for one account (0 for no such limit)."""

    name: str
    per_address: int
    per_account: int = 0
    window: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Unit:
    """One request's access to the database: to read, or to do one unit of work."""

    database: Database
    rules: Rules
    token: str | None
    request_id: str
    address: str
    """The client's network address."""
    key: str | None = None
    fingerprint: str = ""

    def read(self, permission: Permission, verb: Callable[[Session, Actor], Any]) -> tuple[Actor, Any]:
        """The actor, who has the permission, and what ``verb`` reads for her."""
        with self.database.reading() as session:
            actor = self._actor(session, permission)
            return actor, verb(session, actor)

    def write(
        self,
        permission: Permission,
        verb: Callable[[Session, Actor], Any],
        *,
        action: str,
        subject: Callable[[Any], str],
        answer: Callable[[Any], Answer],
        refuse: Callable[[DomainError], Answer],
    ) -> Answer:
        """Does ``verb`` in one transaction and gives its answer, or the one that the same key had before.

        What was done goes into the audit trail as ``action`` on ``subject``. A refusal is an answer, too, and is kept
        with the key; an unexpected error is not.
        """

        def do(session: Session, actor: Actor) -> Answer:
            result = verb(session, actor)
            given = answer(result)
            record(
                session,
                principal=actor.principal,
                action=action,
                subject=subject(result),
                request_id=self.request_id,
            )
            return given

        def work(session: Session) -> Answer:
            actor = self._actor(session, permission)
            if self.key is None or actor.role is Role.ANYONE:
                return do(session, actor)
            before = claim_key(session, principal=actor.principal, key=self.key, print_=self.fingerprint)
            if before is not None:
                return before
            try:
                with session.begin_nested():
                    given = do(session, actor)
            except DomainError as refusal:
                given = refuse(refusal)
            keep_answer(session, principal=actor.principal, key=self.key, answer=given)
            return given

        return self.database.run(work)

    def throttle(self, limit: Throttle, account: str | None) -> None:
        """Counts an attempt by this client, and one for the account that it is about.

        Raises :class:`TooMany`. The count is kept whatever becomes of the request.
        """

        def work(session: Session) -> None:
            for name, most in (
                (f"{limit.name} from {self.address}", limit.per_address),
                (f"{limit.name} for {account}", limit.per_account if account else 0),
            ):
                if most:
                    count_attempt(session, name=name, most=most, window=limit.window)

        self.database.run(work)

    def note_reading(self, session: Session, actor: Actor, action: str, subjects: Sequence[str]) -> None:
        """Notes that somebody reads what is not hers, and of whom or what."""
        for subject in subjects:
            record(session, principal=actor.principal, action=action, subject=subject, request_id=self.request_id)

    def _actor(self, session: Session, permission: Permission) -> Actor:
        actor = self._authenticate(session)
        require(actor, permission)
        return actor

    def _authenticate(self, session: Session) -> Actor:
        if self.token is None:
            return ANYONE
        if self.token.startswith(API_TOKEN):
            return authenticate(session, token=self.token)
        if self.token.startswith(MEMBER_LINK):
            return authenticate_member(session, token=self.token)
        raise Unauthenticated("This is neither an API token nor a member's link.")


def network_of(host: str) -> str:
    """What one client cannot leave: an IPv4 address, or the /64 of an IPv6 one, of which each client has a whole."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ip_network((address, 64), strict=False))


async def unit(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Unit:
    """The unit of a request that carries no key."""
    return Unit(
        database=request.app.state.database,
        rules=request.app.state.settings.rules,
        token=credentials.credentials if credentials else None,
        request_id=request.state.request_id,
        address=network_of(request.client.host) if request.client else "unknown",
    )


async def check_permission(request: Request, permission: Permission) -> None:
    """Raises :class:`Unauthenticated` or :class:`Forbidden` where whoever sends this request may not."""
    asking = await unit(request, await _bearer(request))
    await run_in_threadpool(asking.read, permission, lambda _session, _actor: None)


async def keyed_unit(
    request: Request,
    plain: Annotated[Unit, Depends(unit)],
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[\x21-\x7E]+$",
            description="Your own name for this request. Sent again within a day, it gets the first answer again.",
        ),
    ] = None,
) -> Unit:
    """The unit of a POST, which may carry an Idempotency-Key."""
    if idempotency_key is None:
        return plain
    target = f"{request.url.path}?{request.url.query}"
    print_ = fingerprint(request.method, target, await request.body())
    return replace(plain, key=idempotency_key, fingerprint=print_)
