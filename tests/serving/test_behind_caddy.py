"""Two replicas behind a real Caddy and our Caddyfile: one after the other is restarted, and nothing is lost."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import text

from app.core.clock import today
from app.core.config import PROJECT
from app.main import LAST_WORK_SECONDS
from app.serving.process import SECONDS_TO_FINISH
from tests.support.caddy import free_port, running_caddy
from tests.support.calling import LOOPBACK
from tests.support.server import Server, draining_app
from tests.support.world import World

SENDERS = 3


class Load:
    """Conferences that are added by way of the proxy, one after the other, each asked for once and without a key."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url, self.headers = url, {"Authorization": f"Bearer {token}"}
        self.over, self.answers, self.slowest = Event(), Counter[int | str](), 0.0

    def send(self, sender: int) -> None:
        """Sends until it is over, and counts what is answered, and what is not."""
        day = f"{today() + timedelta(days=60)}"
        new = {"starts_on": day, "ends_on": day, "city": "Chicago", "state": "US-IL", "country": "US"}
        number = 0
        with httpx.Client(base_url=self.url, headers=self.headers, timeout=60, **LOOPBACK) as client:
            while not self.over.wait(0.02):
                number, began = number + 1, time.monotonic()
                body = {**new, "name": f"Congress {number} of {sender}", "specialty": "Radiology"}
                try:
                    self.answers[client.post("/api/v1/conferences", json=body).status_code] += 1
                except httpx.TransportError as error:
                    self.answers[repr(error)] += 1
                self.slowest = max(self.slowest, time.monotonic() - began)


def _wait_until_ready(server: Server) -> None:
    while True:
        with suppress(httpx.TransportError):
            if httpx.get(f"{server.url}/readyz/replica", timeout=60, **LOOPBACK).status_code == 200:
                return
        time.sleep(0.02)


def _restart(server: Server, load: Load) -> None:
    """Stops it, and starts it again; meanwhile the others answer."""
    server.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz", **LOOPBACK)
    before = load.answers[201]
    while load.answers.total() == before or load.answers[201] < before + SENDERS:
        assert set(load.answers) == {201}
        time.sleep(0.02)
    server.start()
    _wait_until_ready(server)


@pytest.mark.only_on("postgresql")
def test_restarting_one_replica_after_the_other_loses_no_request(world: World, tmp_path: Path) -> None:
    ports = [free_port(), free_port()]
    replicas = [Server(draining_app, world.url, port) for port in ports]
    for replica in replicas:
        replica.start()
    try:
        with running_caddy(ports, tmp_path) as proxy, ThreadPoolExecutor(SENDERS) as senders:
            for replica in replicas:
                _wait_until_ready(replica)
            load = Load(proxy, world.coordinator.token)
            sending = [senders.submit(load.send, sender) for sender in range(SENDERS)]
            try:
                for replica in replicas:
                    _restart(replica, load)
            finally:
                load.over.set()
            for each in sending:
                each.result()
            # What is for those who run the service is not for those who come by the proxy.
            for path in ("/metrics", "/readyz", "/readyz/replica"):
                assert httpx.get(f"{proxy}{path}", **LOOPBACK).status_code == 404
            assert httpx.get(f"{proxy}/healthz", **LOOPBACK).status_code == 200
    finally:
        for replica in replicas:
            replica.kill()
    with world.database.reading() as session:
        kept = session.connection().execute(text("SELECT count(*) FROM conference WHERE name LIKE 'Congress %'"))
        assert load.answers == {201: kept.scalar_one()}


def _compose() -> dict[str, Any]:
    with (PROJECT / "compose.yaml").open() as file:
        return dict(yaml.safe_load(file)["services"])


@pytest.mark.parametrize("replica", ["app-a", "app-b"])
def test_nobody_kills_a_replica_before_it_can_have_finished(replica: str) -> None:
    ours = _compose()[replica]
    needed = int(ours["environment"]["CHAMPIONS_DRAIN_SECONDS"]) + SECONDS_TO_FINISH + LAST_WORK_SECONDS
    assert int(ours["stop_grace_period"].removesuffix("s")) > needed


def test_the_drill_with_containers_knows_all_that_compose_says() -> None:
    drill, engine = import_module("scripts.drill.services"), import_module("scripts.drill.engine").Engine(())
    assert drill.Services(engine, {"CHAMPIONS_SITE": "ribbons.localhost"}).names == _compose().keys()
