"""What every command is given by the shell's root: the settings, and access to the acts."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from app.acts.policy import SHELL
from app.acts.unit import Service, Unit
from app.core.config import Settings
from app.core.db import Database


def here(context: typer.Context) -> Settings:
    """The settings that the root has read."""
    found: Settings = context.obj
    return found


@contextmanager
def opened(context: typer.Context) -> Iterator[Unit]:
    """Access to the acts for whoever can run commands on the server, until the block ends."""
    settings = here(context)
    database = Database(settings.sqlalchemy_url)
    try:
        yield Unit(Service(database, settings, identify=lambda *_: SHELL, rules=lambda _: settings.rules))
    finally:
        database.dispose()
