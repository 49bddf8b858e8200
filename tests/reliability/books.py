"""What must come of a history of requests: a second, much simpler account of the same community, in plain dictionaries.

It is told only what was answered. Places and people go by name, and there is one design.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.core.clock import today
from tests.support.world import Json

ANA, TRUSTED, COORDINATOR = "ana", "trusted", "coordinator"
CHAMPIONS = (ANA, TRUSTED)

CHICAGO, BOSTON, VENDOR = "Chicago depot", "Boston depot", "Ribbon maker"
PACKED, TRANSIT, LOSS, ADJUSTMENT = "packed", "transit", "loss", "adjustment"
UNBOUNDED = {VENDOR, ADJUSTMENT}


def stock_of(who: str) -> str:
    """The name of the location that is somebody's own stock."""
    return who.capitalize()


def handle_of(who: str) -> str:
    """The handle by which the community knows a champion."""
    return f"@{who}_here"


STOCKS = (CHICAGO, BOSTON, *map(stock_of, CHAMPIONS))
DEPOTS = (CHICAGO, BOSTON)


@dataclass
class Conference:
    """A conference; it is virtual once somebody has made it so."""

    name: str
    status: str
    first: date
    last: date
    limit: int = 1
    version: int = 1
    virtual: bool = False
    went_virtual: bool = False
    """Whether that can be taken back."""
    into: int = 0
    """The conference that it turned out to be, if it did."""

    @property
    def claimable(self) -> bool:
        """Whether it can be claimed; none of them is over."""
        return self.status == "scheduled" and not self.virtual


@dataclass
class Claim:
    """A claim, and how many ribbons were handed out for it."""

    conference: int
    who: str
    status: str
    handed: int = 0
    before: str = ""
    """What it was when its conference ended it."""
    closing: "Closing | None" = None


@dataclass
class Closing:
    """What a final account has booked beside what was booked before, and what had left the champion by then."""

    more: int
    lost: int
    count: "Count | None"
    left: int


@dataclass
class Box:
    """A shipment of one line."""

    source: str
    target: str
    method: str
    quantity: int
    line: int
    claim: int | None
    status: str = "draft"
    received: int | None = None
    missing: int | None = None

    def not_sent_by(self, who: str) -> int | None:
        """How somebody is refused who does what is the sender's."""
        return self._refusal(who, self.source, self.target)

    def not_received_by(self, who: str) -> int | None:
        """How somebody is refused who does what is the receiver's."""
        return self._refusal(who, self.target, self.source)

    @staticmethod
    def _refusal(who: str, location: str, other: str) -> int | None:
        if who == COORDINATOR or stock_of(who) == location:
            return None
        return 403 if stock_of(who) == other else 404


@dataclass
class Order:
    """A purchase order of one line."""

    depot: str
    quantity: int
    line: int
    status: str = "draft"
    received: int = 0
    receipts: list[tuple[int, list["Count"]]] = field(default_factory=list)
    """How many have come each time, and which counts there were then."""


@dataclass
class Moved:
    """A move that somebody may take back; ``again`` is whether that has been done, or cannot be."""

    source: str
    target: str
    quantity: int
    claim: int | None = None
    again: bool = False


@dataclass
class Count:
    """A count of a location: which move was the last before it was done, and which one it took, if any."""

    location: str
    through: int
    move: int | None = None


@dataclass
class Meetup:
    """A meetup, and where the part of each champion in it stands."""

    recorder: str
    parts: dict[str, str]
    conference: int
    met: str | None
    """The champion who was named, if it is one."""
    day: date


@dataclass
class History:
    """A file of one conference that was over long ago."""

    conference: str
    handed_out: int
    lost: int
    status: str = "told"


