"""A large community for the benchmarks: its few by verbs, its many written straight into the tables, books that agree.

Nothing is drawn by lot: the same scale gives the same rows, counted from today.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.core.clock import today, utcnow
from app.core.geography import STATES
from app.core.text import fold
from tests.support.world import Founded

DAYS_BACK, DAYS_AHEAD = 1_100, 500
QUANTITY, ASKED = 5_000, 60
"""Ribbons in a box, and handed out from it by a claim that is over: writes find enough."""

UNDER_WAY = 1_500
"""Boxes more, which are under way to champions, so that there is enough to receive."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much there is of everything."""

    name: str
    conferences: int
    people: int
    claims: int
    hand_outs: int
    """So many moves by which each claim that is over has handed out its ribbons."""
    members: int
    meetups: int


SMALL = Scale("small", conferences=1_000, people=120, claims=300, hand_outs=3, members=200, meetups=300)
LARGE = Scale("large", conferences=10_000, people=5_000, claims=100_000, hand_outs=10, members=20_000, meetups=50_000)
SCALES = {scale.name: scale for scale in (SMALL, LARGE)}

Rows = Iterable[Sequence[Any]]

COLUMNS = {
    "person": (
        "id name paper_name search_text email role trusted language active shown_publicly fictional created_at version"
    ),
    "conference": (
        "id name paper_name acronym starts_on ends_on venue city state country website specialty fictional "
        "folded_name folded_specialty folded_city search_text over_at timezone mode status champion_limit created_at "
        "version"
    ),
    "location": "id kind name folded_name unbounded person_id conference_id active created_at version",
    "claim": (
        "id conference_id champion_id status ribbons_requested note decision_note created_at decided_at ended_at "
        "close_note version"
    ),
    "shipment": (
        "id source_id target_id claim_id method status carrier folded_carrier tracking_number note receipt_note "
        "shipped_on received_on created_at version"
    ),
    "shipment_line": "id shipment_id design_id quantity received missing returned",
    "shipment_address": (
        "shipment_id recipient organization line1 line2 city state postal_code country phone updated_at own"
    ),
    "move": "id design_id source_id target_id quantity reason subject actor_id created_at",
    "close_out_line": "claim_id design_id handed_out remaining lost",
    "member": "id display_name search_text nameable hidden created_at version",
    "meetup": "id conference_id recorded_by happened_on spot note created_at typed_until version",
    "participant": "meetup_id member_id status shown by_link",
}
"""The tables in the order in which they may be written."""


