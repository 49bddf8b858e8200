"""What can be done with shipments."""

from datetime import date

from app.acts.act import Asking, Work, asks_and_writes, given, reads, writes
from app.acts.entries import Repeatable
from app.acts.policy import Permission
from app.acts.throttle import Throttle
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.shipments import receiving, service
from app.shipments.carriers import Tracked, delivered_on
from app.shipments.queries import find_shipments, read_shipment
from app.shipments.schemas import NewArrival, NewFind, Sending, ShipmentFilter, ShipmentOut, ShipmentSummary


@reads(Permission.READ_SHIPMENTS)
def list_shipments(work: Work, *, paging: Paging, wanted: ShipmentFilter) -> Page[ShipmentSummary]:
    """List shipments, newest first: from and to you, or all for a coordinator."""
    return find_shipments(work.session, paging=paging, wanted=wanted, actor=work.actor)


@reads(Permission.READ_SHIPMENTS)
def get_shipment(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """Read one shipment with its lines."""
    return _read(work, shipment_id)


@writes(Permission.SHIP, about=given(Thing.SHIPMENT))
def pack_shipment(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """Pack: the ribbons are reserved from now on."""
    service.pack(work.session, shipment_id=shipment_id, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.SHIP, about=given(Thing.SHIPMENT))
def send_shipment(work: Work, *, shipment_id: RowId, body: Sending) -> ShipmentOut:
    """Hand the box to a carrier."""
    service.send(work.session, shipment_id=shipment_id, sending=body, rules=work.rules, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.MOVE_STOCK, about=given(Thing.SHIPMENT))
def deliver_shipment(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """Note that the carrier says it has delivered."""
    service.deliver(work.session, shipment_id=shipment_id, rules=work.rules, actor=work.actor)
    return _read(work, shipment_id)


def _box_to_ask(work: Work, *, shipment_id: int) -> Tracked | None:
    return service.box_to_ask(work.session, shipment_id=shipment_id, actor=work.actor)


@asks_and_writes(
    Asking(question=_box_to_ask, ask=delivered_on),
    Permission.SHIP,
    about=given(Thing.SHIPMENT),
    throttle=Throttle("track", per_person=60),
)
def track_shipment(work: Work, heard: date | None, *, shipment_id: RowId) -> ShipmentOut:
    """Ask the carrier about a box in transit, and note if it was delivered."""
    service.track(work.session, shipment_id=shipment_id, delivered_on=heard, rules=work.rules, actor=work.actor)
    return _read(work, shipment_id)


def _shipment_again(work: Work, made: Subject) -> ShipmentOut:
    return _read(work, Thing.SHIPMENT.number_in(made))


@writes(
    Permission.RECEIVE,
    about=given(Thing.SHIPMENT),
    repeats=Repeatable(made=lambda values, _: Thing.SHIPMENT.named(values["shipment_id"]), again=_shipment_again),
)
def receive_shipment(work: Work, *, shipment_id: RowId, body: NewArrival) -> ShipmentOut:
    """Count what has arrived; what is not counted is missing."""
    receiving.receive(work.session, shipment_id=shipment_id, arrival=body, rules=work.rules, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.RECEIVE, about=given(Thing.SHIPMENT))
def find_missing_ribbons(work: Work, *, shipment_id: RowId, body: NewFind) -> ShipmentOut:
    """Book that missing ribbons have turned up where they were sent to."""
    receiving.find_missing(work.session, shipment_id=shipment_id, find=body, rules=work.rules, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.MOVE_STOCK, about=given(Thing.SHIPMENT))
def lose_shipment(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """Give up on a box that was sent."""
    service.lose(work.session, shipment_id=shipment_id, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.SHIP, about=given(Thing.SHIPMENT))
def cancel_shipment(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """End a shipment that has not left; what was packed goes back."""
    service.cancel(work.session, shipment_id=shipment_id, actor=work.actor)
    return _read(work, shipment_id)


def _read(work: Work, shipment_id: int) -> ShipmentOut:
    return read_shipment(work.session, shipment_id=shipment_id, actor=work.actor)
