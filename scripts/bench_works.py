"""What ``scripts/bench api`` measures: each work with its request, its goal, and how its statements are recorded."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select
from sqlmodel import Session, col

from app.claims.models import Claim, ClaimStatus
from app.conferences.models import Conference
from app.core.clock import utcnow
from app.core.db import Database, columns
from app.people.access import issue_token
from app.shipments.models import Shipment, ShipmentLine, ShipmentStatus
from app.stock.models import Location
from scripts.bench_floors import Plan, Replay
from scripts.bench_load import request
from tests.support.client import Client
from tests.support.world import Founded

RECORDED_KEY = "the-key-of-the-recorded-request"


@dataclass(frozen=True)
class Call:
    """One request: as whom, and what is sent."""

    path: str
    token: str = ""
    method: str = "GET"
    body: Any = None


@dataclass(frozen=True)
class Work:
    """What is measured. ``calls`` are made in turn, ``recorded`` is made once to see what it sends to the database.

    ``ratio`` is the part of the framework floor that is to be reached; ``cpu_ms``, the most processor; ``p99_ms`` and
    ``spread``, the slowest in the hundred, at most so long or so many times as long as the middle.
    """

    name: str
    recorded: Call
    calls: Sequence[Call]
    ratio: float = 0.0
    cpu_ms: float = 0.0
    p99_ms: float = 0.0
    spread: float = 0.0
    wanted: int = 200
    keyed: bool = False
    varying: Mapping[Any, Sequence[Any]] = field(default_factory=dict)
    saved: bool = False
    """Whether its floor sends bytes that it has saved, and asks no database but for what tells who asks."""

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.recorded.method != "GET"

    def request(self, turn: int) -> bytes:
        """The bytes of the request that is made in this turn."""
        call = self.calls[turn % len(self.calls)]
        headers = f"Idempotency-Key: bench-{turn}\r\n" if self.keyed else ""
        body = json.dumps(call.body).encode() if call.body is not None else b""
        return request(call.method, f"/api/v1{call.path}", token=call.token, body=body, headers=headers)


LIST = {"ratio": 0.6, "spread": 3.0}
WRITE = {"ratio": 0.5, "wanted": 201}


@dataclass(frozen=True)
class _Found:
    """What of the community the works use."""

    coordinator: str
    champion: str
    champion_claim: int
    upcoming: list[int]
    champions: dict[int, str]
    taken: set[tuple[int, int]]
    hand_outs: list[Call]
    receipts: list[Call]
    box: int
    boxes: list[int]


def works_of(database: Database, founded: Founded, *, sqlite: bool) -> list[Work]:
    """Everything that is measured in this community. Tokens are made for it."""
    with database.transaction() as session:
        found = _find(session, founded)
    staff, own = found.coordinator, found.champion
    slow = {"p99_ms": 250.0} if sqlite else {}
    free = [
        (conference, person)
        for person in found.champions
        for conference in found.upcoming
        if (conference, person) not in found.taken
    ]

    def read(name: str, path: str, token: str = "", **goal: Any) -> Work:
        call = Call(path, token)
        return Work(name, call, [call], **goal)

    claims = [_claim(conference, found.champions[person]) for conference, person in free]

    def in_place_of(first: tuple[int, int], half: int) -> dict[Any, Sequence[Any]]:
        others = free[2 + half :: 2]
        return {first[0]: [one for one, _ in others], first[1]: [one for _, one in others]}

    return [
        read("conferences", "/conferences?limit=50", **LIST),
        read("conferences filtered", "/conferences?state=US-IL&limit=50", **LIST),
        read("claims", "/claims?limit=50", staff, **LIST),
        read("own claims", "/claims?limit=50", own, **LIST),
        read("shipments", "/shipments?limit=50", staff, **LIST),
        read("moves", "/stock/moves?limit=50", staff, **LIST),
        read("own moves", "/stock/moves?limit=50", own, **LIST),
        read("levels", "/stock/levels?limit=50", staff, **LIST),
        read("one conference", f"/conferences/{found.upcoming[0]}", ratio=0.6),
        read("one claim", f"/claims/{found.champion_claim}", own, ratio=0.6),
        read("coverage", "/coverage", ratio=0.6, saved=True),
        read("coverage filtered", "/coverage?year=2026&country=US", ratio=0.6, saved=True),
        read("coverage, staff", "/coverage", staff, cpu_ms=250.0),
        read("todo", "/todo", staff, cpu_ms=15.0),
        Work("claim", claims[0], claims[2::2], varying=in_place_of(free[0], 0), **WRITE, **slow),
        Work("claim keyed", claims[1], claims[3::2], varying=in_place_of(free[1], 1), keyed=True, **WRITE, **slow),
        Work("hand-out", found.hand_outs[0], found.hand_outs, **WRITE, **slow),
        Work("hand-out keyed", found.hand_outs[0], found.hand_outs, keyed=True, **WRITE, **slow),
        Work("receive", found.receipts[0], found.receipts[2::2], ratio=0.5, **slow),
        Work("receive keyed", found.receipts[1], found.receipts[3::2], ratio=0.5, keyed=True, **slow),
        read("packing slip", f"/shipments/{found.box}/packing-slip.pdf", staff, cpu_ms=8.0),
        Work("10 labels", _labels(found.boxes, staff), [_labels(found.boxes, staff)], cpu_ms=8.0),
    ]


def _claim(conference: int, token: str) -> Call:
    return Call(f"/conferences/{conference}/claims", token, "POST", {"ribbons_requested": 100})


def _labels(boxes: list[int], token: str) -> Call:
    return Call("/labels.pdf", token, "POST", {"shipment_ids": boxes, "label_stock": "5163"})


def _find(session: Session, founded: Founded) -> _Found:
    now = utcnow()
    upcoming = list(
        columns(session, select(col(Conference.id)).where(col(Conference.over_at) > now).order_by(col(Conference.id)))
        .scalars()
    )  # fmt: skip
    under_way: Any = select(col(Claim.id), col(Claim.champion_id), col(Location.id)).join(
        Location, col(Location.person_id) == col(Claim.champion_id)
    )
    under_way = under_way.join(Conference, col(Conference.id) == col(Claim.conference_id)).where(
        col(Claim.status) == ClaimStatus.DEPUTIZED, col(Conference.over_at) < now
    )
    tokens: dict[int, str] = {}

    def token(person: int) -> str:
        if person not in tokens:
            tokens[person] = issue_token(session, person_id=person, name="bench").token
        return tokens[person]

    hand_outs = [
        Call(
            f"/claims/{claim}/hand-outs", token(person), "POST", {"quantity": 1, "design_id": founded.things["design"]}
        )
        for claim, person, _ in columns(session, under_way.limit(50)).all()
    ]
    sent = (
        select(col(Shipment.id), col(ShipmentLine.id), col(ShipmentLine.quantity), col(Location.person_id))
        .join(ShipmentLine, col(ShipmentLine.shipment_id) == col(Shipment.id))
        .join(Location, col(Location.id) == col(Shipment.target_id))
        .where(col(Shipment.status) == ShipmentStatus.IN_TRANSIT)
        .order_by(col(Shipment.id).desc())
    )
    receipts = [
        Call(f"/shipments/{box}/receive", token(person), "POST", {"lines": [{"line_id": line, "received": quantity}]})
        for box, line, quantity, person in columns(session, sent.limit(1_200)).all()
    ]
    under = select(col(Shipment.id)).where(col(Shipment.status) == ShipmentStatus.IN_TRANSIT)
    boxes = list(columns(session, under.order_by(col(Shipment.id)).limit(10)).scalars())
    claim_id, champion = columns(
        session, select(col(Claim.id), col(Claim.champion_id)).order_by(col(Claim.id)).limit(1)
    ).one()
    last = columns(
        session, select(col(Claim.champion_id)).order_by(col(Claim.champion_id).desc()).limit(1)
    ).scalar_one()
    taken = columns(
        session, select(col(Claim.conference_id), col(Claim.champion_id)).where(col(Claim.champion_id) > last - 30)
    )
    return _Found(
        coordinator=founded.people["coordinator"][1],
        champion=token(champion),
        champion_claim=claim_id,
        upcoming=upcoming[::-1],
        champions={person: token(person) for person in range(last, last - 30, -1)},
        taken={(conference, person) for conference, person in taken},
        hand_outs=hand_outs,
        receipts=receipts,
        box=boxes[0],
        boxes=boxes,
    )


def plan_of(app: Any, client: Client, works: Sequence[Work], *, database_url: str) -> Plan:
    """What the floors have to do: each request is made once, and what it sends to the database is written down."""
    replays = {}
    for work in works:
        headers = {"Authorization": f"Bearer {work.recorded.token}"} if work.recorded.token else {}
        if work.keyed:
            headers["Idempotency-Key"] = RECORDED_KEY + work.name.replace(" ", "-")
        # Once before: what is only asked the first time is not written down.
        if not work.writes:
            client.request("GET", f"/api/v1{work.recorded.path}", headers=headers)
        call = work.recorded
        with recorded(app.state.database) as statements:
            body = {} if call.body is None else {"json": call.body}
            answer = client.request(call.method, f"/api/v1{call.path}", headers=headers, **body)
        if answer.status_code != work.wanted:
            raise SystemExit(f"{work.name}: {answer.status_code} {answer.text}")
        key = hashlib.sha256(headers["Idempotency-Key"].encode()).hexdigest() if work.keyed else ""
        writes = work.writes and not work.recorded.path.endswith(".pdf")
        values = [v for _, given in statements for v in (given.values() if isinstance(given, dict) else given)]
        seeds = sorted({value for value in values if isinstance(value, str) and re.fullmatch("[0-9a-f]{32}", value)})
        saved = answer.content if work.saved else b""
        asked = [] if work.saved else statements
        replays[work.name] = Replay(asked, writes, answer.status_code, work.varying, key, seeds, saved)
    return Plan(database_url, replays)


@contextmanager
def recorded(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Collects all statements with their values that are sent within the block."""
    statements: list[tuple[str, Any]] = []
    lock = threading.Lock()

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        with lock:
            # Rows that are inserted together are one statement with the values of all of them.
            apart = many and isinstance(given, list)
            statements.extend((statement, one) for one in (given if apart else [given]))

    for engine in database.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in database.engines:
            event.remove(engine, "before_cursor_execute", note)
