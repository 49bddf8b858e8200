"""Random histories of a small community, made with the real verbs of the domain on a real database."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import Session

from app.acts.policy import SHELL
from app.claims import closing
from app.claims import service as claiming
from app.claims.ending import cancel_conference, go_virtual, restore_conference
from app.claims.reopening import reopen_claim
from app.claims.schemas import CloseLine, NewCloseOut, NewHandOut
from app.core.clock import today
from app.core.db import Database
from app.core.errors import DomainError
from app.maintenance.verification import differences
from app.purchasing import service as purchasing
from app.purchasing.schemas import NewReceipt, ReceiptLine
from app.shipments import receiving
from app.shipments import service as shipping
from app.shipments.models import Method
from app.shipments.schemas import FoundLine, NewFind
from app.stock.ledger import CORRECTABLE, REVERSIBLE, correct_step, on_hand, reverse_step
from app.stock.locations import champion_location
from app.stock.models import Kind
from app.stock.schemas import CountLine, NewMove
from app.stock.service import count_stock, move_by_hand
from app.upkeep.history import import_history
from app.upkeep.history_file import read_history
from app.upkeep.imports import undo_import
from app.upkeep.merging import merge_conferences
from tests.stock.community import Community, Pair, claim, draft, order, take_step
from tests.support.contents import contents
from tests.support.rules import RULES

FITTING = {
    "pack": {"draft"},
    "send": {"packed"},
    "deliver": {"in_transit"},
    "receive": {"in_transit", "delivered"},
    "lose": {"in_transit", "delivered"},
    "return": {"in_transit", "delivered"},
    "cancel": {"draft", "packed"},
    "find": {"received", "lost"},
    "deputize": {"requested"},
    "decline": {"requested"},
    "revoke": {"deputized"},
    "withdraw": {"deputized", "requested"},
    "hand_out": {"deputized"},
    "close": {"deputized"},
    "reopen": {"closed"},
    "receive_order": {"placed", "partially_received", "closed_short"},
    "undo_receipt": {"partially_received", "closed_short", "received"},
    "close_short": {"partially_received"},
    "cancel_order": {"placed"},
}
"""In which statuses a verb has a chance. It is tried in others, too, but not as often."""

WHICH = st.integers(0, 1)
FEW, SOME, MANY = st.integers(0, 5), st.integers(1, 30), st.integers(1, 90)
STOCK = st.sampled_from([0, 0, 0, 1, 2, 3])


@dataclass(frozen=True)
class Chance:
    """Which one of several, and whether only those count that fit."""

    number: int = 0
    fits: bool = True

    def among(self, fitting: list[int], every: list[int]) -> int:
        wanted = fitting if fitting and self.fits else every
        return wanted[self.number % len(wanted)]


CHANCE = st.builds(Chance, st.integers(0, 20), st.sampled_from([True, True, True, False]))


def quantity_at(move: Any, location_id: int) -> int:
    """By how much a move changes a level: what comes less what goes."""
    sign = int(move.target_id == location_id) - int(move.source_id == location_id)
    return sign * int(move.quantity)


def level_of(rows: dict[str, list[Any]], location_id: int, design_id: int) -> int:
    """What the level of a design at a location says."""
    key = (location_id, design_id)
    return next((int(row.on_hand) for row in rows["level"] if (row.location_id, row.design_id) == key), 0)


class Histories(RuleBasedStateMachine):
    """Each rule is one verb in one unit of work. It may be refused, but must leave no trace then."""

    here: ClassVar[Community]
    outcomes: ClassVar[Counter[str]]
    """How often each verb succeeded or was refused, in all histories together."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.database = self.open_database(self.stack)
        self.rows = contents(self.database)
        self.counted = dict[tuple[int, int], tuple[int, int]]()
        """By location and design: what was counted, and how many moves there were then."""

    def open_database(self, stack: ExitStack) -> Database:
        """A database of its own with the community in it; the stack closes it."""
        raise NotImplementedError

    def teardown(self) -> None:
        with self.stack, self.database.reading() as session:
            assert differences(session) == []

    def attempt(self, name: str, verb: Callable[[Session], object]) -> bool:
        """Does the verb and looks at all that has changed. Returns whether it was done."""
        try:
            self.database.run(verb)
        except DomainError:
            assert contents(self.database) == self.rows, f"{name} was refused and left a trace"
            self.outcomes[f"{name} refused"] += 1
            return False
        before, self.rows = self.rows, contents(self.database)
        assert self.rows["move"][: len(before["move"])] == before["move"], f"{name} changed the past"
        self.outcomes[name] += 1
        return True

    def pick(self, table: str, verb: str, chance: Chance) -> int:
        """The id of a row: of one in a status that fits the verb, if there is one and it is wanted."""
        rows = self.rows[table]
        return chance.among([row.id for row in rows if row.status in FITTING[verb]], [row.id for row in rows])

    @rule(quantities=st.tuples(MANY, MANY))
    def order(self, quantities: Pair) -> None:
        here = self.here
        self.attempt("order", lambda session: order(session, here.vendor, here.stocks[0], here.designs, quantities))

    @rule(chance=CHANCE, come=st.tuples(MANY, MANY), allow_over_receipt=st.booleans())
    def receive_order(self, chance: Chance, come: Pair, allow_over_receipt: bool) -> None:
        order_id = self.pick("purchase_order", "receive_order", chance)

        def verb(session: Session) -> None:
            known = purchasing.read_order(session, order_id=order_id).lines
            lines = [ReceiptLine(line_id=line.id, received=n) for line, n in zip(known, come, strict=True)]
            receipt = NewReceipt(lines=lines, allow_over_receipt=allow_over_receipt)
            purchasing.receive_order(session, order_id=order_id, receipt=receipt, actor=SHELL)

        self.attempt("receive_order", verb)

    @rule(chance=CHANCE)
    def cancel_order(self, chance: Chance) -> None:
        order_id = self.pick("purchase_order", "cancel_order", chance)
        self.attempt("cancel_order", partial(purchasing.cancel_order, order_id=order_id))

    @rule(chance=CHANCE)
    def undo_receipt(self, chance: Chance) -> None:
        order_id = self.pick("purchase_order", "undo_receipt", chance)
        self.attempt("undo_receipt", partial(purchasing.undo_receipt, order_id=order_id, note="", actor=SHELL))

    @rule(chance=CHANCE)
    def close_short(self, chance: Chance) -> None:
        order_id = self.pick("purchase_order", "close_short", chance)
        self.attempt("close_short", partial(purchasing.close_short, order_id=order_id))

    @rule(design=WHICH, source=STOCK, to=st.integers(0, 4), quantity=MANY)
    def move_by_hand(self, design: int, source: int, to: int, quantity: int) -> None:
        design_id, locations = self.here.designs[design], [*self.here.stocks, self.here.loss]
        new = NewMove(design_id=design_id, source_id=locations[source], target_id=locations[to], quantity=quantity)
        self.attempt("move_by_hand", partial(move_by_hand, new=new, actor=SHELL))

    @rule(location=STOCK, counted=st.tuples(MANY, MANY))
    def count(self, location: int, counted: Pair) -> None:
        lines = [CountLine(design_id=d, counted=n) for d, n in zip(self.here.designs, counted, strict=True)]
        at = self.here.stocks[location]
        if self.attempt("count", partial(count_stock, location_id=at, lines=lines, note="", actor=SHELL)):
            for line in lines:
                self.counted[at, line.design_id] = line.counted, len(self.rows["move"])

    @rule(chance=CHANCE)
    def reverse(self, chance: Chance) -> None:
        moves = self.rows["move"]
        gone = {row.reverses_id for row in moves}
        fitting = [row.id for row in moves if row.reason in REVERSIBLE and row.id not in gone]
        move_id = chance.among(fitting, [row.id for row in moves])
        if self.attempt("reverse", partial(reverse_step, move_id=move_id, note="", actor=SHELL)):
            self.forget_a_count_that_was_taken_back(move_id)

    def forget_a_count_that_was_taken_back(self, move_id: int) -> None:
        taken_back = next(row for row in self.rows["move"] if row.id == move_id)
        if taken_back.reason == "count":
            for end in (taken_back.source_id, taken_back.target_id):
                self.counted.pop((end, taken_back.design_id), None)

    @rule(chance=CHANCE, quantity=st.integers(0, 40))
    def correct(self, chance: Chance, quantity: int) -> None:
        moves = self.rows["move"]
        gone = {row.reverses_id for row in moves}
        fitting = [row.id for row in moves if row.reason in CORRECTABLE and row.id not in gone]
        move_id = chance.among(fitting, [row.id for row in moves])
        self.attempt("correct", partial(correct_step, move_id=move_id, quantity=quantity, note="", actor=SHELL))

    @rule(source=STOCK, to=STOCK, hand=st.booleans(), quantities=st.tuples(SOME, SOME))
    def draft(self, source: int, to: int, hand: bool, quantities: Pair) -> None:
        locations, designs = self.here.stocks, self.here.designs
        ends = {"target_id": locations[to], "method": Method.HAND if hand else Method.CARRIER}
        self.attempt("draft", lambda session: draft(session, locations[source], designs, quantities, **ends))

    @rule(chance=CHANCE, quantities=st.tuples(SOME, SOME))
    def draft_for_claim(self, chance: Chance, quantities: Pair) -> None:
        here, claim_id = self.here, self.pick("claim", "hand_out", chance)
        self.attempt(
            "draft_for_claim",
            lambda session: draft(session, here.stocks[0], here.designs, quantities, claim_id=claim_id),
        )

    @rule(chance=CHANCE, step=st.sampled_from(["pack", "send", "deliver", "lose", "cancel"]))
    def go_on(self, chance: Chance, step: str) -> None:
        box = self.pick("shipment", step, chance)
        self.attempt(step, lambda session: take_step(session, box, step))

    @rule(chance=CHANCE, missing=st.tuples(st.sampled_from([0, 1, 2, -1]), FEW))
    def receive(self, chance: Chance, missing: Pair) -> None:
        box = self.pick("shipment", "receive", chance)
        self.attempt("receive", lambda session: take_step(session, box, "receive", missing))

    @rule(chance=CHANCE, missing=st.tuples(st.sampled_from([0, 1, 2, -1]), FEW))
    def take_back(self, chance: Chance, missing: Pair) -> None:
        box = self.pick("shipment", "return", chance)
        self.attempt("return", lambda session: take_step(session, box, "return", missing))

    @rule(chance=CHANCE, line=WHICH, found=st.integers(1, 3))
    def find(self, chance: Chance, line: int, found: int) -> None:
        box = self.pick("shipment", "find", chance)

        def verb(session: Session) -> None:
            lines = [FoundLine(line_id=shipping.lines_of(session, box)[line].id, quantity_found=found)]
            receiving.find_missing(session, shipment_id=box, find=NewFind(lines=lines), rules=RULES, actor=SHELL)

        self.attempt("find", verb)

    @rule(who=WHICH, where=WHICH)
    def claim(self, who: int, where: int) -> None:
        champion, conference = self.here.champions[who], self.here.conferences[where]
        self.attempt("claim", lambda session: claim(session, conference, champion))

    @rule(chance=CHANCE, step=st.sampled_from(["deputize", "decline", "revoke", "withdraw"]))
    def decide(self, chance: Chance, step: str) -> None:
        claim_id = self.pick("claim", step, chance)
        actor = self.here.champion_of(self.rows, claim_id) if step == "withdraw" else SHELL
        self.attempt(step, partial(getattr(claiming, step), claim_id=claim_id, note="", actor=actor))

    @rule(chance=CHANCE, design=WHICH, quantity=st.integers(1, 20))
    def hand_out(self, chance: Chance, design: int, quantity: int) -> None:
        claim_id = self.pick("claim", "hand_out", chance)
        actor = self.here.champion_of(self.rows, claim_id)
        new = NewHandOut(design_id=self.here.designs[design], quantity=quantity)
        self.attempt("hand_out", partial(closing.hand_out, claim_id=claim_id, new=new, rules=RULES, actor=actor))

    @rule(chance=CHANCE, design=WHICH, quantity=st.integers(1, 20))
    def hand_out_late(self, chance: Chance, design: int, quantity: int) -> None:
        claim_id, new = self.pick("claim", "close", chance), {"design_id": self.here.designs[design]}
        late = NewHandOut.model_validate({**new, "quantity": quantity, "happened_on": today() - timedelta(days=1)})
        self.attempt("hand_out_late", partial(closing.hand_out, claim_id=claim_id, new=late, rules=RULES, actor=SHELL))

    @rule(where=st.integers(0, 2), who=st.sampled_from(["", "ana", "bea"]), numbers=st.tuples(FEW, FEW, FEW))
    def import_history(self, where: int, who: str, numbers: tuple[int, int, int]) -> None:
        out, lost, left = numbers
        place = f"Congress {where},2019-11-14,2019-11-18,Chicago,US-IL,US"
        row = f"{place},{who and who + '@example.org'},A,{out},{lost},{left if who else 0}"
        csv = f"name,starts_on,ends_on,city,state,country,champion,design,handed_out,lost,left\n{row}\n"
        verb = partial(import_history, rows=read_history(csv), rules=RULES, actor=SHELL, dry_run=False)
        self.attempt("import_history", verb)

    @rule(chance=CHANCE)
    def undo_import(self, chance: Chance) -> None:
        imports = self.rows["file_import"]
        if imports:
            number = chance.among([row.id for row in imports if row.undone_at is None], [row.id for row in imports])
            self.attempt("undo_import", partial(undo_import, import_id=number, actor=SHELL))

    @rule(where=WHICH, step=st.sampled_from(["cancel", "restore", "restore", "go_virtual"]))
    def change_conference(self, where: int, step: str) -> None:
        number = self.here.conferences[where]
        verb = {"cancel": cancel_conference, "restore": restore_conference, "go_virtual": go_virtual}[step]
        self.attempt(step, partial(verb, conference_id=number, actor=SHELL))

    @rule(chance=CHANCE, into=CHANCE)
    def merge(self, chance: Chance, into: Chance) -> None:
        every = [row.id for row in self.rows["conference"]]
        past = [row.id for row in self.rows["conference"] if str(row.starts_on).startswith("2019")]
        one, other = chance.among(past, every), into.among(past, every)
        self.attempt("merge", partial(merge_conferences, conference_id=one, into_id=other, actor=SHELL))

    @rule(chance=CHANCE, more=st.integers(0, 20), lost=FEW, off=st.sampled_from([0, 0, 0, 1]))
    def close(self, chance: Chance, more: int, lost: int, off: int) -> None:
        claim_id = self.pick("claim", "close", chance)
        actor = self.here.champion_of(self.rows, claim_id)

        def verb(session: Session) -> None:
            assert actor.person_id is not None
            holds = on_hand(session, location_id=champion_location(session, person_id=actor.person_id))
            before, lines = claiming.handed_out(session, claim_id=claim_id), []
            for design in self.here.designs:
                held = holds.get(design, 0)
                out = min(more, held)
                gone = min(lost, held - out)
                handed_out = before.get(design, 0) + out + off
                lines.append(CloseLine(design_id=design, handed_out=handed_out, remaining=held - out - gone, lost=gone))
            closing.close_claim(session, claim_id=claim_id, new=NewCloseOut(lines=lines), actor=actor)

        self.attempt("close", verb)

    @rule(chance=CHANCE)
    def reopen(self, chance: Chance) -> None:
        claim_id = self.pick("claim", "reopen", chance)
        self.attempt("reopen", partial(reopen_claim, claim_id=claim_id, note="", actor=SHELL))

    @invariant()
    def every_level_is_the_fold_of_the_moves(self) -> None:
        folded: Counter[tuple[int, int]] = Counter()
        for row in self.rows["move"]:
            folded[row.target_id, row.design_id] += row.quantity
            folded[row.source_id, row.design_id] -= row.quantity
        assert {(row.location_id, row.design_id): row.on_hand for row in self.rows["level"] if row.on_hand} == {
            key: quantity for key, quantity in folded.items() if quantity
        }

    @invariant()
    def what_was_counted_changes_only_by_what_moves_afterwards(self) -> None:
        """Whatever is taken back or corrected, unless it is the count itself."""
        for (location_id, design_id), (counted, before) in self.counted.items():
            moves = self.rows["move"]
            later = {row.id for row in moves[before:]}
            expected = counted
            for row in moves[before:]:
                # What takes an earlier move back, or corrects it, does not touch what was counted.
                if row.design_id == design_id and (row.reverses_id is None or row.reverses_id in later):
                    expected += quantity_at(row, location_id)
            assert level_of(self.rows, location_id, design_id) == expected

    @invariant()
    def nothing_comes_from_nowhere_and_nothing_is_owed(self) -> None:
        kinds = {row.id: row.kind for row in self.rows["location"]}
        for design in self.here.designs:
            at = [(kinds[row.location_id], row.on_hand) for row in self.rows["level"] if row.design_id == design]
            assert sum(quantity for _, quantity in at) == 0
            assert all(quantity >= 0 for kind, quantity in at if kind not in {Kind.VENDOR, Kind.ADJUSTMENT})

    @invariant()
    def what_is_packed_or_under_way_is_in_boxes(self) -> None:
        kinds = {row.id: row.kind for row in self.rows["location"]}
        statuses = {row.id: row.status for row in self.rows["shipment"]}
        for kind, wanted in ((Kind.PACKED, {"packed"}), (Kind.TRANSIT, {"in_transit", "delivered"})):
            boxed = sum(row.quantity for row in self.rows["shipment_line"] if statuses[row.shipment_id] in wanted)
            assert sum(row.on_hand for row in self.rows["level"] if kinds[row.location_id] == kind) == boxed
