"""What a location is called is what its person or its conference is called today, wherever it is read."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from app.acts.policy import SHELL
from app.maintenance.migrations import downgrade, upgrade
from app.paperwork.count_sheet import count_sheet
from app.paperwork.packing_slip import packing_slip
from app.paperwork.pick_list import pick_list
from tests.support.erasing import erase
from tests.support.rules import RULES
from tests.support.world import Caller, Json, World


@dataclass
class Hers:
    """What tells a champion's name: boxes to her and from her, her stock, what she handed out."""

    world: World
    conference: Json
    claim: Json
    by_hand: Json
    draft: Json
    leftovers: Json

    @property
    def own(self) -> int:
        """Her own location."""
        return int(self.draft["target_id"])

    def names(self) -> set[str]:
        """Every name under which she appears."""
        staff = self.world.coordinator
        boxes = [staff.get(f"/shipments/{box['id']}") for box in (self.by_hand, self.draft, self.leftovers)]
        listed = {box["id"]: box for box in staff.get("/shipments")["items"]}
        moves = staff.get(f"/stock/moves?location_id={self.own}")["items"]
        levels = staff.get(f"/stock/levels?location_id={self.own}")["items"]
        assert len(moves) == 3
        assert levels
        with self.world.database.reading() as session:
            picks = pick_list(session, depot_id=self.world.depot, ship_by=None, rules=RULES)
            slips = [
                packing_slip(session, shipment_id=box["id"], rules=RULES, actor=SHELL)
                for box in (self.by_hand, self.leftovers)
            ]
        too_many = {"design_id": self.world.design, "quantity": 5_000}
        refused = staff.post(f"/claims/{self.claim['id']}/hand-outs", too_many, status=409)
        return {
            *(box["target_name"] for box in boxes[:2]),
            boxes[2]["source_name"],
            *(listed[box["id"]][end] for box, end in ((self.draft, "target_name"), (self.leftovers, "source_name"))),
            *(move[f"{end}_name"] for move in moves for end in ("source", "target") if move[f"{end}_id"] == self.own),
            *(level["location_name"] for level in levels),
            *(place["name"] for place in staff.get("/locations?kind=champion")["items"] if place["id"] == self.own),
            staff.get(f"/locations/{self.own}")["name"],
            *(box.recipient for depot in picks.depots for box in depot.boxes),
            slips[0].recipient.lines[0],
            slips[1].sender.lines[0],
            refused["detail"].partition(" has ")[0],
        }

    def conference_names(self) -> set[str]:
        """Every name under which the conference appears."""
        staff = self.world.coordinator
        (level,) = staff.get("/stock/levels?kind=conference")["items"]
        (move,) = [move for move in staff.get("/stock/moves")["items"] if move["target_id"] == level["location_id"]]
        return {level["location_name"], move["target_name"], staff.get(f"/locations/{level['location_id']}")["name"]}


@pytest.fixture
def hers(world: World) -> Hers:
    conference = world.conference(starts_in=0, days=4, timezone="UTC")
    claim = world.deputized(conference)
    by_hand = world.shipment(claim, 40, method="hand")
    world.coordinator.post(f"/shipments/{by_hand['id']}/pack")
    lines = [{"line_id": by_hand["lines"][0]["id"], "received": 40}]
    world.ana.post(f"/shipments/{by_hand['id']}/receive", {"lines": lines})
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 5}, status=201)
    leftovers = {
        "source_id": by_hand["target_id"],
        "target_id": world.depot,
        "method": "hand",
        "lines": [{"design_id": world.design, "quantity": 10}],
    }
    back = world.ana.post("/shipments", leftovers, status=201)
    world.ana.post(f"/shipments/{back['id']}/pack")
    return Hers(world, conference, claim, by_hand, world.shipment(claim, 20), back)


def _renamed(who: Caller, name: str) -> None:
    who.patch("/me", {"name": name}, version=who.get("/me")["version"])


def test_a_person_who_is_renamed_is_called_so_wherever_her_ribbons_are(hers: Hers) -> None:
    assert hers.names() == {"Ana"}
    _renamed(hers.world.ana, "Ana Núñez")
    assert hers.names() == {"Ana Núñez"}


def test_a_conference_that_is_renamed_is_called_so_wherever_its_ribbons_are(hers: Hers) -> None:
    assert hers.conference_names() == {hers.conference["name"]}
    path = f"/conferences/{hers.conference['id']}"
    hers.world.coordinator.patch(path, {"name": "Congreso de Radiología"}, version=hers.conference["version"])
    assert hers.conference_names() == {"Congreso de Radiología"}


def test_the_stock_of_somebody_who_was_erased_names_nobody(hers: Hers) -> None:
    assert hers.world.ana.person_id is not None
    hers.world.database.run(lambda session: erase(session, person_id=hers.world.ana.person_id or 0))
    assert hers.names() == {"Erased"}


def test_a_depot_has_a_name_of_its_own(world: World) -> None:
    depot = world.coordinator.post("/locations", {"kind": "depot", "name": "Attic"}, status=201)
    with world.database.reading() as session:
        assert count_sheet(session, location_id=depot["id"], rules=RULES).depot.lines == ("Attic",)
    assert world.coordinator.get(f"/locations/{depot['id']}")["name"] == "Attic"


def test_no_copy_of_a_name_is_kept_and_a_step_back_makes_them_anew(hers: Hers) -> None:
    kept = "SELECT name FROM location WHERE person_id IS NOT NULL OR conference_id IS NOT NULL ORDER BY id"

    def names() -> list[str]:
        with hers.world.database.reading() as session:
            return list(session.connection().execute(text(kept)).scalars())

    assert names() == ["", ""]
    _renamed(hers.world.ana, "Ana Núñez")
    hers.world.database.dispose()
    downgrade(hers.world.url, "0004")
    assert names() == ["Ana Núñez", hers.conference["name"]]
    hers.world.database.dispose()
    upgrade(hers.world.url)
    assert names() == ["", ""]
