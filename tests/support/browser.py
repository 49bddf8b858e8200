"""A browser without scripts: it keeps cookies, sends forms as browsers do, and follows nothing by itself."""

import re
from html import unescape
from typing import Any

from app.acts.afterwards import Afterwards
from app.acts.policy import ANYONE
from app.people.sessions import begin_session
from tests.support.client import Client
from tests.support.world import Caller, World

NAVIGATING = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate"}
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0"


class Browser:
    """One browser. ``page`` is the last answer."""

    def __init__(self, client: Any, **headers: str) -> None:
        self.client = client
        self.headers = {**NAVIGATING, "User-Agent": FIREFOX, **headers}
        self.cookies: dict[str, str] = {}
        self.page: Any = None

    def get(self, path: str, *, status: int = 200) -> str:
        """The text of the page at a path, which must answer ``status``."""
        return self._ask("GET", path, status, {"Sec-Fetch-Site": "none"})

    def upload(self, path: str, form: dict[str, Any], file: bytes, *, status: int = 303) -> str:
        """Sends a form with a file, as browsers do."""
        parts = {name: (None, str(value)) for name, value in form.items()}
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self._ask("POST", path, status, headers, files={**parts, "file": ("Lista (1).csv", file, "text/csv")})

    def post(
        self, path: str, form: dict[str, Any] | None = None, *, status: int = 303, site: str = "same-origin"
    ) -> str:
        """Sends a form of ours; where it leads, or the text of the page, if it must answer another status than 303.

        ``site`` is where the form comes from, as browsers say it.
        """
        return self._ask("POST", path, status, {"Sec-Fetch-Site": site}, data=form or {})

    def _ask(self, method: str, path: str, status: int, headers: dict[str, str], **body: Any) -> str:
        own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        self.client.cookies.clear()
        self.page = self.client.request(
            method, path, headers={**self.headers, **own, **headers}, follow_redirects=False, **body
        )
        self.client.cookies.clear()
        self._keep()
        self._settle()
        assert self.page.status_code == status, f"{method} {path}: {self.page.status_code} {self.page.text}"
        return str(self.page.headers["Location"] if status == 303 else self.page.text)

    def _keep(self) -> None:
        for line in self.page.headers.get_list("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value.strip('"')

    def _settle(self) -> None:
        """Waits for what goes on after an answer."""
        if isinstance(self.client, Client) and self.client.portal is not None:
            afterwards: Afterwards = self.client.app.state.afterwards  # type: ignore[attr-defined]  # it is FastAPI
            if afterwards.busy:
                self.client.portal.call(afterwards.settle, 60)

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the last page: the first of this name."""
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.page.text)
        assert found, f"there is no hidden {name}"
        return unescape(found[1])


def signed_in(world: World, who: Caller, **headers: str) -> Browser:
    """A browser in which this person is signed in."""
    browser = Browser(world.client, **headers)
    browser.cookies["session"] = session_of(world, who)
    return browser


def session_of(world: World, who: Caller) -> str:
    """The secret of a new session of this person."""
    assert who.person_id
    with world.database.transaction() as session:
        made = begin_session(session, person_id=who.person_id, device="Firefox on Android", instead_of=ANYONE)
    return made.secret
