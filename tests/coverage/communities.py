"""Random communities, written straight into the tables but for the moves, which only the ledger writes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from sqlmodel import Session

from app.acts.policy import SHELL, Role
from app.claims.models import Claim, ClaimStatus
from app.conferences.checking import folded
from app.conferences.models import Conference, ConferenceStatus, Mode
from app.core.clock import midnight, utcnow
from app.meetups.models import Meetup, Participant, ParticipantStatus
from app.members.models import Member
from app.people.models import Person
from app.purchasing.models import OrderStatus, PurchaseOrder, PurchaseOrderLine
from app.shipments.models import COUNTED, Method, Shipment, ShipmentLine, ShipmentStatus
from app.stock.designs import create_design
from app.stock.ledger import Transfer, move, reverse_step
from app.stock.locations import conference_location, system_location
from app.stock.models import Kind, Location, Reason
from app.stock.schemas import NewDesign
from tests.support.world import DESIGN

# Where a conference may be: the US, its territories, countries with states, and countries without.
PLACES = [
    *(("US", state) for state in ("US-IL", "US-IL", "US-CA", "US-DC", "US-PR", "US-GU", None)),
    *(("CA", "CA-QC"), ("MX", "MX-JAL"), ("MX", None), ("FR", None), ("ES", "ES-M")),
]
FIRST_DAYS = [date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 1), date(2026, 12, 30)]
PEOPLE, MEMBERS, DESIGNS = range(1, 5), range(1, 5), (1, 2)


@dataclass(frozen=True)
class Visit:
    """A conference and all that happened about it."""

    place: tuple[str, str | None]
    first_day: date
    specialty: str
    mode: Mode
    status: ConferenceStatus
    claims: list[tuple[int, ClaimStatus]]
    boxes: list[tuple[int, ShipmentStatus, int, int]]
    """The number of one of the claims, how the box fared, how many days after the first day its ribbons came, and how
    many of its ten came once it was counted, or found again."""
    worn: list[tuple[int, int, bool]]
    """The design and the number of ribbons handed out, and whether that was taken back."""
    meetups: list[dict[int, ParticipantStatus]]


@dataclass(frozen=True)
class History:
    """A random community."""

    visits: list[Visit]
    orders: list[tuple[int, int, OrderStatus]]
    stock: list[tuple[int, Kind, int]]
    """The design, the kind of the location, and how many ribbons are there."""


DESIGN_IDS, QUANTITIES = st.sampled_from(DESIGNS), st.integers(1, 500)
VISITS = st.builds(
    Visit,
    place=st.sampled_from(PLACES),
    first_day=st.sampled_from(FIRST_DAYS),
    specialty=st.sampled_from(["", "Radiology", "Radiología", "Cardiology"]),
    mode=st.sampled_from(Mode),
    status=st.sampled_from([ConferenceStatus.SCHEDULED, *ConferenceStatus]),
    claims=st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ClaimStatus)), max_size=3, unique_by=lambda claim: claim[0]
    ),
    boxes=st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from([ShipmentStatus.RECEIVED, *ShipmentStatus]),
            st.integers(-2, 1),
            st.sampled_from([0, 1, 10]),
        ),
        max_size=2,
    ),
    worn=st.lists(st.tuples(DESIGN_IDS, QUANTITIES, st.booleans()), max_size=3),
    meetups=st.lists(
        st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(ParticipantStatus), max_size=3), max_size=2
    ),
)
HISTORIES = st.builds(
    History,
    visits=st.lists(VISITS, max_size=5),
    orders=st.lists(st.tuples(DESIGN_IDS, QUANTITIES, st.sampled_from(OrderStatus)), max_size=4),
    stock=st.lists(
        st.tuples(
            DESIGN_IDS,
            st.sampled_from([Kind.DEPOT, Kind.CHAMPION, Kind.PACKED, Kind.TRANSIT, Kind.LOSS, Kind.ADJUSTMENT]),
            QUANTITIES,
        ),
        max_size=6,
    ),
)

# Out of the reach of the numbers that the database gives: PostgreSQL does not take these back when it rolls back.
VENDOR, DEPOT, CHAMPION = 1_000_001, 1_000_002, 1_000_003
WHERE = {Kind.DEPOT: DEPOT, Kind.CHAMPION: CHAMPION}


def found(session: Session) -> None:
    """What all communities share: people, members, designs, a vendor, a depot and the stock of the first person."""
    for number in PEOPLE:
        session.add(Person(id=number, name=f"person {number}", role=Role.CHAMPION))
    session.flush()
    for number in MEMBERS:
        session.add(Member(id=number))
    for number in DESIGNS:
        new = NewDesign.model_validate({**DESIGN, "code": f"D{number}"})
        assert create_design(session, new=new).id == number
    session.add(Location(id=VENDOR, kind=Kind.VENDOR, name="vendor", unbounded=True))
    session.add(Location(id=DEPOT, kind=Kind.DEPOT, name="depot"))
    session.add(Location(id=CHAMPION, kind=Kind.CHAMPION, person_id=1))
    session.flush()


def write(session: Session, history: History) -> None:
    """Makes the history true."""
    for design, kind, quantity in history.stock:
        location_id = WHERE.get(kind) or system_location(session, kind)
        move(session, [Transfer(design, VENDOR, location_id, quantity, Reason.PURCHASE)], actor=SHELL)
    for design, quantity, status in history.orders:
        order = PurchaseOrder(vendor_id=VENDOR, ship_to_id=DEPOT, status=status)
        session.add(order)
        session.flush()
        line = PurchaseOrderLine(
            purchase_order_id=order.id, design_id=design, quantity=quantity, unit_cost_cents=38, currency="USD"
        )
        session.add(line)
    for number, visit in enumerate(history.visits):
        _write_visit(session, number, visit)
    session.flush()


def _write_visit(session: Session, number: int, visit: Visit) -> None:
    country, state = visit.place
    said: dict[str, Any] = {
        "name": f"conference {number}",
        "starts_on": visit.first_day,
        "ends_on": visit.first_day + timedelta(days=2),
        "state": state,
        "country": country,
        "specialty": visit.specialty,
        "mode": visit.mode,
    }
    conference = Conference(
        **said,
        folded_name=f"conference {number}",
        folded_specialty=folded(visit.specialty),
        over_at=midnight(visit.first_day + timedelta(days=3), "UTC"),
        timezone="UTC",
        status=visit.status,
    )
    session.add(conference)
    session.flush()
    claims = [
        Claim(conference_id=conference.id, champion_id=person, status=claimed, ribbons_requested=1)
        for person, claimed in visit.claims
    ]
    session.add_all(claims)
    session.flush()
    for box, box_status, days, came in visit.boxes:
        counted = box_status in COUNTED
        has_come = box_status is ShipmentStatus.RECEIVED or (counted and came)
        shipment = Shipment(
            source_id=DEPOT,
            target_id=CHAMPION,
            claim_id=claims[box].id if box < len(claims) else None,
            method=Method.CARRIER,
            status=box_status,
            received_on=visit.first_day + timedelta(days=days) if has_come else None,
        )
        session.add(shipment)
        session.flush()
        count = {"received": came, "missing": 10 - came} if counted else {}
        session.add(ShipmentLine(shipment_id=shipment.id, design_id=1, quantity=10, **count))
    worn_at = conference_location(session, conference_id=conference.id)
    for design, quantity, taken_back in visit.worn:
        given = [
            Transfer(design, VENDOR, CHAMPION, quantity, Reason.PURCHASE),
            Transfer(design, CHAMPION, worn_at, quantity, Reason.HAND_OUT),
        ]
        _, handed_out = move(session, given, actor=SHELL)
        if taken_back:
            reverse_step(session, move_id=handed_out, note="", actor=SHELL)
    for people in visit.meetups:
        meetup = Meetup(conference_id=conference.id, happened_on=visit.first_day, typed_until=utcnow())
        session.add(meetup)
        session.flush()
        session.add_all(Participant(meetup_id=meetup.id, member_id=who, status=how) for who, how in people.items())