@dataclass
class Books:
    """Everything that there must be."""

    levels: Counter[str] = field(default_factory=lambda: Counter({CHICAGO: 500, VENDOR: -500}))
    conferences: dict[int, Conference] = field(default_factory=dict)
    claims: dict[int, Claim] = field(default_factory=dict)
    boxes: dict[int, Box] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    moves: dict[int, Moved] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)
    meetups: dict[int, Meetup] = field(default_factory=dict)
    imports: dict[int, History] = field(default_factory=dict)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    left: list[tuple[str, "Box | Moved"]] = field(default_factory=list)
    """What has left which location, in this order: in a box, or by a move."""

    def move(self, source: str, target: str, quantity: int) -> None:
        """Ribbons go from one location to another."""
        self.levels[source] -= quantity
        self.levels[target] += quantity

    def tell(self, history: History, sign: int) -> None:
        """What a file tells of is booked, or taken back."""
        self.move(ADJUSTMENT, history.conference, sign * history.handed_out)
        self.move(ADJUSTMENT, LOSS, sign * history.lost)

    def lacks(self, location: str, quantity: int) -> bool:
        """Whether a location holds fewer ribbons than that."""
        return location not in UNBOUNDED and self.levels[location] < quantity

    def count(self, location: str, move: int | None = None) -> None:
        """What lies at a location was counted, after all moves until now."""
        self.counts.append(Count(location, max(self.moves, default=0), move))

    def is_counted(self, location: str, but: list["Count"]) -> bool:
        """Whether a location was counted, but for these counts."""
        return any(c.location == location and not any(c is known for known in but) for c in self.counts)

    def cannot_reopen(self, claim: Claim, number: int) -> bool:
        """Whether it is too late to open a closed claim again, or its champion is engaged elsewhere."""
        own, closing = stock_of(claim.who), claim.closing
        if claim.status != "closed" or closing is None or self.is_elsewhere(claim.who, claim.conference):
            return True
        if any(self.claims[n].who == claim.who for n in self.open_at(claim.conference)):
            return True
        if closing.count is None:
            return False
        later = self.counts[next(n for n, c in enumerate(self.counts) if c is closing.count) + 1 :]
        gone = [
            what.status != "cancelled" if isinstance(what, Box) else not (what.again or what.claim == number)
            for location, what in self.left[closing.left :]
            if location == own
        ]
        return any(gone) or any(c.location == own for c in later)

    def is_settled(self, number: int) -> bool:
        """Whether a move was settled by a count since, at either end."""
        ends = (self.moves[number].source, self.moves[number].target)
        return any(c.location in ends and c.through >= number and c.move != number for c in self.counts)

    def at(self, claim: Claim) -> Conference:
        """The conference of a claim."""
        return self.conferences[claim.conference]

    def is_full(self, conference: int) -> bool:
        """Whether a conference has as many champions as it may have."""
        taken = [c for c in self.claims.values() if c.conference == conference and c.status in {"deputized", "closed"}]
        return len(taken) >= self.conferences[conference].limit

    def is_elsewhere(self, who: str, conference: int, last: date | None = None) -> bool:
        """Whether somebody is deputized for another conference on the days of this one, if ``last`` is its last."""
        here = self.conferences[conference]
        others = [
            self.at(claim)
            for claim in self.claims.values()
            if claim.who == who and claim.status == "deputized" and claim.conference != conference
        ]
        return any(here.first <= other.last and other.first <= (last or here.last) for other in others)

    def champions_of(self, conference: int) -> set[str]:
        """Who is deputized for a conference."""
        return {c.who for c in self.claims.values() if c.conference == conference and c.status == "deputized"}

    def open_at(self, conference: int) -> list[int]:
        """The open claims of a conference."""
        open_ = {"requested", "deputized"}
        return [n for n, claim in self.claims.items() if claim.conference == conference and claim.status in open_]

    def end(self, claim_id: int, status: str) -> None:
        """A claim ends; what has not left for it goes back."""
        self.claims[claim_id].status = status
        for box in self.boxes.values():
            if box.claim == claim_id and box.status in {"draft", "packed"}:
                self.cancel(box)

    def cancel(self, box: Box) -> None:
        """A box does not go; what was in it is where it was."""
        if box.status == "packed":
            self.move(PACKED, box.source, box.quantity)
        box.status = "cancelled"

    def cancel_conference(self, conference: int) -> None:
        """A conference does not take place; claims for which ribbons were handed out stay, to be closed out."""
        self.conferences[conference].status = "cancelled"
        self.end_claims(conference)

    def end_claims(self, conference: int) -> None:
        """The claims of a conference end with it."""
        for claim_id in self.open_at(conference):
            claim = self.claims[claim_id]
            if claim.status == "requested":
                claim.before, claim.status = claim.status, "declined"
            elif not claim.handed:
                claim.before = claim.status
                self.end(claim_id, "revoked")

    def fill(self, conference: int) -> None:
        """Whoever is first in line gets a place that is free, if trusted and nowhere else on these days."""
        while self.conferences[conference].claimable and not self.is_full(conference):
            line = [c for c in self.claims.values() if c.conference == conference and c.status == "requested"]
            if not line or line[0].who != TRUSTED or self.is_elsewhere(TRUSTED, conference):
                return
            line[0].status = "deputized"

    def forget_ends(self, conference: int) -> None:
        """What its claims were is not taken back any more."""
        self.conferences[conference].went_virtual = False
        for claim in self.claims.values():
            if claim.conference == conference:
                claim.before = ""

    def schedule(self, conference: int) -> None:
        """A conference is on the calendar again, and its claims are what they were, as far as that is possible."""
        self.conferences[conference].status = "scheduled"
        self.take_up_claims(conference)

    def take_up_claims(self, conference: int) -> None:
        """The claims that ended with a conference are what they were."""
        ended = [c for c in self.claims.values() if c.conference == conference and c.before]
        for claim in [] if self.conferences[conference].virtual else ended:
            impossible = self.is_full(conference) or self.is_elsewhere(claim.who, conference)
            claim.status = "requested" if impossible else claim.before
            claim.before = ""
        self.fill(conference)

    def leading(self, conference: int) -> int:
        """A conference, or the one that it was merged into."""
        return self.conferences[conference].into or conference

    def merge(self, conference: int, into: int) -> None:
        """Two conferences are one: whatever was of the first is of the other."""
        old, new = self.conferences[conference], self.conferences[into]
        for other in self.conferences.values():
            other.into = into if other is old or other.into == conference else other.into
        old.status, old.went_virtual = "merged", False
        for claim in self.claims.values():
            if claim.conference == conference:
                claim.conference, claim.before = into, ""
        for meetup in self.meetups.values():
            meetup.conference = into if meetup.conference == conference else meetup.conference
        self.move(old.name, new.name, self.levels[old.name])
        for moved in self.moves.values():
            moved.source, moved.target = (new.name if end == old.name else end for end in (moved.source, moved.target))
        self.fill(into)

    def cannot_merge(self, conference: int, into: int) -> bool:
        """Whether two conferences have too many claims for one."""
        here, there = ([c for c in self.claims.values() if c.conference == n] for n in (conference, into))
        standing = {"requested", "deputized", "closed"}
        twice = {c.who for c in here if c.status in standing} & {c.who for c in there if c.status in standing}
        served = [[c for c in claims if c.status in {"deputized", "closed"}] for claims in (here, there)]
        too_many = bool(served[0]) and sum(map(len, served)) > self.conferences[into].limit
        nobody_comes = self.conferences[into].virtual and bool(self.open_at(conference))
        new = self.conferences[into]
        elsewhere = any(
            c.who == other.who and new.first <= self.at(other).last and self.at(other).first <= new.last
            for c in here
            if c.status == "deputized"
            for other in self.claims.values()
            if other.status == "deputized" and other.conference not in {conference, into}
        )
        return bool(twice) or too_many or nobody_comes or elsewhere

    def hangs_on(self, conference: int) -> bool:
        """Whether anything belongs to a conference."""
        if any(other.into == conference for other in self.conferences.values()) or self.conferences[conference].into:
            return True
        met = any(meetup.conference == conference for meetup in self.meetups.values())
        return met or any(claim.conference == conference for claim in self.claims.values())

    def came_too_late(self, who: str, conference: int) -> bool:
        """Whether somebody's claim for a conference has ended without their having been its champion until the end."""
        return not self.served(who, conference) and any(
            c.who == who and c.conference == conference and c.status in {"withdrawn", "revoked"}
            for c in self.claims.values()
        )

    def served(self, who: str, conference: int) -> bool:
        """Whether somebody is or was the champion of a conference."""
        return any(
            c.who == who and c.conference == conference and c.status in {"deputized", "closed"}
            for c in self.claims.values()
        )

    def is_under_way(self, claim_id: int) -> bool:
        """Whether something is still to be done about a box for a claim."""
        statuses = {"draft", "packed", "in_transit", "delivered"}
        return any(box.claim == claim_id and box.status in statuses for box in self.boxes.values())

    def met(self, who: str) -> set[int]:
        """The meetups that a champion may see: she recorded them, or has confirmed that she was there.

        What was recorded by somebody who is shown there and whom she blocks she does not see.
        """

        def is_hers(meetup: Meetup) -> bool:
            by_a_blocked = meetup.parts.get(meetup.recorder) == "confirmed" and (who, meetup.recorder) in self.blocks
            return meetup.recorder == who or (meetup.parts.get(who) == "confirmed" and not by_a_blocked)

        return {number for number, meetup in self.meetups.items() if is_hers(meetup)}

    def shows(self, meetup: Meetup, other: str, to: str) -> bool:
        """Whether a champion sees another one in a meetup that she may see."""
        if other not in meetup.parts:
            return False
        if meetup.recorder == to:
            return True  # she sees what she typed, whatever became of it
        return meetup.parts[other] == "confirmed" and not {(other, to), (to, other)} & self.blocks


def days_from(offset: int) -> tuple[date, date]:
    """Four days of a conference, the first of which is so many days from today (by UTC)."""
    first = today() + timedelta(days=offset)
    return first, first + timedelta(days=3)


def line_of(thing: Json) -> int:
    """The id of the only line of a shipment or an order."""
    (line,) = thing["lines"]
    return int(line["id"])
