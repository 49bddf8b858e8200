"""``kill -9``, again and again, while requests are under way: what was acknowledged is there, and happened once.

Whoever gets no answer sends her request again under the same key until she gets one, as a client of this service is
meant to. The last test shows that a server which answers before it commits is found out.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI
from sqlalchemy import text
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.db import Database
from app.maintenance.verification import differences
from tests.reliability.sizes import Figures, size
from tests.support.arena import REPLICAS
from tests.support.calling import LOOPBACK
from tests.support.databases import NewDatabase
from tests.support.quotas import lift_quotas
from tests.support.server import MakeApp, Server, mortal_servers, real_app
from tests.support.world import Json, World, build_world

KILLS = size(12, 500)
CONTROL_KILLS = 6
"""Kills within which a server that answers before it commits must have lost something."""
WRITERS = 4
LONGEST_LIFE = 0.3
"""Seconds until a server that has answered its first request is killed."""


@dataclass
class Writer:
    """Somebody who writes one thing after the other and never gives up on any; ``acknowledged`` are the answers."""

    servers: list[str]
    path: str
    headers: dict[str, str]
    name: str
    body: Callable[[str], Json]
    stop: Event
    acknowledged: dict[str, Json] = field(default_factory=dict)
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)

    def run(self) -> None:
        number = 0
        with ExitStack() as stack:
            clients = [stack.enter_context(httpx.Client(base_url=url, timeout=30, **LOOPBACK)) for url in self.servers]
            while not self.stop.is_set():
                number += 1
                self._write(clients, f"{self.name}-{number}")

    def _write(self, clients: list[httpx.Client], key: str) -> None:
        headers = {**self.headers, "Idempotency-Key": key}
        while True:
            # Sent again, it may well reach the other server.
            try:
                answer = random.choice(clients).post(self.path, json=self.body(key), headers=headers)
            except httpx.TransportError:
                self.unanswered += 1
                continue
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                continue
            if answer.is_error:
                self.refused.append(answer.text)
            else:
                self.acknowledged[key] = answer.json()
            return


@contextmanager
def writing(writers: list[Writer], stop: Event) -> Iterator[None]:
    """Lets the writers write until the block ends; then each waits for her last answer."""
    threads = [Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kill_now_and_then(servers: list[Server], kills: int) -> None:
    """Lets a server answer, lets it work for a moment, kills it, starts it again; and the next one."""
    dice = random.Random(kills)
    for number in range(kills):
        server = servers[number % len(servers)]
        assert httpx.get(f"{server.url}/healthz", timeout=30, **LOOPBACK).status_code == httpx.codes.OK
        time.sleep(dice.uniform(0, LONGEST_LIFE))  # nothing is waited for: this is when the killer comes
        server.kill()
        server.start()


def crashed(make_app: MakeApp, url: str, kills: int, replicas: int, **writer: Any) -> list[Writer]:
    """What writers saw while servers were killed."""
    stop = Event()
    with mortal_servers(make_app, url, replicas) as servers:
        addresses = [server.url for server in servers]
        writers = [Writer(addresses, name=f"writer-{one}", stop=stop, **writer) for one in range(WRITERS)]
        with writing(writers, stop):
            kill_now_and_then(list(servers), kills)
    return writers


def moves(world: World) -> dict[str, Any]:
    """What each writer of moves does: one ribbon from depot to depot, the key its note."""
    new = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}
    return {
        "path": "/api/v1/stock/moves",
        "headers": {"Authorization": f"Bearer {world.coordinator.token}"},
        "body": lambda key: {**new, "note": key},
    }


def written(database: Database) -> dict[str, list[int]]:
    """The ids of the moves under each note."""
    found: dict[str, list[int]] = {}
    with database.reading() as session:
        for move_id, note in session.connection().execute(text("SELECT move_id, note FROM move_note")):
            found.setdefault(note, []).append(move_id)
    return found


def stocked(world: World) -> None:
    """Fills the depot, so that no writer runs out of ribbons."""
    counted = [{"design_id": world.design, "counted": 1_000_000}]
    world.coordinator.post("/stock/counts", {"location_id": world.depot, "lines": counted}, status=201)


def test_servers_that_are_killed_lose_nothing_and_do_nothing_twice(
    new_database: NewDatabase, template_url: str, database_kind: str, figures: Figures
) -> None:
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        stocked(world)
        lift_quotas(world.database)
        writers = crashed(real_app, url, KILLS, REPLICAS[database_kind], **moves(world))
        acknowledged = {key: answer["id"] for writer in writers for key, answer in writer.acknowledged.items()}
        assert [refusal for writer in writers for refusal in writer.refused] == []
        assert sum(writer.unanswered for writer in writers) > 0, "no request was under way when a server was killed"
        assert written(world.database) == {key: [move_id] for key, move_id in acknowledged.items()}
        assert world.on_hand(world.other_depot) == len(acknowledged)
        with world.database.reading() as session:
            assert differences(session) == []
        again = sum(writer.unanswered for writer in writers)
        figures(f"{KILLS} kills: {len(acknowledged)} writes acknowledged, {again} sent again, none lost or done twice")


class DiesBeforeItAnswers:
    """Kills the process when the first answer to a POST is about to be sent: its work is committed by then."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def die(message: Message) -> None:
            if scope["type"] == "http" and scope["method"] == "POST" and message["type"] == "http.response.start":
                os.kill(os.getpid(), signal.SIGKILL)
            await send(message)

        await self.app(scope, receive, die)


