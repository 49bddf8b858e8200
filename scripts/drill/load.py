"""Somebody who adds conferences by way of the proxy, and counts the answers."""

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from types import TracebackType
from typing import Any

import httpx

from scripts.drill.services import PORT

SITE = "ribbons.localhost"
"""A name for which the proxy makes a certificate of its own."""

_SENDERS = 3
_WORD = "Drill"


def client(token: str | None = None) -> httpx.Client:
    """A client of the proxy's, which it knows by its name; nobody vouches for the certificate."""
    headers = {"Host": SITE} | ({"Authorization": f"Bearer {token}"} if token else {})
    return httpx.Client(
        base_url=f"https://127.0.0.1:{PORT}", headers=headers, verify=False, timeout=60, trust_env=False
    )


def ask(method: str, path: str, json: Any = None, token: str | None = None) -> httpx.Response:
    """The answer to one request; while the proxy starts, it is asked again."""
    deadline = time.monotonic() + 30
    with client(token) as caller:
        while True:
            try:
                return caller.request(method, path, json=json, extensions={"sni_hostname": SITE})
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


class Load:
    """Conferences that are added for the time of a block, each asked for once and without a key."""

    def __init__(self, token: str) -> None:
        self._token, self._over, self._threads = token, Event(), ThreadPoolExecutor(_SENDERS)
        self._sending: list[Future[None]] = []
        self.answers, self.slowest = Counter[int | str](), 0.0

    def __enter__(self) -> None:
        self._sending = [self._threads.submit(self._send, sender) for sender in range(_SENDERS)]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._threads.shutdown()
        if error is None:
            for each in self._sending:
                each.result()

    def wait_for_more(self) -> None:
        """Until some more are answered."""
        before = self.answers.total()
        while self.answers.total() < before + 10 * _SENDERS:
            time.sleep(0.1)

    def kept(self) -> int:
        """How many conferences of these there are."""
        count, path = 0, f"/api/v1/conferences?q={_WORD}&limit=100"
        while path:
            answer = ask("GET", path, token=self._token)
            answer.raise_for_status()
            count += len(answer.json()["items"])
            following = answer.links.get("next")
            path = following["url"] if following else ""
        return count

    def _send(self, sender: int) -> None:
        day = f"{datetime.now(UTC).date() + timedelta(days=60)}"
        new = {"starts_on": day, "ends_on": day, "city": "Chicago", "state": "US-IL", "country": "US"}
        number = 0
        with client(self._token) as caller:
            while not self._over.wait(0.05):
                number, began = number + 1, time.monotonic()
                body = {**new, "name": f"{_WORD} {number} of {sender}", "specialty": "Radiology"}
                try:
                    answer = caller.post("/api/v1/conferences", json=body, extensions={"sni_hostname": SITE})
                    self.answers[answer.status_code] += 1
                except httpx.TransportError as error:
                    self.answers[repr(error)] += 1
                self.slowest = max(self.slowest, time.monotonic() - began)
