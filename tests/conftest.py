"""What every test may ask for. Whoever asks for a database runs once on SQLite and once on PostgreSQL.

``--database sqlite`` or ``--database postgresql`` runs on one of them only. ``CHAMPIONS_TEST_POSTGRESQL`` may hold the
URL of a server to be used instead of a temporary one; databases named ``champions_test_...`` come and go on it.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine
from sqlmodel import Session

from app.core.db import Database
from app.core.observe import configure_logs
from app.maintenance.migrations import upgrade
from tests.support.databases import NewDatabase, fastest_place, new_postgresql, new_sqlite
from tests.support.pool import opened
from tests.support.postgresql import running_postgresql
from tests.support.shell import Shell, shell_on
from tests.support.world import World, build_world

KINDS = ["sqlite", "postgresql"]

configure_logs("warning")

# How long an example takes depends on what else the machine does.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*KINDS, "both"], default="both", help="the databases to test on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        marker = metafunc.definition.get_closest_marker("only_on")
        kinds = [kind for kind in KINDS if chosen in {kind, "both"} and (marker is None or kind in marker.args)]
        # Tests of one kind run in one block, because the scope is the session.
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``."""
    return str(request.param)


@pytest.fixture(scope="session")
def new_database(database_kind: str) -> Iterator[NewDatabase]:
    """Makes further databases: ``with new_database() as url``, empty or a ``copy_of`` another."""
    if database_kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="champions-", dir=fastest_place()) as folder:
            yield partial(new_sqlite, Path(folder))
    elif url := os.environ.get("CHAMPIONS_TEST_POSTGRESQL"):
        yield from _on_server(url)
    else:
        with running_postgresql() as url:
            yield from _on_server(url)


def _on_server(url: str) -> Iterator[NewDatabase]:
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    yield partial(new_postgresql, server)
    server.dispose()


@pytest.fixture(scope="session")
def template_url(new_database: NewDatabase) -> Iterator[str]:
    """A migrated database that nobody uses, to be copied."""
    with new_database() as url:
        upgrade(url)
        yield url


@pytest.fixture
def figures(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes figures of the run that somebody will want to read; they stand at its end."""
    return lambda said: record_property("figures", f"{request.node.name}: {said}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.getreports("passed")
    said = [text for report in passed for name, text in report.user_properties if name == "figures"]
    if said and os.environ.get("CHAMPIONS_SOAK") == "1":
        terminalreporter.section("figures")
        for line in said:
            terminalreporter.write_line(line)


@pytest.fixture
def empty_database_url(new_database: NewDatabase) -> Iterator[str]:
    """A database of the test's own that was never migrated."""
    with new_database() as url:
        yield url


@pytest.fixture
def database_url(new_database: NewDatabase, template_url: str) -> Iterator[str]:
    """A database of the test's own, at the newest revision."""
    with new_database(copy_of=template_url) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The test's own database, opened."""
    with opened(database_url) as app:
        yield app.state.database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One open unit of work, for tests of verbs. It is rolled back, since nobody will look at the database again."""
    with database.transaction() as session:
        yield session
        session.rollback()


@pytest.fixture
def shell(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """Runs ``champions`` with these arguments on the test's own database."""
    with shell_on(database_url, tmp_path, monkeypatch, capsys) as shell:
        yield shell


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A small community behind a running app, on the test's own database."""
    with build_world(database_url) as world:
        yield world
