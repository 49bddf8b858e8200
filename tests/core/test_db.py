"""Units of work, what is done again, and the types that both databases share."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, event, func, insert, select, text, update
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, StatementError
from sqlmodel import Session

from app.core.db import ATTEMPTS, Database, UtcDateTime
from app.core.errors import Busy, Unavailable
from tests.support.databases import NewDatabase

METADATA = MetaData()
JAR = Table(
    "jar",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True, nullable=False),
    Column("ribbons", Integer, nullable=False),
)
MOMENT = Table("moment", METADATA, Column("id", Integer, primary_key=True), Column("at", UtcDateTime))

IN_FORCE: dict[str, dict[str, object]] = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        "PRAGMA synchronous": 2,  # FULL
        "PRAGMA foreign_keys": 1,
        "PRAGMA recursive_triggers": 1,
        "PRAGMA busy_timeout": 10_000,
    },
    "postgresql": {
        "SHOW timezone": "UTC",
        "SHOW lock_timeout": "5s",
        "SHOW statement_timeout": "30s",
        "SHOW idle_in_transaction_session_timeout": "1min",
        "SHOW transaction_isolation": "read committed",
    },
}


# One database for the whole module: a property asks for it many times.
@pytest.fixture(scope="module")
def jars(new_database: NewDatabase) -> Iterator[Database]:
    with new_database() as url:
        database = Database(url)
        METADATA.create_all(database.engine)
        yield database
        database.dispose()


@pytest.fixture
def two_jars(jars: Database) -> Database:
    """Jars 1 and 2, with nothing in them."""
    with jars.transaction() as session:
        session.connection().execute(JAR.delete())
        session.connection().execute(insert(JAR), [{"id": n, "name": f"jar {n}", "ribbons": 0} for n in (1, 2)])
    return jars


def contents(database: Database) -> list[tuple[str, int]]:
    with database.reading() as session:
        found = session.connection().execute(select(JAR.c.name, JAR.c.ribbons).order_by(JAR.c.name))
        return [(name, ribbons) for name, ribbons in found]


def add(session: Session, jar: int, ribbons: int) -> None:
    statement = update(JAR).where(JAR.c.id == jar).values(ribbons=JAR.c.ribbons + ribbons)
    session.connection().execute(statement)


def both(work: Callable[[int], object]) -> list[object]:
    """Does the work as number 1 and as number 2, each in a thread of its own, at once."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, (1, 2)))


def test_a_unit_of_work_is_kept(two_jars: Database) -> None:
    with two_jars.transaction() as session:
        add(session, 1, 5)
    assert contents(two_jars) == [("jar 1", 5), ("jar 2", 0)]


def test_a_unit_of_work_that_fails_leaves_nothing(two_jars: Database) -> None:
    def half_done() -> None:
        with two_jars.transaction() as session:
            add(session, 1, 5)
            raise LookupError

    with pytest.raises(LookupError):
        half_done()
    assert contents(two_jars) == [("jar 1", 0), ("jar 2", 0)]


def test_an_error_that_would_come_again_is_raised_at_once(two_jars: Database) -> None:
    attempts = []

    def work(session: Session) -> None:
        attempts.append(1)
        add(session, 1, 5)
        session.connection().execute(insert(JAR).values(id=3, name=None, ribbons=0))

    with pytest.raises(IntegrityError):
        two_jars.run(work)
    assert len(attempts) == 1
    assert contents(two_jars) == [("jar 1", 0), ("jar 2", 0)]


def test_a_session_to_read_with_sees_what_was_committed(two_jars: Database) -> None:
    with two_jars.transaction() as writer:
        add(writer, 1, 5)
        writer.flush()
        assert contents(two_jars)[0] == ("jar 1", 0)
    assert contents(two_jars)[0] == ("jar 1", 5)


def test_what_is_written_in_a_session_to_read_with_is_not_kept(two_jars: Database) -> None:
    # PostgreSQL refuses it at once; SQLite takes it back in the end.
    with suppress(InternalError), two_jars.reading() as session:
        add(session, 1, 5)
    assert contents(two_jars) == [("jar 1", 0), ("jar 2", 0)]


