"""Writes ``tests/on_sqlite.txt``: tests that have PostgreSQL run no statement that others do not have it run, too.

What is about a database, about several at the same moment, or about many rows in an order, runs on both whatever it
sends (``ALWAYS``). Of the others those are kept that add most statements for their time, until each statement of the
application is run on both. A test that is new runs on both until this is done again, which takes as long as all tests
on PostgreSQL.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from tests.support.engines import LIST

ALWAYS = (
    *("tests/core", "tests/coverage", "tests/demo", "tests/maintenance", "tests/papers", "tests/reliability"),
    *("tests/stock/test_ledger", "tests/people/test_last_admin", "tests/paperwork/test_coverage_report"),
    *(
        "tests/letters/test_outbox",
        "tests/letters/test_races",
        "tests/api/test_people.py::test_a_sign_in_link_works_once",
    ),
    *("tests/api/test_conferences", "tests/api/test_coverage", "tests/api/test_database_trouble"),
    *("tests/api/test_entries", "tests/api/test_filters", "tests/api/test_idempotency", "tests/api/test_inference"),
    *("tests/api/test_main_job", "tests/api/test_paging", "tests/api/test_quotas", "tests/api/test_statements"),
)
HEAD = """\
# Made by scripts/engines.py: these tests run on SQLite alone, since others send PostgreSQL each of their statements.
# `--database postgresql` and the soak run them there, too.
"""
MOMENT = 0.05  # seconds that a test costs beside its own


def chosen(lines: list[dict[str, object]]) -> list[str]:
    """The tests that add nothing, of those whose statements are given."""
    sent, seconds = defaultdict[str, set[str]](set), defaultdict[str, float](float)
    for line in lines:
        test = str(line["test"]).split("[")[0]
        sent[test] |= set(line["sent"])  # type: ignore[call-overload]  # it is a list
        seconds[test] += float(str(line["seconds"]))
    left = {test for test in sent if not test.startswith(ALWAYS)}
    seen = set().union(*(sent[test] for test in sent.keys() - left))
    while left:
        best = max(sorted(left), key=lambda test: len(sent[test] - seen) / (seconds[test] + MOMENT))
        if not sent[best] - seen:
            break
        seen |= sent[best]
        left.discard(best)
    return sorted(left)


def main() -> None:
    """Runs the tests that run on both, on PostgreSQL, and writes the list."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "statements"
        command = [sys.executable, "-m", "pytest", "-q", "-k", "postgresql", *sys.argv[1:]]
        environment = {**os.environ, "CHAMPIONS_TEST_STATEMENTS": str(told)}
        subprocess.run(command, env=environment, check=True)  # noqa: S603 (our own)
        lines = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    LIST.write_text("".join([HEAD, *(f"{test}\n" for test in chosen(lines))]), encoding="utf-8")


if __name__ == "__main__":
    main()
