"""Backup and restore of the SQLite database through SQLite's own online backup: consistent while others write."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from app.core.clock import utcnow
from app.core.errors import Conflict, Invalid, NoRoom, NotFound
from app.core.language import phrase
from app.maintenance import migrations

_PAGES = -1  # all in one step: the copy is of one moment, and a writer waits for milliseconds

Schema = dict[tuple[str, str], frozenset[str]]
"""By kind and name of each table, index and trigger: its columns."""


def backup(database_url: str, file: Path) -> None:
    """Writes a consistent copy of the database to ``file``, readable by the owner only.

    Raises :class:`Conflict` where ``file`` exists, :class:`NoRoom` where the disk is full, :class:`Invalid` for another
    database than SQLite. Then nothing is left behind.
    """
    source = _sqlite_file(database_url)
    if file.exists():
        raise Conflict(
            phrase("{file} exists. A backup does not overwrite another one: name a new file.", file=str(file))
        )
    with _part_of(file) as part:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(part)) as copy:
            live.backup(copy, pages=_PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
            _check(copy, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())


@contextmanager
def _part_of(file: Path) -> Iterator[Path]:
    """A file for its owner only, which takes its name when the block ends, and is gone where that fails."""
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.rename(file)
    except (sqlite3.OperationalError, OSError) as error:
        if not _cannot_be_written(error):
            raise
        text = phrase("There is no room for {file}, or it cannot be written. Nothing was kept of it.", file=str(file))
        raise NoRoom(text) from None
    finally:
        for left in (part, *file.parent.glob(f"{part.name}-*")):
            left.unlink(missing_ok=True)


def _cannot_be_written(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, OSError) or code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}


def restore(database_url: str, file: Path) -> Path | None:
    """Puts a backup in place of the database, in one step for everybody who is using it, and migrates it.

    Letters that waited when the backup was made are not sent any more.

    Gives the copy of what was there before, beside the server's own backups; None where nothing was. A database that is
    damaged cannot be copied by SQLite, and is moved there as it is.

    Raises :class:`NotFound` where ``file`` is missing, :class:`Invalid` for a file that is no sound backup, that is not
    as its revision has it or that a newer release has made, :class:`NoRoom` where that copy has no room; then nothing
    is replaced.
    """
    target = _sqlite_file(database_url, must_exist=False)
    if not file.is_file():
        raise NotFound(phrase("There is no file {file}.", file=str(file)))
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as saved:
        _check(saved, file)
        _check_schema(saved, file)
        before = _keep(database_url, target)
        migrations.upgrade(database_url)
        with closing(_without_letters(saved)) as present, closing(sqlite3.connect(target, timeout=30)) as live:
            present.backup(live, pages=_PAGES)
            live.execute("PRAGMA journal_mode=WAL")
    migrations.upgrade(database_url)
    return before


def _without_letters(saved: sqlite3.Connection) -> sqlite3.Connection:
    """A copy in which no letter waits, on disk and nobody else's: what a backup was about to tell is past.

    So is what days have brought since: it is not asked for again.
    """
    copy = sqlite3.connect("")
    saved.backup(copy)
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "letter" in tables:
        copy.execute("DELETE FROM letter WHERE status IN ('queued', 'sending')")
    if "letters_of_days" in tables:
        copy.execute("UPDATE letters_of_days SET since = ?", (f"{utcnow():%Y-%m-%d %H:%M:%S.%f}",))
    copy.commit()
    return copy


def _keep(database_url: str, target: Path) -> Path | None:
    """Keeps the database that is about to be replaced; where it is now."""
    if not target.is_file() or not target.stat().st_size:
        return None
    folder = target.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"before-restore-{utcnow():%Y-%m-%dT%H%M%S.%f}.db"
    if _is_damaged(target):
        for suffix in ("", "-wal", "-shm"):
            file = target.with_name(target.name + suffix)
            if file.is_file():
                # It is as old as this move, and not as its last write: so long it is kept.
                file.rename(copy.with_name(copy.name + suffix)).touch()
        return copy
    backup(database_url, copy)
    return copy


def _is_damaged(file: Path) -> bool:
    """Whether SQLite cannot read all of a database: what one restores a backup for."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        return True


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
        if _cannot_be_written(error):
            raise
        raise Invalid(phrase("{file} is not a SQLite database: {error}.", file=str(file), error=str(error))) from error
    if not sound or not ours:
        raise Invalid(phrase("{file} is not a sound backup of this service.", file=str(file)))


def _check_schema(saved: sqlite3.Connection, file: Path) -> None:
    """Refuses what a newer release has made, and what only claims to be at a revision of ours."""
    revisions = [revision for (revision,) in saved.execute("SELECT version_num FROM alembic_version")]
    for revision in revisions:
        if not migrations.is_known(revision):
            newer = phrase(
                "{file} was made by a newer release (revision {revision}). Restore it with that one.",
                file=str(file),
                revision=revision,
            )
            raise Invalid(newer)
    if len(revisions) != 1 or not _is_as_made(saved, revisions[0]):
        raise Invalid(phrase("{file} is empty, or not a backup of this service: its tables differ.", file=str(file)))


def _is_as_made(saved: sqlite3.Connection, revision: str) -> bool:
    """Whether a database is what its revision makes.

    Triggers belong to no revision, so those of an older one may differ; they are put in place when it is migrated.
    """
    kinds = ("table", "index", *(["trigger"] if revision == migrations.head() else []))
    return _schema(saved, kinds) == _made_by(revision, kinds)


@cache
def _made_by(revision: str, kinds: tuple[str, ...]) -> Schema:
    """What a revision makes, found out by making one."""
    with tempfile.TemporaryDirectory(prefix="champions-") as folder:
        migrations.upgrade(f"sqlite:///{folder}/empty.db", revision)
        with closing(sqlite3.connect(f"{folder}/empty.db")) as made:
            return _schema(made, kinds)


def _schema(connection: sqlite3.Connection, kinds: Sequence[str]) -> Schema:
    marks = ", ".join("?" for _ in kinds)
    named = connection.execute(
        f"SELECT type, name FROM sqlite_master WHERE type IN ({marks}) AND name NOT LIKE 'sqlite%'",  # noqa: S608 (marks)
        kinds,
    ).fetchall()
    return {(kind, name): _columns(connection, kind, name) for kind, name in named}


def _columns(connection: sqlite3.Connection, kind: str, name: str) -> frozenset[str]:
    """Of a table or an index; none of a trigger."""
    asked = {"table": "SELECT name FROM pragma_table_info(?)", "index": "SELECT name FROM pragma_index_info(?)"}
    if kind not in asked:
        return frozenset()
    return frozenset(str(column) for (column,) in connection.execute(asked[kind], (name,)))
