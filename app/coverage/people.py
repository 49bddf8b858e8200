"""Who was at which conference, for the figures."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, String, case, cast, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.claims.models import SERVED, Claim
from app.core.db import Statement, columns
from app.meetups.models import Meetup, Participant, ParticipantStatus
from app.members.models import Member


@dataclass(slots=True)
class People:
    """Who was at a conference, by ids as text: nobody is counted twice, however conferences are put together."""

    champions: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()
    meetups: int = 0


NOBODY = People()


def _emptied() -> Statement:
    """The meetups of which all whom they named were erased, so that nobody but who recorded them is left.

    Found by those who were erased, who are few.
    """
    other, there = aliased(Participant), aliased(Member)
    is_other = col(there.person_id).is_distinct_from(col(Meetup.recorded_by)) | col(Meetup.recorded_by).is_(None)
    left = exists().where(
        col(other.meetup_id) == col(Meetup.id), col(there.id) == col(other.member_id), col(there.erased_at).is_(None)
    )
    return (
        select(col(Meetup.id))
        .join(Participant, col(Participant.meetup_id) == col(Meetup.id))
        .join(Member, col(Member.id) == col(Participant.member_id))
        .where(col(Member.erased_at).is_not(None), ~left.where(is_other).correlate(Meetup))
    )


def people_at(session: Session, conferences: Statement | None, *, members: bool) -> dict[int, People]:
    """Who was at each of these conferences (None for all), by its id: a row for each conference, not for each person.

    People are counted once in each share, so their ids are needed; they come as one text for each conference, which
    costs a fifth of a row for each of them, and less than to count them in the database for each kind of share.
    """
    found: defaultdict[int, People] = defaultdict(People)
    champions = (
        select(col(Claim.conference_id), _ids(col(Claim.champion_id)))
        .where(col(Claim.status).in_(SERVED), *_at(col(Claim.conference_id), conferences))
        .group_by(col(Claim.conference_id))
    )
    for conference_id, ids in columns(session, champions):
        found[conference_id].champions = frozenset(ids.split(","))
    meetups = (
        select(col(Meetup.conference_id), func.count())
        .where(col(Meetup.id).not_in(_emptied()), *_at(col(Meetup.conference_id), conferences))
        .group_by(col(Meetup.conference_id))
    )
    for conference_id, number in columns(session, meetups):
        found[conference_id].meetups = number
    if members:
        named = meetups.with_only_columns(
            col(Meetup.conference_id),
            _ids(col(Participant.member_id)),
            _ids(case((col(Participant.status) == ParticipantStatus.CONFIRMED, col(Participant.member_id)))),
        ).join(Participant, col(Participant.meetup_id) == col(Meetup.id))
        for conference_id, ids, confirmed in columns(session, named):
            found[conference_id].named = frozenset(ids.split(","))
            found[conference_id].confirmed = frozenset(confirmed.split(",") if confirmed else ())
    return found


def _ids(ids: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """The ids of a group as one text."""
    return func.aggregate_strings(cast(ids, String), ",")


def _at(conference_id: SQLColumnExpression[int], conferences: Statement | None) -> list[ColumnElement[bool]]:
    return [] if conferences is None else [conference_id.in_(conferences)]
