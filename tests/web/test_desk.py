"""The page of what waits where there is more than one page of it: it says how much, and each thing stands once."""

from collections.abc import Iterable
from typing import TypeVar

import pytest
from sqlmodel import Session, col, select

from app.claims.models import Claim
from app.conferences.models import Conference
from app.core.db import Row
from app.core.paging import MAXIMUM
from app.shipments.models import Shipment, ShipmentLine
from tests.support.browser import signed_in
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do, which is tested on both")

Table = TypeVar("Table", bound=Row)


def copied(session: Session, row: Table, **changes: object) -> Table:
    """Another row like this one."""
    copy = type(row)(**{**row.model_dump(exclude={"id"}), **changes})
    session.add(copy)
    session.flush()
    return copy


def repeated(world: World, claim: Json, times: int) -> None:
    """As many claims more, each like this one and with a box like its box, for as many conferences."""
    with world.database.transaction() as session:
        first, conference = session.get_one(Claim, claim["id"]), session.get_one(Conference, claim["conference_id"])
        boxes: Iterable[Shipment] = session.exec(select(Shipment).where(Shipment.claim_id == first.id)).all()
        lines = {
            box.id: session.exec(select(ShipmentLine).where(col(ShipmentLine.shipment_id) == box.id)).one()
            for box in boxes
        }
        for n in range(times):
            there = copied(session, conference, folded_name=f"{conference.folded_name} {n}")
            another = copied(session, first, conference_id=there.id)
            for box in boxes:
                copied(session, lines[box.id], shipment_id=copied(session, box, claim_id=another.id).id)


def test_claims_that_were_sent_their_ribbons_hide_and_count_nothing(world: World) -> None:
    older = world.deputized(world.conference(starts_in=200))
    world.claim(world.conference(starts_in=220))
    sent = world.deputized(world.conference(starts_in=210))
    world.received(sent)
    repeated(world, sent, MAXIMUM)
    assert [claim["id"] for claim in world.coordinator.get("/claims?needs_box=true")["items"]] == [older["id"]]
    assert older["id"] not in [claim["id"] for claim in world.coordinator.get("/claims?needs_box=false")["items"]]
    staff = signed_in(world, world.coordinator)
    page = staff.get("/todo")
    assert ">2 things wait for you<" in page
    assert f'href="/claims/{older["id"]}/ship"' in page
    repeated(world, older, MAXIMUM)
    assert f">{MAXIMUM + 1} things wait for you, or more<" in staff.get("/todo")


def test_a_late_claim_waits_by_its_box_alone_however_many_there_are(world: World) -> None:
    late = world.deputized(world.conference(starts_in=1, timezone="UTC"))
    staff = signed_in(world, world.coordinator)
    assert ">1 thing waits for you<" in staff.get("/todo")
    world.shipment(late, 1)
    repeated(world, late, MAXIMUM)
    todo = world.coordinator.get(f"/todo?limit={MAXIMUM}")
    assert {name: number for name, number in todo["totals"].items() if number} == {"shipments_to_pack": MAXIMUM + 1}
    assert {box["ship_by"]["light"] for box in todo["shipments_to_pack"]} == {"red"}
    page = staff.get("/todo")
    assert f">{MAXIMUM + 1} things wait for you<" in page
    assert f"Boxes to pack: the first {MAXIMUM} of {MAXIMUM + 1}" in page
    assert page.count("Pack the box for Ana</a></h2>") == page.count("days late") == MAXIMUM
    assert "Prepare a box" not in page
