"""Routes of the signed-in person, of people, and of signing in."""

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from app.acts.policy import Actor, Permission, Role
from app.api.requests import PageQuery, PathId, Throttle, Version
from app.api.routing import Router
from app.core.errors import Unauthenticated
from app.core.paging import Page
from app.maintenance.erasure import forget_address
from app.people import access, service
from app.people.schemas import (
    AddressIn,
    AddressOut,
    GivenRole,
    IssuedToken,
    MeOut,
    MePatch,
    NamedToken,
    NewPerson,
    NewToken,
    PersonOut,
    PersonPatch,
    SignInRequest,
    TokenOut,
)
from app.people.sign_in import send_sign_in_link

router = Router(tags=["people"])

TOKEN_DAYS = 90
"""How long a token lives that was exchanged for a sign-in link."""


@router.reads("/me", Permission.USE_OWN_ACCOUNT)
def get_me(session: Session, actor: Actor) -> MeOut:
    """Read your own account."""
    return service.read_me(session, person_id=_own(actor))


@router.writes("PATCH", "/me", Permission.USE_OWN_ACCOUNT)
def update_me(session: Session, actor: Actor, version: Version, body: MePatch) -> MeOut:
    """Change your own account."""
    person_id = _own(actor)
    service.update_person(session, person_id=person_id, version=version, changes=body.changes(), actor=actor)
    return service.read_me(session, person_id=person_id)


@router.writes("PUT", "/me/address", Permission.USE_OWN_ACCOUNT)
def put_my_address(session: Session, actor: Actor, body: AddressIn) -> AddressOut:
    """Say where your box should go."""
    return AddressOut.model_validate(service.put_address(session, person_id=_own(actor), new=body))


@router.writes("DELETE", "/me/address", Permission.USE_OWN_ACCOUNT, status=204)
def delete_my_address(session: Session, actor: Actor) -> None:
    """Have your address forgotten."""
    forget_address(session, person_id=_own(actor))


@router.reads("/me/tokens", Permission.USE_OWN_ACCOUNT)
def list_my_tokens(session: Session, actor: Actor, paging: PageQuery) -> Page[TokenOut]:
    """List your API tokens, without their secrets."""
    return access.find_tokens(session, person_id=_own(actor), paging=paging)


@router.writes("POST", "/me/tokens", Permission.USE_OWN_ACCOUNT, status=201, keyed=False, creates="token")
def create_my_token(session: Session, actor: Actor, body: NamedToken) -> IssuedToken:
    """Make a further API token.

    Its secret is in this answer and nowhere else, so an Idempotency-Key is not kept.
    """
    return access.issue_token(session, person_id=_own(actor), name=body.name, days=body.days)


@router.writes("DELETE", "/me/tokens/{token_id}", Permission.USE_OWN_ACCOUNT, status=204)
def revoke_my_token(session: Session, actor: Actor, token_id: PathId) -> None:
    """End one of your API tokens at once."""
    access.revoke_token(session, token_id=token_id, person_id=_own(actor))


@router.writes("DELETE", "/me/tokens", Permission.USE_OWN_ACCOUNT, status=204)
def revoke_my_other_tokens(session: Session, actor: Actor) -> None:
    """End all your API tokens at once, but for the one that you send.

    Sign-in links that are still on their way to you end, too.
    """
    access.revoke_all(session, person_id=_own(actor), but=actor.token_id)


@router.writes(
    "POST",
    "/sign-in-links",
    Permission.SIGN_IN,
    status=202,
    keyed=False,
    throttle=Throttle("sign-in link", per_address=60, per_account=8),
    then=send_sign_in_link,
    silent=True,
)
def request_sign_in_link(session: Session, body: SignInRequest) -> str:
    """Have a sign-in link sent to your e-mail address.

    The answer, and the time it takes, is the same whether the address is known or not: the link is made and sent after
    it. Without a mail server, the link is printed by ours. Links that were sent before stay valid until they are used
    or too old, so that nobody can lock you out by asking in your name.
    """
    del session
    return body.email


@router.writes(
    "POST",
    "/tokens",
    Permission.SIGN_IN,
    status=201,
    keyed=False,
    creates="token",
    throttle=Throttle("sign-in", per_address=60),
)
def sign_in(session: Session, body: NewToken) -> IssuedToken:
    """Exchange the secret of a sign-in link for an API token.

    A link works once, and for a short time. Each sign-in makes a new token, for ninety days; the tokens that you have
    stay valid until they expire or you end them.
    """
    return access.redeem_sign_in_link(session, secret=body.secret, name=body.name, days=TOKEN_DAYS)


@router.reads("/people", Permission.MANAGE_PEOPLE)
def list_people(
    session: Session, paging: PageQuery, role: Annotated[GivenRole | None, Query()] = None
) -> Page[PersonOut]:
    """List people who can sign in."""
    return service.find_people(session, paging=paging, role=Role(role) if role else None)


@router.writes("POST", "/people", Permission.MANAGE_PEOPLE, status=201, creates="person")
def create_person(session: Session, actor: Actor, body: NewPerson) -> PersonOut:
    """Add somebody who can sign in.

    Only an admin adds coordinators and admins.
    """
    person = service.create_person(session, new=body, actor=actor)
    return service.read_person(session, person_id=person.id)


@router.reads("/people/{person_id}", Permission.MANAGE_PEOPLE)
def get_person(session: Session, person_id: PathId) -> PersonOut:
    """Read one person."""
    return service.read_person(session, person_id=person_id)


@router.writes("PATCH", "/people/{person_id}", Permission.MANAGE_PEOPLE)
def update_person(session: Session, actor: Actor, person_id: PathId, version: Version, body: PersonPatch) -> PersonOut:
    """Change a person: her role, whether she is trusted, whether she can sign in."""
    service.update_person(session, person_id=person_id, version=version, changes=body.changes(), actor=actor)
    return service.read_person(session, person_id=person_id)


def _own(actor: Actor) -> int:
    if actor.person_id is None:
        raise Unauthenticated("Sign in as a person.")
    return actor.person_id