def test_what_two_threads_add_at_once_adds_up(two_jars: Database) -> None:
    def work(_number: int) -> None:
        for _ in range(20):
            two_jars.run(lambda session: add(session, 1, 1))

    both(work)
    assert contents(two_jars)[0] == ("jar 1", 40)


def test_work_that_waits_crosswise_is_done_again(two_jars: Database, database_kind: str) -> None:
    # SQLite admits one writer at a time, so that the second begins when the first has ended.
    crosswise = database_kind == "postgresql"
    meet, attempts = Barrier(2, timeout=30), []

    def work(number: int) -> None:
        mine = []

        def unit(session: Session) -> None:
            attempts.append(number)
            mine.append(number)
            add(session, number, 10)
            if crosswise and len(mine) == 1:
                meet.wait()  # both hold their first jar now, and want the other's
            add(session, 3 - number, 1)

        two_jars.run(unit)

    both(work)
    assert len(attempts) == (3 if crosswise else 2)
    assert contents(two_jars) == [("jar 1", 11), ("jar 2", 11)]


def test_who_finds_nothing_and_comes_second_finds_what_the_first_has_written(
    two_jars: Database, database_kind: str
) -> None:
    crosswise = database_kind == "postgresql"
    meet, attempts = Barrier(2, timeout=30), []

    def work(number: int) -> str:
        mine = []

        def unit(session: Session) -> str:
            attempts.append(number)
            mine.append(number)
            wanted = JAR.c.name == "the new jar"
            if session.connection().scalar(select(JAR.c.id).where(wanted)) is not None:
                return "found"
            if crosswise and len(mine) == 1:
                meet.wait()  # neither has found it
            session.connection().execute(insert(JAR).values(id=10 + number, name="the new jar", ribbons=number))
            return "made"

        return two_jars.run(unit)

    assert sorted(map(str, both(work))) == ["found", "made"]
    assert len(attempts) == (3 if crosswise else 2)
    assert [name for name, _ in contents(two_jars)].count("the new jar") == 1


