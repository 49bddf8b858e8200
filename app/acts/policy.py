"""Who may do what: permissions are a table, and each route names the one it needs."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.errors import Forbidden, Unauthenticated
from app.core.language import Language, phrase
from app.core.subjects import NOTHING, Subject, Thing


class Role(StrEnum):
    """What somebody is to the community. Only the last three can be given to a person."""

    ANYONE = "anyone"
    MEMBER = "member"
    CHAMPION = "champion"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


_SINGULAR = {
    Role.MEMBER: phrase("member"),
    Role.CHAMPION: phrase("champion"),
    Role.COORDINATOR: phrase("coordinator"),
    Role.ADMIN: phrase("admin"),
}
_PLURAL = {
    Role.MEMBER: phrase("members"),
    Role.CHAMPION: phrase("champions"),
    Role.COORDINATOR: phrase("coordinators"),
    Role.ADMIN: phrase("admins"),
}


class Permission(StrEnum):
    """One thing that somebody may do. Whose things she may do it to is the verb's to check."""

    READ_PUBLIC = "public.read"
    SIGN_IN = "sign-in"
    APPLY = "application.make"
    HANDLE_APPLICATIONS = "application.handle"
    USE_OWN_ACCOUNT = "account.own"
    PROPOSE_CONFERENCE = "conference.propose"
    EDIT_CONFERENCES = "conference.edit"
    CLAIM = "claim.make"
    READ_CLAIMS = "claim.read"
    DECIDE_CLAIMS = "claim.decide"
    READ_STOCK = "stock.read"
    COUNT_STOCK = "stock.count"
    MOVE_STOCK = "stock.move"
    READ_DESIGNS = "design.read"
    EDIT_DESIGNS = "design.edit"
    PURCHASE = "purchase"
    READ_SHIPMENTS = "shipment.read"
    SHIP = "shipment.make"
    RECEIVE = "shipment.receive"
    RECORD_MEETUPS = "meetup.record"
    COUNT_BY_SLIP = "slip.count"
    ASK_TO_BE_NAMED = "wish.make"
    EDIT_MEMBERS = "member.edit"
    USE_OWN_MEMBERSHIP = "membership.own"
    MANAGE_PEOPLE = "people.manage"
    ERASE_PEOPLE = "people.erase"
    READ_TODO = "todo.read"
    SETTLE_LATE_ENTRIES = "late-entry.settle"
    REPORT = "report.make"
    READ_TEAM = "team.read"
    HANDLE_REPORTS = "report.handle"
    AUDIT = "audit.read"
    PRINT_BATCHES = "print.batches"
    MANAGE_LINKS = "link.manage"
    MANAGE_LETTERS = "letter.manage"
    PREVIEW_LETTERS = "letter.preview"
    STOP_LETTERS = "letter.stop"
    OPERATE = "service.operate"


_EVERYBODY = frozenset(Role)
_PEOPLE = frozenset({Role.CHAMPION, Role.COORDINATOR, Role.ADMIN})
_STAFF = frozenset({Role.COORDINATOR, Role.ADMIN})

