"""Opened databases that are used again: a new engine would have to compile every statement anew.

Each test has a database of its own, but the ``Database`` object in front of it is one that another test has left, and
so is the app. Its next connections go to the new database.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import URL, Engine, event, make_url

from app.core.config import Settings
from app.core.db import Database
from app.main import create_app
from tests.support.profiles import profiles
from tests.support.rules import KEY, OURS
from tests.support.usps import asking_usps, usps


class _Opened:
    """A database object whose connections go where ``url`` says, and the app in front of it."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.app: FastAPI = create_app(_settings(url))
        self.database: Database = self.app.state.database
        for engine in self.database.engines:
            self._redirect(engine)

    def _redirect(self, engine: Engine) -> None:
        def connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
            if self.url.get_backend_name() == "sqlite":
                arguments[0] = self.url.database
            else:
                named["dbname"] = self.url.database

        event.listen(engine, "do_connect", connect)


_free: dict[str, list[_Opened]] = defaultdict(list)


def _settings(url: str, **changes: Any) -> Settings:
    asked, carrier = profiles(), usps()
    allowed = {"outbound_allowed": f"{asked['outbound_allowed']}, {carrier['outbound_allowed']}"}
    ours = {
        **OURS,
        **asked,
        **allowed,
        "server_key": SecretStr(KEY.secret.decode()),
        "letter_seconds": 0,
        "post_seconds": 3_600,
        "figures_seconds": 0,
    }
    return asking_usps(database_url=SecretStr(url), **{**ours, **changes})


@contextmanager
def opened(url: str, **changes: Any) -> Iterator[FastAPI]:
    """The app on this database, which is ``app.state.database``. All connections are closed when the block ends.

    With settings other than those of all tests it is a new one, which is not used again.
    """
    if changes:
        app = create_app(_settings(url, **changes))
        try:
            yield app
        finally:
            app.state.database.dispose()
        return
    free = _free[make_url(url).get_backend_name()]
    found = free.pop() if free else _Opened(url)
    found.url = make_url(url)
    try:
        yield found.app
    finally:
        found.database.dispose()
        free.append(found)
