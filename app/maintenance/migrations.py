"""The schema's version: how a database is brought to it, and how one asks where it stands."""

import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, column, create_engine, inspect, make_url, select, table
from sqlmodel import Session

from app.core.config import PROJECT
from app.core.errors import Invalid
from app.core.language import phrase

if TYPE_CHECKING:
    from alembic.config import Config

_SQLITE = b"SQLite format 3\0"
"""How each such file begins."""

ADVISORY_LOCK = 5_207_001_893
"""The key of the PostgreSQL advisory lock that a migration holds: any number that nobody else uses here."""


def configuration(database_url: str, **attributes: object) -> "Config":
    """Alembic's configuration (``[tool.alembic]`` of the project) for one database, for Alembic's own commands."""
    from alembic.config import Config  # noqa: PLC0415 (it takes a fifth of a second, and most starts need none of it)

    return Config(toml_file=PROJECT / "pyproject.toml", attributes={"url": database_url, **attributes})


def upgrade(database_url: str, revision: str = "head") -> None:
    """Brings a database up to a revision. May be called by several processes at once: one works, the others wait.

    All of it is one transaction: after an error the database is as it was. A missing SQLite file is created for its
    owner's eyes only, and so is its folder. An empty database gets at once what all the revisions make one by one.

    Raises :class:`Invalid` for a file that is no database, for somebody else's database, and where rows stand in the
    way.
    """
    _create_sqlite_file(database_url)
    if _revision_of(database_url) == (head() if revision == "head" else revision):
        return
    from alembic import command  # noqa: PLC0415 (as above)
    from alembic.util import CommandError  # noqa: PLC0415 (as above)

    try:
        command.upgrade(configuration(database_url, at_once=revision == "head"), revision)
    except CommandError as error:
        raise Invalid(phrase("The database cannot be migrated: {error}", error=str(error))) from error


def downgrade(database_url: str, revision: str) -> None:
    """Takes a database back to an earlier revision, or to ``base``, which drops everything."""
    from alembic import command  # noqa: PLC0415 (as above)

    command.downgrade(configuration(database_url), revision)


@cache
def _revisions() -> list[str]:
    """All revisions, oldest first, by the names of their files: ``2026_11_22_0001_first.py``."""
    return sorted(file.name.split("_")[3] for file in (PROJECT / "alembic" / "versions").glob("*.py"))


def head() -> str:
    """The newest revision that this code knows."""
    return _revisions()[-1]


def is_known(revision: str) -> bool:
    """Whether this code knows a revision; it does not where a newer release has made it."""
    return revision in _revisions()


def _revision_of(database_url: str) -> str | None:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        return current(connection)


def current(connection: Connection) -> str | None:
    """The revision of a database; None for one that was never migrated."""
    # Asked every second by those who watch, and Alembic's own way writes two lines into the log each time.
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar_one_or_none()


def is_current(session: Session) -> bool:
    """Whether the database is at exactly the revision that this code was written for."""
    return current(session.connection()) == head()


def sqlite_file(database_url: str) -> Path | None:
    """The file of a SQLite database; None for another, and for one in memory."""
    url = make_url(database_url)
    in_a_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)) if in_a_file else None


def _create_sqlite_file(database_url: str) -> None:
    file = sqlite_file(database_url)
    if file is None:
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_ours(file)
    # SQLite gives its journals the permissions of the file, so this covers them, too.
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def check_ours(file: Path) -> None:
    """Raises :class:`Invalid` for a file of somebody else's, before a connection writes anything into it."""
    if not file.is_file() or not file.stat().st_size:
        return
    with file.open("rb") as opened:
        if opened.read(len(_SQLITE)) != _SQLITE:
            raise Invalid(phrase("{file} is no SQLite database, and is left alone.", file=str(file)))
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        inside = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if inside and "alembic_version" not in inside:
        raise Invalid(phrase("{file} holds tables of something else, and is left alone.", file=str(file)))
