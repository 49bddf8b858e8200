"""How fast the API answers, beside two floors in the same run, and what is reached of what it should reach.

``scripts/bench api [--scale small|large] [--database sqlite|postgresql|both] [--seconds N] [--json FILE] [NAME …]``:
makes its community (kept in a cache folder), starts the real server and the floors (``bench_floors.py``), each a
process of its own with a database of its own, and drives one after the other in turns, so that what else the machine
does counts for all of them.

The ratio is that of the processor's time for a request, the framework floor's and ours: one worker has one processor,
so it is what the rates would be on a machine that does nothing else; on one that does, those are a matter of luck.
"""

import argparse
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from socket import create_connection, create_server
from typing import Any

from sqlalchemy import create_engine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.core.db import Database
from app.core.observe import configure_logs
from scripts.bench_data import SCALES, Scale
from scripts.bench_load import Load, Target, drive, peak_mib
from scripts.bench_works import Work, plan_of, works_of
from scripts.bench_write import make
from tests.support.client import Client
from tests.support.databases import new_postgresql, new_sqlite
from tests.support.pool import opened
from tests.support.postgresql import running_postgresql
from tests.support.serve import champions_serve
from tests.support.world import Founded

ROUNDS = 3
DURABLE = "max_connections = 200\nmax_wal_size = 2GB\n"
"""The settings of the PostgreSQL that is measured: its own, so that a commit is one."""

OURS, FAST, FRAMEWORK = "ours", "fast", "framework"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "champions-bench"


@dataclass(frozen=True)
class Verdict:
    """What was measured of one work."""

    name: str
    database: str
    scale: str
    requests_per_s: float
    cpu_ms: float
    p50_ms: float
    p99_ms: float
    fast_floor: float | None
    framework_floor: float | None
    ratio: float | None
    goal: str
    reached: bool


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of works; without any: all")
    parser.add_argument("--scale", choices=SCALES, default="small")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seconds", type=float, default=1.5, help="for each work and server, in three rounds")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    configure_logs("warning")
    engines = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    verdicts: list[Verdict] = []
    for engine in engines:
        verdicts += measure(engine, SCALES[given.scale], given.seconds, given.names)
    if given.json:
        given.json.write_text(json.dumps([asdict(verdict) for verdict in verdicts], indent=1))


def measure(engine: str, scale: Scale, seconds: float, names: Sequence[str]) -> list[Verdict]:
    """Everything on one database."""
    print(f"\n{engine}, {scale.name}, {seconds:g} s each, 16 connections", flush=True)
    print(HEAD, flush=True)
    verdicts = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="champions-bench-")))
        databases, founded = stack.enter_context(_databases(engine, scale, folder))
        works = _prepared(databases, founded, folder, names)
        with ExitStack() as running:
            targets = {FAST: running.enter_context(_floor(FAST, folder)),
                       FRAMEWORK: running.enter_context(_floor(FRAMEWORK, folder))}  # fmt: skip
            data = folder / "data"
            data.mkdir()
            served = running.enter_context(champions_serve(databases[0], data, open_claims="1000", figures_seconds="5"))
            targets[OURS] = (served.port, served.process.pid)
            for work in works:
                verdicts.append(_measured(work, targets, seconds, engine, scale))
                print(line(verdicts[-1]), flush=True)
            print(f"peak memory of the server: {peak_mib(served.process.pid):.0f} MiB", flush=True)
    return verdicts


def _prepared(databases: Sequence[str], founded: Founded, folder: Path, names: Sequence[str]) -> list[Work]:
    """The works; and what the floors have to do, written down."""
    database = Database(databases[0])
    works = works_of(database, founded, sqlite=databases[0].startswith("sqlite"))
    database.dispose()
    works = [work for work in works if not names or work.name in names or any(n in work.name.split() for n in names)]
    with opened(databases[0], open_claims=1_000) as app, Client(app) as client:
        plan = plan_of(app, client, works, database_url=databases[1])
    (folder / "plan").write_bytes(pickle.dumps(plan))
    return works


@contextmanager
def _databases(engine: str, scale: Scale, folder: Path) -> Iterator[tuple[list[str], Founded]]:
    """Two databases with the same community: the server's, and the floors'."""
    if engine == "sqlite":
        kept, founded = cached(scale)
        with new_sqlite(folder, copy_of=kept) as ours, new_sqlite(folder, copy_of=kept) as theirs:
            yield [ours, theirs], founded
        return
    with running_postgresql(DURABLE) as url, ExitStack() as stack:
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        stack.callback(server.dispose)
        ours = stack.enter_context(new_postgresql(server))
        founded = make(ours, scale)
        yield [ours, stack.enter_context(new_postgresql(server, copy_of=ours))], founded


