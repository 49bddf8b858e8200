"""Who waits for whom: what is heavy and what writes never keep those waiting who only read."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from typing import Any

import pytest

from app.acts import afterwards
from app.acts.afterwards import Lane, Lanes
from app.acts.application import Service
from app.acts.kept import Kept
from app.acts.policy import Actor, Permission
from app.acts.unit import Unit
from app.coverage.acts import get_coverage
from app.coverage.schemas import CoverageFilter
from app.paperwork import kinds
from app.printing.sheet import bind
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("threads wait before a database is asked; PostgreSQL has no line of writers")


def state(world: World, name: str) -> Any:
    """What the app in front of the world has of this name."""
    return getattr(world.client.app.state, name)  # type: ignore[attr-defined]  # it is FastAPI


@contextmanager
def hanging_coverage(world: World) -> Iterator[None]:
    """Within the block, the public figures are being counted by somebody who takes very long."""
    service: Service = state(world, "service")
    began, end = Event(), Event()

    def slow() -> None:
        began.set()
        end.wait(60)

    key = (get_coverage.name, repr([("wanted", CoverageFilter())]))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(service.kept.get, key, slow)
        began.wait(60)
        try:
            yield
        finally:
            end.set()


def until_waiting(lanes: Lanes, lane: Lane, number: int) -> None:
    """Returns when so many wait for a thread of the lane."""
    pause = Event()
    for _ in range(2_000):
        if lanes.limiter(lane).statistics().tasks_waiting >= number:
            return
        pause.wait(0.005)
    raise AssertionError(f"not {number} wait")


def until_drawing(lanes: Lanes, number: int) -> None:
    """Returns when so many draw."""
    pause = Event()
    for _ in range(2_000):
        if lanes.limiter(Lane.PRINTS).borrowed_tokens >= number:
            return
        pause.wait(0.005)
    raise AssertionError(f"not {number} draw")


def test_light_reads_are_answered_while_heavy_ones_hang_and_too_many_of_those_are_told_to_come_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 3
    monkeypatch.setitem(afterwards._PATIENCE, Lane.HEAVY, (most, 30))
    with world.with_settings(figures_seconds=5) as here, ThreadPoolExecutor(9) as pool, hanging_coverage(here):
        heavy = [pool.submit(here.anyone.call, "GET", "/coverage") for _ in range(2 + most)]
        until_waiting(state(here, "lanes"), Lane.HEAVY, most)
        assert here.anyone.get("/conferences")["items"] == []
        refused = here.anyone.call("GET", "/coverage")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/busy")
        assert int(refused.headers["Retry-After"]) > 0
        assert here.coordinator.call("GET", "/todo").status_code == 503
        assert not any(one.done() for one in heavy)
    answers = [one.result() for one in heavy]
    assert [one.status_code for one in answers] == [200] * len(heavy)


def test_whoever_waits_to_write_takes_no_thread_from_those_who_read_and_is_told_after_a_while(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, written = world.database._line, []
    assert line is not None
    move = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}
    with world.with_settings(threads=1) as here, ThreadPoolExecutor(4) as pool:
        lanes: Lanes = state(here, "lanes")
        with state(here, "database")._line.turn():
            for number in range(4):
                written.append(
                    pool.submit(here.coordinator.call, "POST", "/stock/moves", json=move | {"note": str(number)})
                )
                until_waiting(lanes, Lane.WRITES, number)
            assert here.anyone.get("/conferences")["items"] == []
            monkeypatch.setitem(afterwards._PATIENCE, Lane.WRITES, (256, 0.01))
            refused = here.coordinator.call("POST", "/stock/moves", json=move)
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/busy")
        assert [one.result().status_code for one in written] == [201] * 4
        moves = here.coordinator.get("/stock/moves?reason=transfer")["items"]
        assert [one["note"] for one in moves] == ["3", "2", "1", "0"]  # in the order in which they came


def test_whoever_may_not_print_is_told_while_others_wait_and_who_may_is_asked_once_and_again_on_their_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, end, check = f"/designs/{world.design}/proof-sheet.pdf", Event(), Unit.check
    checked: list[Permission] = []
    both = Barrier(2)

    def checking(unit: Unit, permission: Permission) -> Actor:
        checked.append(permission)
        if len(checked) > 1:
            both.wait(10)
        return check(unit, permission)

    world.coordinator.patch("/me", {"language": "es"}, version=world.coordinator.get("/me")["version"])
    monkeypatch.setattr(Unit, "check", checking)
    monkeypatch.setattr(kinds, "bind", lambda papers: bind(papers) if end.wait(60) else b"")
    lanes: Lanes = state(world, "lanes")
    with ThreadPoolExecutor(7) as pool:
        try:
            waiting = []
            for number in range(5):
                waiting.append(pool.submit(world.coordinator.call, "GET", paper))
                until_waiting(lanes, Lane.PRINTS, number - 1)
                until_drawing(lanes, min(number + 1, 2))
            assert checked == [Permission.PURCHASE]
            told = [pool.submit(world.ana.call, "GET", paper) for _ in range(2)]
            assert [one.result().status_code for one in told] == [403, 403]  # neither waited for the other
            assert len(checked) == 3
            monkeypatch.setitem(afterwards._PATIENCE, Lane.PRINTS, (3, 60))
            full = world.coordinator.call("GET", paper, headers={"Accept-Language": "en"})
            assert (full.status_code, full.headers["Content-Language"]) == (503, "es")
            assert len(checked) == 3
            (token,) = world.coordinator.get("/me/tokens")["items"]
            assert world.coordinator.call("DELETE", f"/me/tokens/{token['id']}").status_code == 204
        finally:
            end.set()
    assert [one.result().status_code for one in waiting] == [200, 200, 401, 401, 401]


def test_the_public_figures_are_some_seconds_old_and_say_so_but_staff_get_new_ones(world: World) -> None:
    with world.with_settings(figures_seconds=60) as here:
        before = here.anyone.get("/coverage")
        assert before["conferences"]["tracked"] == 0
        here.conference(starts_in=-1)
        assert here.anyone.get("/coverage") == before
        assert here.ana.get("/coverage") == before
        fresh = here.coordinator.get("/coverage")
        assert (fresh["conferences"]["tracked"], fresh["as_of"] > before["as_of"]) == (1, True)
        assert fresh["people"]["members_named"] == 0
        assert here.anyone.get("/coverage?country=US")["conferences"]["tracked"] == 1
        assert here.anyone.call("GET", "/coverage").headers["Cache-Control"] == "no-cache"


def test_one_request_has_an_answer_made_while_the_others_get_the_last_one_and_few_are_kept() -> None:
    now, began, end = [0.0], Event(), Event()
    kept = Kept(5, most=2, clock=lambda: now[0])

    def slow() -> str:
        began.set()
        end.wait(60)
        return "second"

    assert kept.get("a", lambda: "first") == "first"
    now[0] = 4.9
    assert kept.get("a", lambda: "too early") == "first"
    now[0] = 5.0
    assert kept.known("a") is None
    with ThreadPoolExecutor(1) as pool:
        made: Future[str] = pool.submit(kept.get, "a", slow)
        began.wait(60)
        assert kept.known("a") == kept.get("a", lambda: "made twice") == "first"
        end.set()
        assert made.result() == "second"
    assert kept.known("a") == "second"
    with pytest.raises(ZeroDivisionError):
        kept.get("b", lambda: 1 / 0)
    assert [kept.get(key, lambda key=key: key) for key in "bcd"] == ["b", "c", "d"]  # type: ignore[misc]
    assert [kept.known(key) for key in "abcd"] == [None, None, "c", "d"]
    kept.put("e", "made elsewhere")
    assert [kept.known(key) for key in "cde"] == [None, "d", "made elsewhere"]
    assert Kept(0).get("a", lambda: 1) != Kept(0).get("a", lambda: 2)
