"""Which tests have PostgreSQL run a statement that no other test has it run.

``CHAMPIONS_TEST_STATEMENTS=FILE`` has the tests write down, one JSON line for each, what they send and how long they
take; ``scripts/engines.py`` chooses by it which of them run on both databases.
"""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

LIST = Path(__file__).parents[1] / "on_sqlite.txt"

_PARAMETER = re.compile(r"%\(\w+\)s(::\w+( \w+)*)?")
_REPEATED = re.compile(r"(\(?\?\)?)(, \1)+")
_OWN = re.compile(r"champions_test_\w+|\b\d+\b")


def told_elsewhere() -> frozenset[str]:
    """The tests, ``file::function``, that need not run on PostgreSQL, too."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def shape(statement: str) -> str:
    """A statement without what differs from one run to the next."""
    plain = _OWN.sub("0", _REPEATED.sub(r"\1", _PARAMETER.sub("?", statement)))
    return " ".join(plain.split())


class Recorder:
    """A plugin that writes down the statements of each test."""

    def __init__(self, file: Path) -> None:
        self._file, self._sent = file, set[str]()
        event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self._sent.add(shape(statement))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Around each test, without its fixtures."""
        self._sent.clear()
        began = time.monotonic()
        yield
        line = {"test": item.nodeid, "seconds": time.monotonic() - began, "sent": sorted(self._sent)}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
