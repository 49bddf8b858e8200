"""The offline path in WebKit, which is what an iPhone has. Where it is not installed, this says so loudly."""

import os
from collections.abc import Iterator

import pytest

from tests.browser.test_counter import moves
from tests.support.browser import session_of
from tests.support.cable import Cable, Line
from tests.support.webkit import WebKit, webkit, webkit_path
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

_NONE = "NOT RUN: there is no WebKit here. Install webkit2gtk-driver, xvfb and xauth."


@pytest.fixture
def window() -> Iterator[WebKit]:
    path = webkit_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(_NONE)
        pytest.skip(_NONE)
    with webkit(path) as window:
        yield window


def test_a_phone_with_webkit_counts_without_a_network_and_sends_once(
    world: World, window: WebKit, cable: Cable
) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    world.received(claim)
    path = f"/claims/{claim['id']}"
    window.goto(f"{cable.url}/about")
    window.cookie("session", session_of(world, world.ana))
    window.goto(f"{cable.url}/home?lang=en")
    window.click("#ready button")
    window.until("#saved:not(.no)", "are saved")
    window.until("#keeps:not(.no)", "can keep")
    cable.be(Line.PULLED)
    window.goto(f"{cable.url}{path}/hand-out")
    window.until("#sync", "As of ")
    for _ in range(3):
        window.click("[data-tap='1'] button")
    window.click("[data-tap='10'] button")
    window.until("#sync", "Not sent yet: 13. Safe on this phone.")
    window.goto(f"{cable.url}{path}/met")
    window.until("#sync", "Not sent yet: 1")
    cable.be(Line.ANSWERS_LOST)
    assert window.run("entries.send(true)") == "away"
    assert moves(world, path) == [13]  # it has arrived, and nobody was told
    cable.be(Line.WHOLE)
    assert window.run("entries.send(true)") == ""
    window.goto(f"{cable.url}{path}/hand-out")
    window.until("#out", "13")
    assert moves(world, path) == [13]
