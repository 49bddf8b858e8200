"""The whole main job, from a claim to the figures."""

from datetime import UTC, datetime, timedelta

from app.core.clock import frozen
from tests.support.world import World


def test_a_champion_gets_ribbons_hands_them_out_and_closes_out(world: World) -> None:
    conference = world.conference(starts_in=30)
    claim = world.deputized(conference)
    shipment = world.received(claim, missing=2)
    assert [line["missing"] for line in shipment["lines"]] == [2]

    with frozen(datetime.now(UTC) + timedelta(days=31)):
        world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 60}, status=201)
        meetup = world.ana.post(
            "/meetups",
            {
                "conference_id": conference["id"],
                "happened_on": conference["starts_on"],
                "people": [{"handle": "@BriChristophers"}, {"handle": "https://x.com/BriChristophers?s=20"}],
            },
            status=201,
        )
        assert [person["status"] for person in meetup["people"]] == ["named", "named"]
        assert len(world.coordinator.get(f"/meetups/{meetup['id']}")["people"]) == 1
        closed = world.ana.post(
            f"/claims/{claim['id']}/close",
            {"lines": [{"design_id": world.design, "handed_out": 90, "remaining": 5, "lost": 3}]},
        )
    assert closed["status"] == "closed"
    assert closed["close_out"] == [
        {"design_id": world.design, "design_code": "BLUE", "handed_out": 90, "remaining": 5, "lost": 3}
    ]

    coverage = world.anyone.get("/coverage")
    assert coverage["sentence_en"] == "Ribbons have been shared at 1 conference in 1 state."
    assert coverage["sentence_es"] == "Se han compartido cintas en 1 congreso, en 1 estado."
    assert coverage["ribbons"] == {"ordered": 0, "on_hand": 405, "in_transit": 0, "handed_out": 90, "lost": 5}
    assert coverage["conferences"] == {
        "tracked": 1,
        "claimed": 1,
        "deputized": 1,
        "supplied": 1,
        "covered": 1,
        "closed_out": 1,
    }
