"""The proof that the books agree: it stays silent while they do, and names what somebody has tampered with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Executable, text
from sqlmodel import Session

from app.claims.closing import hand_out
from app.claims.schemas import NewHandOut
from app.core.db import columns
from app.maintenance import verification
from app.maintenance.verification import differences
from tests.support.databases import NewDatabase
from tests.support.shell import Shell
from tests.support.world import World, build_world

MOVE = "INSERT INTO move (design_id, source_id, target_id, quantity, reason, subject, created_at)"


@dataclass(frozen=True)
class Story:
    """A community with an order of 200 of which 150 have come, a claim that was closed out, and three shipments.

    Of the 100 ribbons for the claim 4 were missing and one was found, 60 were handed out and 7 lost; 20 of the 60
    were taken back later. Another box is packed, and a third was given up.
    """

    world: World
    ids: dict[str, int]

    def tamper(self, statement: str) -> list[str]:
        """The differences after a statement, which is undone; it names things by ``:order``, ``:claim`` and so on."""
        with self.world.database.transaction() as session:
            changed = session.connection().execute(text(statement), self.ids)
            assert changed.rowcount == 1
            found = differences(session)
            session.rollback()
        return found


@pytest.fixture(scope="module")
def story(new_database: NewDatabase, template_url: str) -> Iterator[Story]:
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        locations = {"vendor": world.vendor, "depot": world.depot, "other_depot": world.other_depot}
        yield Story(world, {**locations, "design": world.design, **_order(world), **_claim(world)})


def _order(world: World) -> dict[str, int]:
    lines = [{"design_id": world.design, "quantity": 200}]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    order = world.coordinator.post("/purchase-orders", new, status=201)
    path, line = f"/purchase-orders/{order['id']}", order["lines"][0]["id"]
    world.coordinator.post(f"{path}/place")
    for received in (100, 50):
        world.coordinator.post(f"{path}/receive", {"lines": [{"line_id": line, "received": received}]})
    return {"order": order["id"]}


def _claim(world: World) -> dict[str, int]:
    claim = world.deputized(world.conference(starts_in=-1))
    box = world.received(claim, missing=4)
    found = {"lines": [{"line_id": box["lines"][0]["id"], "quantity_found": 1}]}
    world.ana.post(f"/shipments/{box['id']}/found", found)
    for quantity in (40, 20):
        hand_out = {"design_id": world.design, "quantity": quantity}
        moved = world.ana.post(f"/claims/{claim['id']}/hand-outs", hand_out, status=201)
    account = {"design_id": world.design, "handed_out": 60, "remaining": 30, "lost": 7}
    world.ana.post(f"/claims/{claim['id']}/close", {"lines": [account]})
    world.coordinator.post(f"/stock/moves/{moved['id']}/correct", {"quantity": 0}, status=201)
    other = world.deputized(world.conference(), world.bea)
    packed, lost = world.shipment(other, 20), world.sent(other, 10)
    world.coordinator.post(f"/shipments/{packed['id']}/pack")
    world.coordinator.post(f"/shipments/{lost['id']}/lose")
    return {"claim": claim["id"], "box": box["id"], "packed": packed["id"], "lost": lost["id"]}


def test_books_that_nobody_tampered_with_agree(story: Story) -> None:
    with story.world.database.reading() as session:
        assert differences(session) == []


def test_what_the_ledger_knows_nothing_of_is_no_difference(story: Story) -> None:
    assert story.tamper("UPDATE shipment SET note = 'other' WHERE id = :box") == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE level SET on_hand = on_hand + 1 WHERE location_id = :depot",
            ["Level of design {design} at location {depot}: 521 kept, 520 moved."],
        ),
        (
            "DELETE FROM level WHERE location_id = :depot",
            ["Level of design {design} at location {depot}: 0 kept, 520 moved."],
        ),
        (
            "INSERT INTO level (location_id, design_id, unbounded, on_hand) VALUES (:other_depot, :design, false, 1)",
            ["Level of design {design} at location {other_depot}: 1 kept, 0 moved."],
        ),
        (
            f"{MOVE} VALUES (:design, :vendor, :depot, 5, 'purchase', NULL, CURRENT_TIMESTAMP)",
            [
                "Level of design {design} at location {vendor}: -650 kept, -655 moved.",
                "Level of design {design} at location {depot}: 520 kept, 525 moved.",
            ],
        ),
        (
            f"{MOVE} VALUES (:design, :vendor, :depot, 5, 'purchase', 'purchase_order:99', CURRENT_TIMESTAMP)",
            [
                "Level of design {design} at location {vendor}: -650 kept, -655 moved.",
                "Level of design {design} at location {depot}: 520 kept, 525 moved.",
                "purchase_order:99, design {design}: 5 moved without a line.",
            ],
        ),
        (
            "UPDATE purchase_order_line SET received = received + 1 WHERE purchase_order_id = :order",
            ["PO-{order:04d}, design {design}: 151 kept as received, 150 moved."],
        ),
        (
            "DELETE FROM purchase_order_line WHERE purchase_order_id = :order",
            ["purchase_order:{order}, design {design}: 150 moved without a line."],
        ),
        (
            "UPDATE shipment_line SET received = received - 1, missing = missing + 1 WHERE shipment_id = :box",
            [
                "SH-{box:04d}, design {design}: 96 kept as received, 97 moved.",
                "SH-{box:04d}, design {design}: 4 kept as missing, 3 moved.",
            ],
        ),
        (
            "UPDATE shipment_line SET received = 1, missing = 9 WHERE shipment_id = :lost",
            [
                "SH-{lost:04d}, design {design}: 1 kept as received, 0 moved.",
                "SH-{lost:04d}, design {design}: 9 kept as missing, 10 moved.",
            ],
        ),
        (
            "UPDATE shipment_line SET quantity = quantity + 1 WHERE shipment_id = :packed",
            ["SH-{packed:04d}, design {design}: 21 kept as packed, 20 moved."],
        ),
        (
            "UPDATE shipment SET status = 'cancelled' WHERE id = :packed",
            ["SH-{packed:04d}, design {design}: 0 kept as packed, 20 moved."],
        ),
        (
            "UPDATE close_out_line SET handed_out = handed_out + 1 WHERE claim_id = :claim",
            ["Claim {claim}, design {design}: 61 closed out as handed out, 60 moved."],
        ),
        (
            "UPDATE close_out_line SET lost = lost - 1 WHERE claim_id = :claim",
            ["Claim {claim}, design {design}: 6 closed out as lost, 7 moved."],
        ),
    ],
)
def test_what_was_tampered_with_is_named(story: Story, statement: str, said: list[str]) -> None:
    assert story.tamper(statement) == [line.format(**story.ids) for line in said]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM shipment_line WHERE shipment_id = :packed",
        "UPDATE shipment SET status = 'in_transit' WHERE id = :packed",
        "UPDATE shipment SET status = 'received' WHERE id = :packed",
        "DELETE FROM close_out_line WHERE claim_id = :claim",
    ],
)
def test_what_else_was_tampered_with_is_named_too(story: Story, statement: str) -> None:
    assert story.tamper(statement) != []


def test_what_others_hand_out_while_the_books_are_proved_is_no_difference(
    world: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=5))
    world.received(claim)
    one = NewHandOut(design_id=world.design, quantity=1)
    apart = False

    def handing_out_before(session: Session, statement: Executable) -> Any:
        if apart:
            session.rollback()  # so that each statement sees what there is by then
        with world.doing(world.ana) as she:
            hand_out(she.session, claim_id=claim["id"], new=one, rules=she.rules, actor=she.actor)
        return columns(session, statement)

    def agree() -> bool | None:
        job = world.coordinator.post("/admin/verifications", status=202)
        found: bool | None = world.coordinator.get(f"/admin/verifications/{job['id']}")["agree"]
        return found

    monkeypatch.setattr(verification, "columns", handing_out_before)
    assert (shell("stock", "verify").code, agree()) == (0, True)
    apart = True
    ran = shell("stock", "verify")
    assert (ran.code, "kept" in ran.out, agree()) == (1, True, False)
