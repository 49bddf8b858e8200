"""Verbs about members: know them by handle, give them their own link, erase them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, true, update
from sqlmodel import Session, col

from app.acts.policy import Actor, Role
from app.core.clock import utcnow
from app.core.db import columns, lock, one
from app.core.errors import Conflict, Invalid, NotFound, Unauthenticated
from app.core.keys import ServerKey
from app.core.language import Text, phrase
from app.core.lifecycle import Version, check_version
from app.core.paging import Page, Paging, page
from app.core.rules import Rules
from app.core.subjects import NOTHING, Thing
from app.core.text import fold, words
from app.members.handles import Handle, Platform, parse_handle
from app.members.marks import former_mark_of, is_erased, mark_of, pass_on_blocks
from app.members.models import Member, MemberHandle, Report
from app.members.schemas import HandleIn, HandleOut, MemberFilter, MemberLink, MemberOut, MemberPatch
from app.people.models import BrowserSession, Person
from app.people.secrets import MEMBER_LINK, hash_secret, new_secret
from app.people.service import update_person

LINK_DAYS = 90
"""How long a member's link lives."""

OPENED_AT = "/membership/open"
"""The page that a member's link opens."""

_MISSING = phrase("There is no such member.")
_MEMBER = tuple(col(getattr(Member, name)) for name in MemberOut.model_fields if name != "handles")


def parse(entry: HandleIn, *, rules: Rules, field: str = "handle") -> Handle:
    """The handle that somebody typed. Raises :class:`Invalid` naming ``field``."""
    try:
        return parse_handle(entry.handle, platform=entry.platform, default=Platform(rules.default_platform))
    except Invalid as refusal:
        raise Invalid(refusal.detail, field=field) from refusal


def read_typed(typed: str, *, rules: Rules) -> Handle | Text:
    """The handle that somebody typed, or what is wrong with it."""
    try:
        return parse_handle(typed, default=Platform(rules.default_platform))
    except Invalid as refusal:
        return refusal.detail


def known_handle(session: Session, *, handle: Handle, key: ServerKey) -> tuple[int, int] | None:
    """The ids of a handle and of the member who has it; she comes into being when she is first named.

    None for a handle that was erased: nobody comes into being by it.
    """
    statement = select(col(MemberHandle.id), col(MemberHandle.member_id)).where(*_is(handle))
    # An erasure in another transaction is waited for: then there is no such row any more.
    found = columns(session, statement.with_for_update(read=True, key_share=True)).first()
    if found is not None:
        return found.id, found.member_id
    if is_erased(session, handle=handle, key=key):
        return None
    member = Member()
    session.add(member)
    session.flush()
    return add_handle_step(session, member_id=member.id, handle=handle, key=key), member.id


def first_handle(session: Session, *, member_id: int) -> tuple[Handle, int]:
    """The handle by which a member was known first, and its id."""
    own = select(MemberHandle).where(col(MemberHandle.member_id) == member_id).order_by(col(MemberHandle.id))
    found = session.scalars(own.limit(1)).one()
    return Handle(found.platform, found.canonical, found.display, found.url), found.id


def update_member(
    session: Session, *, member_id: int, version: Version | None, patch: MemberPatch, rules: Rules, key: ServerKey
) -> Member:
    """Changes the given fields, and adds a handle.

    Raises :class:`Stale`; :class:`Conflict` for a handle or a person that belongs to another member, or a handle that
    was erased.
    """
    member = lock_member(session, member_id)
    member.version = check_version(present=member.version, based_on=version)
    sent = patch.model_fields_set
    if "display_name" in sent and patch.display_name is not None:
        member.display_name, member.search_text = patch.display_name, searched(patch.display_name)
    if "person_id" in sent:
        if patch.person_id is not None and session.get(Person, patch.person_id) is None:
            raise Invalid(phrase("There is no such person."), field="person_id")
        other = member_of_person(session, person_id=patch.person_id) if patch.person_id else None
        if other not in (None, member_id):
            raise Conflict(phrase("This person is already linked to another member."), field="person_id")
        member.person_id = patch.person_id
    if patch.add_handle is not None:
        handle = parse(patch.add_handle, rules=rules, field="add_handle")
        give_handle_step(session, member_id=member_id, handle=handle, key=key, field="add_handle")
    session.flush()
    return member


