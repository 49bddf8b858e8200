"""What the service takes as a whole: to start, at rest, over very many requests, and for what looks at everything.

``scripts/bench service [--scale small|large] [--requests N] [--json FILE] [NAME …]``: each beside its goal. Processor
time and memory are those that the operating system says of a process and its children, wall time is named as such.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import create_engine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.core.observe import configure_logs
from app.maintenance.migrations import upgrade
from scripts.bench_api import DURABLE, cached
from scripts.bench_data import SCALES, SMALL, Scale
from scripts.bench_load import Load, Target, cpu_of, drive, request, resident_mib
from scripts.bench_write import make
from tests.support.databases import new_postgresql, new_sqlite
from tests.support.postgresql import running_postgresql
from tests.support.serve import champions_serve

LIBRARIES = "import fastapi, sqlmodel, uvicorn, structlog"
READ = ("conferences?limit=50", "conferences/3", "coverage", "conferences?q=cardio", "conferences?year=2026")
PAGES = ("/", "/conferences", "/coverage", "/conferences/5")
STARTS = 5
ROWS, IMPORTED = 10_000, 5_000


@dataclass(frozen=True)
class Verdict:
    """What was measured of one thing."""

    name: str
    scale: str
    value: float
    unit: str
    goal: str
    reached: bool
    detail: str = ""


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of processor and of the clock, and the most memory, in MiB."""

    cpu: float
    wall: float
    peak: float


_HELPER = """
import json, os, sys, time
began = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, 1, 0)])
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - began
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024]))
"""
"""Starts a command from a process that is small: what one takes at most counts from what had started it."""


