"""What waits for a coordinator: each entry is there while its work is to be done, and gone when it is done."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from app.claims.models import Claim, ClaimStatus
from app.core import db
from app.core.clock import frozen, utcnow
from app.core.db import Statement
from app.core.schema import Out
from app.outbox.models import LetterKind, LetterStatus, QueuedLetter
from app.todo import queries
from app.todo.schemas import COUNTED, Totals
from tests.support.browser import signed_in
from tests.support.rules import RULES
from tests.support.world import Json, World

LISTS = {
    "claims_to_decide": "id",
    "late_to_ship": "id",
    "shipments_to_pack": "id",
    "shipments_to_send": "id",
    "sent_not_received": "id",
    "stock_to_reorder": "design_id",
    "claims_to_close_out": "id",
    "claims_to_hand_over": "id",
    "ribbons_to_recover": "claim_id",
    "late_entries": "id",
    "letters_failed": "id",
    "addresses_changed": "id",
    "handles_to_confirm": "id",
    "applications": "id",
}


def waiting(world: World) -> dict[str, list[int]]:
    """The ids in each list that is not empty."""
    todo = world.coordinator.get("/todo")
    assert todo.keys() == LISTS.keys() | {"totals"}
    assert todo["totals"] == {name: len(todo[name]) for name in LISTS}
    return {name: [entry[key] for entry in todo[name]] for name, key in LISTS.items() if todo[name]}


def midnight(conference: Json, field: str, plus_days: int) -> datetime:
    """The beginning of a day of a conference, and so many days, by UTC."""
    return datetime.combine(date.fromisoformat(conference[field]) + timedelta(days=plus_days), time(), ZoneInfo("UTC"))


def test_the_work_of_a_claim_moves_from_list_to_list(world: World) -> None:
    assert waiting(world) == {}
    conference = world.conference(timezone="UTC")
    claim = world.claim(conference)
    assert waiting(world) == {"claims_to_decide": [claim["id"]]}
    world.coordinator.post(f"/claims/{claim['id']}/deputize")
    assert waiting(world) == {}
    shipment = world.shipment(claim)
    path = f"/shipments/{shipment['id']}"
    assert waiting(world) == {"shipments_to_pack": [shipment["id"]]}
    world.coordinator.post(f"{path}/pack")
    assert waiting(world) == {"shipments_to_send": [shipment["id"]]}
    world.coordinator.post(f"{path}/send", {"carrier": "USPS"})
    assert waiting(world) == {"sent_not_received": [shipment["id"]]}
    world.coordinator.post(f"{path}/deliver")
    assert waiting(world) == {"sent_not_received": [shipment["id"]]}
    lines = [{"line_id": shipment["lines"][0]["id"], "received": 100}]
    world.ana.post(f"{path}/receive", {"lines": lines})
    assert waiting(world) == {}
    with frozen(midnight(conference, "ends_on", 1)):
        assert waiting(world) == {"claims_to_close_out": [claim["id"]]}
        account = {"design_id": world.design, "handed_out": 100, "remaining": 0}
        world.ana.post(f"/claims/{claim['id']}/close", {"lines": [account]})
        assert waiting(world) == {}


@pytest.mark.parametrize("end", ["decline", "withdraw"])
def test_a_request_waits_until_it_is_decided_withdrawn_or_too_late(world: World, end: str) -> None:
    conference = world.conference(timezone="UTC")
    claim = world.claim(conference)
    over = midnight(conference, "ends_on", 1)
    for moment, expected in ((over - timedelta(seconds=1), [claim["id"]]), (over, None)):
        with frozen(moment):
            assert waiting(world).get("claims_to_decide") == expected
    (world.ana if end == "withdraw" else world.coordinator).post(f"/claims/{claim['id']}/{end}")
    assert waiting(world) == {}


def test_a_claim_is_late_from_the_day_after_must_ship_by_until_ribbons_are_sent(world: World) -> None:
    conference = world.conference(timezone="UTC")
    claim = world.deputized(conference)
    late = midnight(conference, "starts_on", 1 - RULES.transit_days - RULES.buffer_days)
    with frozen(late - timedelta(seconds=1)):
        assert waiting(world) == {}
    with frozen(late):
        assert waiting(world) == {"late_to_ship": [claim["id"]]}
        shipment = world.shipment(claim)
        world.coordinator.post(f"/shipments/{shipment['id']}/pack")
        assert waiting(world) == {"shipments_to_send": [shipment["id"]]}
        assert world.coordinator.get("/todo")["shipments_to_send"][0]["ship_by"]["light"] == "red"
        world.coordinator.post(f"/shipments/{shipment['id']}/send", {"carrier": "USPS"})
        assert waiting(world) == {"sent_not_received": [shipment["id"]]}
        world.coordinator.post(f"/shipments/{shipment['id']}/lose")
        assert waiting(world) == {"late_to_ship": [claim["id"]]}
    with frozen(midnight(conference, "ends_on", 1)):
        assert waiting(world) == {"claims_to_close_out": [claim["id"]]}


def test_the_most_urgent_claim_stands_first(world: World) -> None:
    later, sooner = (world.claim(world.conference(starts_in=days)) for days in (60, 20))
    assert waiting(world) == {"claims_to_decide": [sooner["id"], later["id"]]}


def test_a_design_is_reordered_below_its_reorder_point_at_the_depots(world: World) -> None:
    def counted(location: int, number: int) -> dict[str, list[int]]:
        lines = [{"design_id": world.design, "counted": number}]
        world.coordinator.post("/stock/counts", {"location_id": location, "lines": lines}, status=201)
        return waiting(world)

    low = {"stock_to_reorder": [world.design]}
    assert counted(world.depot, 100) == {}
    assert counted(world.depot, 99) == low
    assert world.coordinator.get("/todo")["stock_to_reorder"][0]["on_hand"] == 99
    assert counted(world.other_depot, 1) == {}
    assert counted(world.depot, 0) == low
    world.coordinator.patch(f"/designs/{world.design}", {"active": False}, version=1)
    assert waiting(world) == {}


def test_packed_ribbons_do_not_count_as_stock_at_a_depot(world: World) -> None:
    shipment = world.shipment(world.deputized(world.conference()), 401)
    world.coordinator.post(f"/shipments/{shipment['id']}/pack")
    assert waiting(world) == {"shipments_to_send": [shipment["id"]], "stock_to_reorder": [world.design]}
    world.coordinator.post(f"/shipments/{shipment['id']}/cancel")
    assert waiting(world) == {}


@pytest.mark.parametrize("end", ["withdraw", "revoke"])
def test_ribbons_of_an_ended_claim_are_recovered_until_they_are_back(world: World, end: str) -> None:
    claim = world.deputized(world.conference())
    own = world.received(claim)["target_id"]
    assert waiting(world) == {}
    (world.ana if end == "withdraw" else world.coordinator).post(f"/claims/{claim['id']}/{end}")
    assert waiting(world) == {"ribbons_to_recover": [claim["id"]]}
    entry = world.coordinator.get("/todo")["ribbons_to_recover"][0]
    assert (entry["champion_name"], entry["on_hand"], entry["in_transit"]) == ("Ana", 100, 0)
    new = {"design_id": world.design, "source_id": own, "target_id": world.depot, "quantity": 100}
    world.coordinator.post("/stock/moves", new, status=201)
    assert waiting(world) == {}


def test_each_kind_says_how_many_there_are_however_few_are_wanted_up_to_a_thousand(world: World) -> None:
    first, second = (world.claim(world.conference(starts_in=days)) for days in (20, 60))
    with world.database.transaction() as session:
        failed: dict[str, Any] = {"kind": LetterKind.NEW_CLAIM, "status": LetterStatus.FAILED, "due_at": utcnow()}
        session.add_all(QueuedLetter(**failed, done_at=utcnow(), seed=f"{n:032}") for n in range(COUNTED + 1))
    for limit in (1, 2):
        todo = world.coordinator.get(f"/todo?limit={limit}")
        assert [claim["id"] for claim in todo["claims_to_decide"]] == [first["id"], second["id"]][:limit]
        assert len(todo["letters_failed"]) == limit
        assert {name: n for name, n in todo["totals"].items() if n} == {
            "claims_to_decide": 2,
            "letters_failed": COUNTED,
        }
    assert len(world.coordinator.get("/todo")["letters_failed"]) == 25
    for refused in (0, 101):
        world.coordinator.get(f"/todo?limit={refused}", status=422)
    page = signed_in(world, world.coordinator).get("/todo")
    assert f"{COUNTED + 2:,} things wait for you, or more" in page
    assert f"E-mails that could not be sent: the first 100 of {COUNTED:,} or more" in page
    assert "Requests to decide on: the first" not in page


def test_what_is_done_while_it_is_counted_is_not_missed_in_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, left = (world.claim(world.conference(starts_in=days)) for days in (20, 60))
    moment = [done["id"]]

    def rows(session: Session, statement: Statement, schema: type[Out], **given: object) -> list[Out]:
        found = db.rows(session, statement, schema, **given)
        if schema is Totals and moment:
            with world.database.transaction() as another:
                another.get_one(Claim, moment.pop()).status = ClaimStatus.DECLINED
        return found

    monkeypatch.setattr(queries, "rows", rows)
    todo = world.coordinator.get("/todo")
    assert not moment
    assert todo["totals"]["claims_to_decide"] == len(todo["claims_to_decide"])
    assert [claim["id"] for claim in world.coordinator.get("/todo")["claims_to_decide"]] == [left["id"]]
    moment.append(left["id"])
    page = signed_in(world, world.coordinator).get("/todo")
    assert not moment
    assert ": the first" not in page


def test_the_list_is_for_coordinators(world: World) -> None:
    for who, status in ((world.anyone, 401), (world.ana, 403), (world.trusted, 403), (world.admin, 200)):
        who.get("/todo", status=status)
