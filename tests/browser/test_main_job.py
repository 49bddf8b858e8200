"""The main job, from the claim to the final count, by a champion on her phone and a coordinator at a desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.core.language import Language, phrase
from tests.browser.test_everybody import violations
from tests.browser.visitors import Visitors
from tests.reliability.sizes import SOAK
from tests.support.browser import session_of
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

Say = Callable[..., str]


def said_in(language: Language) -> Say:
    """Says a text of the pages in a language."""
    return lambda said, **values: phrase(said, **values).say(language)


@pytest.mark.parametrize(("language", "scripts"), [("en", True), ("es", False), *([("es", True)] if SOAK else [])])
def test_the_main_job_is_done_in_a_browser(
    visitors: Visitors, world: World, language: Language, *, scripts: bool
) -> None:
    say = said_in(language)
    conference = world.conference(starts_in=-1, days=4, timezone="UTC", name="Congreso de prueba")
    her = visitors.signed_in(session_of(world, world.ana), language=language, width=320, scripts=scripts)
    staff = visitors.signed_in(session_of(world, world.coordinator), language=language, width=1280, scripts=scripts)

    for page in (her, staff):
        page.goto(f"/?lang={language}")
    her.goto(f"/conferences/{conference['id']}")
    her.get_by_label(say("How many ribbons?")).fill("80")
    her.get_by_role("button", name=say("I bring ribbons")).dblclick()
    expect(her.get_by_role("status")).to_contain_text(say("Thank you! You have asked for this conference."))
    claim = her.url.partition("?")[0]

    staff.goto("/todo")
    staff.get_by_role("button", name=say("Accept")).click()
    staff.goto(f"{claim}/ship")
    staff.get_by_role("button", name=say("Prepare the box")).click()
    box = staff.url
    staff.get_by_role("button", name=say("It is packed")).click()
    staff.goto(box)
    staff.get_by_label(say("Tracking number")).fill("9400")
    staff.get_by_role("button", name=say("It is sent")).click()
    expect(staff.get_by_text("9400")).to_be_visible()

    her.goto(f"{claim}/box")
    her.locator("input[name$='/received']").fill("78")
    her.locator("main form button").first.click()
    expect(her.locator("input[name$='/received']")).to_have_count(0)  # it is counted, and the page is another one
    her.goto(f"{claim}/hand-out")
    her.get_by_label(say("How many more did you hand out?")).fill("40")
    her.get_by_role("button", name=say("Record"), exact=True).click()
    expect(her.get_by_role("status")).to_contain_text(say("Recorded."))
    her.go_back()
    her.goto(f"{claim}/met")
    her.get_by_label(say("I have asked each of them, and they said yes.")).check()
    if not scripts:  # with scripts it is kept on the phone, and looked at there
        her.get_by_label(say("Their handles")).fill("@sol_medina\n@bri chris")
        her.get_by_role("button", name=say("Record"), exact=True).click()
        expect(her.get_by_label(say("Their handles"))).to_have_value("@sol_medina\n@bri chris")
    her.get_by_label(say("Their handles")).fill("@sol_medina")
    her.get_by_role("button", name=say("Record"), exact=True).click()
    expect(her.get_by_role("status")).to_contain_text(say("Recorded."))

    her.goto(f"{claim}/close")
    her.get_by_role("button", name=say("Send the final count")).click()
    expect(her.get_by_text(say("Final count sent")).first).to_be_visible()
    assert world.coordinator.get("/coverage")["ribbons"]["handed_out"] == 40
    assert len(world.coordinator.get("/meetups")["items"]) == 1


def test_two_windows_and_a_session_that_is_over_lose_nothing(visitors: Visitors, world: World) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    world.received(claim)
    her = visitors.signed_in(session_of(world, world.ana))
    other = her.context.new_page()
    for page in (her, other):
        page.goto(f"/claims/{claim['id']}/hand-out")
        page.get_by_label("How many more did you hand out?").fill("10")
    for page in (her, other):
        page.get_by_role("button", name="Record", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Recorded.")
    her = visitors.signed_in(session_of(world, world.ana), scripts=False)  # with scripts the phone keeps it
    her.goto(f"/claims/{claim['id']}/hand-out")
    expect(her.get_by_text("20", exact=True)).to_be_visible()
    her.get_by_label("How many more did you hand out?").fill("7")
    her.context.clear_cookies()
    her.get_by_role("button", name="Record", exact=True).click()
    expect(her.get_by_role("heading", level=1)).to_have_text("You are not signed in any more")
    again = session_of(world, world.ana)
    her.context.add_cookies([{"name": "session", "value": again, "url": visitors.address, "httpOnly": True}])
    her.get_by_role("button", name="Send it again").click()
    expect(her.get_by_role("status")).to_contain_text("Recorded.")
    expect(her.get_by_text("27", exact=True)).to_be_visible()


def test_whose_session_is_over_sees_a_page_that_is_open_to_everybody(visitors: Visitors, world: World) -> None:
    conference = world.conference()
    her = visitors.signed_in(session_of(world, world.ana))
    her.goto(f"/conferences/{conference['id']}")
    her.context.clear_cookies()
    her.get_by_role("button", name="I bring ribbons").click()
    expect(her.get_by_role("heading", level=1)).to_have_text("You are not signed in any more")
    assert violations(her) == []
