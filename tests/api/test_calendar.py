"""The way back of what is done to conferences: restored, gone virtual and back, deleted while nothing hangs on it."""

import pytest

from app.acts.policy import SHELL
from app.conferences.importers import read_conferences
from app.upkeep.imports import import_conferences
from tests.support.world import Json, World


def standing(world: World, *claims: Json) -> list[str]:
    return [world.coordinator.get(f"/claims/{claim['id']}")["status"] for claim in claims]


def code_of_kit(world: World, claim: Json) -> Json:
    """The newest code of a claim's kit, which is printed first."""
    assert world.ana.call("GET", f"/claims/{claim['id']}/kit.pdf").status_code == 200
    (link,) = [link for link in world.coordinator.get("/links?limit=100")["items"] if link["letter"] == "C"]
    return dict(link)


@pytest.mark.parametrize("verb", ["cancel", "go-virtual"])
def test_what_a_conference_ended_by_mistake_is_what_it_was_when_that_is_taken_back(world: World, verb: str) -> None:
    conference = world.conference()
    path = f"/conferences/{conference['id']}"
    hers = world.deputized(conference)
    box, kit = world.packed(hers), code_of_kit(world, hers)
    waits, declined = world.claim(conference, world.bea), world.claim(conference, world.coordinator)
    world.coordinator.post(f"/claims/{declined['id']}/decline")
    assert kit["revoked_at"] is None
    ended = world.coordinator.post(f"{path}/{verb}")
    assert (ended["status"], ended["mode"]) == (
        ("cancelled", "in_person") if verb == "cancel" else ("scheduled", "virtual")
    )
    assert standing(world, hers, waits, declined) == ["revoked", "declined", "declined"]
    world.bea.post(f"{path}/claims", {"ribbons_requested": 5}, status=409)
    world.ana.post(f"{path}/restore", status=403)
    restored = world.coordinator.post(f"{path}/restore")
    assert restored == {**conference, "champions": 1, "needs_champion": False, "version": 3}
    assert standing(world, hers, waits, declined) == ["deputized", "requested", "declined"]
    assert code_of_kit(world, hers)["revoked_at"] is None
    again = world.bea.get(f"/claims/{waits['id']}")
    assert (again["queue_position"], again["decision_note"]) == (1, "")
    # What was packed is on the shelf, and goes again in another box.
    assert world.coordinator.get(f"/shipments/{box['id']}")["status"] == "cancelled"
    assert world.received(hers)["status"] == "received"
    assert world.differences() == []
    problem = world.coordinator.post(f"{path}/restore", status=409)
    assert (problem["current_status"], problem["allowed"]) == ("scheduled", ["cancelled", "merged"])
    told = [line["action"] for line in world.coordinator.get(f"/audit?subject=conference:{conference['id']}")["items"]]
    assert told[0] == "restore_conference"


def test_who_is_elsewhere_by_then_waits_in_line_and_who_has_left_does_not_come_back(world: World) -> None:
    conference = world.conference()
    world.coordinator.patch(f"/conferences/{conference['id']}", {"champion_limit": 3}, version=1)
    busy, gone = world.deputized(conference, world.ana), world.deputized(conference, world.bea)
    kept = world.claim(conference, world.trusted)
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    world.deputized(world.conference(name="Elsewhere"), world.ana)
    world.coordinator.patch(f"/people/{world.bea.person_id}", {"active": False}, version=1)
    world.coordinator.post(f"/conferences/{conference['id']}/restore")
    assert standing(world, busy, gone, kept) == ["requested", "revoked", "deputized"]


def test_ribbons_that_were_handed_out_keep_a_conference_in_person(world: World) -> None:
    conference = world.conference(starts_in=0, timezone="UTC")
    claim = world.deputized(conference)
    world.received(claim)
    path = f"/conferences/{conference['id']}"
    moved = world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 3}, status=201)
    world.coordinator.post(f"{path}/go-virtual", status=409)
    assert standing(world, claim) == ["deputized"]
    assert world.anyone.get(path) == {**conference, "champions": 1, "needs_champion": False}
    world.coordinator.post(f"/stock/moves/{moved['id']}/reverse", status=201)
    assert world.coordinator.post(f"{path}/go-virtual")["went_virtual"]
    assert standing(world, claim) == ["revoked"]
    tracked = world.anyone.get("/coverage")["conferences"]
    assert (tracked["tracked"], tracked["deputized"]) == (1, 0)
    # It is edited into a conference that people travel to: that is another decision, and takes nothing up again.
    world.coordinator.patch(path, {"mode": "hybrid"}, version=2)
    for verb in ("cancel", "restore"):
        world.coordinator.post(f"{path}/{verb}")
    assert standing(world, claim) == ["revoked"]


@pytest.mark.parametrize("starts_in", [-9, 60])
def test_nobody_goes_virtual_twice_or_afterwards(world: World, starts_in: int) -> None:
    conference = world.conference(starts_in=starts_in)
    path = f"/conferences/{conference['id']}/go-virtual"
    if starts_in > 0:
        world.coordinator.post(path)
    before = world.anyone.get(f"/conferences/{conference['id']}")
    world.coordinator.post(path, status=409)
    assert world.anyone.get(f"/conferences/{conference['id']}") == before


