"""Who may watch the service, and what it says of itself to whoever stands between it and the world."""

import pytest

from app.serving.process import draining
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("who asks, and by which way, is known before a database is asked")

TOKEN = "a-token-of-whoever-watches"


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("172.20.0.9", {}, 200),
        ("::ffff:192.168.7.7", {}, 200),
        ("fd00::7", {}, 200),
        ("172.32.0.9", {}, 404),
        ("203.0.113.9", {}, 404),
        ("::ffff:203.0.113.9", {}, 404),
        ("2001:db8::7", {}, 404),
        ("no address", {}, 404),
        # A proxy is inside, and whoever asks by way of it need not be.
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("172.20.0.9", {"Forwarded": "for=203.0.113.9"}, 404),
        ("172.20.0.9", {"Via": "1.1 proxy"}, 404),
        ("203.0.113.9", {"Authorization": f"Bearer {TOKEN}"}, 404),
    ],
)
def test_the_counters_are_there_for_who_asks_from_inside_and_through_no_proxy(
    world: World, monkeypatch: pytest.MonkeyPatch, peer: str, headers: dict[str, str], status: int
) -> None:
    monkeypatch.setattr(Client, "peer", (peer, 50_000))
    answer = world.client.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("champions_moves" in answer.text) == (status == 200)


def test_where_there_is_a_token_the_counters_are_there_for_who_shows_it_wherever_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.with_settings(metrics_token=TOKEN) as watched:
        for shown in (f"Bearer {TOKEN}x", "Bearer ", "Bearer é", f"Basic {TOKEN}"):
            assert watched.client.get("/metrics", headers={b"Authorization": shown.encode()}).status_code == 404
        assert watched.client.get("/metrics").status_code == 404
        monkeypatch.setattr(Client, "peer", ("203.0.113.9", 50_000))
        headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}
        assert "champions_moves" in watched.client.get("/metrics", headers=headers).text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://ribbons.example.org/healthz", "max-age=31536000"),
        ("https://ribbons.example.org/nowhere", "max-age=31536000"),
        ("http://ribbons.example.org/healthz", None),
        ("https://localhost:8443/healthz", None),
    ],
)
def test_who_came_by_https_is_told_to_come_so_for_a_year(world: World, address: str, said: str | None) -> None:
    assert world.client.get(address).headers.get("Strict-Transport-Security") == said


@pytest.mark.parametrize("path", ["/api/v1/conferences/", "/docs/", "/static-offline-docs", "/"])
def test_no_answer_leads_to_a_host_that_the_client_has_invented(world: World, path: str) -> None:
    answer = world.client.get(path, headers={"Host": "evil.example.net"}, follow_redirects=False)
    assert "evil" not in f"{answer.headers}{answer.text}"


def test_a_replica_that_stops_or_is_of_another_release_wants_requests_to_go_elsewhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "/readyz/replica"
    assert (world.client.get(asked).status_code, world.client.get("/readyz").status_code) == (200, 200)
    draining.set()
    try:
        assert world.client.get(asked).json() == {"status": "stopping"}
    finally:
        draining.clear()
    monkeypatch.setattr("app.serving.health.is_current", lambda _session: False)
    assert world.client.get(asked).status_code == 503


def test_moves_that_were_counted_once_are_not_counted_at_each_scrape(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.serving.health._MAY_COME_LATER", 1)
    new = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}
    with world.with_settings(log_level="info") as here:
        books = here.client.app.state.books  # type: ignore[attr-defined]  # it is FastAPI
        for number in range(1, 7):
            here.coordinator.post("/stock/moves", new, status=201)
            said = here.client.get("/metrics").text
            assert f'champions_moves{{reason="transfer"}} {number}.0' in said
            assert 'champions_moves{reason="purchase"} 1.0' in said
        assert books.counted_to >= 5


def test_what_somebody_makes_up_adds_nothing_to_the_counters(world: World) -> None:
    for method, path in (("MADEUP", "/api/v1/coverage"), ("GET", "/made-up"), ("MADEUP", "/made-up")):
        assert world.client.request(method, path).status_code in {404, 405}
    counters = world.client.get("/metrics").text
    assert "MADEUP" not in counters
    assert "made-up" not in counters
    assert 'http_requests_total{handler="/api/v1/coverage",method="",status="4xx"}' in counters
