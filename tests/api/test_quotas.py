"""How much one person may make in a day: enough for a conference, and not enough to bury somebody."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.core.clock import frozen
from tests.support.contents import contents
from tests.support.world import Json, World

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
REPORT = {"text": "what happened"}


def test_nobody_names_more_people_than_one_can_meet_in_a_day_and_what_is_too_much_is_not_there(world: World) -> None:
    with frozen(NOON):
        conference = world.conference(starts_in=0, timezone="UTC")
        world.deputized(conference)

        def meetup(*handles: str) -> Json:
            people = [{"handle": handle} for handle in handles]
            return {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": people}

        queue = [
            {**meetup(*(f"@met_{n}_{m}" for m in range(49)), "@victim"), "entry_id": str(uuid4())} for n in range(6)
        ]
        for entry in queue:
            world.ana.post("/meetups", entry, status=201)
        for entry in queue:
            world.ana.post("/meetups", entry, status=201)  # the phone sends its queue again: the same entries
        before = contents(world.database)
        refused = world.ana.post("/meetups", meetup("@victim"), status=429)
        assert refused["most"] == 300
        assert "You can go on in 12 hours" in refused["detail"]
        assert contents(world.database) == before
        world.coordinator.post("/meetups", meetup("@victim"), status=201)
    with frozen(NOON + timedelta(hours=12)):
        world.ana.post("/meetups", meetup("@victim"), status=201)


def test_what_is_refused_or_repeated_does_not_count_and_each_person_counts_alone(world: World) -> None:
    with frozen(NOON):
        for _ in range(25):
            world.ana.post("/reports", {}, status=422)
            world.ana.post("/reports", REPORT, status=204, headers={"Idempotency-Key": "once"})
        for _ in range(19):
            world.ana.post("/reports", REPORT, status=204)
        answer = world.ana.call("POST", "/reports", json=REPORT)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(12 * 3600))
        world.ana.post("/reports", REPORT, status=204, headers={"Idempotency-Key": "once"})
        world.ana.post("/reports", REPORT, status=429, headers={"Idempotency-Key": "another"})
        world.bea.post("/reports", REPORT, status=204)
    reports = contents(world.database)["report"]
    assert len(reports) == 21


def test_proposals_and_kits_have_an_end_and_coordinators_may_make_more(world: World) -> None:
    claim = world.deputized(world.conference())
    with frozen(NOON):
        for who, number, status in ((world.ana, 21, 429), (world.coordinator, 21, 201)):
            new = {"starts_on": "2027-11-14", "ends_on": "2027-11-18", "city": "Chicago", "state": "US-IL"}
            names = [f"Symposium {n} of {who.person_id}" for n in range(number)]
            made = [who.call("POST", "/conferences", json={**new, "country": "US", "name": name}) for name in names]
            assert [answer.status_code for answer in made] == [201] * 20 + [status]
        kits = [world.ana.call("GET", f"/claims/{claim['id']}/kit.pdf").status_code for _ in range(31)]
    assert kits == [200] * 30 + [429]


@pytest.mark.on_one_engine("what an act declares is no question to a database")
def test_every_act_that_makes_something_has_a_quota_and_the_document_says_so(world: World) -> None:
    document = world.client.get("/openapi.json").json()
    operations = [(method, operation) for item in document["paths"].values() for method, operation in item.items()]
    making = {
        operation["operationId"]: operation["responses"]
        for method, operation in operations
        if (method != "get" or operation["operationId"].startswith("print_"))
        and operation["operationId"] != "print_calibration_page"  # is drawn, and noted nowhere
    }
    assert len(making) > 50
    assert [name for name, responses in making.items() if "429" not in responses] == []
