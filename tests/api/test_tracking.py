"""Asking the carrier: who may, what is noted, and that no transaction waits for an answer from outside."""

from datetime import date
from itertools import count

import pytest
from sqlalchemy import select
from sqlmodel import col

from app.acts.audit import AuditEntry
from app.core.config import Settings
from app.shipments import carriers
from app.shipments.carriers.asking import Carrier
from tests.support import usps
from tests.support.world import Json, World

_days = count(60, 10)


def _draft(world: World) -> str:
    """The path of a box for Ana."""
    return f"/shipments/{world.shipment(world.deputized(world.conference(starts_in=next(_days))))['id']}"


def _sent(world: World, number: str, carrier: str = "USPS") -> str:
    """The path of a box that is under way to Ana by this number."""
    path = _draft(world)
    world.coordinator.post(f"{path}/pack")
    world.coordinator.post(f"{path}/send", {"carrier": carrier, "tracking_number": number})
    return path


def test_a_delivered_box_is_noted_with_the_carriers_day(world: World) -> None:
    path = _sent(world, usps.DELIVERED)
    tracked = world.coordinator.post(f"{path}/track")
    assert (tracked["status"], tracked["delivered_on"]) == ("delivered", usps.DAY)
    assert world.coordinator.get(path) == tracked
    with world.database.reading() as session:
        found = select(col(AuditEntry.subject)).where(col(AuditEntry.action) == "track_shipment")
        assert session.scalars(found).all() == [f"shipment:{tracked['id']}"]


def test_a_box_under_way_stays_as_it_was(world: World) -> None:
    path = _sent(world, usps.UNDER_WAY)
    before = world.coordinator.get(path)
    assert world.coordinator.post(f"{path}/track") == before
    assert before["status"] == "in_transit"


def test_a_box_that_nobody_can_be_asked_about_is_a_conflict(world: World) -> None:
    for path in (_draft(world), _sent(world, usps.DELIVERED, carrier="UPS"), _sent(world, "")):
        refused = world.coordinator.post(f"{path}/track", status=409)
        assert refused["detail"].endswith("has a tracking number: USPS.")


def test_another_carrier_is_one_more_entry_in_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def delivered_on(number: str, here: Settings) -> date | None:
        asked.append(f"{number} of {here.community_name}")
        return date(2026, 3, 9)

    monkeypatch.setattr(carriers, "CARRIERS", (*carriers.CARRIERS, Carrier("Paloma", delivered_on)))
    path = _sent(world, "P 12", carrier="Paloma Exprés")
    tracked = world.coordinator.post(f"{path}/track")
    assert (tracked["status"], tracked["delivered_on"]) == ("delivered", "2026-03-09")
    assert asked == ["P 12 of Latinas in Medicine"]
    refused = world.coordinator.post(f"{path}/track", status=409)
    assert refused["detail"].endswith("has a tracking number: USPS and Paloma.")


def test_no_answer_is_a_502_and_nothing_is_noted(world: World) -> None:
    path = _sent(world, usps.EXPIRED)
    before = world.coordinator.get(path)
    refused = world.coordinator.post(f"{path}/track", status=502)
    assert refused["type"] == "/problems/carrier-unclear"
    assert world.client.get(refused["type"]).status_code == 200
    assert world.coordinator.get(path) == before
    world.coordinator.post(f"{_sent(world, usps.UNKNOWN)}/track", status=409)


def test_the_same_key_gives_the_first_answer_again(world: World) -> None:
    path, key = _sent(world, usps.DELIVERED), {"Idempotency-Key": "once"}
    first = world.coordinator.post(f"{path}/track", headers=key)
    assert world.coordinator.post(f"{path}/track", headers=key) == first
    world.coordinator.post(f"{path}/track", status=409)


def test_who_may_not_ask_makes_nobody_ask(world: World) -> None:
    path, asked = _sent(world, "6000"), []
    usps.meanwhile["6000"] = lambda: asked.append("6000")
    for who, status in ((world.anyone, 401), (world.bea, 404), (world.ana, 403)):
        who.post(f"{path}/track", status=status)
    assert asked == []
    world.coordinator.post(f"{path}/track", status=409)
    assert asked == ["6000"]


def test_while_the_carrier_is_asked_others_write_and_what_they_did_counts(world: World) -> None:
    path = _sent(world, usps.DELIVERED)
    line = world.coordinator.get(path)["lines"][0]["id"]
    count = {"lines": [{"line_id": line, "received": 100}]}
    received: list[Json] = []
    usps.meanwhile[usps.DELIVERED] = lambda: received.append(world.ana.post(f"{path}/receive", count))
    refused = world.coordinator.post(f"{path}/track", status=409)
    assert "was received" in refused["detail"]
    assert [each["status"] for each in received] == ["received"]
    assert world.coordinator.get(path)["delivered_on"] is None
