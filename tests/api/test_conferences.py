"""Conferences: found by words and filters, added and edited within the rules, and held by their dates."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core.clock import frozen
from tests.support.world import Json, World

NEW = {
    "name": "A new one",
    "starts_on": "2027-11-14",
    "ends_on": "2027-11-18",
    "city": "Chicago",
    "state": "US-IL",
    "country": "US",
}

KNOWN: list[Json] = [
    {
        "name": "Congrès de cardiologie",
        "starts_in": 10,
        "city": "Montréal",
        "state": "CA-QC",
        "country": "CA",
        "specialty": "Cardiology",
        "venue": "Palais des congrès",
    },
    {"name": "Radiology Days", "starts_in": 20, "acronym": "RSNA", "specialty": "Radiology"},
    {"name": "100% Online", "starts_in": 30, "mode": "virtual", "city": "", "state": None, "specialty": ""},
    {"name": "Jornadas", "starts_in": 40, "mode": "hybrid", "city": "León", "state": "MX-GUA", "country": "MX"},
    {"name": "Last Year", "starts_in": -300, "specialty": "radiology"},
    {"name": "Called Off", "starts_in": 50, "specialty": "Surgery"},
]

FOUND = {
    "": ["Last Year", "Congrès", "Radiology", "100%", "Jornadas", "Called", "An idea"],
    "q=montreal": ["Congrès"],
    "q=MONTRÉAL": ["Congrès"],
    "q=palais cardio quebec": ["Congrès"],
    "q=congres chicago": [],
    "q=rsna": ["Radiology"],
    "q=radiol": ["Last Year", "Radiology", "Jornadas", "An idea"],
    "q=leon": ["Jornadas"],
    "q=illinois days": ["Radiology"],
    "q=%25": ["100%"],
    "q=_": [],
    "state=CA-QC": ["Congrès"],
    "country=MX": ["Jornadas"],
    "specialty=RADIOLOGY": ["Last Year", "Radiology", "Jornadas", "An idea"],
    "mode=virtual": ["100%"],
    "mode=hybrid": ["Jornadas"],
    "status=held": ["Last Year"],
    "status=cancelled": ["Called"],
    "status=proposed": ["An idea"],
    "status=scheduled": ["Congrès", "Radiology", "100%", "Jornadas"],
    "starts_after=2026-06-21": ["100%", "Jornadas", "Called", "An idea"],
    "starts_before=2026-06-21": ["Last Year", "Congrès"],
    "starts_after=2026-06-20&starts_before=2026-06-22": ["Radiology"],
    "needs_champion=true": ["Congrès", "Jornadas"],
    "needs_champion=false": ["Last Year", "Radiology", "100%", "Called", "An idea"],
    "q=congres&country=US": [],
}


def test_conferences_are_found_by_words_and_by_every_filter(world: World) -> None:
    with frozen(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        created = {each["name"]: world.conference(**each) for each in KNOWN}
        world.coordinator.post(f"/conferences/{created['Called Off']['id']}/cancel")
        world.deputized(created["Radiology Days"])
        world.ana.post("/conferences", {**NEW, "name": "An idea", "specialty": "Radiology"}, status=201)
        found = {
            query: [each["name"].split()[0] for each in world.coordinator.get(f"/conferences?{query}")["items"]]
            for query in FOUND
        }
    assert found == {query: [name.split()[0] for name in names] for query, names in FOUND.items()}


@pytest.mark.parametrize("query", ["state=Illinois", "country=usa", "status=over", "mode=tv", "starts_after=soon"])
def test_a_filter_that_cannot_be_is_refused_by_name(world: World, query: str) -> None:
    problem = world.anyone.get(f"/conferences?{query}", status=422)
    assert [error["pointer"] for error in problem["errors"]] == [query.partition("=")[0]]


def test_the_list_shows_how_many_champions_each_has(world: World) -> None:
    conference = world.conference()
    path = f"/conferences/{conference['id']}"

    def champions() -> tuple[int, bool]:
        found = world.anyone.get(path)
        return found["champions"], found["needs_champion"]

    claim = world.claim(conference)
    assert champions() == (0, True)
    world.coordinator.post(f"/claims/{claim['id']}/deputize")
    assert champions() == (1, False)
    world.coordinator.patch(path, {"champion_limit": 2}, version=1)
    assert champions() == (1, True)
    world.ana.post(f"/claims/{claim['id']}/withdraw")
    assert champions() == (0, True)


# Adding


def test_a_champion_proposes_and_a_coordinator_accepts(world: World) -> None:
    world.anyone.post("/conferences", NEW, status=401)
    proposed = world.ana.post("/conferences", NEW, status=201)
    assert (proposed["status"], proposed["needs_champion"]) == ("proposed", False)
    world.ana.post(f"/conferences/{proposed['id']}/accept", status=403)
    accepted = world.coordinator.post(f"/conferences/{proposed['id']}/accept")
    assert (accepted["status"], accepted["needs_champion"]) == ("scheduled", True)
    world.ana.post(f"/conferences/{proposed['id']}/cancel", status=403)
    assert world.coordinator.post(f"/conferences/{proposed['id']}/cancel")["status"] == "cancelled"


def test_a_coordinators_conference_is_on_the_calendar_at_once(world: World) -> None:
    assert world.coordinator.post("/conferences", NEW, status=201)["status"] == "scheduled"


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ({}, "America/Chicago"),
        ({"state": "US-CA"}, "America/Los_Angeles"),
        ({"state": "US-PR", "city": "San Juan"}, "America/Puerto_Rico"),
        ({"state": "US-FL", "timezone": "America/Chicago"}, "America/Chicago"),
        ({"state": "MX-ROO", "country": "MX"}, "America/Cancun"),
        ({"state": None, "country": "FR"}, "Europe/Paris"),
        ({"state": None, "city": "", "mode": "virtual"}, "UTC"),
    ],
    ids=str,
)
def test_the_time_zone_follows_the_place(world: World, place: Json, zone: str) -> None:
    assert world.coordinator.post("/conferences", {**NEW, **place}, status=201)["timezone"] == zone


IMPOSSIBLE: list[tuple[Json, str]] = [
    ({"state": "US-XX"}, "state"),
    ({"state": "CA-QC"}, "state"),
    ({"state": None}, "state"),
    ({"country": "PR"}, "country"),
    ({"country": "ZZ", "state": None}, "country"),
    ({"city": ""}, "city"),
    ({"timezone": "America/Springfield"}, "timezone"),
    ({"country": "AU", "state": None}, "timezone"),
    ({"ends_on": "2027-11-13"}, "ends_on"),
    ({"ends_on": "2027-12-15"}, "ends_on"),
    ({"starts_on": "1999-12-31", "ends_on": "1999-12-31"}, "starts_on"),
    ({"name": "   "}, "name"),
    ({"website": "javascript:alert(1)"}, "website"),
]


@pytest.mark.parametrize(("change", "field"), IMPOSSIBLE, ids=str)
def test_what_cannot_be_is_refused_on_the_way_in_and_as_an_edit(world: World, change: Json, field: str) -> None:
    problem = world.coordinator.post("/conferences", {**NEW, **change}, status=422)
    assert [error["pointer"] for error in problem["errors"]] == [f"#/{field}"]
    conference = world.coordinator.post("/conferences", NEW, status=201)
    path = f"/conferences/{conference['id']}"
    problem = world.coordinator.patch(path, change, version=1, status=422)
    assert [error["pointer"] for error in problem["errors"]] == [f"#/{field}"]
    assert world.anyone.get(path) == conference


# Editing


@pytest.mark.parametrize(
    ("change", "zone"),
    [
        ({"city": "Springfield"}, "America/New_York"),
        ({"state": "US-CA"}, "America/Los_Angeles"),
        ({"state": None, "country": "FR", "city": "Paris"}, "Europe/Paris"),
        ({"state": "US-CA", "timezone": "America/Denver"}, "America/Denver"),
    ],
    ids=str,
)
def test_an_edit_of_the_place_moves_the_time_zone(world: World, change: Json, zone: str) -> None:
    new = {**NEW, "timezone": "America/New_York"}
    conference = world.coordinator.post("/conferences", new, status=201)
    changed = world.coordinator.patch(f"/conferences/{conference['id']}", change, version=1)
    assert changed == {**conference, **change, "timezone": zone, "version": 2}


def test_an_edit_is_found_by_its_new_words(world: World) -> None:
    conference = world.coordinator.post("/conferences", NEW, status=201)
    world.coordinator.patch(f"/conferences/{conference['id']}", {"name": "Día de la Radiología"}, version=1)
    assert [each["id"] for each in world.anyone.get("/conferences?q=radiologia")["items"]] == [conference["id"]]
    assert world.anyone.get("/conferences?q=new")["items"] == []


def test_a_conference_is_there_once_however_it_is_written(world: World) -> None:
    first = world.coordinator.post("/conferences", {**NEW, "name": "Reunión Anual"}, status=201)
    problem = world.ana.post("/conferences", {**NEW, "name": "reunion  ANUAL"}, status=409)
    assert (problem["conference_id"], problem["errors"][0]["pointer"]) == (first["id"], "#/name")
    later = {**NEW, "name": "Reunion anual", "starts_on": "2027-11-15"}
    second = world.coordinator.post("/conferences", later, status=201)
    path = f"/conferences/{second['id']}"
    problem = world.coordinator.patch(path, {"starts_on": NEW["starts_on"]}, version=1, status=409)
    assert (problem["conference_id"], problem["errors"][0]["pointer"]) == (first["id"], "#/name")


def test_only_coordinators_edit_what_they_have_read(world: World) -> None:
    path = f"/conferences/{world.conference()['id']}"
    world.ana.patch(path, {"city": "Boston"}, version=1, status=403)
    assert world.coordinator.call("PATCH", path, json={"city": "Boston"}).status_code == 428
    world.coordinator.patch(path, {"city": "Boston"}, version=1)
    world.coordinator.patch(path, {"city": "Peoria"}, version=1, status=412)
    world.coordinator.patch(path, {"champion_limit": 0}, version=2, status=422)
    assert world.anyone.get(path)["city"] == "Boston"


# Held


def test_a_conference_was_held_from_the_day_after_its_last(world: World) -> None:
    conference = world.conference(days=2, timezone="UTC")
    over = datetime.combine(date.fromisoformat(conference["ends_on"]), time(), ZoneInfo("UTC")) + timedelta(days=1)
    for moment, status in ((over - timedelta(seconds=1), "scheduled"), (over, "held")):
        with frozen(moment):
            found = world.anyone.get(f"/conferences/{conference['id']}")
            assert (found["status"], found["needs_champion"]) == (status, status == "scheduled")
            assert len(world.anyone.get(f"/conferences?status={status}")["items"]) == 1


def test_a_specialty_is_found_in_capitals_and_without_its_accents(world: World) -> None:
    found = world.conference(specialty="cirugía")
    world.conference(starts_in=50)
    for typed in ("CIRUGIA", "Cirug%C3%ADa", "cirugia"):
        assert [item["id"] for item in world.anyone.get(f"/conferences?specialty={typed}")["items"]] == [found["id"]]


def test_the_specialties_in_use_are_suggested_and_two_of_them_become_one(world: World) -> None:
    for number, specialty in enumerate(["Cirugía", "CIRUGIA", "Surgery", "Radiology", ""]):
        world.conference(starts_in=40 + number, specialty=specialty)
    with world.doing(world.ana) as she:
        proposal = {"name": "Proposal", "starts_on": "2027-11-14", "ends_on": "2027-11-18", "city": "Chicago"}
        she.conference({**proposal, "state": "US-IL", "country": "US", "specialty": "Only proposed"})

    def in_use() -> dict[str, int]:
        items = world.anyone.get("/specialties")["items"]
        return {item["specialty"]: item["conferences"] for item in items}

    assert in_use() == {"CIRUGIA": 1, "Cirugía": 1, "Radiology": 1, "Surgery": 1}
    world.coordinator.post("/specialties/merge", {"specialty": "cirugia", "into": "Surgery"}, status=204)
    assert in_use() == {"Radiology": 1, "Surgery": 3}
    assert len(world.anyone.get("/conferences?specialty=surgery&q=surgery")["items"]) == 3
    told = world.coordinator.get("/audit?subject=specialty:cirugia:surgery")["items"]
    assert [line["action"] for line in told] == ["merge_specialties"]
    world.coordinator.post("/specialties/merge", {"specialty": "cirugia", "into": "Surgery"}, status=422)
    world.ana.post("/specialties/merge", {"specialty": "Surgery", "into": "Cirugía"}, status=403)
