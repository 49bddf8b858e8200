"""Letters to the coordinators: somebody waits, something was reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.claims.models import Claim, ClaimStatus
from app.conferences.models import Conference, ConferenceStatus
from app.core.db import Statement, columns
from app.core.language import Text, phrase, verbatim
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.joining.models import Application
from app.letters.kind import TEAM, Desk, Kind, Reader, their_own
from app.letters.writing import Letter
from app.members.handles import written
from app.members.models import MemberHandle, Report
from app.members.reports import may_see
from app.outbox.models import QueuedLetter
from app.outbox.service import read_facts
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
    others=(Waiting("Ana Núñez", ""),),
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


@dataclass(frozen=True, slots=True)
class Reported:
    """A report: that there is one, and all of it where somebody else must hear it, because it is about all of them."""

    all: Sequence[Text] = ()


def _who_hears(session: Session, row: QueuedLetter) -> Reader | None:
    """Somebody on the team; of what is about all of them, whoever reads the contact address."""
    if row.person_id is not None:
        return their_own(session, row)
    return Reader(row.address, "", read_facts(row)["language"])


def _read_report(desk: Desk) -> Reported | None:
    number, person_id = Thing.REPORT.number_in(Subject(desk.row.subject)), desk.reader.person_id
    statement = (
        select(
            col(Report.text),
            col(Report.about_meetup_id),
            col(Report.about_handle),
            col(MemberHandle.display),
            col(Person.name),
        )
        .outerjoin(Person, col(Person.id) == col(Report.about_person_id))
        # The one that was reported, and none of the others that are theirs: nobody has said those.
        .outerjoin(MemberHandle, col(MemberHandle.id) == desk.facts.get("handle_id"))
        .where(col(Report.id) == number, col(Report.closed_at).is_(None))
    )
    if person_id is not None:
        statement = statement.where(may_see(person_id=person_id))
    row = columns(desk.session, statement).first()
    if row is None:
        return None
    if person_id is not None:
        return Reported()
    about = [phrase("It is about the meetup {number}.", number=str(row.about_meetup_id))] if row.about_meetup_id else []
    if not about and row.name is not None:
        about = [phrase("It is about {name}.", name=row.name)]
    if handle := row.display or written(row.about_handle):
        about.append(phrase("It is about the handle {handle}.", handle=handle))
    return Reported([*about, verbatim("{text}", text=row.text)])


def _say_report(facts: Reported, rules: Rules) -> Letter:
    if facts.all:
        why = phrase(
            "Somebody reports abuse. It comes to this address because it is about everybody who is on the team."
        )
        return Letter(
            phrase("A report of abuse for {community}", community=rules.community_name),
            [why, *facts.all],
        )
    return Letter(
        phrase("A report has come in"),
        [phrase("Somebody has reported abuse. Please look at it soon; what it says stands there, and not here.")],
        button=(phrase("Read the report"), f"{rules.public_url}/todo"),
    )


NEW_REPORT = Kind(
    about=phrase("Somebody has reported abuse"),
    reader=_who_hears,
    read=_read_report,
    say=_say_report,
    sample=Reported(),
    why=TEAM,
    for_staff=True,
)
