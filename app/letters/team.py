"""Letters to the coordinators: somebody waits, something was reported."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from app.claims.models import Claim, ClaimStatus
from app.conferences.models import Conference, ConferenceStatus
from app.core.db import Statement, columns
from app.core.language import phrase
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.joining.models import Application
from app.letters.kind import TEAM, Desk, Kind
from app.letters.writing import Letter
from app.members.models import Report
from app.members.reports import may_see
from app.people.models import Person


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: of whom, for which conference; either may be unknown."""

    name: str
    conference: str


def _read_waiting(desk: Desk) -> Waiting | None:
    subject = Subject(desk.row.subject)
    if subject.startswith(f"{Thing.APPLICATION}:"):
        statement: Statement = (
            select(col(Application.name), col(Conference.name).label("conference"))
            .outerjoin(Conference, col(Conference.id) == col(Application.conference_id))
            .where(
                col(Application.id) == Thing.APPLICATION.number_in(subject),
                # One that was confirmed later is another, to which the database has given the number again.
                col(Application.confirmed_at) <= desk.row.created_at,
                col(Application.decided_at).is_(None),
            )
        )
    else:
        statement = (
            select(col(Person.name), col(Conference.name).label("conference"))
            .join(Claim, col(Claim.champion_id) == col(Person.id))
            .join(Conference, col(Conference.id) == col(Claim.conference_id))
            .where(col(Claim.id) == Thing.CLAIM.number_in(subject), col(Claim.status) == ClaimStatus.REQUESTED)
        )
    row = columns(desk.session, statement).first()
    return None if row is None else Waiting(row.name, row.conference or "")


def _say_waiting(facts: Waiting, rules: Rules) -> Letter:
    if facts.conference:
        asked = phrase(
            "{name} would like to bring ribbons to {conference}, and waits for your decision.",
            name=facts.name,
            conference=facts.conference,
        )
    else:
        asked = phrase("{name} would like to bring ribbons, and waits for your decision.", name=facts.name)
    return Letter(
        phrase("Somebody would like to bring ribbons"),
        [asked],
        button=(phrase("See what waits"), f"{rules.public_url}/todo"),
    )


NEW_CLAIM = Kind(
    about=phrase("Somebody would like to bring ribbons"),
    read=_read_waiting,
    say=_say_waiting,
    sample=Waiting("Ana Núñez", "Midwest Heart Meeting"),
    why=TEAM,
    for_staff=True,
)


def _read_proposed(desk: Desk) -> Waiting | None:
    number = Thing.CONFERENCE.number_in(Subject(desk.row.subject))
    found = desk.session.get(Conference, number)
    proposed = found is not None and found.status is ConferenceStatus.PROPOSED
    return Waiting("", found.name) if found is not None and proposed else None


NEW_PROPOSAL = Kind(
    about=phrase("Somebody has proposed a conference"),
    read=_read_proposed,
    say=lambda facts, rules: Letter(
        phrase("A conference was proposed"),
        [
            phrase(
                "Somebody has proposed {conference}. It is on the calendar once you accept it.",
                conference=facts.conference,
            )
        ],
        button=(phrase("See proposals"), f"{rules.public_url}/conferences?status=proposed"),
    ),
    sample=Waiting("", "Midwest Heart Meeting"),
    why=TEAM,
    for_staff=True,
)


def _read_report(desk: Desk) -> bool | None:
    number = Thing.REPORT.number_in(Subject(desk.row.subject))
    assert desk.reader.person_id is not None
    statement = select(col(Report.id)).where(
        col(Report.id) == number,
        col(Report.closed_at).is_(None),
        may_see(desk.session, person_id=desk.reader.person_id),
    )
    return True if columns(desk.session, statement).first() is not None else None


NEW_REPORT = Kind(
    about=phrase("Somebody has reported abuse"),
    read=_read_report,
    say=lambda _facts, rules: Letter(
        phrase("A report has come in"),
        [phrase("Somebody has reported abuse. Please look at it soon; what it says stands there, and not here.")],
        button=(phrase("Read the report"), f"{rules.public_url}/todo"),
    ),
    sample=True,
    why=TEAM,
    for_staff=True,
)
