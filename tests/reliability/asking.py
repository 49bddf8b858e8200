"""Random requests about conferences, claims and meetups, and what must be answered to each."""

from datetime import timedelta

from hypothesis import strategies as st

from app.core.clock import today
from tests.reliability import books as b
from tests.reliability.books import ANA, COORDINATOR, LOSS, TRUSTED, stock_of
from tests.reliability.machine import FEW, OWNER_MOSTLY, SOME, STAFF_MOSTLY, WHO, Machine, may, refusals
from tests.stock.histories import CHANCE, Chance


class Asking(Machine):
    """Conferences are proposed, changed and claimed; people meet there."""

    @may(who=WHO, offset=st.sampled_from([-1, -1, 5, 29, 30]), again=st.sampled_from([False, False, True]))
    def new_conference(self, who: str, offset: int, again: bool) -> None:
        first, last = b.days_from(offset)
        known = [c.name for c in self.books.conferences.values() if c.first == first]
        again = again and bool(known)
        name = known[0] if again else f"Congress {next(self.numbers)}"
        place = {"city": "Chicago", "state": "US-IL", "country": "US"}
        new = {"name": name, "starts_on": first.isoformat(), "ends_on": last.isoformat(), **place}
        made = self.attempt("propose", who, "/conferences", new, refused=refusals({409: again}), status=201)
        if made:
            status = "scheduled" if who == COORDINATOR else "proposed"
            self.books.conferences[made["id"]] = b.Conference(name, status, first, last)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def accept(self, who: str, chance: Chance) -> None:
        number, conference = self.pick(self.books.conferences, chance, {"proposed"})
        wrong = {403: who != COORDINATOR, 409: conference.status in {"scheduled", "merged"}}
        if self.attempt("accept", who, f"/conferences/{number}/accept", refused=refusals(wrong)):
            self.books.schedule(number)
            conference.version += 1

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def restore(self, who: str, chance: Chance) -> None:
        number, conference = self.pick(self.books.conferences, chance, {"cancelled"})
        wrong = {
            403: who != COORDINATOR,
            409: conference.status in {"scheduled", "merged"} and not conference.went_virtual,
        }
        if self.attempt("restore", who, f"/conferences/{number}/restore", refused=refusals(wrong)):
            if conference.status == "scheduled":
                conference.virtual = conference.went_virtual = False
            self.books.schedule(number)
            conference.version += 1

    @may(who=st.sampled_from([COORDINATOR, ANA]), chance=CHANCE)
    def go_virtual(self, who: str, chance: Chance) -> None:
        number, conference = self.pick(self.books.conferences, chance, {"scheduled"})
        wrong = {
            403: who != COORDINATOR,
            409: not conference.claimable or self.books.levels[conference.name] > 0,
        }
        if self.attempt("go virtual", who, f"/conferences/{number}/go-virtual", refused=refusals(wrong)):
            conference.virtual = conference.went_virtual = True
            self.books.end_claims(number)
            conference.version += 1

    @may(who=st.sampled_from([COORDINATOR, ANA]), chance=CHANCE, other=CHANCE)
    def merge(self, who: str, chance: Chance, other: Chance) -> None:
        number, conference = self.pick(self.books.conferences, chance, {"proposed", "scheduled", "cancelled"})
        into, target = self.pick(self.books.conferences, other, {"scheduled"})
        wrong = {
            403: who != COORDINATOR,
            409: conference.status == "merged" or self.books.cannot_merge(number, into),
            422: number == into or target.status != "scheduled",
        }
        if self.attempt("merge", who, f"/conferences/{number}/merge", {"into": into}, refused=refusals(wrong)):
            self.books.merge(number, into)
            conference.version += 1

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def delete_conference(self, who: str, chance: Chance) -> None:
        number, _ = self.pick(self.books.conferences, chance, {"proposed"})
        wrong = {403: who != COORDINATOR, 409: self.books.hangs_on(number)}
        path = f"/conferences/{number}"
        if self.attempt("delete", who, path, refused=refusals(wrong), status=204, method="DELETE") is not None:
            del self.books.conferences[number]

    @may(who=st.sampled_from([COORDINATOR, ANA]), chance=CHANCE, really=st.sampled_from([False, False, True]))
    def cancel_conference(self, who: str, chance: Chance, really: bool) -> None:
        number, conference = self.pick(self.books.conferences, chance)
        who = who if really else TRUSTED  # else soon no conference would be left
        wrong = {403: who != COORDINATOR, 409: conference.status in {"cancelled", "merged"}}
        if self.attempt("cancel conference", who, f"/conferences/{number}/cancel", refused=refusals(wrong)):
            self.books.cancel_conference(number)
            conference.version += 1

    @may(
        who=STAFF_MOSTLY,
        chance=CHANCE,
        what=st.sampled_from(["limit", "limit", "longer", "longer", "virtual"]),
        stale=st.sampled_from([0, 0, 0, 1]),
    )
    def change(self, who: str, chance: Chance, what: str, stale: int) -> None:
        number, conference = self.pick(self.books.conferences, chance)
        last = conference.last + timedelta(days=1)
        body = {
            "limit": {"champion_limit": conference.limit % 3 + 1},
            "longer": {"ends_on": last.isoformat()},
            "virtual": {"mode": "virtual"},
        }[what]
        worn = what == "longer" or (what == "virtual" and not conference.virtual)
        elsewhere = any(self.books.is_elsewhere(c, number, last) for c in self.books.champions_of(number))
        wrong = {
            403: who != COORDINATOR,
            409: conference.status in {"cancelled", "merged"}
            or (worn and self.books.levels[conference.name] > 0)
            or (what == "longer" and elsewhere)
            or (what == "virtual" and self.books.open_at(number)),
            412: stale,
            422: what == "longer" and (last - conference.first).days >= 31,
        }
        headers = {"If-Match": f'"{conference.version + stale}"'}
        path = f"/conferences/{number}"
        done = self.attempt("change", who, path, body, refused=refusals(wrong), method="PATCH", headers=headers)
        if done:
            conference.version += 1
            conference.limit = done["champion_limit"]
            if what == "virtual":
                conference.virtual = True
                self.books.forget_ends(number)
            conference.last = last if what == "longer" else conference.last
            if what == "limit":
                self.books.fill(number)

    @may(who=WHO, chance=CHANCE)
    def claim(self, who: str, chance: Chance) -> None:
        asked, _ = self.pick(self.books.conferences, chance, {"scheduled"})
        number = self.books.leading(asked)
        conference = self.books.conferences[number]
        hers = [n for n in self.books.open_at(number) if self.books.claims[n].who == who]
        at_once = who == TRUSTED and not self.books.is_full(number)
        elsewhere = at_once and self.books.is_elsewhere(who, number)
        wrong = {409: not conference.claimable or hers or elsewhere}
        path, body = f"/conferences/{asked}/claims", {"ribbons_requested": 50}
        made = self.attempt("claim", who, path, body, refused=refusals(wrong), status=201)
        if made:
            self.books.claims[made["id"]] = b.Claim(number, who, "deputized" if at_once else "requested")

    @may(who=STAFF_MOSTLY, chance=CHANCE, step=st.sampled_from(["deputize", "deputize", "decline", "revoke"]))
    def decide(self, who: str, chance: Chance, step: str) -> None:
        from_, to = {"deputize": ("requested", "deputized"), "decline": ("requested", "declined")}.get(
            step, ("deputized", "revoked")
        )
        number, claim = self.pick(self.books.claims, chance, {from_})
        conference = self.books.at(claim)
        full = (
            not conference.claimable
            or self.books.is_full(claim.conference)
            or self.books.is_elsewhere(claim.who, claim.conference)
        )
        wrong = {
            403: who != COORDINATOR,
            409: claim.status != from_ or (step == "deputize" and full) or (step == "revoke" and claim.handed),
        }
        if self.attempt(step, who, f"/claims/{number}/{step}", refused=refusals(wrong)):
            self.books.end(number, to) if step == "revoke" else setattr(claim, "status", to)
            self.books.fill(claim.conference)

    @may(who=OWNER_MOSTLY, chance=CHANCE)
    def withdraw(self, who: str | None, chance: Chance) -> None:
        number, claim = self.pick(self.books.claims, chance, {"requested", "deputized"})
        who = who or claim.who
        if who != claim.who:
            refused = {403 if who == COORDINATOR else 404}
        else:
            refused = refusals({409: claim.status not in {"requested", "deputized"} or claim.handed})
        if self.attempt("withdraw", who, f"/claims/{number}/withdraw", refused=refused):
            self.books.end(number, "withdrawn")
            self.books.fill(claim.conference)

    @may(who=OWNER_MOSTLY, chance=CHANCE, quantity=SOME)
    def hand_out(self, who: str | None, chance: Chance, quantity: int) -> None:
        number, claim = self.pick(self.books.claims, chance, {"deputized"})
        who, own, conference = who or claim.who, stock_of(claim.who), self.books.at(claim)
        begun = conference.first <= today()
        wrong = {
            404: who not in {claim.who, COORDINATOR},
            409: claim.status != "deputized" or not begun or self.books.lacks(own, quantity),
        }
        body = {"design_id": self.world.design, "quantity": quantity}
        moved = self.attempt("hand out", who, f"/claims/{number}/hand-outs", body, refused=refusals(wrong), status=201)
        if moved:
            self.book(moved, own, conference.name, quantity, claim=number)
            self.books.left.append((own, self.books.moves[moved["id"]]))
            claim.handed += quantity

    @may(who=STAFF_MOSTLY, chance=CHANCE, quantity=SOME)
    def hand_out_late(self, who: str, chance: Chance, quantity: int) -> None:
        number, claim = self.pick(self.books.claims, chance, {"closed", "revoked", "withdrawn"})
        own, conference = stock_of(claim.who), self.books.at(claim)
        wrong = {
            403: who != COORDINATOR and who == claim.who,
            404: who not in {claim.who, COORDINATOR},
            409: claim.status in {"requested", "declined"} or self.books.lacks(own, quantity),
            422: conference.first > today(),
        }
        body = {"design_id": self.world.design, "quantity": quantity, "happened_on": conference.first.isoformat()}
        path = f"/claims/{number}/hand-outs"
        moved = self.attempt("hand out late", who, path, body, refused=refusals(wrong), status=201)
        if moved:
            self.book(moved, own, conference.name, quantity, claim=number)
            self.books.left.append((own, self.books.moves[moved["id"]]))
            claim.handed += quantity

    @may(who=STAFF_MOSTLY, handed_out=SOME, lost=FEW, dry_run=st.booleans())
    def import_history(self, who: str, handed_out: int, lost: int, dry_run: bool) -> None:
        name = f"History {next(self.numbers)}"
        place = "2019-11-14,2019-11-18,Chicago,US-IL,US,BLUE"
        head = "name,starts_on,ends_on,city,state,country,design,handed_out,lost"
        body = {"csv": f"{head}\n{name},{place},{handed_out},{lost}\n"}
        path = f"/imports/history?dry_run={str(dry_run).lower()}"
        done = self.attempt("import history", who, path, body, refused=refusals({403: who != COORDINATOR}))
        if done and not dry_run:
            self.books.imports[done["import_id"]] = b.History(name, handed_out, lost)
            self.books.tell(self.books.imports[done["import_id"]], 1)

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def undo_import(self, who: str, chance: Chance) -> None:
        if not self.books.imports:
            return
        number, history = self.pick(self.books.imports, chance, {"told"})
        wrong = {403: who != COORDINATOR, 409: history.status == "undone"}
        if self.attempt("undo import", who, f"/imports/{number}/undo", refused=refusals(wrong)):
            history.status = "undone"
            self.books.tell(history, -1)

    @may(who=OWNER_MOSTLY, chance=CHANCE, more=SOME, lost=FEW, off=st.sampled_from([0, 0, 0, 1]), said=st.booleans())
    def close(self, who: str | None, chance: Chance, more: int, lost: int, off: int, said: bool) -> None:
        number, claim = self.pick(self.books.claims, chance, {"deputized"})
        who, own, conference = who or claim.who, stock_of(claim.who), self.books.at(claim)
        holds = self.books.levels[own]
        more = min(more, holds)
        lost = min(lost, holds - more)
        said = said or not off
        account = {"handed_out": claim.handed + more + off, "remaining": holds - more - lost, "lost": lost}
        wrong = {
            404: who not in {claim.who, COORDINATOR},
            409: claim.status != "deputized" or conference.first > today() or self.books.is_under_way(number),
            422: off if said else holds + claim.handed,
        }
        lines = [{"design_id": self.world.design, **account}] if said else []
        done = self.attempt("close", who, f"/claims/{number}/close", {"lines": lines}, refused=refusals(wrong))
        if done:
            claim.status, claim.closing = "closed", b.Closing(0, 0, None, len(self.books.left))
            if said:
                self.books.move(own, conference.name, more)
                self.books.move(own, LOSS, lost)
                claim.handed += more
                self.books.count(own)
                claim.closing = b.Closing(more, lost, self.books.counts[-1], len(self.books.left))

    @may(who=STAFF_MOSTLY, chance=CHANCE)
    def reopen(self, who: str, chance: Chance) -> None:
        number, claim = self.pick(self.books.claims, chance, {"closed"})
        wrong = {403: who != COORDINATOR, 409: self.books.cannot_reopen(claim, number)}
        if self.attempt("reopen", who, f"/claims/{number}/reopen", refused=refusals(wrong)):
            closing = claim.closing
            assert closing is not None
            claim.status, claim.closing = "deputized", None
            claim.handed -= closing.more
            self.books.move(self.books.at(claim).name, stock_of(claim.who), closing.more)
            self.books.move(LOSS, stock_of(claim.who), closing.lost)
            self.books.counts = [count for count in self.books.counts if count is not closing.count]

    @may(who=WHO, chance=CHANCE, other=st.sampled_from([ANA, TRUSTED, None]))
    def meet(self, who: str, chance: Chance, other: str | None) -> None:
        asked, _ = self.pick(self.books.conferences, chance, {"scheduled"})
        number = self.books.leading(asked)
        conference = self.books.conferences[number]
        again = bool(other) and any(
            (meetup.recorder, meetup.conference, meetup.met, meetup.day) == (who, number, other, conference.first)
            for meetup in self.books.meetups.values()
        )
        wrong = {
            403: who != COORDINATOR and not self.books.served(who, number),
            409: conference.status != "scheduled" or self.books.came_too_late(who, number) or again,
            422: conference.first > today(),
        }
        people = [{"handle": b.handle_of(other) if other else f"@somebody{next(self.numbers)}"}]
        new = {"conference_id": asked, "happened_on": conference.first.isoformat(), "people": people}
        made = self.attempt("meet", who, "/meetups", new, refused=refusals(wrong), status=201)
        if made:
            parts = {other: "named"} if other else {}
            if who in b.CHAMPIONS:
                parts[who] = "confirmed"
            self.books.meetups[made["id"]] = b.Meetup(who, parts, number, other, conference.first)

    @may(who=WHO, chance=CHANCE, step=st.sampled_from(["confirm", "decline"]))
    def say(self, who: str, chance: Chance, step: str) -> None:
        number, meetup = self.pick(self.books.meetups, chance)
        to = {"confirm": "confirmed", "decline": "declined"}[step]
        wrong = {404: who not in meetup.parts, 409: meetup.parts.get(who) == to}
        if self.attempt(f"{step} part", who, f"/membership/meetups/{number}/{step}", refused=refusals(wrong)):
            meetup.parts[who] = to

    @may(who=WHO, other=st.sampled_from(b.CHAMPIONS), back=st.booleans())
    def block(self, who: str, other: str, back: bool) -> None:
        wrong = {404: who == COORDINATOR, 422: who == other and not back}
        path = "/membership/blocks/remove" if back else "/membership/blocks"
        name = "unblock" if back else "block"
        done = self.attempt(name, who, path, {"handle": b.handle_of(other)}, refused=refusals(wrong), status=204)
        if done is not None:
            (self.books.blocks.discard if back else self.books.blocks.add)((who, other))
