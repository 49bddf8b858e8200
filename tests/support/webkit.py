"""WebKit, the nearest to an iPhone's browser that runs here, steered by the protocol of WebDriver."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.calling import LOOPBACK

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""What the protocol calls the number of an element."""
_BROWSERS = ("webkit2gtk-4.1/MiniBrowser", "webkit2gtk-4.0/MiniBrowser", "webkitgtk-6.0/MiniBrowser")


def webkit_path() -> Path | None:
    """WebKit's own small browser, where it, its driver and a screen for it are there."""
    if not (shutil.which("WebKitWebDriver") and shutil.which("xvfb-run")):
        return None
    return next((found for name in _BROWSERS for found in Path("/usr/lib").glob(f"*/{name}")), None)


class WebKit:
    """One window. ``ask`` sends a command of the protocol and gives its value."""

    def __init__(self, client: httpx.Client, browser: Path) -> None:
        self._client = client
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._session = f"/session/{self._send('POST', '/session', wanted)['sessionId']}"

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, json=body)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def goto(self, url: str) -> None:
        """Opens a page."""
        self._send("POST", f"{self._session}/url", {"url": url})

    def cookie(self, name: str, value: str) -> None:
        """Has the site whose page is open keep a cookie."""
        given = {"name": name, "value": value, "path": "/", "httpOnly": True}
        self._send("POST", f"{self._session}/cookie", {"cookie": given})

    def click(self, selector: str) -> None:
        """Presses what a CSS selector finds first."""
        found = self._send("POST", f"{self._session}/element", {"using": "css selector", "value": selector})
        self._send("POST", f"{self._session}/element/{found[_ELEMENT]}/click", {})

    def run(self, expression: str) -> Any:
        """The value of an expression in the page, awaited."""
        script = f"const done = arguments[0]; Promise.resolve({expression}).then(done, error => done(String(error)))"
        return self._send("POST", f"{self._session}/execute/async", {"script": script, "args": []})

    def until(self, selector: str, text: str) -> None:
        """Waits until an element says so."""
        wait = (
            "new Promise((done) => { const look = () => { const one = document.querySelector(%r);"
            " if (one && one.checkVisibility() && one.textContent.includes(%r)) done(true); };"
            " new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true}); look();"
            " setTimeout(() => done(document.querySelector(%r)?.textContent ?? 'none'), 20000); })"
        )
        assert self.run(wait % (selector, text, selector)) is True, (selector, text)

    def close(self) -> None:
        """Closes the window."""
        self._send("DELETE", self._session)


@contextmanager
def webkit(browser: Path) -> Iterator[WebKit]:
    """A window of WebKit on a screen that nobody sees."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["xvfb-run", "-a", "WebKitWebDriver", f"--port={port}"]
    with subprocess.Popen(
        command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as driver:
        try:
            transport = httpx.HTTPTransport(retries=10, **LOOPBACK)  # it takes a moment until it listens
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, transport=transport) as client:
                window = WebKit(client, browser)
                try:
                    yield window
                finally:
                    window.close()
        finally:
            os.killpg(driver.pid, signal.SIGTERM)
