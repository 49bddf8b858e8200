"""Hundreds of requests at a time at real servers: nothing is given away twice, nothing is refused without a reason.

Each kind of crowd has its negative control: the same crowd, at something that lacks the guard, must be seen to fail.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.core.db import Database
from tests.reliability.sizes import Figures, size
from tests.support.arena import REPLICAS, Arena, Call, at_once, champions, crowd, opened_arena, post, statuses
from tests.support.databases import NewDatabase
from tests.support.server import running_servers
from tests.support.world import Json

CHAMPIONS, CONFERENCES = size(8, 32), size(8, 200)
DRAWS, RIBBONS = size(150, 1_000), size(30, 100)
KEYS, REPEATS = size(5, 100), size(20, 50)
TRANSFERS = size(300, 10_000)


@pytest.fixture(scope="module")
def arena(new_database: NewDatabase, template_url: str, database_kind: str) -> Iterator[Arena]:
    with opened_arena(new_database, template_url, database_kind) as arena:
        yield arena


def tally(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def filled(arena: Arena, ribbons: int) -> int:
    """A new depot with so many ribbons."""
    staff, world = arena.world.coordinator, arena.world
    new = {"kind": "depot", "name": f"Depot {next(_DEPOTS)}"}
    depot = int(staff.post("/locations", new, status=201)["id"])
    if ribbons:
        counted = [{"design_id": world.design, "counted": ribbons}]
        staff.post("/stock/counts", {"location_id": depot, "lines": counted}, status=201)
    return depot


_DEPOTS = count(1)


def sums_to_zero(arena: Arena) -> bool:
    """Whether every ribbon that is somewhere has come from somewhere."""
    with arena.world.database.reading() as session:
        return bool(session.connection().scalar(text("SELECT COALESCE(SUM(on_hand), 0) = 0 FROM level")))


def test_champions_who_all_claim_every_conference_at_once(arena: Arena, figures: Figures) -> None:
    staff = arena.world.coordinator
    everybody = champions(arena.world, CHAMPIONS, trusted=True)
    conferences = [arena.conference()["id"] for _ in range(CONFERENCES)]
    wanted = {"ribbons_requested": 50}
    calls = [post(who, f"/conferences/{one}/claims", wanted) for one in conferences for who in everybody]
    # Every eighth is sent once more, at the same time.
    again = calls[::8]
    answers = crowd(arena.servers, [*calls, *again])
    assert tally(answers) == {201: len(calls), 409: len(again)}
    for conference in conferences:
        claims = staff.get(f"/claims?conference_id={conference}&limit=100")["items"]
        assert {claim["champion_id"] for claim in claims} == {who.person_id for who in everybody}
        assert Counter(claim["status"] for claim in claims) == {"deputized": 1, "requested": CHAMPIONS - 1}
        line = sorted(claim["queue_position"] for claim in claims if claim["status"] == "requested")
        assert line == list(range(1, CHAMPIONS))
    won = [answer.json() for answer in answers if answer.is_success and answer.json()["status"] == "deputized"]
    assert sorted(claim["conference_id"] for claim in won) == sorted(conferences)
    assert arena.agree()
    figures(f"{CHAMPIONS} champions, {CONFERENCES} conferences: {len(won)} deputized, {len(again)} repeats refused")


def test_more_draws_than_there_are_ribbons(arena: Arena, figures: Figures) -> None:
    world = arena.world
    source = filled(arena, RIBBONS)
    draw = {"design_id": world.design, "source_id": source, "target_id": world.other_depot, "quantity": 1}
    before = world.on_hand(world.other_depot)
    answers = crowd(arena.servers, [post(world.coordinator, "/stock/moves", draw)] * DRAWS)
    assert tally(answers) == {201: RIBBONS, 409: DRAWS - RIBBONS}
    assert {answer.json()["type"] for answer in answers if answer.is_error} == {"/problems/out-of-stock"}
    assert world.on_hand(source) == 0
    assert world.on_hand(world.other_depot) == before + RIBBONS
    assert sums_to_zero(arena)
    assert arena.agree()
    figures(f"{DRAWS} draws on {RIBBONS} ribbons: {tally(answers)[201]} succeeded")


def repeated(arena: Arena, *, keyed: bool) -> tuple[int, dict[int, list[str]]]:
    """Sends ``KEYS`` moves of one ribbon ``REPEATS`` times each: how many happened, and the answers to each."""
    world = arena.world
    source = filled(arena, KEYS * REPEATS)
    target = filled(arena, 0)
    draw = {"design_id": world.design, "source_id": source, "target_id": target, "quantity": 1}
    numbers = [number for _ in range(REPEATS) for number in range(KEYS)]
    calls = [
        post(world.coordinator, "/stock/moves", draw, key=f"draw-{source}-{number}" if keyed else None)
        for number in numbers
    ]
    found: dict[int, list[str]] = {number: [] for number in range(KEYS)}
    for number, answer in zip(numbers, crowd(arena.servers, calls), strict=True):
        assert answer.status_code == 201, answer.text
        found[number].append(answer.text)
    return world.on_hand(target), found


def test_requests_that_are_repeated_under_their_key_happen_once(arena: Arena, figures: Figures) -> None:
    happened, answers = repeated(arena, keyed=True)
    assert happened == KEYS
    assert {number: len(set(bodies)) for number, bodies in answers.items()} == dict.fromkeys(range(KEYS), 1)
    assert len({bodies[0] for bodies in answers.values()}) == KEYS
    assert arena.agree()
    figures(f"{KEYS} keys sent {REPEATS} times each: {happened} effects")


def test_the_same_requests_without_a_key_are_seen_to_happen_again(arena: Arena) -> None:
    happened, answers = repeated(arena, keyed=False)
    assert happened == KEYS * REPEATS
    assert all(len(set(bodies)) == REPEATS for bodies in answers.values())


def crossed(arena: Arena) -> list[Call]:
    """Transfers among three depots, each in all directions at the same time."""
    world = arena.world
    depots = [filled(arena, 10_000) for _ in range(3)]
    pairs = [(one, other) for one in depots for other in depots if one != other]

    def transfer(number: int) -> Call:
        source, target = pairs[number % len(pairs)]
        new = {"design_id": world.design, "source_id": source, "target_id": target, "quantity": 1 + number % 3}
        return post(world.coordinator, "/stock/moves", new)

    return [transfer(number) for number in range(TRANSFERS)]


def test_transfers_that_cross_each_other_never_block_each_other_for_good(arena: Arena, figures: Figures) -> None:
    answers = crowd(arena.servers, crossed(arena))
    assert tally(answers) == {201: TRANSFERS}
    assert sums_to_zero(arena)
    assert arena.agree()
    figures(f"{TRANSFERS} crossed transfers: {tally(answers)[201]} succeeded")


def boxes(arena: Arena, number: int) -> list[int]:
    """Drafts of boxes that all hold the same two designs, the one or the other first."""
    staff, world = arena.world.coordinator, arena.world
    second = arena.second_design()
    source = filled(arena, 10_000)
    staff.post(
        "/stock/counts", {"location_id": source, "lines": [{"design_id": second, "counted": 10_000}]}, status=201
    )
    found = []
    for index in range(number):
        designs = [world.design, second] if index % 2 else [second, world.design]
        lines: list[Json] = [{"design_id": design, "quantity": 1} for design in designs]
        new = {"source_id": source, "target_id": world.other_depot, "method": "hand", "lines": lines}
        found.append(int(staff.post("/shipments", new, status=201)["id"]))
    return found


def test_boxes_with_the_same_designs_in_another_order_are_packed_at_once(arena: Arena) -> None:
    made = boxes(arena, size(40, 400))
    answers = crowd(arena.servers, [post(arena.world.coordinator, f"/shipments/{box}/pack") for box in made])
    assert tally(answers) == {200: len(made)}
    answers = crowd(arena.servers, [post(arena.world.coordinator, f"/shipments/{box}/cancel") for box in made])
    assert tally(answers) == {200: len(made)}
    assert sums_to_zero(arena)
    assert arena.agree()


def careless(database_url: str) -> FastAPI:
    """A shelf whose counter has no guard, and two that are locked in whatever order: what must not be done."""
    app, database = FastAPI(openapi_url=None), Database(database_url)

    def ready() -> dict[str, bool]:
        return {"ready": True}

    def draw() -> dict[str, int]:
        with database.reading() as session:
            left = session.connection().scalar(text("SELECT ribbons FROM shelf WHERE id = 1")) or 0
        if left < 1:
            raise HTTPException(409)
        time.sleep(0.002)  # somebody thinks for a moment
        with database.transaction() as session:
            session.connection().execute(text("UPDATE shelf SET ribbons = :left WHERE id = 1"), {"left": left - 1})
        return {"left": left - 1}

    def cross(source: int, target: int) -> None:
        try:
            with database.engine.connect() as connection, connection.begin():
                take(connection, source, target)
        except OperationalError as error:
            raise HTTPException(500) from error

    def take(connection: Connection, source: int, target: int) -> None:
        """No fixed order, no second try, and on SQLite a transaction that becomes a writer when it is too late."""
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN")
        for shelf, change in ((source, -1), (target, 1)):
            left = connection.scalar(text("SELECT ribbons FROM shelf WHERE id = :id"), {"id": shelf}) or 0
            time.sleep(0.002)
            update = text("UPDATE shelf SET ribbons = :left WHERE id = :id")
            connection.execute(update, {"id": shelf, "left": left + change})

    for path in ("/readyz", "/healthz"):
        app.add_api_route(path, ready)
    app.add_api_route("/draw", draw, methods=["POST"], status_code=201)
    app.add_api_route("/cross", cross, methods=["POST"], status_code=201)
    return app


@contextmanager
def careless_servers(url: str, database_kind: str) -> Iterator[list[str]]:
    """Servers of the careless app, with ``RIBBONS`` on each of its three shelves."""
    database = Database(url)
    with database.transaction() as session:
        session.connection().execute(text("CREATE TABLE shelf (id INTEGER PRIMARY KEY, ribbons INTEGER)"))
        for shelf in (1, 2, 3):
            row = {"id": shelf, "ribbons": RIBBONS}
            session.connection().execute(text("INSERT INTO shelf VALUES (:id, :ribbons)"), row)
    database.dispose()
    replicas = REPLICAS[database_kind]
    with running_servers(url, replicas=replicas, make_app=careless) as servers:
        yield servers


def test_the_crowds_catch_a_counter_without_a_guard_and_locks_without_an_order(
    empty_database_url: str, database_kind: str
) -> None:
    with careless_servers(empty_database_url, database_kind) as servers:
        drawn = tally(crowd(servers, [lambda client: client.post("/draw")] * DRAWS))
        assert drawn[201] > RIBBONS, "no two draws overlapped: these crowds prove nothing on this machine"
        there = partial(httpx.Client.post, url="/cross?source=1&target=2")
        back = partial(httpx.Client.post, url="/cross?source=2&target=1")
        for _ in range(50):
            if 500 in statuses(at_once(servers, [there, back])):
                return
    pytest.fail("no two transfers blocked each other: these crowds prove nothing on this machine")
