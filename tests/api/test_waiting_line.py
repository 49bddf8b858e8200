"""The line of those who wait: who is claimed for, who is moved, who gets a place that falls free, who cannot go."""

from collections.abc import Iterator

import pytest

from app.maintenance.verification import differences
from tests.support.world import Caller, Json, World


@pytest.fixture(autouse=True)
def books_agree(world: World) -> Iterator[None]:
    yield
    with world.database.reading() as session:
        assert differences(session) == []


def statuses(world: World, conference: Json) -> dict[str, tuple[str, int | None]]:
    """How the claims of a conference stand, by champion, and their places in line."""
    claims = world.coordinator.get(f"/claims?conference_id={conference['id']}")["items"]
    return {claim["champion_name"]: (claim["status"], claim["queue_position"]) for claim in reversed(claims)}


def change(world: World, claim: Json, changes: Json, status: int = 200) -> Json:
    version = world.coordinator.get(f"/claims/{claim['id']}")["version"]
    answer: Json = world.coordinator.patch(f"/claims/{claim['id']}", changes, version=version, status=status)
    return answer


def made_inactive(world: World, who: Caller) -> None:
    world.coordinator.patch(f"/people/{who.person_id}", {"active": False}, version=1)


def test_a_coordinator_claims_for_somebody_else_and_nobody_else_does(world: World) -> None:
    path = f"/conferences/{world.conference()['id']}/claims"
    for_bea = {"ribbons_requested": 10, "champion_id": world.bea.person_id}
    world.ana.post(path, for_bea, status=403)
    claim = world.coordinator.post(path, for_bea, status=201)
    assert (claim["champion_name"], claim["status"]) == ("Bea", "requested")
    assert world.bea.get(f"/claims/{claim['id']}")["queue_position"] == 1
    assert "Bea already has an open claim" in world.coordinator.post(path, for_bea, status=409)["detail"]
    for_trusted = {**for_bea, "champion_id": world.trusted.person_id}
    assert world.coordinator.post(path, for_trusted, status=201)["status"] == "deputized"
    unknown = world.coordinator.post(path, {**for_bea, "champion_id": 999}, status=422)
    assert unknown["errors"][0]["pointer"] == "#/champion_id"
    made_inactive(world, world.ana)
    world.coordinator.post(path, {**for_bea, "champion_id": world.ana.person_id}, status=409)


def test_how_many_ribbons_a_claim_asks_for_is_changed_while_it_is_open(world: World) -> None:
    claim = world.claim(world.conference())
    assert change(world, claim, {"ribbons_requested": 7})["ribbons_requested"] == 7
    world.ana.patch(f"/claims/{claim['id']}", {"ribbons_requested": 9}, version=2, status=403)
    world.coordinator.patch(f"/claims/{claim['id']}", {"ribbons_requested": 9}, version=1, status=412)
    world.ana.post(f"/claims/{claim['id']}/withdraw")
    assert change(world, claim, {"ribbons_requested": 9}, status=409)["current_status"] == "withdrawn"


def test_a_coordinator_moves_somebody_in_line_and_whoever_comes_later_stays_behind(world: World) -> None:
    conference = world.conference()
    world.claim(conference, world.trusted)
    for who in (world.ana, world.bea):
        claim = world.claim(conference, who)
    assert change(world, claim, {"queue_position": 1})["queue_position"] == 1
    world.claim(conference, world.coordinator)
    line = statuses(world, conference)
    assert {name: place for name, (_, place) in line.items() if place} == {"Bea": 1, "Ana": 2, "Coordinator": 3}
    assert change(world, claim, {"queue_position": 99})["queue_position"] == 3
    world.coordinator.post(f"/claims/{claim['id']}/decline")
    assert change(world, claim, {"queue_position": 1}, status=409)["current_status"] == "declined"


@pytest.mark.parametrize("how", ["withdraw", "revoke", "more champions", "made inactive", "declined before her"])
def test_a_trusted_champion_who_is_first_in_line_gets_the_place_that_falls_free(world: World, how: str) -> None:
    conference = world.conference()
    taken = world.deputized(conference, world.ana)
    if how == "declined before her":
        before = world.claim(conference, world.bea)
    world.claim(conference, world.trusted)
    world.claim(conference, world.coordinator)
    if how == "more champions":
        path, version = f"/conferences/{conference['id']}", conference["version"]
        world.coordinator.patch(path, {"champion_limit": 2}, version=version)
    elif how == "made inactive":
        made_inactive(world, world.ana)
    elif how == "declined before her":
        world.coordinator.post(f"/claims/{taken['id']}/revoke")
        assert statuses(world, conference)["Trusted"] == ("requested", 2), "who is not trusted waits, and all behind"
        world.coordinator.post(f"/claims/{before['id']}/decline")
    else:
        (world.ana if how == "withdraw" else world.coordinator).post(f"/claims/{taken['id']}/{how}")
    line = statuses(world, conference)
    assert line["Trusted"] == ("deputized", None)
    assert line["Coordinator"] == ("requested", 1)


def test_whoever_is_elsewhere_on_these_days_gets_no_place_and_keeps_hers_in_line(world: World) -> None:
    conference = world.conference()
    taken = world.deputized(conference, world.ana)
    world.claim(conference, world.trusted)
    world.claim(world.conference(name="Elsewhere"), world.trusted)
    world.ana.post(f"/claims/{taken['id']}/withdraw")
    assert statuses(world, conference)["Trusted"] == ("requested", 1)


def test_the_claims_of_somebody_made_inactive_end_and_todo_says_who_is_missing_where(world: World) -> None:
    waiting, taken = world.conference(starts_in=20), world.conference(starts_in=40)
    on = world.conference(starts_in=0, timezone="UTC")
    world.claim(waiting)
    box = world.packed(world.deputized(taken), 10)
    began = world.deputized(on)
    world.received(began, quantity=5)
    world.ana.post(f"/claims/{began['id']}/hand-outs", {"design_id": world.design, "quantity": 5}, status=201)
    made_inactive(world, world.ana)
    ended = {
        claim["conference_id"]: (claim["status"], claim["decision_note"])
        for claim in world.coordinator.get(f"/claims?champion_id={world.ana.person_id}")["items"]
    }
    note = "This account was made inactive."
    assert ended[waiting["id"]] == ("declined", note)
    assert ended[taken["id"]] == ("revoked", note)
    assert ended[on["id"]][0] == "deputized", "ribbons were handed out, so somebody has to close it"
    assert world.coordinator.get(f"/shipments/{box['id']}")["status"] == "cancelled"
    missing = world.coordinator.get("/todo")["claims_to_hand_over"]
    assert [claim["conference_id"] for claim in missing] == [on["id"], taken["id"]]
    world.deputized(taken, world.bea)
    assert len(world.coordinator.get("/todo")["claims_to_hand_over"]) == 1


def test_an_admin_erases_somebody_and_nobody_else_does(world: World) -> None:
    path = f"/people/{world.ana.person_id}/erase"
    world.coordinator.post(path, {"email": "ana@example.org"}, status=403)
    refused = world.admin.post(path, {"email": "bea@example.org"}, status=422)
    assert refused["errors"][0]["pointer"] == "#/email"
    erased = world.admin.post(path, {"email": "ana@example.org"})
    assert (erased["id"], "number without a name" in erased["kept_en"]) == (world.ana.person_id, True)
    world.admin.post(path, {"email": "ana@example.org"}, status=404)
    world.ana.get("/me", status=401)
    own = {"email": "admin@example.org"}
    assert "only admin" in world.admin.post(f"/people/{world.admin.person_id}/erase", own, status=409)["detail"]
