"""Figures that are to add up are those of one moment, whatever others hand out while they are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.claims.closing import hand_out
from app.claims.schemas import NewHandOut
from tests.support.reading import words
from tests.support.world import Json, World


@contextmanager
def handing_out_behind_the_reader(world: World, claim: Json) -> Iterator[list[int]]:
    """Within the block a ribbon is handed out once somebody has read levels, before they read anything else.

    Gives the moves.
    """
    has_read, busy, given = False, False, list[int]()

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal has_read, busy
        if has_read and not busy and not given:
            busy = True
            with world.doing(world.ana) as she:
                one = NewHandOut(design_id=world.design, quantity=1)
                given.append(hand_out(she.session, claim_id=claim["id"], new=one, rules=she.rules, actor=she.actor))
        has_read = has_read or "FROM level" in statement

    for engine in world.database.engines:
        event.listen(engine, "before_cursor_execute", before)
    try:
        yield given
    finally:
        for engine in world.database.engines:
            event.remove(engine, "before_cursor_execute", before)


def test_what_is_handed_out_while_figures_are_read_is_in_all_of_them_or_in_none(world: World) -> None:
    claim = world.deputized(world.conference(starts_in=-1, days=5))
    world.received(claim, quantity=100)
    with handing_out_behind_the_reader(world, claim) as given:
        report = world.coordinator.call("GET", "/coverage/report.pdf")
        assert (report.status_code, len(given)) == (200, 1)
        assert "No ribbons have been shared yet." in words(report.content)
    with handing_out_behind_the_reader(world, claim) as given:
        ribbons = world.coordinator.get("/coverage")["ribbons"]
        assert ribbons["on_hand"] + ribbons["in_transit"] + ribbons["handed_out"] + ribbons["lost"] == 500, ribbons
        assert len(given) == 1
    with handing_out_behind_the_reader(world, claim) as given:
        (line,) = world.ana.get(f"/claims/{claim['id']}/account")["lines"]
        assert line["on_hand"] + line["handed_out"] == 100, line
        assert len(given) == 1
