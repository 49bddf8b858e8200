"""A request for every route: one that its rightful caller may make once, on things that were made for it alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.letters.choices import stop_code
from app.outbox.models import LetterKind
from tests.support import profiles, usps
from tests.support.rules import KEY
from tests.support.stage import Stage
from tests.support.world import ADDRESS, DESIGN, Caller, Json


@dataclass
class Case:
    """What a request sends beside the token, and the member whom it is about, by her link."""

    path: dict[str, int | str] = field(default_factory=dict)
    json: Any = None
    version: int | None = None
    member: Caller | None = None

    def headers(self) -> dict[str, str]:
        """The headers that the route asks for."""
        return {} if self.version is None else {"If-Match": f'"{self.version}"'}


Builder = Callable[[Stage, Caller], Case]


def make_case(stage: Stage, name: str) -> tuple[Case, Caller]:
    """A fresh case, by a key of ``CASES``, and the champion who owns what it is about."""
    owner = stage.champion()
    return CASES[name](stage, owner), owner


def send(stage: Stage, name: str, case: Case, who: Caller, headers: dict[str, str] | None = None) -> Any:
    """The response to a case."""
    operation = stage.operations[operation_id(name)]
    path = operation.path.format(**case.path)
    return who.call(operation.method, path, json=case.json, headers={**case.headers(), **(headers or {})})


def operation_id(name: str) -> str:
    """The operation that a case is of; what follows the slash tells several cases of one operation apart."""
    return name.partition("/")[0]


def rightful(stage: Stage, name: str, case: Case, owner: Caller) -> Caller:
    """Somebody who may send this case."""
    if name in {
        "withdraw_claim",
        "make_meetup_link",
        "revoke_my_token",
        "revoke_my_calendar_link",
        "revoke_my_other_tokens",
        "end_my_session",
        "erase_me",
        "update_me",
    }:
        return owner
    if name in {"erase_person", "preview_letter"}:
        return stage.world.admin
    return case.member or stage.world.coordinator


def _plain(json: Any = None, version: int | None = None) -> Builder:
    return lambda _stage, _owner: Case(json=json, version=version)


def _table(_stage: Stage, _owner: Caller) -> Case:
    return Case({"suffix": "csv"})


def _on(parameter: str, make: Callable[[Stage, Caller], Json], json: Any = None, version: int | None = None) -> Builder:
    """A case on a thing that has an id."""
    return lambda stage, owner: Case({parameter: make(stage, owner)["id"]}, json, version)


def _stop_code(owner: Caller) -> str:
    return stop_code(KEY, person_id=owner.person_id or 0, kind=LetterKind.NAMED)


def _conference(stage: Stage, _owner: Caller) -> Json:
    return stage.conference()


def _proposed(stage: Stage, owner: Caller) -> Json:
    with stage.world.doing(owner) as she:
        return she.conference(_new_conference(stage, owner).json)


def _cancelled(stage: Stage, owner: Caller) -> Json:
    conference = _conference(stage, owner)
    with stage.world.doing(stage.world.coordinator) as staff:
        staff.cancel(conference["id"])
    return conference


def _twice(stage: Stage, owner: Caller) -> Case:
    return Case({"conference_id": _conference(stage, owner)["id"]}, {"into": _conference(stage, owner)["id"]})


def _new_conference(stage: Stage, _owner: Caller) -> Case:
    new = {"name": f"Symposium {stage.number()}", "starts_on": "2027-11-14", "ends_on": "2027-11-18"}
    specialty = f"Specialty of {stage.number()}"
    return Case(json={**new, "city": "Chicago", "state": "US-IL", "country": "US", "specialty": specialty})


def _merge(stage: Stage, _owner: Caller) -> Case:
    specialty = f"Specialty {stage.number()}"
    stage.world.conference(name=specialty, specialty=specialty)
    return Case(json={"specialty": specialty, "into": "Radiology"})


def _close(stage: Stage, owner: Caller) -> Case:
    received = stage.received(owner)
    line = {"design_id": stage.world.design, "handed_out": 1, "remaining": 0, "lost": 0}
    return Case({"claim_id": received["claim_id"]}, {"lines": [line]})


def _closed(stage: Stage, owner: Caller) -> Json:
    case = _close(stage, owner)
    closed: Json = owner.post(f"/claims/{case.path['claim_id']}/close", case.json)
    return closed


def _hand_out(stage: Stage, owner: Caller) -> Case:
    received = stage.received(owner)
    return Case({"claim_id": received["claim_id"]}, {"design_id": stage.world.design, "quantity": 1})


def _handed_out(stage: Stage, owner: Caller) -> Case:
    case = _hand_out(stage, owner)
    moved = owner.post(f"/claims/{case.path['claim_id']}/hand-outs", case.json, status=201)
    return Case({**case.path, "move_id": moved["id"]}, NOTE)


def _counted(shipment: Json, key: str) -> Case:
    return Case({"shipment_id": shipment["id"]}, {"lines": [{"line_id": shipment["lines"][0]["id"], key: 1}]})


def _slip(stage: Stage, owner: Caller) -> Case:
    box = stage.sent(owner)
    return Case({"code": stage.world.slip(box)}, _counted(box, "received").json)


def _own_received(stage: Stage, owner: Caller) -> Json:
    shipment = stage.own_sent(owner)
    with stage.world.doing(stage.world.coordinator) as staff:
        staff.receive(shipment["id"], missing=1)
        return staff.read_box(shipment["id"])


def _own_numbered(stage: Stage, owner: Caller) -> Json:
    return stage.own_sent(owner, usps.DELIVERED)


def _new_shipment(stage: Stage, owner: Caller) -> Case:
    lines = [{"design_id": stage.world.design, "quantity": 2}]
    claim_id = stage.deputized(owner)["id"]
    return Case(json={"claim_id": claim_id, "source_id": stage.world.depot, "lines": lines})


def _own_new_shipment(stage: Stage, owner: Caller) -> Case:
    return Case(json=stage.parcel(stage.received(owner, missing=0)["target_id"]))


def _slips(stage: Stage, owner: Caller) -> Case:
    return Case(json={"shipment_ids": [stage.packed(owner)["id"]]})


def _labels(stage: Stage, owner: Caller) -> Case:
    return Case(json={"shipment_ids": [stage.packed(owner)["id"]], "label_stock": "5163"})


def _verification(stage: Stage, _owner: Caller) -> Json:
    started: Json = stage.world.coordinator.post("/admin/verifications", status=202)
    return started


def _print_job(stage: Stage, owner: Caller) -> Json:
    job: Json = stage.world.coordinator.post("/print-jobs", _slips(stage, owner).json, status=202)
    return job


def _short_link(stage: Stage, owner: Caller) -> Case:
    shipment_id = stage.packed(owner)["id"]
    stage.world.coordinator.call("GET", f"/shipments/{shipment_id}/packing-slip.pdf")
    (link,) = stage.world.coordinator.get(f"/links?subject=shipment:{shipment_id}")["items"]
    return Case({"link_id": link["code"]})


def _receive_order(stage: Stage, _owner: Caller) -> Case:
    order = stage.order(placed=True)
    return Case({"purchase_order_id": order["id"]}, {"lines": [{"line_id": order["lines"][0]["id"], "received": 1}]})


def _part_come(stage: Stage, owner: Caller) -> Json:
    case = _receive_order(stage, owner)
    order: Json = stage.world.coordinator.post(f"/purchase-orders/{case.path['purchase_order_id']}/receive", case.json)
    return order


def _new_design(stage: Stage, _owner: Caller) -> Case:
    return Case(json={**DESIGN, "code": f"D-{stage.number()}"})


def _design(stage: Stage, owner: Caller) -> Json:
    with stage.world.doing(stage.world.coordinator) as staff:
        return staff.design(_new_design(stage, owner).json)


def _depot(stage: Stage, _owner: Caller) -> Json:
    return {"id": stage.world.depot}


def _new_depot(stage: Stage, _owner: Caller) -> Json:
    new = {"kind": "depot", "name": f"Depot {stage.number()}", "address": ADDRESS}
    made: Json = stage.world.coordinator.post("/locations", new, status=201)
    return made


def _count(stage: Stage, _owner: Caller) -> Case:
    lines = [{"design_id": stage.world.design, "counted": stage.number()}]
    return Case(json={"location_id": stage.world.other_depot, "lines": lines})


def _own_count(stage: Stage, owner: Caller) -> Case:
    lines = [{"design_id": stage.world.design, "counted": stage.number()}]
    return Case(json={"location_id": stage.received(owner)["target_id"], "lines": lines})


def _move(stage: Stage, _owner: Caller) -> Json:
    with stage.world.doing(stage.world.coordinator) as staff:
        return {"id": staff.move(stage.new_move())}


def _new_meetup(stage: Stage, owner: Caller) -> Case:
    claim = stage.deputized(owner)
    return Case(json=stage.new_meetup(claim["conference_id"], claim["starts_on"]))


def _member(json: Any = None, version: int | None = None) -> Builder:
    return lambda stage, _owner: Case({"member_id": stage.member()}, json, version)


def _membership(stage: Stage, owner: Caller) -> Case:
    return Case(member=stage.membership(owner)[1])


def _as_member(json: Json) -> Builder:
    return lambda stage, owner: Case(json=json, member=stage.membership(owner)[1])


def _blocking(stage: Stage, owner: Caller) -> Case:
    return Case(json={"handle": f"nobody{stage.number()}.bsky.social"}, member=stage.membership(owner)[1])


def _report(stage: Stage, owner: Caller) -> Json:
    owner.post("/reports", {"text": f"report {stage.number()}"}, status=204)
    report: Json = stage.world.coordinator.get("/reports?limit=1")["items"][0]
    return report


def _proof(stage: Stage, _owner: Caller) -> Case:
    handle = f"hers{stage.number()}.bsky.social"
    begun = stage.world.coordinator.post("/membership/proofs", {"handle": handle}, status=201)
    profiles.written[handle] = begun["code"]
    return Case(json={"proof": begun["proof"], "device": "phone"})


def _own_part(stage: Stage, owner: Caller) -> Case:
    meetup_id, link = stage.membership(owner)
    return Case({"meetup_id": meetup_id}, member=link)


def _token(stage: Stage, owner: Caller) -> Case:
    return Case({"token_id": owner.post("/me/tokens", {"name": f"token {stage.number()}"}, status=201)["id"]})


def _calendar(_stage: Stage, owner: Caller) -> Case:
    return Case({"calendar_link_id": owner.post("/me/calendar-links", {"kind": "own"}, status=201)["id"]})


def _session(stage: Stage, owner: Caller) -> Case:
    return Case({"session_id": stage.session(owner).id})


def _new_person(stage: Stage, _owner: Caller) -> Case:
    number = stage.number()
    return Case(json={"name": f"Invited {number}", "email": f"invited{number}@example.org"})


def _person(json: Any = None, version: int | None = None) -> Builder:
    return lambda _stage, owner: Case({"person_id": owner.person_id or 0}, json, version)


def _other_email(stage: Stage, owner: Caller) -> Case:
    return Case({"person_id": owner.person_id or 0}, {"email": f"other{stage.number()}@example.org"})


def _email_secret(stage: Stage, owner: Caller) -> Case:
    return Case(json={"secret": stage.email_secret(owner)})


def _handles(stage: Stage, body: Callable[[str, int], Json]) -> Case:
    """A member with two handles, and another member."""
    member_id, further = stage.member(), f"@further{stage.number()}"
    stage.world.coordinator.patch(f"/members/{member_id}", {"add_handle": {"handle": further}}, version=1)
    return Case({"member_id": member_id}, body(further, stage.member()))


NOTE = {"note": "as we said"}

CASES: dict[str, Builder] = {
    "list_conferences": _plain(),
    "export_conferences": _table,
    "create_conference": _new_conference,
    "propose_conference": _new_conference,
    "get_conference": _on("conference_id", _conference),
    "update_conference": _on("conference_id", _conference, {"champion_limit": 2}, 1),
    "accept_conference": _on("conference_id", _proposed),
    "cancel_conference": _on("conference_id", _conference),
    "restore_conference": _on("conference_id", _cancelled),
    "go_virtual": _on("conference_id", _conference),
    "merge_conference": _twice,
    "delete_conference": _on("conference_id", _conference),
    "list_imports": _plain(),
    "import_conferences": lambda stage, _: Case(json={"csv": stage.calendar()}),
    "import_history": lambda stage, _: Case(json={"csv": stage.history()}),
    "undo_import": lambda stage, _: Case({"import_id": stage.file_import()}),
    "list_specialties": _plain(),
    "merge_specialties": _merge,
    "claim_conference": _on("conference_id", _conference, {"ribbons_requested": 10}),
    "list_claims": _plain(),
    "export_claims": _table,
    "get_claim": _on("claim_id", Stage.claim),
    "get_claim_account": _on("claim_id", Stage.claim),
    "update_claim": _on("claim_id", Stage.claim, {"ribbons_requested": 70}, 1),
    "withdraw_claim": _on("claim_id", Stage.claim, NOTE),
    "deputize_claim": _on("claim_id", Stage.claim, NOTE),
    "decline_claim": _on("claim_id", Stage.claim, NOTE),
    "revoke_claim": _on("claim_id", Stage.deputized, NOTE),
    "hand_out": _hand_out,
    "undo_hand_out": _handed_out,
    "close_claim": _close,
    "reopen_claim": _on("claim_id", _closed, NOTE),
    "list_shipments": _plain(),
    "export_shipments": _table,
    "create_shipment": _new_shipment,
    "create_shipment/own": _own_new_shipment,
    "get_shipment": _on("shipment_id", Stage.draft),
    "get_shipment/own": _on("shipment_id", Stage.own_draft),
    "update_shipment": _on("shipment_id", Stage.sent, {"tracking_number": "9400100000000000000001"}, 3),
    "get_shipment_address": _on("shipment_id", Stage.packed),
    "set_shipment_address": _on("shipment_id", Stage.draft, ADDRESS),
    "use_address_on_file": _on("shipment_id", Stage.packed),
    "return_shipment": lambda stage, owner: _counted(stage.sent(owner), "returned"),
    "pack_shipment": _on("shipment_id", Stage.draft),
    "pack_shipment/own": _on("shipment_id", Stage.own_draft),
    "send_shipment": _on("shipment_id", Stage.packed, {"carrier": "USPS"}),
    "send_shipment/own": _on("shipment_id", Stage.own_packed, {"carrier": "USPS"}),
    "deliver_shipment": _on("shipment_id", Stage.sent),
    "deliver_shipment/own": _on("shipment_id", Stage.own_sent),
    "track_shipment": _on("shipment_id", Stage.sent),
    "track_shipment/own": _on("shipment_id", _own_numbered),
    "receive_shipment": lambda stage, owner: _counted(stage.sent(owner), "received"),
    "receive_shipment/own": lambda stage, owner: _counted(stage.own_sent(owner), "received"),
    "find_missing_ribbons": lambda stage, owner: _counted(stage.received(owner), "quantity_found"),
    "find_missing_ribbons/own": lambda stage, owner: _counted(_own_received(stage, owner), "quantity_found"),
    "get_slip": lambda stage, owner: Case({"code": stage.world.slip(stage.sent(owner))}),
    "count_by_slip": _slip,
    "lose_shipment": _on("shipment_id", Stage.sent),
    "lose_shipment/own": _on("shipment_id", Stage.own_sent),
    "cancel_shipment": _on("shipment_id", Stage.packed),
    "cancel_shipment/own": _on("shipment_id", Stage.own_draft),
    "print_packing_slip": _on("shipment_id", Stage.packed),
    "print_packing_slip/own": _on("shipment_id", Stage.own_draft),
    "print_packing_slips": _slips,
    "print_pick_list": _plain(),
    "print_address_labels": _labels,
    "print_address_labels/own": lambda stage, owner: Case(
        json={"shipment_ids": [stage.own_packed(owner)["id"]], "label_stock": "5163"}
    ),
    "print_calibration_page": lambda _stage, _owner: Case({"label_stock": "5160"}),
    "print_kit": _on("claim_id", Stage.deputized),
    "print_thanks": _on("claim_id", _closed),
    "print_proof_sheet": _on("design_id", _design),
    "export_design_art": lambda stage, owner: Case({"design_id": _design(stage, owner)["id"], "suffix": "svg"}),
    "print_count_sheet": _on("location_id", _depot),
    "print_coverage_report": _plain(),
    "list_print_jobs": _plain(),
    "create_print_job": _slips,
    "get_print_job": _on("print_job_id", _print_job),
    "get_print_job_file": _on("print_job_id", _print_job),
    "list_links": _plain(),
    "revoke_short_link": _short_link,
    "list_purchase_orders": _plain(),
    "export_purchase_orders": _table,
    "create_purchase_order": lambda stage, _: Case(json=stage.new_order()),
    "get_purchase_order": _on("purchase_order_id", lambda stage, _: stage.order()),
    "place_purchase_order": _on("purchase_order_id", lambda stage, _: stage.order()),
    "receive_purchase_order": _receive_order,
    "update_purchase_order": _on("purchase_order_id", lambda stage, _: stage.order(), {"note": "soon"}, 1),
    "undo_receipt": _on("purchase_order_id", _part_come, NOTE),
    "close_order_short": _on("purchase_order_id", _part_come),
    "cancel_purchase_order": _on("purchase_order_id", lambda stage, _: stage.order()),
    "print_order_sheet": _on("purchase_order_id", lambda stage, _: stage.order()),
    "list_designs": _plain(),
    "create_design": _new_design,
    "get_design": _on("design_id", _design),
    "update_design": _on("design_id", _design, {"reorder_point": 7}, 1),
    "list_locations": _plain(),
    "create_location": lambda stage, _: Case(json={"kind": "depot", "name": f"D {stage.number()}", "address": ADDRESS}),
    "update_location": _on("location_id", _new_depot, {"address": ADDRESS}, 1),
    "get_location": _on("location_id", _depot),
    "list_levels": _plain(),
    "export_levels": _table,
    "list_moves": _plain(),
    "export_moves": _table,
    "move_stock": lambda stage, _: Case(json=stage.new_move()),
    "reverse_move": _on("move_id", _move, NOTE),
    "correct_move": _on("move_id", _move, {"quantity": 0}),
    "count_stock": _count,
    "count_stock/own": _own_count,
    "ask_to_be_named": lambda stage, owner: Case(json={"code": stage.card(owner), "handle": f"@a{stage.number()}"}),
    "show_card": _on("claim_id", Stage.deputized),
    "list_wishes": _plain(),
    "grant_wish": _on("wish_id", Stage.wish),
    "refuse_wish": _on("wish_id", Stage.wish),
    "confirm_unseen": _own_part,
    "update_meetup": _on("meetup_id", Stage.meetup, {"spot": "Café"}, 1),
    "delete_meetup": _on("meetup_id", Stage.meetup),
    "remove_handle": lambda stage, _owner: _handles(stage, lambda first, _: {"handle": first}),
    "rename_handle": lambda stage, _owner: _handles(
        stage, lambda first, _: {"handle": {"handle": first}, "to": {"handle": f"{first}x"}}
    ),
    "move_handle": lambda stage, _owner: _handles(
        stage, lambda first, other: {"handle": {"handle": first}, "to_member_id": other}
    ),
    "merge_members": lambda stage, _owner: _handles(stage, lambda _, other: {"other_id": other}),
    "confirm_handle": _on("asked_handle_id", Stage.asked_handle),
    "refuse_handle": _on("asked_handle_id", Stage.asked_handle),
    "name_myself": _as_member({"display_name": "Luz"}),
    "ask_for_handle": _blocking,
    "unblock_all": _membership,
    "list_meetups": _plain(),
    "export_meetups": _table,
    "record_meetup": _new_meetup,
    "get_meetup": _on("meetup_id", Stage.meetup),
    "make_meetup_link": lambda stage, owner: Case({"meetup_id": stage.meetup(owner)["id"]}, {"position": 0}),
    "list_members": _plain(),
    "get_member": _member(),
    "update_member": _member({"display_name": "Bri"}, 1),
    "issue_member_link": _member(),
    "get_membership": _membership,
    "confirm_meetup": _own_part,
    "decline_meetup": _own_part,
    "decline_meetups": _as_member({}),
    "allow_naming": _as_member({"nameable": False}),
    "hide_membership": _as_member({"hidden": True}),
    "block_recorder": _own_part,
    "unblock_recorder": _own_part,
    "renew_own_link": _membership,
    "readmit_handle": lambda stage, _: Case(json={"handle": f"nobody{stage.number()}.bsky.social"}),
    "begin_handle_proof": lambda stage, _: Case(json={"handle": f"hers{stage.number()}.bsky.social"}),
    "prove_handle": _proof,
    "erase_membership": _membership,
    "get_me": _plain(),
    "update_me": _plain({"language": "es"}, 1),
    "change_my_email": lambda stage, _: Case(json={"email": f"other{stage.number()}@example.org"}),
    "change_email": _other_email,
    "confirm_email": _email_secret,
    "put_my_address": _plain(ADDRESS),
    "delete_my_address": _plain(),
    "list_my_tokens": _plain(),
    "block_member": _blocking,
    "unblock_member": _blocking,
    "report_abuse": _plain({"text": "what happened"}),
    "list_reports": _plain(),
    "close_report": _on("report_id", _report),
    "list_verifications": _plain(),
    "start_verification": _plain(),
    "get_verification": _on("verification_id", _verification),
    "list_audit": _plain(),
    "export_audit": _plain(),
    "list_my_calendar_links": _plain(),
    "create_my_calendar_link": _plain({"kind": "own"}),
    "revoke_my_calendar_link": _calendar,
    "create_my_token": _plain({"name": "phone", "days": 30}),
    "revoke_my_token": _token,
    "revoke_my_other_tokens": _plain(),
    "list_my_sessions": _plain(),
    "list_my_letters": _plain(),
    "choose_my_letters": _plain({"unwanted": ["named"]}),
    "stop_letters": lambda _stage, owner: Case(json={"code": _stop_code(owner)}),
    "send_letter_again": lambda stage, owner: Case({"letter_id": stage.failed_letter(owner)}),
    "preview_letter": _plain(),
    "export_my_data": _plain(),
    "erase_me": lambda stage, owner: Case(json={"email": stage.email(owner)}),
    "end_my_session": _session,
    "request_sign_in_link": _plain({"email": "nobody@example.org"}),
    "sign_in": lambda stage, owner: Case(json={"secret": stage.sign_in_secret(owner), "name": "phone"}),
    "get_team": _plain(),
    "list_people": _plain(),
    "create_person": _new_person,
    "apply_to_bring_ribbons": _new_person,
    "confirm_application": lambda stage, _owner: Case(json={"secret": stage.application()[1]}),
    "accept_application": lambda stage, _owner: Case({"application_id": stage.application(confirmed=True)[0]}),
    "decline_application": lambda stage, _owner: Case({"application_id": stage.application(confirmed=True)[0]}),
    "get_person": _person(),
    "update_person": _person({"trusted": True}, 1),
    "erase_person": lambda stage, owner: Case({"person_id": owner.person_id or 0}, {"email": stage.email(owner)}),
    "get_coverage": _plain(),
    "export_coverage": _table,
    "book_late_entry": _on("late_entry_id", Stage.late_entry),
    "dismiss_late_entry": _on("late_entry_id", Stage.late_entry),
    "get_todo": _plain(),
}
"""By operationId. What is "/own" is about ribbons that the owner sends; the others come to her."""
