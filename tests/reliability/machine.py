"""What the random requests of ``test_stateful.py`` have in common: how one is sent, and what must hold after each."""

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache
from itertools import count
from typing import Any, ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.reliability import books as b
from tests.reliability.books import ANA, COORDINATOR, LOSS, PACKED, TRANSIT, TRUSTED, Books, stock_of
from tests.stock.histories import Chance
from tests.support.contents import contents
from tests.support.world import Json, World

Thing = TypeVar("Thing")
Verb = TypeVar("Verb", bound=Callable[..., None])

WHO = st.sampled_from([ANA, TRUSTED, COORDINATOR])
STAFF_MOSTLY = st.sampled_from([*[COORDINATOR] * 6, ANA, TRUSTED])
OWNER_MOSTLY = st.sampled_from([*[None] * 6, ANA, TRUSTED, COORDINATOR])
"""None is whoever the thing belongs to."""
PLACES = st.sampled_from(b.STOCKS)
DEPOT = st.sampled_from(b.DEPOTS)
SOME = st.integers(1, 30)
FEW = st.integers(0, 5)


def refusals(wrong: Mapping[int, Any]) -> set[int]:
    """The statuses with which a request may be refused: those of which something is true."""
    return {status for status, reason in wrong.items() if reason}


def may(**arguments: st.SearchStrategy[Any]) -> Callable[[Verb], Verb]:
    """Marks a request that may be made at any time, with arguments like these.

    Rules of Hypothesis would be these, but of those it leaves most out of each history, and short runs have few.
    """

    def mark(verb: Verb) -> Verb:
        verb.arguments = st.fixed_dictionaries(arguments)  # type: ignore[attr-defined]  # a mark of our own
        return verb

    return mark


