"""What every test may ask for. Whoever asks for a database runs once on SQLite and once on PostgreSQL.

A test that is marked ``on_one_engine``, or named in ``on_sqlite.txt``, runs on SQLite alone, but for the soak.
``--database sqlite`` and ``--database postgresql`` run every test on the one or the other.
``CHAMPIONS_TEST_POSTGRESQL`` may hold the URL of a server to be used instead of a temporary one; databases named
``champions_test_...`` come and go on it.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings
from sqlmodel import Session

from app.core.db import Database
from app.core.observe import configure_logs
from app.maintenance.migrations import upgrade
from tests.reliability.sizes import SOAK, part_of
from tests.support.databases import Kept, NewDatabase, postgresql_databases, sqlite_databases
from tests.support.engines import Recorder, told_elsewhere
from tests.support.pool import opened
from tests.support.postgresql import running_postgresql
from tests.support.shell import Shell, shell_on
from tests.support.world import Founded, World, build_world, found

KINDS = ["sqlite", "postgresql"]
TOLD_ELSEWHERE = frozenset[str]() if "CHAMPIONS_TEST_STATEMENTS" in os.environ else told_elsewhere()
"""While it is found out what each test sends, none is left out."""

TESTS = Path(__file__).parent
WITH_PROCESSES = {"browser", "reliability", "serving", "test_architecture.py", "test_docs.py"}

configure_logs("warning")

# How long an example takes depends on what else the machine does.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*KINDS, "both"], default="both", help="the databases to test on")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: some of the tests wait, for a browser, a server or a disk."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    if file := os.environ.get("CHAMPIONS_TEST_STATEMENTS"):
        config.pluginmanager.register(Recorder(Path(file)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = _kinds(metafunc.config.getoption("--database"), metafunc.definition)
        # Tests of one kind run in one block, because the scope is the session.
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


def _kinds(chosen: str, test: pytest.Function) -> list[str]:
    """The databases on which a test runs."""
    if only := test.get_closest_marker("only_on"):
        return [kind for kind in only.args if chosen in {kind, "both"}]
    if chosen != "both":
        return [chosen]
    alone = test.get_closest_marker("on_one_engine") or test.nodeid in TOLD_ELSEWHERE
    return KINDS[:1] if alone and not SOAK else KINDS


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Puts the tests that are done in a moment first, so that a mistake is told early.

    Where several workers share the tests, each gets a part of the list as it stands: so there is a list for each.
    """
    if part := os.environ.get("CHAMPIONS_SOAK_PART"):
        items[:] = part_of(items, part)
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    known = [(_patience(item), item) for item in items]
    groups = [[item for patience, item in known if patience == wanted] for wanted in range(3)]
    items[:] = [
        item
        for worker in range(workers)
        for group in groups
        for item in group[len(group) * worker // workers : len(group) * (worker + 1) // workers]
    ]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody need look through it for garbage again and again.

    Nor need anybody look as often as in a process that is to stay small: it took 7 % of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _patience(test: pytest.Function) -> int:
    """How long one has to wait for a test: a moment, until there is a database, or until there are processes."""
    folder = test.path.relative_to(TESTS).parts[0]
    if folder in WITH_PROCESSES:
        return 2
    return 1 if folder == "printing" or "database_kind" in test.fixturenames else 0


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> str:
    """``sqlite`` or ``postgresql``."""
    return str(request.param)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Kept]:
    """What is made once for the whole run, though the tests go from one database to the other and back."""
    with Kept() as kept:
        yield kept


@pytest.fixture(scope="session")
def postgresql_url(made_once: Kept) -> str:
    """The server; it is started for the first test that needs it, and runs to the end."""
    return os.environ.get("CHAMPIONS_TEST_POSTGRESQL") or made_once.once("server", running_postgresql)


@pytest.fixture(scope="session")
def new_database(database_kind: str, made_once: Kept, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes further databases: ``with new_database() as url``, empty or a ``copy_of`` another."""
    if database_kind == "sqlite":
        return made_once.once("sqlite", sqlite_databases)
    url = request.getfixturevalue("postgresql_url")
    return made_once.once("postgresql", lambda: postgresql_databases(url))


@pytest.fixture(scope="session")
def template_url(database_kind: str, made_once: Kept, new_database: NewDatabase) -> str:
    """A migrated database that nobody uses, to be copied."""

    @contextmanager
    def migrated() -> Iterator[str]:
        with new_database() as url:
            upgrade(url)
            yield url

    return made_once.once(f"template of {database_kind}", migrated)


@pytest.fixture
def figures(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes figures of the run that somebody will want to read; they stand at its end."""
    return lambda said: record_property("figures", f"{request.node.name}: {said}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = terminalreporter.getreports("passed")
    said = [text for report in passed for name, text in report.user_properties if name == "figures"]
    if said and SOAK:
        terminalreporter.section("figures")
        for line in said:
            terminalreporter.write_line(line)


@pytest.fixture
def empty_database_url(new_database: NewDatabase) -> Iterator[str]:
    """A database of the test's own that was never migrated."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="session")
def community(database_kind: str, made_once: Kept, new_database: NewDatabase, template_url: str) -> Founded:
    """The small community of ``world`` as it was founded; nobody uses it, it is copied."""

    @contextmanager
    def founded() -> Iterator[Founded]:
        with new_database(copy_of=template_url) as url:
            yield found(url)

    return made_once.once(f"community on {database_kind}", founded)


@pytest.fixture
def database_url(new_database: NewDatabase, template_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own, at the newest revision: empty, but for a test that asks for ``world``, too."""
    founded = "world" in request.fixturenames
    with new_database(copy_of=request.getfixturevalue("community").url if founded else template_url) as url:
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
def world(database_url: str, community: Founded) -> Iterator[World]:
    """A small community behind a running app, on the test's own database."""
    with build_world(database_url, community) as world:
        yield world
