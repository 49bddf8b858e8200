"""How many statements each answer takes: no more than are written here, and as many with more rows as with few."""

from collections.abc import Iterator

import pytest

from tests.support.browser import signed_in
from tests.support.cases import make_case, rightful, send
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged
from tests.support.statements import sent_statements
from tests.support.world import Json

pytestmark = pytest.mark.on_one_engine("what is sent is said by our code, before a database sees it")

MOST = 4
"""Statements of a GET: who asks, the rules, and one or two for what is asked."""

MORE = {
    "export_meetups": 5,
    "export_my_data": 19,
    "get_claim_account": 5,
    "get_coverage": 7,
    "get_meetup": 5,
    "get_membership": 14,
    "get_shipment_address": 5,
    "get_slip": 5,
    "get_todo": 17,
    "list_meetups": 5,
    "print_count_sheet": 8,
    "print_coverage_report": 14,
    "print_kit": 13,
    "print_order_sheet": 12,
    "print_packing_slip": 8,
    "print_pick_list": 11,
    "print_proof_sheet": 6,
    "print_thanks": 6,
}
"""The GETs that take more than :data:`MOST`."""

PAGES = {
    "/": (11, 11),
    "/conferences": (6, 6),
    "/conferences/{conference_id}": (16, 18),
    "/coverage": (13, 13),
    "/home": (26, 12),
    "/claims/{claim_id}": (16, 16),
    "/shipments/{shipment_id}": (9, 9),
    "/stock/{location_id}": (9, 9),
    "/depots": (0, 7),
    "/orders": (0, 4),
    "/todo": (0, 29),
    "/me": (9, 9),
}
"""The most statements of each page, for a champion and for a coordinator; 0 where it is not theirs."""


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


def test_no_answer_takes_more_statements_than_it_may(stage: Stage) -> None:
    found = {}
    for name in sorted(name for name, operation in stage.operations.items() if operation.method == "GET"):
        case, owner = make_case(stage, name)
        who = rightful(stage, name, case, owner)
        send(stage, name, case, who)  # what is asked once in the life of a process is not counted
        with sent_statements(stage.world.database) as statements:
            answer = send(stage, name, case, who)
        assert answer.is_success, (name, answer.text)
        found[name] = len(statements)
    assert {name: number for name, number in found.items() if number > MORE.get(name, MOST)} == {}
    assert MORE.keys() <= found.keys()


def test_no_page_takes_more_statements_than_it_may_nor_more_with_more_rows(stage: Stage) -> None:
    world, owner = stage.world, stage.champion()
    box = stage.received(owner)
    claim: Json = world.coordinator.get(f"/claims/{box['claim_id']}")
    hers = {"claim_id": claim["id"], "shipment_id": box["id"], "location_id": box["target_id"]}
    hers |= {"conference_id": claim["conference_id"]}
    browsers = [signed_in(world, who) for who in (owner, world.coordinator)]

    def statements_of(path: str, who: int) -> int:
        if not PAGES[path][who]:
            return 0
        browsers[who].get(path.format(**hers))  # as above
        with sent_statements(world.database) as statements:
            browsers[who].get(path.format(**hers))
        return len(statements)

    for _ in range(2):
        found = {(path, who): statements_of(path, who) for path in PAGES for who in range(2)}
        assert {one: number for one, number in found.items() if number > PAGES[one[0]][one[1]]} == {}
        assert all(found[one] for one in found if PAGES[one[0]][one[1]])
        stage.order()
        for _ in range(3):
            stage.claim(owner)
            stage.received(stage.champion())
            stage.sent(stage.champion())