def issue_link(
    session: Session, *, member_id: int, issuer_id: int | None, rules: Rules, but: Actor | None = None
) -> MemberLink:
    """A new link by which a member sees, confirms and erases what is kept of her; the one before is void.

    So are the sessions that were begun with it, ``but`` for the one in which she asks. The link lives for
    :data:`LINK_DAYS`, and ends with the account of the person that she is.
    """
    member = lock_member(session, member_id)
    end_sessions_step(session, member_ids=[member_id], but=but.session_id if but else None)
    secret = new_secret(MEMBER_LINK)
    member.link_hash, member.link_by = hash_secret(secret), issuer_id
    member.link_expires_at = utcnow() + timedelta(days=LINK_DAYS)
    return MemberLink(
        member_id=member_id,
        token=secret,
        url=f"{rules.public_url}{OPENED_AT}?link={secret}",
        expires_at=member.link_expires_at,
    )


def end_sessions_step(session: Session, *, member_ids: Collection[int], but: int | None = None) -> None:
    """Ends the sessions that were begun with these members' links, but for one."""
    others = true() if but is None else col(BrowserSession.id) != but
    session.exec(delete(BrowserSession).where(col(BrowserSession.member_id).in_(member_ids), others))


def change_person(
    session: Session, *, person_id: int, version: Version | None, changes: dict[str, Any], actor: Actor
) -> None:
    """Changes the given fields of a person, and ends the member's link of one who is made inactive.

    Raises what :func:`app.people.service.update_person` raises.
    """
    update_person(session, person_id=person_id, version=version, changes=changes, actor=actor)
    if changes.get("active") is False:
        own = update(Member).where(col(Member.person_id) == person_id).returning(col(Member.id))
        ended = session.scalars(own.values(link_hash=None, link_expires_at=None)).all()
        end_sessions_step(session, member_ids=ended)


def authenticate_member(session: Session, *, token: str) -> Actor:
    """The member whose link this is. Raises :class:`Unauthenticated` for one that is unknown or has expired.

    That of a person who is inactive is void, too, even if it was made after that.
    """
    statement = (
        select(col(Member.id), col(Member.link_by))
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.link_hash) == hash_secret(token),
            col(Member.link_expires_at) > utcnow(),
            col(Member.person_id).is_(None) | col(Person.active).is_(True),
        )
    )
    found = columns(session, statement).first()
    if found is None:
        raise Unauthenticated(phrase("This link no longer works. Ask a coordinator for a new one."))
    through = NOTHING if found.link_by is None else Thing.PERSON.named(found.link_by)
    return Actor(role=Role.MEMBER, member_id=found.id, through=through)


def member_of_person(session: Session, *, person_id: int) -> int | None:
    """The id of the member that a signed-in person is, or None."""
    return session.scalar(select(col(Member.id)).where(col(Member.person_id) == person_id))


def own_member(session: Session, *, actor: Actor) -> int:
    """The id of the member that the actor is. Raises :class:`NotFound` for a person who is linked to none."""
    own = actor.member_id
    if own is None and actor.person_id is not None:
        own = member_of_person(session, person_id=actor.person_id)
    if own is None:
        raise NotFound(phrase("Your account is not linked to a member. Ask a coordinator to link your handle."))
    return own


def erase_member_step(session: Session, *, member_id: int) -> None:
    """Removes her name, her handles and her link. That somebody was met stays as a number."""
    member = lock_member(session, member_id)
    session.exec(delete(MemberHandle).where(col(MemberHandle.member_id) == member_id))
    end_sessions_step(session, member_ids=[member_id])
    member.display_name = member.search_text = ""
    member.person_id, member.link_hash, member.link_expires_at, member.erased_at = None, None, None, utcnow()
    member.version += 1


def find_members(session: Session, *, paging: Paging, rules: Rules, wanted: MemberFilter) -> Page[MemberOut]:
    """Members who have not been erased, by id, with their handles.

    ``handle`` finds the one who has it; ``q`` looks for each of its words in names and handles.
    """
    named = (_has_word(word) for word in words(wanted.q))
    statement = select(*_MEMBER).where(col(Member.erased_at).is_(None), *named)
    if wanted.handle is not None:
        found = find_by_handle(session, handle=parse(HandleIn(handle=wanted.handle), rules=rules))
        statement = statement.where(col(Member.id) == found)
    found_page = page(session, statement, MemberOut, order=[col(Member.id)], paging=paging)
    handles = handles_of(session, [item.id for item in found_page.items])
    items = [item.model_copy(update={"handles": handles.get(item.id, [])}) for item in found_page.items]
    return Page(items=items, next=found_page.next)


