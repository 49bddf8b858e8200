"""What can be done with shipments."""

from datetime import date, timedelta

from app.acts.act import Asking, Work, asks_and_writes, exports, given, made, reads, writes
from app.acts.entries import Repeatable
from app.acts.policy import Permission
from app.acts.throttle import Throttle
from app.core.lifecycle import Version
from app.core.paging import Page, Paging
from app.core.schema import RowId
from app.core.subjects import Subject, Thing
from app.papers.links import LinkCode, normal_code
from app.people.schemas import AddressIn, AddressOut
from app.shipments import editing, receiving, service
from app.shipments.carriers import Tracked, delivered_on
from app.shipments.queries import find_shipments, read_shipment, read_slip
from app.shipments.schemas import (
    NewArrival,
    NewFind,
    NewReturn,
    Sending,
    ShipmentFilter,
    ShipmentOut,
    ShipmentPatch,
    ShipmentSummary,
    SlipOut,
)


@reads(Permission.READ_SHIPMENTS)
def list_shipments(work: Work, *, paging: Paging, wanted: ShipmentFilter) -> Page[ShipmentSummary]:
    """List shipments, newest first: from and to you, or all for a coordinator."""
    return find_shipments(work.session, paging=paging, wanted=wanted, actor=work.actor)


export_shipments = exports(
    list_shipments,
    *(
        "id",
        "number",
        "source_id",
        "source_name",
        "target_id",
        "target_name",
        "claim_id",
        "ribbons",
        "method",
        "status",
    ),
    *("carrier", "tracking_number", "note", "receipt_note", "shipped_on", "delivered_on", "received_on", "created_at"),
)


@reads(Permission.READ_SHIPMENTS)
def get_shipment(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """Read one shipment with its lines."""
    return _read(work, shipment_id)


@reads(Permission.SHIP)
def get_shipment_address(work: Work, *, shipment_id: RowId) -> AddressOut:
    """Read the address on a box, as its label says it: for whoever sends it."""
    return editing.read_address(work.session, shipment_id=shipment_id, actor=work.actor)


@writes(Permission.RECEIVE, about=given(Thing.SHIPMENT))
def set_shipment_address(work: Work, *, shipment_id: RowId, body: AddressIn) -> ShipmentOut:
    """Send a box to an address of its own, such as a hotel or a booth: whoever gets it, while it is a draft.

    A coordinator can until it is sent. The address is forgotten like any other.
    """
    editing.set_address(work.session, shipment_id=shipment_id, new=body, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.SHIP, about=given(Thing.SHIPMENT))
def use_address_on_file(work: Work, *, shipment_id: RowId) -> ShipmentOut:
    """Send a box to the address that is on file now. If it is packed already, print its label anew."""
    editing.use_address_on_file(work.session, shipment_id=shipment_id, actor=work.actor)
    return _read(work, shipment_id)


@writes(Permission.SHIP, about=given(Thing.SHIPMENT))
def update_shipment(work: Work, *, shipment_id: RowId, version: Version, body: ShipmentPatch) -> ShipmentOut:
    """Put right what is in a draft and how it goes, or by whom a box went that was sent."""
    editing.change_shipment(
        work.session, shipment_id=shipment_id, version=version, patch=body, rules=work.rules, actor=work.actor
    )
    return _read(work, shipment_id)


@writes(Permission.SHIP, about=given(Thing.SHIPMENT))
def return_shipment(work: Work, *, shipment_id: RowId, body: NewReturn) -> ShipmentOut:
    """Count a box that came back to its sender; what is not counted is missing."""
    receiving.take_back(work.session, shipment_id=shipment_id, back=body, actor=work.actor)
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


@reads(Permission.COUNT_BY_SLIP)
def get_slip(work: Work, *, code: LinkCode) -> SlipOut:
    """Read what a packing slip lists, by its code: whoever holds the paper can."""
    return read_slip(work.session, shipment_id=receiving.box_of_slip(work.session, code=code))


def _slip(*, code: str, body: NewArrival) -> Subject:  # noqa: ARG001 (it is given all that the act is)
    return Thing.SLIP.named(normal_code(code))


def _slip_again(work: Work, made: Subject) -> SlipOut:
    return read_slip(work.session, shipment_id=Thing.SHIPMENT.number_in(made))


@writes(
    Permission.COUNT_BY_SLIP,
    about=made(Thing.SHIPMENT),
    throttle=Throttle("slip", per_account=30, by_strangers=60, window=timedelta(hours=1)),
    account=_slip,
    paper=_slip,
    repeats=Repeatable(made=lambda _, out: Thing.SHIPMENT.named(out.id), again=_slip_again),
)
def count_by_slip(work: Work, *, code: LinkCode, body: NewArrival) -> SlipOut:
    """Count a box that has come to you, by the code of its packing slip, without signing in.

    Whoever holds the paper can count this box, once, and nothing else.
    """
    shipment_id = receiving.receive_by_slip(work.session, code=code, arrival=body, rules=work.rules, actor=work.actor)
    return read_slip(work.session, shipment_id=shipment_id)


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