def test_a_conference_is_deleted_while_nothing_hangs_on_it_and_its_number_is_not_given_again(world: World) -> None:
    kept, wrong = world.conference(), world.conference(starts_in=61)
    world.claim(kept)
    problem = world.coordinator.call("DELETE", f"/conferences/{kept['id']}")
    assert problem.status_code == 409
    assert "1 claim" in problem.json()["detail"]
    assert world.ana.call("DELETE", f"/conferences/{wrong['id']}").status_code == 403
    assert world.coordinator.call("DELETE", f"/conferences/{wrong['id']}").status_code == 204
    world.coordinator.get(f"/conferences/{wrong['id']}", status=404)
    assert world.coordinator.call("DELETE", f"/conferences/{wrong['id']}").status_code == 404
    assert world.conference(starts_in=61)["id"] > wrong["id"]


FILE = """name,starts_on,ends_on,city,state,country,mode
First of the file,2027-11-14,2027-11-18,Chicago,US-IL,US,in_person
Second of the file,2027-12-14,2027-12-18,Chicago,US-IL,US,in_person
"""


def imported(world: World) -> int:
    with world.database.transaction() as session:
        return import_conferences(session, drafts=read_conferences(FILE), actor=SHELL).id


def test_a_whole_import_is_undone_unless_something_hangs_on_one_of_its_conferences(world: World) -> None:
    before = world.conference()
    number = imported(world)
    (found,) = world.coordinator.get("/imports")["items"]
    known = {"id": number, "kind": "conferences", "imported_by": None, "added": 2, "known": 0, "undone_by": None}
    assert known.items() <= found.items()
    second = next(each for each in world.anyone.get("/conferences?q=file")["items"] if "Second" in each["name"])
    claim = world.claim(second)
    problem = world.coordinator.post(f"/imports/{number}/undo", status=409)
    assert (problem["conference_ids"], "Second of the file" in problem["detail"]) == ([second["id"]], True)
    assert len(world.anyone.get("/conferences?q=file")["items"]) == 2
    # What hangs there hangs there for good: a claim that ended is a claim. Another file has brought nothing new.
    world.ana.post(f"/claims/{claim['id']}/withdraw")
    world.coordinator.post(f"/imports/{number}/undo", status=409)
    again = imported(world)
    assert world.coordinator.post(f"/imports/{again}/undo")["known"] == 2
    assert len(world.anyone.get("/conferences?q=file")["items"]) == 2
    with world.database.transaction() as session:
        file = FILE.replace("file", "other file").replace("2027", "2028")
        other = import_conferences(session, drafts=read_conferences(file), actor=SHELL).id
    world.ana.post(f"/imports/{other}/undo", status=403)
    undone = world.coordinator.post(f"/imports/{other}/undo")
    assert (undone["undone_by"], undone["undone_at"] is None) == (world.coordinator.person_id, False)
    assert {each["id"] for each in world.anyone.get("/conferences")["items"]} >= {before["id"], second["id"]}
    assert world.anyone.get("/conferences?q=other")["items"] == []
    world.coordinator.post(f"/imports/{other}/undo", status=409)
    world.coordinator.post("/imports/99/undo", status=404)


