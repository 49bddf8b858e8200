"""What is noted, what is counted, what is forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.clock import frozen
from app.config import settings
from app.csv_out import to_csv
from app.erasure import erase
from app.tidy import tidy
from app.verification import differences
from tests.support.world import ADDRESS, World


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_the_trail_says_who_did_what_to_what_in_which_request_and_nothing_personal(world: World) -> None:
    claim = world.claim(world.conference())
    response = world.coordinator.call("POST", f"/claims/{claim['id']}/deputize", json={"note": "Call me: Bea"})
    trail = world.coordinator.get(f"/audit?subject=claim:{claim['id']}")["items"]
    assert [(entry["principal"], entry["action"]) for entry in trail] == [
        (f"person:{world.coordinator.person_id}", "deputize_claim"),
        (f"person:{world.ana.person_id}", "claim_conference"),
    ]
    assert trail[0]["request_id"] == response.headers["X-Request-ID"]
    assert "Bea" not in world.coordinator.call("GET", "/audit.csv").text
    own = world.coordinator.get(f"/audit?principal=person:{world.ana.person_id}")["items"]
    assert [entry["action"] for entry in own] == ["claim_conference"]


def test_a_refusal_leaves_no_trail(world: World) -> None:
    before = world.coordinator.get("/audit")["items"]
    world.ana.post("/conferences/999/claims", {"ribbons_requested": 1}, status=404)
    world.ana.post("/designs", {}, status=422)
    assert world.coordinator.get("/audit")["items"] == before


def test_each_print_of_a_slip_with_an_address_is_noted(world: World) -> None:
    shipment = world.sent(world.deputized(world.conference()))
    world.coordinator.call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf")
    (entry, *_) = world.coordinator.get(f"/audit?subject=shipment:{shipment['id']}")["items"]
    assert entry["action"] == "print_packing_slip"


def test_cells_that_a_spreadsheet_would_run_are_defused() -> None:
    assert to_csv([["=1+1", "+1", "-1", "@x", "\t=1", "a=b", "1"]]) == "'=1+1,'+1,'-1,'@x,'\t=1,a=b,1\r\n"


def test_sign_in_is_throttled_per_account_and_says_when_to_come_back(world: World) -> None:
    body = {"email": "somebody@example.org"}
    answers = [world.anyone.call("POST", "/sign-in-links", json=body) for _ in range(9)]
    assert [answer.status_code for answer in answers] == [202] * 8 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 15 * 60
    assert world.anyone.call("POST", "/sign-in-links", json={"email": "other@example.org"}).status_code == 202
    with frozen(later(1)):
        assert world.anyone.call("POST", "/sign-in-links", json=body).status_code == 202


def test_one_champion_has_a_few_open_claims_only(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAMPIONS_OPEN_CLAIMS", "2")
    settings.cache_clear()
    try:
        for days in (10, 20):
            world.claim(world.conference(starts_in=days))
        third = world.conference(starts_in=30)
        refused = world.ana.post(f"/conferences/{third['id']}/claims", {"ribbons_requested": 1}, status=409)
        assert "2 open claims" in refused["detail"]
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_requests_that_nobody_decides_run_out_before_the_conference(world: World) -> None:
    claim = world.claim(world.conference(starts_in=10))
    for days, state in ((8, "requested"), (9, "declined")):
        with frozen(later(days)):
            world.database.run(tidy)
        assert world.ana.get(f"/claims/{claim['id']}")["state"] == state
    assert "expired" in world.ana.get(f"/claims/{claim['id']}")["decision_note"]


def test_addresses_are_forgotten_some_time_after_the_box_has_come(world: World) -> None:
    world.received(world.deputized(world.conference(starts_in=5)))
    kept = "SELECT (SELECT count(*) FROM shipment_address), count(*) FROM person_address WHERE person_id = :ana"

    def left(days: int) -> tuple[int, ...]:
        with frozen(later(days)):
            world.database.run(tidy)
        with world.database.reading() as session:
            return tuple(session.connection().execute(text(kept), {"ana": world.ana.person_id}).one())

    assert left(29) == (1, 1)
    # Her claim is still open, so the next box needs her address; the label of this one is done with.
    assert left(32) == (0, 1)


def test_whoever_has_her_address_forgotten_leaves_no_label_behind(world: World) -> None:
    shipment = world.received(world.deputized(world.conference()))
    assert world.ana.call("DELETE", "/me/address").status_code == 204
    with world.database.reading() as session:
        found = session.connection().execute(text("SELECT count(*) FROM shipment_address")).scalar_one()
    assert found == 0
    slip = world.coordinator.call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf")
    assert slip.status_code == 200


@pytest.mark.only_on("sqlite")
def test_erasing_a_person_leaves_no_trace_in_the_file_and_the_books_as_they_were(
    world: World, database_url: str
) -> None:
    canary = "Xochitl-Canary"
    version = world.ana.get("/me")["version"]
    world.ana.patch("/me", {"name": canary}, version=version)
    world.ana.call("PUT", "/me/address", json={**ADDRESS, "recipient": canary, "line1": f"1 {canary} St"})
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim)
    world.ana.post(
        f"/claims/{claim['id']}/hand-outs",
        {"design_id": world.design, "quantity": 1, "note": f"{canary} was here"},
        status=201,
        headers={"Idempotency-Key": "one"},
    )
    world.ana.post("/reports", {"text": f"{canary} reports"}, status=204)
    coverage = world.anyone.get("/coverage")
    path = Path(database_url.removeprefix("sqlite:///"))
    assert canary.encode() in b"".join(file.read_bytes() for file in path.parent.iterdir())
    world.database.run(lambda session: erase(session, person_id=world.ana.person_id or 0))
    world.database.dispose()
    with world.database.engine.connect() as connection:
        # What was deleted may still lie in unused pages until they are written over, or the file is rebuilt.
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("VACUUM")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert canary.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert world.anyone.get("/coverage") == coverage
    with world.database.reading() as session:
        assert differences(session) == []


def test_no_answer_is_kept_by_search_engines_and_the_counters_can_be_read(world: World) -> None:
    world.ana.post("/conferences/999/claims", {"ribbons_requested": 1}, status=404)
    assert world.client.get("/api/v1/conferences").headers["X-Robots-Tag"] == "noindex, nofollow"
    counters = world.client.get("/metrics").text
    assert 'champions_moves{reason="purchase"} 1.0' in counters
    assert "champions_retries_total" in counters
    assert "http_requests_total" in counters


def test_the_books_can_be_verified_over_http(world: World) -> None:
    assert world.coordinator.get("/admin/verify") == {"differences": []}
    with world.database.transaction() as session:
        session.connection().execute(text("UPDATE level SET on_hand = on_hand + 1 WHERE on_hand = 500"))
    assert len(world.coordinator.get("/admin/verify")["differences"]) == 1