@cache
def any_of(machine: type["Machine"]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """One of the requests that a machine may make."""
    marked = {name: verb.arguments for name, verb in inspect.getmembers(machine) if hasattr(verb, "arguments")}
    return st.one_of([st.tuples(st.just(name), arguments) for name, arguments in marked.items()])


def names_of(rows: dict[str, list[Any]]) -> dict[int, str]:
    """What the books call each location: its kind, where there is one of that kind only."""
    alone = {PACKED, TRANSIT, LOSS, b.ADJUSTMENT}
    people, conferences = ({row.id: row.name for row in rows[table]} for table in ("person", "conference"))
    return {
        row.id: str(
            row.kind
            if row.kind in alone
            else people.get(row.person_id) or conferences.get(row.conference_id) or row.name
        )
        for row in rows["location"]
    }


class Machine(RuleBasedStateMachine):
    """Each step is one request. Whether it is refused, and what comes of it, is known before."""

    outcomes: ClassVar[Counter[str]]
    """How often each request succeeded or was refused, in all histories together."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.world, self.books = self.start(self.stack)
        self.callers = {who: getattr(self.world, who) for who in (ANA, TRUSTED, COORDINATOR)}
        self.rows = contents(self.world.database)
        self.names = names_of(self.rows)
        self.ids = {name: location for location, name in self.names.items()}
        self.numbers = count(1 + len(self.books.conferences))

    def start(self, stack: ExitStack) -> tuple[World, Books]:
        """The community on a database of its own, which the stack closes, and the books of what has been until now."""
        raise NotImplementedError

    def teardown(self) -> None:
        with self.stack:
            self.everybody_sees_her_own()
            self.everything_is_as_it_must_be()

    def attempt(
        self,
        name: str,
        who: str,
        path: str,
        body: Any = None,
        *,
        refused: set[int],
        status: int = 200,
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Sends a request. None where it was refused as it must be, and nothing has changed."""
        answer = self.callers[who].call(method, path, json={} if body is None else body, headers=headers)
        what = f"{name} by {who}, {body}: {answer.status_code} {answer.text}"
        if refused:
            assert answer.status_code in refused, f"{what} instead of {refused}"
            assert answer.headers["content-type"] == "application/problem+json", what
            assert answer.json()["status"] == answer.status_code
            assert contents(self.world.database) == self.rows, f"{what} has left a trace"
            self.outcomes[f"{name} refused"] += 1
            return None
        assert answer.status_code == status, what
        self.rows = contents(self.world.database)
        self.outcomes[name] += 1
        return answer.json() if answer.content else {}

    def pick(self, things: dict[int, Thing], chance: Chance, fitting: set[str] | None = None) -> tuple[int, Thing]:
        """One of the things: of those in a status that fits, if there is one and it is wanted."""
        fits = [n for n, thing in things.items() if fitting is None or getattr(thing, "status", None) in fitting]
        number = chance.among(fits, list(things))
        return number, things[number]

    def book(self, moved: Json, source: str, target: str, quantity: int, claim: int | None = None) -> None:
        """A move that was answered."""
        assert moved["quantity"] == quantity
        self.books.move(source, target, quantity)
        self.books.moves[moved["id"]] = b.Moved(source, target, quantity, claim)

    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        name, arguments = data.draw(any_of(type(self)))
        getattr(self, name)(**arguments)

    @invariant()
    def every_location_holds_what_it_must(self) -> None:
        self.names = names_of(self.rows)
        held = {self.names[row.location_id]: row.on_hand for row in self.rows["level"] if row.on_hand}
        assert held == self.must_be_held(), f"{held} instead of {self.must_be_held()}"
        assert sum(held.values()) == 0

    def must_be_held(self) -> dict[str, int]:
        """Ribbons by location, where there are any, as the books have it."""
        return {location: number for location, number in self.books.levels.items() if number}

    def everything_is_as_it_must_be(self) -> None:
        """Asks the API for everything, as the coordinator."""
        ask = self.world.coordinator.get
        differences = self.world.differences()
        assert differences == [], f"the app's books do not agree: {differences}"
        levels = [level for level in ask("/stock/levels?limit=100")["items"] if level["on_hand"]]
        assert {self.names[level["location_id"]]: level["on_hand"] for level in levels} == self.must_be_held()
        for number, claim in self.books.claims.items():
            found = ask(f"/claims/{number}")
            assert (found["conference_id"], found["status"]) == (claim.conference, claim.status), (
                f"{found}, not {claim}"
            )
        for number, box in self.books.boxes.items():
            found = ask(f"/shipments/{number}")
            (line,) = found["lines"]
            counted = line["received"], line["missing"]
            assert (found["status"], *counted) == (box.status, box.received, box.missing), f"{found}, not {box}"
        for number, order in self.books.orders.items():
            found = ask(f"/purchase-orders/{number}")
            assert (found["status"], found["lines"][0]["received"]) == (order.status, order.received), f"not {order}"
        for number, conference in self.books.conferences.items():
            found = ask(f"/conferences/{number}")
            wanted = conference.status, conference.version
            assert (found["status"], found["version"]) == wanted, f"{found}, not {conference}"

    def everybody_sees_her_own(self) -> None:
        """Asks the API for the lists of each, and for what is in no list of hers."""
        for who, other in (b.CHAMPIONS, b.CHAMPIONS[::-1]):
            self.sees(who, "/claims", self.books.claims, {n for n, c in self.books.claims.items() if c.who == who})
            hers = {n for n, box in self.books.boxes.items() if stock_of(who) in {box.source, box.target}}
            self.sees(who, "/shipments", self.books.boxes, hers)
            self.sees(who, "/meetups", self.books.meetups, self.books.met(who))
            for number in self.books.met(who):
                people = self.callers[who].get(f"/meetups/{number}")["people"]
                shown = b.handle_of(other)[1:] in str(people)
                assert shown == self.books.shows(self.books.meetups[number], other, to=who), f"{who} sees {people}"
            levels = self.callers[who].get("/stock/levels?limit=100")["items"]
            assert {level["location_name"] for level in levels} <= {stock_of(who)}
        for path, known in (("/claims", self.books.claims), ("/shipments", self.books.boxes)):
            self.sees(COORDINATOR, path, known, set(known))

    def sees(self, who: str, path: str, known: Mapping[int, object], hers: set[int]) -> None:
        """A list of hers has what it must, and the rest is not there when she asks for it."""
        listed = [item["id"] for item in self.callers[who].get(f"{path}?limit=100")["items"]]
        assert sorted(listed) == sorted(hers), f"{who} sees other {path}: {listed}, not {hers}"
        for number in known.keys() - hers:
            self.callers[who].get(f"{path}/{number}", status=404)
