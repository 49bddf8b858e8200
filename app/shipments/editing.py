"""Verbs by which a box is put right: what is in a draft, by whom a box went, and where it goes."""

from dataclasses import asdict

from sqlalchemy import ColumnElement, bindparam, delete, or_, select
from sqlmodel import Session, col

from app.acts.policy import SHELL, Actor
from app.core.clock import today, utcnow
from app.core.db import Statement, lock, one
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import phrase
from app.core.lifecycle import Version, check_version
from app.core.rules import Rules
from app.core.statements import built_once
from app.people.models import AddressColumns, PersonAddress
from app.people.schemas import AddressIn, AddressOut
from app.people.service import checked_address
from app.printing.entering import refuse, unprintable
from app.shipments.models import (
    NO_SHIPMENT,
    NOT_SENT,
    SPOKEN,
    WITH_CARRIER,
    Method,
    Shipment,
    ShipmentAddress,
    ShipmentLine,
    ShipmentStatus,
)
from app.shipments.queries import shipments_statement
from app.shipments.schemas import Sending, ShipmentPatch
from app.shipments.service import add_lines, check_way, find_as_sender, lock_as_sender, note_carrier
from app.stock.locations import location_address
from app.stock.models import Location

_OF_A_DRAFT = frozenset({"source_id", "method", "lines", "note"})
_OF_THE_WAY = frozenset({"carrier", "tracking_number", "shipped_on"})

_NO_ADDRESS = phrase("This box has no address.")
_COLUMNS = tuple(name for name in AddressColumns.model_fields if name != "updated_at")


def change_shipment(
    session: Session, *, shipment_id: int, version: Version | None, patch: ShipmentPatch, rules: Rules, actor: Actor
) -> None:
    """Changes the given fields: those of a draft, or by whom a box went that was sent.

    Raises :class:`Stale`; :class:`Conflict`, naming the field, for what cannot be changed any more, or not yet;
    :class:`Invalid` and :class:`Forbidden` as a new box would be refused.
    """
    shipment = lock_as_sender(session, shipment_id, actor)
    shipment.version = check_version(present=shipment.version, based_on=version)
    changes = patch.changes()
    is_draft = shipment.status is ShipmentStatus.DRAFT
    was_sent = shipment.method is Method.CARRIER and shipment.status in WITH_CARRIER
    now = SPOKEN[shipment.method].now[shipment.status]
    for name in sorted(changes):
        if (name in _OF_A_DRAFT and not is_draft) or (name in _OF_THE_WAY and not was_sent):
            raise Conflict(now, field=name, current_status=shipment.status.value)
    if changes.keys() & _OF_THE_WAY:
        sent = {name: getattr(shipment, name) for name in _OF_THE_WAY} | changes
        note_carrier(shipment, Sending.model_validate(sent), today(rules.timezone))
    if changes.keys() & {"source_id", "method"}:
        source_id, method = changes.get("source_id", shipment.source_id), changes.get("method", shipment.method)
        check_way(session, source_id=source_id, target_id=shipment.target_id, method=method, actor=actor)
        shipment.source_id, shipment.method = source_id, method
    if "note" in changes:
        refuse(unprintable({"note": changes["note"]}))
        shipment.note = changes["note"]
    if "lines" in changes:
        session.exec(delete(ShipmentLine).where(col(ShipmentLine.shipment_id) == shipment_id))
        add_lines(session, shipment_id, changes["lines"])
    session.flush()


def set_address(session: Session, *, shipment_id: int, new: AddressIn, actor: Actor) -> None:
    """Sends a box to an address of its own: its receiver while it is a draft, a coordinator until it is sent.

    Raises :class:`NotFound`, :class:`Conflict` where it is too late or needs no address, :class:`Invalid` for one that
    cannot be.
    """
    shipment = lock(session, Shipment, shipment_id, missing=NO_SHIPMENT)
    target = session.get_one(Location, shipment.target_id)
    if not actor.may_touch(target.person_id):
        raise NotFound(NO_SHIPMENT)
    if shipment.method is Method.HAND:
        raise Conflict(phrase("This box goes from hand to hand and needs no address."))
    if shipment.status not in NOT_SENT or not (actor.is_staff or shipment.status is ShipmentStatus.DRAFT):
        raise Conflict(SPOKEN[shipment.method].now[shipment.status], current_status=shipment.status.value)
    keep_address(session, shipment_id, new)
    shipment.version += 1


def use_address_on_file(session: Session, *, shipment_id: int, actor: Actor) -> None:
    """Sends a box to the address on file, as it is now: for one that is packed, the label has to be printed anew.

    Raises :class:`NotFound`; :class:`Conflict` where it is too late, :class:`Invalid` where there is no such address.
    """
    shipment = lock_as_sender(session, shipment_id, actor)
    if shipment.status not in NOT_SENT:
        raise Conflict(SPOKEN[shipment.method].now[shipment.status], current_status=shipment.status.value)
    session.exec(delete(ShipmentAddress).where(col(ShipmentAddress.shipment_id) == shipment_id))
    if shipment.status is ShipmentStatus.PACKED and shipment.method is Method.CARRIER:
        address = location_address(session, location_id=shipment.target_id)
        if address is None:
            raise Invalid(phrase("There is no address on file."), field="target_id")
        session.add(ShipmentAddress(shipment_id=shipment_id, **asdict(address)))
    shipment.version += 1
    session.flush()


def keep_address(session: Session, shipment_id: int, new: AddressIn) -> None:
    """Keeps an address of a box's own. Raises :class:`Invalid` for one that cannot be."""
    checked = asdict(checked_address(new))
    session.merge(ShipmentAddress(shipment_id=shipment_id, own=True, updated_at=utcnow(), **checked))
    session.flush()


def read_address(session: Session, *, shipment_id: int, actor: Actor) -> AddressOut:
    """The address on a box, for whoever sends it. Raises :class:`NotFound`, also where it has none."""
    find_as_sender(session, shipment_id, actor)
    kept = select(*(col(getattr(ShipmentAddress, name)) for name in AddressOut.model_fields))
    return one(session, kept.where(col(ShipmentAddress.shipment_id) == shipment_id), AddressOut, missing=_NO_ADDRESS)


@built_once
def moved_meanwhile() -> Statement:
    """Packed boxes whose receivers have changed their address since: the label says the old one.

    The first ``most`` of them, as :class:`ShipmentSummary`.
    """
    differs: list[ColumnElement[bool]] = [
        col(getattr(ShipmentAddress, name)) != col(getattr(PersonAddress, name)) for name in _COLUMNS
    ]
    changed = (
        select(col(ShipmentAddress.shipment_id))
        .join(Shipment, col(Shipment.id) == col(ShipmentAddress.shipment_id))
        .join(Location, col(Location.id) == col(Shipment.target_id))
        .join(PersonAddress, col(PersonAddress.person_id) == col(Location.person_id))
        .where(
            col(Shipment.status) == ShipmentStatus.PACKED,
            col(ShipmentAddress.own).is_(False),
            col(PersonAddress.updated_at) > col(ShipmentAddress.updated_at),
            or_(*differs),
        )
    )
    boxes = shipments_statement(SHELL).where(col(Shipment.id).in_(changed))
    return boxes.order_by(col(Shipment.id)).limit(bindparam("most"))
