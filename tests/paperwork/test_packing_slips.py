"""Packing slips read by the dozen: the same as one by one, in the order asked for, with as many queries as for one."""

import pytest
from sqlmodel import Session

from app.acts.policy import SHELL, Actor, Role
from app.core.db import Database
from app.core.errors import NotFound
from app.paperwork.packing_slip import packing_slip, packing_slips
from app.printing.documents import PackingSlip
from tests.support.rules import RULES
from tests.support.statements import counted_statements
from tests.support.world import Caller, World


def drafts(world: World, number: int) -> list[int]:
    """Boxes for Ana and Bea, each for a conference of its own, the first one packed."""
    made = [
        world.shipment(world.deputized(world.conference(starts_in=30 + 10 * index), who), 5)["id"]
        for index, who in zip(range(number), [world.ana, world.bea] * number, strict=False)
    ]
    world.coordinator.post(f"/shipments/{made[0]}/pack")
    return made


def actor_of(who: Caller) -> Actor:
    return Actor(role=Role.CHAMPION, person_id=who.person_id)


def test_slips_come_in_the_order_given_and_say_what_each_alone_says(world: World) -> None:
    first, second, third = drafts(world, 3)
    with world.database.reading() as session:
        slips = packing_slips(session, shipment_ids=[third, first, second], rules=RULES, actor=SHELL)
        alone = [packing_slip(session, shipment_id=each, rules=RULES, actor=SHELL) for each in (third, first, second)]
    assert [said(slip) for slip in slips] == [said(slip) for slip in alone]
    assert [slip.number for slip in slips] == [f"SH-{each:04d}" for each in (third, first, second)]
    assert [slip.quantity for slip in slips] == [5, 5, 5]
    assert len({slip.starts_on for slip in slips}) == 3


def said(slip: PackingSlip) -> tuple[object, ...]:
    """All of it but the instant of the print."""
    return tuple(value for name, value in vars(slip).items() if name != "printed_at")


def test_more_slips_take_no_more_statements(world: World) -> None:
    ids = drafts(world, 6)
    with world.database.reading() as session:
        assert statements_for(session, ids) == statements_for(session, ids[:1])


def statements_for(session: Session, ids: list[int]) -> int:
    session.expunge_all()
    with counted_statements(session) as statements:
        packing_slips(session, shipment_ids=ids, rules=RULES, actor=SHELL)
    return len(statements)


def test_unknown_shipments_are_named(world: World) -> None:
    (known,) = drafts(world, 1)
    with world.database.reading() as session, pytest.raises(NotFound, match="SH-0998 and SH-0999"):
        packing_slips(session, shipment_ids=[999, known, 998], rules=RULES, actor=SHELL)


def test_shipments_of_others_are_as_good_as_unknown(world: World) -> None:
    hers, others = drafts(world, 2)
    with world.database.reading() as session:
        assert packing_slips(session, shipment_ids=[hers], rules=RULES, actor=actor_of(world.ana))
        with pytest.raises(NotFound, match=str(others)):
            packing_slips(session, shipment_ids=[hers, others], rules=RULES, actor=actor_of(world.ana))


def test_each_slip_is_in_the_language_of_its_receiver_unless_one_is_asked_for(world: World) -> None:
    world.bea.patch("/me", {"language": "es"}, version=world.bea.get("/me")["version"])
    ids = drafts(world, 2)
    with world.database.reading() as session:
        own = packing_slips(session, shipment_ids=ids, rules=RULES, actor=SHELL)
        wanted = packing_slips(session, shipment_ids=ids, rules=RULES, actor=SHELL, language="en", paper_size="a4")
    assert [slip.language for slip in own] == ["en", "es"]
    assert [(slip.language, slip.paper_size) for slip in wanted] == [("en", "a4")] * 2


def test_a_packed_box_has_the_address_of_that_day_and_a_draft_a_name_only(world: World) -> None:
    packed, draft = drafts(world, 2)
    with world.database.reading() as session:
        first, second = packing_slips(session, shipment_ids=[packed, draft], rules=RULES, actor=SHELL)
    assert first.recipient.lines[0] == "ANA"
    assert second.recipient.lines == ("Bea",)
    assert first.sender.lines[1] == "123 W EXAMPLE ST"


def test_no_ids_give_no_slips(database: Database) -> None:
    with database.reading() as session:
        assert packing_slips(session, shipment_ids=[], rules=RULES, actor=SHELL) == []
