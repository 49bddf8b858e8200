"""What is noted, what is counted, what is forgotten."""

import csv
import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.core.clock import frozen
from app.core.csv_out import to_csv
from app.people.access import issue_sign_in_link
from app.serving.readers import network_of
from tests.support import usps
from tests.support.contents import contents
from tests.support.rules import KEY
from tests.support.statements import counted_statements
from tests.support.world import Json, World


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_the_trail_says_who_did_what_to_what_in_which_request_and_nothing_personal(world: World) -> None:
    asked = {"ribbons_requested": 10}
    claim = world.ana.post(f"/conferences/{world.conference()['id']}/claims", asked, status=201)
    response = world.coordinator.call("POST", f"/claims/{claim['id']}/deputize", json={"note": "Call me: Bea"})
    trail = world.coordinator.get(f"/audit?subject=claim:{claim['id']}")["items"]
    assert [(entry["principal"], entry["action"]) for entry in trail] == [
        (f"person:{world.coordinator.person_id}", "deputize_claim"),
        (f"person:{world.ana.person_id}", "claim_conference"),
    ]
    assert trail[0]["request_id"] == response.headers["X-Request-ID"]
    assert "Bea" not in world.coordinator.call("GET", "/audit.csv").text
    own = world.coordinator.get(f"/audit?principal=person:{world.ana.person_id}")["items"]
    assert [entry["action"] for entry in own] == ["claim_conference"]


def test_a_refusal_leaves_no_trail(world: World) -> None:
    before = world.coordinator.get("/audit")["items"]
    world.ana.post("/conferences/999/claims", {"ribbons_requested": 1}, status=404)
    world.ana.post("/conferences", {}, status=422)
    world.ana.post("/designs", {}, status=403)
    assert world.coordinator.get("/audit")["items"] == before


UNSEEN = [
    "",
    " ",
    "   ",
    "\u00a0",
    "\u2003",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\t",
    "\n",
    "\x00",
    "\u2028",
    "\u3164",
    " \u00a0\u200b",
]


def test_cells_that_a_spreadsheet_would_run_are_defused_whatever_unseen_stands_before_the_sign() -> None:
    for sign in "=+-@＝＋－＠﹢−":
        for before in UNSEEN:
            ((cell,),) = csv.reader(io.StringIO(to_csv([[f"{before}{sign}1+1"]]), newline=""))
            assert cell == f"'{before}{sign}1+1"
    harmless = ["a=b", "1", "", " ", "\u00a0", " a", "\u00a01-1", "¡Hola!", "Núñez", "’t"]
    assert list(csv.reader(io.StringIO(to_csv([harmless])))) == [harmless]


def test_sign_in_is_throttled_per_account_and_says_when_to_come_back(world: World) -> None:
    body = {"email": "somebody@example.org"}
    with frozen(later(0)):
        answers = [world.anyone.call("POST", "/sign-in-links", json=body) for _ in range(9)]
        assert [answer.status_code for answer in answers] == [202] * 8 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 15 * 60
        assert world.anyone.call("POST", "/sign-in-links", json={"email": "other@example.org"}).status_code == 202
    with frozen(later(1)):
        assert world.anyone.call("POST", "/sign-in-links", json=body).status_code == 202


def test_the_throttle_of_sign_in_answers_the_same_for_known_and_unknown_addresses(world: World) -> None:
    answers: dict[str, list[tuple[int, Json, Json]]] = {}
    with frozen(later(2)):
        # Her own address, in another case that counts as the same, and one of nobody.
        for email in ("ana@example.org", "nobody@example.org"):
            for written in [email, email.upper()] * 5:
                answer = world.anyone.call("POST", "/sign-in-links", json={"email": written})
                problem = answer.json() if answer.content else {}
                body = {name: value for name, value in problem.items() if name != "request_id"}
                headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
                answers.setdefault(email, []).append((answer.status_code, body, headers))
    known, unknown = answers.values()
    assert known == unknown
    assert [answer[0] for answer in known] == [202] * 8 + [429] * 2


def test_a_crowd_behind_one_address_gets_in_however_often_somebody_there_guesses(world: World) -> None:
    crowd = [f"guest{number}@example.org" for number in range(70)]
    with frozen(later(3)):
        assert {world.anyone.call("POST", "/sign-in-links", json={"email": email}).status_code for email in crowd} == {
            202
        }
        with world.database.transaction() as session:
            links = [issue_sign_in_link(session, email=f"{name}@example.org", minutes=15) for name in ("ana", "bea")]
        guesses = [world.anyone.call("POST", "/tokens", json={"secret": f"ccs_guess-{n}"}) for n in range(62)]
        assert [guess.status_code for guess in guesses] == [401] * 60 + [429] * 2
        assert 0 < int(guesses[-1].headers["Retry-After"]) <= 15 * 60
        for link in links:
            assert world.anyone.post("/tokens", {"secret": link.secret}, status=201)["token"]
            world.anyone.post("/tokens", {"secret": link.secret}, status=429)  # used: a wrong one like any other


