"""The pages of those who are signed in, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_everybody import check, violations
from tests.browser.visitors import Visitors
from tests.support.browser import session_of
from tests.support.stage import Stage
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

HER_OWN = ("/me", "/me/edit", "/me/address", "/me/tokens", "/me/erase")


def running(world: World) -> Json:
    """A claim of Ana's for a conference that began yesterday."""
    return world.deputized(world.conference(starts_in=-1, days=4))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_somebody_who_is_signed_in_is_open_to_everybody(
    visitors: Visitors, world: World, language: str
) -> None:
    claim = running(world)
    world.received(claim, missing=2)
    box = world.sent(claim, 20)["id"]
    other, waits = world.conference(starts_in=40), world.claim(world.conference(starts_in=9), world.bea)
    page, staff = (visitors.signed_in(session_of(world, who)) for who in (world.ana, world.coordinator))
    for each in (page, staff):
        each.goto(f"/?lang={language}")
    mine = f"/claims/{claim['id']}"
    hers = [mine, *(f"{mine}/{part}" for part in ("hand-out", "met", "box", "close", "leftovers"))]
    for path in ("/home", f"/conferences/{other['id']}", *hers, *HER_OWN):
        check(page, path, language)
    check(page, f"/S/{world.slip({'id': box})}", language)
    place = f"/stock/{world.coordinator.get(f'/shipments/{box}')['target_id']}"
    check(page, place, language)
    order = f"/orders/{Stage(world).order(placed=True)['id']}"
    of_stock = ("/depots", "/depots/new", "/orders", "/orders/new", order)
    for path in (*of_stock, "/todo", f"/claims/{waits['id']}", f"{mine}/ship", f"/shipments/{box}"):
        check(staff, path, language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_a_member_is_open_to_everybody(visitors: Visitors, world: World, language: str) -> None:
    claim = running(world)
    people = [{"handle": "@LuzMD"}]
    new = {"conference_id": claim["conference_id"], "happened_on": claim["starts_on"], "people": people}
    world.ana.post("/meetups", new, status=201)
    member = world.coordinator.get("/members?handle=@LuzMD")["items"][0]["id"]
    link = world.coordinator.post(f"/members/{member}/link", status=201)["token"]
    page = visitors.window()
    page.goto(f"/?lang={language}")
    check(page, f"/membership/open?link={link}", language)
    page.locator("main button").click()
    for path in ("/membership", "/membership/report", "/membership/erase"):
        check(page, path, language)
    hers = visitors.signed_in(session_of(world, world.ana))
    hers.goto(f"/claims/{claim['id']}/met?lang={language}")
    hers.locator("details summary:visible").first.click()
    check(hers, f"/claims/{claim['id']}/met", language)
    hers.locator("details summary:visible").first.click()
    with hers.expect_navigation():
        hers.get_by_role("button", name="@LuzMD").click()
    assert violations(hers) == []
    handed = hers.locator("#link").inner_text()
    check(page, handed.removeprefix("http://127.0.0.1:8000"), language)
    with page.expect_navigation():
        page.locator("main form button").click()
    assert violations(page) == []
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text({"en": "Thank you!", "es": "¡Gracias!"}[language])
    check(page, "/met/said?what=confirm", language)
    page.goto("/membership/prove")
    page.locator("#handle").fill("luz.bsky.social")
    page.locator("main form button").click()
    expect(page.locator("#code")).to_be_visible()
    check(page, "/membership/prove", language)


def test_who_met_her_asks_on_their_own_phone_to_be_named_and_she_says_yes(visitors: Visitors, world: World) -> None:
    claim = running(world)
    phone, hers = visitors.window(language="es"), visitors.signed_in(session_of(world, world.ana))
    phone.goto(f"/M/{world.card(claim)}")
    phone.get_by_label("Tu usuario, o el enlace de tu perfil").fill("https://bsky.app/profile/luz.bsky.social")
    phone.get_by_role("button", name="Que me nombren").click()
    expect(phone.locator("h1")).to_have_text("¡Gracias!")
    hers.goto(f"/claims/{claim['id']}/met")
    hers.get_by_role("button", name="Yes, we met").click()
    expect(hers.get_by_role("status")).to_contain_text("Recorded.")
    assert "@luz.bsky.social" in (hers.locator("main").text_content() or "")


@pytest.mark.parametrize("scripts", [True, False])
def test_hand_outs_are_counted_and_a_wrong_number_is_pointed_at(
    visitors: Visitors, world: World, *, scripts: bool
) -> None:
    claim = running(world)
    world.received(claim)
    page = visitors.signed_in(session_of(world, world.ana), scripts=scripts)
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
