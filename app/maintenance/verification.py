"""Proof that the books agree: everything that is kept beside the ledger is computed again from its moves."""

from collections import Counter
from collections.abc import Callable, Iterator

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.claims.models import Claim, ClaimStatus, CloseOutLine
from app.conferences.models import Conference, Import
from app.core.db import columns
from app.core.subjects import Thing
from app.purchasing.models import PurchaseOrderLine, order_number
from app.shipments.models import (
    PACKED_ONCE,
    WITH_CARRIER,
    Method,
    Shipment,
    ShipmentLine,
    ShipmentStatus,
    shipment_number,
)
from app.stock.models import Kind, Level, Location, Move, Reason

Line = tuple[str, int]
"""A subject (``shipment:12``) and a design."""


def _levels(session: Session) -> Iterator[str]:
    folded: Counter[tuple[int, int]] = Counter()
    for end, sign in ((col(Move.target_id), 1), (col(Move.source_id), -1)):
        statement = select(end, col(Move.design_id), func.sum(col(Move.quantity))).group_by(end, col(Move.design_id))
        for location_id, design_id, quantity in columns(session, statement):
            folded[location_id, design_id] += sign * int(quantity)
    levels = select(col(Level.location_id), col(Level.design_id), col(Level.on_hand))
    kept = {(row.location_id, row.design_id): row.on_hand for row in columns(session, levels)}
    for key in sorted(folded.keys() | kept.keys()):
        if folded[key] != kept.get(key, 0):
            yield f"Level of design {key[1]} at location {key[0]}: {kept.get(key, 0)} kept, {folded[key]} moved."


def _moved(session: Session, *reasons: Reason) -> dict[Line, int]:
    statement = (
        select(col(Move.subject), col(Move.design_id), func.sum(col(Move.quantity)))
        .where(col(Move.reason).in_(reasons), col(Move.subject).is_not(None))
        .group_by(col(Move.subject), col(Move.design_id))
    )
    return {(subject or "", design): int(total) for subject, design, total in columns(session, statement)}


def _orders(session: Session) -> Iterator[str]:
    moved, undone = _moved(session, Reason.PURCHASE), _moved(session, Reason.REVERSAL)
    statement = select(
        col(PurchaseOrderLine.purchase_order_id), col(PurchaseOrderLine.design_id), col(PurchaseOrderLine.received)
    )
    for order_id, design_id, received in columns(session, statement):
        key = (Thing.PURCHASE_ORDER.named(order_id), design_id)
        booked = moved.pop(key, 0) - undone.get(key, 0)
        if booked != received:
            yield f"{order_number(order_id)}, design {design_id}: {received} kept as received, {booked} moved."
    for (subject, design_id), total in moved.items():
        yield f"{subject}, design {design_id}: {total} moved without a line."


def _shipments(session: Session) -> Iterator[str]:
    packed, unpacked = _moved(session, Reason.PACK), _moved(session, Reason.UNPACK)
    sent, arrived = _moved(session, Reason.SEND), _moved(session, Reason.RECEIVE, Reason.FOUND)
    lost, found = _moved(session, Reason.MISSING, Reason.LOST), _moved(session, Reason.FOUND)
    statement = select(
        col(Shipment.id),
        col(Shipment.status),
        col(Shipment.method),
        col(ShipmentLine.design_id),
        col(ShipmentLine.quantity),
        col(ShipmentLine.received),
        col(ShipmentLine.missing),
        col(ShipmentLine.returned),
    ).join(ShipmentLine, col(ShipmentLine.shipment_id) == col(Shipment.id))
    without_line = dict(packed)
    for shipment_id, status, method, design_id, quantity, received, missing, returned in columns(session, statement):
        key = (Thing.SHIPMENT.named(shipment_id), design_id)
        without_line.pop(key, None)
        is_packed = status in PACKED_ONCE
        has_left = method is Method.CARRIER and status in WITH_CARRIER
        checks = (
            ("packed", quantity if is_packed else 0, packed.get(key, 0) - unpacked.get(key, 0)),
            ("sent", quantity if has_left else 0, sent.get(key, 0)),
            ("received", (received or 0) + returned, arrived.get(key, 0)),
            ("missing", missing or 0, lost.get(key, 0) - found.get(key, 0)),
        )
        for what, kept, booked in checks:
            if kept != booked:
                yield f"{shipment_number(shipment_id)}, design {design_id}: {kept} kept as {what}, {booked} moved."
        if status is ShipmentStatus.RECEIVED and received is None:
            yield f"{shipment_number(shipment_id)}, design {design_id}: received, but not counted."
    for (subject, design_id), total in without_line.items():
        yield f"{subject}, design {design_id}: {total} moved without a line."


