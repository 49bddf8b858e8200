"""What every command is given by the shell's root: the settings, and access to the acts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Annotated

import typer

from app.acts.application import Service
from app.acts.policy import SHELL
from app.acts.unit import Unit
from app.community.rules import rules_of
from app.core.config import Settings
from app.core.db import Database
from app.core.errors import NotFound
from app.core.keys import server_key
from app.core.language import phrase
from app.core.schema import MAX_ID
from app.maintenance.migrations import check_ours, sqlite_file

Number = Annotated[int, typer.Argument(min=1, max=MAX_ID)]
"""The number by which a thing is known, as a command takes it."""

Data = Annotated[Path | None, typer.Option("--data", help="The folder of the SQLite file.", envvar="CHAMPIONS_DATA")]


def here(context: typer.Context) -> Settings:
    """The settings that the root has read."""
    found: Settings = context.obj
    return found


def use(context: typer.Context, data: Path | None) -> None:
    """From here on with this folder, if it is named; and so does every process that is started."""
    if data is not None:
        os.environ["CHAMPIONS_DATA"] = str(data)
        context.obj = here(context).model_copy(update={"data": data})


@contextmanager
def opened(settings: Settings) -> Iterator[Unit]:
    """Access to the acts for whoever can run commands on the server, until the block ends.

    Raises :class:`NotFound` where SQLite would make an empty file, for everybody on this machine to read, and
    :class:`Invalid` for a file of something else.
    """
    file = sqlite_file(settings.sqlalchemy_url)
    if file is not None and not file.exists():
        raise NotFound(phrase("There is no database at {file}: make one with champions setup.", file=str(file)))
    if file is not None:
        check_ours(file)
    database = Database(settings.sqlalchemy_url)
    try:
        rules, key = partial(rules_of, here=settings), cache(partial(server_key, settings))
        yield Unit(Service(database, settings, identify=lambda *_: SHELL, rules=rules, key=key))
    finally:
        database.dispose()


def warn(unit: Unit, *, of_codes: bool) -> None:
    """Says what is wrong with papers of this community before they are printed, with codes on them or without."""
    rules = unit.service.appearance()
    said = []
    if not rules.is_named:
        said.append(phrase("Nobody has said yet how this community is called: run champions setup."))
    if of_codes and not rules.is_public:
        said.append(
            phrase(
                "The codes lead to {url}, which opens on no other machine: name your address with champions setup "
                "--public-url.",
                url=rules.public_url,
            )
        )
    for text in said:
        typer.echo(text.say(rules.language), err=True)