def run(*command: str, database_url: str = "") -> Cost:
    """What a command takes. Raises :class:`RuntimeError` where it fails."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CHAMPIONS_")}
    with tempfile.TemporaryDirectory(prefix="champions-bench-") as data:
        ours = {"CHAMPIONS_DATABASE_URL": database_url, "CHAMPIONS_DATA": data} if database_url else {}
        helper = [sys.executable, "-S", "-c", _HELPER, *command]
        said = subprocess.run(helper, env={**plain, **ours}, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603
    code, cpu, wall, peak = json.loads(said)
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}")
    return Cost(cpu, wall, peak)


def champions(*words: str, database_url: str) -> Cost:
    """What ``champions`` with these words takes."""
    return run(str(Path(sys.executable).with_name("champions")), *words, database_url=database_url)


@contextmanager
def served(database_url: str, *, workers: int = 1) -> Iterator[tuple[int, int]]:
    """A real server: its port, and its process."""
    how = {"open_claims": "1000", "figures_seconds": "5"}
    with (
        tempfile.TemporaryDirectory(prefix="champions-bench-") as data,
        champions_serve(database_url, Path(data), workers=workers, **how) as one,
    ):
        for _ in range(400):  # a supervisor says that it listens before its workers do
            try:
                get(one.port, "/readyz")
                break
            except OSError:
                time.sleep(0.05)
        yield one.port, one.process.pid


def get(port: int, path: str) -> None:
    """Has the server answer once. Raises :class:`OSError` where it does not."""
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        answer.read()


def start(database_url: str, scale: Scale, _requests: int) -> Iterator[Verdict]:
    """To the first answer, beside what its libraries take to be imported, in turns; and what stays in memory."""
    ours, bare, resident = [], [], []
    for _ in range(STARTS):
        bare.append(run(sys.executable, "-c", LIBRARIES).cpu)
        with served(database_url) as (port, pid):
            get(port, "/api/v1/conferences?limit=1")
            ours.append(cpu_of(pid))
            for path in (*(f"/api/v1/{each}" for each in READ), *PAGES):
                get(port, path)
            resident.append(resident_mib(pid))
    first, libraries = statistics.median(ours), statistics.median(bare)
    times, rest = first / libraries, statistics.median(resident)
    said = f"{first:.2f} s of processor, its libraries alone {libraries:.2f}"
    yield Verdict(
        "cold start", scale.name, round(times, 2), "× the import of its libraries", "≤ 1.4", times <= 1.4, said
    )
    yield Verdict("resident at rest", scale.name, round(rest), "MiB", "≤ 120", rest <= 120)


def growth(database_url: str, scale: Scale, requests: int) -> Iterator[Verdict]:
    """How much more memory there is after so many requests than after the first tenth of them."""
    sent = [request("GET", path) for path in (*(f"/api/v1/{each}" for each in READ), *PAGES)]
    with served(database_url) as (port, pid):
        load, target = Load(), Target(port, pid, lambda turn: sent[turn % len(sent)], 200)

        def drive_to(many: int) -> float:
            while len(load.took) + sum(load.wrong.values()) < many:
                drive(target, load, 0.5, connections=4)
            return resident_mib(pid)

        first = drive_to(requests // 10)
        grown = drive_to(requests) - first
    said = f"{len(load.took):,} requests, {sum(load.wrong.values())} not answered by 200; {first:.0f} MiB after a tenth"
    reached = grown <= 5 and not load.wrong
    yield Verdict("growth", scale.name, round(grown, 1), "MiB", "none (≤ 5)", reached, said)


def rows(file: Path, numbers: range) -> None:
    """Writes a file of conferences with these numbers."""
    first = date(2031, 1, 1)
    with file.open("w", newline="", encoding="utf-8") as opened:
        out = csv.writer(opened)
        out.writerow(["name", "acronym", "starts_on", "ends_on", "city", "state", "country", "specialty", "mode"])
        for number in numbers:
            day = first + timedelta(days=number % 700)
            name = f"Congress of Medicine {number:05}"
            out.writerow(
                [name, f"C{number}", day, day + timedelta(days=3), "Chicago", "US-IL", "US", "Cardiology", "in_person"]
            )


def commands(database_url: str, scale: Scale, _requests: int) -> Iterator[Verdict]:
    """An import into an empty database, and what looks at everything in this one."""
    with tempfile.TemporaryDirectory(prefix="champions-bench-") as folder:
        home = Path(folder)
        with new_sqlite(home) as empty:
            upgrade(empty)
            cpu, file = 0.0, home / "conferences.csv"
            for first in range(0, ROWS, IMPORTED):
                rows(file, range(first, first + IMPORTED))
                cpu += champions("import", "conferences", str(file), database_url=empty).cpu
        name, said = f"import of {ROWS:,} rows", f"in files of {IMPORTED:,}, which is the most that one may have"
        yield Verdict(name, scale.name, round(cpu, 1), "s of processor", "≤ 4", cpu <= 4, said)
        took = champions("stock", "verify", database_url=database_url)
        said, good = f"{took.peak:.0f} MiB at most", took.cpu <= 6 and took.peak <= 200
        yield Verdict("stock verify", scale.name, round(took.cpu, 1), "s of processor", "≤ 6, 200 MiB", good, said)
        took = champions("backup", str(home / "copy.db"), database_url=database_url)
        said = f"{took.wall:.1f} s by the clock"
        yield Verdict("backup", scale.name, round(took.cpu, 1), "s of processor", "≤ 5", took.cpu <= 5, said)


def workers(_database_url: str, _scale: Scale, _requests: int) -> Iterator[Verdict]:
    """Two workers beside one, on PostgreSQL with the small community, in turns."""
    sent = request("GET", "/api/v1/conferences?limit=50")
    with running_postgresql(DURABLE) as url, ExitStack() as stack:
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        stack.callback(server.dispose)
        database = stack.enter_context(new_postgresql(server))
        make(database, SMALL)
        loads = {1: Load(), 2: Load()}
        places = {number: stack.enter_context(served(database, workers=number)) for number in loads}
        for _ in range(3):
            for number, (port, pid) in places.items():
                drive(Target(port, pid, lambda _turn: sent, 200), loads[number], 3.0)
    one, two = loads[1], loads[2]
    times = two.per_second / one.per_second
    said = (
        f"{two.per_second:.0f} and {one.per_second:.0f} a second, {two.cpu_ms:.1f} and {one.cpu_ms:.1f} ms of processor"
        f" each, on {os.cpu_count()} processors that PostgreSQL and who asks use, too"
    )
    yield Verdict("two workers", SMALL.name, round(times, 2), "× one", "≥ 1.7", times >= 1.7, said)


PARTS: dict[str, Callable[[str, Scale, int], Iterator[Verdict]]] = {
    "start": start,
    "growth": growth,
    "commands": commands,
    "workers": workers,
}


def main() -> None:
    """Measures, and prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*PARTS, []], metavar="NAME", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--requests", type=int, default=20_000, help="for growth")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    configure_logs("warning")
    scale, found = SCALES[given.scale], []
    kept, _ = cached(scale)
    with (
        tempfile.TemporaryDirectory(prefix="champions-bench-") as folder,
        new_sqlite(Path(folder), copy_of=kept) as url,
    ):
        for name in given.names or PARTS:
            for verdict in PARTS[name](url, scale, given.requests):
                found.append(verdict)
                said = f"{'reached' if verdict.reached else 'NOT'}: {verdict.goal}"
                print(f"{verdict.name:24}{verdict.value:>8g} {verdict.unit}  {said}  {verdict.detail}", flush=True)
    if given.json:
        given.json.write_text(json.dumps([asdict(verdict) for verdict in found], indent=1))


if __name__ == "__main__":
    main()
