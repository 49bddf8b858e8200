"""The letter that tells somebody that they were named in a meetup."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from app.acts.policy import Actor, Role
from app.core.db import columns
from app.core.errors import DomainError
from app.core.language import phrase
from app.core.paging import Paging
from app.core.rules import Rules
from app.letters.kind import Desk, Kind
from app.letters.writing import Letter
from app.meetups.models import Meetup, Participant, ParticipantStatus
from app.meetups.views import read_membership
from app.members.blocks import hidden_from
from app.members.models import Member


@dataclass(frozen=True, slots=True)
class Named:
    """Where somebody was named."""

    conference: str


def _read(desk: Desk) -> Named | None:
    """A meetup that named them on the letter's day, of which they have said nothing yet and which their page shows.

    Any one: there is one letter a day, and whoever has blocked them, or is blocked, must not use it up.
    """
    reader = Actor(role=Role.CHAMPION, person_id=desk.reader.person_id)
    try:
        known = read_membership(desk.session, actor=reader, paging=Paging(limit=100))
    except DomainError:  # they are no member any more
        return None
    if not known.nameable:
        return None
    hidden = hidden_from(desk.session, member_id=known.member_id, person_id=desk.reader.person_id)
    blocking = select(col(Member.person_id)).where(
        col(Member.id).in_(hidden.members), col(Member.person_id).is_not(None)
    )
    day = datetime.combine(desk.row.created_at.date(), time(), UTC)
    unanswered = (
        select(col(Meetup.id))
        .join(Participant, col(Participant.meetup_id) == col(Meetup.id))
        .where(
            col(Participant.member_id) == known.member_id,
            col(Participant.status) == ParticipantStatus.NAMED,
            col(Meetup.created_at) >= day,
            col(Meetup.created_at) < day + timedelta(days=1),
            func.coalesce(col(Meetup.recorded_by), 0).not_in(blocking),
        )
    )
    found = set(columns(desk.session, unanswered).scalars())
    return next((Named(meetup.conference_name) for meetup in known.meetups if meetup.id in found), None)


def _say(facts: Named, rules: Rules) -> Letter:
    said = phrase(
        "Somebody noted that you met in person at {conference}. Only you can say whether that is so: nothing is shown "
        "until you confirm it, and you can decline without a word.",
        conference=facts.conference,
    )
    return Letter(
        phrase("Did you meet in person?"),
        [said],
        button=(phrase("See who you met"), f"{rules.public_url}/membership"),
        after=[phrase("If nobody is to name you, you can say so there, too.")],
    )


NAMED = Kind(
    about=phrase("Somebody says that you met"),
    read=_read,
    say=_say,
    sample=Named("Midwest Heart Meeting"),
    why=phrase("You get this because you are a member here."),
)
