"""The ledger: its own rules, and random histories that the real verbs of the domain make on real databases.

``CHAMPIONS_TEST_EXAMPLES`` and ``CHAMPIONS_TEST_STEPS`` make the histories more and longer; without the first, every
run has the same ones.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from app.acts.policy import SHELL
from app.core.db import Database
from app.core.errors import Conflict, NotFound, OutOfStock
from app.maintenance.triggers import MESSAGES
from app.maintenance.verification import differences
from app.stock.ledger import Transfer, move, on_hand, reverse_step
from app.stock.models import Move, Reason
from tests.stock.community import Community, found_community
from tests.stock.histories import FITTING, Chance, Histories
from tests.support.databases import NewDatabase
from tests.support.pool import opened

EXAMPLES = int(os.environ.get("CHAMPIONS_TEST_EXAMPLES", "16"))
STEPS = int(os.environ.get("CHAMPIONS_TEST_STEPS", "30"))
SAME_EVERY_TIME = "CHAMPIONS_TEST_EXAMPLES" not in os.environ


@pytest.fixture(scope="module")
def founded(new_database: NewDatabase, template_url: str) -> Iterator[tuple[str, Community]]:
    """The database with which every history begins, and who is in it."""
    with new_database(copy_of=template_url) as url:
        with opened(url) as app:
            here = app.state.database.run(found_community)
        yield url, here


@pytest.fixture
def histories(new_database: NewDatabase, founded: tuple[str, Community]) -> type[Histories]:
    """Histories that begin there, each on a copy of its own."""
    url, community = founded

    class Here(Histories):
        here = community
        outcomes = Counter()

        def open_database(self, stack: ExitStack) -> Database:
            app = stack.enter_context(opened(stack.enter_context(new_database(copy_of=url))))
            database: Database = app.state.database
            return database

    return Here


@pytest.fixture
def session(new_database: NewDatabase, founded: tuple[str, Community]) -> Iterator[Session]:
    """A unit of work in that community, which is rolled back."""
    with new_database(copy_of=founded[0]) as url, opened(url) as app, app.state.database.transaction() as session:
        yield session
        session.rollback()


@pytest.fixture
def here(founded: tuple[str, Community]) -> Community:
    return founded[1]


def take(here: Community, quantity: int, *, source: int = 2, target: int = 3, design: int = 0) -> Transfer:
    """So many ribbons from one of the stocks to another: from Ana to Bea, who hold 40 of each design."""
    stocks, reason = here.stocks, Reason.TRANSFER
    return Transfer(here.designs[design], stocks[source], stocks[target], quantity, reason)


def levels(session: Session, here: Community) -> list[dict[int, int]]:
    return [on_hand(session, location_id=location) for location in here.stocks]


def test_whatever_happens_the_books_agree(histories: type[Histories]) -> None:
    how = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=SAME_EVERY_TIME)
    run_state_machine_as_test(histories, settings=how)
    # Refusals alone would prove nothing.
    assert sum(number for name, number in histories.outcomes.items() if not name.endswith("refused")) >= EXAMPLES


def test_every_verb_of_the_histories_can_succeed(histories: type[Histories]) -> None:
    history, first = histories(), Chance()
    history.move_by_hand(design=0, source=0, to=4, quantity=5)
    history.reverse(first)
    history.move_by_hand(design=0, source=0, to=4, quantity=5)
    history.correct(first, quantity=3)
    history.count(location=0, counted=(90, 90))
    history.order(quantities=(5, 5))
    history.receive_order(first, come=(40, 40), allow_over_receipt=False)
    history.close_short(first)
    history.receive_order(first, come=(10, 10), allow_over_receipt=False)
    history.undo_receipt(first)
    history.cancel_order(Chance(-1))
    history.draft(source=0, to=1, hand=True, quantities=(5, 5))
    history.draft_for_claim(Chance(1), quantities=(5, 5))
    history.go_on(Chance(-1), step="pack")  # it is released when the claim is revoked
    for step in ("pack", "send", "deliver", "lose", "cancel"):
        history.go_on(first, step=step)
    history.take_back(first, missing=(1, 0))
    history.receive(first, missing=(2, 2))
    history.find(first, line=0, found=1)
    history.hand_out(first, design=0, quantity=5)
    history.decide(Chance(1), step="revoke")
    for step in ("decline", "withdraw", "deputize"):
        history.claim(who=1, where=0)
        history.decide(Chance(-1), step=step)
    history.close(first, more=5, lost=1, off=0)
    history.reopen(first)
    history.close(first, more=6, lost=0, off=0)
    history.hand_out_late(first, design=0, quantity=2)
    for who, where in (("ana", 0), ("", 1), ("", 2)):
        history.import_history(where=where, who=who, numbers=(5, 1, 2))
    history.undo_import(first)
    history.merge(Chance(1), Chance(2))
    for step in ("go_virtual", "restore", "cancel"):
        history.change_conference(where=1, step=step)
    history.every_level_is_the_fold_of_the_moves()
    history.what_was_counted_changes_only_by_what_moves_afterwards()
    history.nothing_comes_from_nowhere_and_nothing_is_owed()
    history.what_is_packed_or_under_way_is_in_boxes()
    history.teardown()
    wanted = {*FITTING, "order", "move_by_hand", "count", "reverse", "correct", "draft", "draft_for_claim", "claim"}
    wanted |= {"hand_out_late", "import_history", "undo_import", "merge", "go_virtual", "restore"}
    assert set(history.outcomes) == wanted


@pytest.mark.parametrize("statement", ["UPDATE move SET quantity = 2", "DELETE FROM move"])
def test_a_move_that_was_posted_stays_as_it_is(session: Session, here: Community, statement: str) -> None:
    (move_id,) = move(session, [take(here, 5)], actor=SHELL)
    with pytest.raises(IntegrityError, match=MESSAGES["move"]), session.begin_nested():
        session.connection().execute(text(f"{statement} WHERE id = :id"), {"id": move_id})
    assert session.get_one(Move, move_id).quantity == 5


def test_transfers_from_one_place_are_added_up_before_they_are_checked(session: Session, here: Community) -> None:
    with pytest.raises(OutOfStock) as refusal:
        move(session, [take(here, 25), take(here, 25, target=1), take(here, 1, design=1)], actor=SHELL)
    assert refusal.value.extras == {
        "location_id": here.stocks[2],
        "design_id": here.designs[0],
        "on_hand": 40,
        "needed": 50,
    }
    assert str(refusal.value) == "ana has 40 A ribbons; this needs 50."


def test_a_refusal_posts_nothing_at_all(session: Session, here: Community) -> None:
    def refused() -> None:
        with session.begin_nested():
            move(session, [take(here, 5, design=1), take(here, 41)], actor=SHELL)

    before, moves = levels(session, here), len(session.scalars(select(col(Move.id))).all())
    with pytest.raises(OutOfStock):
        refused()
    assert levels(session, here) == before
    assert len(session.scalars(select(col(Move.id))).all()) == moves


def test_ribbons_may_pass_through_a_place_that_holds_none_of_them(session: Session, here: Community) -> None:
    move(session, [take(here, 60, source=3, target=1), take(here, 25, source=2, target=3)], actor=SHELL)
    assert [level[here.designs[0]] for level in levels(session, here)[2:]] == [15, 5]


def test_everything_may_go_and_not_one_more(session: Session, here: Community) -> None:
    move(session, [take(here, 40)], actor=SHELL)
    with pytest.raises(OutOfStock, match="has 0 A ribbons; this needs 1"):
        move(session, [take(here, 1)], actor=SHELL)


def test_a_vendor_may_give_what_it_never_had(session: Session, here: Community) -> None:
    gift = Transfer(here.designs[0], here.vendor, here.stocks[2], 100_000, Reason.PURCHASE)
    move(session, [gift], actor=SHELL)
    assert on_hand(session, location_id=here.stocks[2])[here.designs[0]] == 100_040
    assert on_hand(session, location_id=here.vendor)[here.designs[0]] < -100_000


def test_ids_come_in_the_order_of_the_transfers(session: Session, here: Community) -> None:
    # More than fit into one INSERT of either database.
    transfers = [take(here, 1 + number % 7, source=number % 2, target=2 + number % 2) for number in range(30)] * 80
    stock = [Transfer(here.designs[0], here.vendor, location, 20_000, Reason.PURCHASE) for location in here.stocks]
    move(session, stock, actor=SHELL)
    ids = move(session, transfers, actor=SHELL, subject="shipment:7")
    assert ids == sorted(set(ids))
    found = {row.id: row for row in session.scalars(select(Move).where(col(Move.subject) == "shipment:7"))}
    assert [(found[i].source_id, found[i].target_id, found[i].quantity) for i in ids] == [
        (transfer.source_id, transfer.target_id, transfer.quantity) for transfer in transfers
    ]


def test_nothing_to_move_is_no_move(session: Session) -> None:
    assert move(session, [], actor=SHELL) == []


def test_a_move_is_taken_back_once_and_its_reversal_not_at_all(session: Session, here: Community) -> None:
    before = levels(session, here)
    (move_id,) = move(session, [take(here, 5)], actor=SHELL)
    back = reverse_step(session, move_id=move_id, note="booked twice", actor=SHELL)
    assert session.get_one(Move, back).reverses_id == move_id
    assert levels(session, here) == before
    with pytest.raises(Conflict, match="already been taken back"):
        reverse_step(session, move_id=move_id, note="", actor=SHELL)
    with pytest.raises(Conflict, match="belongs to an order or a shipment"):
        reverse_step(session, move_id=back, note="", actor=SHELL)
    assert differences(session) == []


def test_what_has_moved_on_cannot_be_taken_back(session: Session, here: Community) -> None:
    (move_id,) = move(session, [take(here, 5)], actor=SHELL)
    move(session, [take(here, 44, source=3, target=2)], actor=SHELL)
    with pytest.raises(OutOfStock, match="has 1 A ribbon; this needs 5"):
        reverse_step(session, move_id=move_id, note="", actor=SHELL)
    with pytest.raises(NotFound):
        reverse_step(session, move_id=10**9, note="", actor=SHELL)
