"""All that is kept of a person, for that person."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from app.acts.audit import AuditOut, find_audit
from app.acts.policy import Actor, Role
from app.claims.queries import find_claims
from app.claims.schemas import ClaimFilter, ClaimOut
from app.core.clock import utcnow
from app.core.paging import Page, Paging
from app.core.rules import Rules
from app.core.schema import Out
from app.core.subjects import Thing
from app.letters.choices import read_choices
from app.letters.schemas import LetterChoice
from app.meetups.schemas import MeetupOut, MembershipOut
from app.meetups.views import find_meetups, read_membership
from app.members.service import member_of_person
from app.people.access import find_tokens
from app.people.calendar_links import find_calendar_links
from app.people.schemas import CalendarLinkOut, MeOut, SessionOut, TokenOut
from app.people.service import read_me
from app.people.sessions import find_sessions
from app.shipments.queries import find_shipments
from app.shipments.schemas import ShipmentFilter, ShipmentSummary
from app.stock.schemas import MoveFilter, MoveOut
from app.stock.service import find_moves

_ALL = Paging(limit=100_000)
"""More than one person can have of anything."""


class MyData(Out):
    """All that is kept of a person: who they are, what they did, and the trail of it."""

    made_at: datetime
    person: MeOut
    tokens: Sequence[TokenOut]
    sessions: Sequence[SessionOut]
    calendar_links: Sequence[CalendarLinkOut]
    claims: Sequence[ClaimOut]
    shipments: Sequence[ShipmentSummary]
    moves: Sequence[MoveOut]
    meetups: Sequence[MeetupOut]
    letters: Sequence[LetterChoice]
    membership: MembershipOut | None
    trail: Sequence[AuditOut]


def read_my_data(session: Session, *, person_id: int, rules: Rules, actor: Actor) -> MyData:
    """All that is kept of the actor. Of a coordinator it is what is theirs, not what they may see of others."""
    own = replace(actor, role=Role.CHAMPION)

    def all_of(find: Callable[..., Page[Any]], **wanted: Any) -> list[Any]:
        found: list[BaseModel] = find(session, paging=_ALL, **wanted).items
        return found

    is_member = member_of_person(session, person_id=person_id) is not None
    return MyData(
        made_at=utcnow(),
        person=read_me(session, person_id=person_id),
        tokens=all_of(find_tokens, person_id=person_id),
        sessions=all_of(find_sessions, actor=own),
        calendar_links=all_of(find_calendar_links, person_id=person_id),
        claims=all_of(find_claims, wanted=ClaimFilter(), rules=rules, actor=own),
        shipments=all_of(find_shipments, wanted=ShipmentFilter(), actor=own),
        moves=all_of(find_moves, wanted=MoveFilter(), rules=rules, actor=own),
        meetups=all_of(find_meetups, actor=own),
        letters=read_choices(session, person_id=person_id, actor=actor).letters,
        membership=read_membership(session, actor=own, paging=_ALL) if is_member else None,
        trail=all_of(find_audit, principal=Thing.PERSON.named(person_id)),
    )