def dying_app(database_url: str) -> FastAPI:
    """The app, but it dies between commit and answer."""
    app = real_app(database_url)
    app.add_middleware(DiesBeforeItAnswers)
    return app


def test_a_request_whose_answer_was_lost_is_healed_by_its_key(new_database: NewDatabase, template_url: str) -> None:
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        what = moves(world)
        headers, body = {**what["headers"], "Idempotency-Key": "once"}, what["body"]("once")

        def write(server: Server) -> httpx.Response:
            return httpx.post(f"{server.url}{what['path']}", json=body, headers=headers, timeout=30, **LOOPBACK)

        with mortal_servers(dying_app, url, 1) as (dying,):
            with pytest.raises(httpx.TransportError):
                write(dying)
            assert dying.wait_for_death(30)
        ((move_id,),) = written(world.database).values()
        with mortal_servers(real_app, url, 1) as (healthy,):
            answer = write(healthy)
        assert (answer.status_code, answer.json()["id"]) == (201, move_id)
        assert written(world.database) == {"once": [move_id]}
        assert world.on_hand(world.other_depot) == 1


def hasty_app(database_url: str) -> FastAPI:
    """Answers first and commits afterwards: what must not be done."""
    app, database = FastAPI(openapi_url=None), Database(database_url)

    def keep(note: str) -> None:
        time.sleep(0.01)
        with database.transaction() as session:
            session.connection().execute(text("INSERT INTO hasty (note) VALUES (:note)"), {"note": note})

    def write(body: dict[str, str], tasks: BackgroundTasks) -> dict[str, str]:
        tasks.add_task(keep, body["note"])
        return body

    app.add_api_route("/healthz", lambda: {"alive": True})
    app.add_api_route("/hasty", write, methods=["POST"])
    return app


def test_a_server_that_answers_before_it_commits_is_found_out(empty_database_url: str, database_kind: str) -> None:
    database = Database(empty_database_url)
    with database.transaction() as session:
        session.connection().execute(text("CREATE TABLE hasty (note VARCHAR(200))"))
    what: dict[str, Any] = {"path": "/hasty", "headers": {}, "body": lambda key: {"note": key}}
    writers = crashed(hasty_app, empty_database_url, CONTROL_KILLS, REPLICAS[database_kind], **what)
    acknowledged = {key for writer in writers for key in writer.acknowledged}
    with database.reading() as session:
        kept = {note for (note,) in session.connection().execute(text("SELECT note FROM hasty"))}
    database.dispose()
    assert acknowledged - kept, "nothing was lost: these kills prove nothing on this machine"
