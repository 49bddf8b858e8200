"""Takes the pictures of the pages in docs/pages: from a server of its own, with the demo community, in a real browser.

``.venv/bin/python scripts/screens.py`` needs a browser that Playwright can steer, as ``scripts/test`` installs one.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))  # the tests know how to start a server and to find a browser

from tests.browser.conftest import browser_path  # noqa: E402
from tests.support.serve import champions_serve  # noqa: E402

PHONE, DESK = (390, 844), (1280, 900)

SHOTS = (
    ("home-en", "/", None, DESK, "light", "en"),
    ("home-es-phone", "/", None, PHONE, "dark", "es"),
    ("conferences-en", "/conferences", None, DESK, "light", "en"),
    ("coverage-en", "/coverage", None, DESK, "light", "en"),
    ("mine-es-phone", "/home", "Lucía Núñez Ortega", PHONE, "light", "es"),
    ("claim-en-phone", "@claim", "Lucía Núñez Ortega", PHONE, "light", "en"),
    ("box-es-phone", "@claim/box", "Lucía Núñez Ortega", PHONE, "light", "es"),
    ("counter-en-phone", "@claim/hand-out", "Lucía Núñez Ortega", PHONE, "light", "en"),
    ("met-en-phone", "@claim/met", "Lucía Núñez Ortega", PHONE, "light", "en"),
    ("final-count-es-phone", "@claim/close", "Lucía Núñez Ortega", PHONE, "dark", "es"),
    ("what-waits-en", "/todo", "Inés Duarte Peña", DESK, "light", "en"),
    ("what-waits-es-phone", "/todo", "Inés Duarte Peña", PHONE, "dark", "es"),
)
"""Name, page, who is signed in, size, by day or by night, language; ``@claim`` is the first of her claims.

They are taken in this order: for the counter her box is counted, and ribbons are handed out.
"""


@contextmanager
def demo() -> Iterator[str]:
    """The address of a server with the demo community."""
    champions = str(Path(sys.executable).with_name("champions"))
    with tempfile.TemporaryDirectory() as folder:
        for command in (["migrate"], ["demo", "load"]):
            environment = {**os.environ, "CHAMPIONS_DATA": folder}
            subprocess.run([champions, *command], check=True, capture_output=True, env=environment)  # noqa: S603 (our own)
        with champions_serve(f"sqlite:///{folder}/champions.db", Path(folder), hand_out_days_before="30") as server:
            yield server.url


def prepare(page: Page, path: str) -> None:
    """Opens a page of a claim, with something on it to be seen."""
    claim, _, part = path.rpartition("/")
    if part == "hand-out":
        page.goto(f"{claim}/box")
        page.locator("main form[action$='/box'] button").last.click()
        page.wait_for_timeout(3_000)
        page.goto(path)
        for button in (2, 2, 1, 3, 3):
            page.locator("#adds button").nth(button - 1).click()
        page.wait_for_timeout(4_000)
        return
    page.goto(path)
    if part == "met":
        page.locator("textarea[name=people]").fill("@LuzMD\nana.bsky.social\nlinkedin.com/in/sol-medina")
    if part == "close":
        page.locator("input[name='lines/0/remaining']").fill("60")
    page.wait_for_timeout(1_000)


def shoot(browser: Browser, address: str, folder: Path) -> None:
    """Takes all pictures."""
    for name, path, who, (width, height), scheme, language in SHOTS:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=1,
        )
        page = context.new_page()
        if who:
            page.goto("/sign-in?lang=" + language)
            page.get_by_role("button", name=who).click()
            page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto(f"{'/home' if path.startswith('@claim') else path}?lang={language}")
        if path.startswith("@claim"):
            claim = page.locator(".event a[href^='/claims/']").first.get_attribute("href")
            prepare(page, f"{claim}{path.removeprefix('@claim')}")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=str(folder / f"{name}.png"))
        context.close()


def main() -> None:
    folder = PROJECT / "docs" / "pages"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright, demo() as address:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--font-render-hinting=none"])
        shoot(browser, address, folder)
        browser.close()
    print(f"{len(SHOTS)} pictures in {folder}")


if __name__ == "__main__":
    main()
