"""Who brings ribbons to a conference is named on its page if they say so, and nobody else."""

import pytest

from tests.support.browser import Browser, signed_in
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a page shows what an act reads")


def test_a_champion_is_named_on_a_conferences_page_by_her_own_consent_alone(world: World) -> None:
    conference = world.conference()
    world.coordinator.patch(f"/conferences/{conference['id']}", {"champion_limit": 2}, version=conference["version"])
    for who in (world.ana, world.bea):
        world.deputized(conference, who)
    path, anybody = f"/conferences/{conference['id']}", Browser(world.client)
    assert "Who brings ribbons" not in anybody.get(path)
    ana = signed_in(world, world.ana)
    assert 'name="shown_publicly" value="true" checked' not in ana.get("/me/edit")
    form = {"name": "Ana <b>Núñez</b>", "paper_name": "", "language": "en", "version": ana.hidden("version")}
    ana.post("/me/edit", {**form, "shown_publicly": "true"})
    shown = anybody.get(path)
    assert "<dd>Ana &lt;b&gt;Núñez&lt;/b&gt;</dd>" in shown
    assert "Bea" not in shown
    assert 'name="shown_publicly" value="true" checked' in ana.get("/me/edit")
    ana.post("/me/edit", {**form, "version": ana.hidden("version")})
    assert "Who brings ribbons" not in anybody.get(path)
    version = world.bea.get("/me")["version"]
    world.bea.patch("/me", {"shown_publicly": True}, version=version)
    assert "<dd>Bea</dd>" in anybody.get(path)
    world.bea.post("/me/erase", {"email": world.bea.get("/me")["email"]})
    shown = anybody.get(path)
    assert "Who brings ribbons" not in shown
    assert "Erased" not in shown
