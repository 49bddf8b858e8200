"""What time does to what waits on a phone: minutes of tapping, a clock that is wrong, a day, and three months."""

from contextvars import ContextVar
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, Request, expect

from app.core import clock
from app.maintenance.tidy import tidy
from app.maintenance.verification import differences
from tests.browser.test_counter import counter, handed_out, moves, tap
from tests.browser.test_offline import all_sent, ready
from tests.browser.visitors import Visitors
from tests.support.browser import session_of
from tests.support.cable import Cable, Line
from tests.support.erasing import erase
from tests.support.server import real_app, running_servers
from tests.support.world import Json, World, day

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

_DAY_MS = 86_400_000

_MOVE_CLOCK = """ms => {
  self.right ??= Date.now;
  Date.now = () => self.right.call(Date) + ms;
}"""

_WRITE_AS_OF_BEFORE = """entries => new Promise((done, fail) => {
  const asked = indexedDB.open("champions", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const step = asked.result.transaction("entries", "readwrite");
    for (const one of entries) step.objectStore("entries").put(one);
    step.oncomplete = () => { asked.result.close(); done(); };
  };
})"""

_SENT = """new Promise(done => {
  indexedDB.open("champions", 1).onsuccess = ({ target: { result: db } }) => {
    const asked = db.transaction("entries").objectStore("entries").getAll();
    asked.onsuccess = () => { db.close(); done(asked.result.filter(one => one.done).length); };
  };
})"""

_WAIT_FOR = """async n => {
  const bodies = () => new Promise(done => {
    indexedDB.open("champions", 1).onsuccess = ({ target: { result: db } }) => {
      const asked = db.transaction("entries").objectStore("entries").getAll();
      asked.onsuccess = () => { db.close(); done(asked.result.map(one => one.body)); };
    };
  });
  for (let tries = 0; tries < 100 && (await bodies()).length !== n; tries++) {
    await new Promise(done => setTimeout(done, 50));
  }
  return bodies();
}"""
"""The bodies of what is kept, once it is so many entries."""


def sent_by(page: Page) -> list[str]:
    """What the page sends to the counter, from now on."""
    sent: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/hand-out"):
            sent.append(request.post_data or "")

    page.on("request", hear)
    return sent


def entries_in(sent: list[str]) -> set[str]:
    """What was sent, each once, but for how long ago it was."""
    return {one.split("&seconds_ago=")[0] for one in sent}


def days_booked(world: World, path: str) -> list[date]:
    """The day of each hand-out, as the books have it."""
    subject = f"claim:{path.rpartition('/')[2]}"
    found = world.coordinator.get(f"/stock/moves?subject={subject}&reason=hand_out")["items"]
    return sorted(date.fromisoformat(move["happened_on"] or move["created_at"][:10]) for move in found)


def test_sixty_taps_within_a_minute_are_a_handful_of_moves_and_an_undo_within_an_open_entry_sends_nothing(
    visitors: Visitors, world: World
) -> None:
    page, path = counter(visitors, world)
    page.clock.install()
    page.goto(f"{path}/hand-out")
    page.clock.pause_at(clock.utcnow() + timedelta(minutes=1))
    sent = sent_by(page)

    tap(page, "+5")
    tap(page, "Undo +5")
    expect(page.locator("#out")).to_have_text("0")
    page.clock.run_for(30_000)
    assert (sent, page.evaluate("entries.send(true)"), sent) == ([], "", [])

    press = page.get_by_role("button", name="+1", exact=True)
    for _ in range(60):
        press.click()
        page.clock.run_for(1_000)
    page.clock.run_for(30_000)
    all_sent(page)
    booked = moves(world, path)
    assert (sum(booked), 3 <= len(booked) <= 6) == (60, True), booked
    assert len(entries_in(sent)) == len(booked)
    assert handed_out(world, path) == 60


