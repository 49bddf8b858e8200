"""What is kept of somebody who would like to bring ribbons, and for how long."""

from datetime import timedelta

from sqlmodel import select

from app.core.clock import frozen, utcnow
from app.joining.models import Application
from app.joining.service import DECIDED_DAYS, UNCONFIRMED_DAYS, confirm
from app.maintenance.erasure import erase
from app.maintenance.tidy import tidy
from tests.support.contents import contents
from tests.support.rules import KEY
from tests.support.stage import Stage
from tests.support.world import World, day


def left(world: World) -> int:
    """How many applications are kept."""
    return len(contents(world.database)["application"])


def tidied(world: World, days: float) -> int:
    """How many are left after so many days."""
    with frozen(utcnow() + timedelta(days=days)):
        world.database.run(lambda session: tidy(session, rules=world.rules))
    return left(world)


def test_what_nobody_confirms_is_forgotten_after_a_week_and_what_is_confirmed_waits(world: World) -> None:
    stage = Stage(world)
    unconfirmed, secret = stage.application()
    stage.application(confirmed=True)
    assert tidied(world, UNCONFIRMED_DAYS - 0.1) == 2
    assert tidied(world, UNCONFIRMED_DAYS + 0.1) == 1
    assert tidied(world, 300) == 1
    assert unconfirmed
    assert secret


def test_an_accepted_one_keeps_numbers_alone_and_those_for_thirty_days(world: World) -> None:
    number, _ = Stage(world).application(confirmed=True)
    made = world.coordinator.post(f"/applications/{number}/accept")
    (row,) = contents(world.database)["application"]
    assert "applicant" not in str(row).lower()
    assert made["claim_id"] is None
    assert (tidied(world, DECIDED_DAYS - 0.1), tidied(world, DECIDED_DAYS + 0.1)) == (1, 0)


def test_a_declined_one_is_gone_at_once_and_so_is_that_of_somebody_who_is_erased(world: World) -> None:
    stage = Stage(world)
    declined, _ = stage.application(confirmed=True)
    accepted, _ = stage.application(confirmed=True)
    world.coordinator.post(f"/applications/{declined}/decline", status=204)
    world.coordinator.post(f"/applications/{declined}/accept", status=404)
    person = world.coordinator.post(f"/applications/{accepted}/accept")["person_id"]
    assert left(world) == 1
    world.database.run(lambda session: erase(session, person_id=person, rules=world.rules, key=KEY))
    assert left(world) == 0


def test_nobody_decides_on_what_was_not_confirmed(world: World) -> None:
    stage = Stage(world)
    number, secret = stage.application()
    world.coordinator.post(f"/applications/{number}/accept", status=404)
    for _ in range(2):
        world.database.run(lambda session: confirm(session, secret=secret))
    world.coordinator.post(f"/applications/{number}/accept")


def test_what_is_wished_for_with_a_proposal_is_kept_alike_where_it_was_proposed_already_and_thrice_a_while(
    world: World,
) -> None:
    days = {"starts_on": day(90).isoformat(), "ends_on": day(92).isoformat()}
    new = {"name": "Congreso Ñandú", **days, "city": "Chicago", "state": "US-IL", "country": "US"}
    wish = {"name": "Nora", "email": "nora@example.org", "ribbons_wanted": 250}
    first = world.anyone.post("/conferences/propose", {**new, "ribbons": wish}, status=202)
    again = world.anyone.post("/conferences/propose", {**new, "ribbons": wish}, status=202)
    assert first == again
    with world.database.reading() as session:
        kept = session.exec(select(Application.ribbons_wanted, Application.conference_id)).all()
    (proposed,) = world.coordinator.get("/conferences?status=proposed")["items"]
    assert kept == [(250, proposed["id"])] * 2
    world.anyone.post("/conferences/propose", {**new, "ribbons": wish}, status=202)
    world.anyone.post("/conferences/propose", {**new, "ribbons": wish}, status=429)
    world.anyone.post("/conferences/propose", new, status=202)
    world.anyone.post("/conferences/propose", {**new, "ribbons": {**wish, "ribbons_wanted": 2_001}}, status=422)
    assert left(world) == 3
