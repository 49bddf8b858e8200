"""The days of claims: the conference, when its box must leave, when to hand out, when to send the final count."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from app.claims.models import ENDED_EARLY, SERVED, Claim, ClaimStatus
from app.claims.queries import has_shipped
from app.claims.ship_by import must_arrive_by
from app.conferences.models import OFF, Conference
from app.core.clock import today
from app.core.db import Statement, columns
from app.core.keys import ServerKey
from app.core.language import Text, phrase, verbatim
from app.core.rules import Rules
from app.feeds.conferences import SAID, lately, place_of
from app.feeds.events import MOST, PAST_DAYS, Event, EventStatus
from app.shipments.models import Shipment

COUNT_DAYS = 3
"""Days after a conference by which its final count is asked for."""

_SHIP_PAST_DAYS = 60
"""How long the coordinators see when a box had to leave."""


def own_events(session: Session, *, person_id: int, rules: Rules, key: ServerKey) -> list[Event]:
    """All days of a champion's claims, by their conference; those that ended of late as cancelled."""
    statement = _claims(rules, PAST_DAYS).where(
        col(Claim.champion_id) == person_id,
        or_(col(Claim.status).in_(SERVED | {ClaimStatus.REQUESTED}), col(Claim.ended_at) > lately()),
    )
    found = columns(session, statement)
    return [event for row in found for event in _own(_Claim(row, rules, key))]


def ship_by_events(session: Session, *, rules: Rules, key: ServerKey) -> list[Event]:
    """When the boxes of all claims must leave that are accepted; those of claims that ended of late as cancelled."""
    statement = _claims(rules, _SHIP_PAST_DAYS).where(
        or_(col(Claim.status).in_(SERVED), col(Claim.status).in_(ENDED_EARLY) & (col(Claim.ended_at) > lately()))
    )
    return [_Claim(row, rules, key).ship_by() for row in columns(session, statement)]


def _claims(rules: Rules, past_days: int) -> Statement:
    """Claims with their conference, and when their boxes changed last, from so many days ago on."""
    changed = func.coalesce(col(Shipment.changed_at), col(Shipment.created_at))
    return (
        select(
            *SAID,
            col(Claim.id).label("claim_id"),
            col(Claim.status).label("claim_status"),
            col(Claim.version).label("claim_version"),
            func.coalesce(col(Claim.changed_at), col(Claim.created_at)).label("claim_changed_at"),
            _of_boxes(func.coalesce(func.sum(col(Shipment.version)), 0)).label("boxes_version"),
            _of_boxes(func.max(changed)).label("boxes_changed_at"),
            has_shipped().label("shipped"),
        )
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Conference.starts_on) > today(rules.timezone) - timedelta(days=past_days))
        .order_by(col(Conference.starts_on), col(Claim.id))
        .limit(MOST)
    )


def _of_boxes(figure: ColumnElement[Any]) -> ColumnElement[Any]:
    boxes = select(figure).where(col(Shipment.claim_id) == col(Claim.id)).correlate(Claim)
    return boxes.scalar_subquery()


class _Claim:
    """One row of :func:`_claims`, and the days that follow from it."""

    def __init__(self, row: Any, rules: Rules, key: ServerKey) -> None:
        self.row = row
        self.rules = rules
        self.server = key.name
        self.off = row.conference_status in OFF
        self.ended = row.claim_status not in SERVED | {ClaimStatus.REQUESTED}
        self.closed = row.claim_status is ClaimStatus.CLOSED

    def conference(self) -> Event:
        status = EventStatus.TENTATIVE if self.row.claim_status is ClaimStatus.REQUESTED else EventStatus.CONFIRMED
        days = self.row.starts_on, self.row.ends_on
        return self._event("conference", *days, verbatim("{name}", name=self.row.name), status, self.off)

    def ship_by(self) -> Event:
        name = self.row.name
        if self.row.shipped:
            summary = phrase("Ribbons sent: {conference}", conference=name)
        else:
            summary = phrase("Ribbons must be on their way: {conference}", conference=name)
        last = must_arrive_by(self.row.starts_on, self.rules) - timedelta(days=self.rules.transit_days)
        return self._event("ship-by", last, last, summary, EventStatus.CONFIRMED, self.off)

    def hand_out(self) -> Event:
        first = self.row.starts_on - timedelta(days=self.rules.hand_out_days_before)
        summary = phrase("Hand out ribbons: {conference}", conference=self.row.name)
        return self._event("hand-out", first, self.row.ends_on, summary, EventStatus.CONFIRMED, self.off)

    def final_count(self) -> Event:
        """It stays where the conference was cancelled after ribbons were handed out: they are still to be counted."""
        name, day = self.row.name, self.row.ends_on + timedelta(days=COUNT_DAYS)
        if self.closed:
            summary = phrase("Final count sent: {conference}", conference=name)
        else:
            summary = phrase("Send your final count: {conference}", conference=name)
        return self._event("final-count", day, day, summary, EventStatus.CONFIRMED, off=False)

    def _event(self, what: str, first: date, last: date, summary: Text, status: EventStatus, off: bool) -> Event:
        """The versions of claim, conference and boxes only grow, and so does their sum."""
        row, address = self.row, f"{self.rules.public_url}/claims/{self.row.claim_id}"
        changes = (row.claim_changed_at, row.conference_changed_at, row.boxes_changed_at)
        return Event(
            uid=f"claim-{row.claim_id}-{row.conference_id}-{what}@{self.server}",
            sequence=row.claim_version + row.conference_version + row.boxes_version - 2,
            changed_at=max(change for change in changes if change is not None),
            first=first,
            last=last,
            status=EventStatus.CANCELLED if off or self.ended else status,
            summary=summary,
            text=phrase("The page of this conference: {address}", address=address),
            address=address,
            place=place_of(row, self.rules) if what == "conference" else (),
        )


def _own(claim: _Claim) -> Iterator[Event]:
    yield claim.conference()
    if claim.row.claim_status in SERVED | ENDED_EARLY:
        yield claim.ship_by()
        yield claim.hand_out()
        yield claim.final_count()
