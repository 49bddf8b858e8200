"""What waits on a phone goes in its order, and the last tap is taken back, whatever a server answers meanwhile."""

import pytest
from playwright.sync_api import Page, Route, expect

from app.acts.policy import SHELL
from app.stock.ledger import Transfer, move
from app.stock.models import Reason
from tests.browser.test_counter import moves, tap
from tests.browser.test_offline import all_sent
from tests.browser.visitors import Visitors
from tests.support.browser import session_of
from tests.support.world import DESIGN, World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")


def two_designs(world: World) -> tuple[str, int]:
    """The path of Ana's claim, for which she holds 100 ribbons of each of two designs; and the second design."""
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    red = int(world.coordinator.post("/designs", {**DESIGN, "code": "RED"}, status=201)["id"])
    with world.database.transaction() as session:
        move(session, [Transfer(red, world.vendor, world.depot, 100, Reason.PURCHASE)], actor=SHELL)
    world.received(claim)
    line = {"design_id": red, "quantity": 100}
    with world.doing(world.coordinator) as staff:
        box = staff.ship({"claim_id": claim["id"], "source_id": world.depot, "lines": [line]})
        staff.pack(box)
        staff.send(box, "9400")
    with world.doing(world.ana) as she:
        she.receive(box)
    return f"/claims/{claim['id']}", red


def busy(page: Page) -> None:
    """Has a server that is too busy answer the counter's entries, until that is taken away."""

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=503, body="")
        else:
            route.fallback()

    page.route("**/hand-out", answer)


def test_the_last_tap_is_what_is_taken_back_and_nothing_overtakes_what_came_before(
    visitors: Visitors, world: World
) -> None:
    path, red = two_designs(world)
    blue_page, red_page = (f"{path}/hand-out?design={design}" for design in (world.design, red))
    page = visitors.signed_in(session_of(world, world.ana))
    page.goto(blue_page)

    # The figures are asked for in vain, and then again.
    page.route("**/hand-out?*", lambda route: route.fulfill(status=503, body=""), times=1)
    for n in (1, 2):
        tap(page, "+1")
        all_sent(page)
        expect(page.locator("#out")).to_have_text(str(n))
    expect(page.locator("#sums")).to_have_attribute("data-out", "2")

    busy(page)
    tap(page, "+10")
    assert page.evaluate("entries.send(true)") == "busy"
    tap(page, "+1")
    page.goto(red_page)
    tap(page, "+5")
    page.goto(blue_page)
    tap(page, "+1")
    tap(page, "Undo +1")
    expect(page.locator("#out")).to_have_text("18")
    page.goto(f"{path}/close")
    for line, (handed_out, left) in enumerate(((13, 87), (5, 95))):
        page.locator(f"[id='lines/{line}/handed_out']").fill(str(handed_out))
        page.locator(f"[id='lines/{line}/remaining']").fill(str(left))
    page.get_by_role("button", name="Send the final count").click()
    expect(page.get_by_role("status").first).to_contain_text("Not sent yet: 17.")
    assert page.evaluate("entries.send(true)") == "busy"
    assert (world.ana.get(path)["status"], moves(world, path)) == ("deputized", [1, 1])
    page.unroute("**/hand-out")
    all_sent(page)
    assert (world.ana.get(path)["status"], moves(world, path)) == ("closed", [1, 1, 1, 5, 10])
    assert [fault for fault in visitors.faults if "503" not in fault] == []
    visitors.faults.clear()
