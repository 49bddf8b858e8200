"""Whoever prints where somebody lives is noted, on whatever paper: each kind is printed, and looked through for it."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from tests.support.cases import CASES, make_case, operation_id, rightful, send
from tests.support.databases import NewDatabase
from tests.support.reading import words
from tests.support.stage import Operation, Stage
from tests.support.world import ADDRESS, Caller, build_world

pytestmark = pytest.mark.on_one_engine("what is printed is drawn from what was read")

HOME = {**ADDRESS, "line1": "77 Hidden Hollow", "line2": "Garret 13", "city": "Nowhereville", "postal_code": "60699"}
HIDDEN = [HOME[part].upper() for part in ("line1", "line2", "city", "postal_code")]

ON_PAPER = {
    *("print_packing_slip", "print_packing_slips", "print_pick_list", "print_address_labels"),
    "get_print_job_file",
}
"""Where an address stands today. Should it not be found there any more, this test would look at nothing."""

NOTED_AS = {"get_print_job_file": "print_packing_slips"}
"""What was made before it is fetched is noted when it is made."""


class Hermitage(Stage):
    """A community whose champions all live where nobody else does."""

    def champion(self) -> Caller:
        who = super().champion()
        assert who.call("PUT", "/me/address", json=HOME).status_code == 200
        return who


@pytest.fixture
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        yield Hermitage(world)


def answers_with_a_file(operation: Operation) -> bool:
    answers = [answer for status, answer in operation.document["responses"].items() if status.startswith("2")]
    return any(
        kind in answer.get("content", {}) for answer in answers for kind in ("application/pdf", "application/zip")
    )


def hidden_in(response: Any) -> list[str]:
    """The parts of the address that can be read in a file."""
    files = [response.content]
    if response.headers["Content-Type"] == "application/zip":
        with zipfile.ZipFile(BytesIO(response.content)) as archive:
            files = [archive.read(name) for name in archive.namelist()]
    text = " ".join(words(file) if file.startswith(b"%PDF") else file.decode() for file in files).upper()
    return [part for part in HIDDEN if part in text]


def test_every_print_of_an_address_is_noted_and_kept_by_no_cache(stage: Stage) -> None:
    stage.draft(stage.champion())  # something to pick
    found = set()
    for name in CASES:
        operation = stage.operations[operation_id(name)]
        if not answers_with_a_file(operation):
            continue
        known = stage.world.coordinator.get("/audit?limit=1")["items"][0]["id"]
        case, owner = make_case(stage, name)
        who = rightful(stage, name, case, owner)
        response = send(stage, name, case, who)
        assert response.status_code == 200, name
        if hidden_in(response):
            found.add(operation.id)
            trail = stage.world.coordinator.get("/audit?limit=100")["items"]
            noted = {(entry["action"], entry["principal"]) for entry in trail if entry["id"] > known}
            assert (NOTED_AS.get(operation.id, operation.id), f"person:{who.person_id}") in noted, name
            assert response.headers["Cache-Control"] == "private, no-store", name
    assert found >= ON_PAPER
