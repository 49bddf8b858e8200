"""Verbs about shipments until they arrive: draft, pack, send, deliver, cancel, lose."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.acts.policy import Actor
from app.core.clock import today
from app.core.db import lock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import phrase, verbatim
from app.core.lifecycle import check_transition
from app.core.rules import Rules
from app.core.subjects import Thing
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters
from app.printing.entering import refuse, unprintable
from app.shipments import carriers
from app.shipments.models import (
    ALLOWED,
    NO_SHIPMENT,
    NOT_SENT,
    SPOKEN,
    Method,
    Shipment,
    ShipmentAddress,
    ShipmentLine,
    ShipmentStatus,
    folded_carrier,
)
from app.shipments.schemas import NewShipmentLine, Sending
from app.stock.designs import check_designs
from app.stock.ledger import Transfer, move
from app.stock.locations import SAME_ENDS, location_address, name_of, require_location, system_location
from app.stock.models import IN_HAND, Kind, Location, Reason

_TO_A_DEPOT = phrase("You can send leftovers to a depot. A coordinator arranges what goes to a champion.")


def draft_shipment_step(
    session: Session,
    *,
    source_id: int,
    target_id: int,
    method: Method,
    lines: list[NewShipmentLine],
    note: str,
    actor: Actor,
    claim_id: int | None = None,
) -> int:
    """Drafts a shipment and returns its id. Lines of one design are added up.

    A champion sends from her own stock to a depot only, and a carrier never goes from champion to champion, so that
    nobody learns where another champion lives. Raises :class:`Invalid` for unknown locations or designs,
    :class:`Forbidden` for what a champion may not send.
    """
    check_way(session, source_id=source_id, target_id=target_id, method=method, actor=actor)
    refuse(unprintable({"note": note}))
    shipment = Shipment(
        source_id=source_id,
        target_id=target_id,
        claim_id=claim_id,
        method=method,
        note=note,
        created_by=actor.person_id,
    )
    session.add(shipment)
    session.flush()
    add_lines(session, shipment.id, lines)
    return shipment.id


def check_way(session: Session, *, source_id: int, target_id: int, method: Method, actor: Actor) -> None:
    """Raises :class:`Invalid` where nothing goes this way :class:`Forbidden` for others' boxes."""
    source = require_location(session, location_id=source_id, kinds=IN_HAND, field="source_id")
    target = require_location(session, location_id=target_id, kinds=IN_HAND, field="target_id")
    if source_id == target_id:
        raise Invalid(SAME_ENDS, field="target_id")
    if not actor.is_staff:
        if source.person_id != actor.person_id:
            raise Forbidden(phrase("You can send ribbons from your own stock only."))
        if target.kind is not Kind.DEPOT:
            raise Forbidden(_TO_A_DEPOT)
    if source.kind is target.kind is Kind.CHAMPION and method is not Method.HAND:
        raise Invalid(
            phrase("From champion to champion, ribbons go from hand to hand, or by way of a depot."), field="method"
        )


def add_lines(session: Session, shipment_id: int, lines: list[NewShipmentLine]) -> None:
    """Puts down what goes into a box; lines of one design are added up. Raises :class:`Invalid` for unknown designs."""
    quantities: Counter[int] = Counter()
    for line in lines:
        quantities[line.design_id] += line.quantity
    check_designs(session, set(quantities), field="lines")
    for design_id, quantity in quantities.items():
        session.add(ShipmentLine(shipment_id=shipment_id, design_id=design_id, quantity=quantity))
    session.flush()


def pack(session: Session, *, shipment_id: int, actor: Actor) -> None:
    """Reserves the ribbons: they move from the source into the box, and the address for its label is fixed.

    Raises :class:`OutOfStock`; :class:`Invalid` where a carrier would need an address that nobody has given.
    """
    shipment = lock_as_sender(session, shipment_id, actor)
    go(shipment, ShipmentStatus.PACKED)
    if shipment.method is Method.CARRIER and session.get(ShipmentAddress, shipment_id) is None:
        address = location_address(session, location_id=shipment.target_id)
        if address is None:
            name = session.scalars(select(name_of()).where(col(Location.id) == shipment.target_id)).one()
            lacking = phrase(
                "{name} has no address on file. Ask {name} to add one, or hand over the ribbons in person.", name=name
            )
            raise Invalid(lacking, field="target_id")
        session.add(ShipmentAddress(shipment_id=shipment_id, **asdict(address)))
    packed = system_location(session, Kind.PACKED)
    _move_all(session, shipment, shipment.source_id, packed, Reason.PACK, actor)


