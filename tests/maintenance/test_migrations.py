"""The schema's history, on both databases: every step up, down and up again, with rows in every table."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Inspector, MetaData, NullPool, Table, create_engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.core.config import PROJECT
from app.core.db import Database
from app.core.retired import RETIRED, present
from app.maintenance.migrations import (
    ADVISORY_LOCK,
    configuration,
    current,
    downgrade,
    head,
    is_current,
    is_known,
    upgrade,
)
from app.maintenance.tables import metadata
from app.maintenance.triggers import MESSAGES, create_triggers, drop_triggers
from app.stock.models import UNBOUNDED, Kind
from tests.reliability.sizes import SOAK
from tests.support.databases import NewDatabase
from tests.support.rows import count_rows, fill

SCRIPTS = ScriptDirectory.from_config(configuration(""))
REVISIONS = list(reversed(list(SCRIPTS.walk_revisions())))
ALONE = REVISIONS if SOAK else REVISIONS[-3:]
"""The revisions that go up and down one by one: those before them never change, and take turns in the soak alone."""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A unit of work on a database that is opened for it alone."""
    database = Database(url)
    try:
        with database.engine.begin() as connection:
            yield connection
    finally:
        database.dispose()


def assert_the_past_is_immutable(connection: Connection) -> None:
    """There must be rows: SQLite's triggers fire once for each of them."""
    for table, message in MESSAGES.items():
        if not inspect(connection).has_table(table):
            continue
        statements = [f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"]
        if connection.dialect.name == "postgresql":
            statements.append(f"TRUNCATE {table} CASCADE")
        for statement in statements:
            with pytest.raises(IntegrityError, match=message), connection.begin_nested():
                connection.execute(text(statement))


def with_one_more_revision(url: str, folder: Path, upgrade_body: str) -> Config:
    """A configuration that knows a revision after the newest one."""
    (folder / "next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'next'\ndown_revision = {head()!r}\n"
        f"def upgrade():\n    connection = op.get_bind()\n    {upgrade_body}\n"
    )
    config = configuration(url)
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join([str(PROJECT / "alembic" / "versions"), str(folder)]))
    return config


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """The revisions are read from their files once, and not for each of two hundred steps."""
    read: Any = ScriptDirectory.from_config

    def known(config: Config) -> ScriptDirectory:
        return SCRIPTS if config.get_main_option("version_locations") is None else read(config)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptDirectory, "from_config", known)
        yield


@pytest.fixture(scope="module")
def at_revision(new_database: NewDatabase) -> Iterator[Callable[[Any], str | None]]:
    """Gives the URL of a database at a revision, each made once, of the one before it; None for none."""
    with ExitStack() as stack:

        @cache
        def made(revision: Any) -> str | None:
            if revision is None:
                return None
            step: Any = SCRIPTS.get_revision(revision)
            before = step.down_revision if step in ALONE else None
            url = stack.enter_context(new_database(copy_of=made(before)))
            upgrade(url, revision)
            return url

        yield made


REPLACED = {"member_block": "0019"}
"""Tables in whose place a revision puts another; their rows come back when it is undone."""


@pytest.mark.parametrize("step", ALONE, ids=lambda step: str(step.revision))
def test_a_revision_goes_up_down_and_up_again_with_rows_in_every_table(
    at_revision: Callable[[Any], str | None], new_database: NewDatabase, step: Any
) -> None:
    with new_database(copy_of=at_revision(step.down_revision)) as url:
        _there_and_back_and_there(url, step)


def _there_and_back_and_there(url: str, step: Any) -> None:
    before = dict[str, int]()
    if step.down_revision:
        with connected(url) as connection:
            fill(connection, but=set())
            before = count_rows(connection)
    kept = {name: number for name, number in before.items() if REPLACED.get(name) != step.revision}
    upgrade(url, step.revision)
    with connected(url) as connection:
        assert kept.items() <= count_rows(connection).items()
        fill(connection, but=set(before))
        assert 0 not in count_rows(connection).values()
    downgrade(url, step.down_revision or "base")
    with connected(url) as connection:
        assert count_rows(connection) == before
        assert current(connection) == step.down_revision
    upgrade(url, step.revision)
    with connected(url) as connection:
        assert kept.items() <= count_rows(connection).items()
        fill(connection, but=set(before))
        assert_the_past_is_immutable(connection)


def test_the_rows_of_the_oldest_database_go_with_it_to_the_newest_revision_and_back(
    at_revision: Callable[[Any], str | None], new_database: NewDatabase
) -> None:
    oldest = REVISIONS[0].revision
    with new_database(copy_of=at_revision(oldest)) as url:
        with connected(url) as connection:
            fill(connection, but=set())
            before = count_rows(connection)
        upgrade(url)
        with connected(url) as connection:
            assert before.items() <= count_rows(connection).items()
        downgrade(url, oldest)
        with connected(url) as connection:
            assert count_rows(connection) == before


