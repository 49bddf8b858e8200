"""A database that is away, broken off, worn out or full: said as such, healed by itself, and nothing happens twice."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from app.core import db
from tests.support.bridge import Bridge, bridged
from tests.support.client import Client
from tests.support.pool import opened
from tests.support.world import Json, World

LOGGED = {"problem", "kind", "database_state", "event", "request_id", "level", "timestamp"}
"""What the log says of such trouble: the database's code, and nothing that it said beside it."""


def _move(world: World) -> Json:
    return {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}


@contextmanager
def _over(bridge: Bridge, world: World) -> Iterator[World]:
    """The same community by way of an app that reaches its database over the bridge."""
    url = bridge.url.render_as_string(hide_password=False)
    with opened(url, max_body_bytes=100_000) as app, Client(app) as client:
        yield world.reached_at(client)


def _is_away(answer: Any, code: str = "unavailable", status: int = 503) -> bool:
    assert (answer.status_code, answer.json()["code" if "code" in answer.json() else "type"]) == (
        status,
        f"/problems/{code}",
    ), answer.text
    return int(answer.headers["Retry-After"]) > 0


@pytest.mark.only_on("postgresql")
def test_while_the_database_is_away_everything_is_503_and_then_all_is_well_again(
    database_url: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with bridged(database_url) as bridge, _over(bridge, world) as here:
        assert here.anyone.get("/conferences")["items"] == []
        for _ in range(2):
            bridge.cut()
            assert _is_away(here.anyone.call("GET", "/conferences"))
            assert _is_away(here.ana.call("GET", "/me"))
            assert _is_away(here.coordinator.call("POST", "/stock/moves", json=_move(here)))
            page = here.client.get("/", headers={"Accept": "text/html", "Cookie": f"session={here.ana.token}"})
            assert (page.status_code, page.headers["Retry-After"], "<html" in page.text) == (503, "2", True)
            assert here.client.get("/readyz").status_code == 503
            # No other replica would do better, and this one can say what it means.
            assert here.client.get("/readyz/replica").status_code == 200
            assert here.client.get("/healthz").status_code == 200
            bridge.mend()
            assert here.client.get("/readyz").status_code == 200
            here.coordinator.post("/stock/moves", _move(here), status=201)
        assert here.on_hand(here.other_depot) == 2
    said: list[Any] = [one.msg for one in caplog.records if "the database is in trouble" in str(one.msg)]
    assert said
    assert all(set(line) <= LOGGED for line in said)


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("known", ["key", "entry", "neither"])
def test_when_the_answer_to_a_commit_is_lost_the_key_or_the_entry_decides(
    database_url: str, world: World, known: str
) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim)
    new = {"design_id": world.design, "quantity": 1, **({"entry_id": str(uuid4())} if known == "entry" else {})}
    headers = {"Idempotency-Key": "once"} if known == "key" else {}
    with bridged(database_url) as bridge, _over(bridge, world) as here:
        bridge.lose_the_answer_to(b"COMMIT")
        answer = here.ana.call("POST", f"/claims/{claim['id']}/hand-outs", json=new, headers=headers)
        if known == "neither":  # nobody could tell whether it was done, so it is not done again
            assert _is_away(answer)
            assert "look whether it is there" in answer.json()["detail"]
        else:
            assert answer.status_code == 201
    assert (
        sum(
            level["on_hand"]
            for level in world.coordinator.get("/stock/levels")["items"]
            if level["kind"] == "conference"
        )
        == 1
    )


@pytest.mark.only_on("postgresql")
def test_work_that_breaks_off_before_its_commit_is_done_again(database_url: str, world: World) -> None:
    with bridged(database_url) as bridge, _over(bridge, world) as here:
        bridge.lose_the_answer_to(b"INSERT INTO move ")
        here.coordinator.post("/stock/moves", _move(here), status=201)
        bridge.lose_the_answer_to(b"FROM conference")
        assert here.anyone.get("/conferences")["items"] == []
        assert here.on_hand(here.other_depot) == 1


@pytest.mark.only_on("sqlite")
def test_a_full_disk_is_507_and_not_ready_and_reading_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    most = [0]

    def limit(connection: Any, _record: object) -> None:
        pages = most[0] or connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    app: FastAPI = world.client.app  # type: ignore[assignment]  # it is ours
    engine = app.state.database.engine
    event.listen(engine, "connect", limit)
    try:
        engine.dispose()
        before = 0
        while (answer := world.coordinator.call("POST", "/stock/moves", json=_move(world))).status_code == 201:
            before += 1
        assert _is_away(answer, "no-room", 507)
        assert world.on_hand(world.other_depot) == before
        assert world.client.get("/readyz").json() == {"status": "the database has no room left"}
        most[0] = 1_000_000
        engine.dispose()
        world.coordinator.post("/stock/moves", _move(world), status=201)
        monkeypatch.setattr(db, "FULL_SECONDS", 0)
        assert world.client.get("/readyz").status_code == 200
    finally:
        event.remove(engine, "connect", limit)


def test_when_all_connections_are_in_use_that_is_said_and_the_next_request_gets_one(
    database_url: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "POOL_SECONDS", 0.05)
    with opened(database_url, threads=1) as app, Client(app) as client, ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(app.state.database.reading()).connection()
        here = world.reached_at(client)
        assert _is_away(here.anyone.call("GET", "/conferences"))
        assert client.get("/readyz").status_code == 503
        stack.close()
        assert here.anyone.get("/conferences")["items"] == []
