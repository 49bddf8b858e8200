"""The letter that tells somebody that they were named in a meetup."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from app.acts.policy import Actor, Role
from app.core.db import columns
from app.core.errors import DomainError
from app.core.language import phrase
from app.core.paging import Paging
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.letters.kind import Desk, Kind
from app.letters.writing import Letter
from app.meetups.models import Participant, ParticipantStatus
from app.meetups.views import read_membership
from app.members.blocks import hidden_from
from app.members.models import Member


@dataclass(frozen=True, slots=True)
class Named:
    """Where somebody was named."""

    conference: str


def _read(desk: Desk) -> Named | None:
    """The meetup, if they have said nothing of it yet, and would see it on their own page."""
    meetup_id = Thing.MEETUP.number_in(Subject(desk.row.subject))
    reader = Actor(role=Role.CHAMPION, person_id=desk.reader.person_id)
    try:
        known = read_membership(desk.session, actor=reader, paging=Paging(limit=100))
    except DomainError:  # they are no member any more
        return None
    meetup = next((one for one in known.meetups if one.id == meetup_id), None)
    part = desk.session.get(Participant, (meetup_id, known.member_id))
    if meetup is None or part is None or part.status is not ParticipantStatus.NAMED or not known.nameable:
        return None
    hidden = hidden_from(desk.session, member_id=known.member_id, person_id=desk.reader.person_id)
    recorder = select(col(Member.id)).where(col(Member.person_id) == desk.facts["recorder"])
    if columns(desk.session, recorder.where(col(Member.id).in_(hidden.members))).first() is not None:
        return None
    return Named(meetup.conference_name)


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
