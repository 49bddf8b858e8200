"""Random schedules: two phones of one champion on lines that break, and a coordinator who closes the claim meanwhile.

Whatever comes of it, each tap is in the books once, waits on a phone, or waits for the coordinators.
"""

import json
import re
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page
from sqlmodel import Session, col, select

from app.acts.entries import LateEntry, LateStatus
from app.acts.policy import SHELL
from app.claims.accounts import read_account
from app.claims.closing import close_claim
from app.claims.models import NO_CLAIM, Claim, ClaimStatus
from app.claims.reopening import reopen_claim
from app.claims.schemas import CloseLine, NewCloseOut
from app.core.db import lock
from app.maintenance.verification import differences
from tests.browser.test_counter import handed_out
from tests.browser.test_offline import all_sent, ready
from tests.browser.visitors import Visitors
from tests.reliability.sizes import size
from tests.support.browser import session_of
from tests.support.cable import Cable, Line
from tests.support.world import Json, World

pytestmark = pytest.mark.on_one_engine("a browser shows what a page holds")

SCHEDULES, STEPS = size(1, 60), size(25, 80)

_KEPT = """new Promise((done, fail) => {
  const asked = indexedDB.open("champions", 1);
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("entries", "readwrite").objectStore("entries").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result); };
  };
})"""


_PRESS = """selector => {
  const one = document.querySelector(selector), said = one?.textContent;
  if (!one || one.disabled) return "";
  one.click();
  return said;
}"""


class Phone:
    """One of Ana's phones, made ready, and all that was tapped on it, less what was taken back."""

    def __init__(self, browser: Browser, address: str, world: World, path: str) -> None:
        self.cable = Cable(address)
        self._world, self._counter = world, f"{path}/hand-out"
        self._visitors = Visitors(browser, self.cable.url)
        self.page: Page = ready(self._visitors, world)
        self.page.goto(self._counter)
        self._secret = session_of(world, world.ana)
        self.tapped = 0

    def tap(self, chance: Random) -> None:
        """Taps as often as it comes to her mind, where there are ribbons."""
        for _ in range(chance.randint(1, 4)):
            n = chance.choice((1, 1, 5, 10))
            self.tapped += n if self.page.evaluate(_PRESS, f"[data-tap='{n}'] button") else 0

    def undo(self, _chance: Random) -> None:
        """Takes the last one back, whatever that is by now."""
        said = self.page.evaluate(_PRESS, "[data-undo]:not([hidden]) button")
        if said:
            self.tapped -= int(re.sub(r"\D", "", said))

    def other_line(self, chance: Random) -> None:
        """The line breaks, or is mended."""
        self.cable.be(chance.choice(list(Line)))

    def send(self, _chance: Random) -> None:
        """Something makes it send; nobody waits for that."""
        self.page.evaluate("void self.entries?.send(true)")  # a page for signing in sends nothing

    def close_browser(self, _chance: Random) -> None:
        """The page is closed and opened again, without a network, too."""
        self.kept()
        self._open_anew()
        try:
            self.page.goto(self._counter, timeout=6_000)
        except Error:  # a session that was over took the saved pages along: she goes where there is a network
            self.cable.be(Line.WHOLE)
            self._open_anew()
            self.page.goto(self._counter)

    def _open_anew(self) -> None:
        again = self.page.context.new_page()
        self.page.close()
        self.page = again

    def other_session(self, chance: Random) -> None:
        """The session is over, or somebody signs in."""
        if chance.random() < 0.5:
            self.page.context.clear_cookies(name="session")
        else:
            self.sign_in(session_of(self._world, self._world.bea) if chance.random() < 0.3 else self._secret)

    def sign_in(self, secret: str) -> None:
        """Has the browser keep a session."""
        cookie = {"name": "session", "value": secret, "url": self.cable.url, "httpOnly": True}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]  # it is what it wants

    def kept(self) -> list[Json]:
        """What the phone has kept, once that lasts."""
        found: list[Json] = self.page.evaluate(_KEPT)
        return found

    def waiting(self) -> int:
        """Ribbons of entries that are not in the books, less those of them that are taken back."""
        return sum(sum(one["taps"]) if "taps" in one else one["n"] for one in self.kept() if not one.get("done"))

    def settle(self) -> None:
        """The line is whole, Ana is signed in, and all goes that can."""
        self.cable.be(Line.WHOLE)
        self.sign_in(self._secret)
        self.kept()
        self.page.goto(self._counter)
        all_sent(self.page)

    def end(self) -> None:
        """Puts it away."""
        self._visitors.close()
        self.cable.end()


def close_or_reopen(world: World, claim_id: int) -> None:
    """The coordinators close the claim with what the books say at that moment, or open it again."""

    def verb(session: Session) -> None:
        claim = lock(session, Claim, claim_id, missing=NO_CLAIM)
        if claim.status is ClaimStatus.CLOSED:
            reopen_claim(session, claim_id=claim_id, note="", actor=SHELL)
            return
        lines = [
            CloseLine(design_id=line.design_id, handed_out=line.handed_out, remaining=line.on_hand)
            for line in read_account(session, claim_id=claim_id, actor=SHELL).lines
        ]
        close_claim(session, claim_id=claim_id, new=NewCloseOut(lines=lines), actor=SHELL)

    world.database.run(verb)


def late(world: World) -> int:
    """Ribbons that wait for the coordinators."""
    with world.database.reading() as session:
        given = session.scalars(select(col(LateEntry.given)).where(col(LateEntry.status) == LateStatus.WAITING))
        return sum(json.loads(one)["body"]["quantity"] for one in given)


def check(world: World, path: str, phones: list[Phone]) -> None:
    """Each tap is in one place."""
    places: dict[str, Any] = {
        "in the books": handed_out(world, path),
        "on todo": late(world),
        "on the phones": sum(phone.waiting() for phone in phones),
    }
    assert sum(places.values()) == sum(phone.tapped for phone in phones), places
    with world.database.reading() as session:
        assert differences(session) == []


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_each_tap_is_in_the_books_once_or_waits_somewhere(
    browser: Browser, address: str, world: World, seed: int
) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=4, timezone="UTC"))
    world.received(claim)
    path, chance = f"/claims/{claim['id']}", Random(seed)
    phones: list[Phone] = []
    try:
        phones += [Phone(browser, address, world, path) for _ in range(2)]
        steps = (Phone.tap,) * 6 + (Phone.undo, Phone.other_line, Phone.other_line, Phone.send, Phone.send)
        for _ in range(STEPS):
            kind = chance.randrange(14)
            if kind == 0:
                close_or_reopen(world, claim["id"])
            else:
                rare = (Phone.close_browser, Phone.other_session)
                step = rare[kind - 1] if kind < 3 else steps[kind - 3]
                step(chance.choice(phones), chance)
        for phone in phones:
            phone.settle()
        check(world, path, phones)
        assert [one for phone in phones for one in phone.kept() if not ("done" in one or "words" in one)] == []
        phones[0].tapped += 1  # the check sees a tap that is nowhere
        with pytest.raises(AssertionError):
            check(world, path, phones)
    finally:
        for phone in phones:
            phone.end()
