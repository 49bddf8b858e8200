"""The page on which somebody proves that a handle is theirs."""

import re

import pytest

from tests.support import profiles
from tests.support.browser import Browser
from tests.support.contents import contents
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do; tests/api does it on both")


def test_she_types_her_handle_puts_the_code_into_her_profile_and_is_in(world: World) -> None:
    browser, handle = Browser(world.client), "paz@mastodon.test.org"
    profiles.written.pop(handle, None)
    assert 'href="/membership/prove"' in browser.get("/sign-in")
    assert 'href="/membership/prove"' in browser.get("/membership/open", status=410)
    shown = browser.get("/membership/prove")
    wrong = browser.post("/membership/prove", {"handle": "@paz", "platform": ""}, status=422)
    assert ('value="@paz"' in wrong, "coordinator" in wrong, browser.cookies) == (True, True, {})
    assert browser.post("/membership/prove", {"handle": f"@{handle}", "platform": ""}) == "/membership/prove"
    assert browser.page.headers["Set-Cookie"].startswith("proving=ccp_")
    before = contents(world.database)
    shown = browser.get("/membership/prove")
    (code,) = re.findall(r'<pre id="code"[^>]*>([0-9A-Z-]{14})</pre>', shown)
    assert ("@paz@mastodon.test.org" in shown, contents(world.database)) == (True, before)
    assert code not in browser.get("/membership/prove?other=1")
    assert code not in Browser(world.client).get("/membership/prove")
    browser.post("/membership/prove/check", status=403, site="cross-site")
    assert "shows us no profile" in browser.post("/membership/prove/check", status=409)
    assert code in browser.page.text  # it is still there to be copied
    profiles.odd["mastodon.test.org"] = profiles.saying(500)
    assert "does not answer now" in browser.post("/membership/prove/check", status=502)
    profiles.odd.pop("mastodon.test.org")
    profiles.written[handle] = code
    assert browser.post("/membership/prove/check") == "/membership?done=proved"
    assert [(name, secret[:4]) for name, secret in browser.cookies.items()] == [("session", "ccv_")]
    shown = browser.get("/membership?done=proved")
    assert "Take the code out of your profile again." in shown
    assert "You proved that a handle of yours is yours." in shown


def test_a_browser_without_a_proof_or_with_one_that_is_over_begins_again(world: World) -> None:
    browser, before = Browser(world.client), len(profiles.asked)
    assert "Begin again." in browser.post("/membership/prove/check", status=410)
    browser.cookies["proving"] = "ccp_made-up:bluesky:luz.bsky.social"
    assert "Show me a code" in browser.get("/membership/prove")
    assert "Begin again." in browser.post("/membership/prove/check", status=410)
    assert len(profiles.asked) == before
