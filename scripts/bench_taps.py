"""Measures how soon the counter answers a tap on a slow phone, with a network and without: from the finger to the next
picture, as the browser's own Event Timing says it.

``scripts/bench taps`` needs a browser that Playwright can steer, as ``scripts/test`` installs one.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).parent.parent
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts")]

from screens import PHONE, demo  # noqa: E402

from tests.browser.conftest import browser_path  # noqa: E402

TAPS = 10
SLOWER = 6
"""How many times slower than this machine the phone is."""
WHO = "Inés Duarte Peña"
"""A coordinator, who may open each counter."""
_CLAIMS = 100

_WATCH = """() => {
  window.taps = [];
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.name === "click") window.taps.push(one.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: false });
}"""


def open_counter(page: Page) -> None:
    """Opens the first counter that has ribbons enough."""
    page.goto("/sign-in?lang=en")
    page.get_by_role("button", name=WHO).click()
    page.wait_for_url("**/home")
    for claim in range(1, _CLAIMS):
        page.goto(f"/claims/{claim}/hand-out")
        adds = page.locator("#adds")
        if adds.count() and int(adds.get_attribute("data-left") or 0) >= 2 * TAPS:
            return
    raise SystemExit("scripts/bench: nobody in the demo has ribbons to hand out")


def measure(page: Page) -> list[float]:
    """Milliseconds of each tap; those that the browser does not name took less than 16."""
    page.evaluate(_WATCH)
    for _ in range(TAPS):
        page.locator("[data-tap='1'] button").click()
    page.evaluate("new Promise(done => setTimeout(done, 500))")
    named: list[float] = page.evaluate("window.taps")
    return sorted([*named, *[16.0] * (TAPS - len(named))])


def main() -> None:
    """Prints a row for each."""
    print(f"{TAPS} taps each, a processor {SLOWER} times slower; milliseconds until the next picture")
    print(f"{'line':10}{'median':>8}{'slowest':>9}")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path())
        context = browser.new_context(
            base_url=address, viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True
        )
        page = context.new_page()
        open_counter(page)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for line in ("whole", "pulled"):
            context.set_offline(line == "pulled")
            taken = measure(page)
            print(f"{line:10}{taken[TAPS // 2]:8.0f}{taken[-1]:9.0f}")
        browser.close()


if __name__ == "__main__":
    main()
