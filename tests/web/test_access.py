"""Who gets which page, and what a form does that comes from anywhere but here."""

from collections.abc import Iterator

import pytest

from app.acts.policy import ANYONE
from app.members.sessions import begin_member_session
from app.serving.routes import Route
from app.web.routes import pages
from tests.support.browser import Browser, signed_in
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.stage import Stage, staged

pytestmark = pytest.mark.on_one_engine("who may have a page is said by our own table, as for the API")

WHO = ("anyone", "member", "stranger", "owner", "coordinator", "admin")

TABLE = {
    "/": "200 200 200 200 200 200",
    "/conferences": "200 200 200 200 200 200",
    "/conferences.ics": "200 200 200 200 200 200",
    "/calendar/{code}.ics": "404 404 404 404 404 404",
    "/conferences/propose": "200 200 200 200 200 200",
    "/conferences/proposed": "200 200 200 200 200 200",
    "/coverage": "200 200 200 200 200 200",
    "/coverage/report.pdf": "303 403 403 403 200 200",
    "/coverage/badge.svg": "200 200 200 200 200 200",
    "/coverage/map.svg": "200 200 200 200 200 200",
    "/card.png": "200 200 200 200 200 200",
    "/sw.js": "200 200 200 200 200 200",
    "/manifest.webmanifest": "200 200 200 200 200 200",
    "/icon.png": "200 200 200 200 200 200",
    "/robots.txt": "200 200 200 200 200 200",
    "/sitemap.xml": "200 200 200 200 200 200",
    "/conferences/{conference_id}": "200 200 200 200 200 200",
    "/join": "200 303 303 303 303 303",
    "/join/thanks": "200 200 200 200 200 200",
    "/join/confirm": "200 200 200 200 200 200",
    "/join/confirmed": "200 200 200 200 200 200",
    "/report": "200 200 200 200 200 200",
    "/report/thanks": "200 200 200 200 200 200",
    "/about": "200 200 200 200 200 200",
    "/privacy": "200 200 200 200 200 200",
    "/problems/{code}": "200 200 200 200 200 200",
    "/S/{code}": "404 404 404 404 404 404",
    "/O/{code}": "404 404 404 404 404 404",
    "/C/{code}": "404 404 404 404 404 404",
    "/M/{code}": "404 404 404 404 404 404",
    "/wished": "200 200 200 200 200 200",
    "/T/{code}": "404 404 404 404 404 404",
    "/t/{code}": "404 404 404 404 404 404",
    "/P/{code}": "404 404 404 404 404 404",
    "/sign-in": "200 303 303 303 303 303",
    "/sign-in/code": "200 200 200 200 200 200",
    "/sign-in/go": "410 410 410 410 410 410",
    "/home": "303 403 200 200 200 200",
    "/claims/{claim_id}": "303 403 404 200 200 200",
    "/claims/{claim_id}/ship": "303 403 403 403 200 200",
    "/claims/{claim_id}/hand-out": "303 403 404 200 200 200",
    "/claims/{claim_id}/met": "303 403 404 200 200 200",
    "/claims/{claim_id}/box": "303 403 404 200 200 200",
    "/claims/{claim_id}/close": "303 403 404 200 200 200",
    "/claims/{claim_id}/leftovers": "303 403 404 200 200 200",
    "/claims/{claim_id}/kit.pdf": "303 403 404 200 200 200",
    "/claims/{claim_id}/thanks.pdf": "303 403 404 409 409 409",
    "/shipments/{shipment_id}": "303 403 404 200 200 200",
    "/shipments/{shipment_id}/address": "303 403 404 200 200 200",
    "/shipments/{shipment_id}/label": "303 403 404 403 200 200",
    "/shipments/{shipment_id}/label.pdf": "303 403 422 200 200 200",
    "/shipments/{shipment_id}/packing-slip.pdf": "303 403 404 200 200 200",
    "/stock/{location_id}": "303 403 404 200 200 200",
    "/depots": "303 403 403 403 200 200",
    "/depots/new": "303 403 403 403 200 200",
    "/orders": "303 403 403 403 200 200",
    "/orders/new": "303 403 403 403 200 200",
    "/orders/{purchase_order_id}": "303 403 403 403 200 200",
    "/orders/{purchase_order_id}/order-sheet.pdf": "303 403 403 403 200 200",
    "/todo": "303 403 403 403 200 200",
    "/files": "303 403 403 403 200 200",
    "/files/conferences.{suffix}": "200 200 200 200 200 200",
    "/files/claims.{suffix}": "303 403 200 200 200 200",
    "/files/shipments.{suffix}": "303 403 200 200 200 200",
    "/files/purchase-orders.{suffix}": "303 403 403 403 200 200",
    "/files/levels.{suffix}": "303 403 200 200 200 200",
    "/files/moves.{suffix}": "303 403 200 200 200 200",
    "/files/meetups.{suffix}": "303 403 200 200 200 200",
    "/me/email": "303 403 200 200 200 200",
    "/me/email/sent": "303 403 200 200 200 200",
    "/email/confirm": "200 200 200 200 200 200",
    "/email/confirmed": "200 200 200 200 200 200",
    "/me": "303 403 200 200 200 200",
    "/me/edit": "303 403 200 200 200 200",
    "/me/letters": "303 403 200 200 200 200",
    "/letters/stop": "200 200 200 200 200 200",
    "/letters/stopped": "200 200 200 200 200 200",
    "/me/address": "303 403 200 200 200 200",
    "/me/tokens": "303 403 200 200 200 200",
    "/me/data.json": "303 403 200 200 200 200",
    "/me/erase": "303 403 200 200 200 200",
    "/erased": "200 200 200 200 200 200",
    "/met": "410 410 410 410 410 410",
    "/met/said": "200 200 200 200 200 200",
    "/membership/open": "410 410 410 410 410 410",
    "/membership/prove": "200 200 200 200 200 200",
    "/membership": "303 200 404 404 404 404",
    "/membership/report": "404 404 404 404 404 404",
    "/membership/erase": "303 200 404 404 404 404",
    "/membership/erased": "200 200 200 200 200 200",
}
"""The status of each page for each of them; 303 leads to the page for signing in."""


