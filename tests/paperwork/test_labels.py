"""Address labels: what is read for them, for whom, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.acts.policy import Actor, Role
from app.core.errors import Conflict, NotFound
from app.paperwork.labels import address_labels
from app.printing.labels import AddressLabel, LabelSheet, lay_labels
from tests.support.rules import RULES
from tests.support.statements import counted_statements
from tests.support.world import ADDRESS, Caller, Json, World

COORDINATOR = Actor(role=Role.COORDINATOR)
DEPOT = ("ANA NÚÑEZ", "123 W EXAMPLE ST", "CHICAGO IL 60611")


def labels_for(world: World, *shipments: Json, actor: Actor = COORDINATOR, **wanted: Any) -> LabelSheet:
    ids = [shipment["id"] for shipment in shipments]
    with world.database.reading() as session:
        return address_labels(session, shipment_ids=ids, label_stock="5160", rules=RULES, actor=actor, **wanted)


def acting(who: Caller) -> Actor:
    return Actor(role=Role.CHAMPION, person_id=who.person_id)


def draft_for(world: World, who: Caller, quantity: int = 10, **fields: Any) -> Json:
    """A draft for a claim at a conference of its own, each quantity on days of its own."""
    conference = world.conference(starts_in=40 + 4 * quantity)
    return world.shipment(world.deputized(conference, who), quantity, **fields)


def packed(world: World, shipment: Json) -> Json:
    done: Json = world.coordinator.post(f"/shipments/{shipment['id']}/pack")
    return done


def test_labels_stand_in_the_order_that_was_asked_for_and_say_what_the_box_needs(world: World) -> None:
    first = packed(world, draft_for(world, world.ana, 10))
    second = packed(world, draft_for(world, world.bea, 20))
    conference = world.coordinator.get(f"/claims/{second['claim_id']}")
    sheet = labels_for(world, second, first, start=3, copies=2, offset_x_mm=1.5, offset_y_mm=-1, outlines=True)
    assert [label.number for label in sheet.labels] == [second["number"], first["number"]]
    label = sheet.labels[0]
    assert isinstance(label, AddressLabel)
    assert label.to == ("BEA", "123 W EXAMPLE ST", "CHICAGO IL 60611")
    assert label.ribbons == 20
    assert label.must_arrive_by == date.fromisoformat(conference["starts_on"]) - timedelta(days=RULES.buffer_days)
    assert label.sender is not None
    assert label.sender.lines == DEPOT
    assert (sheet.label_stock, sheet.start, sheet.copies, sheet.outlines) == ("5160", 3, 2, True)
    assert (sheet.offset_x_mm, sheet.offset_y_mm) == (1.5, -1)
    assert lay_labels(sheet).faults == []


def test_a_label_keeps_the_address_of_the_packing_and_a_draft_has_the_present_one(world: World) -> None:
    fixed, draft = packed(world, draft_for(world, world.ana, 10)), draft_for(world, world.ana, 20)
    world.ana.call("PUT", "/me/address", json={**ADDRESS, "recipient": "Dr. Ana", "line1": "P.O. Box 9"})
    old, new = labels_for(world, fixed, draft).labels
    assert old.to == ("ANA", "123 W EXAMPLE ST", "CHICAGO IL 60611")
    assert new.to == ("DR ANA", "PO BOX 9", "CHICAGO IL 60611")


def test_a_draft_to_a_depot_has_the_depots_address(world: World) -> None:
    lines = [{"design_id": world.design, "quantity": 1}]
    new = {"source_id": world.depot, "target_id": world.other_depot, "lines": lines}
    (label,) = labels_for(world, world.coordinator.post("/shipments", new, status=201)).labels
    assert label.to == DEPOT
    assert label.must_arrive_by is None


def test_the_return_address_can_be_left_out_and_the_language_chosen(world: World) -> None:
    shipment = packed(world, draft_for(world, world.ana))
    assert labels_for(world, shipment).language == "en"
    sheet = labels_for(world, shipment, return_address=False, language="es")
    assert (sheet.labels[0].sender, sheet.language) == (None, "es")


def test_a_champion_who_sends_is_named_without_her_address(world: World) -> None:
    own = world.received(world.deputized(world.conference()))["target_id"]
    new = {"source_id": own, "target_id": world.depot, "lines": [{"design_id": world.design, "quantity": 2}]}
    shipment = packed(world, world.ana.post("/shipments", new, status=201))
    for actor in (COORDINATOR, acting(world.ana)):
        (label,) = labels_for(world, shipment, actor=actor).labels
        assert label.sender is not None
        assert label.sender.lines == ("Ana",)


def test_a_shipment_of_somebody_else_is_as_unknown_as_one_that_does_not_exist(world: World) -> None:
    hers, other = packed(world, draft_for(world, world.ana, 10)), packed(world, draft_for(world, world.bea, 20))
    with pytest.raises(NotFound, match=f"{other['number']} and SH-9999"):
        labels_for(world, hers, other, {"id": 9999}, actor=acting(world.ana))
    with pytest.raises(NotFound, match="SH-9999") as refusal:
        labels_for(world, hers, other, {"id": 9999})
    assert refusal.value.extras["shipment_ids"] == [9999]


def test_a_champion_learns_no_address_from_a_draft(world: World) -> None:
    draft = draft_for(world, world.ana)
    with pytest.raises(Conflict, match=draft["number"]):
        labels_for(world, draft, actor=acting(world.ana))


def test_a_shipment_without_an_address_is_refused_by_number(world: World) -> None:
    whole = packed(world, draft_for(world, world.ana, 10))
    by_hand = packed(world, draft_for(world, world.bea, 20, method="hand"))
    draft = draft_for(world, world.bea, 30)
    world.bea.call("DELETE", "/me/address")
    with pytest.raises(Conflict, match=f"{by_hand['number']} and {draft['number']}") as refusal:
        labels_for(world, whole, by_hand, draft)
    assert refusal.value.extras["shipment_ids"] == [by_hand["id"], draft["id"]]


def test_many_labels_need_no_more_queries_than_two(world: World) -> None:
    drafts = [draft_for(world, world.ana, quantity) for quantity in range(1, 7)]
    for draft in drafts[:3]:
        packed(world, draft)
    sent = []
    for named in ((drafts[0], drafts[3]), drafts):
        ids = [shipment["id"] for shipment in named]
        with world.database.reading() as session, counted_statements(session) as statements:
            address_labels(session, shipment_ids=ids, label_stock="5160", rules=RULES, actor=COORDINATOR)
        sent.append(len(statements))
    assert sent[0] == sent[1] == 3
