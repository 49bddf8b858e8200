"""Whoever holds the packing slip counts the box by its code, without signing in: this one, once, and nothing else."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.contents import contents
from tests.support.world import Json, World


def _body(box: Json, received: int, **more: Any) -> Json:
    return {"lines": [{"line_id": box["lines"][0]["id"], "received": received}], **more}


def _sent(world: World, quantity: int = 100) -> Json:
    return world.sent(world.deputized(world.conference()), quantity)


def test_whoever_holds_the_slip_counts_the_box_once_and_reads_no_name(world: World) -> None:
    box = _sent(world)
    code = world.slip(box)
    read = world.anyone.get(f"/slips/{code}")
    line = box["lines"][0]
    listed = [{"id": line["id"], "design_code": line["design_code"], "quantity": 100}]
    told = {"id": box["id"], "number": box["number"], "lines": listed}
    assert read == {**told, "status": "in_transit", "to_count": True}
    entry = _body(box, 98, entry_id=str(uuid4()), note="two were missing")
    written = code.lower().replace("-", " ")
    for _ in range(2):
        counted = world.anyone.post(f"/slips/{written}/count", entry)
        assert counted == {**told, "status": "received", "to_count": False}
    seen = world.ana.get(f"/shipments/{box['id']}")
    assert (seen["lines"][0]["received"], seen["lines"][0]["missing"]) == (98, 2)
    assert seen["receipt_note"] == "two were missing"
    assert world.on_hand(box["target_id"]) == 98
    world.anyone.post(f"/slips/{code}/count", _body(box, 97), status=409)
    world.anyone.post(f"/slips/{code}/count", {**entry, "note": "another"}, status=422)
    trail = world.coordinator.get(f"/audit?principal=slip:{code.replace('-', '')}")["items"]
    assert [(each["action"], each["subject"]) for each in trail] == [("count_by_slip", f"shipment:{box['id']}")]


def test_a_slip_counts_no_other_box_and_none_that_has_not_left_or_whose_code_was_cancelled(world: World) -> None:
    claim = world.deputized(world.conference())
    box, other, packed = world.sent(claim, 10), world.sent(claim, 20), world.packed(claim, 5)
    code, early = world.slip(box), world.slip(packed)
    void, card = world.slip(other), world.card(claim)
    world.coordinator.post(f"/links/{void}/revoke")
    before = contents(world.database)
    assert world.anyone.get(f"/slips/{early}")["to_count"] is False
    world.anyone.post(f"/slips/{early}/count", _body(packed, 5), status=409)
    world.anyone.post(f"/slips/{code}/count", _body(other, 20), status=422)
    world.anyone.post(f"/slips/{code}/count", _body(box, 11), status=422)
    for none in (void, card, "7KQ2-M8T4-XW9B-3HJN", "not-a-code-at-all-"):
        world.anyone.get(f"/slips/{none}", status=404)
        world.anyone.post(f"/slips/{none}/count", _body(other, 20), status=404)
    assert contents(world.database) == before
    by_hand = world.shipment(claim, 3, method="hand")
    with world.doing(world.coordinator) as staff:
        staff.pack(by_hand["id"])
    assert world.anyone.post(f"/slips/{world.slip(by_hand)}/count", _body(by_hand, 3))["status"] == "received"


def test_two_slips_are_two_senders_and_one_that_is_tried_too_often_waits(world: World) -> None:
    first, second = _sent(world, 10), world.sent(world.deputized(world.conference(starts_in=90), world.bea), 20)
    key = {"Idempotency-Key": uuid4().hex}
    for box in (first, second):
        path, body = f"/slips/{world.slip(box)}/count", _body(box, 9)
        answers = [world.anyone.post(path, body, headers=key) for _ in range(2)]
        assert answers[0] == answers[1]
        assert answers[0]["status"] == "received"
    third = world.sent(world.deputized(world.conference(starts_in=120)), 5)
    path = f"/slips/{world.slip(third)}/count"
    entry = _body(third, 5, entry_id=str(uuid4()))
    for _ in range(30):
        world.anyone.post(path, entry)
    refused = world.anyone.call("POST", path, json=entry)
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)


@pytest.mark.parametrize("who", ["bea", "coordinator"])
def test_who_is_signed_in_and_holds_the_slip_is_named_in_the_trail(world: World, who: str) -> None:
    box, she = _sent(world), getattr(world, who)
    she.post(f"/slips/{world.slip(box)}/count", _body(box, 100))
    (line,) = world.coordinator.get(f"/audit?subject=shipment:{box['id']}&limit=1")["items"]
    assert (line["action"], line["principal"]) == ("count_by_slip", f"person:{she.person_id}")
