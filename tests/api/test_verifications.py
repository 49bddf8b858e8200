"""Proofs that the books agree: in the background, one at a time, with progress, and none that hangs for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from structlog.testing import capture_logs

from app.acts import jobs
from app.acts.application import Service
from app.acts.jobs import LEFT_BEHIND, STALLED
from app.core.clock import frozen, utcnow
from app.maintenance import proving
from app.maintenance.models import Verification
from app.maintenance.proving import KEPT
from app.maintenance.tidy import tidy
from app.maintenance.verification import differences
from tests.support.rules import RULES
from tests.support.trouble import Trouble, troubled
from tests.support.world import Caller, Json, World

PATH = "/admin/verifications"


class Impatient(Caller):
    """Somebody who does not wait for what goes on after an answer."""

    def __init__(self, known: Caller) -> None:
        super().__init__(known.client, known.person_id, known.token)

    def _settle(self) -> None:
        """Goes on at once."""


@contextmanager
def slow_proofs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Until the block ends, a proof goes no further than its second step. The event says when that is done."""
    there, end = Event(), Event()

    def prove(session: Session, tell: Callable[[int], object]) -> list[str]:
        def told(done: int) -> None:
            tell(done)
            if done == 2:
                there.set()
                end.wait(60)

        return differences(session, told)

    with monkeypatch.context() as patch:
        patch.setattr(proving, "differences", prove)
        try:
            yield there
        finally:
            end.set()


def proved(who: Caller) -> Json:
    """A proof that has come to its end."""
    found: Json = who.get(f"{PATH}/{who.post(PATH, status=202)['id']}")
    return found


def left(world: World, status: str = "waiting") -> int:
    """The number of a proof that nobody has done yet."""
    last: int = proved(world.coordinator)["id"]
    anew = f"UPDATE verification SET status = '{status}', unfinished = true, done = 0 WHERE id = {last}"
    with world.database.transaction() as session:
        session.connection().execute(text(anew))
    return last


def prove(world: World, verification_id: int, *troubles: Trouble) -> None:
    """Does it as the server does, while the units of work of that meet these troubles."""
    service: Service = world.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    with troubled(service.database, *troubles):
        proving.run(service, verification_id)


def test_the_books_are_proved_beside_all_else_and_whoever_wants_it_meanwhile_gets_the_same_proof(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Impatient(world.coordinator), Impatient(world.admin)
    with world.with_settings() as beside, slow_proofs(monkeypatch) as at_the_second_step:
        replica = Impatient(beside.admin)
        with ThreadPoolExecutor(4) as pool:
            started = list(pool.map(lambda who: who.post(PATH, status=202), [one, other, replica, one]))
        assert len({proof["id"] for proof in started}) == 1
        path = f"{PATH}/{started[0]['id']}"
        assert at_the_second_step.wait(60)
        now = replica.get(path)
        assert (now["status"], now["done"], now["total"], now["agree"]) == ("running", 2, 6, None)
        assert [other.get(what) is not None for what in ("/todo", "/coverage", "/audit")] == [True] * 3
        moved = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}
        one.post("/stock/moves", moved, status=201)
        with pytest.raises(IntegrityError), world.database.transaction() as session:
            session.add(Verification(total=6))
    world.coordinator._settle()
    done = world.coordinator.get(path)
    assert (done["status"], done["done"], done["agree"], done["differences"]) == ("ready", 6, True, [])
    asked = world.coordinator.get("/audit?limit=9")["items"]
    assert [line["subject"] for line in asked if line["action"] == "start_verification"] == ["verification:1"] * 4
    assert proved(world.coordinator)["id"] > done["id"]