def send(session: Session, *, shipment_id: int, sending: Sending, rules: Rules, actor: Actor) -> None:
    """Hands the box to a carrier. Raises :class:`Invalid` for a day in the future."""
    shipment = lock_as_sender(session, shipment_id, actor)
    go(shipment, ShipmentStatus.IN_TRANSIT)
    day = today(rules.timezone)
    note_carrier(shipment, sending.model_copy(update={"shipped_on": sending.shipped_on or day}), day)
    ends = system_location(session, Kind.PACKED), system_location(session, Kind.TRANSIT)
    _move_all(session, shipment, *ends, Reason.SEND, actor)
    _tell_receiver(session, shipment, LetterKind.BOX_SENT)


def _tell_receiver(session: Session, shipment: Shipment, kind: LetterKind) -> None:
    """Has the champion told whom a box goes to; of what goes to a depot nobody is."""
    target = session.get_one(Location, shipment.target_id)
    to = [] if target.person_id is None else [target.person_id]
    queue_letters(session, kind, to=to, subject=Thing.SHIPMENT.named(shipment.id))


def note_carrier(shipment: Shipment, sending: Sending, day: date) -> None:
    """Puts down by whom a box goes. Raises :class:`Invalid` for a day of sending that cannot be, seen from ``day``."""
    # Tomorrow may be today already where the sender stands.
    if not day - timedelta(days=365) <= (sending.shipped_on or day) <= day + timedelta(days=1):
        raise Invalid(phrase("A box is sent today or was sent within the last year."), field="shipped_on")
    refuse(unprintable({"carrier": sending.carrier, "tracking_number": sending.tracking_number}))
    shipment.carrier, shipment.tracking_number = sending.carrier, sending.tracking_number
    shipment.folded_carrier = folded_carrier(sending.carrier)
    shipment.shipped_on = sending.shipped_on


def deliver(session: Session, *, shipment_id: int, rules: Rules, actor: Actor, on: date | None = None) -> None:
    """Notes that the carrier says it has delivered, today or ``on`` a day.

    The ribbons stay under way until the receiver has counted them.
    """
    shipment = lock_as_sender(session, shipment_id, actor)
    go(shipment, ShipmentStatus.DELIVERED)
    shipment.delivered_on = on or today(rules.timezone)
    _tell_receiver(session, shipment, LetterKind.COUNT_BOX)


def box_to_ask(session: Session, *, shipment_id: int, actor: Actor) -> carriers.Tracked | None:
    """The box about which its carrier can be asked now; None where there is nothing to ask.

    Raises :class:`NotFound` and :class:`Forbidden` for whoever is not the sender.
    """
    return _tracked(find_as_sender(session, shipment_id, actor))


def track(session: Session, *, shipment_id: int, delivered_on: date | None, rules: Rules, actor: Actor) -> None:
    """Notes what the carrier has said about a box in transit: that it was delivered on a day, or that it was not yet.

    Raises :class:`Conflict` for a box about which nobody can be asked.
    """
    shipment = lock_as_sender(session, shipment_id, actor)
    if _tracked(shipment) is None:
        so = phrase(
            "We can ask about a box that is on its way by one of these and has a tracking number: {carriers}.",
            carriers=[carrier.name for carrier in carriers.CARRIERS],
        )
        raise Conflict(verbatim("{now} {so}", now=SPOKEN[shipment.method].now[shipment.status], so=so))
    if delivered_on is not None:
        deliver(session, shipment_id=shipment_id, rules=rules, actor=actor, on=delivered_on)


