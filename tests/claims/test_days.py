"""When ribbons may be handed out, and when a conference is over: days begin where it is, in summer and in winter.

The days are fixed, because clocks are put forward and back on days of their own: in Chicago on March 9 and November 2,
2025, from six hours behind UTC to five and back.
"""

from datetime import datetime, timedelta
from functools import partial

import pytest

from app.acts.policy import SHELL
from app.conferences.importers import read_conferences
from app.core.clock import frozen
from app.maintenance.tidy import tidy
from app.upkeep.imports import import_conferences
from tests.support.rules import RULES
from tests.support.world import Json, World

SECOND = timedelta(seconds=1)


def at(moment: str) -> datetime:
    """A moment of 2025 by UTC, as in ``03-09 06:00``."""
    return datetime.fromisoformat(f"2025-{moment}:00+00:00")


def conference(world: World, first: str, last: str, timezone: str) -> Json:
    """A conference on these days of 2025."""
    days: Json = {"starts_on": f"2025-{first}", "ends_on": f"2025-{last}"}
    return world.conference(name=f"Congress from {first}", timezone=timezone, **days)


OPENS = [
    # Two days before the first: winter, across each of the two switches, summer.
    ("America/Chicago", "03-07", "03-05 06:00"),
    ("America/Chicago", "03-10", "03-08 06:00"),
    ("America/Chicago", "03-11", "03-09 06:00"),
    ("America/Chicago", "03-12", "03-10 05:00"),
    ("America/Chicago", "11-03", "11-01 05:00"),
    ("America/Chicago", "11-04", "11-02 05:00"),
    ("America/Chicago", "11-05", "11-03 06:00"),
    # Half the world away it is tomorrow already; clocks go back there on April 6.
    ("Pacific/Auckland", "04-07", "04-04 11:00"),
    ("Pacific/Auckland", "04-09", "04-06 12:00"),
]


@pytest.mark.parametrize(("timezone", "first", "opens"), OPENS)
def test_ribbons_are_handed_out_from_the_beginning_of_a_day_there(
    world: World, timezone: str, first: str, opens: str
) -> None:
    with frozen(at("02-01 12:00")):
        claim = world.deputized(conference(world, first, first, timezone))
        world.received(claim)
    path, one = f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 1}
    with frozen(at(opens) - SECOND):
        refused = world.ana.post(path, one, status=409)
        assert refused["opens_on"] == (datetime.fromisoformat(f"2025-{first}") - timedelta(days=2)).date().isoformat()
    with frozen(at(opens)):
        world.ana.post(path, one, status=201)


@pytest.mark.parametrize(
    ("timezone", "first", "begins"),
    [
        ("America/Chicago", "03-09", "03-09 06:00"),
        ("America/Chicago", "03-10", "03-10 05:00"),
        ("America/Chicago", "11-02", "11-02 05:00"),
        ("America/Chicago", "11-03", "11-03 06:00"),
    ],
)
def test_a_claim_is_closed_from_the_first_day_on(world: World, timezone: str, first: str, begins: str) -> None:
    with frozen(at("02-01 12:00")):
        claim = world.deputized(conference(world, first, first, timezone))
        world.received(claim, quantity=5)
    path = f"/claims/{claim['id']}/close"
    account = {"lines": [{"design_id": world.design, "handed_out": 5, "remaining": 0}]}
    with frozen(at(begins) - SECOND):
        world.ana.post(path, account, status=409)
    with frozen(at(begins)):
        world.ana.post(path, account)


OVER = [
    ("America/Chicago", "03-08", "03-09 06:00"),
    ("America/Chicago", "03-09", "03-10 05:00"),  # a day of 23 hours
    ("America/Chicago", "03-10", "03-11 05:00"),
    ("America/Chicago", "11-01", "11-02 05:00"),
    ("America/Chicago", "11-02", "11-03 06:00"),  # a day of 25 hours
    ("America/Chicago", "11-03", "11-04 06:00"),
    ("Pacific/Auckland", "04-05", "04-05 11:00"),
    ("Pacific/Auckland", "04-06", "04-06 12:00"),
]


@pytest.mark.parametrize(("timezone", "last", "over"), OVER)
def test_a_conference_is_over_when_its_last_day_has_ended_there(
    world: World, timezone: str, last: str, over: str
) -> None:
    with frozen(at("02-01 12:00")):
        held = conference(world, last, last, timezone)
    path = f"/conferences/{held['id']}/claims"
    with frozen(at(over)):
        refused = world.ana.post(path, {"ribbons_requested": 10}, status=409)
        assert refused["ended_on"] == f"2025-{last}"
        world.coordinator.post(f"/conferences/{held['id']}/cancel", status=409)
    with frozen(at(over) - SECOND):
        world.ana.post(path, {"ribbons_requested": 10}, status=201)


def lists(world: World) -> Json:
    """In which lists the only conference, and the only claim of each kind, stand."""
    found: Json = {
        query: len(world.anyone.get(f"/conferences?{query}")["items"])
        for query in ("status=scheduled", "status=held", "needs_champion=true")
    }
    (listed,) = world.anyone.get("/conferences")["items"]
    assert world.anyone.get(f"/conferences/{listed['id']}") == listed
    waiting = world.coordinator.get("/todo")
    names = ("claims_to_decide", "late_to_ship", "claims_to_close_out")
    return found | {name: len(waiting[name]) for name in names} | {"said": (listed["status"], listed["needs_champion"])}


