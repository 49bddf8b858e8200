"""The figures that people quote, asked over the API."""

from tests.support.world import Json, World


def handed_out_at(world: World, conference: Json, number: int = 5) -> Json:
    """A claim for a conference that has begun, with ribbons handed out there."""
    claim = world.deputized(conference)
    world.received(claim, quantity=10)
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": number}, status=201)
    return claim


def test_cancelling_a_conference_takes_no_ribbons_out_of_the_quoted_figure(world: World) -> None:
    conference = world.conference(starts_in=-1)
    handed_out_at(world, conference)
    before = world.anyone.get("/coverage")
    assert before["sentence_en"] == "Ribbons have been shared at 1 conference in 1 state."
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    assert world.anyone.get("/coverage") == before


def test_a_conference_that_is_cancelled_before_anybody_wears_a_ribbon_counts_nowhere(world: World) -> None:
    conference = world.conference(starts_in=-1)
    world.deputized(conference)
    world.coordinator.post(f"/conferences/{conference['id']}/cancel")
    assert set(world.anyone.get("/coverage")["conferences"].values()) == {0}
