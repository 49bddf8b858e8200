"""A real browser before real servers. Where there is none, these tests say so loudly; continuous integration fails.

``scripts/test`` installs one where it may. ``CHAMPIONS_TEST_BROWSER`` may name another.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.visitors import Visitors
from tests.support.cable import Cable, cable_to
from tests.support.server import running_servers
from tests.support.world import Json, World

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_NONE = "NOT RUN: there is no browser here. Install chromium, or name one in CHAMPIONS_TEST_BROWSER."


def browser_path() -> str | None:
    """The browser of this machine."""
    named = [os.environ["CHAMPIONS_TEST_BROWSER"]] if "CHAMPIONS_TEST_BROWSER" in os.environ else NAMES
    return next((path for path in map(shutil.which, named) if path), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a module; it must be gone before a test that starts an event loop of its own."""
    path = browser_path()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(_NONE)
        pytest.skip(_NONE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--font-render-hinting=none"])
        yield started
        started.close()


@pytest.fixture
def address(world: World, database_url: str) -> Iterator[str]:
    """Where the pages of the test's own community are."""
    assert world.url == database_url
    with running_servers(database_url) as (url,):
        yield url


@pytest.fixture
def visitors(browser: Browser, address: str) -> Iterator[Visitors]:
    """Opens windows for people; a fault in a page's script or a refused resource fails the test."""
    visitors = Visitors(browser, address)
    yield visitors
    visitors.close()
    assert visitors.faults == []


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """A window of somebody whom nobody knows."""
    return visitors.window()


@pytest.fixture
def cable(address: str) -> Iterator[Cable]:
    with cable_to(address) as cable:
        yield cable


@pytest.fixture
def phones(browser: Browser, cable: Cable) -> Iterator[Visitors]:
    """Phones that are on this line. What a browser says of a line that breaks is no fault of a page's."""
    visitors = Visitors(browser, cable.url)
    yield visitors
    visitors.close()
    assert [fault for fault in visitors.faults if "net::" not in fault] == []


@pytest.fixture
def claim(world: World) -> Json:
    """Ana's, for a conference that is on; she holds 100 ribbons."""
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    world.received(claim)
    return claim
