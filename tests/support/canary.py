"""Somebody who leaves a mark in everything that the service keeps or hears of a person."""

import re
from email.message import EmailMessage
from uuid import uuid4

from tests.support.smtp import text_of
from tests.support.world import ADDRESS, Caller, Json, World

MARK = "canary"
"""Part of each of her words, which are otherwise all different: that one is found does not lead to the next."""

EMAIL = f"mail.{MARK}@example.org"


def word(what: str) -> str:
    """A text of hers."""
    return f"{what.capitalize()}-{MARK}"


def keyed(what: str) -> dict[str, str]:
    """Headers with a key and a request id that she chose herself."""
    return {"Idempotency-Key": f"{what}-key-{MARK}", "X-Request-ID": f"{what}-id-{MARK}"}


def arrive(world: World, letters: list[EmailMessage]) -> Caller:
    """She is invited, signs in by a letter, and says who she is and where she lives."""
    invited = {"name": word("invited"), "email": EMAIL}
    person = world.coordinator.post("/people", invited, status=201, headers=keyed("invite"))
    world.anyone.post("/sign-in-links", {"email": EMAIL}, status=202)
    while not any("ccs_" in text_of(letter) for letter in list(letters)):  # it comes after the answer
        pass
    (secret,) = {found for letter in letters for found in re.findall(r"ccs_[\w-]+", text_of(letter))}
    token = world.anyone.post("/tokens", {"secret": secret, "name": word("phone")}, status=201)["token"]
    she = Caller(world.client, person["id"], token)
    she.patch("/me", {"name": word("name")}, version=1)
    she.post("/me/tokens", {"name": word("laptop")}, status=201)
    she.post("/me/calendar-links", {"kind": "own"}, status=201)
    lines = {field: word(field) for field in ("recipient", "organization", "line1", "line2")}
    assert she.call("PUT", "/me/address", json={**ADDRESS, **lines}).status_code == 200
    return she


def work(world: World, she: Caller) -> Json:
    """The main job, with a word of hers, or of others about her, wherever there is room for one; her closed claim."""
    conference = world.conference(starts_in=-1, days=4)
    note = {"note": word("asking")}
    path = f"/conferences/{conference['id']}/claims"
    claim = she.post(path, {"ribbons_requested": 20, **note}, status=201, headers=keyed("claim"))
    deciding = {"note": word("deciding")}
    world.coordinator.post(f"/claims/{claim['id']}/deputize", deciding, headers=keyed("deputize"))
    box = world.shipment(claim, 20, note=word("box"))
    world.coordinator.post(f"/shipments/{box['id']}/pack", headers=keyed("pack"))
    world.coordinator.post(f"/shipments/{box['id']}/send", {"carrier": "USPS"}, headers=keyed("send"))
    assert world.coordinator.call("GET", f"/shipments/{box['id']}/packing-slip.pdf").status_code == 200
    arrival = {"lines": [{"line_id": box["lines"][0]["id"], "received": 19}], "note": word("arrival")}
    she.post(f"/shipments/{box['id']}/receive", arrival, headers=keyed("receive"))
    handing = {"design_id": world.design, "quantity": 10, "note": word("handing")}
    she.post(f"/claims/{claim['id']}/hand-outs", handing, status=201, headers=keyed("hand-out"))
    _meet(world, she, conference)
    line = {"design_id": world.design, "handed_out": 12, "remaining": 6, "lost": 1}
    closing = {"lines": [line], "note": word("closing")}
    closed: Json = she.post(f"/claims/{claim['id']}/close", closing, headers=keyed("close"))
    late = {"design_id": world.design, "quantity": 1, "note": word("late"), "entry_id": str(uuid4())}
    she.post(f"/claims/{claim['id']}/hand-outs", late, status=202)
    return closed


def _meet(world: World, she: Caller, conference: Json) -> None:
    """She records a meetup; at another she is named herself, and linked to what is known of her."""
    new = {"conference_id": conference["id"], "happened_on": conference["starts_on"]}
    mine = {**new, "spot": word("spot"), "note": word("meeting"), "people": [{"handle": "@somebody"}]}
    she.post("/meetups", mine, status=201, headers=keyed("meetup"))
    named = {**new, "people": [{"handle": f"@{MARK}"}]}
    meetup = world.coordinator.post("/meetups", named, status=201, headers=keyed("named"))
    member_id = meetup["people"][0]["member_id"]
    known = {
        "display_name": word("member"),
        "person_id": she.person_id,
        "add_handle": {"handle": f"{MARK}.bsky.social"},
    }
    world.coordinator.patch(f"/members/{member_id}", known, version=1)
    link = world.coordinator.post(f"/members/{member_id}/link", status=201)["token"]
    member = Caller(world.client, None, link)
    member.post(f"/membership/meetups/{meetup['id']}/confirm", headers=keyed("confirm"))
    member.post("/membership/blocks", {"handle": "@somebody"}, status=204)
    for who in (she, member):
        who.post("/reports", {"text": word("report")}, status=204, headers=keyed("report"))


def err(world: World, she: Caller) -> None:
    """Requests that are refused, or that nobody knows, each with a word of hers in it."""
    anyone, coordinator = world.anyone, world.coordinator
    for path in (f"/conferences?q={MARK}", f"/conferences?cursor={MARK}", f"/conferences?{MARK}={MARK}"):
        anyone.call("GET", path)
    for path in (f"/members?handle={MARK}", f"/members?handle=%00{MARK}", f"/audit?subject={MARK}", f"/{MARK}"):
        coordinator.call("GET", path)
    anyone.call(MARK.upper(), "/conferences")
    anyone.post("/tokens", {"secret": f"ccs_{MARK}", "name": word("phone")}, status=401)
    anyone.post("/sign-in-links", {"email": f"{MARK} at example.org"}, status=422)
    anyone.post("/sign-in-links", {"email": f"nobody.{MARK}@example.org"}, status=202)
    Caller(world.client, None, f"cct_{MARK}").get("/me", status=401)
    she.post("/people", {"name": word("name"), "email": EMAIL}, status=403, headers=keyed("refused"))
    coordinator.post("/people", {"name": word("name"), "email": EMAIL}, status=409, headers=keyed("known"))
    she.patch("/me", {"name": f"{MARK}\x00"}, version=2, status=422)
    she.patch("/me", {"name": word("stale")}, version=1, status=412)
    world.client.request("GET", f"/api/v1/me?{MARK}", headers={"User-Agent": MARK, "Cookie": MARK, "Referer": MARK})
