"""The backups that the server makes by itself, one a day beside the SQLite database: which are due, kept, too old."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.core.clock import today
from app.core.config import Settings
from app.core.errors import Conflict
from app.maintenance.backup import backup
from app.maintenance.migrations import sqlite_file

_DAILY = re.compile(r"champions-(\d{4}-\d{2}-\d{2})\.db")
_BEFORE_RESTORE = "before-restore-*.db*"  # one that was damaged may have its log beside it

_LEAST_DAYS = 7
"""How long a copy from before a restore is there where no time is set: it may be the only one."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in the folder."""

    file: Path
    bytes: int
    made_at: datetime


def backups_folder(database_url: str) -> Path | None:
    """Where they are: a folder beside the database. None where that is no file of SQLite."""
    database = sqlite_file(database_url)
    return database.parent / "backups" if database else None


def back_up_daily(here: Settings) -> Path | None:
    """Makes today's backup (by UTC) where it is due, and removes what is too old; the file that it has made.

    Where none are made any more, those that were are removed all the same. Of several processes that want to, one makes
    it. Raises what :func:`backup` raises; then nothing is removed.
    """
    folder = backups_folder(here.sqlalchemy_url)
    if folder is None:
        return None
    if not here.daily_backups:
        _forget(folder, here)
        return None
    file = folder / f"champions-{today().isoformat()}.db"
    if file.exists():
        return None
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        backup(here.sqlalchemy_url, file)
    except Conflict:
        return None  # another process was faster
    _forget(folder, here)
    return file


def list_backups(database_url: str) -> list[Backup]:
    """What is in the folder, the newest first."""
    folder = backups_folder(database_url)
    files = folder.glob("*.db") if folder and folder.is_dir() else ()
    found = [Backup(file, file.stat().st_size, _made_at(file)) for file in files]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def kept_days(made: Collection[date], *, now: date, days: int, weeks: int) -> set[date]:
    """Which of the days with a backup keep it: the last ``days``, and the newest of each of the last ``weeks``.

    None is kept for longer than either of them: what was erased is in no backup any more after that.
    """
    monday = now - timedelta(days=now.weekday())
    newest = {day - timedelta(days=day.weekday()): day for day in sorted(made)}
    weekly = {day for week, day in newest.items() if week > monday - timedelta(weeks=weeks)}
    return weekly | {day for day in made if day > now - timedelta(days=days)}


def longest_kept(here: Settings) -> int:
    """After how many days a backup of the server's own is gone for sure."""
    return max(here.daily_backups, 7 * here.weekly_backups) or _LEAST_DAYS


def days_in_backups(here: Settings) -> int:
    """For how many days at most somebody who is erased stays in them; 0 where none are made and none are there."""
    if backups_folder(here.sqlalchemy_url) is None:
        return 0
    return longest_kept(here) if here.daily_backups or list_backups(here.sqlalchemy_url) else 0


def _forget(folder: Path, here: Settings) -> None:
    files = {file: _day_of(file) for file in folder.glob("champions-*.db")}
    days = {file: day for file, day in files.items() if day is not None}
    kept = (
        kept_days(set(days.values()), now=today(), days=here.daily_backups, weeks=here.weekly_backups)
        if here.daily_backups
        else {day for day in days.values() if day > today() - timedelta(days=longest_kept(here))}
    )
    for file, day in days.items():
        if day not in kept:
            file.unlink(missing_ok=True)
    oldest = datetime.now(UTC) - timedelta(days=longest_kept(here))
    for file in folder.glob(_BEFORE_RESTORE):
        if _made_at(file) < oldest:
            file.unlink(missing_ok=True)


def _day_of(file: Path) -> date | None:
    found = _DAILY.fullmatch(file.name)
    return date.fromisoformat(found[1]) if found else None


def _made_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)
