"""Backup and restore of the SQLite database through SQLite's own online backup: consistent while others write."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import phrase
from app.maintenance import migrations

_PAGES = -1  # all in one step: the copy is of one moment, and a writer waits for milliseconds


def backup(database_url: str, file: Path) -> None:
    """Writes a consistent copy of the database to ``file``, readable by the owner only.

    Raises :class:`Conflict` where ``file`` exists, :class:`Invalid` for another database than SQLite.
    """
    source = _sqlite_file(database_url)
    if file.exists():
        raise Conflict(
            phrase("{file} exists. A backup does not overwrite another one: name a new file.", file=str(file))
        )
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
        live.backup(copy, pages=_PAGES)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        _check(copy, part)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(file)


def restore(database_url: str, file: Path) -> None:
    """Puts a backup in place of the database, in one step for everybody who is using it, and migrates it.

    Raises :class:`NotFound` where ``file`` is missing, :class:`Invalid` for a file that is no sound backup or that a
    newer release has made; then nothing is replaced.
    """
    target = _sqlite_file(database_url, must_exist=False)
    if not file.is_file():
        raise NotFound(phrase("There is no file {file}.", file=str(file)))
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as saved:
        _check(saved, file)
        _check_age(saved, file)
        migrations.upgrade(database_url)
        with closing(sqlite3.connect(target, timeout=30)) as live:
            saved.backup(live, pages=_PAGES)
            live.execute("PRAGMA journal_mode=WAL")
    migrations.upgrade(database_url)


def _sqlite_file(database_url: str, *, must_exist: bool = True) -> Path:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        text = phrase("This is for SQLite. For PostgreSQL use pg_dump and pg_restore.")
        raise Invalid(text, field="CHAMPIONS_DATABASE_URL")
    path = Path(url.database)
    if must_exist and not path.is_file():
        raise NotFound(phrase("There is no database at {path}.", path=str(path)))
    return path


def _check(connection: sqlite3.Connection, file: Path) -> None:
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        ours = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Invalid(phrase("{file} is not a SQLite database: {error}.", file=str(file), error=str(error))) from error
    if not sound or not ours:
        raise Invalid(phrase("{file} is not a sound backup of this service.", file=str(file)))


def _check_age(connection: sqlite3.Connection, file: Path) -> None:
    for (revision,) in connection.execute("SELECT version_num FROM alembic_version"):
        if not migrations.is_known(revision):
            newer = phrase(
                "{file} was made by a newer release (revision {revision}). Restore it with that one.",
                file=str(file),
                revision=revision,
            )
            raise Invalid(newer)
