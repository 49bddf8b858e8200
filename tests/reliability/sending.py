"""Random requests about shipments, purchase orders and stock, and what must be answered to each."""

from typing import Any

from hypothesis import strategies as st

from tests.reliability import books as b
from tests.reliability.books import COORDINATOR, LOSS, PACKED, STOCKS, TRANSIT, VENDOR, stock_of
from tests.reliability.machine import DEPOT, PLACES, SOME, STAFF_MOSTLY, WHO, Machine, may, refusals
from tests.stock.histories import CHANCE, Chance
from tests.support.world import Json


class Sending(Machine):
    """Ribbons are ordered, moved, counted, packed, sent and received."""

    @may(who=STAFF_MOSTLY, chance=CHANCE, source=DEPOT, quantity=SOME, hand=st.booleans())
    def draft_for_claim(self, who: str, chance: Chance, source: str, quantity: int, hand: bool) -> None:
        number, claim = self.pick(self.books.claims, chance, {"deputized"})
        wrong = {403: who != COORDINATOR, 409: claim.status != "deputized"}
        self.draft(who, {"claim_id": number}, source, stock_of(claim.who), quantity, hand=hand, wrong=wrong)

    @may(who=WHO, source=PLACES, to=PLACES, quantity=SOME, hand=st.booleans())
    def draft_to_location(self, who: str, source: str, to: str, quantity: int, hand: bool) -> None:
        to_champion = to not in b.DEPOTS
        wrong = {
            403: who != COORDINATOR and (source != stock_of(who) or to_champion),
            422: source == to or (source not in b.DEPOTS and to_champion and not hand),
        }
        self.draft(who, {"target_id": self.ids[to]}, source, to, quantity, hand=hand, wrong=wrong)

    def draft(
        self, who: str, to: Json, source: str, target: str, quantity: int, *, hand: bool, wrong: dict[int, Any]
    ) -> None:
        """A draft of a shipment."""
        method = "hand" if hand else "carrier"
        lines = [{"design_id": self.world.design, "quantity": quantity}]
        new = {**to, "source_id": self.ids[source], "method": method, "lines": lines}
        made = self.attempt("draft", who, "/shipments", new, refused=refusals(wrong), status=201)
        if made:
            claim = to.get("claim_id")
            self.books.boxes[made["id"]] = b.Box(source, target, method, quantity, b.line_of(made), claim)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def pack(self, who: str, chance: Chance) -> None:
        number, box = self.pick(self.books.boxes, chance, {"draft"})
        wrong = {409: box.status != "draft" or self.books.lacks(box.source, box.quantity)}
        if self.step("pack", who, number, box.not_sent_by(who), wrong):
            box.status = "packed"
            self.books.left.append((box.source, box))
            self.books.move(box.source, PACKED, box.quantity)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def send(self, who: str, chance: Chance) -> None:
        number, box = self.pick(self.books.boxes, chance, {"packed"})
        wrong = {409: box.status != "packed" or box.method == "hand"}
        if self.step("send", who, number, box.not_sent_by(who), wrong, {"carrier": "USPS"}):
            box.status = "in_transit"
            self.books.move(PACKED, TRANSIT, box.quantity)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def deliver(self, who: str, chance: Chance) -> None:
        number, box = self.pick(self.books.boxes, chance, {"in_transit"})
        if self.step("deliver", who, number, None, {403: who != COORDINATOR, 409: box.status != "in_transit"}):
            box.status = "delivered"

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def lose(self, who: str, chance: Chance) -> None:
        number, box = self.pick(self.books.boxes, chance, {"in_transit", "delivered"})
        wrong = {403: who != COORDINATOR, 409: box.status not in {"in_transit", "delivered"}}
        if self.step("lose", who, number, None, wrong):
            box.status, box.received, box.missing = "lost", 0, box.quantity
            self.books.move(TRANSIT, LOSS, box.quantity)

    @may(who=STAFF_MOSTLY, chance=CHANCE, missing=st.sampled_from([0, 0, 1, -1]))
    def take_back(self, who: str, chance: Chance, missing: int) -> None:
        number, box = self.pick(self.books.boxes, chance, {"in_transit", "delivered"})
        back = max(0, box.quantity - missing)
        wrong = {409: box.status not in {"in_transit", "delivered"}, 422: back > box.quantity}
        body = {"lines": [{"line_id": box.line, "returned": back}]}
        if self.step("return", who, number, box.not_sent_by(who), wrong, body):
            box.status, box.received, box.missing = "returned", 0, box.quantity - back
            self.books.move(TRANSIT, box.source, back)
            self.books.move(TRANSIT, LOSS, box.quantity - back)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def cancel_box(self, who: str, chance: Chance) -> None:
        number, box = self.pick(self.books.boxes, chance, {"draft", "packed"})
        wrong = {409: box.status not in {"draft", "packed"}}
        if self.step("cancel", who, number, box.not_sent_by(who), wrong):
            self.books.cancel(box)

    @may(who=WHO, chance=CHANCE, missing=st.sampled_from([0, 0, 1, 5, -1]))
    def receive(self, who: str, chance: Chance, missing: int) -> None:
        number, box = self.pick(self.books.boxes, chance, {"in_transit", "delivered"})
        come = max(0, box.quantity - missing)
        ready = {"packed"} if box.method == "hand" else {"in_transit", "delivered"}
        wrong = {409: box.status not in ready, 422: come > box.quantity}
        body = {"lines": [{"line_id": box.line, "received": come}]}
        if self.step("receive", who, number, box.not_received_by(who), wrong, body):
            here = PACKED if box.method == "hand" else TRANSIT
            box.status, box.received, box.missing = "received", come, box.quantity - come
            self.books.move(here, box.target, come)
            self.books.move(here, LOSS, box.quantity - come)

    @may(who=WHO, chance=CHANCE, quantity=st.integers(1, 3))
    def find(self, who: str, chance: Chance, quantity: int) -> None:
        number, box = self.pick(self.books.boxes, chance, {"received", "lost"})
        wrong = {409: box.status not in {"received", "lost"}, 422: quantity > (box.missing or 0)}
        body = {"lines": [{"line_id": box.line, "quantity_found": quantity}]}
        if self.step("found", who, number, box.not_received_by(who), wrong, body):
            box.received, box.missing = (box.received or 0) + quantity, (box.missing or 0) - quantity
            self.books.move(LOSS, box.target, quantity)

    def step(self, name: str, who: str, box: int, stranger: int | None, wrong: dict[int, Any], body: Any = None) -> Any:
        """A step of a shipment; a stranger is refused, whatever else may be wrong."""
        refused = {stranger} if stranger else refusals(wrong)
        return self.attempt(name, who, f"/shipments/{box}/{name}", body, refused=refused)

    @may(who=STAFF_MOSTLY, depot=DEPOT, quantity=SOME)
    def order(self, who: str, depot: str, quantity: int) -> None:
        lines = [{"design_id": self.world.design, "quantity": quantity}]
        new = {"vendor_id": self.ids[VENDOR], "ship_to_id": self.ids[depot], "lines": lines}
        refused = refusals({403: who != COORDINATOR})
        made = self.attempt("order", who, "/purchase-orders", new, refused=refused, status=201)
        if made:
            self.books.orders[made["id"]] = b.Order(depot, quantity, b.line_of(made))

    @may(who=STAFF_MOSTLY, chance=CHANCE, step=st.sampled_from(["place", "place", "place", "close-short", "cancel"]))
    def go_on_with_order(self, who: str, chance: Chance, step: str) -> None:
        ready, to = {
            "place": ({"draft"}, "placed"),
            "close-short": ({"partially_received"}, "closed_short"),
            "cancel": ({"draft", "placed"}, "cancelled"),
        }[step]
        number, order = self.pick(self.books.orders, chance, ready)
        wrong = {403: who != COORDINATOR, 409: order.status not in ready}
        if self.attempt(f"{step} order", who, f"/purchase-orders/{number}/{step}", refused=refusals(wrong)):
            order.status = to

    @may(who=STAFF_MOSTLY, chance=CHANCE, come=st.integers(0, 40), over=st.booleans())
    def receive_order(self, who: str, chance: Chance, come: int, over: bool) -> None:
        ready = {"placed", "partially_received", "closed_short"}
        number, order = self.pick(self.books.orders, chance, ready)
        total = order.received + come
        wrong = {
            403: who != COORDINATOR,
            409: order.status not in ready or (total > order.quantity and not over),
            422: come == 0,
        }
        body = {"lines": [{"line_id": order.line, "received": come}], "allow_over_receipt": over}
        if self.attempt("receive order", who, f"/purchase-orders/{number}/receive", body, refused=refusals(wrong)):
            order.received = total
            order.receipts.append((come, list(self.books.counts)))
            order.status = "received" if total >= order.quantity else "partially_received"
            self.books.move(VENDOR, order.depot, come)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def undo_receipt(self, who: str, chance: Chance) -> None:
        number, order = self.pick(self.books.orders, chance, {"partially_received", "closed_short", "received"})
        come, known = order.receipts[-1] if order.receipts else (0, [])
        counted = self.books.is_counted(order.depot, but=known)
        wrong = {
            403: who != COORDINATOR,
            409: not order.receipts or (self.books.lacks(order.depot, come) and not counted),
        }
        if self.attempt("undo receipt", who, f"/purchase-orders/{number}/undo-receipt", refused=refusals(wrong)):
            order.receipts.pop()
            order.received -= come
            part = "received" if order.received >= order.quantity else "partially_received"
            order.status = part if order.received else "placed"
            self.books.move(b.ADJUSTMENT if counted else order.depot, VENDOR, come)

    @may(who=STAFF_MOSTLY, source=PLACES, to=st.sampled_from([*STOCKS, LOSS]), quantity=SOME)
    def move_by_hand(self, who: str, source: str, to: str, quantity: int) -> None:
        wrong = {403: who != COORDINATOR, 409: self.books.lacks(source, quantity), 422: source == to}
        ends = {"source_id": self.ids[source], "target_id": self.ids[to]}
        body = {"design_id": self.world.design, **ends, "quantity": quantity}
        moved = self.attempt("move", who, "/stock/moves", body, refused=refusals(wrong), status=201)
        if moved:
            self.book(moved, source, to, quantity)
            self.books.left.append((source, self.books.moves[moved["id"]]))

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def reverse(self, who: str, chance: Chance) -> None:
        number, moved = self.pick(self.books.moves, chance)
        impossible = moved.again or self.books.is_settled(number) or self.books.lacks(moved.target, moved.quantity)
        wrong = {403: who != COORDINATOR, 409: impossible}
        back = self.attempt("reverse", who, f"/stock/moves/{number}/reverse", refused=refusals(wrong), status=201)
        if back:
            moved.again = True
            self.books.counts = [count for count in self.books.counts if count.move != number]
            self.book(back, moved.target, moved.source, moved.quantity)
            self.books.moves[back["id"]].again = True
            if moved.claim is not None:
                self.books.claims[moved.claim].handed -= moved.quantity

    @may(who=STAFF_MOSTLY, location=st.sampled_from([*STOCKS, PACKED]), counted=st.integers(0, 90))
    def count(self, who: str, location: str, counted: int) -> None:
        wrong = {
            422: location == PACKED or who not in {COORDINATOR, *(w for w in b.CHAMPIONS if stock_of(w) == location)}
        }
        body = {"location_id": self.ids[location], "lines": [{"design_id": self.world.design, "counted": counted}]}
        more = counted - self.books.levels[location]
        done = self.attempt("count", who, "/stock/counts", body, refused=refusals(wrong), status=201)
        if done:
            for moved in done["items"]:
                self.book(moved, *((b.ADJUSTMENT, location) if more > 0 else (location, b.ADJUSTMENT)), abs(more))
            self.books.count(location, done["items"][0]["id"] if more else None)
