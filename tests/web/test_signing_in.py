"""Signing in with a browser: whom it lets in, what it tells, and how it ends."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from app.acts.policy import SHELL
from app.core.clock import frozen
from app.maintenance.erasure import erase
from app.people.access import WRONG_CODES, issue_sign_in_link
from app.people.schemas import NewPerson
from app.people.service import create_person
from tests.support.browser import Browser, signed_in
from tests.support.client import Client
from tests.support.contents import contents
from tests.support.pool import opened
from tests.support.rules import KEY, RULES
from tests.support.smtp import mail_server, text_of
from tests.support.world import World

pytestmark = pytest.mark.on_one_engine("pages show what acts read and do; tests/people signs in on both")


@pytest.fixture
def mailing(world: World) -> Iterator[tuple[World, list[EmailMessage]]]:
    """The community with a mail server, and the letters that it has got."""
    with mail_server() as (url, letters), world.with_settings(smtp_url=url, mail_from="r@example.org") as mailing:
        yield mailing, letters


def _ask(browser: Browser, email: str = "ana@example.org", onward: str = "") -> str:
    return browser.post("/sign-in", {"email": email, "next": onward})


def _link(letter: EmailMessage) -> str:
    return re.findall(r"http://127.0.0.1:8000(/sign-in/go\?\S+)", text_of(letter))[0]  # type: ignore[no-any-return]


def _code(letter: EmailMessage) -> str:
    return re.findall(r"^ {4}(\w{4}-\w{4})\r?$", text_of(letter), re.MULTILINE)[0]  # type: ignore[no-any-return]


def test_the_link_of_a_letter_opens_a_button_which_signs_in_once(mailing: tuple[World, list[EmailMessage]]) -> None:
    world, letters = mailing
    browser, other = Browser(world.client), Browser(world.client)
    assert browser.get("/me", status=303) == "/sign-in?next=%2Fme"
    assert _ask(browser, "ANA@example.org", "/conferences?q=a&year=2027").startswith("/sign-in/code?next=%2Fconf")
    link, before = _link(letters[0]), contents(world.database)
    for _ in range(3):  # as mail servers do
        assert "Hello, Ana" in other.get(link)
        assert other.page.headers["Referrer-Policy"] == "strict-origin"
        assert other.page.headers["Cache-Control"] == "private, no-store"
    assert contents(world.database) == before
    form = {"code": other.hidden("code"), "next": other.hidden("next")}
    other.post("/sign-in/go", form, status=403, site="cross-site")
    assert other.post("/sign-in/go", form) == "/conferences?q=a&year=2027"
    cookie = other.page.headers.get_list("Set-Cookie")[0]
    assert cookie.startswith("session=ccb_")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Ana" in other.get("/me")
    assert "Firefox on Android" in world.ana.call("GET", "/me/sessions").text
    assert "no longer works" in Browser(world.client).post("/sign-in/go", form, status=410)
    assert browser.get("/me", status=303)  # who has asked is not signed in by that


def test_the_short_code_works_in_the_browser_that_asked_and_dies_of_five_wrong_ones(
    mailing: tuple[World, list[EmailMessage]],
) -> None:
    world, letters = mailing
    asking, thief = Browser(world.client), Browser(world.client)
    _ask(asking)
    code = _code(letters[0])
    _ask(thief, "bea@example.org")
    assert "This is not the code" in thief.post("/sign-in/code", {"code": code}, status=422)
    assert f'value="{code}"' in thief.page.text
    wrong = "0000-0000" if code != "0000-0000" else "1111-1111"
    for _ in range(WRONG_CODES - 1):
        asking.post("/sign-in/code", {"code": wrong}, status=422)
    typed = {"code": f" {code.lower().replace('0', 'o').replace('1', 'l').replace('-', ' ')} ", "next": "/about"}
    assert asking.post("/sign-in/code", typed) == "/about"
    assert "Ana" in asking.get("/me")
    assert Browser(world.client).post("/sign-in/code", {"code": code}, status=422)
    invited = world.admin  # by a code that was told by other ways than a letter, in a browser that has not asked
    with world.database.transaction() as session:
        told = issue_sign_in_link(session, email="admin@example.org", minutes=15).secret
    anywhere = Browser(world.client)
    anywhere.post("/sign-in/code", {"code": told})
    assert len(invited.get("/me/sessions")["items"]) == 1
    unlucky = Browser(world.client)
    _ask(unlucky)
    _ask(unlucky)  # both are bound to this browser, and die together
    for _ in range(WRONG_CODES):
        unlucky.post("/sign-in/code", {"code": wrong}, status=422)
    for letter in letters[-2:]:
        unlucky.post("/sign-in/code", {"code": _code(letter)}, status=422)
    assert unlucky.post("/sign-in/go", {"code": re.findall(r"ccs_[\w-]+", text_of(letters[-1]))[0]}) == "/home"


def test_what_is_answered_is_the_same_for_a_known_and_an_unknown_address(
    mailing: tuple[World, list[EmailMessage]],
) -> None:
    world, letters = mailing
    seen: list[Any] = []
    for email in ("ana@example.org", "nobody@example.org"):
        browser = Browser(world.client)
        asked = _ask(browser, email), browser.page.headers["Cache-Control"], sorted(browser.cookies)
        wrong = [browser.post("/sign-in/code", {"code": "0000-0000"}, status=422) for _ in range(6)]
        seen.append((asked, browser.get("/sign-in/code"), wrong))
    assert seen[0] == seen[1]
    assert len(letters) == 1
    assert "This does not look like an e-mail" in browser.post("/sign-in", {"email": "ana@", "next": "/x"}, status=422)
    assert 'value="ana@"' in browser.page.text
    assert browser.hidden("next") == "/x"


def test_the_letter_is_in_the_language_of_its_reader_and_no_secret_is_kept_readable(
    mailing: tuple[World, list[EmailMessage]],
) -> None:
    world, letters = mailing
    world.ana.patch("/me", {"language": "es"}, version=1)
    browser = Browser(world.client, **{"Accept-Language": "en"})
    _ask(browser)
    text = text_of(letters[0])
    assert "Abre este enlace" in text
    kept = str(contents(world.database))
    secrets = [_code(letters[0]), *re.findall(r"ccs_[\w-]+", text), browser.cookies["asking"]]
    assert [secret for secret in secrets if secret in kept] == []
    browser.post("/sign-in/code", {"code": _code(letters[0])})
    assert browser.cookies["session"] not in str(contents(world.database))


@pytest.mark.parametrize(
    "onward",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "javascript:1", "/sign-in", "", "/é"],
)
def test_nobody_is_led_to_another_site(world: World, onward: str) -> None:
    browser = Browser(world.client)
    browser.get("/sign-in")
    assert "evil" not in _ask(browser, onward=onward)
    assert signed_in(world, world.ana).post("/sign-in", {"email": "x@example.org", "next": onward}).endswith("%2Fhome")


def test_only_a_session_is_a_cookie_and_each_sign_in_makes_a_new_one(
    mailing: tuple[World, list[EmailMessage]],
) -> None:
    world, letters = mailing
    browser = Browser(world.client)
    for secret in (world.ana.token or "", "ccb_guessed", "x"):
        browser.cookies["session"] = secret
        browser.get("/me", status=303)
    browser = signed_in(world, world.bea)
    old = browser.cookies["session"]
    _ask(browser)
    browser.post("/sign-in/code", {"code": _code(letters[0])})
    assert "Ana" in browser.get("/me")
    assert browser.cookies["session"] != old
    stale = Browser(world.client)
    stale.cookies["session"] = old
    assert stale.get("/me", status=303)
    assert len(world.bea.get("/me/sessions")["items"]) == 0


def test_a_session_ends_in_each_of_the_ways_in_which_it_should(world: World) -> None:
    def ended(browser: Browser) -> bool:
        browser.get("/about")
        return "/sign-out" not in browser.page.text and browser.get("/me", status=303) != ""

    out, revoked, others = signed_in(world, world.ana), signed_in(world, world.ana), signed_in(world, world.ana)
    assert out.post("/sign-out", status=403, site="cross-site")
    out.get("/me")
    kept = dict(out.cookies)
    assert out.post("/sign-out") == "/"
    assert out.cookies == {}
    out.cookies = kept
    assert ended(out)
    newest, _ = world.ana.get("/me/sessions")["items"]
    assert world.bea.call("DELETE", f"/me/sessions/{newest['id'] - 1}").status_code == 404
    assert world.ana.call("DELETE", f"/me/sessions/{newest['id'] - 1}").status_code == 204
    assert ended(revoked)
    others.get("/me")
    assert world.ana.call("DELETE", "/me/tokens").status_code == 204
    assert ended(others)
    for change in ({"role": "coordinator"}, {"active": False}):
        browser, person = signed_in(world, world.bea), world.admin.get(f"/people/{world.bea.person_id}")
        browser.get("/me")
        world.admin.patch(f"/people/{world.bea.person_id}", change, version=person["version"])
        assert ended(browser), change
    erased = signed_in(world, world.trusted)
    with world.database.transaction() as session:
        erase(session, person_id=world.trusted.person_id or 0, rules=world.rules, key=KEY)
    assert ended(erased)
    assert world.ana.person_id not in {row[1] for row in contents(world.database)["browser_session"]}


def test_a_session_lasts_while_it_is_used_and_its_use_is_noted_by_the_hour(world: World) -> None:
    browser, now = signed_in(world, world.ana), datetime.now(UTC)

    def seen() -> datetime:
        return datetime.fromisoformat(world.ana.get("/me/sessions")["items"][0]["last_seen_at"])

    first = seen()
    for minutes, noted in ((50, False), (70, True)):
        with frozen(now + timedelta(minutes=minutes)):
            browser.get("/about")
        assert (seen() > first) is noted
    with frozen(now + timedelta(days=30, minutes=69)):
        browser.get("/me")
    with frozen(now + timedelta(days=60, minutes=68)):
        browser.get("/me")
    with frozen(now + timedelta(days=90, minutes=68)):
        assert browser.get("/me", status=303)


def test_the_cookie_is_locked_to_the_host_where_we_are_reached_by_https(world: World) -> None:
    with world.with_settings(public_url="https://ribbons.example.org") as secure:
        browser = signed_in(secure, secure.ana)
        assert browser.get("/me", status=303)  # under the plain name it is nobody's
        browser.cookies = {"__Host-session": browser.cookies["session"]}
        browser.get("/me")
        _ask(browser)
        assert "__Host-asking" in browser.cookies
        assert "Secure" in browser.page.headers["Set-Cookie"]


LOCAL = {"Host": "127.0.0.1:8000"}


@contextmanager
def _demo(url: str, peer: str = "127.0.0.1", **settings: Any) -> Iterator[tuple[World, list[int]]]:
    """A database with two invented people and an app that listens on loopback, asked from there."""
    with opened(url, **{"listens_on": "127.0.0.1", **settings}) as app, Client(app) as client:
        client.peer = (peer, 50_000)
        people = []
        with app.state.database.transaction() as session:
            for name in ("Demo Ana", "Demo Bea"):
                new = NewPerson.model_validate({"name": name, "email": f"{name[5:]}@demo.example"})
                people.append(create_person(session, new=new, actor=SHELL, fictional=True).id)
        yield client, people  # type: ignore[misc]


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost", "[::1]:80"])
def test_the_demo_lets_whoever_sits_at_its_machine_in_by_a_press(database_url: str, host: str) -> None:
    with _demo(database_url) as (client, people):
        browser = Browser(client, Host=host)
        assert "Try the demo" in browser.get("/sign-in?next=/about")
        browser.post("/sign-in/demo", {"person_id": people[0]}, status=403, site="cross-site")
        assert browser.post("/sign-in/demo", {"person_id": people[1], "next": "/about"}) == "/about"
        assert "Bea" in browser.get("/me")
        Browser(client, Host=host).post("/sign-in/demo", {"person_id": 99}, status=403)


@pytest.mark.parametrize(
    ("settings", "peer", "headers"),
    [
        ({"listens_on": "0.0.0.0"}, "127.0.0.1", {}),
        ({"listens_on": ""}, "127.0.0.1", {}),
        ({"public_url": "https://ribbons.example.org"}, "127.0.0.1", {}),
        ({}, "192.0.2.7", {}),
        ({}, "127.0.0.1", {"Host": "ribbons.example.org"}),
        ({}, "127.0.0.1", {"Host": "127.0.0.1.example.org"}),
        ({}, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ({}, "127.0.0.1", {"X-Forwarded-Proto": "https"}),
        ({}, "127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
    ],
)
def test_the_demo_offers_its_people_to_nobody_else(
    database_url: str, settings: dict[str, str], peer: str, headers: dict[str, str]
) -> None:
    with _demo(database_url, peer, **settings) as (client, people):
        browser = Browser(client, **{**LOCAL, **headers})
        assert "Try the demo" not in browser.get("/sign-in")
        browser.post("/sign-in/demo", {"person_id": people[0]}, status=403)
        assert browser.cookies == {}


def test_the_demo_offers_nobody_once_somebody_real_can_sign_in(world: World, database_url: str) -> None:
    with _demo(database_url) as (client, people):
        browser = Browser(client, **LOCAL)
        assert "Try the demo" not in browser.get("/sign-in")
        browser.post("/sign-in/demo", {"person_id": people[0]}, status=403)
        real = world.ana.person_id
        browser.post("/sign-in/demo", {"person_id": real}, status=403)


def test_a_code_works_for_as_long_as_the_rules_say(mailing: tuple[World, list[EmailMessage]]) -> None:
    world, letters = mailing
    browser = Browser(world.client)
    _ask(browser)
    late = datetime.now(UTC) + timedelta(minutes=RULES.sign_in_minutes)
    with frozen(late):
        assert browser.post("/sign-in/code", {"code": _code(letters[0])}, status=422)
        assert "no longer works" in browser.get(_link(letters[0]), status=410)
