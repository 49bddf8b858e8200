"""FastAPI's side of a request: who asks, which page, on which version, under which key — and the unit of work."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field
from sqlmodel import Session

from app.db import Database
from app.errors import DomainError, Invalid, PreconditionMissing, Unauthenticated
from app.idempotency import Answer, claim_key, fingerprint, keep_answer
from app.members.service import authenticate_member
from app.paging import MAXIMUM, Paging
from app.people.access import authenticate
from app.people.policy import ANYONE, Actor, Permission, Role, require
from app.people.secrets import API_TOKEN, MEMBER_LINK
from app.schema import MAX_ID

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
class Unit:
    """One request's access to the database: to read, or to do one unit of work."""

    database: Database
    token: str | None
    key: str | None
    fingerprint: str

    def read(self, permission: Permission, verb: Callable[[Session, Actor], Any]) -> Any:
        """What ``verb`` reads, for an actor who has the permission."""
        with self.database.reading() as session:
            return verb(session, self._actor(session, permission))

    def write(
        self,
        permission: Permission,
        verb: Callable[[Session, Actor], Any],
        *,
        answer: Callable[[Any], Answer],
        refuse: Callable[[DomainError], Answer],
    ) -> Answer:
        """Does ``verb`` in one transaction and gives its answer, or the one that the same key had before.

        A refusal is an answer, too, and is kept with the key; an unexpected error is not.
        """

        def work(session: Session) -> Answer:
            actor = self._actor(session, permission)
            if self.key is None or actor.role is Role.ANYONE:
                return answer(verb(session, actor))
            before = claim_key(session, principal=actor.principal, key=self.key, print_=self.fingerprint)
            if before is not None:
                return before
            try:
                with session.begin_nested():
                    given = answer(verb(session, actor))
            except DomainError as refusal:
                given = refuse(refusal)
            keep_answer(session, principal=actor.principal, key=self.key, answer=given)
            return given

        return self.database.run(work)

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


async def unit(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Unit:
    """The unit of a request that carries no key."""
    return Unit(request.app.state.database, credentials.credentials if credentials else None, None, "")


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
    return Unit(plain.database, plain.token, idempotency_key, print_)