@pytest.mark.parametrize("wrong_by", [-365, 365])
def test_a_phone_whose_clock_is_a_year_wrong_loses_nothing_and_the_server_says_which_day_it_was(
    visitors: Visitors, world: World, cable: Cable, wrong_by: int
) -> None:
    """``wrong_by`` are days."""
    claim = world.deputized(world.conference(starts_in=-3, days=6, timezone="UTC"))
    world.received(claim)
    path = f"/claims/{claim['id']}"
    phones = Visitors(visitors.browser, cable.url)
    page = phones.signed_in(session_of(world, world.ana))

    def clock_is(days_wrong: int, days_ago: int = 0) -> None:
        """The phone's clock is wrong by so many days; and what is entered, is entered so many days ago."""
        page.evaluate(_MOVE_CLOCK, (days_wrong - days_ago) * _DAY_MS)

    try:
        page.goto(f"{path}/hand-out")
        cable.be(Line.PULLED)
        clock_is(wrong_by, days_ago=2)
        tap(page, "+5")
        clock_is(wrong_by)
        tap(page, "+1", 2)
        expect(page.get_by_role("status")).to_contain_text("Not sent yet: 7.")
        cable.be(Line.WHOLE)
        all_sent(page)
        expect(page.get_by_role("status")).to_have_text("All sent.")
        # The two taps of today went with those of the day before yesterday where these were not sealed before.
        assert (sum(moves(world, path)), days_booked(world, path)[0]) == (7, day(-2))

        cable.be(Line.PULLED)
        tap(page, "+10")
        clock_is(0)  # somebody puts it right, and what was tapped seems to be of next year, or of the last
        tap(page, "+1")
        expect(page.get_by_role("status")).to_contain_text("Not sent yet: 11.")
        cable.be(Line.WHOLE)
        all_sent(page)
        expect(page.get_by_role("status")).to_have_text("All sent.")
        expect(page.locator("#out")).to_have_text("18")
        assert sum(moves(world, path)) == 18
        assert set(days_booked(world, path)) <= {day(offset) for offset in (-3, -2, 0)}
    finally:
        phones.close()
    with world.database.reading() as session:
        assert differences(session) == []


def a_day_later(database_url: str) -> FastAPI:
    """The app as it is, 25 hours from now."""
    clock._frozen = ContextVar("frozen", default=clock.utcnow() + timedelta(hours=25))  # in all contexts
    return real_app(database_url)


def test_an_entry_that_is_sent_again_after_25_hours_counts_once(
    phones: Visitors, world: World, claim: Json, cable: Cable
) -> None:
    path = f"/claims/{claim['id']}"
    page = phones.signed_in(session_of(world, world.ana))
    page.goto(f"{path}/hand-out")
    sent = sent_by(page)
    cable.be(Line.ANSWERS_LOST)
    tap(page, "+5")
    assert page.evaluate("entries.send(true)") == "away"
    assert moves(world, path) == [5]  # it has arrived, and nobody was told
    cable.be(Line.PULLED)
    page.evaluate(_MOVE_CLOCK, 25 * 3_600_000)
    with clock.frozen(clock.utcnow() + timedelta(hours=25)), world.database.transaction() as session:
        tidy(session, rules=world.rules)  # no key of yesterday's is known any more
    with running_servers(world.url, make_app=a_day_later) as (tomorrow,):
        cable.leads_to(tomorrow)
        cable.be(Line.WHOLE)
        all_sent(page)
        expect(page.get_by_role("status")).to_have_text("All sent.")
        assert (len(sent) > 1, len(entries_in(sent))) == (True, 1)
        assert moves(world, path) == [5]
        tap(page, "+5")  # another entry of the same figures does count
        all_sent(page)
    assert moves(world, path) == [5, 5]
    cable.be(Line.PULLED)


def test_once_somebody_is_erased_nothing_of_theirs_waits_on_a_phone_and_of_others_it_does(
    phones: Visitors, world: World, claim: Json, cable: Cable
) -> None:
    path = f"/claims/{claim['id']}"
    page = ready(phones, world)
    page.goto(f"{path}/met")
    cable.be(Line.PULLED)
    page.get_by_label("Their handles").fill("@sol_medina")
    page.get_by_label("I have asked each of them").check()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Not sent yet: 1.")
    ana, undone = str(world.ana.person_id), "00000000-0000-4000-8000-000000000001"
    # As builds kept it that knew of no marks, and of a key that is lost: nobody is told by those.
    kept: list[Json] = [
        {"seq": 0.3, "who": ana, "body": f"verb=undo&request_key={undone}&number=1", "to": f"{path}/hand-out"},
        {"seq": 0.6, "who": ana, "body": "people=%40ana", "to": f"{path}/met"},
        {"who": str(world.bea.person_id), "body": "people=%40bri", "to": "/claims/1/met"},
        {"who": f"{ana}.of-another-key", "body": "people=%40ana", "to": f"{path}/met"},
    ]
    numbered = [{**one, "id": undone[:-1] + str(n), "at": 0, "said": ""} for n, one in enumerate(kept, 1)]
    page.evaluate(_WRITE_AS_OF_BEFORE, numbered)
    page.goto(f"{path}/met")  # as it is saved there
    with world.database.transaction() as session:
        erase(session, person_id=world.ana.person_id or 0)
    cable.be(Line.WHOLE)
    page.goto("/home")  # whatever is opened: the worker learns that nobody is signed in
    page.wait_for_url("**/sign-in?next=*")
    assert page.evaluate(_WAIT_FOR, 1) == ["people=%40bri"]


