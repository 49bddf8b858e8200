"""Requests that are made up from the OpenAPI document: right ones and wrong ones, for every operation and caller.

No answer is a fault of ours (5xx), and each is one that the document has: its status, its content type, its schema. The
last tests show that the same look catches an app that breaks, or that says something else than its document.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.acts.policy import SHELL, Role
from app.people.access import issue_token
from app.people.schemas import NewPerson
from app.people.service import create_person
from tests.reliability.sizes import SOAK, size
from tests.support.client import Client
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged
from tests.support.world import Json

EXAMPLES = size(2, 50)
"""Requests for each operation that fit the document; so many more do not."""

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

HOW = settings(
    database=None,
    deadline=None,
    derandomize=not SOAK,
    phases=[Phase.generate],
    # How hard it is to make up a request is not what is looked at here.
    suppress_health_check=list(HealthCheck),
)

SMALL_IDS = 6
"""Half of the ids in paths are at most this: of things that are there."""


@dataclass
class Fuzz:
    """An app to which requests are sent, and all that was wrong with its answers."""

    client: TestClient
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often an operation was answered with a status."""
    failures: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def operation(self, operation: APIOperation[Any, Any, Any, Any], tokens: list[str | None], examples: int) -> None:
        """Sends so many requests that fit the operation's document, and as many that do not, by each in turn."""
        for mode in GenerationMode:

            @settings(HOW, max_examples=examples)
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case: Case[Any]) -> None:
                number = next(self.numbers)
                if number % 2:
                    for name in case.path_parameters or {}:
                        case.path_parameters[name] = 1 + number // 2 % SMALL_IDS
                self.send(case, tokens[number % len(tokens)])

            send()

    def send(self, case: Case[Any], token: str | None) -> None:
        """Sends a request with the token, or with whatever was made up, and looks at its answer."""
        made: dict[str, Any] = case.as_transport_kwargs(base_url=str(self.client.base_url))
        headers = {name.lower(): _octets(value) for name, value in made["headers"].items()}
        if token is not None:
            headers["authorization"] = f"Bearer {token}".encode()
        body = json.dumps(made["json"]).encode() if "json" in made else made.get("data")
        response = self.client.request(
            made["method"], made["url"], params=made.get("params"), headers=headers, content=body
        )
        self.seen[str(case.operation.definition.raw["operationId"]), response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failed:
            self.failures.append(f"{case.operation.label}: {[str(e) for e in failed.exceptions]}: {body!r}")


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8")


def operations_in(document: Json) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """The operations of an OpenAPI document, to make up requests for."""
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    """A community in which there is one of everything at least."""
    with staged(new_database, template_url) as stage:
        for _ in range(2):
            for make in (stage.received, stage.own_sent, stage.meetup, stage.membership, stage.claim):
                make(stage.champion())
            stage.champion().post("/reports", {"text": "what happened"}, status=204)
            stage.order(placed=True)
        yield stage


def token_of(stage: Stage, role: Role) -> str:
    """The token of somebody new: what was made up for one operation may have locked out its caller."""
    email = f"fuzz{stage.number()}@example.org"
    new = NewPerson.model_validate({"name": email, "email": email, "role": role.value})
    with stage.world.database.transaction() as session:
        person_id = create_person(session, new=new, actor=SHELL).id
        return issue_token(session, person_id=person_id, name="fuzz").token


@pytest.mark.on_one_engine("an answer is made by the same code from what either database has read")
def test_every_answer_is_one_that_the_document_has(stage: Stage) -> None:
    document = stage.world.client.get("/openapi.json").json()
    fuzz = Fuzz(stage.world.client)
    for operation in operations_in(document):
        tokens = [token_of(stage, Role.COORDINATOR), token_of(stage, Role.CHAMPION), None]
        fuzz.operation(operation, tokens, EXAMPLES)
    assert fuzz.failures == []
    assert {name for name, _ in fuzz.seen} == set(stage.operations)
    # Refusals alone would prove little.
    assert len({name for name, status in fuzz.seen if status < 300}) > len(stage.operations) // 3
    assert fuzz.seen.total() >= len(stage.operations) * EXAMPLES
    assert stage.world.differences() == []


class Shelf(BaseModel):
    """What the apps below say that they answer."""

    ribbons: int


def honest(ribbons: int = 0) -> Any:
    """What the document says."""
    return JSONResponse({"ribbons": ribbons})


def breaking(ribbons: int = 0) -> Any:
    """A handler that fails."""
    return JSONResponse({"ribbons": 1 // (ribbons - ribbons)})


def of_another_schema(ribbons: int = 0) -> Any:
    """A text where a number should be."""
    return JSONResponse({"ribbons": f"{ribbons} of them"})


def of_another_status(ribbons: int = 0) -> Any:
    """A status that the document does not have."""
    return JSONResponse({"ribbons": ribbons}, status_code=418)


def of_another_type(ribbons: int = 0) -> Any:
    """A content type that the document does not have."""
    return PlainTextResponse(str(ribbons))


@pytest.mark.parametrize(
    ("handler", "complaint"),
    [
        (honest, None),
        (breaking, "Server error"),
        (of_another_schema, "violates schema"),
        (of_another_status, "Undocumented status code"),
        (of_another_type, "Undocumented Content-Type"),
    ],
)
def test_an_app_that_does_not_do_what_it_says_is_noticed(handler: Any, complaint: str | None) -> None:
    app = FastAPI()
    app.add_api_route("/shelf", handler, response_model=Shelf, operation_id="shelf")
    with Client(app) as client:
        fuzz = Fuzz(client)
        for operation in operations_in(app.openapi()):
            fuzz.operation(operation, [None], 5)
    assert fuzz.seen.total() >= 5
    if complaint is None:
        assert fuzz.failures == []
    else:
        assert any(complaint in failure for failure in fuzz.failures), fuzz.failures