def routes(method: str) -> list[str]:
    """The paths of all pages of a method, but for the codes in small letters."""
    found = [one.path for one in pages.made.routes if isinstance(one, Route) and method in (one.methods or ())]
    return [path for path in found if not path.startswith(("/static/", "/s/", "/o/", "/c/", "/m/", "/p/"))]


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str) -> Iterator[Stage]:
    with staged(new_database, template_url) as stage:
        yield stage


@pytest.fixture(scope="module")
def browsers(stage: Stage) -> dict[str, Browser]:
    """The browser of each of them; the owner has a claim and its box, of which nobody else is told."""
    world, owner = stage.world, stage.champion()
    stage.received(owner)
    stage.order()
    member = Browser(world.client)
    link = stage.passer_by().token or ""
    with world.database.transaction() as session:
        made = begin_member_session(session, link=link, device="Firefox on Android", instead_of=ANYONE)
    member.cookies["session"] = made.secret
    people = {"stranger": stage.champion(), "owner": owner, "coordinator": world.coordinator, "admin": world.admin}
    return {"anyone": Browser(world.client), "member": member} | {
        name: signed_in(world, who) for name, who in people.items()
    }


@pytest.fixture(scope="module")
def hers(stage: Stage, browsers: dict[str, Browser]) -> dict[str, int]:
    """The numbers of what is the owner's."""
    assert browsers
    box = stage.world.coordinator.get("/shipments")["items"][0]
    claim = stage.world.coordinator.get(f"/claims/{box['claim_id']}")
    return {
        "claim_id": claim["id"],
        "shipment_id": box["id"],
        "conference_id": claim["conference_id"],
        "location_id": box["target_id"],
        "purchase_order_id": stage.world.coordinator.get("/purchase-orders")["items"][0]["id"],
    }


def filled(path: str, hers: dict[str, int]) -> str:
    """The path with these numbers."""
    return path.format(
        **hers,
        suffix="csv",
        token_id=1,
        session_id=1,
        calendar_link_id=1,
        code="invalid" if "problems" in path else "UNKNOWN",
    )


def test_the_table_knows_every_page() -> None:
    assert TABLE.keys() == set(routes("GET"))


@pytest.mark.parametrize("path", TABLE)
def test_each_gets_the_page_that_the_table_says(browsers: dict[str, Browser], hers: dict[str, int], path: str) -> None:
    expected = dict(zip(WHO, map(int, TABLE[path].split()), strict=True))
    for name, status in expected.items():
        browsers[name].get(filled(path, hers), status=status)
        headers = browsers[name].page.headers
        if name != "anyone" and status == 200 and headers["Content-Type"].startswith("text/html"):
            assert headers["Cache-Control"] == "private, no-store", (path, name)


def test_a_form_that_comes_from_elsewhere_changes_nothing_whoever_is_made_to_send_it(
    stage: Stage, browsers: dict[str, Browser], hers: dict[str, int]
) -> None:
    before = contents(stage.world.database)
    for path in routes("POST"):
        for browser in browsers.values():
            # A mail program sends this one, with a code that is none here; it does nothing by who is signed in.
            status = 422 if path == "/letters/stop" else 403
            browser.post(filled(path, hers), {"verb": "withdraw"}, status=status, site="cross-site")
    assert contents(stage.world.database) == before