ALLOWED: dict[Permission, frozenset[Role]] = {
    Permission.READ_PUBLIC: _EVERYBODY,
    Permission.SIGN_IN: _EVERYBODY,
    Permission.APPLY: _EVERYBODY,
    Permission.COUNT_BY_SLIP: _EVERYBODY,
    Permission.ASK_TO_BE_NAMED: _EVERYBODY,
    Permission.HANDLE_APPLICATIONS: _STAFF,
    Permission.USE_OWN_ACCOUNT: _PEOPLE,
    Permission.PROPOSE_CONFERENCE: _PEOPLE,
    Permission.EDIT_CONFERENCES: _STAFF,
    Permission.CLAIM: _PEOPLE,
    Permission.READ_CLAIMS: _PEOPLE,
    Permission.DECIDE_CLAIMS: _STAFF,
    Permission.READ_STOCK: _PEOPLE,
    Permission.COUNT_STOCK: _PEOPLE,
    Permission.MOVE_STOCK: _STAFF,
    Permission.READ_DESIGNS: _PEOPLE,
    Permission.EDIT_DESIGNS: _STAFF,
    Permission.PURCHASE: _STAFF,
    Permission.READ_SHIPMENTS: _PEOPLE,
    Permission.SHIP: _PEOPLE,
    Permission.RECEIVE: _PEOPLE,
    Permission.RECORD_MEETUPS: _PEOPLE,
    Permission.EDIT_MEMBERS: _STAFF,
    Permission.USE_OWN_MEMBERSHIP: frozenset({Role.MEMBER}) | _PEOPLE,
    Permission.MANAGE_PEOPLE: _STAFF,
    Permission.ERASE_PEOPLE: frozenset({Role.ADMIN}),
    Permission.READ_TODO: _STAFF,
    Permission.SETTLE_LATE_ENTRIES: _STAFF,
    Permission.REPORT: _EVERYBODY,
    Permission.READ_TEAM: frozenset({Role.MEMBER}) | _PEOPLE,
    Permission.HANDLE_REPORTS: _STAFF,
    Permission.AUDIT: _STAFF,
    Permission.PRINT_BATCHES: _STAFF,
    Permission.MANAGE_LINKS: _STAFF,
    Permission.MANAGE_LETTERS: _STAFF,
    Permission.PREVIEW_LETTERS: frozenset({Role.ADMIN}),
    Permission.STOP_LETTERS: _EVERYBODY,
    Permission.OPERATE: frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is doing this: a signed-in person, a member by her own link, the shell, or anyone."""

    role: Role
    person_id: int | None = None
    member_id: int | None = None
    trusted: bool = False
    token_id: int | None = None
    """The API token that she showed."""
    through: Subject = NOTHING
    """Of a member by her link: who made that, and has seen it."""
    session_id: int | None = None
    """The browser session that she showed."""
    session_unseen: bool = False
    """Whether it is some time since anybody noted that the session is in use."""
    language: Language | None = None
    """The language of her own choice, where we know it."""
    paper: Subject = NOTHING
    """Of somebody whom we do not know: the paper whose code they show, by which their requests are told apart."""

    @property
    def sees_only(self) -> int | None:
        """Whose things alone they may see: their own, and nobody's who has no number. None for staff, who see all."""
        return None if self.is_staff else self.person_id or 0

    @property
    def is_staff(self) -> bool:
        """Whether she is a coordinator or an admin, who may act on everybody's things."""
        return self.role in _STAFF

    @property
    def principal(self) -> str:
        """A name for whose requests these are."""
        if self.person_id is not None:
            return Thing.PERSON.named(self.person_id)
        if self.member_id is not None:
            return Thing.MEMBER.named(self.member_id)
        if self.paper:
            return self.paper
        return "shell" if self.is_staff else "anyone"

    def may_touch(self, person_id: int | None) -> bool:
        """Whether something of this person is hers to see and to act on."""
        return self.is_staff or (person_id is not None and self.person_id == person_id)


ANYONE = Actor(role=Role.ANYONE)
SHELL = Actor(role=Role.ADMIN)
"""Whoever can run commands on the server."""


def require(actor: Actor, permission: Permission) -> None:
    """Raises :class:`Unauthenticated` or :class:`Forbidden` unless the actor's role has the permission."""
    if actor.role in ALLOWED[permission]:
        return
    if actor.role is Role.ANYONE:
        raise Unauthenticated(phrase("Sign in first: send your token as “Authorization: Bearer …”."))
    text = phrase(
        "Only {roles} can do this; your role is {role}. Ask a coordinator for help.",
        roles=[_PLURAL[role] for role in Role if role in ALLOWED[permission]],
        role=_SINGULAR[actor.role],
    )
    raise Forbidden(text, permission=permission.value)