def test_what_differs_is_named_line_by_line_in_its_proof_and_counted_in_the_list(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = proved(world.coordinator)
    with world.database.transaction() as session:
        session.connection().execute(text("UPDATE level SET on_hand = on_hand + 1"))
    monkeypatch.setattr(proving, "MOST_LINES", 1)
    found = proved(world.admin)
    assert (found["status"], found["agree"], found["differing"]) == ("ready", False, 2)
    (line,) = found["differences"]
    assert line.endswith("-499 kept, -500 moved.")
    listed = world.coordinator.get(PATH)["items"]
    assert [(item["id"], item["agree"], item["differing"]) for item in listed] == [
        (found["id"], False, 2),
        (before["id"], True, 0),
    ]
    assert "differences" not in listed[0]


def test_a_proof_whose_server_is_gone_has_failed_and_keeps_nobody_from_the_next(world: World) -> None:
    world.coordinator.patch("/me", {"language": "es"}, version=1)
    gone = proved(world.coordinator)
    path = f"{PATH}/{gone['id']}"
    for status, limit in (("waiting", LEFT_BEHIND), ("running", STALLED)):
        with world.database.transaction() as session:
            session.connection().execute(text(f"UPDATE verification SET status = '{status}', unfinished = true"))
        assert world.coordinator.get(path)["status"] == status
        with frozen(utcnow() + limit):
            failed = world.coordinator.get(path)
            assert (failed["status"], failed["agree"]) == ("failed", None)
            assert "Inicia otra" in failed["detail"]
            assert "Start another" in world.admin.get(PATH)["items"][0]["detail"]
    with frozen(utcnow() + STALLED):
        assert proved(world.admin)["agree"] is True
    assert world.coordinator.get(path)["status"] == "failed"


def test_a_proof_that_its_server_never_began_is_begun_for_whoever_wants_one_next(world: World) -> None:
    waits = left(world)
    with frozen(utcnow() + LEFT_BEHIND * 0.9):
        begun = proved(world.admin)
    assert (begun["id"], begun["status"], begun["agree"]) == (waits, "ready", True)
    waits = left(world)
    with frozen(utcnow() + LEFT_BEHIND * 2):
        assert proved(world.admin)["id"] > waits


def test_a_proof_that_breaks_has_failed_and_old_ones_are_forgotten_but_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utcnow()
    with frozen(now):
        with monkeypatch.context() as patch:
            patch.setattr(proving, "differences", lambda _session, _tell: 1 // 0)
            broken = proved(world.coordinator)
        last = proved(world.coordinator)
    assert (broken["status"], broken["agree"], broken["differences"]) == ("failed", None, [])
    assert last["agree"] is True
    for later, forgotten in ((timedelta(0), 0), (timedelta(seconds=1), 1), (KEPT, 0)):
        with frozen(now + KEPT + later), world.database.transaction() as session:
            assert tidy(session, rules=RULES).verifications == forgotten
    assert [item["id"] for item in world.coordinator.get(PATH)["items"]] == [last["id"]]
    assert "30" in world.coordinator.get(f"{PATH}/{broken['id']}", status=404)["detail"]


NONE, BUSY, AWAY, FULL, UNHEARD = Trouble.NONE, Trouble.BUSY, Trouble.AWAY, Trouble.FULL, Trouble.UNHEARD


@pytest.mark.parametrize(
    "troubles",
    [
        pytest.param([BUSY, AWAY, FULL], id="when it begins"),
        pytest.param([UNHEARD], id="when it was begun"),
        pytest.param([NONE, BUSY, AWAY, FULL, UNHEARD, NONE, BUSY], id="when it says how far it is"),
        pytest.param([NONE] * 7 + [BUSY, AWAY], id="when it ends"),
        pytest.param([NONE] * 7 + [UNHEARD], id="when it has ended"),
    ],
)
def test_a_proof_that_meets_trouble_of_the_database_comes_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch, troubles: list[Trouble]
) -> None:
    monkeypatch.setattr(jobs, "PAUSE_SECONDS", 0)
    begun = left(world)
    prove(world, begun, *troubles)
    found = world.coordinator.get(f"{PATH}/{begun}")
    assert (found["status"], found["done"], found["total"], found["agree"]) == ("ready", 6, 6, True)


def test_a_proof_that_cannot_be_begun_or_ended_has_failed_at_once_and_the_log_has_why(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "INSISTING_SECONDS", 0)
    for troubles, error in (([BUSY], "busy"), ([NONE] * 7 + [FULL], "no-room")):
        begun = left(world)
        with capture_logs() as logs:
            prove(world, begun, *troubles)
        assert world.coordinator.get(f"{PATH}/{begun}")["status"] == "failed"
        (said,) = logs
        assert said == {
            "event": "a job could not be done",
            "log_level": "warning",
            "kind": "verification",
            "job": begun,
            "error": error,
        }
    elsewhere = left(world, "running")
    prove(world, elsewhere, BUSY)
    assert world.coordinator.get(f"{PATH}/{elsewhere}")["status"] == "running"


def test_a_proof_that_is_told_to_have_failed_goes_no_further_and_never_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, now, steps = left(world), utcnow(), []

    def silent_for_long(_session: Session, tell: Callable[[int], object]) -> list[str]:
        for step, moment in enumerate((now, now + STALLED, now + STALLED), start=1):
            with frozen(moment):
                steps.append(world.coordinator.get(f"{PATH}/{begun}")["status"])
                tell(step)
        return []

    with frozen(now), monkeypatch.context() as patch:
        patch.setattr(proving, "differences", silent_for_long)
        prove(world, begun)
    assert steps == ["running", "failed"]
    with frozen(now + STALLED):
        found = world.coordinator.get(f"{PATH}/{begun}")
        assert (found["status"], found["done"]) == ("failed", 1)
        assert proved(world.coordinator)["id"] > begun
