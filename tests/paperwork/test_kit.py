"""The kit of a claim, as it is read from the database."""

from typing import Any

import pytest

from app.acts.policy import SHELL, Actor, Role
from app.core.errors import Conflict, NotFound
from app.paperwork.kit import kit
from app.printing.documents import Block
from app.printing.kit import Kit
from tests.support.rules import RULES
from tests.support.world import Caller, Json, World

ADDRESS = Block(("ANA NÚÑEZ", "123 W EXAMPLE ST", "CHICAGO IL 60611"))


def actor(who: Caller) -> Actor:
    return Actor(role=Role.CHAMPION, person_id=who.person_id, trusted=False)


def read(world: World, claim: Json, who: Actor = SHELL, **choice: Any) -> Kit:
    with world.database.reading() as session:
        return kit(session, claim_id=claim["id"], rules=RULES, actor=who, **choice)


def test_a_kit_says_what_she_holds_what_is_coming_and_what_she_gave(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC", venue="Hall 7"))
    world.received(claim, quantity=60, missing=10)
    world.sent(claim, quantity=40)
    world.shipment(claim, quantity=5)
    world.ana.post(f"/claims/{claim['id']}/hand-outs", {"design_id": world.design, "quantity": 20}, status=201)
    found = read(world, claim)
    (line,) = found.lines
    assert (line.face.code, line.in_hand, line.on_the_way, line.handed_out) == ("BLUE", 30, 40, 20)
    assert found.number == f"KIT-{claim['id']:04d}"
    assert (found.champion, found.requested) == ("Ana", 100)
    assert found.conference == claim["conference_name"]
    assert found.conference_place == "Hall 7, Chicago, Illinois"
    assert found.hashtag == "#LatinasInMedicine"
    assert found.leftovers == ADDRESS
    assert (found.revision, found.link, found.code, found.met_link, found.met_code) == (0, "", "", "", "")


def test_a_kit_without_a_box_has_no_lines_and_no_depot(world: World) -> None:
    found = read(world, world.deputized(world.conference()))
    assert found.lines == ()
    assert found.leftovers is None


def test_a_cancelled_box_counts_for_nothing(world: World) -> None:
    claim = world.deputized(world.conference())
    draft = world.shipment(claim)
    world.coordinator.post(f"/shipments/{draft['id']}/cancel")
    found = read(world, claim)
    assert found.lines == ()
    assert found.leftovers is None


def test_her_language_and_the_paper_of_the_house_unless_said_otherwise(world: World) -> None:
    claim = world.deputized(world.conference())
    assert (read(world, claim).language, read(world, claim).paper_size) == ("en", "letter")
    me = world.ana.get("/me")
    world.ana.patch("/me", {"language": "es"}, version=me["version"])
    assert read(world, claim).language == "es"
    chosen = read(world, claim, language="en", paper_size="a4")
    assert (chosen.language, chosen.paper_size) == ("en", "a4")


def test_her_kit_is_hers_and_the_coordinators(world: World) -> None:
    claim = world.deputized(world.conference())
    assert read(world, claim, actor(world.ana)).champion == "Ana"
    with pytest.raises(NotFound):
        read(world, claim, actor(world.bea))
    with pytest.raises(NotFound):
        read(world, {"id": 999_999})


def test_only_who_is_deputized_gets_a_kit(world: World) -> None:
    claim = world.claim(world.conference())
    with pytest.raises(Conflict, match="waiting for a decision"):
        read(world, claim)
    world.coordinator.post(f"/claims/{claim['id']}/deputize")
    assert read(world, claim).champion == "Ana"
    world.ana.post(f"/claims/{claim['id']}/withdraw")
    with pytest.raises(Conflict, match="withdrawn"):
        read(world, claim)


def test_a_closed_claim_still_has_one(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=0, timezone="UTC"))
    world.received(claim, quantity=10)
    lines = [{"design_id": world.design, "handed_out": 7, "remaining": 2, "lost": 1}]
    world.ana.post(f"/claims/{claim['id']}/close", {"lines": lines})
    (line,) = read(world, claim).lines
    assert (line.in_hand, line.on_the_way, line.handed_out) == (2, 0, 7)
