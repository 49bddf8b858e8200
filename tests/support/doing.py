"""What people do, by the verbs and not over HTTP: for worlds that a test needs, but is not about.

What is read is what the API would answer.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from app.acts.policy import Actor
from app.claims import service as claims
from app.claims.calendar import read_conference
from app.claims.ending import cancel_conference
from app.claims.queries import read_claim
from app.claims.schemas import NewClaim
from app.claims.shipping import create_shipment_for
from app.conferences.schemas import NewConference
from app.conferences.service import create_conference
from app.core.lifecycle import Version
from app.core.rules import Rules
from app.meetups.schemas import NewMeetup
from app.meetups.service import record_meetup
from app.meetups.views import read_meetup
from app.members.schemas import MemberPatch
from app.members.service import issue_link, update_member
from app.purchasing import service as purchasing
from app.purchasing.schemas import NewOrder
from app.shipments import receiving
from app.shipments import service as shipments
from app.shipments.queries import read_shipment
from app.shipments.schemas import NewArrival, NewShipment, Sending
from app.stock.designs import create_design, read_design
from app.stock.schemas import NewDesign, NewMove
from app.stock.service import move_by_hand
from tests.support.rules import KEY


@dataclass(frozen=True)
class Doing:
    """Somebody at work, in one unit of work."""

    session: Session
    actor: Actor
    rules: Rules

    def conference(self, new: dict[str, Any]) -> dict[str, Any]:
        """Adds a conference."""
        made = create_conference(self.session, new=NewConference.model_validate(new), actor=self.actor)
        return _json(read_conference(self.session, conference_id=made.id, actor=self.actor))

    def cancel(self, conference_id: int) -> None:
        """Cancels a conference."""
        cancel_conference(self.session, conference_id=conference_id, actor=self.actor)

    def claim(self, conference_id: int, ribbons: int) -> int:
        """Asks for a conference; the id of the claim."""
        new = NewClaim(ribbons_requested=ribbons)
        return claims.claim_conference(
            self.session, conference_id=conference_id, new=new, rules=self.rules, actor=self.actor
        )

    def deputize(self, claim_id: int) -> None:
        """Accepts a claim."""
        claims.deputize(self.session, claim_id=claim_id, note="", actor=self.actor)

    def read_claim(self, claim_id: int) -> dict[str, Any]:
        """What there is to know of a claim."""
        return _json(read_claim(self.session, claim_id=claim_id, rules=self.rules, actor=self.actor))

    def ship(self, new: dict[str, Any]) -> int:
        """Drafts a box; its id."""
        return create_shipment_for(self.session, new=NewShipment.model_validate(new), actor=self.actor)

    def pack(self, shipment_id: int) -> None:
        """Packs it."""
        shipments.pack(self.session, shipment_id=shipment_id, actor=self.actor)

    def send(self, shipment_id: int, tracking_number: str = "") -> None:
        """Hands it to a carrier."""
        sending = Sending(carrier="USPS", tracking_number=tracking_number)
        shipments.send(self.session, shipment_id=shipment_id, sending=sending, rules=self.rules, actor=self.actor)

    def receive(self, shipment_id: int, *, missing: int = 0) -> None:
        """Counts what has come of a box with one line."""
        (line,) = shipments.lines_of(self.session, shipment_id)
        arrival = NewArrival.model_validate({"lines": [{"line_id": line.id, "received": line.quantity - missing}]})
        receiving.receive(self.session, shipment_id=shipment_id, arrival=arrival, rules=self.rules, actor=self.actor)

    def read_box(self, shipment_id: int) -> dict[str, Any]:
        """What there is to know of a box."""
        return _json(read_shipment(self.session, shipment_id=shipment_id, actor=self.actor))

    def order(self, new: dict[str, Any], *, placed: bool) -> dict[str, Any]:
        """Orders ribbons."""
        order_id = purchasing.create_order(self.session, new=NewOrder.model_validate(new), actor=self.actor)
        if placed:
            purchasing.place_order(self.session, order_id=order_id)
        return _json(purchasing.read_order(self.session, order_id=order_id))

    def design(self, new: dict[str, Any]) -> dict[str, Any]:
        """Adds a kind of ribbon."""
        made = create_design(self.session, new=NewDesign.model_validate(new))
        return _json(read_design(self.session, design_id=made.id))

    def move(self, new: dict[str, Any]) -> int:
        """Moves ribbons by hand; the id of the move."""
        return move_by_hand(self.session, new=NewMove.model_validate(new), actor=self.actor)

    def meetup(self, new: dict[str, Any]) -> dict[str, Any]:
        """Records who met."""
        wanted = NewMeetup.model_validate(new)
        meetup_id = record_meetup(self.session, new=wanted, rules=self.rules, key=KEY, actor=self.actor)
        return _json(read_meetup(self.session, meetup_id=meetup_id, actor=self.actor))

    def know(self, member_id: int, person_id: int) -> None:
        """Notes that a member whom nobody has changed yet is a person."""
        patch = MemberPatch(person_id=person_id)
        update_member(self.session, member_id=member_id, version=Version(1), patch=patch, rules=self.rules, key=KEY)

    def member_link(self, member_id: int) -> str:
        """The token of a member's own link."""
        return issue_link(self.session, member_id=member_id, issuer_id=self.actor.person_id, rules=self.rules).token


def _json(answer: BaseModel) -> dict[str, Any]:
    return answer.model_dump(mode="json", by_alias=True)
