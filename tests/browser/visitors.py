"""People before their browsers."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PATIENCE = 15_000
"""Milliseconds that a page may take on a busy machine."""


@dataclass
class Visitors:
    """Windows on the pages at one address. ``faults`` are what browsers complained of."""

    browser: Browser
    address: str
    faults: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def window(
        self, *, language: str = "en", width: int = 390, scripts: bool = True, worker: bool = False, **wishes: Any
    ) -> Page:
        """A window of somebody new, with cookies of her own."""
        context = self.browser.new_context(
            base_url=self.address,
            locale={"en": "en-US", "es": "es-MX"}[language],
            viewport={"width": width, "height": 844},
            java_script_enabled=scripts,
            service_workers="allow" if worker else "block",
            **wishes,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def signed_in(self, secret: str, **wishes: Any) -> Page:
        """A window of somebody whose session this is."""
        page = self.window(**wishes)
        page.context.add_cookies([{"name": "session", "value": secret, "url": self.address, "httpOnly": True}])
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is what some tests ask for.
        usual = "status of 4" in message.text or "registration blocked" in message.text
        if message.type in {"error", "warning"} and not usual:
            self.faults.append(message.text)

    def close(self) -> None:
        """Closes all windows."""
        for context in self._contexts:
            context.close()
