"""What every command is given by the shell's root: the settings, and the database that they name."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from app.core.config import Settings
from app.core.db import Database


def here(context: typer.Context) -> Settings:
    """The settings that the root has read."""
    found: Settings = context.obj
    return found


@contextmanager
def opened(context: typer.Context) -> Iterator[Database]:
    """The database, until the block ends."""
    database = Database(here(context).sqlalchemy_url)
    try:
        yield database
    finally:
        database.dispose()
