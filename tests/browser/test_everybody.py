"""Whoever comes, by whatever means, can use every page."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors
from tests.reliability.sizes import SOAK
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

PUBLIC = (
    *("/", "/conferences", "/conferences?year=abc", "/conferences?q=nothing+of+the+kind", "/conferences/propose"),
    *(
        "/about",
        "/privacy",
        "/coverage",
        "/join",
        "/report",
        "/sign-in",
        "/membership/prove",
        "/sign-in/code",
        "/S/UNKNOWN",
        "/nothing-here",
    ),
)
AXE = Axe()
RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOK: dict[str, Any] = {
    **RULES,
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]},
}
"""What of it depends on colours, on the width and on how long the words are."""
ROOM: dict[str, Any] = {**RULES, "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
"""What of it depends on how long the words are."""
LOOKS = {
    "en": (("light", 320, RULES), ("dark", 1280, LOOK)),
    "es": (("dark", 320, LOOK), ("light", 1280, LOOK)) if SOAK else (("dark", 320, ROOM), ("light", 1280, None)),
}
"""Day and night, phone and desk, in each language, and what axe looks for: a page has the same elements and the same
colours in both."""
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('a.button, button, input:not([type=hidden]), select, textarea, nav a')]
  .filter(one => one.checkVisibility() && !one.closest('.skip') && one.type !== 'checkbox')
  .filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))"""


def violations(page: Page, rules: Mapping[str, Any] = RULES) -> list[Any]:
    """What axe finds on a page."""
    if not page.evaluate("'axe' in window"):  # once for each page, since it is half a megabyte
        page.evaluate(AXE.axe_script)
    found = page.evaluate("rules => axe.run(rules).then(results => results.violations)", rules)
    return [(each["id"], each["nodes"][0]["html"], each["nodes"][0].get("failureSummary")) for each in found]


def check(page: Page, path: str, language: str) -> None:
    """The page as phones and desks show it, by day and by night."""
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("lang", language)
    for scheme, width, rules in LOOKS[language]:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 844})
        where = (path, scheme, width)
        assert page.evaluate(SIDEWAYS) is False, where
        assert page.evaluate(SMALL) == [], where
        assert rules is None or violations(page, rules) == [], where


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_public_page_is_open_to_everybody(visitors: Visitors, world: World, language: str) -> None:
    conferences = [world.conference(website="https://example.org"), world.conference(starts_in=-30)]
    page = visitors.window(language=language)
    card = f"/M/{world.card(world.deputized(world.conference(starts_in=0)))}"
    for path in (*PUBLIC, card, "/wished", *(f"/conferences/{each['id']}" for each in conferences)):
        check(page, path, language)


def test_the_sweep_sees_a_page_that_shuts_somebody_out(page: Page) -> None:
    page.goto("/about")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/x><input id=bare>')")
    assert {name for name, *_ in violations(page)} >= {"image-alt", "label"}
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<pre></pre>')")
    page.evaluate(
        "document.querySelector('pre').textContent = 'x'; document.querySelector('pre').style.width = '9999px'"
    )
    assert page.evaluate(SIDEWAYS) is True


def test_a_page_is_walked_by_keyboard_and_may_be_zoomed(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.set_viewport_size({"width": 640, "height": 422})  # what 1280 pixels are at 200 %
    assert page.evaluate(SIDEWAYS) is False


@pytest.mark.parametrize("scripts", [True, False])
def test_a_conference_is_found_with_scripts_and_without(visitors: Visitors, world: World, *, scripts: bool) -> None:
    world.conference(name="Congreso de Cardiología")
    page = visitors.window(scripts=scripts)
    page.goto("/")
    page.get_by_role("link", name="See all upcoming conferences").click()
    page.get_by_label("Name, city or specialty").fill("cardiologia")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Congreso de Cardiología", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Congreso de Cardiología")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("link", name="Todos los congresos")).to_be_visible()


def test_pages_hold_in_forced_colours_and_on_paper_without_what_only_a_screen_is_for(page: Page, world: World) -> None:
    conference = world.conference()
    for path in ("/", "/coverage", f"/conferences/{conference['id']}", "/sign-in"):
        page.goto(path)
        page.emulate_media(forced_colors="active", color_scheme="dark")
        page.set_viewport_size({"width": 320, "height": 844})
        assert violations(page) == [], path
        assert page.evaluate(SIDEWAYS) is False, path
        edges = page.evaluate("[...document.querySelectorAll('.button')].map(e => getComputedStyle(e).borderTopWidth)")
        assert "0px" not in edges, path
        page.emulate_media(forced_colors="none", media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", path
        assert page.locator("nav:visible, .button:visible, form:visible, .foot:visible").count() == 0, path
        ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 3 * 100, (path, ink)
        page.emulate_media(media="screen")


def test_somebody_reports_something_by_keyboard_alone(page: Page) -> None:
    page.goto("/report")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the content
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    page.keyboard.type("Somebody was rude at the booth.")
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        if page.evaluate("document.activeElement.tagName === 'BUTTON' && !!document.activeElement.form"):
            break
    assert "none" not in seen  # where the focus is can be seen
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us")
