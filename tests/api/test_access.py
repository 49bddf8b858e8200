"""Who gets which answer from which route, and what one person can never learn or do of another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import APIRouter
from fastapi.staticfiles import StaticFiles

from app.acts.policy import ALLOWED, Permission
from app.core.config import Settings
from app.core.schema import MAX_ID
from app.main import create_app
from app.serving.routes import unguarded
from tests.support.cases import CASES, Case, make_case, operation_id, send
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.reading import words
from tests.support.stage import Stage, staged
from tests.support.world import Caller, Json

pytestmark = pytest.mark.on_one_engine("who may do what is said by our own table, and by the same conditions on both")

CALLERS = ("anyone", "member", "stranger", "owner", "coordinator", "admin")

PUBLIC = "200 200 200 200 200 200"
PEOPLE = "401 403 200 200 200 200"
PEOPLE_201 = "401 403 201 201 201 201"
OWNER = "401 403 404 200 200 200"
OWNER_201 = "401 403 404 201 201 201"
SENDER = "401 403 404 403 200 200"  # the owner is at the other end of the shipment, so that she knows of it
STAFF = "401 403 403 403 200 200"
STAFF_201 = "401 403 403 403 201 201"
MEMBER = "401 200 404 200 404 404"

TABLE = {
    "list_conferences": PUBLIC,
    "export_conferences": PUBLIC,
    "create_conference": PEOPLE_201,
    "propose_conference": "202 202 202 202 202 202",
    "get_conference": PUBLIC,
    "update_conference": STAFF,
    "accept_conference": STAFF,
    "cancel_conference": STAFF,
    "restore_conference": STAFF,
    "go_virtual": STAFF,
    "merge_conference": STAFF,
    "delete_conference": "401 403 403 403 204 204",
    "list_imports": STAFF,
    "import_conferences": STAFF,
    "import_history": STAFF,
    "undo_import": STAFF,
    "list_specialties": PUBLIC,
    "merge_specialties": "401 403 403 403 204 204",
    "claim_conference": PEOPLE_201,
    "list_claims": PEOPLE,
    "export_claims": PEOPLE,
    "get_claim": OWNER,
    "get_claim_account": OWNER,
    "update_claim": STAFF,
    "withdraw_claim": "401 403 404 200 403 403",
    "deputize_claim": STAFF,
    "decline_claim": STAFF,
    "revoke_claim": STAFF,
    "hand_out": OWNER_201,
    "undo_hand_out": OWNER_201,
    "close_claim": OWNER,
    "reopen_claim": STAFF,
    "list_shipments": PEOPLE,
    "export_shipments": PEOPLE,
    "create_shipment": STAFF_201,
    "create_shipment/own": "401 403 403 201 201 201",
    "get_shipment": OWNER,
    "get_shipment/own": OWNER,
    "update_shipment": SENDER,
    "get_shipment_address": SENDER,
    "set_shipment_address": OWNER,
    "use_address_on_file": SENDER,
    "return_shipment": SENDER,
    "pack_shipment": SENDER,
    "pack_shipment/own": OWNER,
    "send_shipment": SENDER,
    "send_shipment/own": OWNER,
    "deliver_shipment": STAFF,
    "deliver_shipment/own": STAFF,
    "track_shipment": SENDER,
    "track_shipment/own": OWNER,
    "receive_shipment": OWNER,
    "receive_shipment/own": SENDER,
    "get_slip": "200 200 200 200 200 200",
    "count_by_slip": "200 200 200 200 200 200",
    "find_missing_ribbons": OWNER,
    "find_missing_ribbons/own": SENDER,
    "lose_shipment": STAFF,
    "lose_shipment/own": STAFF,
    "cancel_shipment": SENDER,
    "cancel_shipment/own": OWNER,
    "print_packing_slip": OWNER,
    "print_packing_slip/own": OWNER,
    "print_packing_slips": STAFF,
    "print_pick_list": STAFF,
    "print_address_labels": "401 403 422 200 200 200",
    "print_address_labels/own": "401 403 422 200 200 200",
    "print_calibration_page": STAFF,
    "print_kit": OWNER,
    "print_thanks": OWNER,
    "print_proof_sheet": STAFF,
    "export_design_art": STAFF,
    "print_count_sheet": STAFF,
    "print_coverage_report": STAFF,
    "list_print_jobs": STAFF,
    "create_print_job": "401 403 403 403 202 202",
    "get_print_job": "401 403 403 403 200 404",
    "get_print_job_file": "401 403 403 403 200 404",
    "list_links": STAFF,
    "revoke_short_link": STAFF,
    "list_purchase_orders": STAFF,
    "export_purchase_orders": STAFF,
    "create_purchase_order": STAFF_201,
    "get_purchase_order": STAFF,
    "place_purchase_order": STAFF,
    "receive_purchase_order": STAFF,
    "cancel_purchase_order": STAFF,
    "update_purchase_order": STAFF,
    "undo_receipt": STAFF,
    "close_order_short": STAFF,
    "print_order_sheet": STAFF,
    "list_designs": PEOPLE,
    "create_design": STAFF_201,
    "get_design": PEOPLE,
    "update_design": STAFF,
    "list_locations": PEOPLE,
    "create_location": STAFF_201,
    "get_location": STAFF,
    "update_location": STAFF,
    "list_levels": PEOPLE,
    "export_levels": PEOPLE,
    "list_moves": PEOPLE,
    "export_moves": PEOPLE,
    "move_stock": STAFF_201,
    "reverse_move": STAFF_201,
    "correct_move": STAFF_201,
    "count_stock": "401 403 422 422 201 201",
    "count_stock/own": "401 403 422 201 201 201",
    "list_meetups": PEOPLE,
    "export_meetups": PEOPLE,
    "record_meetup": "401 403 403 201 201 201",
    "get_meetup": OWNER,
    "make_meetup_link": "401 403 404 201 404 404",
    "ask_to_be_named": "202 202 202 202 202 202",
    "show_card": OWNER,
    "list_wishes": PEOPLE,
    "grant_wish": OWNER,
    "refuse_wish": "401 403 404 204 204 204",
    "confirm_unseen": MEMBER,
    "update_meetup": OWNER,
    "delete_meetup": "401 403 404 204 204 204",
    "remove_handle": STAFF,
    "rename_handle": STAFF,
    "move_handle": STAFF,
    "merge_members": STAFF,
    "confirm_handle": STAFF,
    "refuse_handle": "401 403 403 403 204 204",
    "name_myself": MEMBER,
    "ask_for_handle": "401 202 404 202 404 404",
    "unblock_all": "401 204 404 204 404 404",
    "list_members": STAFF,
    "get_member": STAFF,
    "update_member": STAFF,
    "issue_member_link": STAFF_201,
    "get_membership": MEMBER,
    "confirm_meetup": MEMBER,
    "decline_meetup": MEMBER,
    "decline_meetups": MEMBER,
    "allow_naming": MEMBER,
    "hide_membership": MEMBER,
    "block_recorder": "401 204 404 204 404 404",
    "unblock_recorder": "401 204 404 204 404 404",
    "renew_own_link": "401 201 404 201 404 404",
    "readmit_handle": "401 403 403 403 204 204",
    "begin_handle_proof": "201 201 201 201 201 201",
    "prove_handle": "201 201 201 201 201 201",
    "erase_membership": MEMBER,
    "get_me": PEOPLE,
    "update_me": PEOPLE,
    "change_my_email": "401 403 202 202 202 202",
    "change_email": "401 403 403 403 202 202",
    "confirm_email": "204 204 204 204 204 204",
    "put_my_address": PEOPLE,
    "delete_my_address": "401 403 204 204 204 204",
    "list_my_tokens": PEOPLE,
    "block_member": "401 204 404 204 404 404",
    "unblock_member": "401 204 404 204 404 404",
    "report_abuse": "204 204 204 204 204 204",
    "list_reports": STAFF,
    "close_report": STAFF,
    "list_verifications": STAFF,
    "start_verification": "401 403 403 403 202 202",
    "get_verification": STAFF,
    "list_audit": STAFF,
    "export_audit": STAFF,
    "list_my_calendar_links": PEOPLE,
    "create_my_calendar_link": PEOPLE_201,
    "revoke_my_calendar_link": "401 403 404 204 404 404",
    "create_my_token": PEOPLE_201,
    "revoke_my_token": "401 403 404 204 404 404",
    "revoke_my_other_tokens": "401 403 204 204 204 204",
    "list_my_sessions": PEOPLE,
    "list_my_letters": PEOPLE,
    "choose_my_letters": PEOPLE,
    "stop_letters": "204 204 204 204 204 204",
    "send_letter_again": "401 403 403 403 204 204",
    "preview_letter": "401 403 403 403 403 200",
    "export_my_data": PEOPLE,
    "erase_me": "401 403 422 200 422 422",
    "end_my_session": "401 403 404 204 404 404",
    "request_sign_in_link": "202 202 202 202 202 202",
    "sign_in": "201 201 201 201 201 201",
    "get_team": "401 200 200 200 200 200",
    "apply_to_bring_ribbons": "202 202 202 202 202 202",
    "confirm_application": "204 204 204 204 204 204",
    "accept_application": STAFF,
    "decline_application": "401 403 403 403 204 204",
    "list_people": STAFF,
    "create_person": STAFF_201,
    "get_person": STAFF,
    "update_person": STAFF,
    "erase_person": "401 403 403 403 403 200",
    "get_coverage": PUBLIC,
    "export_coverage": PUBLIC,
    "get_todo": STAFF,
    "book_late_entry": STAFF,
    "dismiss_late_entry": STAFF,
}


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


def test_the_table_knows_every_route_and_every_route_names_its_permission(stage: Stage) -> None:
    assert {operation_id(name) for name in TABLE} == stage.operations.keys()
    assert TABLE.keys() == CASES.keys()
    named = {operation.document.get("x-permission") for operation in stage.operations.values()}
    assert named == {permission.value for permission in Permission if permission is not Permission.OPERATE}
    assert set(Permission) == ALLOWED.keys()


def test_every_address_of_the_application_needs_an_act_or_a_permission() -> None:
    assert unguarded(create_app(Settings())) == []


def test_a_route_that_needs_neither_is_found_however_it_was_added() -> None:
    app = create_app(Settings())
    leak = APIRouter()

    @leak.get("/addresses")
    def addresses() -> list[str]:
        return ["123 W Example St"]

    app.include_router(leak)
    app.add_api_route("/more-addresses", addresses)
    app.mount("/files", StaticFiles(directory="."))
    assert len(unguarded(app)) == 3


@pytest.mark.parametrize("name", TABLE)
def test_each_caller_gets_the_answer_of_the_table_and_a_refusal_changes_nothing(stage: Stage, name: str) -> None:
    expected = dict(zip(CALLERS, map(int, TABLE[name].split()), strict=True))
    refused = [caller for caller in CALLERS if expected[caller] >= 400]
    case, owner = make_case(stage, name)
    who = _callers(stage, case, owner)
    before = contents(stage.world.database)
    answers = {caller: send(stage, name, case, who[caller]) for caller in refused}
    assert contents(stage.world.database) == before
    allowed = [caller for caller in CALLERS if caller not in refused]
    for caller in allowed:
        if caller != allowed[0] and stage.operations[operation_id(name)].method != "GET":
            case, owner = make_case(stage, name)
            who = _callers(stage, case, owner)
        answers[caller] = send(stage, name, case, who[caller])
    assert {caller: answers[caller].status_code for caller in CALLERS} == expected
    for caller in refused:
        assert answers[caller].headers["Content-Type"] == "application/problem+json"


def _callers(stage: Stage, case: Case, owner: Caller) -> dict[str, Caller]:
    world, member = stage.world, case.member or stage.passer_by()
    people = {"owner": owner, "coordinator": world.coordinator, "admin": world.admin}
    return {"anyone": world.anyone, "member": member, "stranger": stage.champion(), **people}


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.split()[2] == "404"])
def test_a_stranger_cannot_tell_a_foreign_thing_from_one_that_is_not_there(stage: Stage, name: str) -> None:
    case, _ = make_case(stage, name)
    stranger = stage.champion()
    nowhere = replace(case, path=dict.fromkeys(case.path, MAX_ID))
    answers = [send(stage, name, each, stranger).json() for each in (case, nowhere)]
    for answer in answers:
        del answer["instance"], answer["request_id"]
    assert answers[0] == answers[1]


def test_the_lists_of_a_champion_hold_nothing_of_another_whatever_the_filter(stage: Stage) -> None:
    owner, stranger = stage.champion(), stage.champion()
    shipment = stage.received(owner)
    claim, location_id = owner.get(f"/claims/{shipment['claim_id']}"), shipment["target_id"]
    conference = claim["conference_id"]
    owner.post("/meetups", stage.new_meetup(conference, claim["starts_on"]), status=201)
    assert owner.get(f"/stock/moves?subject=shipment:{shipment['id']}")["items"] != []
    for path in (
        *("/claims", f"/claims?champion_id={owner.person_id}", f"/claims?conference_id={conference}"),
        *("/shipments", f"/shipments?claim_id={claim['id']}", "/shipments?status=received"),
        *("/stock/levels", f"/stock/levels?location_id={location_id}", "/stock/levels?kind=champion"),
        *("/stock/moves", f"/stock/moves?location_id={location_id}", f"/stock/moves?design_id={stage.world.design}"),
        *(f"/stock/moves?subject=shipment:{shipment['id']}", f"/stock/moves?subject=claim:{claim['id']}"),
        *("/meetups", f"/meetups?conference_id={conference}"),
    ):
        assert stranger.get(path)["items"] == [], path
    locations = owner.get("/locations?limit=100")["items"]
    kept = ("kind", "person_id", "address", "city")
    seen = {tuple(location[name] for name in kept) for location in locations}
    assert seen == {("depot", None, None, "Chicago"), ("champion", owner.person_id, None, None)}


def _by_hand(stage: Stage) -> tuple[Caller, Caller, Json]:
    """A champion who has packed ribbons for another, that other, and the shipment."""
    giver, taker = stage.champion(), stage.champion()
    own, hers = (stage.received(who, missing=0)["target_id"] for who in (giver, taker))
    new = {**stage.parcel(own), "target_id": hers, "method": "hand"}
    draft = stage.world.coordinator.post("/shipments", new, status=201)
    packed: Json = giver.post(f"/shipments/{draft['id']}/pack")
    return giver, taker, packed


@pytest.mark.parametrize("reader", ["giver", "taker"])
def test_ribbons_passed_on_by_hand_show_nobody_where_the_other_champion_lives(stage: Stage, reader: str) -> None:
    giver, taker, shipment = _by_hand(stage)
    who, other = (giver, taker) if reader == "giver" else (taker, giver)
    slip = who.call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf")
    text = words(slip.content).upper()
    known = stage.world.coordinator.get(f"/people/{other.person_id}")["name"]
    assert known.upper() in text
    assert f"{known.split()[1]} SECRET STREET" not in text
    for path in (f"/shipments/{shipment['id']}", "/shipments", "/stock/levels", "/stock/moves", "/claims", "/meetups"):
        assert f"{known.split()[1]} Secret Street" not in who.call("GET", path).text


def test_only_the_two_champions_take_part_in_ribbons_passed_on_by_hand(stage: Stage) -> None:
    giver, taker, shipment = _by_hand(stage)
    path = f"/shipments/{shipment['id']}"
    count = {"lines": [{"line_id": shipment["lines"][0]["id"], "received": 2}]}
    stage.champion().post(f"{path}/receive", count, status=404)
    giver.post(f"{path}/receive", count, status=403)
    taker.post(f"{path}/cancel", status=403)
    taker.post(f"{path}/receive", count)


def test_a_champion_sends_to_depots_only_and_from_her_own_stock_only(stage: Stage) -> None:
    owner, other = stage.champion(), stage.champion()
    own, foreign = (stage.received(who, missing=0)["target_id"] for who in (owner, other))
    before = contents(stage.world.database)
    for refused in (
        {"source_id": own, "target_id": foreign, "method": "carrier"},
        {"source_id": own, "target_id": foreign, "method": "hand"},
        {"source_id": foreign, "target_id": own, "method": "hand"},
        {"source_id": foreign, "target_id": stage.world.depot},
        {"source_id": stage.world.depot, "target_id": own},
    ):
        owner.post("/shipments", {**stage.parcel(own), **refused}, status=403)
    by_carrier = {**stage.parcel(own), "target_id": foreign}
    stage.world.coordinator.post("/shipments", by_carrier, status=422)
    assert contents(stage.world.database) == before


def _invited(stage: Stage, role: str) -> Json:
    new = {"name": role, "email": f"{role}{stage.number()}@example.org", "role": role}
    person: Json = stage.world.admin.post("/people", new, status=201)
    return person


def test_a_coordinator_neither_makes_nor_changes_coordinators_and_admins(stage: Stage) -> None:
    coordinator = stage.world.coordinator
    champion = _invited(stage, "champion")
    others = [_invited(stage, role) for role in ("coordinator", "admin")]
    before = contents(stage.world.database)
    for other in others:
        new = {"name": "New", "email": f"new{stage.number()}@example.org", "role": other["role"]}
        coordinator.post("/people", new, status=403)
        coordinator.patch(f"/people/{champion['id']}", {"role": other["role"]}, version=1, status=403)
        for change in ({"name": "X"}, {"active": False}, {"trusted": True}, {"role": "champion"}):
            coordinator.patch(f"/people/{other['id']}", change, version=1, status=403)
    assert contents(stage.world.database) == before
    stage.world.admin.patch(f"/people/{champion['id']}", {"role": "admin"}, version=1)


def test_nobody_raises_her_own_role(stage: Stage) -> None:
    world, champion = stage.world, stage.champion()
    version = world.coordinator.get("/me")["version"]
    before = contents(world.database)
    for role in ("champion", "coordinator", "admin"):
        path = f"/people/{world.coordinator.person_id}"
        world.coordinator.patch(path, {"role": role, "name": "X"}, version=version, status=403)
        world.coordinator.patch("/me", {"role": role}, version=version, status=422)
        champion.patch("/me", {"role": role}, version=1, status=422)
        champion.patch(f"/people/{champion.person_id}", {"role": role}, version=1, status=403)
    for change in ({"trusted": True}, {"active": True}, {"email": "x@example.org"}, {"id": 1}):
        champion.patch("/me", change, version=1, status=422)
    assert contents(world.database) == before


def test_an_inactive_person_is_locked_out_for_good_and_a_changed_role_counts_at_once(stage: Stage) -> None:
    person, path = stage.champion(), "/people/{}"
    link = stage.sign_in_secret(person)
    stage.world.admin.patch(path.format(person.person_id), {"role": "coordinator"}, version=1)
    person.get("/people")
    stage.world.admin.patch(path.format(person.person_id), {"role": "champion"}, version=2)
    person.get("/people", status=403)
    stage.world.coordinator.patch(path.format(person.person_id), {"active": False}, version=3)
    person.get("/me", status=401)
    stage.world.anyone.post("/tokens", {"secret": link}, status=401)
    stage.world.coordinator.patch(path.format(person.person_id), {"active": True}, version=4)
    person.get("/me", status=401)
    stage.world.anyone.post("/tokens", {"secret": link}, status=401)


def test_a_members_link_is_void_after_the_next_one_and_after_her_erasure(stage: Stage) -> None:
    case, owner = make_case(stage, "get_membership")
    assert case.member is not None
    member_id = case.member.get("/membership")["member_id"]
    later = stage.world.coordinator.post(f"/members/{member_id}/link", status=201)["token"]
    case.member.get("/membership", status=401)
    link = Caller(stage.world.client, None, later)
    assert link.call("DELETE", "/membership").status_code == 200
    link.get("/membership", status=401)
    owner.get("/membership", status=404)


def test_a_member_decides_about_no_part_but_her_own(stage: Stage) -> None:
    (theirs, _), (hers, _) = make_case(stage, "confirm_meetup"), make_case(stage, "confirm_meetup")
    assert theirs.member is not None
    for step in ("confirm", "decline"):
        theirs.member.post(f"/membership/meetups/{hers.path['meetup_id']}/{step}", status=404)
