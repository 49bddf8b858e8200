"""Loads the demo community through the same verbs that everybody uses, in the order in which it would have happened."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import cycle
from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import SHELL, Actor, Role
from app.claims.closing import close_claim, hand_out
from app.claims.schemas import CloseLine, NewClaim, NewCloseOut, NewHandOut
from app.claims.service import claim_conference, deputize
from app.claims.shipping import create_shipment_for
from app.community.rules import kept, rules_of
from app.community.service import settle
from app.conferences.importers import read_conferences
from app.conferences.models import Conference, ConferenceStatus, Mode
from app.conferences.standing import is_over
from app.core.clock import frozen, today, utcnow
from app.core.config import Settings
from app.core.db import Database
from app.core.keys import ServerKey, server_key
from app.core.rules import Rules
from app.demo.community import CHAMPIONS, COMMUNITY, COORDINATORS, DEPOTS, DESIGNS, HANDLES, VENDOR, VISITS, Someone
from app.meetups.models import ParticipantStatus
from app.meetups.schemas import NewMeetup
from app.meetups.service import decide, record_meetup
from app.members.handles import Platform
from app.members.schemas import HandleIn
from app.members.service import find_by_handle, parse
from app.people.access import issue_token
from app.people.models import Person
from app.people.schemas import AddressIn, NewPerson
from app.people.service import create_person, put_address
from app.purchasing.schemas import NewOrder, NewOrderLine, NewReceipt, ReceiptLine
from app.purchasing.service import create_order, place_order, read_order, receive_order
from app.shipments import receiving, service
from app.shipments.queries import read_shipment
from app.shipments.schemas import NewArrival, NewShipment, NewShipmentLine, ReceivedLine, Sending
from app.stock.designs import create_design
from app.stock.ledger import on_hand
from app.stock.locations import create_location
from app.stock.schemas import NewDesign, NewKind, NewLocation
from app.upkeep.history import import_history
from app.upkeep.history_file import read_history
from app.upkeep.imports import import_conferences

Event = tuple[datetime, int, Callable[[], None]]


@dataclass
class _Community:
    """What has been set up, for those who come after."""

    session: Session
    rules: Rules
    key: ServerKey
    coordinator: Actor
    champions: list[Actor]
    designs: list[int]
    vendor: int
    depots: list[int]
    events: list[Event] = field(default_factory=list)

    def at(self, day: date, hour: int, act: Callable[[], None]) -> None:
        """Something that happens on a day, at an hour UTC."""
        moment = datetime.combine(day, time(hour), tzinfo=UTC)
        self.events.append((moment, len(self.events), act))

    def run(self) -> None:
        """Lets everything happen in its order; what would lie in the future happens now."""
        now = utcnow()
        for moment, _, act in sorted(self.events, key=lambda event: event[:2]):
            with frozen(min(moment, now)):
                act()


def is_empty(session: Session) -> bool:
    """Whether nobody has used this database yet, not even to say how the community is called."""
    return (
        not kept(session)
        and session.scalar(select(col(Person.id)).limit(1)) is None
        and session.scalar(select(col(Conference.id)).limit(1)) is None
    )


def load_demo(database: Database, *, here: Settings) -> bool:
    """Loads the demo community into an empty database; returns whether it did.

    Writes one API token each for a coordinator and two champions to ``demo-tokens.json`` in the folder of the data,
    for its owner only.
    """
    return database.run(lambda session: _load(session, here))


def _load(session: Session, here: Settings) -> bool:
    if not is_empty(session):
        return False
    settle(session, changes=COMMUNITY)
    drafts = read_conferences(files("app.demo").joinpath("conferences.csv").read_bytes())
    import_conferences(session, drafts=drafts, actor=SHELL)
    begin = datetime(2021, 11, 5, 15, tzinfo=UTC)
    with frozen(begin):
        community = _found(session, rules_of(session, here=here), server_key(here))
    for year, pieces in ((2021, (1200, 250)), (2024, (900, 200))):
        _order(community, date(year, 11, 6), pieces)
    champions = cycle(community.champions)
    for acronym, starts_on, worn in VISITS:
        conference = session.scalars(
            select(Conference).where(col(Conference.acronym) == acronym, col(Conference.starts_on) == starts_on)
        ).one()
        _visit(community, conference, next(champions), worn)
    _present(community)
    community.run()
    rows = read_history(files("app.demo").joinpath("history.csv").read_bytes())
    import_history(session, rows=rows, rules=community.rules, actor=community.coordinator, dry_run=False)
    _write_tokens(session, community, here.data)
    return True


def _found(session: Session, rules: Rules, key: ServerKey) -> _Community:
    """People, designs and locations."""
    people = [_add_person(session, someone) for someone in (*COORDINATORS, *CHAMPIONS)]
    designs = [create_design(session, new=NewDesign.model_validate(design)).id for design in DESIGNS]
    location_ids = []
    for (name, line1, city, state, postal_code), kind in ((VENDOR, "vendor"), *((depot, "depot") for depot in DEPOTS)):
        address = AddressIn(recipient=name, line1=line1, city=city, state=state, postal_code=postal_code, country="US")
        new = NewLocation(kind=NewKind(kind), name=name, address=address)
        location_ids.append(create_location(session, new=new).id)
    staff = len(COORDINATORS)
    return _Community(
        session, rules, key, people[staff - 1], people[staff:], designs, location_ids[0], location_ids[1:]
    )


def _add_person(session: Session, someone: Someone) -> Actor:
    new = NewPerson.model_validate(
        {
            "name": someone.name,
            "email": someone.email,
            "role": someone.role,
            "trusted": someone.trusted,
            "language": someone.language,
        }
    )
    person = create_person(session, new=new, actor=SHELL, fictional=True)
    address = AddressIn(
        recipient=someone.name,
        line1=someone.line1,
        city=someone.city,
        state=someone.state,
        postal_code=someone.postal_code,
        country="US",
    )
    put_address(session, person_id=person.id, new=address)
    return Actor(role=Role(someone.role), person_id=person.id, trusted=someone.trusted)


def _order(community: _Community, day: date, pieces: tuple[int, ...]) -> None:
    """Ribbons are ordered, and come three weeks later, in two deliveries, to the first depot."""
    session, actor = community.session, community.coordinator
    made: list[int] = []

    def place() -> None:
        lines = [
            NewOrderLine(design_id=design, quantity=quantity)
            for design, quantity in zip(community.designs, pieces, strict=True)
        ]
        new = NewOrder(vendor_id=community.vendor, ship_to_id=community.depots[0], lines=lines)
        made.append(create_order(session, new=new, actor=actor))
        place_order(session, order_id=made[0])

    def receive() -> None:
        order = read_order(session, order_id=made[0])
        for first in (True, False):
            half = [
                ReceiptLine(
                    line_id=line.id, received=line.quantity // 2 if first else line.quantity - line.quantity // 2
                )
                for line in order.lines
            ]
            receive_order(session, order_id=made[0], receipt=NewReceipt(lines=half), actor=actor)

    community.at(day, 15, place)
    community.at(day + timedelta(days=21), 16, receive)


class _Trip:
    """A champion's way with her ribbons to one conference, step by step."""

    def __init__(self, community: _Community, conference: Conference, champion: Actor, ribbons: int) -> None:
        self.community, self.session, self.rules = community, community.session, community.rules
        self.conference, self.champion, self.ribbons = conference, champion, ribbons
        self.claim_id = self.shipment_id = 0

    def claim(self) -> None:
        """Asks; a trusted champion is deputized at once."""
        new = NewClaim(ribbons_requested=self.ribbons, note="Invented for the demo.")
        self.claim_id = claim_conference(
            self.session, conference_id=self.conference.id, new=new, rules=self.rules, actor=self.champion
        )

    def deputize(self) -> None:
        """Is deputized."""
        if not self.champion.trusted:
            deputize(self.session, claim_id=self.claim_id, note="", actor=self.community.coordinator)

    def draft(self) -> None:
        """A box is drafted: what she asked for, and some for students."""
        blue, student = self.community.designs
        lines = [NewShipmentLine(design_id=blue, quantity=self.ribbons)]
        if self.ribbons >= 100:
            lines.append(NewShipmentLine(design_id=student, quantity=25))
        new = NewShipment(claim_id=self.claim_id, source_id=self.community.depots[0], lines=lines)
        self.shipment_id = create_shipment_for(self.session, new=new, actor=self.community.coordinator)

    def pack(self) -> None:
        """The box is packed."""
        service.pack(self.session, shipment_id=self.shipment_id, actor=self.community.coordinator)

    def send(self) -> None:
        """The box leaves."""
        sending, actor = (
            Sending(carrier="USPS", tracking_number=f"DEMO{self.shipment_id:08d}"),
            self.community.coordinator,
        )
        service.send(self.session, shipment_id=self.shipment_id, sending=sending, rules=self.rules, actor=actor)

    def receive(self) -> None:
        """She counts: everything is there, but in the largest boxes, where two are missing."""
        shipment = read_shipment(self.session, shipment_id=self.shipment_id, actor=self.champion)
        missing = 2 if self.ribbons >= 150 else 0
        lines = [
            ReceivedLine(line_id=line.id, received=line.quantity - (missing if line is shipment.lines[0] else 0))
            for line in shipment.lines
        ]
        arrival = NewArrival(lines=lines, note="Two were missing." if missing else "")
        receiving.receive(
            self.session, shipment_id=self.shipment_id, arrival=arrival, rules=self.rules, actor=self.champion
        )

    def hand_out(self, share: float) -> None:
        """A part of what she asked for is worn."""
        new = NewHandOut(design_id=self.community.designs[0], quantity=max(1, int(self.ribbons * share)))
        hand_out(self.session, claim_id=self.claim_id, new=new, rules=self.rules, actor=self.champion)

    def meet(self, who: Iterator[str]) -> None:
        """She meets two members, and the first of them confirms."""
        people = [HandleIn(handle=next(who), platform=Platform.BLUESKY) for _ in range(2)]
        new = NewMeetup(conference_id=self.conference.id, happened_on=self.conference.starts_on, people=people)
        key = self.community.key
        meetup_id = record_meetup(self.session, new=new, rules=self.rules, key=key, actor=self.champion)
        first = find_by_handle(self.session, handle=parse(people[0], rules=self.rules))
        met = Actor(role=Role.MEMBER, member_id=first)
        decide(self.session, meetup_id=meetup_id, to=ParticipantStatus.CONFIRMED, shown=True, actor=met)

    def close(self) -> None:
        """Everything she had is handed out."""
        holds = on_hand(self.session, location_id=self._own())
        worn = {self.community.designs[0]: self._worn()}
        lines = [
            CloseLine(design_id=design, handed_out=holds.get(design, 0) + worn.get(design, 0), remaining=0)
            for design in self.community.designs
            if holds.get(design, 0) + worn.get(design, 0)
        ]
        close_claim(self.session, claim_id=self.claim_id, new=NewCloseOut(lines=lines), actor=self.champion)

    def _own(self) -> int:
        from_box = read_shipment(self.session, shipment_id=self.shipment_id, actor=self.champion)
        return from_box.target_id

    def _worn(self) -> int:
        return max(1, int(self.ribbons * 0.5))


