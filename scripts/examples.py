"""Writes app/api/examples.json: for each schema of an answer one real answer of the demo community.

Run it with the project's Python after a schema has changed: ``.venv/bin/python scripts/examples.py``.
"""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.acts.policy import ANYONE
from app.core.clock import frozen
from app.core.config import PROJECT, Settings
from app.demo.load import load_demo
from app.joining.schemas import NewApplication
from app.joining.service import apply, confirm, prepare_letter
from app.main import create_app
from app.maintenance.migrations import upgrade
from app.people.sessions import begin_session

FILE = PROJECT / "app" / "api" / "examples.json"
MOMENT = datetime(2026, 11, 24, 15, tzinfo=UTC)
SECRET = "cct_the-secret-is-shown-once"  # noqa: S105 (an example)

BEFORE = """name,starts_on,ends_on,city,state,country,champion,design,handed_out,left
A congress of before,2018-11-14,2018-11-18,Chicago,US-IL,US,lucia@example.org,LIM-BLUE,90,10
"""

CALENDAR = """name,starts_on,ends_on,city,state,country,mode
A congress to come,14 Nov 2027,18 Nov 2027,Chicago,US-IL,US,in_person
"""

READS = {
    "Page_ConferenceOut_": "/conferences?starts_after=2027-01-01&limit=1",
    "ConferenceOut": "/conferences/110",
    "LetterChoices": "/me/letters",
    "Page_ImportOut_": "/imports?limit=1",
    "Page_SpecialtyInUse_": "/specialties?limit=2",
    "Page_ClaimOut_": "/claims?status=requested&limit=1",
    "ClaimOut": "/claims/1",
    "ClaimAccount": "/claims/1/account",
    "Page_ShipmentSummary_": "/shipments?limit=1",
    "ShipmentOut": "/shipments/11",
    "Page_OrderSummary_": "/purchase-orders?limit=1",
    "OrderOut": "/purchase-orders/1",
    "Page_DesignOut_": "/designs?limit=1",
    "DesignOut": "/designs/1",
    "Page_LocationOut_": "/locations?kind=depot&limit=1",
    "LocationOut": "/locations/6",
    "Page_LevelOut_": "/stock/levels?kind=depot&limit=1",
    "Page_MoveOut_": "/stock/moves?limit=1",
    "Page_MeetupOut_": "/meetups?limit=1",
    "MeetupOut": "/meetups/1",
    "Page_MemberOut_": "/members?limit=1",
    "MemberOut": "/members/1",
    "Page_PersonOut_": "/people?limit=1",
    "PersonOut": "/people/3",
    "MeOut": "/me",
    "Team": "/team",
    "Page_TokenOut_": "/me/tokens?limit=1",
    "Page_CalendarLinkOut_": "/me/calendar-links?limit=1",
    "Coverage": "/coverage?year=2019&year=2020",
}