def cached(scale: Scale) -> tuple[str, Founded]:
    """The community in a file that is made once for each day, revision of the tables and of what makes it."""
    parts = [
        Path(__file__).with_name("bench_data.py"),
        *sorted(Path(__file__).parent.parent.glob("alembic/versions/*.py")),
    ]
    stamp = f"{time.strftime('%Y%m%d')}-{sum(part.stat().st_size for part in parts)}"
    home = CACHE / f"{scale.name}-{stamp}"
    file, url = home / "champions.db", f"sqlite:///{home / 'champions.db'}"
    if not (home / "founded").is_file():
        for old in CACHE.glob(f"{scale.name}-*"):
            shutil.rmtree(old)
        home.mkdir(parents=True)
        founded = make(url, scale)
        (home / "founded").write_bytes(pickle.dumps(founded))
    assert file.is_file()
    return url, pickle.loads((home / "founded").read_bytes())  # noqa: S301 (our own)


@contextmanager
def _floor(kind: str, folder: Path) -> Iterator[tuple[int, int]]:
    """A floor that runs: its port and its process."""
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = str(Path(__file__).with_name("bench_floors.py"))
    process = subprocess.Popen([sys.executable, script, kind, str(folder / "plan"), str(port)])  # noqa: S603
    try:
        for _ in range(200):
            try:
                create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _measured(work: Work, targets: dict[str, tuple[int, int]], seconds: float, engine: str, scale: Scale) -> Verdict:
    loads = {name: Load() for name in targets}
    slug = work.name.replace(" ", "%20")
    floor = f"{work.recorded.method} /{slug} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n".encode()
    has_floors = bool(work.ratio)
    for _ in range(ROUNDS):
        for name, (port, pid) in targets.items():
            if name == OURS:
                target = Target(port, pid, work.request, work.wanted)
            elif has_floors:
                target = Target(port, pid, lambda _turn: floor, work.wanted)
            else:
                continue
            drive(target, loads[name], seconds / ROUNDS)
    for name, load in loads.items():
        if load.wrong:
            print(f"  {work.name}, {name}: answered {load.wrong}", file=sys.stderr)
    return _judged(work, loads, engine, scale)


def _judged(work: Work, loads: dict[str, Load], engine: str, scale: Scale) -> Verdict:
    ours, framework = loads[OURS], loads[FRAMEWORK]
    ratio = framework.cpu_ms / ours.cpu_ms if framework.took and ours.took else None
    p50, p99 = ours.part_ms(0.5), ours.part_ms(0.99)
    goals = [
        (f"≥ {work.ratio:g} of the framework", work.ratio, ratio is not None and ratio >= work.ratio),
        (f"≤ {work.cpu_ms:g} ms of CPU", work.cpu_ms, ours.cpu_ms <= work.cpu_ms),
        (f"p99 ≤ {work.p99_ms:g} ms", work.p99_ms, p99 <= work.p99_ms),
        (f"p99 ≤ {work.spread:g} × p50", work.spread, p99 <= work.spread * p50),
    ]
    wanted = [(said, reached) for said, number, reached in goals if number]
    return Verdict(
        name=work.name,
        database=engine,
        scale=scale.name,
        requests_per_s=round(ours.per_second, 1),
        cpu_ms=round(ours.cpu_ms, 2),
        p50_ms=round(p50, 1),
        p99_ms=round(p99, 1),
        fast_floor=round(loads[FAST].per_second, 1) or None,
        framework_floor=round(framework.per_second, 1) or None,
        ratio=None if ratio is None else round(ratio, 2),
        goal=", ".join(said for said, _ in wanted),
        reached=all(reached for _, reached in wanted) and not ours.wrong,
    )


HEAD = f"{'work':22}{'req/s':>8}{'CPU ms':>8}{'p50 ms':>8}{'p99 ms':>8}{'fast':>8}{'framework':>10}{'ratio':>7}  goal"


def line(verdict: Verdict) -> str:
    """A line of the table."""

    def number(value: Any, width: int, digits: int = 0) -> str:
        return f"{'–' if value is None else format(value, f'.{digits}f'):>{width}}"

    figures = (
        number(verdict.requests_per_s, 8), number(verdict.cpu_ms, 8, 2), number(verdict.p50_ms, 8, 1),
        number(verdict.p99_ms, 8, 1), number(verdict.fast_floor, 8), number(verdict.framework_floor, 10),
        number(verdict.ratio, 7, 2),
    )  # fmt: skip
    return f"{verdict.name:22}{''.join(figures)}  {'reached' if verdict.reached else 'NOT'}: {verdict.goal}"


if __name__ == "__main__":
    main()
