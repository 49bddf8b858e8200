"""The counter on a phone: taps that gather, that all count, and that count once."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_everybody import violations
from tests.browser.visitors import Visitors
from tests.support.browser import session_of
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")


def counter(visitors: Visitors, world: World, **wishes: object) -> tuple[Page, str]:
    """Ana's counter for a conference that is on; she holds 100 ribbons. And the path of her claim."""
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    world.received(claim)
    page = visitors.signed_in(session_of(world, world.ana), **wishes)
    page.goto(f"/claims/{claim['id']}/hand-out")
    return page, f"/claims/{claim['id']}"


def tap(page: Page, said: str, times: int = 1) -> None:
    """Taps a button as fast as a finger can."""
    for _ in range(times):
        page.get_by_role("button", name=said, exact=True).click()


def handed_out(world: World, path: str) -> int:
    """What the books say."""
    return sum(line["handed_out"] for line in world.ana.get(f"{path}/account")["lines"])


def moves(world: World, path: str) -> list[int]:
    """How many ribbons each entry was about."""
    subject = f"claim:{path.rpartition('/')[2]}"
    found = world.coordinator.get(f"/stock/moves?subject={subject}&reason=hand_out")["items"]
    return sorted(move["quantity"] for move in found)


def test_fast_taps_all_count_as_one_entry_and_are_sent_once_though_the_answer_is_lost(
    visitors: Visitors, world: World
) -> None:
    page, path = counter(visitors, world)
    lost = []

    def lose_first(route: Route) -> None:
        lost.append(route.fetch().status)  # it arrives, and nobody is told
        route.abort()

    page.route("**/hand-out", lose_first, times=1)
    tap(page, "+1", 6)
    tap(page, "+5")
    tap(page, "+10")
    expect(page.locator("#out")).to_have_text("21")
    expect(page.get_by_role("status")).to_contain_text("Not sent yet: 21.")
    tap(page, "Undo +10")
    expect(page.locator("#left")).to_have_text("89")
    expect(page.get_by_role("status")).to_have_text("All sent.", timeout=20_000)
    assert (lost, moves(world, path), handed_out(world, path)) == ([200], [11], 11)
    assert [fault for fault in visitors.faults if "ERR_FAILED" not in fault] == []
    visitors.faults.clear()
    tap(page, "Undo +11")
    expect(page.locator("#out")).to_have_text("0")
    expect(page.get_by_role("status")).to_have_text("All sent.")
    assert (handed_out(world, path), moves(world, path)) == (0, [11])


def test_taps_go_along_when_the_page_is_left_at_once(visitors: Visitors, world: World) -> None:
    page, path = counter(visitors, world)
    tap(page, "+1", 3)
    page.goto("/conferences")
    page.goto(f"{path}/hand-out")
    expect(page.locator("#out")).to_have_text("3")
    expect(page.get_by_role("status")).to_have_text("All sent.")
    assert moves(world, path) == [3]


def test_without_scripts_each_tap_is_an_entry_and_a_form_that_is_sent_twice_counts_once(
    visitors: Visitors, world: World
) -> None:
    page, path = counter(visitors, world, scripts=False)
    tap(page, "+5")
    expect(page.get_by_role("status")).to_have_text("Recorded.")
    page.get_by_role("button", name="+1", exact=True).dblclick()
    expect(page.locator("#out")).to_have_text("6")
    tap(page, "Undo +1")
    expect(page.get_by_role("status")).to_have_text("Taken back.")
    assert (handed_out(world, path), moves(world, path)) == (5, [1, 5])


def test_all_of_the_counter_is_on_the_first_screen_of_a_phone(visitors: Visitors, world: World) -> None:
    page, _ = counter(visitors, world, color_scheme="dark")
    tap(page, "+5")
    expect(page.get_by_role("status")).to_have_text("All sent.")
    for width, height in ((390, 844), (375, 667)):
        page.set_viewport_size({"width": width, "height": height})
        for said in ("+1", "+5", "+10", "Undo +5"):
            expect(page.get_by_role("button", name=said, exact=True)).to_be_in_viewport(ratio=1)
        bottom = page.get_by_role("link", name="Other number").bounding_box()
        tabs = page.locator("footer").bounding_box()
        assert bottom
        assert tabs
        assert bottom["y"] + bottom["height"] <= tabs["y"]
    assert violations(page) == []
