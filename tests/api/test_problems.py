"""What an error looks like, and that no input, however evil, is more than an error of the caller."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from app.acts.policy import ALLOWED, Permission, Role
from app.conferences.schemas import ConferencePatch
from app.core.config import Settings
from app.core.schema import MAX_ID
from app.core.validation import OTHER
from app.members.schemas import MemberPatch
from app.purchasing.schemas import OrderPatch
from app.stock.schemas import LocationPatch
from tests.support.cases import CASES, Case, make_case, operation_id, rightful, send
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.evil import EVIL_HEADERS, MARK, NO_JSON, NO_OBJECT, Schemas, wrong_bodies
from tests.support.stage import Operation, Stage, staged
from tests.support.world import Caller, Json, World

Headers = dict[str, str | bytes]
MEMBERS = {"type", "title", "status", "detail", "instance", "request_id"}
NULLABLE = {
    "update_conference": ConferencePatch.nullable,
    "update_member": MemberPatch.nullable,
    "update_location": LocationPatch.nullable,
    "update_purchase_order": OrderPatch.nullable,
}

WITH_BODY = [
    *("ask_to_be_named", "apply_to_bring_ribbons", "confirm_application", "propose_conference"),
    *("create_conference", "update_conference", "claim_conference", "withdraw_claim", "deputize_claim"),
    *("decline_claim", "revoke_claim", "hand_out", "close_claim", "create_shipment", "send_shipment"),
    *("count_by_slip", "receive_shipment", "find_missing_ribbons", "create_purchase_order", "receive_purchase_order"),
    *("create_design", "update_design", "create_location", "move_stock", "reverse_move", "count_stock"),
    *("correct_move", "merge_specialties", "reopen_claim", "undo_receipt", "update_purchase_order"),
    *(
        "merge_conference",
        "undo_hand_out",
        "update_location",
        "update_claim",
        "erase_person",
        "change_my_email",
        "change_email",
        "confirm_email",
        "choose_my_letters",
        "stop_letters",
    ),
    *("update_meetup", "name_myself", "ask_for_handle"),
    *("update_shipment", "set_shipment_address", "return_shipment"),
    *("remove_handle", "rename_handle", "move_handle", "merge_members"),
    "import_conferences",
    "import_history",
    *("record_meetup", "update_member", "update_me", "put_my_address", "create_my_token", "erase_me"),
    "create_my_calendar_link",
    *("request_sign_in_link", "sign_in", "create_person", "update_person"),
    *("begin_handle_proof", "prove_handle", "make_meetup_link"),
    *("allow_naming", "decline_meetups", "readmit_handle", "hide_membership"),
    *("block_member", "unblock_member", "report_abuse", "print_packing_slips", "create_print_job"),
    "print_address_labels",
]

refused_before = pytest.mark.on_one_engine("what is wrong with a request is found before a database is asked")


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


@pytest.fixture(scope="module")
def schemas(stage: Stage) -> Schemas:
    """What the document says of each body."""
    return Schemas(stage.world.client.get("/openapi.json").json())


def problem(response: Any, status: int, code: str) -> Json:
    """The problem document of an answer, which must be of this status and code, and complete."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    document: Json = response.json()
    assert document.keys() >= MEMBERS
    assert (document["type"], document["status"]) == (f"/problems/{code}", status)
    assert document["instance"] == response.request.url.path
    assert document["request_id"] == response.headers["X-Request-ID"] != ""
    return document


def unexplained(document: Json) -> list[str]:
    """The fields of a problem of which nobody has written down what may be wrong with them."""
    return [error["pointer"] for error in document.get("errors") or [] if error["detail"] == OTHER.say("en")]


def raw(
    stage: Stage, name: str, case: Case, who: Caller, body: bytes | Iterator[bytes], headers: Headers | None = None
) -> Any:
    """The response to a case with a body as it stands."""
    operation = stage.operations[operation_id(name)]
    sent: Headers = {"Authorization": f"Bearer {who.token}", "Content-Type": "application/json", **case.headers()}
    sent |= headers or {}
    encoded = {key.encode(): value.encode() if isinstance(value, str) else value for key, value in sent.items()}
    url = f"/api/v1{operation.path.format(**case.path)}"
    return stage.world.client.request(operation.method, url, content=body, headers=encoded)


@refused_before
def test_every_route_with_a_body_is_among_those_that_get_evil_ones(stage: Stage, schemas: Schemas) -> None:
    assert {id_ for id_, o in stage.operations.items() if schemas.body(o.document)} == set(WITH_BODY)


