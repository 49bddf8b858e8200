"""Random histories over HTTP: two champions and a coordinator do whatever comes to their mind, right or wrong.

``tests/stock/test_ledger.py`` has histories of verbs; here each step is a request to the app, with its permissions,
its errors and its lists, and a second account in ``books.py`` says beforehand what must come of it. The last tests show
that a level which somebody else has changed, and a claim that is another's, are noticed.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text
from sqlmodel import Session

from app.members.models import Member
from app.members.schemas import HandleIn
from app.members.service import known_handle, parse
from app.stock.locations import champion_location
from tests.reliability.asking import Asking
from tests.reliability.books import (
    ANA,
    BOSTON,
    CHAMPIONS,
    CHICAGO,
    COORDINATOR,
    LOSS,
    TRUSTED,
    Books,
    handle_of,
    stock_of,
)
from tests.reliability.sending import Sending
from tests.reliability.sizes import SOAK, size
from tests.stock.histories import Chance
from tests.support.client import Client
from tests.support.databases import NewDatabase
from tests.support.pool import opened
from tests.support.quotas import lift_quotas
from tests.support.rules import KEY, RULES
from tests.support.world import Caller, World, build_world

EXAMPLES = size(10, 1_000)
STEPS = 25

FIRST, LAST = Chance(), Chance(-1)


class Requests(Asking, Sending):
    """All that they may ask for."""

    def begin(self) -> None:
        """What has been before: two conferences, one of which has begun, and champions who hold some ribbons."""
        self.new_conference(COORDINATOR, offset=-1, again=False)
        self.new_conference(COORDINATOR, offset=30, again=False)
        self.change(COORDINATOR, Chance(), what="limit", stale=0)
        self.claim(ANA, Chance())
        self.decide(COORDINATOR, Chance(), step="deputize")
        for who in (TRUSTED, ANA):  # Ana waits in line
            self.claim(who, Chance(1))
        for who in CHAMPIONS:
            self.move_by_hand(COORDINATOR, source=CHICAGO, to=stock_of(who), quantity=40)
        self.draft_for_claim(COORDINATOR, Chance(), source=CHICAGO, quantity=20, hand=False)
        self.pack(COORDINATOR, Chance())
        self.send(COORDINATOR, Chance())
        self.receive(ANA, Chance(), missing=5)
        self.draft_to_location(TRUSTED, source=stock_of(TRUSTED), to=CHICAGO, quantity=5, hand=False)
        self.order(COORDINATOR, depot=BOSTON, quantity=60)
        self.go_on_with_order(COORDINATOR, Chance(), step="place")
        self.meet(ANA, Chance(), other=TRUSTED)


@dataclass(frozen=True)
class Founded:
    """What every history begins with: a database, who is in it, and the books of it."""

    url: str
    world: World
    books: Books
    done: set[str]


@pytest.fixture(scope="module")
def founded(new_database: NewDatabase, template_url: str) -> Iterator[Founded]:
    """Champions with ribbons of their own, who are members, too, and all that is done in ``begin``."""
    with new_database(copy_of=template_url) as url:
        with build_world(url) as world:
            lift_quotas(world.database)
            world.database.run(partial(introduce, world=world))

            class Beginning(Requests):
                outcomes = Counter()

                def start(self, stack: ExitStack) -> tuple[World, Books]:  # noqa: ARG002 (the database stays open)
                    return world, Books()

            history = Beginning()
            history.begin()
        yield Founded(url, world, history.books, set(history.outcomes))


def introduce(session: Session, *, world: World) -> None:
    """Gives everybody a stock of her own, and the champions the handles by which the community knows them."""
    for who in (*CHAMPIONS, COORDINATOR):
        person_id = getattr(world, who).person_id
        champion_location(session, person_id=person_id)
        if who in CHAMPIONS:
            known = known_handle(session, handle=parse(HandleIn(handle=handle_of(who)), rules=RULES), key=KEY)
            assert known is not None, "nobody was erased here"
            session.get_one(Member, known[1]).person_id = person_id


@pytest.fixture
def requests(new_database: NewDatabase, founded: Founded) -> type[Requests]:
    """Histories that begin there, each on a copy of its own."""

    class Here(Requests):
        outcomes = Counter()

        def start(self, stack: ExitStack) -> tuple[World, Books]:
            app = stack.enter_context(opened(stack.enter_context(new_database(copy_of=founded.url))))
            client = stack.enter_context(Client(app))
            here = founded.world
            ana, trusted, coordinator = (
                Caller(client, known.person_id, known.token) for known in (here.ana, here.trusted, here.coordinator)
            )
            world = replace(
                here, database=app.state.database, client=client, ana=ana, trusted=trusted, coordinator=coordinator
            )
            return world, deepcopy(founded.books)

    return Here


def test_whatever_they_ask_for_they_get_what_they_must(requests: type[Requests]) -> None:
    phases = [Phase.generate, Phase.shrink] if SOAK else [Phase.generate]
    how = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=not SOAK,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(requests, settings=how)
    # Refusals alone would prove nothing.
    refused = sum(number for name, number in requests.outcomes.items() if name.endswith("refused"))
    assert refused >= EXAMPLES
    assert requests.outcomes.total() - refused >= 3 * EXAMPLES


def test_every_request_of_the_histories_can_succeed(requests: type[Requests], founded: Founded) -> None:
    history = requests()
    history.new_conference(ANA, offset=5, again=False)
    history.accept(COORDINATOR, LAST)
    for what in ("longer", "virtual"):
        history.change(COORDINATOR, LAST, what=what, stale=0)
    history.cancel_conference(COORDINATOR, LAST, really=True)
    history.restore(COORDINATOR, LAST)
    history.delete_conference(COORDINATOR, Chance(-1, fits=False))
    history.go_virtual(COORDINATOR, LAST)
    history.restore(COORDINATOR, Chance(-1, fits=False))
    history.new_conference(COORDINATOR, offset=5, again=False)
    history.merge(COORDINATOR, LAST, Chance(-2))
    history.find(ANA, FIRST, quantity=2)
    for last in ("deliver", "lose"):
        history.draft_for_claim(COORDINATOR, FIRST, source=CHICAGO, quantity=5, hand=False)
        for step in ("pack", "send", last):
            getattr(history, step)(COORDINATOR, LAST)
    history.receive(ANA, FIRST, missing=0)
    history.draft_to_location(ANA, source=stock_of(ANA), to=CHICAGO, quantity=5, hand=True)
    history.pack(ANA, LAST)
    history.cancel_box(ANA, LAST)
    history.receive_order(COORDINATOR, FIRST, come=5, over=False)
    history.go_on_with_order(COORDINATOR, FIRST, step="close-short")
    history.undo_receipt(COORDINATOR, FIRST)
    history.order(COORDINATOR, depot=BOSTON, quantity=5)
    history.go_on_with_order(COORDINATOR, LAST, step="cancel")
    history.move_by_hand(COORDINATOR, source=CHICAGO, to=LOSS, quantity=5)
    history.reverse(COORDINATOR, LAST)
    history.count(COORDINATOR, location=BOSTON, counted=50)
    history.hand_out(None, FIRST, quantity=3)
    history.say(TRUSTED, FIRST, step="confirm")
    history.say(TRUSTED, FIRST, step="decline")
    history.block(TRUSTED, other=ANA, back=False)
    history.block(TRUSTED, other=ANA, back=True)
    history.close(None, FIRST, more=5, lost=1, off=0, said=True)
    history.reopen(COORDINATOR, FIRST)
    history.close(None, FIRST, more=6, lost=0, off=0, said=True)
    history.hand_out_late(COORDINATOR, FIRST, quantity=1)
    history.import_history(COORDINATOR, handed_out=5, lost=1, dry_run=False)
    history.undo_import(COORDINATOR, FIRST)
    for step in ("decline", "revoke"):
        history.claim(TRUSTED if step == "revoke" else COORDINATOR, FIRST)
        history.decide(COORDINATOR, LAST, step=step)
    history.claim(TRUSTED, FIRST)
    history.withdraw(TRUSTED, LAST)
    history.every_location_holds_what_it_must()
    history.teardown()
    assert [name for name in history.outcomes if name.endswith("refused")] == []
    assert len(founded.done | set(history.outcomes)) == 41


def test_a_level_that_somebody_has_changed_is_noticed(requests: type[Requests]) -> None:
    history = requests()
    with history.world.database.transaction() as session:
        session.connection().execute(text("UPDATE level SET on_hand = on_hand + 1 WHERE on_hand = 40"))
    history.count(COORDINATOR, location=BOSTON, counted=5)
    with pytest.raises(AssertionError, match="instead of"):
        history.every_location_holds_what_it_must()
    with pytest.raises(AssertionError, match="do not agree"):
        history.teardown()


def test_a_change_by_a_refused_request_is_noticed(requests: type[Requests]) -> None:
    history = requests()
    with history.world.database.transaction() as session:
        session.connection().execute(text("UPDATE claim SET note = 'changed'"))
    with history.stack, pytest.raises(AssertionError, match="has left a trace"):
        history.order(TRUSTED, depot=BOSTON, quantity=5)


def test_a_claim_that_is_seen_by_another_is_noticed(requests: type[Requests]) -> None:
    history = requests()
    with history.world.database.transaction() as session:
        other = history.world.trusted.person_id
        session.connection().execute(text("UPDATE claim SET champion_id = :other WHERE id = 1"), {"other": other})
    with pytest.raises(AssertionError, match="sees other /claims"):
        history.teardown()