def _merged(session: Session) -> Iterator[str]:
    """A conference that was merged is counted nowhere: it holds nothing, and nothing is claimed there."""
    worn = (
        select(col(Conference.id), col(Level.design_id), col(Level.on_hand))
        .join(Location, col(Location.conference_id) == col(Conference.id))
        .join(Level, col(Level.location_id) == col(Location.id))
        .where(col(Conference.merged_into).is_not(None), col(Level.on_hand) != 0)
    )
    for conference_id, design_id, on_hand in columns(session, worn):
        yield f"Conference {conference_id} was merged, and {on_hand} of design {design_id} are there."
    claimed = select(col(Claim.id)).join(Conference, col(Conference.id) == col(Claim.conference_id))
    for (claim_id,) in columns(session, claimed.where(col(Conference.merged_into).is_not(None))):
        yield f"Claim {claim_id} is for a conference that was merged."


def _history(session: Session) -> Iterator[str]:
    """What came with a file of history comes from ``adjustment``; what was taken back with it is taken back whole."""
    source, target, back = aliased(Location), aliased(Location), aliased(Move)
    marked = (
        select(col(Move.id))
        .join(source, col(source.id) == col(Move.source_id))
        .join(target, col(target.id) == col(Move.target_id))
        .where(col(Move.reason) == Reason.HISTORY)
    )
    astray = (col(source.kind) != Kind.ADJUSTMENT) | col(target.kind).not_in([Kind.CONFERENCE, Kind.LOSS])
    for (move_id,) in columns(session, marked.where(astray)):
        yield f"Move {move_id} is of history, and is not from adjustment to a conference or to loss."
    undone = select(col(Import.id)).where(col(Import.undone_at).is_not(None))
    claims = select(literal(Thing.CLAIM.named("")) + cast(col(Claim.id), String)).where(
        col(Claim.import_id).in_(undone)
    )
    files = select(literal(Thing.IMPORT.named("")) + cast(col(Import.id), String)).where(
        col(Import.undone_at).is_not(None)
    )
    gone = col(Move.subject).in_(claims) | col(Move.subject).in_(files)
    standing = marked.outerjoin(back, col(back.reverses_id) == col(Move.id)).where(gone, col(back.id).is_(None))
    for (move_id,) in columns(session, standing):
        yield f"Move {move_id} stands, although its import was undone."
    closed = select(col(Claim.id)).where(col(Claim.import_id).in_(undone), col(Claim.status) == ClaimStatus.CLOSED)
    for (claim_id,) in columns(session, closed):
        yield f"Claim {claim_id} is closed, although its import was undone."


def _close_outs(session: Session) -> Iterator[str]:
    """What a close-out said must be what had been moved for the claim by then; later corrections are later moves."""
    until = (col(Move.subject) == literal(Thing.CLAIM.named("")) + cast(col(Claim.id), String)) & (
        col(Move.created_at) <= col(Claim.ended_at)
    )
    moved: Counter[tuple[int, int, Kind]] = Counter()
    for end, sign in ((col(Move.target_id), 1), (col(Move.source_id), -1)):
        statement = (
            select(col(Claim.id), col(Move.design_id), col(Location.kind), func.sum(col(Move.quantity)))
            .select_from(Claim)
            .join(Move, until)
            .join(Location, col(Location.id) == end)
            .where(col(Claim.status) == ClaimStatus.CLOSED, col(Location.kind).in_([Kind.CONFERENCE, Kind.LOSS]))
            .group_by(col(Claim.id), col(Move.design_id), col(Location.kind))
        )
        for claim_id, design_id, kind, total in columns(session, statement):
            moved[claim_id, design_id, kind] += sign * int(total)
    lines = select(
        col(CloseOutLine.claim_id), col(CloseOutLine.design_id), col(CloseOutLine.handed_out), col(CloseOutLine.lost)
    )
    closed = {(row.claim_id, row.design_id): row for row in columns(session, lines)}
    for claim_id, design_id in sorted(closed.keys() | {key[:2] for key in moved}):
        line = closed.get((claim_id, design_id))
        for what, kept, kind in (
            ("handed out", line.handed_out if line else 0, Kind.CONFERENCE),
            ("lost", line.lost if line else 0, Kind.LOSS),
        ):
            booked = moved[claim_id, design_id, kind]
            if kept != booked:
                yield f"Claim {claim_id}, design {design_id}: {kept} closed out as {what}, {booked} moved."


_STEPS = (_levels, _orders, _shipments, _close_outs, _merged, _history)
STEPS = len(_STEPS)
"""In so many steps the books are proved."""


def differences(session: Session, tell: Callable[[int], object] = lambda _done: None) -> list[str]:
    """A line for everything that differs from what the moves say; empty when the books agree.

    The session must read all of it ``at_one_moment``, or what is moved meanwhile is told as a difference. ``tell`` is
    told how many steps are done, after each.
    """
    found: list[str] = []
    for done, step in enumerate(_STEPS, start=1):
        found += step(session)
        tell(done)
    return found