@refused_before
@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_with_one_wrong_value_is_refused_where_it_is_wrong(stage: Stage, schemas: Schemas, name: str) -> None:
    """Sends every wrong body, and then the one that they were made of, which must be right."""
    operation = stage.operations[name]
    schema = schemas.body(operation.document)
    assert schema is not None
    case, owner = make_case(stage, name)
    who = rightful(stage, name, case, owner)
    nullable = NULLABLE.get(name, frozenset[str]()) if operation.method == "PATCH" else None
    before, mistaken = contents(stage.world.database), []
    for wrong in wrong_bodies(schemas, schema, case.json, nullable=nullable):
        response = raw(stage, name, case, who, wrong.encoded())
        found = response.json() if response.content else {}
        pointers = [error["pointer"] for error in found.get("errors") or []]
        right = response.status_code == 422 and MARK not in response.text and unexplained(found) == []
        if not right or not any(f"{pointer}/".startswith(f"{wrong.pointer}/") for pointer in pointers):
            mistaken.append(f"{wrong.pointer}: {wrong.value!a:.40} got {response.status_code} {pointers}")
    assert mistaken == []
    assert contents(stage.world.database) == before
    assert send(stage, name, case, who).status_code < 300


@refused_before
@pytest.mark.parametrize("name", WITH_BODY)
def test_what_is_no_json_object_is_refused(stage: Stage, name: str) -> None:
    case, owner = make_case(stage, name)
    who = rightful(stage, name, case, owner)
    before, valid = contents(stage.world.database), json.dumps(case.json).encode()
    for body in (
        *NO_JSON.values(),
        *NO_OBJECT,
        valid[:-1] + b', "\\ud800": 1}',
        valid[:-1] + b', "note": 1, "note": 2}',
    ):
        response = raw(stage, name, case, who, body)
        assert response.status_code in {400, 422}, body[:40]
        assert response.headers["Content-Type"] == "application/problem+json"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "\x00"):
        response = raw(stage, name, case, who, valid, {"Content-Type": kind})
        assert response.status_code in {400, 422}, kind
    assert contents(stage.world.database) == before


@pytest.mark.parametrize(
    ("name", "field", "text"),
    [
        ("create_person", "email", f"{'ß' * 64}@{'ß' * 180}.org"),
        *(("create_conference", field, "\ufdfa" * 200) for field in ("name", "venue", "city", "specialty")),
    ],
)
def test_a_text_that_grows_when_it_is_folded_is_no_trouble(stage: Stage, name: str, field: str, text: str) -> None:
    case, _ = make_case(stage, name)
    response = stage.world.coordinator.call("POST", stage.operations[name].path, json={**case.json, field: text})
    assert response.status_code in {201, 422}


@refused_before
def test_errors_of_the_whole_body_point_at_the_whole_body(stage: Stage) -> None:
    for body in (b"", b"[]", b'{"name": '):
        document = problem(raw(stage, "create_person", Case(), stage.world.coordinator, body), 422, "validation")
        assert [error["pointer"] for error in document["errors"]] == ["#"]


@refused_before
def test_errors_point_at_each_field_parameter_and_header(stage: Stage) -> None:
    who, world = stage.world.coordinator, stage.world
    body = {"vendor_id": 0, "lines": [{"design_id": world.design}], "no/such~field": 1}
    document = problem(who.call("POST", "/purchase-orders", json=body), 422, "validation")
    pointers = {"#/vendor_id", "#/ship_to_id", "#/lines/0/quantity", "#/no~1such~0field"}
    assert {error["pointer"] for error in document["errors"]} == pointers
    document = problem(who.call("GET", "/claims?limit=0&conference_id=x&status=lost"), 422, "validation")
    assert {error["pointer"] for error in document["errors"]} == {"limit", "conference_id", "status"}
    document = problem(who.call("GET", "/claims/0"), 422, "validation")
    assert [error["pointer"] for error in document["errors"]] == ["claim_id"]
    document = problem(who.call("PATCH", "/me", json={}, headers={"If-Match": "3"}), 422, "invalid")
    assert [error["pointer"] for error in document["errors"]] == ["If-Match"]
    document = problem(who.call("POST", "/people", json={}, headers={"Idempotency-Key": ""}), 422, "validation")
    assert "Idempotency-Key".lower() in {error["pointer"].lower() for error in document["errors"]}
    move = {**stage.new_move(), "target_id": world.depot}
    document = problem(who.call("POST", "/stock/moves", json=move), 422, "invalid")
    assert [error["pointer"] for error in document["errors"]] == ["#/target_id"]


