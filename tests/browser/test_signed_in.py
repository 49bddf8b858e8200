"""The pages of those who are signed in, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_everybody import check
from tests.browser.visitors import Visitors
from tests.support.browser import signed_in
from tests.support.world import Caller, Json, World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")


def window_of(visitors: Visitors, world: World, who: Caller, *, scripts: bool = True) -> Page:
    """A window in which somebody is signed in."""
    page = visitors.window(scripts=scripts)
    for name, value in signed_in(world, who).cookies.items():
        page.context.add_cookies([{"name": name, "value": value, "url": visitors.address}])
    return page


def running(world: World) -> Json:
    """A claim of Ana's for a conference that began yesterday."""
    return world.deputized(world.conference(starts_in=-1, days=4))


def test_every_page_of_somebody_who_is_signed_in_is_open_to_everybody(visitors: Visitors, world: World) -> None:
    claim = running(world)
    world.received(claim, missing=2)
    box = world.sent(claim, 20)["id"]
    other, waits = world.conference(starts_in=40), world.claim(world.conference(starts_in=9), world.bea)
    page, staff = window_of(visitors, world, world.ana), window_of(visitors, world, world.coordinator)
    mine = f"/claims/{claim['id']}"
    for path in ("/home", f"/conferences/{other['id']}", mine, f"{mine}/hand-out", f"{mine}/met", f"{mine}/box"):
        check(page, path)
    check(page, f"{mine}/close")
    for path in ("/todo", f"/claims/{waits['id']}", f"{mine}/ship", f"/shipments/{box}"):
        check(staff, path)


@pytest.mark.parametrize("scripts", [True, False])
def test_hand_outs_are_counted_and_a_wrong_number_is_pointed_at(
    visitors: Visitors, world: World, *, scripts: bool
) -> None:
    claim = running(world)
    world.received(claim)
    page = window_of(visitors, world, world.ana, scripts=scripts)
    page.goto("/home")
    page.get_by_role("link", name=claim["conference_name"]).click()
    page.get_by_role("navigation", name=claim["conference_name"]).get_by_role("link", name="Hand out").click()
    page.get_by_label("How many more did you hand out?").fill("forty")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("alert")).to_contain_text("This must be a whole number")
    expect(page.get_by_label("How many more did you hand out?")).to_have_value("forty")
    if scripts:
        expect(page.get_by_role("alert")).to_be_focused()
        page.wait_for_timeout(1_000)  # a second press within a second is a slip of the finger
    page.get_by_label("How many more did you hand out?").fill("40")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("40 handed out")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Recorded.")
