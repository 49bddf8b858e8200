"""Verbs about the arrival of a shipment: the receiver counts, or the sender what came back; missing ones turn up."""

from typing import TypeVar

from sqlmodel import Session

from app.acts.policy import Actor
from app.core.clock import today
from app.core.db import lock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import Text, phrase, phrases
from app.core.lifecycle import check_transition
from app.core.rules import Rules
from app.core.subjects import Subject, Thing
from app.outbox.models import LetterKind
from app.outbox.service import take_out
from app.papers.links import resolve
from app.people.service import tell_team
from app.shipments.models import ALLOWED, COUNTED, NO_SHIPMENT, SPOKEN, Method, Shipment, ShipmentLine, ShipmentStatus
from app.shipments.schemas import FoundLine, NewArrival, NewFind, NewReturn, ReceivedLine, ReturnedLine
from app.shipments.service import go, lines_of, lock_as_sender
from app.stock.designs import code_of
from app.stock.ledger import Transfer, move
from app.stock.locations import system_location
from app.stock.models import Kind, Location, Reason

Entry = TypeVar("Entry", ReceivedLine, ReturnedLine, FoundLine)


def receive(session: Session, *, shipment_id: int, arrival: NewArrival, rules: Rules, actor: Actor) -> None:
    """Books the receiver's count: what has arrived is hers, the rest is missing. Every line is named once.

    Raises :class:`Invalid` for a line that is unknown, left out, named twice, or counted above what was sent.
    """
    _book(session, _lock_as_receiver(session, shipment_id, actor), arrival=arrival, rules=rules, actor=actor)


def receive_by_slip(session: Session, *, code: str, arrival: NewArrival, rules: Rules, actor: Actor) -> int:
    """Books the count of whoever holds the packing slip, as :func:`receive` does; the number of the shipment.

    Raises :class:`NotFound` for a code that is unknown, or was cancelled.
    """
    shipment_id = box_of_slip(session, code=code)
    shipment = lock(session, Shipment, shipment_id, missing=NO_SHIPMENT)
    _book(session, shipment, arrival=arrival, rules=rules, actor=actor)
    return shipment_id


def box_of_slip(session: Session, *, code: str) -> int:
    """The shipment whose slip has this code, as it was typed.

    Raises :class:`NotFound` for a code that is unknown, or was cancelled.
    """
    found = resolve(session, letter="S", code=code)
    if found.revoked:
        raise NotFound(phrase("This code was cancelled and no longer works."))
    return Thing.SHIPMENT.number_in(Subject(found.subject))


def _book(session: Session, shipment: Shipment, *, arrival: NewArrival, rules: Rules, actor: Actor) -> None:
    shipment_id, present = shipment.id, shipment.status
    shipment.status = check_transition(
        ALLOWED[shipment.method], spoken=SPOKEN[shipment.method], present=present, to=ShipmentStatus.RECEIVED
    )
    here = system_location(session, Kind.PACKED if shipment.method is Method.HAND else Kind.TRANSIT)
    loss = system_location(session, Kind.LOSS)
    transfers = []
    for number, entry, line in _all_lines(session, arrival.lines, lines_of(session, shipment_id)):
        if entry.received > line.quantity:
            raise Invalid(_more_than_sent(line.quantity), field=f"lines/{number}/received")
        line.received, line.missing = entry.received, line.quantity - entry.received
        transfers += [
            Transfer(line.design_id, here, shipment.target_id, line.received, Reason.RECEIVE),
            Transfer(line.design_id, here, loss, line.missing, Reason.MISSING),
        ]
    move(session, [t for t in transfers if t.quantity], actor=actor, subject=Thing.SHIPMENT.named(shipment_id))
    shipment.received_on, shipment.receipt_note = today(rules.timezone), arrival.note
    shipment.version += 1
    subject = Thing.SHIPMENT.named(shipment_id)
    take_out(session, subject=subject, kinds=[LetterKind.BOX_SENT, LetterKind.COUNT_BOX])
    if any(transfer.target_id == loss and transfer.quantity for transfer in transfers):
        tell_team(session, LetterKind.COUNT_DIFFERS, subject=subject, but=[actor.person_id])


