"""What can be done with one's own account, with people, and with signing in."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from app.acts.act import NOT_NOTED, ONESELF, Work, Write, given, made, reads, writes
from app.acts.afterwards import LETTERS
from app.acts.policy import Actor, Permission
from app.acts.throttle import Quota, Throttle
from app.core.errors import Unauthenticated
from app.core.language import phrase
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Thing
from app.outbox.models import LetterKind
from app.outbox.service import queue_at_once
from app.people import access, email_changes, service
from app.people.schemas import (
    TOKEN_DAYS,
    AddressIn,
    AddressOut,
    Changed,
    EmailConfirmation,
    GivenRole,
    Invitation,
    IssuedToken,
    MeOut,
    MePatch,
    NamedToken,
    NewEmail,
    NewPerson,
    NewToken,
    PeopleFilter,
    PersonOut,
    SignInRequest,
    Team,
    TokenOut,
)
from app.people.sign_in import Asked, ask_for_code

P = ParamSpec("P")


@reads(Permission.USE_OWN_ACCOUNT)
def get_me(work: Work) -> MeOut:
    """Read your own account."""
    return service.read_me(work.session, person_id=own(work.actor))


@writes(Permission.USE_OWN_ACCOUNT, about=ONESELF, quota=Quota(most=100))
def update_me(work: Work, *, version: Version, body: MePatch) -> MeOut:
    """Change your own account."""
    person_id = own(work.actor)
    service.update_person(work.session, person_id=person_id, version=version, changes=body.changes(), actor=work.actor)
    return service.read_me(work.session, person_id=person_id)


@writes(Permission.USE_OWN_ACCOUNT, about=ONESELF, quota=Quota(most=100))
def put_my_address(work: Work, *, body: AddressIn) -> AddressOut:
    """Say where your box should go."""
    return AddressOut.model_validate(service.put_address(work.session, person_id=own(work.actor), new=body))


@reads(Permission.USE_OWN_ACCOUNT)
def list_my_tokens(work: Work, *, paging: Paging) -> Page[TokenOut]:
    """List your API tokens, without their secrets."""
    return access.find_tokens(work.session, person_id=own(work.actor), paging=paging)


@writes(Permission.USE_OWN_ACCOUNT, about=made(Thing.TOKEN), quota=Quota(most=30), secret=True)
def create_my_token(work: Work, *, body: NamedToken) -> IssuedToken:
    """Make a further API token. It lives for ninety days, unless you say something else.

    Its secret is in this answer and nowhere else, so an Idempotency-Key is not kept.
    """
    return access.issue_token(work.session, person_id=own(work.actor), name=body.name, days=body.days)


@writes(Permission.USE_OWN_ACCOUNT, about=given(Thing.TOKEN))
def revoke_my_token(work: Work, *, token_id: RowId) -> None:
    """End one of your API tokens at once."""
    access.revoke_token(work.session, token_id=token_id, person_id=own(work.actor))


@writes(Permission.USE_OWN_ACCOUNT, about=ONESELF)
def revoke_my_other_tokens(work: Work) -> None:
    """End all your API tokens at once, and sign out in all browsers, but for where you are now.

    Sign-in codes that are still on their way to you end, too, and so do the links of your calendars, and an e-mail
    address that waits to be confirmed.
    """
    access.revoke_all(work.session, person_id=own(work.actor), but=work.actor)


ASKING = Throttle("sign-in link", per_account=8)
GUESSING = Throttle("sign-in", wrong_per_address=60)


def _account(*, body: SignInRequest, **_how: str) -> str:
    return body.email


def asks_for_a_letter(verb: Callable[Concatenate[Work, P], Asked]) -> Write[P, Asked]:
    """Declares an act that has a sign-in letter sent, or seems to: its answer says nothing."""
    return writes(
        Permission.SIGN_IN,
        about=NOT_NOTED,
        throttle=ASKING,
        account=_account,
        follows=LETTERS,
        secret=True,
        silent=True,
    )(verb)


@asks_for_a_letter
def request_sign_in_link(work: Work, *, body: SignInRequest) -> Asked:
    """Have a sign-in code sent to your e-mail address.

    The answer, and the time it takes, is the same whether the address is known or not: the code is made and sent after
    it. Without a mail server, the code is printed by ours. Codes that were sent before stay valid until they are used
    or too old, so that nobody can lock you out by asking in your name.
    """
    return ask_for_code(work, Asked(body.email))


@writes(Permission.SIGN_IN, about=made(Thing.TOKEN), throttle=GUESSING, secret=True)
def sign_in(work: Work, *, body: NewToken) -> IssuedToken:
    """Exchange a sign-in code for an API token.

    A code works once, and for a short time. Each sign-in makes a new token, for ninety days; the tokens that you have
    stay valid until they expire or you end them. Wrong codes are counted by your network address, right ones are not:
    a crowd behind one address gets in, and nobody there can lock it out by guessing.
    """
    return access.redeem_sign_in_link(work.session, secret=body.secret, name=body.name, days=TOKEN_DAYS)


_CHANGING = Throttle("another e-mail address", per_account=3)


def _new_address(*, body: NewEmail, **_whose: int) -> str:
    return body.email


@writes(
    Permission.USE_OWN_ACCOUNT,
    about=ONESELF,
    throttle=_CHANGING,
    account=_new_address,
    quota=Quota(most=10),
    follows=LETTERS,
    silent=True,
)
def change_my_email(work: Work, *, body: NewEmail) -> email_changes.Wanted:
    """Change your e-mail address.

    The new one gets a letter with a secret that confirms it, and the old one is told. The answer is the same whether
    the new one is known here or not.
    """
    return email_changes.want_email(work.session, person_id=own(work.actor), new=body, key=work.key, actor=work.actor)


@writes(
    Permission.MANAGE_PEOPLE,
    about=given(Thing.PERSON),
    throttle=_CHANGING,
    account=_new_address,
    follows=LETTERS,
    silent=True,
)
def change_email(work: Work, *, person_id: RowId, body: NewEmail) -> email_changes.Wanted:
    """Change the e-mail address of somebody, who confirms it by a letter there; the old address is told.

    Only an admin changes that of coordinators and admins.
    """
    return email_changes.want_email(work.session, person_id=person_id, new=body, key=work.key, actor=work.actor)


@writes(Permission.SIGN_IN, about=made(Thing.PERSON), throttle=GUESSING, silent=True)
def confirm_email(work: Work, *, body: EmailConfirmation) -> Changed:
    """Confirm a new e-mail address by the secret that was sent to it. From then on you sign in with it."""
    return email_changes.confirm_email(work.session, secret=body.secret)


@reads(Permission.SIGN_IN)
def is_erased(work: Work, *, person_id: int) -> bool:
    """Whether somebody was erased: what waits on a phone of theirs then waits for nobody."""
    return service.is_erased(work.session, person_id=person_id)


@reads(Permission.READ_TEAM)
def get_team(work: Work) -> Team:
    """See who coordinates the community, so that you can say whom a report is about."""
    return service.read_team(work.session)


@reads(Permission.MANAGE_PEOPLE)
def list_people(work: Work, *, paging: Paging, wanted: PeopleFilter) -> Page[PersonOut]:
    """List people who can sign in."""
    return service.find_people(work.session, paging=paging, wanted=wanted)


@writes(Permission.MANAGE_PEOPLE, about=made(Thing.PERSON), follows=LETTERS)
def create_person(work: Work, *, body: NewPerson) -> PersonOut:
    """Add somebody who can sign in. They are told so by e-mail.

    Only an admin adds coordinators and admins.
    """
    person = service.create_person(work.session, new=body, actor=work.actor)
    queue_at_once(work.session, LetterKind.INVITATION, person_id=person.id)
    return service.read_person(work.session, person_id=person.id)


@reads(Permission.MANAGE_PEOPLE)
def get_person(work: Work, *, person_id: RowId) -> PersonOut:
    """Read one person."""
    return service.read_person(work.session, person_id=person_id)


@writes(Permission.OPERATE, about=made(Thing.PERSON), secret=True)
def invite_person(work: Work, *, body: NewPerson) -> Invitation:
    """Add somebody who can sign in, with a secret for their first sign-in."""
    person = service.create_person(work.session, new=body, actor=work.actor)
    minutes = work.rules.sign_in_minutes
    link = access.issue_sign_in_link(work.session, email=body.email, minutes=minutes)
    return Invitation(id=person.id, secret=link.secret, minutes=minutes)


@writes(Permission.OPERATE, about=made(Thing.PERSON))
def set_role(work: Work, *, email: str, role: GivenRole) -> PersonOut:
    """Give a person another role: also where no admin is left who could sign in and do it."""
    person = service.find_by_email(work.session, email=email)
    version = Version(person.version)
    service.update_person(work.session, person_id=person.id, version=version, changes={"role": role}, actor=work.actor)
    return service.read_person(work.session, person_id=person.id)


@writes(Permission.OPERATE, about=made(Thing.TOKEN), secret=True)
def create_token(work: Work, *, email: str, body: NamedToken) -> IssuedToken:
    """Make an API token for a person."""
    person = service.find_by_email(work.session, email=email)
    return access.issue_token(work.session, person_id=person.id, name=body.name, days=body.days)


@reads(Permission.OPERATE)
def list_tokens(work: Work, *, email: str, paging: Paging) -> Page[TokenOut]:
    """List a person's API tokens, without their secrets."""
    person = service.find_by_email(work.session, email=email)
    return access.find_tokens(work.session, person_id=person.id, paging=paging)


@writes(Permission.OPERATE, about=given(Thing.TOKEN))
def revoke_token(work: Work, *, token_id: RowId) -> None:
    """End an API token at once."""
    access.revoke_token(work.session, token_id=token_id)


def own(actor: Actor) -> int:
    """The id of the person who does this. Raises :class:`Unauthenticated` where it is no person."""
    if actor.person_id is None:
        raise Unauthenticated(phrase("Sign in with an account of your own."))
    return actor.person_id