def lose(session: Session, *, shipment_id: int, actor: Actor) -> None:
    """Gives up on a box that was sent: all of its ribbons count as missing."""
    shipment = lock_as_sender(session, shipment_id, actor)
    go(shipment, ShipmentStatus.LOST)
    for line in lines_of(session, shipment_id):
        line.received, line.missing = 0, line.quantity
    ends = system_location(session, Kind.TRANSIT), system_location(session, Kind.LOSS)
    _move_all(session, shipment, *ends, Reason.LOST, actor)


def cancel(session: Session, *, shipment_id: int, actor: Actor) -> None:
    """Ends a shipment that has not left. What was packed goes back where it came from."""
    _cancel(session, lock_as_sender(session, shipment_id, actor), actor)


def release_for_claim_step(session: Session, *, claim_id: int, actor: Actor) -> None:
    """Cancels what was drafted or packed for a claim. What has been sent stays under way."""
    statement = (
        select(Shipment)
        .where(
            col(Shipment.claim_id) == claim_id,
            col(Shipment.status).in_(NOT_SENT),
        )
        .order_by(col(Shipment.id))
        .with_for_update()
    )
    for shipment in session.scalars(statement).all():
        _cancel(session, shipment, actor)


def lines_of(session: Session, shipment_id: int) -> list[ShipmentLine]:
    """The lines of a shipment, in their order."""
    statement = select(ShipmentLine).where(col(ShipmentLine.shipment_id) == shipment_id)
    return list(session.scalars(statement.order_by(col(ShipmentLine.id))))


def _cancel(session: Session, shipment: Shipment, actor: Actor) -> None:
    was_packed = shipment.status is ShipmentStatus.PACKED
    go(shipment, ShipmentStatus.CANCELLED)
    if was_packed:
        packed = system_location(session, Kind.PACKED)
        _move_all(session, shipment, packed, shipment.source_id, Reason.UNPACK, actor)


def find_as_sender(session: Session, shipment_id: int, actor: Actor) -> Shipment:
    """A shipment of the actor's, to look at. Raises as :func:`lock_as_sender` does."""
    shipment = session.get(Shipment, shipment_id)
    if shipment is None:
        raise NotFound(NO_SHIPMENT)
    _check_sender(session, shipment, actor)
    return shipment


def lock_as_sender(session: Session, shipment_id: int, actor: Actor) -> Shipment:
    """A shipment of the actor's, locked. Raises :class:`NotFound`, or :class:`Forbidden` for its receiver."""
    shipment = lock(session, Shipment, shipment_id, missing=NO_SHIPMENT)
    _check_sender(session, shipment, actor)
    return shipment


def _check_sender(session: Session, shipment: Shipment, actor: Actor) -> None:
    source, target = session.get(Location, shipment.source_id), session.get(Location, shipment.target_id)
    if source is not None and actor.may_touch(source.person_id):
        return
    if target is not None and actor.may_touch(target.person_id):
        raise Forbidden(phrase("Only the sender can do this. You can confirm what has arrived."))
    raise NotFound(NO_SHIPMENT)


def _tracked(shipment: Shipment) -> carriers.Tracked | None:
    """The box, if it is on its way by a carrier whom we can ask about it."""
    carrier = carriers.carrier_of(shipment.carrier)
    if shipment.status is not ShipmentStatus.IN_TRANSIT or carrier is None or not shipment.tracking_number:
        return None
    return carriers.Tracked(carrier, shipment.tracking_number)


def go(shipment: Shipment, to: ShipmentStatus) -> None:
    """Takes a shipment, which is locked, on to another status. Raises :class:`IllegalTransition`."""
    how = shipment.method
    shipment.status = check_transition(ALLOWED[how], spoken=SPOKEN[how], present=shipment.status, to=to)
    shipment.version += 1


def _move_all(session: Session, shipment: Shipment, source: int, target: int, reason: Reason, actor: Actor) -> None:
    transfers = [
        Transfer(line.design_id, source, target, line.quantity, reason) for line in lines_of(session, shipment.id)
    ]
    move(session, transfers, actor=actor, subject=Thing.SHIPMENT.named(shipment.id))
