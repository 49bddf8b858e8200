"""Databases that belong to one test and are removed after it, on both engines."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import Engine, create_engine, make_url

T = TypeVar("T")

# In memory, a new PostgreSQL database, some 300 files, takes 20 ms instead of 100, and every commit of SQLite waits for
# no disk (measured). Containers often get 64 MB of it.
MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 2_000_000_000


def fastest_place() -> Path | None:
    """Where databases are made fastest; None for wherever temporary files go."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_NEEDED else None


class NewDatabase(Protocol):
    """Makes a database for the time of a block and gives its URL."""

    def __call__(self, *, copy_of: str | None = None) -> AbstractContextManager[str]:
        """An empty one, or a copy of the database with this URL, to which nobody may be connected."""


@contextmanager
def new_sqlite(folder: Path, *, copy_of: str | None = None) -> Iterator[str]:
    """A file in a folder of its own; the file of an empty one does not exist yet."""
    home = folder / secrets.token_hex(8)
    home.mkdir()
    file = home / "champions.db"
    if copy_of is not None:
        # The file is all there is: whoever closed it last has emptied its write-ahead log.
        shutil.copyfile(str(make_url(copy_of).database), file)
    try:
        yield f"sqlite:///{file}"
    finally:
        shutil.rmtree(home)


@contextmanager
def new_postgresql(server: Engine, *, copy_of: str | None = None) -> Iterator[str]:
    """A database on a server where we may create some; the engine has to be in autocommit mode."""
    name = f"champions_test_{secrets.token_hex(8)}"
    template = "template0" if copy_of is None else make_url(copy_of).database
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    try:
        yield server.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def sqlite_databases() -> Iterator[NewDatabase]:
    """Databases in a folder that is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="champions-", dir=fastest_place()) as folder:
        yield partial(new_sqlite, Path(folder))


@contextmanager
def postgresql_databases(url: str) -> Iterator[NewDatabase]:
    """Databases on the server with this URL."""
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    yield partial(new_postgresql, server)
    server.dispose()


class Kept:
    """What is made once and kept to the end, by name."""

    def __init__(self) -> None:
        self._stack, self._made = ExitStack(), dict[str, Any]()

    def once(self, name: str, make: Callable[[], AbstractContextManager[T]]) -> T:
        """What was made under this name, or is made now."""
        if name not in self._made:
            self._made[name] = self._stack.enter_context(make())
        made: T = self._made[name]
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
