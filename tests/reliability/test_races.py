"""Requests that arrive at the same moment at real servers: whatever the order, one of them wins and the books agree.

Since no single try is sure to overlap, each race is run several times; the last test shows that the same try does catch
a counter without a guard.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from sqlalchemy import text

from app.core.db import Database
from tests.reliability.sizes import size
from tests.support.arena import REPLICAS, Arena, at_once, champions, opened_arena, post, refusal, statuses
from tests.support.databases import NewDatabase
from tests.support.server import running_servers

ROUNDS = size(8, 50)
"""Tries of each race."""

CONTROL_ROUNDS = 50
"""Tries within which a counter without a guard must have gone wrong; nearly all do, on a busy machine, too."""


@pytest.fixture(scope="module")
def arena(new_database: NewDatabase, template_url: str, database_kind: str) -> Iterator[Arena]:
    with opened_arena(new_database, template_url, database_kind) as arena:
        plenty = [{"design_id": arena.world.design, "counted": 100_000}]
        arena.world.coordinator.post("/stock/counts", {"location_id": arena.world.depot, "lines": plenty}, status=201)
        yield arena


def test_two_coordinators_who_pack_the_last_ribbons(arena: Arena) -> None:
    world = arena.world
    stock = {"location_id": world.other_depot, "lines": [{"design_id": world.design, "counted": 100}]}
    for _ in range(ROUNDS):
        world.coordinator.post("/stock/counts", stock, status=201)
        box = {"source_id": world.other_depot, "target_id": world.depot, "method": "hand"}
        lines = [{"design_id": world.design, "quantity": 60}]
        boxes = [world.coordinator.post("/shipments", {**box, "lines": lines}, status=201)["id"] for _ in range(2)]
        answers = arena.race(
            post(world.coordinator, f"/shipments/{boxes[0]}/pack"), post(world.admin, f"/shipments/{boxes[1]}/pack")
        )
        assert statuses(answers) == [200, 409]
        problem = refusal(answers)
        assert problem["type"] == "/problems/out-of-stock"
        assert (problem["on_hand"], problem["needed"]) == (40, 60)
        assert world.on_hand(world.other_depot) == 40
        ended = Counter(world.coordinator.get(f"/shipments/{box_id}")["status"] for box_id in boxes)
        assert ended == {"packed": 1, "draft": 1}
        packed = [level["on_hand"] for level in world.coordinator.get("/stock/levels?kind=packed")["items"]]
        assert packed == [60]
        for box_id in boxes:
            world.coordinator.post(f"/shipments/{box_id}/cancel")
    assert arena.agree()


def test_twenty_champions_who_claim_the_same_conference(arena: Arena) -> None:
    everybody = champions(arena.world, 20, trusted=True)
    for _ in range(ROUNDS // 2):
        conference = arena.conference()
        path = f"/conferences/{conference['id']}/claims"
        answers = arena.race(*(post(champion, path, {"ribbons_requested": 50}) for champion in everybody))
        assert statuses(answers) == [201] * 20
        claims = arena.world.coordinator.get(f"/claims?conference_id={conference['id']}&limit=100")["items"]
        assert {claim["champion_id"] for claim in claims} == {champion.person_id for champion in everybody}
        assert Counter(claim["status"] for claim in claims) == {"deputized": 1, "requested": 19}
        line = [claim["queue_position"] for claim in claims if claim["status"] == "requested"]
        assert sorted(line) == list(range(1, 20))
        assert sum(answer.json()["status"] == "deputized" for answer in answers) == 1
    assert arena.agree()


def test_a_champion_who_claims_twice(arena: Arena) -> None:
    for _ in range(ROUNDS):
        conference = arena.conference()
        call = post(arena.world.trusted, f"/conferences/{conference['id']}/claims", {"ribbons_requested": 50})
        answers = arena.race(call, call)
        assert statuses(answers) == [201, 409]
        (claim,) = arena.world.coordinator.get(f"/claims?conference_id={conference['id']}")["items"]
        assert claim["status"] == "deputized"
        assert refusal(answers)["claim_id"] == claim["id"]
    assert arena.agree()


def test_two_receipts_of_one_shipment(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        claim = world.deputized(arena.conference())
        box = world.sent(claim, 10)
        held = world.on_hand(box["target_id"])
        path, line = f"/shipments/{box['id']}/receive", box["lines"][0]["id"]
        answers = arena.race(
            post(world.ana, path, {"lines": [{"line_id": line, "received": 10}]}),
            post(world.coordinator, path, {"lines": [{"line_id": line, "received": 9}]}),
        )
        assert statuses(answers) == [200, 409]
        assert refusal(answers)["current_status"] == "received"
        (counted,) = [answer.json()["lines"][0]["received"] for answer in answers if answer.is_success]
        assert world.coordinator.get(f"/shipments/{box['id']}")["lines"][0]["received"] == counted
        assert world.on_hand(box["target_id"]) == held + counted
    assert arena.agree()


def test_a_move_that_is_taken_back_twice(arena: Arena) -> None:
    world = arena.world
    new = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 5}
    before = world.on_hand(world.depot)
    for _ in range(ROUNDS):
        moved = world.coordinator.post("/stock/moves", new, status=201)
        path = f"/stock/moves/{moved['id']}/reverse"
        answers = arena.race(post(world.coordinator, path), post(world.admin, path))
        assert statuses(answers) == [201, 409]
        assert "already been taken back" in refusal(answers)["detail"]
        assert world.on_hand(world.depot) == before
    assert arena.agree()


def test_an_entry_that_comes_twice_at_once_counts_once_and_both_hear_so(arena: Arena) -> None:
    world = arena.world
    box = {"source_id": world.depot, "target_id": world.other_depot, "method": "hand"}
    for _ in range(ROUNDS):
        lines = [{"design_id": world.design, "quantity": 5}]
        shipment = world.coordinator.post("/shipments", {**box, "lines": lines}, status=201)
        path = f"/shipments/{shipment['id']}"
        world.coordinator.post(f"{path}/pack")
        before = world.on_hand(world.other_depot)
        count = [{"line_id": shipment["lines"][0]["id"], "received": 5}]
        arrival = {"lines": count, "entry_id": str(uuid4())}
        answers = arena.race(*(post(world.coordinator, f"{path}/receive", arrival) for _ in range(2)))
        assert statuses(answers) == [200, 200]
        assert answers[0].json() == answers[1].json()
        assert world.on_hand(world.other_depot) == before + 5


def test_two_coordinators_who_deputize_two_champions_for_one_conference(arena: Arena) -> None:
    world = arena.world
    pair = champions(world, 2, trusted=False)
    for _ in range(ROUNDS):
        conference = arena.conference()
        claims = [world.claim(conference, champion)["id"] for champion in pair]
        answers = arena.race(
            post(world.coordinator, f"/claims/{claims[0]}/deputize"), post(world.admin, f"/claims/{claims[1]}/deputize")
        )
        assert statuses(answers) == [200, 409]
        assert refusal(answers)["champion_limit"] == 1
        ended = Counter(world.coordinator.get(f"/claims/{claim}")["status"] for claim in claims)
        assert ended == {"deputized": 1, "requested": 1}
    assert arena.agree()


def unguarded(database_url: str) -> FastAPI:
    """A shelf with a counter that is read in one unit of work and written in another: what must not be done."""
    app, database = FastAPI(openapi_url=None), Database(database_url)

    def ready() -> dict[str, bool]:
        return {"ready": True}

    def take() -> dict[str, int]:
        with database.reading() as session:
            left = session.connection().scalar(text("SELECT ribbons FROM shelf")) or 0
        if left < 1:
            raise HTTPException(409)
        time.sleep(0.001)  # somebody thinks for a moment
        with database.transaction() as session:
            session.connection().execute(text("UPDATE shelf SET ribbons = :left"), {"left": left - 1})
        return {"left": left - 1}

    for path in ("/readyz", "/healthz"):
        app.add_api_route(path, ready)
    app.add_api_route("/take", take, methods=["POST"])
    return app


def test_the_race_catches_a_counter_without_a_guard(empty_database_url: str, database_kind: str) -> None:
    take = partial(httpx.Client.post, url="/take")
    with ExitStack() as stack:
        database = Database(empty_database_url)
        stack.callback(database.dispose)
        with database.transaction() as session:
            session.connection().execute(text("CREATE TABLE shelf (ribbons INTEGER)"))
            session.connection().execute(text("INSERT INTO shelf VALUES (0)"))
        servers = stack.enter_context(
            running_servers(empty_database_url, replicas=REPLICAS[database_kind], make_app=unguarded)
        )
        for _ in range(CONTROL_ROUNDS):
            with database.transaction() as session:
                session.connection().execute(text("UPDATE shelf SET ribbons = 1"))
            if statuses(at_once(servers, [take, take])) == [200, 200]:
                return
    pytest.fail("two requests never overlapped: these races prove nothing on this machine")
