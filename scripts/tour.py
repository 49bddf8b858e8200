"""Walks the whole main job over HTTP against a running demo server, as three people, and says what happens.

Three mistakes on the way are put right.

It adds an invented congress that takes place today, so it can be run again and again, each time with a new one.
"""

import argparse
import json
import sys
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

Json = dict[str, Any]


class Somebody:
    """A person who calls the API with their token; every POST carries a key, so that a retry happens once."""

    def __init__(self, client: httpx.Client, name: str, token: str | None = None) -> None:
        self.client, self.name = client, name
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method: str, path: str, body: Json | None = None, *, expect: int = 200, version: int = 0) -> Any:
        """The JSON of an answer that must have the status ``expect``."""
        extra = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        if version:
            extra["If-Match"] = f'"{version}"'
        response = self.client.request(method, f"/api/v1{path}", json=body, headers={**self.headers, **extra})
        if response.status_code != expect:
            sys.exit(f"{method} {path}: expected {expect}, got {response.status_code}: {response.text}")
        return response.json() if response.content else None

    def get(self, path: str) -> Any:
        """What is read."""
        return self.ask("GET", path)

    def post(self, path: str, body: Json | None = None, *, expect: int = 200) -> Any:
        """What a POST answers."""
        return self.ask("POST", path, body if body is not None else {}, expect=expect)

    def save(self, path: str, to: Path, body: Json | None = None) -> None:
        """Keeps a PDF: one that is there to be read, or one that is made of what ``body`` names."""
        method = "GET" if body is None else "POST"
        response = self.client.request(method, f"/api/v1{path}", json=body, headers=self.headers).raise_for_status()
        to.write_bytes(response.content)
        say(f"saved {to.name} ({len(response.content):,} bytes)")


def step(title: str) -> None:
    """Begins a chapter."""
    print(f"\n{title}")


def say(text: str) -> None:
    """One thing that happened."""
    print(f"  {text}")


