"""Backup and restore of the embedded database, while it is being used."""

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import Session

from app.core.db import Database
from app.core.errors import Conflict, Invalid, NotFound
from app.maintenance.backup import backup, restore
from app.maintenance.verification import differences
from app.stock.ledger import on_hand
from tests.support.world import World

pytestmark = pytest.mark.only_on("sqlite")  # PostgreSQL has its own tools


def _move(world: World, quantity: int) -> None:
    new = {"design_id": world.design, "source_id": world.depot, "target_id": world.other_depot, "quantity": quantity}
    world.coordinator.post("/stock/moves", new, status=201)


def _books(session: Session, world: World) -> tuple[dict[int, int], list[str]]:
    return on_hand(session, location_id=world.other_depot), differences(session)


def test_a_restored_database_is_as_it_was_and_goes_on(world: World, database_url: str, tmp_path: Path) -> None:
    _move(world, 10)
    backup(database_url, tmp_path / "saved")
    _move(world, 5)
    assert world.on_hand(world.other_depot) == 15
    restore(database_url, tmp_path / "saved")
    assert world.on_hand(world.other_depot) == 10
    _move(world, 1)
    with world.database.reading() as session:
        assert _books(session, world) == ({world.design: 11}, [])


def test_a_backup_taken_between_writes_is_of_one_moment(world: World, database_url: str, tmp_path: Path) -> None:
    stop, written = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            _move(world, 1)
            written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            while written[0] <= number:
                time.sleep(0.001)
            backup(database_url, tmp_path / str(number))
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        restore(database_url, tmp_path / str(number))
        with world.database.reading() as session:
            levels, found = _books(session, world)
        assert found == []
        assert levels[world.design] > number


def test_a_backup_is_for_its_owner_only_and_stands_alone(world: World, database_url: str, tmp_path: Path) -> None:
    _move(world, 10)
    backup(database_url, tmp_path / "saved")
    assert stat.S_IMODE((tmp_path / "saved").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["saved"]


def test_a_backup_is_never_overwritten(world: World, database_url: str, tmp_path: Path) -> None:
    del world
    (tmp_path / "saved").write_text("precious")
    with pytest.raises(Conflict, match="exists"):
        backup(database_url, tmp_path / "saved")
    assert (tmp_path / "saved").read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" + bytes(2000)])
def test_what_is_no_backup_is_not_restored(world: World, database_url: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken").write_bytes(content)
    with pytest.raises(Invalid, match="not a"):
        restore(database_url, tmp_path / "broken")
    assert world.on_hand(world.depot) == 500


def test_a_backup_of_a_newer_release_is_refused_before_anything_is_replaced(
    world: World, database_url: str, tmp_path: Path
) -> None:
    backup(database_url, tmp_path / "saved")
    with closing(sqlite3.connect(tmp_path / "saved")) as saved:
        saved.execute("UPDATE alembic_version SET version_num = '9999'")
        saved.commit()
    _move(world, 10)
    with pytest.raises(Invalid, match="newer release"):
        restore(database_url, tmp_path / "saved")
    assert world.on_hand(world.other_depot) == 10


MEDDLED = {
    "another program's tables under our revision": ["DROP TABLE audit_entry", "CREATE TABLE audit_entry (id INTEGER)"],
    "a table too few": ["DROP TABLE move_note"],
    "no revision": ["DELETE FROM alembic_version"],
    "no guard on the ledger": ["DROP TRIGGER move_refuses_delete"],
    "nothing": ["DROP_ALL"],
}


@pytest.mark.parametrize("name", MEDDLED)
def test_what_is_not_as_its_revision_has_it_is_refused_and_nothing_is_replaced(
    world: World, database_url: str, tmp_path: Path, name: str
) -> None:
    backup(database_url, tmp_path / "saved")
    with closing(sqlite3.connect(tmp_path / "saved")) as saved:
        revision = saved.execute("SELECT version_num FROM alembic_version").fetchone()
        statements = MEDDLED[name]
        if statements == ["DROP_ALL"]:
            tables = saved.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
            statements = [f"DROP TABLE {table}" for (table,) in tables if table != "alembic_version"]
        for statement in statements:
            saved.execute(statement)
        saved.commit()
    assert revision is not None
    with pytest.raises(Invalid, match="its tables differ"):
        restore(database_url, tmp_path / "saved")
    assert world.on_hand(world.depot) == 500


def test_what_was_there_before_a_restore_is_kept_and_can_be_restored_in_its_turn(
    world: World, database_url: str, tmp_path: Path
) -> None:
    backup(database_url, tmp_path / "saved")
    _move(world, 5)
    before = restore(database_url, tmp_path / "saved")
    assert world.on_hand(world.other_depot) == 0
    assert before is not None
    assert stat.S_IMODE(before.parent.stat().st_mode) == 0o700
    restore(database_url, before)
    assert world.on_hand(world.other_depot) == 5


@pytest.mark.parametrize("damage", ["no database at all", "half of it", "a page of nothing"])
def test_a_backup_is_restored_in_place_of_a_database_that_is_damaged(
    world: World, database_url: str, tmp_path: Path, damage: str
) -> None:
    _move(world, 5)
    backup(database_url, tmp_path / "saved")
    sound = (tmp_path / "saved").read_bytes()
    content = {
        "no database at all": b"x" * len(sound),
        "half of it": sound[: len(sound) // 2],
        "a page of nothing": sound[:100] + bytes(4096) + sound[4196:],
    }[damage]
    broken = tmp_path / "data" / "champions.db"
    broken.parent.mkdir()
    broken.write_bytes(content)
    before = restore(f"sqlite:///{broken}", tmp_path / "saved")
    assert before is not None
    assert before.read_bytes() == content
    with Database(f"sqlite:///{broken}").reading() as session:
        assert _books(session, world) == ({world.design: 5}, [])


def test_a_backup_that_cannot_be_written_is_one_line_and_leaves_nothing(
    world: World, database_url: str, tmp_path: Path
) -> None:
    del world

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    champions = str(Path(sys.executable).with_name("champions"))
    environment = {**os.environ, "CHAMPIONS_DATABASE_URL": database_url, "CHAMPIONS_DATA": str(tmp_path / "data")}
    for limit in (no_room, None):
        ran = subprocess.run(
            [champions, "backup", str(tmp_path / "saved")],
            env=environment,
            preexec_fn=limit,
            capture_output=True,
            text=True,
            check=False,
        )
        if limit is not None:
            assert (ran.returncode, ran.stderr) == (
                1,
                f"Error: There is no room for {tmp_path / 'saved'}, or it cannot be written. Nothing was kept of it.\n",
            )
            assert list(tmp_path.iterdir()) == []
    assert (ran.returncode, [file.name for file in tmp_path.iterdir()]) == (0, ["saved"])


def test_a_missing_file_is_named(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        restore(database_url, tmp_path / "nowhere")