def test_boxes_that_were_given_up_and_found_before_that_was_noted_came_on_the_day_of_the_find(
    at_revision: Callable[[Any], str | None], new_database: NewDatabase
) -> None:
    with new_database(copy_of=at_revision("0014")) as url:
        with connected(url) as connection:
            fill(connection, but=set())
            connection.execute(text("UPDATE shipment SET status = 'lost', received_on = NULL"))
            shipment = Table("shipment", MetaData(), autoload_with=connection)
            whole = connection.execute(select(shipment)).mappings().one()
            noted = {2: None, 3: date(2026, 10, 1), 4: date(2026, 10, 1)}
            for number, day in noted.items():
                connection.execute(insert(shipment).values({**whole, "id": number, "received_on": day}))
            moves = Table("move", MetaData(), autoload_with=connection)
            move = connection.execute(select(moves).limit(1)).mappings().one()
            # The first was given up, the third came in part, the fourth was empty when it was counted.
            told = ((1, "found", "11-03"), (1, "found", "11-01"), (3, "receive", "10-01"))
            for number, (box, reason, on) in enumerate(
                (*told, (3, "found", "11-02"), (4, "found", "11-02")), start=900
            ):
                at = datetime.fromisoformat(f"2026-{on}T23:30:00+00:00")
                own = {
                    "id": number,
                    "reason": reason,
                    "subject": f"shipment:{box}",
                    "created_at": at,
                    "reference": None,
                }
                connection.execute(insert(moves).values({**move, **own}))
        upgrade(url, "0015")
        with connected(url) as connection:
            days = connection.execute(select(shipment.c.received_on).order_by(shipment.c.id)).scalars().all()
    assert days == [date(2026, 11, 1), None, date(2026, 10, 1), date(2026, 11, 2)]


def test_the_revisions_build_what_a_new_database_has_at_once(
    at_revision: Callable[[Any], str | None], new_database: NewDatabase
) -> None:
    with new_database(copy_of=at_revision(head())) as step_by_step, new_database() as at_once:
        command.check(configuration(step_by_step))  # It raises where revisions and models differ.
        upgrade(at_once)
        with connected(at_once) as new, connected(step_by_step) as migrated:
            assert shape(inspect(migrated)) == shape(inspect(new))
            assert rows_of(migrated) == rows_of(new)
            assert triggers_of(migrated) == triggers_of(new) != []


@pytest.mark.only_on("sqlite")
def test_indexes_of_a_new_database_come_in_one_order_by_which_sqlite_chooses(database: Database) -> None:
    asked = text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND sql <> '' ORDER BY rowid")
    with database.engine.connect() as connection:
        found = [(table, name) for table, name in connection.execute(asked)]
    for table in {table for table, _ in found}:
        names = [name for of, name in found if of == table]
        assert names == sorted(names)


def test_the_newest_revision_is_known_by_the_names_of_the_files() -> None:
    assert SCRIPTS.get_heads() == [head()]
    assert all(is_known(step.revision) for step in REVISIONS)
    assert not is_known("9999")


def test_all_tables_are_known_to_whoever_knows_nothing_else() -> None:
    asked = "from app.maintenance.tables import metadata; print(*sorted(metadata.tables))"
    found = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True, cwd=PROJECT)
    assert found.stdout.split() == sorted(metadata.tables)