def collect(client: TestClient, token: str) -> dict[str, Any]:
    """One answer for each schema, by its name in the OpenAPI document."""

    def call(method: str, path: str, body: Any = None, who: str = token) -> Any:
        response = client.request(method, f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {who}"})
        return response.raise_for_status().json() if response.content else None

    found = {name: call("GET", path) for name, path in READS.items()}
    me = found["MeOut"]["address"]
    found["AddressOut"] = call("PUT", "/me/address", {k: v for k, v in me.items() if k != "updated_at"})
    job = call("POST", "/print-jobs", {"shipment_ids": [10, 11, 12], "format": "pdf"})
    found["PrintJobOut"] = {**job, "status": "printing", "done": 2}
    found["Page_PrintJobOut_"] = {"items": [found["PrintJobOut"]], "next": None}
    proof = call("POST", "/admin/verifications")
    line = "Level of design 1 at location 6: 1499 kept, 1500 moved."
    proved = {**proof, "status": "ready", "done": proof["total"], "agree": False, "differing": 1}
    found["VerificationOut"] = {**proved, "differences": [line]}
    del proved["differences"]
    found["Page_VerificationSummary_"] = {"items": [proved], "next": None}
    client.get("/api/v1/shipments/12/packing-slip.pdf", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    found["Page_LinkOut_"] = call("GET", "/links?limit=1")
    found["LinkOut"] = {**found["Page_LinkOut_"]["items"][0], "code": "K7Q2M4XPA1B2C3D4"}
    found["Page_LinkOut_"]["items"] = [found["LinkOut"]]
    slip = call("GET", "/links?subject=shipment:12")["items"][0]["code"]
    found["SlipOut"] = call("GET", f"/slips/{slip}")
    accepted = call("GET", "/claims?status=deputized&limit=1")["items"][0]["id"]
    card = call("POST", f"/claims/{accepted}/card")
    found["CardOut"] = {**card, "code": "7KQ2-M8T4-XW9B-3HJN", "url": "HTTPS://RIBBONS.EXAMPLE.ORG/M/7KQ2M8T4XW9B3HJN"}
    found["ImportOut"] = found["Page_ImportOut_"]["items"][0]
    found["ConferencesOut"] = call("POST", "/imports/conferences?dry_run=true", {"csv": CALENDAR})
    found["HistoryOut"] = call("POST", "/imports/history?dry_run=true", {"csv": BEFORE})
    found["MoveOut"] = found["Page_MoveOut_"]["items"][0]
    count = {"location_id": 6, "lines": [{"design_id": 1, "counted": 1500}], "note": "yearly count"}
    found["MovesOut"] = call("POST", "/stock/counts", count)
    calendar = call("POST", "/me/calendar-links", {"kind": "own"})
    found["IssuedCalendarLink"] = {
        **calendar,
        "address": "https://ribbons.example.org/calendar/ccc_the-secret-is-shown-once.ics",
    }
    found["IssuedToken"] = {**call("POST", "/me/tokens", {"name": "laptop", "days": 90}), "token": SECRET}
    here = client.app.state.database  # type: ignore[attr-defined]  # it is FastAPI
    with here.transaction() as session:
        mine = {"person_id": found["MeOut"]["id"], "device": "Firefox on Android", "instead_of": ANYONE}
        browser = begin_session(session, **mine)
        applied = NewApplication(name="Nora Paz", email="nora@example.org", conference_id=110, text="I speak there.")
        application_id = apply(session, new=applied).id
        prepare_letter(session, application_id=application_id, secret=SECRET)
        confirm(session, secret=SECRET)
    found["Todo"] = call("GET", "/todo")
    found["Accepted"] = call("POST", f"/applications/{application_id}/accept")
    found["Page_SessionOut_"] = call("GET", "/me/sessions", who=browser.secret)
    found["MyData"] = {**call("GET", "/me/data"), "trail": []}
    link = call("POST", "/members/1/link")
    found["MembershipOut"] = call("GET", "/membership", who=link["token"])
    found["MemberLink"] = {**link, "token": SECRET.replace("cct", "ccm")}
    begun = call("POST", "/membership/proofs", {"handle": "luz.bsky.social"})
    found["HandleProofOut"] = {**begun, "proof": SECRET.replace("cct", "ccp"), "code": "4F7K-2M9P-X7Q4"}
    return {name: _shortened(answer) for name, answer in sorted(found.items())}


def _shortened(value: Any) -> Any:
    """The answer with at most two entries in each list."""
    if isinstance(value, dict):
        return {name: _shortened(entry) for name, entry in value.items()}
    return [_shortened(entry) for entry in value[:2]] if isinstance(value, list) else value


def main() -> None:
    """Writes the file."""
    with tempfile.TemporaryDirectory() as folder, frozen(MOMENT):
        url = f"sqlite:///{folder}/champions.db"
        upgrade(url)
        here = Settings(data=Path(folder), database_url=SecretStr(url), public_url="https://ribbons.example.org")
        app = create_app(here)
        load_demo(app.state.database, here=here)
        people = json.loads((Path(folder) / "demo-tokens.json").read_text("utf-8"))
        with TestClient(app) as client:
            examples = collect(client, people[0]["token"])
    FILE.write_text(json.dumps(examples, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(examples)} examples in {FILE}")


if __name__ == "__main__":
    main()
