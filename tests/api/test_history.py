"""What was before comes in by files that are taken back whole; what is booked late has a day of its own."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.core.csv_out import to_csv
from app.coverage.queries import coverage
from app.coverage.schemas import CoverageFilter
from tests.coverage.recount import read_all, recount
from tests.support.world import Json, World, day

HEAD = [
    "name",
    "starts_on",
    "ends_on",
    "city",
    "state",
    "country",
    "champion",
    "design",
    "handed_out",
    "day",
    "left",
    "lost",
]
CONGRESS = ["Congress of 2019", "2019-11-14", "2019-11-18", "Chicago", "US-IL", "US"]
JORNADAS = ["Jornadas", "2020-02-03", "2020-02-05", "San Juan", "US-PR", "US"]
ROWS = [
    [*CONGRESS, "ana@example.org", "BLUE", "60", "2019-11-14", "", ""],
    [*CONGRESS, "Ana@example.org", "blue", "30", "2019-11-16", "8", "2"],
    [*CONGRESS, "bea@example.org", "BLUE", "20", "", "", ""],
    [*JORNADAS, "", "BLUE", "40", "2020-02-04", "", "1"],
]


def file(*rows: Sequence[str]) -> Json:
    return {"csv": to_csv([HEAD, *map(list, rows or ROWS)])}


def everything(world: World) -> tuple[Any, ...]:
    """All that figures, books and lists say of conferences, claims and ribbons."""
    ask = world.coordinator.get
    levels = [level for level in ask("/stock/levels?limit=100")["items"] if level["on_hand"]]
    figures = ask("/coverage")
    del figures["as_of"]
    return figures, levels, ask("/conferences")["items"], ask("/claims")["items"]


def test_history_comes_in_whole_by_the_ledger_counts_in_figures_and_is_taken_back_whole(world: World) -> None:
    before = everything(world)
    figures: Json = {"rows": 4, "conferences_added": 2, "conferences_known": 0, "claims": 2}
    figures |= {"handed_out": 150, "lost": 3, "left": 8}
    tried = world.coordinator.post("/imports/history?dry_run=true", file())
    assert tried == {"import_id": None, **figures}
    assert (everything(world), world.coordinator.get("/imports")["items"]) == (before, [])
    world.ana.post("/imports/history", file(), status=403)
    done = world.coordinator.post("/imports/history", file())
    assert done == {"import_id": done["import_id"], **figures}
    found = {each["name"]: each for each in world.anyone.get("/conferences")["items"]}
    assert {name: (each["status"], each["champions"], each["timezone"]) for name, each in found.items()} == {
        "Congress of 2019": ("held", 2, "America/Chicago"),
        "Jornadas": ("held", 0, "America/Puerto_Rico"),
    }
    claims = {each["champion_name"]: each["id"] for each in world.coordinator.get("/claims")["items"]}
    hers = world.ana.get(f"/claims/{claims['Ana']}")
    (line,) = hers["close_out"]
    assert (hers["status"], hers["import_id"]) == ("closed", done["import_id"])
    assert (line["handed_out"], line["remaining"], line["lost"]) == (90, 8, 2)
    moves = world.coordinator.get(f"/stock/moves?subject=claim:{claims['Ana']}")["items"]
    assert {(m["reason"], m["source_name"], m["quantity"], m["happened_on"]) for m in moves} == {
        ("history", "Adjustment", 60, "2019-11-14"),
        ("history", "Adjustment", 30, "2019-11-16"),
        ("history", "Adjustment", 2, "2019-11-16"),
    }
    on_the_day = world.coordinator.get("/stock/moves?from=2019-11-16&to=2019-11-16")["items"]
    assert sum(move["quantity"] for move in on_the_day) == 32
    told = world.anyone.get("/coverage")
    assert told["sentence_en"] == "Ribbons have been shared at 2 conferences in 1 state and Puerto Rico."
    assert (told["ribbons"]["handed_out"], told["ribbons"]["lost"], told["ribbons"]["on_hand"]) == (150, 3, 500)
    agrees(world)
    # It is not taken back piece by piece, nor told of twice.
    world.coordinator.post(f"/stock/moves/{moves[0]['id']}/reverse", status=409)
    world.coordinator.post(f"/stock/moves/{moves[0]['id']}/correct", {"quantity": 1}, status=409)
    world.coordinator.post(f"/claims/{claims['Ana']}/reopen", status=409)
    again = world.coordinator.post("/imports/history", file(), status=422)
    assert {(error["row"], error["column"]) for error in again["errors"]} == {(2, "champion"), (5, "handed_out")}
    undone = world.coordinator.post(f"/imports/{done['import_id']}/undo")
    assert (undone["kind"], undone["undone_by"]) == ("history", world.coordinator.person_id)
    agrees(world)
    coverage_now, levels, conferences, _ = everything(world)
    assert (coverage_now, [level["on_hand"] for level in levels if level["kind"] != "vendor"]) == (
        before[0],
        [500],
    )
    assert {each["status"] for each in conferences} == {"cancelled"}
    assert world.ana.get(f"/claims/{claims['Ana']}")["status"] == "revoked"
    # Put right, it comes in again, at the same conferences.
    world.coordinator.post("/imports/history", file(*ROWS[2:]))
    assert [each["status"] for each in world.anyone.get("/conferences")["items"]] == ["held", "held"]
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 60
    agrees(world)


def agrees(world: World) -> None:
    """The books agree, and the figures are those of a recount."""
    assert world.differences() == []
    with world.database.reading() as session:
        counted = coverage(session, wanted=CoverageFilter()).model_dump()
        rows = read_all(session)
        rows["conference"] = [c for c in rows["conference"] if any(p.conference_id == c.id for p in rows["location"])]
        recounted = recount(rows, CoverageFilter())
    assert {name: counted[name] for name in recounted} == recounted


def test_history_that_something_hangs_on_by_now_is_not_taken_back(world: World) -> None:
    number = world.coordinator.post("/imports/history", file())["import_id"]
    congress = world.anyone.get("/conferences?q=2019")["items"][0]
    met = {"conference_id": congress["id"], "happened_on": "2019-11-15", "people": [{"handle": "@one"}]}
    world.ana.post("/meetups", met, status=201)
    before = everything(world)
    problem = world.coordinator.post(f"/imports/{number}/undo", status=409)
    assert (problem["conference_ids"], "Congress of 2019" in problem["detail"]) == ([congress["id"]], True)
    assert everything(world) == before
    agrees(world)


def test_a_conference_that_is_here_is_told_of_by_its_number_and_stays(world: World) -> None:
    here = world.conference(starts_in=-30)
    csv = f"conference,champion,design,handed_out,lost\n{here['id']},ana@example.org,BLUE,12,1\n"
    done = world.coordinator.post("/imports/history", {"csv": csv})
    assert (done["conferences_added"], done["conferences_known"]) == (0, 1)
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 12
    # Merged into another one, it is taken back there.
    into = world.conference(starts_in=-30, name="The same")
    world.coordinator.post(f"/conferences/{here['id']}/merge", {"into": into["id"]})
    world.coordinator.post(f"/imports/{done['import_id']}/undo")
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 0
    assert world.anyone.get(f"/conferences/{into['id']}")["status"] == "held"
    assert world.differences() == []


WRONG: list[tuple[Sequence[str], str]] = [
    ([*CONGRESS, "", "GREEN", "60", "", "", ""], "design"),
    ([*CONGRESS, "nobody@example.org", "BLUE", "60", "", "", ""], "champion"),
    ([*CONGRESS, "", "BLUE", "-1", "", "", ""], "handed_out"),
    ([*CONGRESS, "", "BLUE", "1", "2019-11-19", "", ""], "day"),
    ([*CONGRESS, "", "BLUE", "1", "", "5", ""], "left"),
    ([CONGRESS[0], "2099-11-14", "2099-11-18", *CONGRESS[3:], "", "BLUE", "1", "", "", ""], "name"),
    ([*CONGRESS[:4], "US-XX", "US", "", "BLUE", "1", "", "", ""], "state"),
]


@pytest.mark.parametrize(("row", "column"), WRONG, ids=[column for _, column in WRONG])
def test_one_row_that_cannot_be_keeps_all_of_them_out_and_is_told_by_line_and_column(
    world: World, row: Sequence[str], column: str
) -> None:
    before = everything(world)
    problem = world.coordinator.post("/imports/history", file(*ROWS, row), status=422)
    assert problem["type"] == "/problems/import-refused"
    assert [(error["row"], error["column"]) for error in problem["errors"]] == [(6, column)]
    assert everything(world) == before


def test_a_coordinator_books_a_hand_out_late_on_its_day_for_a_champion_who_could_not(world: World) -> None:
    conference = world.conference(starts_in=-1, days=2, timezone="UTC")
    claim = world.deputized(conference)
    world.received(claim)
    path, first = f"/claims/{claim['id']}/hand-outs", day(-1).isoformat()
    new = {"design_id": world.design, "quantity": 7, "happened_on": first}
    world.ana.post(path, new, status=403)
    for wrong in (day(-9), day(1)):
        world.coordinator.post(path, {**new, "happened_on": wrong.isoformat()}, status=422)
    late = world.coordinator.post(path, new, status=201)
    assert (late["happened_on"], late["source_name"], late["target_name"]) == (first, "Ana", conference["name"])
    line = {"design_id": world.design, "handed_out": 10, "remaining": 90, "lost": 0}
    world.ana.post(f"/claims/{claim['id']}/close", {"lines": [line]})
    assert world.coordinator.call("POST", path, json={**new, "happened_on": None}).status_code == 409
    world.coordinator.post(path, {**new, "quantity": 91}, status=409)
    world.coordinator.post(path, new, status=201)
    assert world.anyone.get("/coverage")["ribbons"]["handed_out"] == 17
    assert len(world.coordinator.get(f"/stock/moves?from={first}&to={first}&reason=hand_out")["items"]) == 2
    taken_back = world.coordinator.post(f"/stock/moves/{late['id']}/reverse", status=409)
    assert "counted since" in taken_back["detail"]
    assert world.differences() == []
    waiting = world.claim(world.conference(starts_in=-1, days=4, name="Another"), world.bea)
    world.coordinator.post(f"/claims/{waiting['id']}/hand-outs", new, status=409)