def test_a_final_count_never_overtakes_what_an_older_build_has_kept_of_the_same_person(
    visitors: Visitors, world: World
) -> None:
    page, path = counter(visitors, world)
    sent, design = sent_by(page), f"design_id={world.design}"
    mark = page.locator("#sync").get_attribute("data-who") or ""
    count = f"lines%2F0%2Fhanded_out=20&lines%2F0%2Fremaining=80&lines%2F0%2Flost=0&lines%2F0%2F{design}&note="
    kept: list[Json] = [
        {"who": mark.partition(".")[0], "to": f"{path}/hand-out", "body": f"{design}&quantity=20", "n": 20},
        {"who": mark, "to": f"{path}/close", "body": count},
    ]
    numbered = [
        {**one, "id": f"00000000-0000-4000-8000-00000000000{n}", "at": 0, "said": ""} for n, one in enumerate(kept)
    ]
    page.evaluate(_WRITE_AS_OF_BEFORE, numbered)

    over = {"status": 401, "json": {"entry": numbered[0]["id"], "refused": {}}}  # and then she signs in again
    page.route("**/hand-out", lambda route: route.fulfill(**over), times=1)
    assert page.evaluate("entries.send(true)") == "over"
    assert (world.ana.get(path)["status"], moves(world, path)) == ("deputized", [])
    assert [f"entry_of={mark}&" in one for one in sent] == [True]
    all_sent(page)
    assert (world.ana.get(path)["status"], moves(world, path)) == ("closed", [20])
    visitors.faults.clear()  # the answer of 401


def test_what_an_older_build_has_kept_for_three_months_is_still_sent(visitors: Visitors, world: World) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    path, box = f"/claims/{claim['id']}", world.sent(claim)
    page = visitors.signed_in(session_of(world, world.ana))
    page.goto("/about")
    now: int = page.evaluate("Date.now()")
    at, who = now - 90 * _DAY_MS, str(world.ana.person_id)
    line = box["lines"][0]["id"]
    # Word for word as the first build with a queue wrote them: this must not be changed with the queue.
    tapped = {"body": f"design_id={world.design}", "design": str(world.design), "said": "BLUE", "at": at}
    kept: list[Json] = [
        {
            "id": "00000000-0000-4000-8000-000000000001",
            "to": f"{path}/box",
            "said": box["number"],
            "at": at,
            "body": f"verb=receive&shipment_id={box['id']}&lines%2F0%2Freceived=98&lines%2F0%2Fline_id={line}&note=",
        },
        {
            **tapped,
            "id": "00000000-0000-4000-8000-000000000002",
            "to": f"{path}/hand-out",
            "body": f"{tapped['body']}&quantity=20",
            "n": 20,
        },
        {
            "id": "00000000-0000-4000-8000-000000000003",
            "to": f"{path}/hand-out",
            "said": "BLUE",
            "at": at,
            "n": -20,
            "of": "00000000-0000-4000-8000-000000000002",
            "body": "verb=undo&request_key=00000000-0000-4000-8000-000000000003",
        },
        {
            **tapped,
            "id": "00000000-0000-4000-8000-000000000004",
            "to": f"{path}/hand-out",
            "taps": [10, 1],
            "last": at,
        },
        {
            "id": "00000000-0000-4000-8000-000000000005",
            "to": f"{path}/met",
            "said": "Who I met",
            "at": at,
            "body": f"people=%40sol_medina&happened_on={day(0)}&spot=&note=&consent=yes",
        },
        {
            "id": "00000000-0000-4000-8000-000000000006",
            "to": f"{path}/close",
            "said": "Final count",
            "at": at,
            "body": "lines%2F0%2Fhanded_out=11&lines%2F0%2Fremaining=87&lines%2F0%2Flost=0"
            f"&lines%2F0%2Fdesign_id={world.design}&note=",
        },
    ]
    page.evaluate(_WRITE_AS_OF_BEFORE, [{**one, "who": who} for one in kept])
    page.goto(f"{path}/met")
    all_sent(page)
    expect(page.locator("#waiting")).to_be_hidden()
    assert page.evaluate(_SENT) == len(kept)  # the figures of a page that is open elsewhere need them for a while
    assert world.ana.get(f"/shipments/{box['id']}")["lines"][0]["received"] == 98
    assert (moves(world, path), handed_out(world, path)) == ([11, 20], 11)
    assert len(world.coordinator.get("/meetups")["items"]) == 1
    assert world.ana.get(path)["status"] == "closed"