def test_the_same_meeting_under_two_names_becomes_one_and_the_old_one_leads_on(world: World) -> None:
    old = world.conference(starts_in=0, timezone="UTC", name="The Congress")
    into = world.conference(starts_in=0, timezone="UTC", name="El Congreso")
    world.coordinator.patch(f"/conferences/{into['id']}", {"champion_limit": 2}, version=1)
    hers, other = world.deputized(old), world.deputized(into, world.bea)
    for claim, who in ((hers, world.ana), (other, world.bea)):
        world.received(claim, who, 10)
    hand_outs = [
        world.ana.post(f"/claims/{hers['id']}/hand-outs", {"design_id": world.design, "quantity": n}, status=201)
        for n in (3, 2)
    ]
    waits = world.claim(old, world.trusted)
    met = {"conference_id": old["id"], "happened_on": old["starts_on"], "people": [{"handle": "@one"}]}
    meetup = world.ana.post("/meetups", met, status=201)
    before = world.anyone.get("/coverage")
    path = f"/conferences/{old['id']}/merge"
    world.ana.post(path, {"into": into["id"]}, status=403)
    merged = world.coordinator.post(path, {"into": into["id"]})
    assert (merged["status"], merged["merged_into"]) == ("merged", into["id"])
    assert [each["name"] for each in world.anyone.get("/conferences")["items"]] == ["El Congreso"]
    assert [each["name"] for each in world.anyone.get("/conferences?status=merged")["items"]] == ["The Congress"]
    for claim in (hers, waits):
        assert world.coordinator.get(f"/claims/{claim['id']}")["conference_name"] == "El Congreso"
    assert world.ana.get(f"/meetups/{meetup['id']}")["conference_id"] == into["id"]
    after = world.anyone.get("/coverage")
    assert (after["conferences"]["tracked"], after["conferences"]["covered"]) == (1, 1)
    assert after["ribbons"] == before["ribbons"]
    assert after["people"] == before["people"]
    # What a phone kept of the old one is booked at the other, and so is what is taken back or put right.
    assert (
        world.ana.post("/meetups", {**met, "people": [{"handle": "@two"}]}, status=201)["conference_id"] == into["id"]
    )
    third = world.coordinator.post(f"/conferences/{old['id']}/claims", {"ribbons_requested": 5}, status=201)
    assert third["conference_id"] == into["id"]
    world.coordinator.post(f"/stock/moves/{hand_outs[0]['id']}/reverse", status=201)
    corrected = world.coordinator.post(f"/stock/moves/{hand_outs[1]['id']}/correct", {"quantity": 1}, status=201)
    assert (corrected["source_name"], corrected["target_name"]) == ("El Congreso", "Ana")
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 1
    line = {"design_id": world.design, "handed_out": 4, "remaining": 5, "lost": 1}
    closed = world.ana.post(f"/claims/{hers['id']}/close", {"lines": [line]})
    assert closed["close_out"][0]["handed_out"] == 4
    # The final account is taken back where its ribbons are now.
    world.coordinator.post(f"/claims/{hers['id']}/reopen")
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 1
    world.ana.post(f"/claims/{hers['id']}/close", {"lines": [line]})
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 4
    assert world.differences() == []
    for verb in ("cancel", "restore", "accept", "go-virtual", "merge"):
        body = {"into": into["id"]} if verb == "merge" else None
        world.coordinator.post(f"/conferences/{old['id']}/{verb}", body, status=409)
    world.coordinator.patch(f"/conferences/{old['id']}", {"name": "Other"}, version=2, status=409)
    for number in (old["id"], into["id"]):
        assert world.coordinator.call("DELETE", f"/conferences/{number}").status_code == 409
    # That one turns out to be a third: what leads to it leads there.
    last = world.conference(starts_in=0, timezone="UTC", name="Reunión")
    world.coordinator.patch(f"/conferences/{last['id']}", {"champion_limit": 2}, version=1)
    world.coordinator.post(f"/conferences/{into['id']}/merge", {"into": last["id"]})
    assert world.anyone.get(f"/conferences/{old['id']}")["merged_into"] == last["id"]
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 4
    assert world.differences() == []


def test_two_claims_of_one_champion_or_more_champions_than_places_are_refused_by_name(world: World) -> None:
    old, into = world.conference(), world.conference(starts_in=61, name="The other")
    hers, waits = world.deputized(old), world.claim(into)
    path, body = f"/conferences/{old['id']}/merge", {"into": into["id"]}
    problem = world.coordinator.post(path, body, status=409)
    assert (problem["detail"].split()[0], problem["person_ids"]) == ("Ana", [world.ana.person_id])
    world.ana.post(f"/claims/{waits['id']}/withdraw")
    world.deputized(into, world.bea)
    problem = world.coordinator.post(path, body, status=409)
    assert (problem["champion_limit"], "Ana and Bea" in problem["detail"]) == (1, True)
    assert world.coordinator.get(f"/claims/{hers['id']}")["conference_id"] == old["id"]
    for wrong in ({"into": old["id"]}, {"into": 999}, {"into": world.conference(starts_in=5)["id"]}):
        if wrong["into"] not in (old["id"], 999):
            world.coordinator.post(f"/conferences/{wrong['into']}/cancel")
        refused = world.coordinator.post(path, wrong, status=422)
        assert [error["pointer"] for error in refused["errors"]] == ["#/into"]
    world.coordinator.patch(f"/conferences/{into['id']}", {"champion_limit": 2}, version=1)
    assert world.coordinator.post(path, body)["merged_into"] == into["id"]
    assert world.anyone.get(f"/conferences/{into['id']}")["champions"] == 2


def test_what_has_ribbons_does_not_turn_out_to_be_virtual(world: World) -> None:
    old, into = (world.conference(starts_in=0, timezone="UTC", name=name) for name in ("Here", "On screens"))
    hers = world.deputized(old)
    world.received(hers)
    world.ana.post(f"/claims/{hers['id']}/hand-outs", {"design_id": world.design, "quantity": 4}, status=201)
    line = {"design_id": world.design, "handed_out": 4, "remaining": 96, "lost": 0}
    world.ana.post(f"/claims/{hers['id']}/close", {"lines": [line]})
    world.coordinator.post(f"/conferences/{into['id']}/go-virtual")
    path, body = f"/conferences/{old['id']}/merge", {"into": into["id"]}
    assert "virtual" in world.coordinator.post(path, body, status=409)["detail"]
    assert world.anyone.get(f"/conferences/{old['id']}")["status"] == "scheduled"
    world.coordinator.post(f"/conferences/{into['id']}/restore")
    assert world.coordinator.post(path, body)["merged_into"] == into["id"]
