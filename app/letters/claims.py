"""Letters about one's own conference: accepted, declined, next in line; moved, cancelled, gone virtual."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from app.claims.models import OPEN, Claim, ClaimStatus
from app.conferences.models import OFF, Conference, Mode
from app.core.db import columns
from app.core.language import Text, phrase, verbatim
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.letters.kind import CHAMPION, OWN_CLAIM, Desk, Kind
from app.letters.values import Days, Place
from app.letters.writing import Letter

WHEN, WHERE, NOTE = phrase("When"), phrase("Where"), phrase("Note")


@dataclass(frozen=True, slots=True)
class AboutClaim:
    """What a letter tells of somebody's claim; ``was`` are the days before a conference moved."""

    claim_id: int
    conference: str
    starts_on: date
    ends_on: date
    city: str
    state: str
    country: str
    note: str = ""
    was: tuple[date, date] | None = None

    def where_and_when(self, rules: Rules) -> list[tuple[Text, Text]]:
        """The lines that say so, and the note of whoever has decided."""
        place = Place(self.city, self.state, self.country, rules.home_country)
        lines = [(WHEN, verbatim("{days}", days=Days(self.starts_on, self.ends_on)))]
        if place.say("en"):
            lines.append((WHERE, verbatim("{place}", place=place)))
        return [*lines, (NOTE, verbatim("{note}", note=self.note))] if self.note else lines

    def button(self, rules: Rules) -> tuple[Text, str]:
        """What leads to the claim's own page."""
        return phrase("See your conference"), f"{rules.public_url}/claims/{self.claim_id}"


SAMPLE = AboutClaim(
    12, "Midwest Heart Meeting", date(2027, 3, 12), date(2027, 3, 14),
    "Chicago", "US-IL", "US",
)  # fmt: skip

_COLUMNS: tuple[Any, ...] = (
    col(Claim.id).label("claim_id"),
    col(Claim.status),
    col(Claim.decision_note),
    col(Conference.name),
    col(Conference.starts_on),
    col(Conference.ends_on),
    col(Conference.city),
    col(Conference.state),
    col(Conference.country),
    col(Conference.timezone),
    col(Conference.mode),
    col(Conference.status).label("conference_status"),
)


def read_claim(desk: Desk) -> Any:
    """The row of the claim that a letter is about; None where it is gone, or not the reader's."""
    claim_id = Thing.CLAIM.number_in(Subject(desk.row.subject))
    statement = (
        select(*_COLUMNS)
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(col(Claim.id) == claim_id, col(Claim.champion_id) == desk.reader.person_id)
    )
    return columns(desk.session, statement).first()


def about(row: Any, *, note: bool = False, was: tuple[date, date] | None = None) -> AboutClaim:
    """What is told of such a row."""
    told = row.decision_note if note else ""
    return AboutClaim(
        row.claim_id, row.name, row.starts_on, row.ends_on, row.city, row.state, row.country, note=told, was=was
    )


def _with_status(*statuses: ClaimStatus) -> Callable[[Desk], AboutClaim | None]:
    """Reads a claim that is still so."""

    def read(desk: Desk) -> AboutClaim | None:
        row = read_claim(desk)
        return about(row, note=True) if row is not None and row.status in statuses else None

    return read


def _letter(facts: AboutClaim, rules: Rules, subject: Text, said: Text, *after: Text, leads: bool = True) -> Letter:
    elsewhere = phrase("See other conferences"), f"{rules.public_url}/conferences"
    button = facts.button(rules) if leads else elsewhere
    return Letter(subject, [said], lists=facts.where_and_when(rules), button=button, after=after)


DEPUTIZED = Kind(
    about=phrase("Your conference is yours"),
    read=_with_status(ClaimStatus.DEPUTIZED),
    say=lambda facts, rules: _letter(
        facts,
        rules,
        phrase("You are the champion for {conference}", conference=facts.conference),
        phrase(
            "Your request was accepted: you bring the ribbons of {community} to {conference}. Thank you!",
            community=rules.community_name,
            conference=facts.conference,
        ),
        phrase("Please check that the address for your box is right. We will write to you when it is on its way."),
    ),
    sample=SAMPLE,
    others=(replace(SAMPLE, note="You have done this so well last year!"),),
    why=OWN_CLAIM,
    optional=False,
)