def take_back(session: Session, *, shipment_id: int, back: NewReturn, actor: Actor) -> None:
    """Books the sender's count of a box that came back: that is where it came from again, the rest is missing.

    Every line is named once. Raises :class:`Invalid` as :func:`receive` does.
    """
    shipment = lock_as_sender(session, shipment_id, actor)
    go(shipment, ShipmentStatus.RETURNED)
    transit, loss = system_location(session, Kind.TRANSIT), system_location(session, Kind.LOSS)
    transfers = []
    for number, entry, line in _all_lines(session, back.lines, lines_of(session, shipment_id)):
        if entry.returned > line.quantity:
            raise Invalid(_more_than_sent(line.quantity), field=f"lines/{number}/returned")
        line.received, line.returned, line.missing = 0, entry.returned, line.quantity - entry.returned
        transfers += [
            Transfer(line.design_id, transit, shipment.source_id, line.returned, Reason.RECEIVE),
            Transfer(line.design_id, transit, loss, line.missing, Reason.MISSING),
        ]
    move(session, [t for t in transfers if t.quantity], actor=actor, subject=Thing.SHIPMENT.named(shipment_id))
    shipment.receipt_note = back.note


def find_missing(session: Session, *, shipment_id: int, find: NewFind, rules: Rules, actor: Actor) -> None:
    """Books that missing ribbons have turned up at the receiver's. Where nothing had come before, they came today.

    Raises :class:`Conflict` before the shipment was counted or lost, :class:`Invalid` for more than were missing.
    """
    shipment = _lock_as_receiver(session, shipment_id, actor)
    if shipment.status is ShipmentStatus.RETURNED:
        raise Conflict(SPOKEN[shipment.method].now[shipment.status], current_status=shipment.status.value)
    if shipment.status not in COUNTED:
        raise Conflict(
            phrase("Nothing is missing yet: this box has not been counted."), current_status=shipment.status.value
        )
    lines = {line.id: line for line in lines_of(session, shipment_id)}
    if not any(line.received for line in lines.values()):
        shipment.received_on = today(rules.timezone)
    loss = system_location(session, Kind.LOSS)
    transfers = []
    for line_id, (number, entry) in _by_line(find.lines, lines).items():
        line = lines[line_id]
        missing = line.missing or 0
        if entry.quantity_found > missing:
            raise Invalid(_more_than_missing(missing), field=f"lines/{number}/quantity_found")
        line.received, line.missing = (line.received or 0) + entry.quantity_found, missing - entry.quantity_found
        transfers.append(
            Transfer(line.design_id, loss, shipment.target_id, entry.quantity_found, Reason.FOUND, find.note)
        )
    move(session, transfers, actor=actor, subject=Thing.SHIPMENT.named(shipment_id))
    shipment.version += 1


def _all_lines(
    session: Session, entries: list[Entry], lines: list[ShipmentLine]
) -> list[tuple[int, Entry, ShipmentLine]]:
    """Each line of a box with what was counted of it, and the place of that among the entries."""
    counted = _by_line(entries, {line.id: line for line in lines})
    if len(counted) < len(lines):
        left_out = [code_of(session, design_id=line.design_id) for line in lines if line.id not in counted]
        missing = phrase("Count {list}, too. Enter 0 for what did not come.", list=left_out)
        raise Invalid(missing, field="lines")
    return [(counted[line.id][0], counted[line.id][1], line) for line in lines]


def _by_line(entries: list[Entry], lines: dict[int, ShipmentLine]) -> dict[int, tuple[int, Entry]]:
    found: dict[int, tuple[int, Entry]] = {}
    for number, entry in enumerate(entries):
        if entry.line_id not in lines:
            raise Invalid(phrase("This line is not of this box."), field=f"lines/{number}/line_id")
        if entry.line_id in found:
            raise Invalid(phrase("This line is named twice."), field=f"lines/{number}/line_id")
        found[entry.line_id] = (number, entry)
    return found


def _more_than_sent(quantity: int) -> Text:
    return phrases(
        "You counted more than the {n} that was sent. Enter {n} here and tell the coordinators about the extra ones.",
        "You counted more than the {n} that were sent. Enter {n} here and tell the coordinators about the extra ones.",
        n=quantity,
    )


def _more_than_missing(missing: int) -> Text:
    return phrases("Only {n} ribbon of these is missing.", "Only {n} ribbons of these are missing.", n=missing)


def _lock_as_receiver(session: Session, shipment_id: int, actor: Actor) -> Shipment:
    shipment = lock(session, Shipment, shipment_id, missing=NO_SHIPMENT)
    source, target = session.get(Location, shipment.source_id), session.get(Location, shipment.target_id)
    if target is not None and actor.may_touch(target.person_id):
        return shipment
    if source is not None and actor.may_touch(source.person_id):
        raise Forbidden(phrase("Only the receiver can do this."))
    raise NotFound(NO_SHIPMENT)