NO_BODIES = (b"", b"{", b"[]", b'{"unknown": "\xff"}', b"[" * (Settings().max_body_bytes + 1))


def _malformed(stage: Stage, operation: Operation, who: Caller, bodies: Sequence[bytes] = NO_BODIES) -> list[Any]:
    """The answers to requests of which one part or another is wrong."""
    known: dict[str, str] = {"Authorization": f"Bearer {who.token}"} if who.token else {}
    right = operation.path.format(**dict.fromkeys(re.findall(r"{(\w+)}", operation.path), MAX_ID))
    wrong = re.sub(r"{\w+}", "x", operation.path)
    sent: list[tuple[str, bytes, dict[str, str]]] = [(f"{wrong}?limit=x&kind=x&conference_id=x", b"", {})]
    if operation.method != "GET":
        # Without an If-Match, where that is asked for; with one that is none; with a key that is none.
        sent += [(right, b"{}", {}), (right, b"{}", {"If-Match": "x"}), (right, b"{}", {"Idempotency-Key": ""})]
    if "requestBody" in operation.document:
        sent += [(right, body, {"If-Match": '"1"', "Content-Type": "application/json"}) for body in bodies]
    return [
        stage.world.client.request(operation.method, f"/api/v1{path}", content=body, headers={**known, **headers})
        for path, body, headers in sent
    ]


@refused_before
@pytest.mark.parametrize("role", [None, Role.ANYONE, Role.MEMBER, Role.CHAMPION])
def test_who_may_not_use_a_route_hears_that_and_nothing_about_her_input(stage: Stage, role: Role | None) -> None:
    world = stage.world
    who = {
        None: Caller(world.client, None, "cct_no-such-token"),
        Role.ANYONE: world.anyone,
        Role.MEMBER: stage.passer_by(),
        Role.CHAMPION: stage.champion(),
    }[role]
    closed = [o for o in stage.operations.values() if role not in ALLOWED[Permission(o.document["x-permission"])]]
    bodies = NO_BODIES if role in {None, Role.CHAMPION} else NO_BODIES[1:2]  # whom we know, and whom we do not
    before = contents(world.database)
    answers = {o.id: {answer.status_code for answer in _malformed(stage, o, who, bodies)} for o in closed}
    assert contents(world.database) == before
    assert answers == {operation.id: {401 if role in {None, Role.ANYONE} else 403} for operation in closed}
    assert len(closed) > 20


@refused_before
def test_who_may_use_a_route_hears_what_is_wrong_with_her_input(stage: Stage) -> None:
    for operation in stage.operations.values():
        answers = {answer.status_code for answer in _malformed(stage, operation, stage.world.admin)}
        assert not answers & {401, 403}, operation.id
        if "{" in operation.path or operation.takes("limit"):
            assert 422 in answers, operation.id
        if operation.takes("if-match"):
            assert answers >= {422, 428}, operation.id
        if "requestBody" in operation.document:
            assert answers >= {400, 413, 422}, operation.id


@refused_before
def test_a_title_belongs_to_its_code_and_a_type_leads_to_a_page(stage: Stage) -> None:
    who, client = stage.world.coordinator, stage.world.client
    claim = stage.claim(stage.champion())
    for response, status, code in (
        (stage.world.anyone.call("GET", "/me"), 401, "unauthenticated"),
        (stage.champion().call("GET", "/todo"), 403, "forbidden"),
        (who.call("GET", "/claims/2147483647"), 404, "not-found"),
        (who.call("POST", f"/claims/{claim['id']}/revoke", json={}), 409, "illegal-transition"),
        (who.call("PATCH", "/me", json={}, headers={"If-Match": '"999"'}), 412, "stale"),
        (who.call("PATCH", "/me", json={}), 428, "precondition-required"),
    ):
        document = problem(response, status, code)
        assert document["detail"] not in {"", document["title"]}
        page = client.get(document["type"])
        assert page.status_code == 200
        assert document["title"] in page.text


