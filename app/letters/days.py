"""Letters that a day brings: hand-outs begin, a final count is missing; and what waits for the coordinators."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from app.claims.models import Claim, ClaimStatus
from app.claims.queries import has_shipped
from app.claims.ship_by import first_in_time
from app.conferences.models import Conference
from app.core.clock import today
from app.core.db import Statement, columns
from app.core.language import Text, phrase
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.letters.claims import SAMPLE, AboutClaim, about, read_claim
from app.letters.kind import CHAMPION, TEAM, Desk, Kind
from app.letters.writing import Letter
from app.people.models import Person
from app.todo.queries import low_stock, todo
from app.todo.schemas import LowStock
from app.todo.words import CALLED, how_many


def _read_deputized(desk: Desk) -> AboutClaim | None:
    row = read_claim(desk)
    return about(row) if row is not None and row.status is ClaimStatus.DEPUTIZED else None


@dataclass(frozen=True, slots=True)
class Begins:
    """Whose conference begins, and whether that is today: no server ran yesterday, or the mail server was away."""

    claim: AboutClaim
    now: bool = False


def _read_begins(desk: Desk) -> Begins | None:
    row = read_claim(desk)
    if row is None or row.status is not ClaimStatus.DEPUTIZED:
        return None
    # The conference may have been moved.
    days = (row.starts_on - today(row.timezone)).days
    return Begins(about(row), now=days == 0) if days in (0, 1) else None


def _say_begins(facts: Begins, rules: Rules) -> Letter:
    claim, name = facts.claim, facts.claim.conference
    if facts.now:
        subject = phrase("{conference} begins today", conference=name)
        begins = phrase(
            "{conference} begins today. On your page you note what you hand out, by one tap each, also without a "
            "network.",
            conference=name,
        )
    else:
        subject = phrase("{conference} begins tomorrow", conference=name)
        begins = phrase(
            "{conference} begins tomorrow. On your page you note what you hand out, by one tap each, also without a "
            "network.",
            conference=name,
        )
    return Letter(
        subject,
        [begins],
        lists=claim.where_and_when(rules),
        button=(phrase("Open your page for the conference"), f"{rules.public_url}/claims/{claim.claim_id}/hand-out"),
        after=[phrase("Have a good conference!")],
    )


HAND_OUTS_BEGIN = Kind(
    about=phrase("Your conference begins tomorrow"),
    read=_read_begins,
    say=_say_begins,
    sample=Begins(SAMPLE),
    others=(Begins(SAMPLE, now=True),),
    why=CHAMPION,
)


def _say_close(facts: AboutClaim, rules: Rules) -> Letter:
    over = phrase(
        "{conference} is over: thank you! Please say how many ribbons you have handed out, and how many are left "
        "over. It takes two minutes.",
        conference=facts.conference,
    )
    return Letter(
        phrase("How many ribbons did you hand out at {conference}?", conference=facts.conference),
        [over],
        button=(phrase("Final count"), f"{rules.public_url}/claims/{facts.claim_id}/close"),
    )


CLOSE_OUT = Kind(
    about=phrase("Your final count is missing"), read=_read_deputized, say=_say_close, sample=SAMPLE, why=CHAMPION
)


@dataclass(frozen=True, slots=True)
class ToShip:
    """Whose box has to leave, to which conference; where it is late, on which day it had to."""

    name: str
    conference: str
    late_since: date | None = None


def _read_to_ship(desk: Desk) -> ToShip | None:
    day = today(desk.rules.timezone)
    last = first_in_time(day, desk.rules)
    statement: Statement = (
        select(col(Person.name), col(Conference.name).label("conference"), col(Conference.starts_on))
        .select_from(Claim)
        .join(Person, col(Person.id) == col(Claim.champion_id))
        .join(Conference, col(Conference.id) == col(Claim.conference_id))
        .where(
            col(Claim.id) == Thing.CLAIM.number_in(Subject(desk.row.subject)),
            col(Claim.status) == ClaimStatus.DEPUTIZED,
            col(Conference.starts_on) > day,
            col(Conference.starts_on) <= last,
            ~has_shipped(),
        )
    )
    row = columns(desk.session, statement).first()
    if row is None:
        return None
    return ToShip(row.name, row.conference, day - (last - row.starts_on) if row.starts_on < last else None)


def _say_to_ship(facts: ToShip, rules: Rules) -> Letter:
    name, conference = facts.name, facts.conference
    if facts.late_since is None:
        subject = phrase("A box for {conference} must leave today", conference=conference)
        said = phrase(
            "Today is the last day on which a box for {name} can leave and be at {conference} in time.",
            name=name,
            conference=conference,
        )
    else:
        subject = phrase("A box for {conference} is late", conference=conference)
        said = phrase(
            "A box for {name} had to leave by {day} to be at {conference} in time, and has not. A faster service may "
            "still bring it there.",
            name=name,
            conference=conference,
            day=facts.late_since,
        )
    return Letter(subject, [said], button=(phrase("See what waits"), f"{rules.public_url}/todo"))


SHIP_TODAY = Kind(
    about=phrase("A box must leave today"),
    read=_read_to_ship,
    say=_say_to_ship,
    sample=ToShip("Ana Núñez", SAMPLE.conference),
    others=(ToShip("Ana Núñez", SAMPLE.conference, date(2027, 3, 1)),),
    why=TEAM,
    for_staff=True,
)


def _read_low(desk: Desk) -> LowStock | None:
    number = Thing.DESIGN.number_in(Subject(desk.row.subject))
    return next((one for one in low_stock(desk.session) if one.design_id == number), None)


STOCK_LOW = Kind(
    about=phrase("Ribbons are running low"),
    read=_read_low,
    say=lambda facts, rules: Letter(
        phrase("{code} ribbons are running low", code=facts.design_code),
        [
            phrase(
                "All depots together have {on_hand} {code} ribbons; below {point} it is time to order.",
                code=facts.design_code,
                on_hand=facts.on_hand,
                point=facts.reorder_point,
            )
        ],
        button=(phrase("See what waits"), f"{rules.public_url}/todo"),
    ),
    sample=LowStock(design_id=1, design_code="LIM-BLUE", on_hand=80, reorder_point=100),
    why=TEAM,
    for_staff=True,
)


@dataclass(frozen=True, slots=True)
class Week:
    """How many things wait, by what they are called."""

    waiting: tuple[tuple[Text, int], ...]


def _read_week(desk: Desk) -> Week | None:
    found = todo(desk.session, rules=desk.rules, person_id=desk.reader.person_id, limit=1)
    counts = tuple((called, getattr(found.totals, name)) for name, called in CALLED.items())
    waiting = tuple((called, n) for called, n in counts if n)
    return Week(waiting) if waiting else None


WEEKLY = Kind(
    about=phrase("What waits, once a week"),
    read=_read_week,
    say=lambda facts, rules: Letter(
        phrase("What waits this week at {community}", community=rules.community_name),
        [phrase("This waits for the coordinators:")],
        lists=[(called, how_many(n)) for called, n in facts.waiting],
        button=(phrase("See what waits"), f"{rules.public_url}/todo"),
    ),
    sample=Week(((CALLED["claims_to_decide"], 2), (CALLED["shipments_to_pack"], 1))),
    why=TEAM,
    for_staff=True,
)
