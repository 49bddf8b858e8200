"""Drives a server: so many connections that each send the next request when they have the answer to the last."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

CONNECTIONS = 16


@dataclass
class Load:
    """What a server has done, in all rounds together."""

    seconds: float = 0.0
    cpu: float = 0.0
    took: list[float] = field(default_factory=list)
    wrong: dict[int, int] = field(default_factory=dict)
    """How many answers had another status than wanted."""

    @property
    def per_second(self) -> float:
        """Requests."""
        return len(self.took) / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """Of the server's processor, for each request, as the operating system says."""
        return 1_000 * self.cpu / len(self.took) if self.took else 0.0

    def part_ms(self, part: float) -> float:
        """So long or less took this part of the requests."""
        return 1_000 * sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * part))] if self.took else 0.0


@dataclass(frozen=True)
class Target:
    """A server, and the bytes of its n-th request."""

    port: int
    pid: int
    request: Callable[[int], bytes]
    wanted: int


def drive(target: Target, load: Load, seconds: float, *, connections: int = CONNECTIONS) -> None:
    """Drives a server for so long, and adds that to its load."""
    before, began = cpu_of(target.pid), time.perf_counter()
    asyncio.run(_drive(target, load, began + seconds, connections))
    load.seconds += time.perf_counter() - began
    load.cpu += cpu_of(target.pid) - before


async def _drive(target: Target, load: Load, until: float, connections: int) -> None:
    first = len(load.took) + sum(load.wrong.values())
    turns = iter(range(first, 1 << 40))
    await asyncio.gather(*(_connection(target, load, until, turns) for _ in range(connections)))


async def _connection(target: Target, load: Load, until: float, turns: Iterator[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    while (began := time.perf_counter()) < until:
        try:
            writer.write(target.request(next(turns)))
            status = await _answer(reader)
        except (ConnectionError, asyncio.IncompleteReadError):
            status = 0  # it has closed the connection instead
            reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
        if status == target.wanted:
            load.took.append(time.perf_counter() - began)
        else:
            load.wrong[status] = load.wrong.get(status, 0) + 1
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, rest = head.partition(b"content-length:")
    if found:
        await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return int(head[9:12])


def request(method: str, path: str, *, token: str = "", body: bytes = b"", headers: str = "") -> bytes:
    """The bytes of a request."""
    said = f"Authorization: Bearer {token}\r\n" if token else ""
    kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if method != "GET" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{said}{kind}{headers}\r\n".encode() + body


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process and its children have used."""
    return sum(_own_cpu(each) for each in (pid, *_children(pid)))


def peak_mib(pid: int) -> float:
    """The most memory that a process and its children have had."""
    return sum(_status(each, "VmHWM") for each in (pid, *_children(pid))) / 1024


def resident_mib(pid: int) -> float:
    """The memory that a process and its children have."""
    return sum(_status(each, "VmRSS") for each in (pid, *_children(pid))) / 1024


def _own_cpu(pid: int) -> float:
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