@pytest.mark.parametrize(("timezone", "last", "over"), OVER)
def test_every_list_says_of_it_what_a_claim_would_hear(world: World, timezone: str, last: str, over: str) -> None:
    with frozen(at("02-01 12:00")):
        held = conference(world, last, last, timezone)
        world.coordinator.patch(f"/conferences/{held['id']}", {"champion_limit": 2}, version=1)
        world.deputized(held, world.bea)
        world.claim(held)
    with frozen(at(over) - SECOND):
        assert lists(world) == {
            "said": ("scheduled", True),
            "status=scheduled": 1,
            "status=held": 0,
            "needs_champion=true": 1,
            "claims_to_decide": 1,
            "late_to_ship": 1,
            "claims_to_close_out": 0,
        }
    with frozen(at(over)):
        assert lists(world) == {
            "said": ("held", False),
            "status=scheduled": 0,
            "status=held": 1,
            "needs_champion=true": 0,
            "claims_to_decide": 0,
            "late_to_ship": 0,
            "claims_to_close_out": 1,
        }


@pytest.mark.parametrize(
    ("change", "over"),
    [
        ({"ends_on": "2025-04-07"}, "04-07 12:00"),
        ({"timezone": "America/Chicago"}, "04-07 05:00"),
        ({"country": "US", "state": "US-HI"}, "04-07 10:00"),
        ({"ends_on": "2025-04-08", "timezone": "UTC"}, "04-09 00:00"),
    ],
    ids=str,
)
def test_an_edit_of_days_or_zone_moves_the_moment(world: World, change: Json, over: str) -> None:
    with frozen(at("02-01 12:00")):
        held = conference(world, "04-06", "04-06", "Pacific/Auckland")
        world.coordinator.patch(f"/conferences/{held['id']}", change, version=1)
    for moment, status in ((at(over) - SECOND, "scheduled"), (at(over), "held")):
        with frozen(moment):
            assert world.anyone.get(f"/conferences/{held['id']}")["status"] == status


def test_a_request_that_nobody_decided_runs_out_when_the_conference_is_over_there(world: World) -> None:
    with frozen(at("04-06 00:00")):  # on the day before nobody would have waited any longer
        claim = world.claim(conference(world, "04-05", "04-06", "Pacific/Auckland"))
    for moment, status in ((at("04-06 12:00") - SECOND, "requested"), (at("04-06 12:00"), "declined")):
        with frozen(moment):
            world.database.run(partial(tidy, rules=RULES))
            assert world.ana.get(f"/claims/{claim['id']}")["status"] == status


def test_an_import_knows_when_its_conferences_are_over(world: World) -> None:
    file = (
        "name,starts_on,ends_on,city,state,country,mode,timezone\n"
        "Kiwi Congress,2025-04-05,2025-04-06,Auckland,,NZ,in_person,Pacific/Auckland\n"
    )
    drafts = read_conferences(file)
    world.database.run(lambda session: import_conferences(session, drafts=drafts, actor=SHELL))
    for moment, status in ((at("04-06 12:00") - SECOND, "scheduled"), (at("04-06 12:00"), "held")):
        with frozen(moment):
            (found,) = world.anyone.get("/conferences?q=kiwi")["items"]
            assert found["status"] == status


@pytest.mark.parametrize(
    ("timezone", "day", "light"),
    [("Pacific/Honolulu", "03-19", "amber"), ("UTC", "03-20", "red"), ("Pacific/Auckland", "03-20", "red")],
)
def test_days_to_ship_and_days_that_are_noted_are_those_of_the_community(
    world: World, timezone: str, day: str, light: str
) -> None:
    assert RULES.transit_days + RULES.buffer_days == 8  # so the last day to ship for the 27th is the 19th
    with world.with_settings(timezone=timezone) as here:
        with frozen(at("02-01 12:00")):
            claim = here.deputized(conference(here, "03-27", "03-27", "America/Chicago"))
            box = here.packed(claim, 10)["id"]
        with frozen(at("03-20 00:30")):
            assert here.ana.get(f"/claims/{claim['id']}")["ship_by"]["light"] == light
            for each in ("amber", "red"):
                found = here.coordinator.get(f"/claims?light={each}")["items"]
                assert [item["id"] for item in found] == ([claim["id"]] if each == light else [])
            assert here.coordinator.get("/todo")["shipments_to_send"][0]["ship_by"]["light"] == light
            here.coordinator.post(f"/shipments/{box}/send", {"carrier": "USPS"})
            here.coordinator.post(f"/shipments/{box}/deliver")
            line = here.ana.get(f"/shipments/{box}")["lines"][0]["id"]
            noted = here.ana.post(f"/shipments/{box}/receive", {"lines": [{"line_id": line, "received": 0}]})
            assert {noted[name] for name in ("shipped_on", "delivered_on", "received_on")} == {f"2025-{day}"}
        with frozen(at("03-25 00:30")):
            found = here.ana.post(f"/shipments/{box}/found", {"lines": [{"line_id": line, "quantity_found": 1}]})
            assert found["received_on"] == ("2025-03-24" if timezone == "Pacific/Honolulu" else "2025-03-25")
