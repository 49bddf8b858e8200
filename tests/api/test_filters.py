"""Lists by what people look for: whatever its case and accents, every word of it, and a page at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from app.core.clock import frozen
from app.core.db import Database
from app.maintenance.tables import metadata
from tests.support.databases import NewDatabase
from tests.support.erasing import erase
from tests.support.world import Caller, Json, World


def ids(who: Caller, path: str, **wanted: Any) -> list[int]:
    """The ids of a list, read one entry at a time, so that each cursor goes with the filter."""
    named = {"from" if name == "first" else name: quote(str(value)) for name, value in {**wanted, "limit": 1}.items()}
    query = "&".join(f"{name}={value}" for name, value in named.items())
    found: list[int] = []
    page: Json = who.get(f"{path}?{query}")
    while page["next"]:
        found += [item["id"] for item in page["items"]]
        page = who.get(f"{path}?{query}&cursor={page['next']}")
    return found + [item["id"] for item in page["items"]]


def invited(world: World, name: str, email: str) -> int:
    person: Json = world.admin.post("/people", {"name": name, "email": email}, status=201)
    return int(person["id"])


def test_people_are_found_by_every_word_of_their_names_and_addresses(world: World) -> None:
    nuria = invited(world, "Núria Łukasz Álvarez", "n.la@example.org")
    other = invited(world, "Nuria Peña", "pena@example.org")
    for typed, expected in (
        ("NURIA", [nuria, other]),
        ("nuria alvarez", [nuria]),
        ("álvarez lukasz", [nuria]),
        ("nuria pedro", []),
        ("pena@example", [other]),
        ("%", []),
        ("nuria_alvarez", []),
    ):
        assert ids(world.coordinator, "/people", q=typed) == expected, typed
    assert ids(world.coordinator, "/people", q="nuria", role="coordinator") == []
    version = world.coordinator.get(f"/people/{other}")["version"]
    world.coordinator.patch(f"/people/{other}", {"name": "Inés Peña", "paper_name": "Agnes"}, version=version)
    assert ids(world.coordinator, "/people", q="nuria") == [nuria]
    assert ids(world.coordinator, "/people", q="agnes ines") == [other]
    with world.database.transaction() as session:
        erase(session, person_id=other)
    with world.database.reading() as session:
        kept = session.connection().execute(metadata.tables["person"].select().filter_by(id=other)).one()
    assert kept.search_text == ""
    assert ids(world.coordinator, "/people", q="erased") == []


def test_members_are_found_by_every_word_of_their_names_and_handles(world: World) -> None:
    conference = world.conference(starts_in=-1)
    world.received(world.deputized(conference))
    handles = [{"handle": handle, "platform": "x"} for handle in ("@BriChristophers", "@Sol_Medina", "@other")]
    with world.doing(world.ana) as she:
        she.meetup({"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": handles})
    bri, sol, other = (ids(world.coordinator, "/members", handle=each["handle"])[0] for each in handles)
    version = world.coordinator.get(f"/members/{sol}")["version"]
    world.coordinator.patch(f"/members/{sol}", {"display_name": "Sol Ibáñez"}, version=version)
    world.coordinator.patch(f"/members/{other}", {"person_id": world.bea.person_id}, version=version)
    for typed, expected in (
        ("brichris", [bri]),
        ("@BRICHRIS", [bri]),
        ("ibanez", [sol]),
        ("medina ibanez", [sol]),
        ("christophers ibanez", []),
        ("solxmedina", []),
        ("bea", [other]),
        ("", sorted([bri, sol, other])),
    ):
        assert ids(world.coordinator, "/members", q=typed) == expected, typed


def test_conferences_are_found_by_their_city(world: World) -> None:
    bogota = world.conference(city="Bogotá", state=None, country="CO", timezone="America/Bogota")
    later = world.conference(city="BOGOTA", state=None, country="CO", timezone="America/Bogota", starts_in=80)
    world.conference(city="Bogotá Beach", state="US-FL", timezone="America/New_York", starts_in=90)
    assert ids(world.anyone, "/conferences", city="bogota") == [bogota["id"], later["id"]]
    assert ids(world.anyone, "/conferences", city="bogota", state="US-FL") == []
    version = later["version"]
    world.coordinator.patch(f"/conferences/{later['id']}", {"city": "Cali"}, version=version)
    assert ids(world.anyone, "/conferences", city="bogotá") == [bogota["id"]]


def test_shipments_are_found_by_their_carrier(world: World) -> None:
    claims = [world.deputized(world.conference(starts_in=starts)) for starts in (40, 50, 60)]
    boxes = [world.packed(claim, 10)["id"] for claim in claims]
    for box, carrier in zip(boxes, ("Correos de México", "CORREOS DE MEXICO", "USPS"), strict=True):
        world.coordinator.post(f"/shipments/{box}/send", {"carrier": carrier})
    draft = world.shipment(claims[0], 1)["id"]
    assert ids(world.coordinator, "/shipments", carrier="correos de mexico") == [boxes[1], boxes[0]]
    assert ids(world.coordinator, "/shipments", carrier="usps", status="in_transit") == [boxes[2]]
    assert ids(world.coordinator, "/shipments", carrier="usps", status="draft") == []
    assert ids(world.coordinator, "/shipments", carrier="") == [draft]
    assert ids(world.bea, "/shipments", carrier="usps") == []


def test_boxes_and_ribbons_are_found_by_whose_they_are(world: World) -> None:
    box = world.received(world.deputized(world.conference(starts_in=-1)), quantity=30)
    own = {"source_id": box["target_id"], "target_id": world.depot}
    with world.doing(world.ana) as she:
        back = she.ship({**own, "lines": [{"design_id": world.design, "quantity": 30}]})
    other = world.sent(world.deputized(world.conference(), world.bea), quantity=5)
    for who in (world.coordinator, world.ana):
        assert ids(who, "/shipments", person_id=world.ana.person_id) == [back, box["id"]]
        (level,) = who.get(f"/stock/levels?person_id={world.ana.person_id}")["items"]
        assert (level["location_id"], level["on_hand"]) == (box["target_id"], 30)
    assert ids(world.coordinator, "/shipments", person_id=world.bea.person_id) == [other["id"]]
    assert ids(world.ana, "/shipments", person_id=world.bea.person_id) == []
    assert world.ana.get(f"/stock/levels?person_id={world.bea.person_id}")["items"] == []
    assert [entry["ribbons"] for entry in world.coordinator.get("/shipments")["items"]] == [5, 30, 30]


def test_claims_are_found_by_the_light_of_their_clock(world: World) -> None:
    for starts in (5, 7, 8, 15, 16, 80):
        who = world.bea if starts > 15 else world.ana
        world.claim(world.conference(starts_in=starts, days=1), who)
    shipped = world.deputized(world.conference(starts_in=4, days=1), world.bea)
    world.sent(shipped, 10)
    ended = world.claim(world.conference(starts_in=6, days=1), world.bea)
    world.bea.post(f"/claims/{ended['id']}/withdraw")
    shown = {
        claim["id"]: claim["ship_by"] and claim["ship_by"]["light"]
        for claim in world.coordinator.get("/claims")["items"]
    }
    assert sorted(map(str, shown.values())) == ["None", *["amber"] * 2, *["green"] * 3, *["red"] * 2]
    for light in ("red", "amber", "green"):
        expected = [claim_id for claim_id, its in shown.items() if its == light]
        assert ids(world.coordinator, "/claims", light=light) == expected
    assert ids(world.ana, "/claims", light="green") == []
    assert ids(world.coordinator, "/claims", light="green", status="deputized") == [shipped["id"]]
    world.coordinator.get("/claims?light=blue", status=422)


@pytest.mark.parametrize(("timezone", "day"), [("UTC", "2026-03-02"), ("America/Chicago", "2026-03-01")])
def test_moves_are_found_by_reason_and_by_the_days_of_the_community(world: World, timezone: str, day: str) -> None:
    with world.with_settings(timezone=timezone) as here:
        moved = []
        for moment in (datetime(2026, 3, 2, 5, 59, tzinfo=UTC), datetime(2026, 3, 2, 6, tzinfo=UTC)):
            new = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": 1}
            with frozen(moment):
                moved.append(here.coordinator.post("/stock/moves", new, status=201)["id"])
        first, second = moved
        on_both = [second, first] if timezone == "UTC" else [first]
        assert ids(here.coordinator, "/stock/moves", first=day, to=day) == on_both
        assert ids(here.coordinator, "/stock/moves", first="2026-03-02", reason="transfer")[-1] == (
            first if timezone == "UTC" else second
        )
        assert ids(here.coordinator, "/stock/moves", to="2026-02-28") == []
        assert ids(
            here.coordinator, "/stock/moves", reason="transfer", location_id=world.other_depot, to="2026-03-02"
        ) == [second, first]
        assert first not in ids(here.coordinator, "/stock/moves", reason="purchase")
        assert ids(here.coordinator, "/stock/moves", reason="purchase")
        here.coordinator.get("/stock/moves?reason=lent", status=422)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("/conferences?city=x", "ix_conference_folded_city_starts_on_id"),
        ("/conferences?state=US-TX", "ix_conference_state_starts_on_id"),
        ("/conferences?specialty=x", "ix_conference_folded_specialty_starts_on_id"),
        ("/shipments?carrier=x", "ix_shipment_folded_carrier_id"),
        ("/claims?light=red", "ix_claim_status_id"),
        ("/stock/moves?reason=lost", "ix_move_reason_id"),
        ("/stock/moves?from=2026-01-01&to=2026-01-02", "ix_move_happened_on_created_at"),
    ],
)
def test_what_is_asked_for_is_read_by_an_index(world: World, empty: Database, path: str, index: str) -> None:
    asked: list[tuple[str, Any]] = []
    engine = world.client.app.state.database.engine  # type: ignore[attr-defined]  # it is FastAPI

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    world.coordinator.get(path)
    event.remove(engine, "before_cursor_execute", note)
    ((statement, parameters),) = [one for one in asked if "LIMIT" in one[0]]
    plan = _explained(empty, [(statement, parameters)])
    found = next(step for step in plan if step.startswith(("SEARCH", "SCAN")))
    assert found.split(" (")[0].endswith(f"USING INDEX {index}"), plan


def _plans(world: World, empty: Database, who: Caller, path: str) -> list[str]:
    """How SQLite finds the rows of each statement that a request sends."""
    asked: list[tuple[str, Any]] = []
    engine = world.client.app.state.database.engine  # type: ignore[attr-defined]  # it is FastAPI

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    who.get(path)
    event.remove(engine, "before_cursor_execute", note)
    return _explained(empty, [one for one in asked if one[0].startswith(("SELECT", "WITH"))])


def _explained(empty: Database, asked: list[tuple[str, Any]]) -> list[str]:
    """The steps by which SQLite reads what statements ask for, where it does not know how small a world of tests is.

    A server looks at its tables from time to time.
    """
    with empty.engine.connect() as connection:
        return [
            row[3]
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


LARGE = (
    ("location", "sqlite_autoindex_location_2", "15007 4"),
    ("location", "ix_location_kind_id", "15007 1876 1"),
    ("move", "ix_move_source_id_id", "866906 174 1"),
    ("move", "ix_move_target_id_id", "866906 78 1"),
    ("shipment", "ix_shipment_source_id_id", "92818 92818 1"),
    ("shipment", "ix_shipment_target_id_id", "92818 19 1"),
)
"""What SQLite keeps of indexes in a community with 5,000 people, after it has looked at its tables."""


@pytest.fixture
def large(empty: Database) -> Database:
    """A database that has no row, and takes itself for a large one."""
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", list(LARGE))
        connection.exec_driver_sql("ANALYZE sqlite_schema")
    empty.engine.dispose()  # who connects anew reads it
    return empty


@pytest.fixture
def empty(new_database: NewDatabase, template_url: str) -> Iterator[Database]:
    """A database without a row."""
    with new_database(copy_of=template_url) as url:
        database = Database(url)
        yield database
        database.dispose()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("looked", [False, True])
def test_a_champion_finds_her_boxes_and_moves_by_her_own_stock_whatever_the_database_knows_of_its_tables(
    world: World, empty: Database, request: pytest.FixtureRequest, *, looked: bool
) -> None:
    database = request.getfixturevalue("large") if looked else empty
    for path, table in (("/shipments", "shipment"), ("/stock/moves", "move")):
        plans = _plans(world, database, world.ana, path)
        assert [plan for plan in plans if plan == f"SCAN {table}"] == []
        ends = {f"ix_{table}_{end}_id_id" for end in ("source", "target")}
        found = [plan.replace("COVERING ", "") for plan in plans]
        assert all(any(f"USING INDEX {index}" in plan for plan in found) for index in ends), plans


@pytest.mark.only_on("sqlite")
def test_figures_find_boxes_by_claim(world: World, empty: Database) -> None:
    plans = _plans(world, empty, world.coordinator, "/coverage")
    assert [plan for plan in plans if "shipment USING" in plan and "ix_shipment_claim_id" not in plan] == []
    assert [plan for plan in plans if plan.startswith("SCAN shipment")] == []
