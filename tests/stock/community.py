"""A small community whose work is under way: where histories begin."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from app.acts.policy import SHELL, Actor, Role
from app.claims import service as claiming
from app.claims.schemas import NewClaim
from app.claims.shipping import create_shipment_for
from app.conferences.schemas import NewConference
from app.conferences.service import create_conference, edit_conference_step
from app.core.clock import today
from app.core.lifecycle import Version
from app.people.schemas import AddressIn, NewPerson
from app.people.service import create_person, put_address
from app.purchasing import service as purchasing
from app.purchasing.schemas import NewOrder, NewOrderLine
from app.shipments import receiving
from app.shipments import service as shipping
from app.shipments.schemas import (
    NewArrival,
    NewReturn,
    NewShipment,
    NewShipmentLine,
    ReceivedLine,
    ReturnedLine,
    Sending,
)
from app.stock.designs import create_design
from app.stock.ledger import Transfer, move
from app.stock.locations import champion_location, create_location, system_location
from app.stock.models import Kind, Reason
from app.stock.schemas import NewDesign, NewKind, NewLocation
from tests.support.rules import RULES
from tests.support.world import ADDRESS, DESIGN

Pair = tuple[int, int]


@dataclass(frozen=True)
class Community:
    """How every history begins: two designs, two depots, two champions, two conferences, and some work under way.

    Both champions are deputized for the first conference, which is on; the second is next month. One order was placed.
    Of the boxes from the first depot to the second, one is a draft, one packed, two under way, and one came in short.
    """

    designs: list[int]
    vendor: int
    stocks: list[int]
    """The locations of the depots, then of the champions: 300 ribbons of each design are at the first, 40 elsewhere."""
    loss: int
    champions: list[Actor]
    conferences: list[int]

    def champion_of(self, rows: dict[str, list[Any]], claim_id: int) -> Actor:
        """The champion whose claim this is."""
        by_id = {champion.person_id: champion for champion in self.champions}
        return by_id[next(row.champion_id for row in rows["claim"] if row.id == claim_id)]


def found_community(session: Session) -> Community:
    """Founds it, with the verbs that everybody uses."""
    designs = [create_design(session, new=NewDesign.model_validate({**DESIGN, "code": code})).id for code in "AB"]
    address = AddressIn.model_validate(ADDRESS)
    vendor, *stocks = (
        create_location(session, new=NewLocation(kind=kind, name=f"location {number}", address=address)).id
        for number, kind in enumerate((NewKind.VENDOR, NewKind.DEPOT, NewKind.DEPOT))
    )
    champions = []
    for name in ("ana", "bea"):
        person = create_person(
            session, new=NewPerson(name=name, email=f"{name}@example.org", trusted=name == "ana"), actor=SHELL
        )
        put_address(session, person_id=person.id, new=address)
        champions.append(Actor(role=Role.CHAMPION, person_id=person.id, trusted=name == "ana"))
        stocks.append(champion_location(session, person_id=person.id))
    given = [
        Transfer(design, vendor, location, quantity, Reason.PURCHASE)
        for design in designs
        for location, quantity in zip(stocks, (300, 40, 40, 40), strict=True)
    ]
    move(session, given, actor=SHELL)
    conferences = [_conference(session, starts_in) for starts_in in (-1, 40)]
    _, second = (claim(session, conferences[0], champion) for champion in champions)
    claiming.deputize(session, claim_id=second, note="", actor=SHELL)
    order(session, vendor, stocks[0], designs, (50, 50))
    for way in ("", "pack", "pack send", "pack send", "pack send receive"):
        box = draft(session, stocks[0], designs, (10, 10), target_id=stocks[1])
        for step in way.split():
            take_step(session, box, step)
    loss = system_location(session, Kind.LOSS)
    return Community(designs, vendor, stocks, loss, champions, conferences)


def take_step(session: Session, box: int, step: str, missing: Pair = (3, 3)) -> None:
    """Takes a box one step further, or counts what has arrived of it."""
    if step == "receive":
        lines = [
            ReceivedLine(line_id=line.id, received=max(line.quantity - n, 0))
            for line, n in zip(shipping.lines_of(session, box), missing, strict=True)
        ]
        receiving.receive(session, shipment_id=box, arrival=NewArrival(lines=lines), rules=RULES, actor=SHELL)
    elif step == "return":
        back = [
            ReturnedLine(line_id=line.id, returned=max(line.quantity - n, 0))
            for line, n in zip(shipping.lines_of(session, box), missing, strict=True)
        ]
        receiving.take_back(session, shipment_id=box, back=NewReturn(lines=back), actor=SHELL)
    elif step == "send":
        shipping.send(session, shipment_id=box, sending=Sending(carrier="USPS"), rules=RULES, actor=SHELL)
    elif step == "deliver":
        shipping.deliver(session, shipment_id=box, rules=RULES, actor=SHELL)
    else:
        getattr(shipping, step)(session, shipment_id=box, actor=SHELL)


def _conference(session: Session, starts_in: int) -> int:
    first = today() + timedelta(days=starts_in)
    place = {"city": "Chicago", "state": "US-IL", "country": "US"}
    new = NewConference(name=f"in {starts_in} days", starts_on=first, ends_on=first + timedelta(days=9), **place)
    made = create_conference(session, new=new, actor=SHELL)
    edit_conference_step(session, conference_id=made.id, version=Version(1), changes={"champion_limit": 2})
    return made.id


def claim(session: Session, conference: int, champion: Actor) -> int:
    """Asks for a conference."""
    new = NewClaim(ribbons_requested=50)
    return claiming.claim_conference(session, conference_id=conference, new=new, rules=RULES, actor=champion)


def draft(session: Session, source: int, designs: list[int], quantities: Pair, **to: Any) -> int:
    """Drafts a box with both designs."""
    lines = [NewShipmentLine(design_id=d, quantity=n) for d, n in zip(designs, quantities, strict=True)]
    return create_shipment_for(session, new=NewShipment(source_id=source, lines=lines, **to), actor=SHELL)


def order(session: Session, vendor: int, depot: int, designs: list[int], quantities: Pair) -> int:
    """Orders both designs and places the order."""
    lines = [NewOrderLine(design_id=d, quantity=n) for d, n in zip(designs, quantities, strict=True)]
    new = NewOrder(vendor_id=vendor, ship_to_id=depot, lines=lines)
    order_id = purchasing.create_order(session, new=new, actor=SHELL)
    purchasing.place_order(session, order_id=order_id)
    return order_id