DECLINED = Kind(
    about=phrase("Your request was declined"),
    read=_with_status(ClaimStatus.DECLINED),
    say=lambda facts, rules: _letter(
        facts,
        rules,
        phrase("About your request for {conference}", conference=facts.conference),
        phrase(
            "Your request to bring ribbons to {conference} was declined this time. Thank you for offering!",
            conference=facts.conference,
        ),
        phrase("There are more conferences that need a champion."),
        leads=False,
    ),
    sample=SAMPLE,
    why=OWN_CLAIM,
    optional=False,
)

REVOKED = Kind(
    about=phrase("Your conference was taken back"),
    read=_with_status(ClaimStatus.REVOKED),
    say=lambda facts, rules: _letter(
        facts,
        rules,
        phrase("You are no longer the champion for {conference}", conference=facts.conference),
        phrase(
            "The coordinators have decided that you do not bring ribbons to {conference} after all. If you have "
            "ribbons already, keep them: they will tell you where those go.",
            conference=facts.conference,
        ),
    ),
    sample=SAMPLE,
    why=OWN_CLAIM,
    optional=False,
)

NEXT_IN_LINE = Kind(
    about=phrase("You are next in line"),
    read=_with_status(ClaimStatus.REQUESTED),
    say=lambda facts, rules: _letter(
        facts,
        rules,
        phrase("You are next in line for {conference}", conference=facts.conference),
        phrase(
            "A place has become free at {conference}, and you are next in line. A coordinator decides soon; you do not "
            "have to do anything. If you cannot go any more, please withdraw your request.",
            conference=facts.conference,
        ),
    ),
    sample=SAMPLE,
    why=CHAMPION,
)


def _read_moved(desk: Desk) -> AboutClaim | None:
    row = read_claim(desk)
    if row is None or row.status not in OPEN or row.conference_status in OFF:
        return None
    first, last = (date.fromisoformat(day) for day in desk.facts["was"])
    return about(row, was=(first, last)) if (row.starts_on, row.ends_on) != (first, last) else None


def _say_moved(facts: AboutClaim, rules: Rules) -> Letter:
    assert facts.was is not None
    moved = phrase(
        "{conference} has moved to other days: it was on {before}.",
        conference=facts.conference,
        before=Days(*facts.was),
    )
    return _letter(
        facts,
        rules,
        phrase("{conference} has moved", conference=facts.conference),
        moved,
        phrase("If you cannot go on these days, please withdraw, so that somebody else can."),
    )


CONFERENCE_MOVED = Kind(
    about=phrase("Your conference has moved"),
    read=_read_moved,
    say=_say_moved,
    sample=replace(SAMPLE, was=(date(2027, 3, 5), date(2027, 3, 7))),
    why=OWN_CLAIM,
    optional=False,
)


def _read_off(desk: Desk) -> AboutClaim | None:
    row = read_claim(desk)
    off = row is not None and row.conference_status in OFF
    return about(row) if off else None


CONFERENCE_CANCELLED = Kind(
    about=phrase("Your conference was cancelled"),
    read=_read_off,
    say=lambda facts, rules: _letter(
        facts,
        rules,
        phrase("{conference} was cancelled", conference=facts.conference),
        phrase(
            "{conference} does not take place. If you have ribbons already, keep them: the coordinators tell you where "
            "those go.",
            conference=facts.conference,
        ),
        leads=False,
    ),
    sample=SAMPLE,
    why=OWN_CLAIM,
    optional=False,
)


def _read_virtual(desk: Desk) -> AboutClaim | None:
    row = read_claim(desk)
    return about(row) if row is not None and row.mode is Mode.VIRTUAL else None


CONFERENCE_VIRTUAL = Kind(
    about=phrase("Your conference went virtual"),
    read=_read_virtual,
    say=lambda facts, rules: _letter(
        facts,
        rules,
        phrase("{conference} went virtual", conference=facts.conference),
        phrase(
            "{conference} takes place online only, where nobody can hand out ribbons, and so your request for it has "
            "ended. If you have ribbons already, keep them: the coordinators tell you where those go.",
            conference=facts.conference,
        ),
        leads=False,
    ),
    sample=SAMPLE,
    why=OWN_CLAIM,
    optional=False,
)
