"""A POST that is repeated under its key happens once and is answered the same, whatever happened since."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from app.core.clock import frozen
from tests.support.cases import make_case, rightful, send
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged
from tests.support.world import Caller, Json

SECRET_ROUTES = {
    *("create_my_token", "issue_member_link", "renew_own_link", "sign_in", "request_sign_in_link"),
    *("begin_handle_proof", "prove_handle", "make_meetup_link", "create_my_calendar_link"),
}
SECRETS = {
    "begin_handle_proof": "proof",
    "prove_handle": "secret",
    "make_meetup_link": "url",
    "create_my_calendar_link": "address",
}
"""What the secret of an answer is called, where it is no token."""
FILE_ROUTES = {"print_packing_slips", "print_address_labels"}
"""Their answers are files with addresses; whoever asks again gets another copy."""
KEYED = [
    *(
        "create_conference",
        "accept_conference",
        "cancel_conference",
        "restore_conference",
        "go_virtual",
        "merge_conference",
        "undo_import",
        "import_conferences",
        "import_history",
        "claim_conference",
        "withdraw_claim",
    ),
    *("deputize_claim", "decline_claim", "revoke_claim", "hand_out", "close_claim", "create_shipment"),
    *("pack_shipment", "send_shipment", "deliver_shipment", "track_shipment", "receive_shipment"),
    "count_by_slip",
    *("find_missing_ribbons", "lose_shipment", "cancel_shipment", "create_purchase_order", "place_purchase_order"),
    *("receive_purchase_order", "cancel_purchase_order", "create_design", "create_location", "move_stock"),
    *("reverse_move", "correct_move", "count_stock", "record_meetup", "confirm_meetup", "decline_meetup"),
    *("decline_meetups", "create_person", "book_late_entry", "dismiss_late_entry", "merge_specialties"),
    *("reopen_claim", "undo_receipt", "close_order_short", "erase_person", "undo_hand_out"),
    *("change_my_email", "change_email", "confirm_email", "stop_letters", "send_letter_again"),
    *("block_recorder", "unblock_recorder", "readmit_handle", "accept_application", "decline_application"),
    *("remove_handle", "rename_handle", "move_handle", "merge_members", "confirm_handle", "refuse_handle"),
    *("ask_for_handle", "unblock_all", "use_address_on_file", "return_shipment"),
    *(
        "ask_to_be_named",
        "show_card",
        "grant_wish",
        "refuse_wish",
        "confirm_unseen",
        "apply_to_bring_ribbons",
        "confirm_application",
        "propose_conference",
    ),
    *("block_member", "unblock_member", "report_abuse", "close_report", "create_print_job", "revoke_short_link"),
    "start_verification",
]
LAST = {"erase_me"}
"""After it nobody is known by whom it could be repeated."""


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


def key(name: str) -> dict[str, str]:
    """The header that gives a request this key."""
    return {"Idempotency-Key": name}


def answer(response: Any) -> tuple[int, bytes, dict[str, str]]:
    """What has to be the same when a request is repeated: all but the id and the time of the answer itself."""
    own = {"x-request-id", "date"}
    return response.status_code, response.content, {k: v for k, v in response.headers.items() if k.lower() not in own}


def test_every_post_takes_a_key_but_those_whose_answer_holds_a_secret_or_is_a_file(stage: Stage) -> None:
    posts = {id_ for id_, operation in stage.operations.items() if operation.method == "POST"}
    assert {id_ for id_ in posts if stage.operations[id_].takes("idempotency-key")} == {*KEYED, *LAST}
    assert posts - set(KEYED) == SECRET_ROUTES | FILE_ROUTES | LAST


@pytest.mark.parametrize("name", KEYED)
def test_a_repeated_request_has_one_effect_and_the_same_answer(stage: Stage, name: str) -> None:
    case, owner = make_case(stage, name)
    who = rightful(stage, name, case, owner)
    first = send(stage, name, case, who, key("again" + name))
    assert first.status_code < 300, first.text
    after = contents(stage.world.database)
    for _ in range(2):
        assert answer(send(stage, name, case, who, key("again" + name))) == answer(first)
    assert contents(stage.world.database) == after
    if first.content and "version" in first.json():
        assert first.headers["ETag"] == f'"{first.json()["version"]}"'


def test_without_a_key_or_under_another_a_repetition_is_a_second_request(stage: Stage) -> None:
    who, body = stage.world.coordinator, stage.new_move()
    ids = [who.post("/stock/moves", body, status=201)["id"] for _ in range(2)]
    ids += [who.post("/stock/moves", body, status=201, headers=key(name))["id"] for name in ("one", "two", "one")]
    assert len(set(ids)) == 4
    assert ids[2] == ids[4]


def test_a_key_that_stood_for_another_body_or_path_is_refused_and_changes_nothing(stage: Stage) -> None:
    who, body = stage.world.coordinator, stage.new_move()
    first = who.call("POST", "/stock/moves", json=body, headers=key("reused"))
    before = contents(stage.world.database)
    for path, other in (
        ("/stock/moves", {**body, "quantity": 2}),
        (f"/stock/moves/{first.json()['id']}/reverse", {}),
        ("/people", {"name": "Reused", "email": "reused@example.org"}),
    ):
        response = who.call("POST", path, json=other, headers=key("reused"))
        assert (response.status_code, response.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert contents(stage.world.database) == before
    assert answer(who.call("POST", "/stock/moves", json=body, headers=key("reused"))) == answer(first)


def test_a_request_that_was_refused_succeeds_under_the_same_key_once_it_may(stage: Stage) -> None:
    who, claim = stage.world.coordinator, stage.claim(stage.champion())
    path = f"/claims/{claim['id']}/revoke"
    refused = who.call("POST", path, json={}, headers=key("refused"))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/illegal-transition")
    who.post(f"/claims/{claim['id']}/deputize")
    again = who.call("POST", path, json={}, headers=key("refused"))
    assert (again.status_code, again.json()["status"]) == (200, "revoked")
    assert answer(who.call("POST", path, json={}, headers=key("refused"))) == answer(again)


def test_a_key_under_which_nothing_was_done_takes_a_corrected_body(stage: Stage) -> None:
    who, body = stage.world.coordinator, stage.new_move()
    refused = who.call("POST", "/stock/moves", json={**body, "quantity": 1_000_000}, headers=key("corrected"))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/out-of-stock")
    who.post("/stock/moves", body, status=201, headers=key("corrected"))
    other = who.call("POST", "/stock/moves", json={**body, "quantity": 2}, headers=key("corrected"))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


@pytest.mark.parametrize(
    ("status", "path"), [(404, "/claims/2147483647/withdraw"), (403, "/shipments"), (422, "/shipments")]
)
def test_a_refusal_of_any_kind_leaves_nothing_not_even_its_key(stage: Stage, status: int, path: str) -> None:
    who = stage.champion()
    own = stage.received(who, missing=0)["target_id"]
    target = stage.world.depot if status == 422 else stage.received(stage.champion())["target_id"]
    body = {} if status == 404 else {**stage.parcel(own), "target_id": target}
    if status == 422:
        body["target_id"] = own
    before = contents(stage.world.database)
    answers = [who.call("POST", path, json=body, headers=key("refused")) for _ in range(2)]
    assert [(each.status_code, each.json()["detail"]) for each in answers] == [
        (status, answers[0].json()["detail"])
    ] * 2
    assert contents(stage.world.database) == before


def test_a_body_that_is_not_valid_does_not_use_up_its_key(stage: Stage) -> None:
    who, body = stage.world.coordinator, stage.new_move()
    who.post("/stock/moves", {**body, "quantity": 0}, status=422, headers=key("typo"))
    who.post("/stock/moves", body, status=201, headers=key("typo"))


def test_a_key_belongs_to_one_person_or_member_alone(stage: Stage) -> None:
    conference = stage.conference()
    path, body = f"/conferences/{conference['id']}/claims", {"ribbons_requested": 5}
    claims = [stage.champion().post(path, body, status=201, headers=key("mine")) for _ in range(2)]
    assert claims[0]["id"] != claims[1]["id"]
    (case, owner) = make_case(stage, "confirm_meetup")
    assert case.member is not None
    first = send(stage, "confirm_meetup", case, case.member, key("mine"))
    assert first.status_code == 200
    assert answer(send(stage, "confirm_meetup", case, case.member, key("mine"))) == answer(first)
    assert send(stage, "confirm_meetup", case, owner, key("mine")).status_code == 409


def test_two_tokens_of_one_person_share_her_keys(stage: Stage) -> None:
    who = stage.champion()
    other = Caller(stage.world.client, who.person_id, who.post("/me/tokens", {"name": "x"}, status=201)["token"])
    path, body = f"/conferences/{stage.conference()['id']}/claims", {"ribbons_requested": 5}
    claims = [caller.post(path, body, status=201, headers=key("shared")) for caller in (who, other)]
    assert claims[0] == claims[1]


def test_who_has_lost_her_role_or_her_token_does_not_get_the_first_answer_again(stage: Stage) -> None:
    admin, who, body = stage.world.admin, stage.champion(), stage.new_move()
    person = f"/people/{who.person_id}"
    admin.patch(person, {"role": "coordinator"}, version=1)
    who.post("/stock/moves", body, status=201, headers=key("role"))
    admin.patch(person, {"role": "champion"}, version=2)
    who.post("/stock/moves", body, status=403, headers=key("role"))
    admin.patch(person, {"active": False}, version=3)
    who.post("/stock/moves", body, status=401, headers=key("role"))


def _at_once(caller: Caller, path: str, bodies: list[Json], name: str) -> list[Any]:
    """The responses to requests under one key that start at the same moment."""
    start = Barrier(len(bodies))

    def request(body: Json) -> Any:
        start.wait()
        return caller.call("POST", path, json=body, headers=key(name))

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(request, bodies))


def test_requests_under_one_key_at_the_same_moment_have_one_effect_and_one_answer(stage: Stage) -> None:
    who, before = stage.world.coordinator, stage.world.on_hand(stage.world.other_depot)
    for round_ in range(8):
        answers = [answer(r) for r in _at_once(who, "/stock/moves", [stage.new_move()] * 3, f"race{round_}")]
        assert answers[0][0] == 201
        assert answers == [answers[0]] * 3
    assert stage.world.on_hand(stage.world.other_depot) == before + 8


def test_of_different_requests_under_one_key_at_the_same_moment_one_is_refused(stage: Stage) -> None:
    who, before = stage.world.coordinator, stage.world.on_hand(stage.world.other_depot)
    for round_ in range(4):
        bodies = [{**stage.new_move(), "note": note} for note in ("one", "other")]
        responses = _at_once(who, "/stock/moves", bodies, f"clash{round_}")
        assert sorted(response.status_code for response in responses) == [201, 422]
    assert stage.world.on_hand(stage.world.other_depot) == before + 4


def test_a_key_is_remembered_for_a_day_and_no_longer(stage: Stage) -> None:
    who, body, now = stage.world.coordinator, stage.new_move(), datetime.now(UTC)
    with frozen(now):
        first = who.post("/stock/moves", body, status=201, headers=key("old"))
    with frozen(now + timedelta(hours=23, minutes=59)):
        assert who.post("/stock/moves", body, status=201, headers=key("old"))["id"] == first["id"]
    with frozen(now + timedelta(hours=24, seconds=1)):
        assert who.post("/stock/moves", body, status=201, headers=key("old"))["id"] != first["id"]
        who.post("/stock/moves", {**body, "quantity": 2}, status=422, headers=key("old"))


@pytest.mark.parametrize("name", sorted(SECRET_ROUTES - {"request_sign_in_link"}))
def test_a_secret_is_given_once_and_kept_nowhere_even_under_a_key(stage: Stage, name: str) -> None:
    case, owner = make_case(stage, name)
    records = contents(stage.world.database)["idempotency_record"]
    who = rightful(stage, name, case, owner)
    first, second = (send(stage, name, case, who, key("secret")) for _ in range(2))
    called = SECRETS.get(name, "token")
    secret = first.json()[called]
    # A sign-in link, a proof, or a member's own link is used up by the first request; the others give a second secret.
    used_up = name in {"sign_in", "renew_own_link", "prove_handle"}
    assert (second.status_code == 401) if used_up else (second.json()[called] != secret)
    after = contents(stage.world.database)
    assert after["idempotency_record"] == records
    assert secret not in repr(after)
    assert first.headers["Cache-Control"] == "no-store"


def test_a_sign_in_secret_is_kept_nowhere(stage: Stage) -> None:
    assert stage.sign_in_secret(stage.champion()) not in repr(contents(stage.world.database))
