"""The OpenAPI document: complete, valid, true to what the service answers, and readable without the internet."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest

from app.core.schema import In
from tests.support.cases import CASES, make_case, operation_id, rightful, send
from tests.support.databases import NewDatabase
from tests.support.rules import RULES
from tests.support.stage import Operation, Stage, staged
from tests.support.world import Json

pytestmark = pytest.mark.on_one_engine("the document is made from the code")

PROMISED = {
    *("list_conferences", "get_conference", "get_coverage", "claim_conference", "receive_shipment", "hand_out"),
    *("close_claim", "list_levels", "list_moves", "move_stock", "count_stock", "create_conference", "create_shipment"),
}
"""Operations whose names other programs may rely on."""

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


@pytest.fixture(scope="module")
def document(stage: Stage) -> Json:
    got: Json = stage.world.client.get("/openapi.json").json()
    return got


def operations(document: Json) -> Iterator[Json]:
    for item in document["paths"].values():
        yield from item.values()


def nodes(value: Any) -> Iterator[Json]:
    """Every object in a document, at any depth."""
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inside)


def test_the_document_has_the_form_of_openapi_3_1(document: Json) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"].keys() >= {"title", "version", "description", "license"}
    allowed = {"get", "put", "post", "delete", "patch"}
    for path, item in document["paths"].items():
        assert path.startswith("/api/v1/")
        assert item.keys() <= allowed
        for operation in item.values():
            names = [(parameter["in"], parameter["name"].lower()) for parameter in operation.get("parameters", [])]
            assert len(names) == len(set(names)), path
            in_path = {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}
            assert in_path == set(re.findall(r"{(\w+)}", path))
            assert all(p["schema"] and (p["required"] or p["in"] != "path") for p in operation.get("parameters", []))
            assert all(
                re.fullmatch(r"[1-5]\d\d", status) and r["description"] for status, r in operation["responses"].items()
            )
            assert any(status.startswith("2") for status in operation["responses"])


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: Json) -> None:
    named = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert named <= known
    assert known - named == set()


def test_every_security_scheme_that_is_named_is_there(document: Json) -> None:
    schemes = document["components"]["securitySchemes"]
    assert {name for o in operations(document) for each in o.get("security", []) for name in each} == schemes.keys()
    assert {scheme["type"] for scheme in schemes.values()} == {"http"}


def test_every_operation_says_what_it_is(document: Json) -> None:
    ids = [operation["operationId"] for operation in operations(document)]
    assert len(ids) == len(set(ids))
    for operation in operations(document):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"])
        assert operation["tags"]
        assert 5 <= len(operation["summary"]) <= 120
        assert operation["description"]
        assert operation["x-permission"]


def test_what_people_read_is_about_readers_of_any_gender(document: Json) -> None:
    texts = [
        *document["info"].values(),
        *(node[name] for node in nodes(document) for name in ("summary", "description") if name in node),
    ]
    gendered = re.compile(r"\b(she|her|hers|herself|he|him|his|himself)\b", re.IGNORECASE)
    assert [text for text in texts if isinstance(text, str) and gendered.search(text)] == []


def test_the_operations_that_other_programs_rely_on_are_there(document: Json) -> None:
    assert {operation["operationId"] for operation in operations(document)} >= PROMISED


def test_every_parameter_is_described(document: Json) -> None:
    silent = {
        f"{operation['operationId']}: {parameter['name']}"
        for operation in operations(document)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description")
    }
    assert silent == set()


OPEN = {"public.read", "sign-in", "application.make", "letter.stop", "report.make", "slip.count", "wish.make"}


def _expected_problems(operation: Operation) -> set[str]:
    statuses = {"422"} | ({"404"} if "{" in operation.path else set())
    if operation.document["x-permission"] not in OPEN:
        statuses |= {"401", "403"}
    if operation.method != "GET":
        statuses |= {"400", "409", "413", "503"}
    return statuses | ({"412", "428"} if operation.method == "PATCH" else set())


def test_every_operation_documents_its_problems(stage: Stage) -> None:
    for operation in stage.operations.values():
        problems = {status: r for status, r in operation.document["responses"].items() if status >= "400"}
        assert problems.keys() >= _expected_problems(operation), operation.id
        assert all(response["content"] == PROBLEM for response in problems.values()), operation.id


def test_a_problem_that_is_answered_is_one_that_is_documented(stage: Stage) -> None:
    who, anyone = stage.champion(), stage.world.anyone
    revoked = {"Authorization": "Bearer cct_unknown"}
    undocumented = {
        f"{id_}: {response.status_code}"
        for id_, response in (
            ("sign_in", anyone.call("POST", "/tokens", json={"secret": "ccs_unknown"})),
            ("list_conferences", anyone.call("GET", "/conferences", headers=revoked)),
            ("get_coverage", anyone.call("GET", "/coverage", headers=revoked)),
            ("get_membership", who.call("GET", "/membership")),
            ("erase_membership", who.call("DELETE", "/membership")),
            ("get_claim", who.call("GET", "/claims/2147483647")),
        )
        if str(response.status_code) not in stage.operations[id_].document["responses"]
    }
    assert undocumented == set()


def _inputs(kind: type[In] = In) -> Iterator[type[In]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _inputs(inner)


def test_every_body_has_an_example_that_is_valid(document: Json) -> None:
    models = {model.__name__: model for model in _inputs()}
    bodies = [operation["requestBody"] for operation in operations(document) if "requestBody" in operation]
    assert bodies
    for body in bodies:
        assert body["required"]
        assert body["content"].keys() == {"application/json"}
        name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        examples = document["components"]["schemas"][name].get("examples")
        assert examples, name
        for example in examples:
            models[name].model_validate_json(json.dumps(example))


KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
FORMATS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
}
SILENT = {"title", "description", "default", "examples", "readOnly"}
"""Keywords that say nothing about which values there may be."""


UNDERSTOOD = {"type", "enum", "const", "format", "minLength", "maxLength", "items", "properties", "required"}


def misfits(document: Json, schema: Json, value: Any, here: str = "") -> list[str]:
    """Where a value is not what its schema declares (as much of JSON Schema as the answers' schemas use)."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        found = [misfits(document, option, value, here) for option in schema["anyOf"]]
        return [] if [] in found else [problem for problems in found for problem in problems]
    unknown = schema.keys() - SILENT - UNDERSTOOD
    assert not unknown, "this test has to learn a keyword"
    kind = schema["type"]
    if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return [f"{here}: no {kind}"]
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return [f"{here}: not one of the values"]
    if kind == "string" and not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return [f"{here}: too short or too long"]
    if "format" in schema:
        FORMATS[schema["format"]](value)
    if kind == "array":
        return [bad for n, item in enumerate(value) for bad in misfits(document, schema["items"], item, f"{here}/{n}")]
    if kind != "object":
        return []
    declared = schema["properties"]
    wrong = [f"{here}: {name} is missing" for name in set(schema.get("required", [])) - value.keys()]
    wrong += [f"{here}: {name} is not declared" for name in value.keys() - declared.keys()]
    for name in value.keys() & declared.keys():
        wrong += misfits(document, declared[name], value[name], f"{here}/{name}")
    return wrong


def test_the_document_says_where_the_service_is_whom_to_ask_and_what_each_part_is_about(document: Json) -> None:
    assert [server["url"] for server in document["servers"]] == [RULES.public_url]
    assert document["info"]["contact"]["name"] == RULES.community_name
    described = {tag["name"]: tag["description"] for tag in document["tags"]}
    used = {tag for operation in operations(document) for tag in operation["tags"]}
    assert described.keys() == used
    assert all(len(what) > 20 for what in described.values())


def test_every_pattern_is_an_expression_of_ecma_262_in_unicode_mode(document: Json) -> None:
    patterns = {node["pattern"] for node in nodes(document) if isinstance(node.get("pattern"), str)}
    assert len(patterns) > 10
    assert {pattern: foreign_to_ecma(pattern) for pattern in patterns if foreign_to_ecma(pattern)} == {}
    assert foreign_to_ecma(r'^[^"\\]$') == []
    for wrong in (r"^[^\"]$", r"\Aa", r"(?P<name>a)", r"a\Z"):
        assert foreign_to_ecma(wrong), wrong


def foreign_to_ecma(pattern: str) -> list[str]:
    """What of an expression of Python's another language would refuse: escapes of plain letters, named groups."""
    escaped = [found for found in re.findall(r"\\(.)", pattern) if found not in r"^$\.*+?()[]{}|/-dDwWsSbBfnrtvxu0"]
    return escaped + re.findall(r"\(\?(?:P|#|[aiLmsux])", pattern)


STARTS = {"application/pdf": b"%PDF-", "image/svg+xml": b"<?xml"}
"""By what a file is known that is no table."""


@pytest.mark.parametrize("name", CASES)
def test_each_answer_is_what_the_document_declares(stage: Stage, document: Json, name: str) -> None:
    case, owner = make_case(stage, name)
    response = send(stage, name, case, rightful(stage, name, case, owner))
    declared = stage.operations[operation_id(name)].document["responses"][str(response.status_code)]
    assert 200 <= response.status_code < 300
    if "content" not in declared:
        assert response.content == b""
        return
    media = response.headers["Content-Type"]
    content = declared["content"][media]
    if media == "application/json":
        assert misfits(document, content["schema"], response.json()) == []
    else:
        assert response.content.startswith(STARTS.get(media, (b"id,", b"location_id,")))


def test_the_check_of_answers_notices_what_does_not_fit(stage: Stage, document: Json) -> None:
    schema = {"$ref": "#/components/schemas/ConferenceOut"}
    conference = stage.conference()
    assert misfits(document, schema, conference) == []
    changes: list[Json] = [
        *({"id": "1"}, {"id": True}, {"name": None}, {"name": ""}, {"acronym": "x" * 61}, {"status": "lost"}),
        *({"more": 1}, {"state": 5}),
    ]
    for change in changes:
        assert misfits(document, schema, {**conference, **change}) != []
    assert misfits(document, schema, {name: value for name, value in conference.items() if name != "city"}) != []


def test_a_problem_is_what_the_document_declares(stage: Stage, document: Json) -> None:
    declared = document["components"]["schemas"]["Problem"]
    for response in (
        stage.world.anyone.call("GET", "/me"),
        stage.world.coordinator.call("POST", "/people", json={}),
        stage.world.coordinator.call("GET", "/claims/2147483647"),
    ):
        assert response.json().keys() <= declared["properties"].keys()
        assert misfits(document, declared, response.json()) == []


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_the_documentation_loads_nothing_from_another_host(stage: Stage, page: str) -> None:
    client = stage.world.client
    response = client.get(page)
    assert response.status_code == 200
    links = re.findall(r"""(?:src|href|url)\s*[=:]\s*["']([^"']+)""", response.text)
    assert any(link.endswith(".js") for link in links)
    for link in links:
        assert not urlsplit(link).netloc, link
        loaded = client.get(urljoin(page, link))
        assert loaded.status_code == 200, link
        if link.endswith(".css"):
            assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)]*", loaded.text) == []


def test_public_routes_are_documented_as_open_and_all_others_as_closed(stage: Stage) -> None:
    for operation in stage.operations.values():
        public = operation.document["x-permission"] in OPEN
        security = operation.document.get("security", [])
        assert (security == [] or {} in security) == public, operation.id