@refused_before
def test_an_unknown_address_and_an_unknown_method_are_problems(stage: Stage) -> None:
    client = stage.world.client
    for path in (
        "/api/v1/nowhere",
        "/nowhere",
        "/api/v1/claims/1/nowhere",
        "/api/v1/%ED%A0%80/%00%ff",
        "/problems/none",
    ):
        problem(client.get(path), 404, "not-found")
    for method in ("DELETE", "PUT", "PATCH", "TRACE", "BREW"):
        response = client.request(method, "/api/v1/conferences")
        problem(response, 405, "method-not-allowed")
        assert {name.strip() for name in response.headers["Allow"].split(",")} >= {"GET"}


def _chunks(size: int) -> Iterator[bytes]:
    """A JSON object of so many bytes, piece by piece."""
    yield b'{"note": "'
    for _ in range((size - 12) // 1_000):
        yield b"x" * 1_000
    yield b"x" * ((size - 12) % 1_000) + b'"}'


@refused_before
def test_a_body_over_the_limit_is_refused_whether_its_length_is_announced_or_not(stage: Stage) -> None:
    limit = Settings().max_body_bytes
    case, owner = make_case(stage, "withdraw_claim")
    before = contents(stage.world.database)
    for headers in ({}, {"Idempotency-Key": "large"}):
        for body in (b"".join(_chunks(limit + 1)), _chunks(limit + 1)):
            response = raw(stage, "withdraw_claim", case, owner, body, dict(headers))
            assert str(limit) in problem(response, 413, "too-large")["detail"]
        for body in (b"".join(_chunks(limit)), _chunks(limit)):
            problem(raw(stage, "withdraw_claim", case, owner, body, dict(headers)), 422, "validation")
    assert contents(stage.world.database) == before


def test_an_unexpected_error_gives_a_request_id_and_nothing_else(world: World) -> None:
    with world.database.transaction() as session:
        session.connection().execute(text("DROP TABLE person_address"))
    for response in (world.ana.call("GET", "/me"), world.ana.call("DELETE", "/me/address")):
        document = problem(response, 500, "unexpected")
        assert document.keys() == MEMBERS
        assert document["request_id"] in response.headers["X-Request-ID"]
        assert "person_address" not in response.text


def test_a_database_that_is_not_there_makes_the_service_unready(world: World) -> None:
    with world.database.transaction() as session:
        session.connection().execute(text("DROP TABLE alembic_version"))
    assert world.client.get("/healthz").status_code == 200
    assert world.client.get("/readyz").status_code == 503


@refused_before
@pytest.mark.parametrize("name", ["create_conference", "update_conference", "withdraw_claim"])
def test_no_header_brings_the_service_down(stage: Stage, name: str) -> None:
    case, owner = make_case(stage, name)
    who = rightful(stage, name, case, owner)
    flood: Headers = {f"X-Flood-{number}": "x" * 1_000 for number in range(500)}
    before = contents(stage.world.database)
    for headers in [*({key: value} for key, value in EVIL_HEADERS), flood]:
        # The body is wrong, so that a header that is merely ignored changes nothing either.
        response = raw(stage, name, case, who, b'{"unknown": 1}', headers)
        assert 400 <= response.status_code < 500, str(headers)[:80]
        assert len(response.headers["X-Request-ID"]) == 32
    assert contents(stage.world.database) == before


@refused_before
@pytest.mark.parametrize("name", [name for name in CASES if name.partition("_")[0] in {"list", "get", "print"}])
def test_no_query_and_no_id_brings_a_read_down(stage: Stage, name: str) -> None:
    operation = stage.operations[operation_id(name)]
    evil = ["", "-1", "1.0", "NaN", str(2**70), "9" * 5_000, "%00", "%ED%A0%80", "%ff", "x" * 600, "0001-01-01"]
    evil += ["9999-12-31", "2027-02-30", "%F0%9F%8E%80", "%27%22%3B--", "%25", "claim:%D9%A1"]
    parameters = {parameter["name"]: parameter["in"] for parameter in operation.document.get("parameters", [])}
    for parameter, part in parameters.items():
        if parameter in {"limit", "cursor"} and name not in {"list_conferences", "list_moves"}:
            continue  # they are read in one place, for all lists
        for value in evil:
            path = (
                operation.path.replace(f"{{{parameter}}}", value)
                if part == "path"
                else f"{operation.path}?{parameter}={value}"
            )
            response = stage.world.coordinator.call("GET", path)
            assert response.status_code < 500, path[:80]
            if response.status_code >= 400:
                assert response.headers["Content-Type"] == "application/problem+json"
                assert unexplained(response.json()) == [], (path[:80], response.text)