def test_a_known_and_an_unknown_address_give_the_service_the_same_work(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    done: dict[str, list[str]] = {}
    for email in ("ana@example.org", "nobody@example.org") * 2:
        with world.database.transaction() as session, counted_statements(session) as statements:
            link = issue_sign_in_link(session, email=email, minutes=15)
        assert done.setdefault(email, statements) == statements
        assert any(statement.startswith("INSERT INTO sign_in_link") for statement in statements)
    known, unknown = done.values()
    assert known == unknown
    assert link.person_id is None
    world.anyone.post("/tokens", {"secret": link.secret}, status=401)
    before = contents(world.database)["sign_in_link"]
    for _ in range(5):
        world.anyone.post("/sign-in-links", {"email": "nobody@example.org"}, status=202)
    assert len(contents(world.database)["sign_in_link"]) == len(before)  # they do not pile up
    assert "nobody@example.org" not in capsys.readouterr().out  # no letter
    assert "request_sign_in_link" not in {entry["action"] for entry in world.coordinator.get("/audit")["items"]}


def test_asking_the_carrier_is_throttled_once_the_caller_is_known_and_there_is_something_to_ask(world: World) -> None:
    path = f"/shipments/{world.shipment(world.deputized(world.conference()))['id']}"
    with frozen(later(0)):
        for _ in range(61):
            world.coordinator.post(f"{path}/track", status=409)  # it has not been sent, so nobody is asked
        world.coordinator.post(f"{path}/pack")
        world.coordinator.post(f"{path}/send", {"carrier": "USPS", "tracking_number": usps.UNDER_WAY})
        answers = [world.coordinator.call("POST", f"{path}/track") for _ in range(61)]
        assert [answer.status_code for answer in answers] == [200] * 60 + [429]
        assert 0 < int(answers[-1].headers["Retry-After"]) <= 15 * 60
        world.anyone.post(f"{path}/track", status=401)
        world.bea.post(f"{path}/track", status=404)
        world.coordinator.get(path)


def test_one_champion_has_a_few_open_claims_only(world: World) -> None:
    with world.with_settings(open_claims=2) as strict:
        for days in (10, 20):
            strict.claim(strict.conference(starts_in=days))
        third = strict.conference(starts_in=30)
        refused = strict.ana.post(f"/conferences/{third['id']}/claims", {"ribbons_requested": 1}, status=409)
        assert "2 open claims" in refused["detail"]
    world.claim(third)


def test_whoever_has_her_address_forgotten_leaves_no_label_behind(world: World) -> None:
    shipment = world.received(world.deputized(world.conference()))
    assert world.ana.call("DELETE", "/me/address").status_code == 204
    with world.database.reading() as session:
        found = session.connection().execute(text("SELECT count(*) FROM shipment_address")).scalar_one()
    assert found == 0
    slip = world.coordinator.call("GET", f"/shipments/{shipment['id']}/packing-slip.pdf")
    assert slip.status_code == 200


def test_no_answer_is_kept_by_search_engines_and_the_counters_can_be_read(world: World) -> None:
    world.ana.post("/conferences/999/claims", {"ribbons_requested": 1}, status=404)
    assert world.client.get("/api/v1/conferences").headers["X-Robots-Tag"] == "noindex, nofollow"
    counters = world.client.get("/metrics").text
    assert 'champions_moves{reason="purchase"} 1.0' in counters
    assert "champions_retries_total" in counters
    assert "http_requests_total" in counters


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_attempts_are_counted_for_what_a_client_cannot_leave(host: str, network: str) -> None:
    assert network_of(host) == network


def test_whoever_has_only_the_database_cannot_try_which_address_a_count_of_attempts_stands_for(world: World) -> None:
    world.anyone.post("/sign-in-links", {"email": "ana@example.org"}, status=202)
    world.anyone.post("/tokens", {"secret": "not-the-secret"}, status=401)
    kept = {row.name_hash for row in contents(world.database)["attempts"]}
    marked = {
        KEY.mark("attempts", "sign-in link", "for", "ana@example.org"),
        KEY.mark("attempts", "sign-in", "from", "127.0.0.1"),
    }
    assert kept == {hashlib.sha256(name.encode()).hexdigest() for name in marked}