class Tour:
    """The main job, one chapter a method."""

    def __init__(self, client: httpx.Client, people: list[Json], folder: Path) -> None:
        self.folder = folder
        self.anyone = Somebody(client, "anyone")
        self.client = client
        self.refused: set[int] = set()
        coordinator, *champions = people
        self.coordinator = Somebody(client, coordinator["name"], coordinator["token"])
        self.today = datetime.now(ZoneInfo("America/Chicago")).date()
        found = [Somebody(client, person["name"], person["token"]) for person in reversed(champions)]
        # Nobody can be in two places: whoever is at a congress today goes second.
        self.champion, self.second = sorted(found, key=self._is_away)
        self.design: Json = self.coordinator.get("/designs")["items"][0]
        self.vendor = self.coordinator.get("/locations?kind=vendor")["items"][0]
        self.depot = self.coordinator.get("/locations?kind=depot")["items"][0]

    def _is_away(self, champion: Somebody) -> bool:
        day = self.today.isoformat()
        claims = champion.get("/claims?status=deputized")["items"]
        return any(claim["starts_on"] <= day <= claim["ends_on"] for claim in claims)

    def look_around(self) -> None:
        """What everybody sees."""
        step("1. Anyone reads where ribbons have been")
        past = self.anyone.get("/coverage?year=2019&year=2020")
        say(f"2019 and 2020: {past['sentence_en']}")
        say(f"All years:     {self.anyone.get('/coverage')['sentence_en']}")
        upcoming = self.anyone.get("/conferences?needs_champion=true&limit=3")["items"]
        for conference in upcoming:
            say(f"needs a champion: {conference['acronym']}, {conference['city']}, {conference['starts_on']}")

    def claim(self) -> None:
        """From a congress to a deputized champion."""
        step(f"2. {self.coordinator.name} adds a congress, {self.champion.name} claims it")
        new = {
            "name": f"Tour Congress {uuid.uuid4().hex[:6]} (invented)",
            "acronym": "TOUR",
            "starts_on": self.today.isoformat(),
            "ends_on": (self.today + timedelta(days=1)).isoformat(),
            "city": "Chicago",
            "state": "US-IL",
            "country": "US",
            "specialty": "All of medicine",
            "fictional": True,
        }
        self.conference = self.coordinator.post("/conferences", new, expect=201)
        say(f"{self.conference['name']}, {self.conference['status']}, in the zone {self.conference['timezone']}")
        path = f"/conferences/{self.conference['id']}/claims"
        claim = self.champion.post(path, {"ribbons_requested": 100, "note": "I present a poster."}, expect=201)
        clock = claim["ship_by"]
        say(f"claim {claim['id']} is {claim['status']}; must ship by {clock['date']}, so its light is {clock['light']}")
        if claim["status"] == "requested":
            waiting = self.coordinator.get("/todo")["claims_to_decide"]
            say(f"{self.coordinator.name} has {len(waiting)} claims to decide, and accepts {self.champion.name}")
            claim = self.coordinator.post(f"/claims/{claim['id']}/deputize", {"note": "Thank you!"})
        say(f"claim {claim['id']} is {claim['status']}")
        self.claim_id = claim["id"]
        second = self.second.post(path, {"ribbons_requested": 20}, expect=201)
        say(f"{self.second.name} asks, too: {second['status']}, number {second['queue_position']} in line")
        refusal = self.coordinator.post(f"/claims/{second['id']}/deputize", expect=409)
        say(f"409 {refusal['title']}: {refusal['detail']}")
        self.second_id = second["id"]

    def order(self) -> None:
        """Ribbons come from the vendor."""
        step("3. Ribbons are ordered, and come in two deliveries")
        lines = [{"design_id": self.design["id"], "quantity": 200}]
        new = {"vendor_id": self.vendor["id"], "ship_to_id": self.depot["id"], "lines": lines}
        order = self.coordinator.post("/purchase-orders", new, expect=201)
        path = f"/purchase-orders/{order['id']}"
        order = self.coordinator.post(f"{path}/place")
        say(f"{order['number']} is {order['status']}")
        self.coordinator.save(f"{path}/order-sheet.pdf", self.folder / f"order-sheet-{order['number']}.pdf")
        for quantity in (120, 80):
            received = {"lines": [{"line_id": order["lines"][0]["id"], "received": quantity}]}
            order = self.coordinator.post(f"{path}/receive", received)
            say(f"{quantity} have come; {order['number']} is {order['status']}")
        order = self.coordinator.post(f"{path}/undo-receipt", {"note": "It was 79."})
        say(f"the last receipt was a mistake, and is undone: {order['number']} is {order['status']}")
        order = self.coordinator.post(
            f"{path}/receive", {"lines": [{"line_id": order["lines"][0]["id"], "received": 79}]}
        )
        order = self.coordinator.post(f"{path}/close-short")
        say(f"79 have come, and no more will: {order['number']} is {order['status']}")

    def ship(self) -> None:
        """A box goes to the champion."""
        step(f"4. A box for {self.champion.name}")
        lines = [{"design_id": self.design["id"], "quantity": 100}]
        new = {"claim_id": self.claim_id, "source_id": self.depot["id"], "method": "carrier", "lines": lines}
        shipment = self.coordinator.post("/shipments", new, expect=201)
        path = f"/shipments/{shipment['id']}"
        say(f"{shipment['number']} is {self.coordinator.post(f'{path}/pack')['status']}: 100 ribbons are reserved")
        self.coordinator.save(f"{path}/packing-slip.pdf", self.folder / f"packing-slip-{shipment['number']}.pdf")
        labels = {"shipment_ids": [shipment["id"]], "label_stock": "5163"}
        self.coordinator.save("/labels.pdf", self.folder / f"label-{shipment['number']}.pdf", labels)
        shipment = self.coordinator.post(f"{path}/send", {"carrier": "UPS", "tracking_number": "TOUR0001"})
        say(f"{shipment['number']} is {shipment['status']} with {shipment['carrier']}")
        shipment = self.coordinator.ask("PATCH", path, {"carrier": "USPS"}, version=shipment["version"])
        say(f"the carrier was a mistake, and is corrected: {shipment['number']} is with {shipment['carrier']}")
        shipment = self.coordinator.post(f"{path}/deliver")
        count = {"lines": [{"line_id": shipment["lines"][0]["id"], "received": 98}], "note": "Two were missing."}
        shipment = self.champion.post(f"{path}/receive", count)
        line = shipment["lines"][0]
        say(f"{self.champion.name} counts {line['received']} of {line['quantity']}; {line['missing']} are missing")

    def hand_out(self) -> None:
        """Ribbons are worn, and some go to a second champion."""
        step("5. At the congress")
        self.champion.save(f"/claims/{self.claim_id}/kit.pdf", self.folder / f"kit-{self.claim_id}.pdf")
        body = {"design_id": self.design["id"], "quantity": 60, "note": "at the poster"}
        move = self.champion.post(f"/claims/{self.claim_id}/hand-outs", body, expect=201)
        say(f"{move['quantity']} ribbons go from {move['source_name']} to {move['target_name']}")
        path = f"/conferences/{self.conference['id']}"
        self.coordinator.ask("PATCH", path, {"champion_limit": 2}, version=self.conference["version"])
        if self.coordinator.get(f"/claims/{self.second_id}")["status"] == "requested":  # who is trusted has it at once
            self.coordinator.post(f"/claims/{self.second_id}/deputize")
        lines = [{"design_id": self.design["id"], "quantity": 20}]
        new = {"claim_id": self.second_id, "source_id": move["source_id"], "method": "hand", "lines": lines}
        shipment = self.coordinator.post("/shipments", new, expect=201)
        path = f"/shipments/{shipment['id']}"
        self.champion.post(f"{path}/pack")
        self.second.post(f"{path}/receive", {"lines": [{"line_id": shipment["lines"][0]["id"], "received": 20}]})
        say(
            f"a second place opens: {self.champion.name} hands 20 ribbons on to {self.second.name} "
            f"({shipment['number']})"
        )
        body = {"design_id": self.design["id"], "quantity": 15}
        self.second.post(f"/claims/{self.second_id}/hand-outs", body, expect=201)
        say(f"{self.second.name} hands out 15")

    def meet(self) -> None:
        """Members meet, and one confirms."""
        step("6. Members who met for the first time")
        people = [
            {"handle": "ana.example.org", "platform": "bluesky"},
            {"handle": "https://bsky.app/profile/beatriz.example.org"},
        ]
        day = self.today.isoformat()
        new = {"conference_id": self.conference["id"], "happened_on": day, "spot": "Poster hall", "people": people}
        meetup = self.champion.post("/meetups", new, expect=201)
        for person in meetup["people"]:
            say(f"{person['handles'][0]['display']} is {person['status']} ({person['handles'][0]['url']})")
        member_id = self.coordinator.get("/members?handle=https://bsky.app/profile/ana.example.org")["items"][0]["id"]
        link = self.coordinator.post(f"/members/{member_id}/link", expect=201)
        member = Somebody(self.client, "a member", link["token"])
        own = member.post(f"/membership/meetups/{meetup['id']}/confirm")
        say(f"{own['handles'][0]['display']} confirms by their own link, and is in {len(own['meetups'])} meetups now")

    def close(self) -> None:
        """Every ribbon is accounted for."""
        step("7. Every ribbon is accounted for")
        self._close(self.champion, self.claim_id, remaining=6, lost=2)
        self._close(self.second, self.second_id, remaining=5, lost=0)
        opened = self.coordinator.post(f"/claims/{self.second_id}/reopen", {"note": "One was found."})
        say(f"the last count was a mistake: claim {self.second_id} is open again ({opened['status']})")
        self._close(self.second, self.second_id, remaining=4, lost=0)
        levels = [level for level in self.champion.get("/stock/levels")["items"] if level["on_hand"]]
        lines = [{"design_id": level["design_id"], "quantity": level["on_hand"]} for level in levels]
        new = {"source_id": levels[0]["location_id"], "target_id": self.depot["id"], "method": "hand", "lines": lines}
        shipment = self.champion.post("/shipments", new, expect=201)
        path = f"/shipments/{shipment['id']}"
        self.champion.post(f"{path}/pack")
        counts = [{"line_id": line["id"], "received": line["quantity"]} for line in shipment["lines"]]
        self.coordinator.post(f"{path}/receive", {"lines": counts})
        total = sum(line["quantity"] for line in shipment["lines"])
        say(f"{self.champion.name} brings {total} leftovers back to {self.depot['name']} ({shipment['number']})")

    def _close(self, who: Somebody, claim_id: int, *, remaining: int, lost: int) -> None:
        had = {level["design_id"]: level["on_hand"] for level in who.get("/stock/levels")["items"] if level["on_hand"]}
        for move in who.get(f"/stock/moves?subject=claim:{claim_id}")["items"]:
            given = -move["quantity"] if move["reverses_id"] else move["quantity"]
            had[move["design_id"]] = had.get(move["design_id"], 0) + given
        if claim_id not in self.refused:
            wrong = {"lines": [{"design_id": design, "handed_out": 0, "remaining": 0} for design in had]}
            refusal = who.post(f"/claims/{claim_id}/close", wrong, expect=422)
            say(f"422 {refusal['detail']}")
            self.refused.add(claim_id)
        lines = []
        for design, total in had.items():
            rest = min(remaining, total), min(lost, total)
            lines.append({"design_id": design, "handed_out": total - sum(rest), "remaining": rest[0], "lost": rest[1]})
        closed = who.post(f"/claims/{claim_id}/close", {"lines": lines, "note": "It was wonderful."})
        for line in closed["close_out"]:
            say(
                f"{who.name}, {line['design_code']}: {line['handed_out']} handed out, {line['remaining']} left, "
                f"{line['lost']} lost: claim {claim_id} is {closed['status']}"
            )

    def figures(self) -> None:
        """What is quoted afterwards."""
        step("8. The figures")
        coverage = self.coordinator.get("/coverage")
        say(coverage["sentence_en"])
        say(coverage["sentence_es"])
        conferences, places, people = coverage["conferences"], coverage["places"], coverage["people"]
        say(f"covered {conferences['covered']} of {conferences['tracked']} conferences tracked")
        say(
            f"{places['states']} of {places['states_total']} states, "
            f"{places['territories']} of {places['territories_total']} territories"
        )
        say(f"{coverage['ribbons']['handed_out']:,} ribbons handed out, {coverage['ribbons']['lost']} lost")
        say(f"{people['members_confirmed']} of {people['members_named']} members named have confirmed that they met")
        self.coordinator.save("/coverage/report.pdf", self.folder / "coverage-report.pdf")


def main() -> None:
    """Reads the options and walks."""
    parser = argparse.ArgumentParser(description="Walk the main job against a running demo server.")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the server is")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the folder with demo-tokens.json")
    options = parser.parse_args()
    tokens = options.data / "demo-tokens.json"
    if not tokens.is_file():
        sys.exit(f"There is no {tokens}. Start the demo with scripts/serve, or name its folder with --data.")
    folder = options.data / "tour"
    folder.mkdir(exist_ok=True)
    try:
        with httpx.Client(base_url=options.url, timeout=30) as client:
            tour = Tour(client, json.loads(tokens.read_text("utf-8")), folder)
            for chapter in (tour.look_around, tour.claim, tour.order, tour.ship, tour.hand_out, tour.meet):
                chapter()
            tour.close()
            tour.figures()
    except httpx.TransportError as error:
        sys.exit(f"No server answers at {options.url}: {error}")
    print(f"\nDone. The papers are in {folder}.")


if __name__ == "__main__":
    main()