_WHO = cycle(HANDLES)


def _visit(community: _Community, conference: Conference, champion: Actor, worn: int) -> None:
    """A whole trip that lies in the past."""
    trip = _Trip(community, conference, champion, worn)
    starts, ends = conference.starts_on, conference.ends_on
    for days, hour, act in (
        (-45, 14, trip.claim),
        (-43, 15, trip.deputize),
        (-16, 14, trip.draft),
        (-16, 15, trip.pack),
    ):
        community.at(starts + timedelta(days=days), hour, act)
    community.at(starts - timedelta(days=15), 16, trip.send)
    community.at(starts - timedelta(days=9), 18, trip.receive)
    community.at(starts, 19, lambda: trip.hand_out(0.5))
    community.at(starts + timedelta(days=1), 19, lambda: trip.meet(_WHO))
    community.at(ends + timedelta(days=2), 20, trip.close)


def _present(community: _Community) -> None:
    """What is under way today, on the conferences around this day; as much of it as the calendar has room for."""
    now, day = utcnow(), today()
    statement = (
        select(Conference)
        .where(col(Conference.status) == ConferenceStatus.SCHEDULED, col(Conference.mode) != Mode.VIRTUAL)
        .order_by(col(Conference.starts_on), col(Conference.id))
    )
    conferences = list(community.session.scalars(statement))
    trips = []
    for index, conference in enumerate([c for c in conferences if c.starts_on > day][:5]):
        trips.append(_Trip(community, conference, community.champions[index], 100 - 10 * index))
    steps = ("claim", "deputize", "draft", "pack", "send")
    # The nearest box is under way, the next is packed, one is drafted, and requests wait for the others.
    for trip, done in zip(trips, (5, 4, 3, 1, 1), strict=False):
        for number, step in enumerate(steps[:done]):
            community.events.append(
                (now - timedelta(days=4, hours=-number), len(community.events), getattr(trip, step))
            )
    if len(trips) > 3:
        second = _Trip(community, trips[3].conference, community.champions[6], 50)
        community.events.append((now - timedelta(days=1), len(community.events), second.claim))
    recent = [c for c in conferences if is_over(c) and c.country == "US" and c.ends_on > day - timedelta(days=200)]
    if recent:
        _unfinished(community, recent[-1])


def _unfinished(community: _Community, conference: Conference) -> None:
    """A trip that is over and not closed out yet."""
    trip = _Trip(community, conference, community.champions[6], 100)
    starts = conference.starts_on
    for days, act in ((-30, trip.claim), (-29, trip.deputize), (-20, trip.draft), (-19, trip.pack), (-18, trip.send)):
        community.at(starts + timedelta(days=days), 15, act)
    community.at(starts - timedelta(days=9), 18, trip.receive)
    community.at(starts, 20, lambda: trip.hand_out(0.5))


def _write_tokens(session: Session, community: _Community, folder: Path) -> None:
    tokens = []
    named = ((COORDINATORS[-1], community.coordinator), *zip(CHAMPIONS[:2], community.champions[:2], strict=True))
    for someone, actor in named:
        assert actor.person_id is not None
        token = issue_token(session, person_id=actor.person_id, name="demo").token
        tokens.append({"role": someone.role, "name": someone.name, "email": someone.email, "token": token})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "demo-tokens.json"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        json.dump(tokens, out, ensure_ascii=False, indent=2)
        out.write("\n")