@contextmanager
def impatient(database: Database, kind: str) -> Iterator[Database]:
    """The same database for somebody who hardly waits for a lock."""
    own = Database(database.engine.url.render_as_string(hide_password=False))

    def hurry(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute({"sqlite": "PRAGMA busy_timeout=1", "postgresql": "SET lock_timeout=1"}[kind])
        cursor.close()
        connection.commit()

    event.listen(own.engine, "connect", hurry)
    try:
        yield own
    finally:
        own.dispose()


def test_a_database_that_stays_busy_is_given_up_on(two_jars: Database, database_kind: str) -> None:
    attempts = []

    def work(session: Session) -> None:
        attempts.append(1)
        add(session, 1, 5)

    with impatient(two_jars, database_kind) as other, two_jars.transaction() as holder:
        add(holder, 1, 7)
        with pytest.raises(Busy, match="Nothing was written"):
            other.run(work)
    assert len(attempts) == ATTEMPTS
    assert contents(two_jars) == [("jar 1", 7), ("jar 2", 0)]


def test_where_commits_were_lost_nobody_is_told_that_nothing_was_written(
    two_jars: Database, database_kind: str
) -> None:
    def lose(connection: Connection) -> None:
        connection.connection.commit()
        raise OperationalError("COMMIT", None, Exception(), connection_invalidated=True)

    with impatient(two_jars, database_kind) as other:
        event.listen(other.engine, "commit", lose)
        with pytest.raises(Unavailable, match="look whether it is there"):
            other.run(lambda session: add(session, 1, 5), repeatable=True)
    assert contents(two_jars)[0] == ("jar 1", 5 * ATTEMPTS)


def test_on_sqlite_a_unit_of_work_holds_off_other_writers_from_its_first_read_on(
    two_jars: Database, database_kind: str
) -> None:
    def work(session: Session) -> object:
        return session.connection().scalar(select(func.count()).select_from(JAR))

    with impatient(two_jars, database_kind) as other, two_jars.transaction() as holder:
        work(holder)
        if database_kind == "sqlite":
            with pytest.raises(Busy):
                other.run(work)
        else:
            assert other.run(work) == 2


def instants() -> st.SearchStrategy[datetime]:
    zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 (bounds are naive)


def kept(connection: Connection, instant: datetime | None) -> datetime | None:
    """The instant, once it was written and read."""
    connection.execute(MOMENT.delete())
    connection.execute(insert(MOMENT).values(id=1, at=instant))
    found: datetime | None = connection.scalar(select(MOMENT.c.at))
    return found


@settings(deadline=None)
@given(instant=instants())
def test_an_instant_comes_back_in_utc_whatever_its_zone_was(jars: Database, instant: datetime) -> None:
    with jars.transaction() as session:
        found = kept(session.connection(), instant)
        assert found == instant
        assert found is not None
        assert found.tzinfo is UTC
        session.rollback()


@settings(deadline=None)
@given(earlier=instants(), later=instants())
def test_the_database_orders_instants_as_time_does(jars: Database, earlier: datetime, later: datetime) -> None:
    with jars.transaction() as session:
        session.connection().execute(MOMENT.delete())
        session.connection().execute(insert(MOMENT).values(id=1, at=earlier))
        after = select(func.count()).where(MOMENT.c.at < later)
        assert session.connection().scalar(after) == (earlier < later)
        session.rollback()


def test_no_instant_is_none(jars: Database) -> None:
    with jars.transaction() as session:
        assert kept(session.connection(), None) is None


def test_an_instant_without_a_zone_is_refused(jars: Database) -> None:
    naive = datetime(2026, 11, 24, 12)  # noqa: DTZ001 (that is the point)
    with pytest.raises(StatementError, match="needs a time zone"), jars.transaction() as session:
        kept(session.connection(), naive)
    with pytest.raises(StatementError, match="needs a time zone"), jars.transaction() as session:
        session.connection().execute(select(MOMENT).where(MOMENT.c.at == naive))


def test_our_settings_are_in_force_on_every_connection(jars: Database, database_kind: str) -> None:
    with jars.reading() as one, jars.transaction() as other:
        for session in (one, other):
            found = {name: session.connection().scalar(text(name)) for name in IN_FORCE[database_kind]}
            assert found == IN_FORCE[database_kind]


@pytest.mark.only_on("sqlite")
def test_a_statement_that_takes_too_long_is_stopped_and_the_connection_goes_on(
    two_jars: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")
    monkeypatch.setattr("app.core.sqlite.STATEMENT_SECONDS", 0.05)
    for way in (two_jars.reading, two_jars.transaction):
        with pytest.raises(Unavailable), way() as session:
            session.connection().execute(endless)
    monkeypatch.undo()
    assert contents(two_jars) == [("jar 1", 0), ("jar 2", 0)]


@pytest.mark.only_on("sqlite")
def test_whoever_waits_too_long_for_a_turn_to_write_is_told_and_leaves_the_line(two_jars: Database) -> None:
    line = two_jars._line
    assert line is not None
    with ThreadPoolExecutor(1) as pool, line.turn():
        with pytest.raises(Busy), line.turn(0.01):
            raise AssertionError("two at a time")
        next_one = pool.submit(two_jars.run, lambda session: add(session, 1, 7))
        assert contents(two_jars) == [("jar 1", 0), ("jar 2", 0)]
        assert not next_one.done()
    next_one.result()
    assert contents(two_jars) == [("jar 1", 7), ("jar 2", 0)]


@pytest.mark.only_on("sqlite")
def test_a_read_begins_on_a_connection_that_lay_idle_for_long(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver keeps its BEGIN and SQLite counts its steps, so that every so many of them look at the clock."""
    monkeypatch.setattr("app.core.sqlite._STEPS", 30)
    idle = Database(database_url, pool_size=1)

    def lie_idle(_connection: Any, record: Any, _proxy: Any) -> None:
        record.info["until"][0] = 0.0

    event.listen(idle.engine, "checkout", lie_idle)
    for _ in range(40):
        assert idle.read(lambda session: session.connection().execute(text("SELECT 1")).scalar()) == 1
    idle.dispose()
