"""The backups that a server makes by itself: one a day, seven days and four weeks of them, and none for longer."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.core.clock import frozen, today
from app.core.config import Settings
from app.maintenance import daily_backups
from app.maintenance.backup import restore
from app.maintenance.daily_backups import back_up_daily, backups_folder, kept_days
from tests.support.client import Client
from tests.support.pool import opened
from tests.support.shell import Shell
from tests.support.world import World

DAYS, WEEKS = 7, 4


def test_seven_days_and_four_weeks_are_kept_and_nothing_for_longer_than_that() -> None:
    made: set[date] = set()
    for number in range(200):
        now = date(2026, 1, 1) + timedelta(days=number)
        made = kept_days(made | {now}, now=now, days=DAYS, weeks=WEEKS)
        assert {now - timedelta(days=back) for back in range(min(DAYS, number + 1))} <= made
        assert max((now - day).days for day in made) < 7 * WEEKS
        if number > 7 * WEEKS:
            assert len({day.isocalendar()[:2] for day in made}) == WEEKS
            assert len(made) <= DAYS + WEEKS - 1
    assert kept_days({date(2020, 1, 1)}, now=date(2026, 1, 1), days=DAYS, weeks=WEEKS) == set()


@pytest.mark.only_on("sqlite")
def test_one_a_day_is_made_whoever_asks_and_old_ones_go(database_url: str, shell: Shell) -> None:
    here = Settings.model_validate({"database_url": database_url})
    folder = backups_folder(database_url)
    assert folder is not None
    first = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for number in range(40):
        with frozen(first + timedelta(days=number)), ThreadPoolExecutor(2) as pool:
            both = [pool.submit(copy_context().run, back_up_daily, here) for _ in range(2)]
            assert any(one.result() for one in both)
            assert back_up_daily(here) is None
            last = today()
    names = sorted(file.name for file in folder.iterdir())
    kept = kept_days({first.date() + timedelta(days=n) for n in range(40)}, now=last, days=DAYS, weeks=WEEKS)
    assert names == [f"champions-{day}.db" for day in sorted(kept)]
    listed = shell("backups").out.splitlines()
    assert len(listed) == len(names)
    assert all(any(name in line for line in listed) for name in names)
    restore(database_url, folder / names[0])
    assert shell("stock", "verify").code == 0


@pytest.mark.only_on("sqlite")
def test_where_none_are_made_any_more_the_last_ones_are_shown_and_go_in_their_time(world: World) -> None:
    folder = backups_folder(world.url)
    assert folder is not None
    folder.mkdir()
    with world.with_settings(daily_backups=0) as off:
        here = Settings.model_validate({"database_url": world.url, "daily_backups": 0})
        now = datetime.now(UTC)
        for name, days in (
            ("champions-{}.db", 27),
            ("champions-{}.db", 28),
            ("before-restore-{}.db", 27),
            ("before-restore-{}.db", 29),
        ):
            file = folder / name.format((now - timedelta(days=days)).date())
            file.touch()
            os.utime(file, ((now - timedelta(days=days)).timestamp(),) * 2)
        assert "Backups that the server makes" in off.client.get("/privacy").text
        assert back_up_daily(here) is None
        last = (now - timedelta(days=27)).date()
        assert sorted(file.name for file in folder.iterdir()) == [f"before-restore-{last}.db", f"champions-{last}.db"]
        for file in folder.iterdir():
            file.unlink()
        assert "Backups that the server makes" not in off.client.get("/privacy").text


@pytest.mark.only_on("sqlite")
def test_a_server_makes_it_by_itself_unless_it_is_told_not_to(
    database_url: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    del world
    monkeypatch.setattr("app.main._LOOK_FOR_BACKUP_SECONDS", 0.01)
    folder = backups_folder(database_url)
    assert folder is not None
    with opened(database_url, daily_backups=0) as app, Client(app):
        time.sleep(0.3)  # long enough for many a look
    assert not folder.exists()
    with opened(database_url, daily_backups=1) as app, Client(app):
        deadline = time.monotonic() + 30
        while not list(folder.glob("champions-*.db")) and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [file.name for file in folder.iterdir()] == [f"champions-{today()}.db"]


@pytest.mark.only_on("sqlite")
def test_who_erases_somebody_is_told_how_long_backups_hold_them(
    database_url: str, shell: Shell, world: World, tmp_path: Path
) -> None:
    del world, tmp_path
    assert shell("erase", "bea@example.org").err == ""
    back_up_daily(Settings.model_validate({"database_url": database_url}))
    assert "28 days at most" in shell("erase", "ana@example.org").err
    assert daily_backups.longest_kept(Settings.model_validate({"daily_backups": 3, "weekly_backups": 0})) == 3