def rows_of(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for the moments when they were made."""
    reflected = MetaData()
    reflected.reflect(connection)
    return {
        table.name: [
            {name: value for name, value in row.items() if not isinstance(value, datetime)}
            for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in reflected.sorted_tables
    }


def triggers_of(connection: Connection) -> list[Any]:
    """Each trigger with its whole text."""
    asked = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger"
        " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal ORDER BY tgname",
    }
    return list(map(tuple, connection.execute(text(asked[connection.dialect.name]))))


def test_every_constraint_and_index_has_a_name(database: Database) -> None:
    unnamed = [
        (table, part, item)
        for table, parts in shape(inspect(database.engine)).items()
        for part, items in parts.items()
        for item in items
        if not item["name"]
    ]
    # SQLite gives no name to the key of a table whose numbers are never given again.
    keys = [each for each in unnamed if database.engine.dialect.name == "sqlite" and each[:2] == ("conference", _KEY)]
    assert unnamed == keys


_KEY = "primary key"


def shape(inspector: Inspector) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """All that a database knows of its tables: also what Alembic's check leaves out, as CHECK, ON DELETE and WHERE."""
    return {
        table: {
            "columns": _by_name([{**column, "type": str(column["type"])} for column in inspector.get_columns(table)]),
            _KEY: [dict(inspector.get_pk_constraint(table))],
            "foreign keys": _by_name(inspector.get_foreign_keys(table)),
            "unique": _by_name(inspector.get_unique_constraints(table)),
            "checks": _by_name(inspector.get_check_constraints(table)),
            "indexes": _by_name([_plain(index) for index in inspector.get_indexes(table)]),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _by_name(items: Any) -> list[dict[str, Any]]:
    return sorted(map(dict, items), key=lambda item: str(item["name"]))


def _plain(index: Any) -> dict[str, Any]:
    return {**index, "dialect_options": {key: str(value) for key, value in index.get("dialect_options", {}).items()}}


def test_moves_and_the_audit_trail_cannot_be_changed_deleted_or_truncated(session: Session) -> None:
    fill(session.connection(), but=set())
    assert_the_past_is_immutable(session.connection())


def test_a_revision_may_take_the_triggers_away_for_as_long_as_it_runs(session: Session) -> None:
    connection = session.connection()
    fill(connection, but=set())
    drop_triggers(connection)
    assert connection.execute(text("UPDATE move SET quantity = 2")).rowcount == 1
    create_triggers(connection)
    assert_the_past_is_immutable(connection)


def test_the_triggers_survive_a_revision_that_copies_the_ledger(
    database_url: str, database_kind: str, tmp_path: Path
) -> None:
    with connected(database_url) as connection:
        fill(connection, but=set())
    body = "with op.batch_alter_table('move') as batch: batch.add_column(sa.Column('weight', sa.Integer))"
    if database_kind == "sqlite":
        body = (
            "with op.batch_alter_table('move', recreate='always') as batch:"
            " batch.add_column(sa.Column('weight', sa.Integer))\n"
            "    triggers = \"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'move'\"\n"
            "    left = connection.exec_driver_sql(triggers).all()\n"
            "    assert not left, 'Alembic keeps triggers now; app.maintenance.triggers may become simpler'"
        )
    command.upgrade(with_one_more_revision(database_url, tmp_path, body), "head")
    with connected(database_url) as connection:
        assert current(connection) == "next"
        assert connection.execute(text("SELECT weight FROM move")).all() == [(None,)]
        assert_the_past_is_immutable(connection)


def test_a_revision_that_leaves_rows_without_their_parents_is_undone(database_url: str, tmp_path: Path) -> None:
    with connected(database_url) as connection:
        fill(connection, but=set())
        before = count_rows(connection)
    config = with_one_more_revision(database_url, tmp_path, "op.execute('DELETE FROM conference')")
    # SQLite migrates with foreign keys off and finds out at the end; PostgreSQL refuses at once, for any of them.
    keys = [key for table in metadata.tables.values() for key in table.foreign_keys]
    refer = {key.parent.table.name for key in keys if key.column.table.name == "conference"}
    with pytest.raises((CommandError, IntegrityError), match="|".join(refer)):
        command.upgrade(config, "head")
    with connected(database_url) as connection:
        assert current(connection) == head()
        assert count_rows(connection) == before


def test_addresses_of_before_get_their_one_form_and_nobody_gets_anothers(
    at_revision: Callable[[Any], str | None], new_database: NewDatabase
) -> None:
    revision = next(step for step in REVISIONS if step.doc.startswith("An e-mail address has one form"))
    before = ["ana@peña.es", "bea@peña.es", "bea@xn--pea-8ma.es", "weiß@example.org", "c@☃.example", "d@example.org"]
    with new_database(copy_of=at_revision(revision.down_revision)) as url:
        with connected(url) as connection:
            for number, email in enumerate(before, 1):
                connection.execute(
                    text(
                        "INSERT INTO person (id, name, paper_name, email, role, trusted, language, active, fictional,"
                        " created_at, version) VALUES (:id, 'x', '', :email, 'champion', false, 'en', true, false,"
                        " CURRENT_TIMESTAMP, 1)"
                    ),
                    {"id": number, "email": email},
                )
        upgrade(url, revision.revision)
        with connected(url) as connection:
            after = list(connection.scalars(text("SELECT email FROM person ORDER BY id")))
    assert after == ["ana@xn--pea-8ma.es", *before[1:]]


def test_states_of_before_get_the_codes_that_iso_has_now(
    at_revision: Callable[[Any], str | None], new_database: NewDatabase
) -> None:
    revision = next(step for step in REVISIONS if step.doc.startswith("States have the codes"))
    tables = ("conference", "person_address", "location_address")
    with new_database(copy_of=at_revision(revision.down_revision)) as url:
        with connected(url) as connection:
            fill(connection, but=set())
        for codes in (("CN-11", "IN-OR", "MX-DIF"), ("PL-MZ", "ZA-GT", "US-IL")):
            with connected(url) as connection:
                for table, code in zip(tables, codes, strict=True):
                    connection.execute(text(f"UPDATE {table} SET state = :code"), {"code": code})
            upgrade(url, revision.revision)
            with connected(url) as connection:
                found = [set(connection.scalars(text(f"SELECT state FROM {table}"))) for table in tables]
            assert found == [{present(code)} for code in codes]
            downgrade(url, str(revision.down_revision))
    given_up = {f"{land}-{code}" for land, codes in revision.module._CHANGES.items() for code in codes.split()[::2]}
    assert given_up == RETIRED.keys()


def test_the_first_revision_adds_the_locations_of_which_there_is_one(session: Session) -> None:
    found = session.connection().execute(text("SELECT kind, unbounded FROM location ORDER BY id")).all()
    assert [(kind, bool(unbounded)) for kind, unbounded in found] == [
        ("packed", False),
        ("transit", False),
        ("loss", False),
        ("adjustment", True),
    ]


def add_location(connection: Connection, kind: Kind, *, unbounded: bool) -> None:
    """Number 500, of any kind; where there is already the only one of its kind, that steps aside."""
    owner, conference = (1 if kind is Kind.CHAMPION else None), (1 if kind is Kind.CONFERENCE else None)
    connection.execute(text("DELETE FROM location WHERE kind = :kind AND id < 5"), {"kind": kind})
    connection.execute(
        text(
            "INSERT INTO location"
            " (id, kind, name, folded_name, unbounded, person_id, conference_id, active, version, created_at)"
            " VALUES (500, :kind, :name, :name, :unbounded, :owner, :conference, true, 1, CURRENT_TIMESTAMP)"
        ),
        {
            "kind": kind,
            "name": "" if owner or conference else "here",
            "unbounded": unbounded,
            "owner": owner,
            "conference": conference,
        },
    )


def add_level(connection: Connection, *, unbounded: bool, on_hand: int) -> None:
    """What there is of the only design at location 500."""
    connection.execute(
        text("INSERT INTO level (location_id, design_id, unbounded, on_hand) VALUES (500, 1, :unbounded, :on_hand)"),
        {"unbounded": unbounded, "on_hand": on_hand},
    )


@pytest.mark.parametrize("kind", Kind)
def test_only_a_vendor_and_the_adjustment_may_hold_less_than_nothing(session: Session, kind: Kind) -> None:
    connection = session.connection()
    fill(
        connection,
        but={"move", "move_note", "stock_count", "close_out_line", "shipment", "shipment_line", "shipment_address"},
    )
    free = kind in UNBOUNDED
    with pytest.raises(IntegrityError, match="ck_location_unbounded"), connection.begin_nested():
        add_location(connection, kind, unbounded=not free)
    add_location(connection, kind, unbounded=free)
    # A level and its location say the same of being unbounded, so a level cannot free itself.
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), connection.begin_nested():
        add_level(connection, unbounded=not free, on_hand=0)
    if not free:
        with pytest.raises(IntegrityError, match="ck_level_on_hand"), connection.begin_nested():
            add_level(connection, unbounded=False, on_hand=-1)
    add_level(connection, unbounded=free, on_hand=-1 if free else 0)


def test_a_database_is_current_only_at_the_newest_revision(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    with database.reading() as session:
        assert current(session.connection()) is None
        assert not is_current(session)
    upgrade(empty_database_url)
    with database.reading() as session:
        assert current(session.connection()) == head()
        assert is_current(session)
    database.dispose()


def test_processes_that_upgrade_at_the_same_time_migrate_once(empty_database_url: str, database_kind: str) -> None:
    url = empty_database_url
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        if database_kind == "sqlite":
            runs = [pool.submit(upgrade, url) for _ in range(2)]
        else:
            engine = create_engine(url, poolclass=NullPool)
            with engine.connect() as connection:
                # Nobody goes on before both have come as far as the lock.
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
                runs = [pool.submit(upgrade, url) for _ in range(2)]
                waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                while connection.exec_driver_sql(waiting).scalar() != len(runs):
                    assert not any(run.done() for run in runs), "a migration did not wait for the lock"
                    time.sleep(0.05)
        for run in runs:
            run.result()
    with connected(url) as connection:
        assert current(connection) == head()
        assert count_rows(connection)["location"] == 4


def test_a_new_sqlite_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "champions.db"
    mask = os.umask(0)
    try:
        upgrade(f"sqlite:///{file}")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_migration_cannot_be_written_out_as_sql(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--sql"):
        command.upgrade(configuration(f"sqlite:///{tmp_path / 'champions.db'}"), "head", sql=True)
