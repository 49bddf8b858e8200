"""Every life cycle, every status, every verb: a step does what its table says, or is refused and changes nothing.

The cases come from the tables. A status that no way leads to, or a transition that no verb makes, fails here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from app.claims import models as claims
from app.conferences import models as conferences
from app.core.clock import frozen
from app.core.lifecycle import Spoken
from app.meetups import models as meetups
from app.purchasing import models as purchasing
from app.shipments import models as shipments
from app.shipments.models import Method
from tests.support.databases import NewDatabase
from tests.support.world import Caller, Json, World, build_world, day


@dataclass(frozen=True)
class Thing:
    """Something with a life cycle: where its owner reads it, and below which path its verbs are."""

    owner: Caller
    path: str
    verbs: str = ""


@dataclass(frozen=True)
class Verb:
    """A step: the status that it leads to, and who takes it, with what body."""

    to: Any
    by_owner: bool = False
    path: str = ""
    body: Callable[[Json], Json] = lambda _: {}


@dataclass(frozen=True)
class Cycle:
    """A table, how it is spoken of, its verbs, and by which of them each status is reached."""

    table: dict[Any, frozenset[Any]]
    spoken: Spoken[Any]
    create: Callable[[World], Thing]
    verbs: dict[str, Verb]
    ways: dict[Any, tuple[str, ...]]
    back: tuple[str, ...] = ()
    """Those of its verbs that are ways back; they begin where :attr:`backwards` says."""
    backwards: dict[Any, frozenset[Any]] = field(default_factory=dict)
    spoken_back: Spoken[Any] | None = None
    status_of: Callable[[Json], str] = field(default=lambda thing: str(thing["status"]))


def new_claim(world: World) -> Thing:
    claim = world.claim(world.conference(starts_in=0, timezone="UTC"))
    return Thing(world.ana, f"/claims/{claim['id']}")


def new_order(world: World) -> Thing:
    lines = [{"design_id": world.design, "quantity": 10}]
    new = {"vendor_id": world.vendor, "ship_to_id": world.depot, "lines": lines}
    return Thing(
        world.coordinator, f"/purchase-orders/{world.coordinator.post('/purchase-orders', new, status=201)['id']}"
    )


def new_shipment(method: Method) -> Callable[[World], Thing]:
    def create(world: World) -> Thing:
        lines = [{"design_id": world.design, "quantity": 1}]
        new = {"source_id": world.depot, "target_id": world.other_depot, "method": method.value, "lines": lines}
        return Thing(world.coordinator, f"/shipments/{world.coordinator.post('/shipments', new, status=201)['id']}")

    return create


def new_conference(world: World) -> Thing:
    dates = {"starts_on": day(20).isoformat(), "ends_on": day(21).isoformat()}
    world.conference(name="The same under another name")  # the number before its own
    new = {"name": "Proposed", "city": "Chicago", "state": "US-IL", "country": "US", **dates}
    return Thing(world.ana, f"/conferences/{world.ana.post('/conferences', new, status=201)['id']}")


def new_participation(world: World) -> Thing:
    conference = world.conference(starts_in=0, timezone="UTC")
    world.deputized(conference)
    people = [{"handle": f"@guest_{conference['id']}"}]
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"], "people": people}
    meetup = world.ana.post("/meetups", new, status=201)
    people = world.coordinator.get(f"/meetups/{meetup['id']}")["people"]
    link = world.coordinator.post(f"/members/{people[0]['member_id']}/link", status=201)
    member = Caller(world.client, None, link["token"])
    return Thing(member, "/membership", f"/membership/meetups/{meetup['id']}")


def everything_came(thing: Json) -> Json:
    """The body that receives all of a shipment, or what is still to come of an order."""
    return {
        "lines": [
            {"line_id": line["id"], "received": line["quantity"] - (line["received"] or 0)} for line in thing["lines"]
        ]
    }


def one_came(thing: Json) -> Json:
    return {"lines": [{"line_id": line["id"], "received": 1} for line in thing["lines"]]}


def everything_came_back(thing: Json) -> Json:
    return {"lines": [{"line_id": line["id"], "returned": line["quantity"]} for line in thing["lines"]]}


_S, _O, _C = shipments.ShipmentStatus, purchasing.OrderStatus, claims.ClaimStatus
_M, _P = conferences.ConferenceStatus, meetups.ParticipantStatus

SHIPPING = {
    "pack": Verb(_S.PACKED),
    "send": Verb(_S.IN_TRANSIT, body=lambda _: {"carrier": "USPS"}),
    "deliver": Verb(_S.DELIVERED),
    "receive": Verb(_S.RECEIVED, body=everything_came),
    "return": Verb(_S.RETURNED, body=everything_came_back),
    "lose": Verb(_S.LOST),
    "cancel": Verb(_S.CANCELLED),
}

CYCLES = {
    "claim": Cycle(
        claims.ALLOWED,
        claims.SPOKEN,
        new_claim,
        {
            "deputize": Verb(_C.DEPUTIZED),
            "decline": Verb(_C.DECLINED),
            "withdraw": Verb(_C.WITHDRAWN, by_owner=True),
            "revoke": Verb(_C.REVOKED),
            "close": Verb(_C.CLOSED, by_owner=True),
            "reopen": Verb(_C.DEPUTIZED),
        },
        {
            _C.REQUESTED: (),
            _C.DEPUTIZED: ("deputize",),
            _C.DECLINED: ("decline",),
            _C.WITHDRAWN: ("withdraw",),
            _C.REVOKED: ("deputize", "revoke"),
            _C.CLOSED: ("deputize", "close"),
        },
        back=("reopen",),
        backwards=claims.BACK,
        spoken_back=claims.SPOKEN_BACK,
    ),
    "purchase order": Cycle(
        purchasing.ALLOWED,
        purchasing.SPOKEN,
        new_order,
        {
            "place": Verb(_O.PLACED),
            "receive a part": Verb(_O.PARTIALLY_RECEIVED, path="receive", body=one_came),
            "receive the rest": Verb(_O.RECEIVED, path="receive", body=everything_came),
            "close short": Verb(_O.CLOSED_SHORT, path="close-short"),
            "undo the receipt": Verb(_O.PLACED, path="undo-receipt"),
            "cancel": Verb(_O.CANCELLED),
        },
        {
            _O.DRAFT: (),
            _O.PLACED: ("place",),
            _O.PARTIALLY_RECEIVED: ("place", "receive a part"),
            _O.RECEIVED: ("place", "receive the rest"),
            _O.CLOSED_SHORT: ("place", "receive a part", "close short"),
            _O.CANCELLED: ("cancel",),
        },
        back=("undo the receipt",),
        backwards=purchasing.BACK,
        spoken_back=purchasing.SPOKEN_BACK,
    ),
    "shipment by carrier": Cycle(
        shipments.ALLOWED[Method.CARRIER],
        shipments.SPOKEN[Method.CARRIER],
        new_shipment(Method.CARRIER),
        SHIPPING,
        {
            _S.DRAFT: (),
            _S.PACKED: ("pack",),
            _S.IN_TRANSIT: ("pack", "send"),
            _S.DELIVERED: ("pack", "send", "deliver"),
            _S.RECEIVED: ("pack", "send", "receive"),
            _S.RETURNED: ("pack", "send", "return"),
            _S.LOST: ("pack", "send", "lose"),
            _S.CANCELLED: ("cancel",),
        },
    ),
    "shipment by hand": Cycle(
        shipments.ALLOWED[Method.HAND],
        shipments.SPOKEN[Method.HAND],
        new_shipment(Method.HAND),
        SHIPPING,
        {_S.DRAFT: (), _S.PACKED: ("pack",), _S.RECEIVED: ("pack", "receive"), _S.CANCELLED: ("cancel",)},
    ),
    "conference": Cycle(
        conferences.ALLOWED,
        conferences.SPOKEN,
        new_conference,
        {
            "accept": Verb(_M.SCHEDULED),
            "restore": Verb(_M.SCHEDULED),
            "cancel": Verb(_M.CANCELLED),
            "merge": Verb(_M.MERGED, body=lambda conference: {"into": conference["id"] - 1}),
        },
        {_M.PROPOSED: (), _M.SCHEDULED: ("accept",), _M.CANCELLED: ("cancel",), _M.MERGED: ("merge",)},
        status_of=lambda conference: str(conference["status"]),
    ),
    "participant": Cycle(
        meetups.ALLOWED,
        meetups.SPOKEN,
        new_participation,
        {"confirm": Verb(_P.CONFIRMED, by_owner=True), "decline": Verb(_P.DECLINED, by_owner=True)},
        {_P.NAMED: (), _P.CONFIRMED: ("confirm",), _P.DECLINED: ("decline",)},
        status_of=lambda membership: str(membership["meetups"][0]["people"][0]["status"]),
    ),
}


def reachable(table: dict[Any, frozenset[Any]]) -> set[Any]:
    """The statuses to which the table leads from its first one; a box passed on by hand is never in transit."""
    found, ahead = set(), [next(iter(table))]
    while ahead:
        status = ahead.pop()
        if status not in found:
            found.add(status)
            ahead += table[status]
    return found


def follows(cycle: Cycle, status: Any, name: str) -> frozenset[Any]:
    """Where a verb may lead from a status: on, or back."""
    return cycle.backwards.get(status, frozenset()) if name in cycle.back else cycle.table[status]


def allowed() -> list[Any]:
    """Each status with one of the verbs that lead on from there, or back."""
    return [
        pytest.param(cycle, status, name, id=f"{what}, {status}: {name}")
        for what, cycle in CYCLES.items()
        for status in cycle.table
        if status in reachable(cycle.table)
        for name, verb in cycle.verbs.items()
        if verb.to in follows(cycle, status, name)
    ]


_days = count(step=4)


@pytest.fixture(scope="module")
def world(new_database: NewDatabase, template_url: str) -> Iterator[World]:
    """One community for the whole module: each case makes a thing of its own."""
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        yield world


@pytest.fixture(autouse=True)
def days_of_its_own() -> Iterator[None]:
    """Each case has its own days, so that nobody is deputized for two conferences at once."""
    with frozen(datetime.now(UTC) + timedelta(days=next(_days))):
        yield


def act(world: World, cycle: Cycle, thing: Thing, name: str) -> Any:
    verb = cycle.verbs[name]
    caller = thing.owner if verb.by_owner else world.coordinator
    body = verb.body(thing.owner.get(thing.path))
    return caller.call("POST", f"{thing.verbs or thing.path}/{verb.path or name}", json=body)


def brought_to(world: World, cycle: Cycle, status: Any) -> Thing:
    thing = cycle.create(world)
    for name in cycle.ways[status]:
        assert act(world, cycle, thing, name).status_code == 200
    assert cycle.status_of(thing.owner.get(thing.path)) == status
    return thing


def everything(world: World, thing: Thing) -> tuple[Json, Json, Json]:
    """The thing, all levels and the newest move."""
    levels = world.coordinator.get("/stock/levels?limit=100")
    return thing.owner.get(thing.path), levels, world.coordinator.get("/stock/moves?limit=1")


@pytest.mark.parametrize("what", CYCLES)
def test_every_status_and_every_transition_of_the_table_is_tried(what: str) -> None:
    cycle = CYCLES[what]
    never = {_S.IN_TRANSIT, _S.DELIVERED, _S.RETURNED, _S.LOST} if what == "shipment by hand" else set()
    assert set(cycle.ways) == reachable(cycle.table) == set(next(iter(cycle.table)).__class__) - never
    assert {verb.to for verb in cycle.verbs.values()} >= {to for legal in cycle.table.values() for to in legal}
    assert set(cycle.back) <= cycle.verbs.keys()
    assert bool(cycle.backwards) is bool(cycle.back)


@pytest.mark.parametrize(("cycle", "status", "name"), allowed())
def test_a_legal_step_leads_where_the_table_says(world: World, cycle: Cycle, status: Any, name: str) -> None:
    thing = brought_to(world, cycle, status)
    response = act(world, cycle, thing, name)
    assert response.status_code == 200, response.text
    assert cycle.status_of(response.json()) == cycle.verbs[name].to
    assert cycle.status_of(thing.owner.get(thing.path)) == cycle.verbs[name].to


def refusing() -> list[Any]:
    """Each status with all the verbs that may not be used there."""
    return [
        pytest.param(cycle, status, names, id=f"{what}, {status}")
        for what, cycle in CYCLES.items()
        for status in cycle.table
        if status in reachable(cycle.table)
        if (names := [name for name, verb in cycle.verbs.items() if verb.to not in follows(cycle, status, name)])
    ]


@pytest.mark.on_one_engine("a step is refused by its table, once the row is read")
@pytest.mark.parametrize(("cycle", "status", "names"), refusing())
def test_an_illegal_step_says_how_things_stand_names_the_legal_ones_and_changes_nothing(
    world: World, cycle: Cycle, status: Any, names: list[str]
) -> None:
    thing = brought_to(world, cycle, status)
    before = everything(world, thing)
    for name in names:
        response = act(world, cycle, thing, name)
        problem = response.json()
        assert (response.status_code, problem["type"]) == (409, "/problems/illegal-transition"), name
        assert (problem["current_status"], problem["allowed"]) == (status, sorted(follows(cycle, status, name)))
        spoken = cycle.spoken_back if name in cycle.back and cycle.spoken_back else cycle.spoken
        assert problem["detail"] == f"{spoken.now[status]} {spoken.cannot[cycle.verbs[name].to]}"
    assert everything(world, thing) == before


@pytest.mark.parametrize(
    "verb",
    ["cancel", "accept", "restore"],
)
def test_a_conference_that_was_held_is_final(world: World, verb: str) -> None:
    conference = world.conference(starts_in=-9)
    problem = world.coordinator.post(f"/conferences/{conference['id']}/{verb}", status=409)
    assert (problem["current_status"], problem["allowed"]) == ("held", [])
    assert world.anyone.get(f"/conferences/{conference['id']}")["status"] == "held"
