"""Real servers, and many who call them at the same moment.

SQLite is served by one process with several threads, PostgreSQL by two processes.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, cycle
from threading import Barrier, local
from typing import Any

import httpx

from app.acts.policy import SHELL
from app.maintenance.verification import differences
from app.people.access import issue_token
from app.people.schemas import NewPerson
from app.people.service import create_person
from tests.support.calling import LOOPBACK
from tests.support.databases import NewDatabase
from tests.support.quotas import lift_quotas
from tests.support.server import running_servers
from tests.support.world import DESIGN, Caller, Json, World, build_world

REPLICAS = {"sqlite": 1, "postgresql": 2}

Call = Callable[[httpx.Client], httpx.Response]


@dataclass
class Arena:
    """A community, and the servers at which its people race each other."""

    world: World
    servers: list[str]
    _weeks: Iterator[int]

    def conference(self, **fields: Any) -> Json:
        """A conference on days of its own, so that champions can be deputized for several."""
        return self.world.conference(starts_in=7 * next(self._weeks), **fields)

    def second_design(self) -> int:
        """The id of a further design."""
        new = {**DESIGN, "code": f"D{next(self._weeks)}"}
        return int(self.world.coordinator.post("/designs", new, status=201)["id"])

    def race(self, *calls: Call) -> list[httpx.Response]:
        """The answers to calls that are made at the same moment, to the servers in turn."""
        return at_once(self.servers, calls)

    def agree(self) -> bool:
        """Whether the books agree with the ledger."""
        with self.world.database.reading() as session:
            return differences(session) == []


@contextmanager
def opened_arena(new_database: NewDatabase, template_url: str, database_kind: str) -> Iterator[Arena]:
    """A community on a database of its own, and running servers in front of it."""
    with (
        new_database(copy_of=template_url) as url,
        build_world(url) as world,
        running_servers(url, replicas=REPLICAS[database_kind]) as servers,
    ):
        lift_quotas(world.database)
        yield Arena(world, servers, count(10))


def post(who: Caller, path: str, body: Json | None = None, *, key: str | None = None) -> Call:
    """A POST that waits to be made."""
    headers = {"Authorization": f"Bearer {who.token}", **({"Idempotency-Key": key} if key else {})}
    return lambda client: client.post(f"/api/v1{path}", json=body or {}, headers=headers)


def at_once(servers: Sequence[str], calls: Sequence[Call]) -> list[httpx.Response]:
    """Makes all calls when everybody's connection stands, and gives the answers in the order of the calls."""
    start = Barrier(len(calls), timeout=60)

    def make(client: httpx.Client, call: Call) -> httpx.Response:
        client.get("/healthz")
        start.wait()
        return call(client)

    with ExitStack() as stack, ThreadPoolExecutor(len(calls)) as pool:
        clients = [
            stack.enter_context(httpx.Client(base_url=url, timeout=60, **LOOPBACK))
            for url, _ in zip(cycle(servers), calls, strict=False)
        ]
        return list(pool.map(make, clients, calls))


def crowd(servers: Sequence[str], calls: Sequence[Call], callers: int = 32) -> list[httpx.Response]:
    """Makes all calls, so many at a time and as fast as they are answered; the answers in the order of the calls."""
    turns = cycle(servers)
    mine = local()
    with ExitStack() as stack, ThreadPoolExecutor(callers) as pool:

        def make(call: Call) -> httpx.Response:
            if not hasattr(mine, "client"):
                mine.client = stack.enter_context(httpx.Client(base_url=next(turns), timeout=60, **LOOPBACK))
            return call(mine.client)

        return list(pool.map(make, calls))


def statuses(answers: Sequence[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def refusal(answers: Sequence[httpx.Response]) -> Json:
    """The problem of the only one who was refused."""
    (problem,) = [answer.json() for answer in answers if answer.is_error]
    return dict(problem)


def champions(world: World, number: int, *, trusted: bool) -> list[Caller]:
    """Further champions, with tokens."""
    found = []
    with world.database.transaction() as session:
        for _ in range(number):
            email = f"{'t' if trusted else 'c'}{next(_NUMBERS)}@example.org"
            new = NewPerson(name=email, email=email, trusted=trusted)
            person_id = create_person(session, new=new, actor=SHELL).id
            token = issue_token(session, person_id=person_id, name="race").token
            found.append(Caller(world.client, person_id, token))
    return found


_NUMBERS = count(1)