@dataclass
class Community:
    """The rows of each table."""

    scale: Scale
    founded: Founded
    systems: dict[str, int]
    last_location: int
    last_move: int

    def __post_init__(self) -> None:
        self.now, self.today = utcnow().isoformat(" ", "microseconds").removesuffix("+00:00"), today()
        self.levels: Counter[int] = Counter()
        self.lines: list[tuple[int, ...]] = []
        self.last_person = max(number for number, _ in self.founded.people.values())
        self.design = self.founded.things["design"]

    def tables(self) -> Iterator[tuple[str, str, Rows]]:
        """Each table with the columns that are given, and its rows."""
        made = (
            self.people(), self.conferences(), self.locations(), self.claims(), self.shipments(), self.shipment_lines(),
            self.addresses(), self.moves(), self.lines, self.members(), self.meetups(), self.participants(),
        )  # fmt: skip
        for (table, names), rows in zip(COLUMNS.items(), made, strict=True):
            yield table, names, rows

    def first_day(self, conference: int) -> date:
        """When a conference begins: all over these years."""
        span = DAYS_BACK + DAYS_AHEAD
        return self.today + timedelta(days=conference * 37 % span - DAYS_BACK)

    def is_over(self, conference: int) -> bool:
        """Whether it was held."""
        return self.first_day(conference) < self.today - timedelta(days=4)

    def people(self) -> Rows:
        for number in range(1, self.scale.people + 1):
            name = f"Dr. Lucía Peña Ortiz {number}"
            yield (
                self.last_person + number, name, "", fold(name), f"lucia{number}@example.org", "champion", False, "en",
                True, False, False, self.now, 1,
            )  # fmt: skip

    def conferences(self) -> Rows:
        states = sorted(STATES)
        for number in range(1, self.scale.conferences + 1):
            name, city = f"Annual Meeting of Physicians {number}", f"Springfield {number % 97}"
            specialty, first = f"Specialty {number % 23}", self.first_day(number)
            search = fold(f"{name} {city} {specialty}")
            yield (
                number, name, "", "", first, first + timedelta(days=3), "Convention Center", city,
                states[number % len(states)], "US", "https://example.org", specialty, False, fold(name),
                fold(specialty), fold(city), search, f"{first + timedelta(days=4)} 05:00:00.000000", "America/New_York",
                "in_person", "scheduled", 100, self.now, 1,
            )  # fmt: skip

    def location_of_person(self, number: int) -> int:
        """The stock of the champion with this number."""
        return self.last_location + number

    def location_of_conference(self, number: int) -> int:
        """Where the ribbons are that are worn there."""
        return self.last_location + self.scale.people + number

    def locations(self) -> Rows:
        for number in range(1, self.scale.people + 1):
            person = self.last_person + number
            yield self.location_of_person(number), "champion", "", "", False, person, None, True, self.now, 1
        for number in range(1, self.scale.conferences + 1):
            yield self.location_of_conference(number), "conference", "", "", False, None, number, True, self.now, 1

    def who(self, claim: int) -> int:
        """The number of a claim's champion."""
        return (claim + claim // self.scale.conferences * 11) % self.scale.people + 1

    def where(self, claim: int) -> int:
        """The conference of a claim."""
        return claim % self.scale.conferences + 1

    def status_of(self, claim: int) -> str:
        """A claim that is over was closed; of the others some wait, and a few have ended."""
        if self.is_over(self.where(claim)):
            return "closed" if claim % 10 else "deputized"
        return "requested" if claim % 4 == 0 else "withdrawn" if claim % 29 == 1 else "deputized"

    def box_of(self, claim: int) -> str:
        """How the box of a claim fares; empty where it has none."""
        status = self.status_of(claim)
        if status in {"requested", "withdrawn"}:
            return ""
        if status == "closed" or self.is_over(self.where(claim)):
            return "received"
        return ("in_transit", "received", "received", "packed", "draft")[claim % 5]

    def expecting(self) -> list[int]:
        """Claims for what is still to come, whose champions expect more boxes."""
        under_way = (n for n in range(1, self.scale.claims + 1) if self.status_of(n) == "deputized")
        return [n for n in under_way if not self.is_over(self.where(n))][:100]

    def boxes(self) -> Iterator[tuple[int, int, str]]:
        """The number of each box, that of its claim, and how it fares."""
        for claim in range(1, self.scale.claims + 1):
            if status := self.box_of(claim):
                yield claim, claim, status
        expecting = self.expecting()
        for number in range(UNDER_WAY):
            yield self.scale.claims + 1 + number, expecting[number % len(expecting)], "in_transit"

    def claims(self) -> Rows:
        for number in range(1, self.scale.claims + 1):
            status = self.status_of(number)
            ended = self.now if status in {"withdrawn", "closed"} else None
            decided = None if status in {"requested", "withdrawn"} else self.now
            champion = self.last_person + self.who(number)
            yield number, self.where(number), champion, status, QUANTITY, "", "", self.now, decided, ended, "", 1

    def shipments(self) -> Rows:
        for number, claim, status in self.boxes():
            first = self.first_day(self.where(claim))
            left = first - timedelta(days=20) if status in {"received", "in_transit"} else None
            came = first - timedelta(days=10 - claim % 12) if status == "received" else None
            yield (
                number, self.founded.things["depot"], self.location_of_person(self.who(claim)), claim, "carrier",
                status, "USPS" if left else "", "usps" if left else "", f"9400{number:012d}" if left else "", "",
                "", left, came, self.now, 1,
            )  # fmt: skip

    def shipment_lines(self) -> Rows:
        for number, _, status in self.boxes():
            received, missing = (QUANTITY, 0) if status == "received" else (None, None)
            yield number, number, self.design, QUANTITY, received, missing, 0

    def addresses(self) -> Rows:
        for number, _, status in self.boxes():
            if status in {"packed", "in_transit"}:
                street, code = f"{number} W Example St", f"{60000 + number % 999}"
                yield number, "Dr. Lucía Peña", "", street, "", "Chicago", "US-IL", code, "US", "", self.now, False

    def moves(self) -> Rows:
        """The moves of all; what they add up to, and the close-outs, is noted on the way."""
        number = self.last_move

        def moved(source: int, target: int, quantity: int, reason: str, subject: str | None) -> Sequence[Any]:
            nonlocal number
            number += 1
            self.levels[source] -= quantity
            self.levels[target] += quantity
            return number, self.design, source, target, quantity, reason, subject, None, self.now

        depot, packed, transit = self.founded.things["depot"], self.systems["packed"], self.systems["transit"]
        enough = (self.scale.claims + UNDER_WAY + 1_000) * QUANTITY
        yield moved(self.systems["adjustment"], depot, enough, "count", None)
        for box, claim, status in self.boxes():
            own, subject = self.location_of_person(self.who(claim)), f"shipment:{box}"
            if status != "draft":
                yield moved(depot, packed, QUANTITY, "pack", subject)
            if status in {"in_transit", "received"}:
                yield moved(packed, transit, QUANTITY, "send", subject)
            if status == "received":
                yield moved(transit, own, QUANTITY, "receive", subject)
        for claim in range(1, self.scale.claims + 1):
            if self.status_of(claim) == "closed":
                own, worn = self.location_of_person(self.who(claim)), self.location_of_conference(self.where(claim))
                for _ in range(self.scale.hand_outs):
                    yield moved(own, worn, ASKED // self.scale.hand_outs, "hand_out", f"claim:{claim}")
                self.lines.append((claim, self.design, ASKED, QUANTITY - ASKED, 0))

    def members(self) -> Rows:
        for number in range(1, self.scale.members + 1):
            name = f"Marisol Vega {number}"
            yield number, name, fold(name), True, False, self.now, 1

    def meetups(self) -> Rows:
        for number in range(1, self.scale.meetups + 1):
            conference = number % self.scale.conferences + 1
            recorder, day = self.last_person + number % self.scale.people + 1, self.first_day(conference)
            yield number, conference, recorder, day, "", "", self.now, self.now, 1

    def participants(self) -> Rows:
        for number in range(1, self.scale.meetups + 1):
            for k in range(3):
                member = (number * 7 + k * 13) % self.scale.members + 1
                yield number, member, "confirmed" if (number + k) % 3 else "named", k != 1, False