def _has_word(word: str) -> ColumnElement[bool]:
    """Whether a word is in a member's name, in one of the handles, or in the name of the person that the member is."""
    handle = exists().where(
        col(MemberHandle.member_id) == col(Member.id),
        col(MemberHandle.search_text).contains(word.removeprefix("@"), autoescape=True),
    )
    person = exists().where(
        col(Person.id) == col(Member.person_id), col(Person.search_text).contains(word, autoescape=True)
    )
    return col(Member.search_text).contains(word, autoescape=True) | handle | person


def searched(text: str) -> str:
    """A name or a handle as it is searched."""
    return fold(text)[:1600]


def read_member(session: Session, *, member_id: int) -> MemberOut:
    """One member with her handles. Raises :class:`NotFound`."""
    statement = select(*_MEMBER).where(col(Member.id) == member_id, col(Member.erased_at).is_(None))
    member = one(session, statement, MemberOut, missing=_MISSING)
    return member.model_copy(update={"handles": handles_of(session, [member_id]).get(member_id, [])})


def handles_of(session: Session, member_ids: list[int]) -> dict[int, list[HandleOut]]:
    """The handles of these members, by member id."""
    statement = (
        select(
            col(MemberHandle.member_id), col(MemberHandle.platform), col(MemberHandle.display), col(MemberHandle.url)
        )
        .where(col(MemberHandle.member_id).in_(member_ids))
        .order_by(col(MemberHandle.id))
    )
    found: dict[int, list[HandleOut]] = {}
    for row in columns(session, statement):
        found.setdefault(row.member_id, []).append(HandleOut.model_validate(row))
    return found


def find_by_handle(session: Session, *, handle: Handle) -> int | None:
    """The id of the member with this handle, or None."""
    return session.scalar(select(col(MemberHandle.member_id)).where(*_is(handle)))


def handle_id(session: Session, *, handle: Handle) -> int | None:
    """The number of this handle where a member has it, or None."""
    return session.scalar(select(col(MemberHandle.id)).where(*_is(handle)))


def _is(handle: Handle) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(MemberHandle.platform) == handle.platform, col(MemberHandle.canonical) == handle.canonical


def give_handle_step(session: Session, *, member_id: int, handle: Handle, key: ServerKey, field: str) -> None:
    """A member has a further handle, or has it already.

    Raises :class:`Conflict`, naming ``field``, for one that belongs to another member or was erased.
    """
    owner = find_by_handle(session, handle=handle)
    if owner not in (None, member_id):
        raise Conflict(phrase("This handle already belongs to another member."), field=field)
    if owner is None and is_erased(session, handle=handle, key=key):
        text = phrase("The owner of this handle had it erased. If they ask to come back, readmit the handle first.")
        raise Conflict(text, field=field)
    if owner is None:
        add_handle_step(session, member_id=member_id, handle=handle, key=key)


def add_handle_step(session: Session, *, member_id: int, handle: Handle, key: ServerKey) -> int:
    """A member has a further handle, which nobody else has; its id."""
    kept = MemberHandle(
        member_id=member_id,
        platform=handle.platform,
        canonical=handle.canonical,
        display=handle.display,
        search_text=searched(handle.display),
        url=handle.url,
        mark=mark_of(handle, key=key),
    )
    session.add(kept)
    session.flush()
    if former := former_mark_of(handle, key=key):
        pass_on_blocks(session, old=former, to=kept.mark, key=key)
    reported = update(Report).where(col(Report.about_handle) == handle.key)
    session.exec(reported.values(about_member_id=member_id, about_handle=""))
    return kept.id


def lock_member(session: Session, member_id: int) -> Member:
    """A member, locked until the unit of work ends. Raises :class:`NotFound`, also for one who was erased."""
    member = lock(session, Member, member_id, missing=_MISSING)
    if member.erased_at is not None:
        raise NotFound(_MISSING)
    return member
