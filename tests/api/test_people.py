"""One's own account, one's address, and how one proves who one is."""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from hashlib import sha256
from threading import Barrier
from typing import Any

import pytest

from app.core.clock import frozen
from app.people.models import Person
from app.people.service import find_by_email
from tests.support.contents import contents
from tests.support.databases import NewDatabase
from tests.support.rules import RULES
from tests.support.smtp import mail_server, text_of
from tests.support.stage import Stage, staged
from tests.support.world import ADDRESS, Caller, Json, World


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[str, list[EmailMessage]]]:
    """A mail server on loopback, and the letters that it has got."""
    with mail_server() as (url, letters):
        yield url, letters


@pytest.fixture(scope="module")
def stage(new_database: NewDatabase, template_url: str, mail: tuple[str, list[EmailMessage]]) -> Iterator[Stage]:
    with staged(new_database, template_url, smtp_url=mail[0], mail_from="ribbons@example.org") as stage:
        yield stage


@pytest.fixture
def letters(mail: tuple[str, list[EmailMessage]]) -> list[EmailMessage]:
    """The letters that the mail server gets from the service during the test."""
    mail[1].clear()
    return mail[1]


def later(**delta: float) -> datetime:
    """An instant so much later than now."""
    return datetime.now(UTC) + timedelta(**delta)


def _with(caller: Caller, token: str) -> Caller:
    return Caller(caller.client, caller.person_id, token)


def _field(answer: Json) -> list[str]:
    return [error["pointer"] for error in answer["errors"]]


def test_a_person_reads_her_own_account_with_her_address(stage: Stage) -> None:
    who = stage.champion()
    me = who.get("/me")
    assert me["id"] == who.person_id
    assert (me["role"], me["trusted"], me["active"], me["language"]) == ("champion", False, True, "en")
    assert me["address"].items() >= {"city": "Chicago", "state": "US-IL", "postal_code": "60611"}.items()


def test_an_edit_needs_the_etag_of_what_was_read(stage: Stage) -> None:
    who = stage.champion()
    etag = who.call("GET", "/me").headers["ETag"]
    assert re.fullmatch(r'"\d+"', etag), "a strong one"
    before = contents(stage.world.database)
    for headers, status in (
        ({}, 428),
        ({"If-Match": '"0"'}, 412),
        ({"If-Match": '"999999999"'}, 412),
        *(({"If-Match": wrong}, 422) for wrong in (f"W/{etag}", "*", etag.strip('"'), f"{etag}, {etag}", '"x"', "")),
    ):
        response = who.call("PATCH", "/me", json={"name": "Ana"}, headers=headers)
        assert response.status_code == status, headers
    assert contents(stage.world.database) == before
    changed = who.call("PATCH", "/me", json={"name": "Ana", "language": "es"}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["name"], changed.json()["language"]) == (200, "Ana", "es")
    assert changed.headers["ETag"] not in {etag, f"W/{etag}"}
    assert who.call("GET", "/me").headers["ETag"] == changed.headers["ETag"]
    assert who.call("PATCH", "/me", json={"name": "Bea"}, headers={"If-Match": etag}).status_code == 412


def test_two_edits_of_one_version_at_the_same_moment_are_one_edit(stage: Stage) -> None:
    who, start = stage.champion(), Barrier(2)

    def edit(name: str) -> int:
        start.wait()
        response = who.call("PATCH", "/me", json={"name": name}, headers={"If-Match": '"1"'})
        return int(response.status_code)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(edit, ["One", "Other"])) == [200, 412]
    assert who.get("/me")["version"] == 2


@pytest.mark.parametrize("change", [{"name": None}, {"language": None}, {"name": " "}, {"language": "fr"}, {"age": 3}])
def test_an_edit_to_null_or_nonsense_is_refused_naming_the_field(stage: Stage, change: Json) -> None:
    who = stage.champion()
    assert _field(who.patch("/me", change, version=1, status=422)) == [f"#/{next(iter(change))}"]
    for name in {"name", "language"} & change.keys():
        pointer = _field(stage.world.coordinator.patch(f"/people/{who.person_id}", change, version=1, status=422))
        assert pointer == [f"#/{name}"]
    assert who.get("/me")["version"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"postal_code": "94103"}, "postal_code"),
        ({"state": "US-CA"}, "postal_code"),
        ({"postal_code": "6061"}, "postal_code"),
        ({"postal_code": ""}, "postal_code"),
        ({"state": ""}, "state"),
        ({"state": "US-ZZ"}, "state"),
        ({"state": "CA-QC"}, "state"),
        ({"country": "ZZ"}, "country"),
        ({"country": "us"}, "country"),
        ({"phone": "call me"}, "phone"),
        ({"recipient": " "}, "recipient"),
        ({"line1": "a\nb"}, "line1"),
        ({"city": None}, "city"),
    ],
)
def test_an_address_that_no_post_could_deliver_to_is_refused_naming_the_field(
    stage: Stage, change: Json, field: str
) -> None:
    who = stage.champion()
    response = who.call("PUT", "/me/address", json={**ADDRESS, **change})
    assert response.status_code == 422
    assert _field(response.json()) == [f"#/{field}"]
    assert who.get("/me")["address"]["line1"].endswith("Secret Street")


def test_an_address_is_put_tidied_replaced_and_forgotten(stage: Stage) -> None:
    who = stage.champion()
    new = {**ADDRESS, "postal_code": "606111234", "line1": " 1  New   Street ", "phone": "+1 312 555 0100"}
    put = who.call("PUT", "/me/address", json=new)
    assert (put.status_code, put.json()["postal_code"], put.json()["line1"]) == (200, "60611-1234", "1 New Street")
    assert who.get("/me")["address"] == put.json()
    for _ in range(2):
        assert who.call("DELETE", "/me/address").status_code == 204
    assert who.get("/me")["address"] is None
    kept = contents(stage.world.database)["person_address"]
    assert who.person_id not in {value for row in kept for value in row}
    assert (
        who.call("PUT", "/me/address", json={**ADDRESS, "country": "PR", "state": "", "postal_code": "00926"}).json()[
            "state"
        ]
        == "US-PR"
    )


def _ask(world: World, email: str) -> Any:
    return world.anyone.call("POST", "/sign-in-links", json={"email": email})


def _secret(letter: EmailMessage) -> str:
    return str(re.findall(r"ccs_[\w-]+", text_of(letter))[0])


def test_a_sign_in_link_comes_by_mail_and_is_exchanged_for_a_token(stage: Stage, letters: list[EmailMessage]) -> None:
    who, anyone = stage.champion(), stage.world.anyone
    email = stage.email(who)
    assert _ask(stage.world, email.upper()).status_code == 202
    [letter] = letters
    assert (letter["To"], letter["From"]) == (email, "ribbons@example.org")
    token = anyone.post("/tokens", {"secret": _secret(letter), "name": "phone"}, status=201)
    signed_in = _with(who, token["token"])
    assert signed_in.get("/me")["id"] == who.person_id
    assert "phone" in {known["name"] for known in signed_in.get("/me/tokens")["items"]}
    with frozen(later(days=89)):
        signed_in.get("/me")
    with frozen(later(days=91)):
        signed_in.get("/me", status=401)


def test_the_letter_is_in_the_language_of_its_reader(stage: Stage, letters: list[EmailMessage]) -> None:
    english, spanish = stage.champion(), stage.champion()
    spanish.patch("/me", {"language": "es"}, version=1)
    for who in (english, spanish):
        assert _ask(stage.world, stage.email(who)).status_code == 202
    first, second = letters
    assert first["Subject"] == "Your sign-in code for Latinas in Medicine"
    assert "It works once, for 15 minutes. If you did not ask for it" in text_of(first)
    assert second["Subject"] == "Tu código para entrar a Latinas in Medicine"
    assert "Funciona una sola vez, durante 15 minutos. Si no lo pediste" in text_of(second)


def test_who_asks_does_not_learn_whether_an_address_is_known(stage: Stage, letters: list[EmailMessage]) -> None:
    gone = stage.champion()
    gone_email = stage.email(gone)
    stage.world.coordinator.patch(f"/people/{gone.person_id}", {"active": False}, version=1)
    emails = [stage.email(stage.champion()), gone_email, "nobody@example.org"]
    own = {"x-request-id"}
    answers = [
        (response.status_code, response.content, {k: v for k, v in response.headers.items() if k not in own})
        for response in (_ask(stage.world, email) for email in emails)
    ]
    assert answers == [answers[0]] * 3
    assert answers[0][:2] == (202, b"")
    assert [letter["To"] for letter in letters] == emails[:1]


def test_without_a_mail_server_a_letter_is_printed_and_not_logged(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    email = stage.email(stage.champion())
    with stage.world.with_settings(smtp_url="") as world:
        assert _ask(world, email).status_code == 202
    printed, logged = capsys.readouterr()
    (secret,) = set(re.findall(r"ccs_[\w-]+", printed))
    assert f"E-mail to {email}" in printed
    assert email not in logged
    assert secret not in logged
    stage.world.anyone.post("/tokens", {"secret": secret}, status=201)


def test_a_mail_server_that_is_down_does_not_change_the_answer(stage: Stage) -> None:
    with mail_server() as (url, _):
        pass
    with stage.world.with_settings(smtp_url=url) as world:
        assert _ask(world, stage.email(stage.champion())).status_code == 202


def test_a_sign_in_link_works_once(stage: Stage) -> None:
    secret, start = stage.sign_in_secret(stage.champion()), Barrier(3)

    def exchange(_: int) -> int:
        start.wait()
        return int(stage.world.anyone.call("POST", "/tokens", json={"secret": secret}).status_code)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(exchange, range(3))) == [201, 401, 401]
    stage.world.anyone.post("/tokens", {"secret": secret}, status=401)


def test_a_sign_in_link_works_for_some_minutes(stage: Stage, letters: list[EmailMessage]) -> None:
    minutes, email = RULES.sign_in_minutes, stage.email(stage.champion())
    for _ in range(2):
        _ask(stage.world, email)
    soon, late = (_secret(letter) for letter in letters)
    with frozen(later(minutes=minutes - 1)):
        stage.world.anyone.post("/tokens", {"secret": soon}, status=201)
    with frozen(later(minutes=minutes)):
        stage.world.anyone.post("/tokens", {"secret": late}, status=401)


def test_a_link_is_neither_guessed_nor_read_in_the_database(stage: Stage, letters: list[EmailMessage]) -> None:
    email = stage.email(stage.champion())
    for _ in range(2):
        _ask(stage.world, email)
    secrets = {_secret(letter).removeprefix("ccs_") for letter in letters}
    assert len(secrets) == 2
    kept = str(contents(stage.world.database))
    for secret in secrets:
        assert len(urlsafe_b64decode(secret)) * 8 >= 128
        assert secret not in kept
        assert sha256(f"ccs_{secret}".encode()).hexdigest() in kept


def test_asking_again_does_not_void_the_link_before_and_each_works_once(
    stage: Stage, letters: list[EmailMessage]
) -> None:
    email = stage.email(stage.champion())
    for _ in range(2):
        _ask(stage.world, email)
    older, newer = (_secret(letter) for letter in letters)
    for secret, status in ((older, 201), (older, 401), (newer, 201), (newer, 401)):
        stage.world.anyone.post("/tokens", {"secret": secret}, status=status)


def test_each_sign_in_makes_a_new_token_and_leaves_the_others(stage: Stage) -> None:
    who = stage.champion()
    tokens = [
        stage.world.anyone.post("/tokens", {"secret": stage.sign_in_secret(who)}, status=201)["token"] for _ in range(2)
    ]
    assert len({who.token, *tokens}) == 3
    for token in (who.token or "", *tokens):
        assert _with(who, token).get("/me")["id"] == who.person_id
    assert len(who.get("/me/tokens")["items"]) == 3


def test_a_link_of_an_inactive_person_is_void_even_if_nobody_has_removed_it(stage: Stage) -> None:
    who = stage.champion()
    secret = stage.sign_in_secret(who)
    with stage.world.database.transaction() as session:
        session.get_one(Person, who.person_id).active = False
    stage.world.anyone.post("/tokens", {"secret": secret}, status=401)
    with stage.world.database.transaction() as session:
        session.get_one(Person, who.person_id).active = True
    stage.world.anyone.post("/tokens", {"secret": secret}, status=201)


@pytest.mark.parametrize("secret", ["ccs_unknown-secret", "cct_unknown-secret", "x" * 100])
def test_a_secret_that_is_none_is_refused(stage: Stage, secret: str) -> None:
    stage.world.anyone.post("/tokens", {"secret": secret}, status=401)


def test_tokens_are_listed_without_their_secrets_and_revoked_by_their_owner_alone(stage: Stage) -> None:
    who, other = stage.champion(), stage.champion()
    made = who.post("/me/tokens", {"name": "laptop", "days": 30}, status=201)
    listed = who.call("GET", "/me/tokens")
    assert [token["name"] for token in listed.json()["items"]] == ["test", "laptop"]
    assert made["token"] not in listed.text
    assert listed.json()["items"][1] == {name: value for name, value in made.items() if name != "token"}
    laptop, path = _with(who, made["token"]), f"/me/tokens/{made['id']}"
    assert other.call("DELETE", path).status_code == 404
    laptop.get("/me")
    for _ in range(2):
        assert who.call("DELETE", path).status_code == 204
    laptop.get("/me", status=401)
    assert [token["revoked_at"] is None for token in who.get("/me/tokens")["items"]] == [True, False]


def test_a_person_ends_all_her_other_tokens_and_links_at_once_and_nobody_elses(stage: Stage) -> None:
    who, other = stage.champion(), stage.champion()
    laptop, phone = (
        _with(who, who.post("/me/tokens", {"name": name}, status=201)["token"]) for name in ("laptop", "phone")
    )
    links = {person: stage.sign_in_secret(person) for person in (who, other)}
    for _ in range(2):
        assert phone.call("DELETE", "/me/tokens").status_code == 204
    for ended in (who, laptop):
        ended.get("/me", status=401)
    ended_at = {token["name"]: token["revoked_at"] for token in phone.get("/me/tokens")["items"]}
    assert {name for name, at in ended_at.items() if at is None} == {"phone"}
    other.get("/me")
    stage.world.anyone.post("/tokens", {"secret": links[who]}, status=401)
    stage.world.anyone.post("/tokens", {"secret": links[other]}, status=201)


def test_somebody_who_is_here_already_is_not_invited_again(stage: Stage) -> None:
    email = stage.email(stage.champion())
    refused = stage.world.coordinator.post("/people", {"name": "X", "email": email.upper()}, status=409)
    assert _field(refused) == ["#/email"]


def test_an_address_of_another_domain_is_another_address_wherever_it_is_looked_up(
    stage: Stage, letters: list[EmailMessage]
) -> None:
    world = stage.world
    person = world.coordinator.post("/people", {"name": "Grete", "email": "Grete@straße.example"}, status=201)
    assert person["email"] == "grete@xn--strae-oqa.example"
    letters.clear()  # the invitation
    for same in ("GRETE@STRAßE.EXAMPLE", "grete@xn--strae-oqa.example"):
        assert _field(world.coordinator.post("/people", {"name": "X", "email": same}, status=409)) == ["#/email"]
    for other in ("grete@strasse.example", "GRETE@STRASSE.EXAMPLE", "grete@straße.example"):
        assert _ask(world, other).status_code == 202
    assert [letter["To"] for letter in letters] == ["grete@xn--strae-oqa.example"]
    other = world.coordinator.post("/people", {"name": "Another", "email": "grete@strasse.example"}, status=201)
    assert other["email"] == "grete@strasse.example"
    with world.database.reading() as session:
        found = [
            find_by_email(session, email=f" {written} ").id for written in ("Grete@Straße.example", other["email"])
        ]
    assert found == [person["id"], other["id"]]


@pytest.mark.parametrize(
    "header", ["Bearer cct_unknown", "Bearer ccm_unknown", "Bearer x", "Bearer cct_\u00fc", "Bearer cct_\x00", "Bearer"]
)
def test_a_token_that_is_none_opens_nothing(stage: Stage, header: str) -> None:
    for path in ("/me", "/membership", "/claims"):
        response = stage.world.client.get(f"/api/v1{path}", headers={b"Authorization": header.encode("latin-1")})
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_opens_nothing_once_it_is_revoked_or_expired_nor_does_a_sign_in_secret(stage: Stage) -> None:
    person = stage.champion()
    short = person.post("/me/tokens", {"name": "short", "days": 1}, status=201)
    other = person.post("/me/tokens", {"name": "other"}, status=201)
    old, revoked = (Caller(stage.world.client, None, token["token"]) for token in (short, other))
    old.get("/me")
    revoked.get("/me")
    person.call("DELETE", f"/me/tokens/{other['id']}")
    revoked.get("/me", status=401)
    with frozen(datetime.now(UTC) + timedelta(days=1)):
        old.get("/me", status=401)
        old.get("/conferences", status=401)
    Caller(stage.world.client, None, stage.sign_in_secret(person)).get("/me", status=401)


def test_a_token_of_an_inactive_person_opens_nothing_even_if_nobody_has_revoked_it(stage: Stage) -> None:
    who = stage.champion()
    with stage.world.database.transaction() as session:
        session.get_one(Person, who.person_id).active = False
    for path in ("/me", "/claims", "/conferences"):
        who.get(path, status=401)


# Another e-mail address


def _confirmation(letter: EmailMessage) -> str:
    return str(re.findall(r"cce_[\w-]+", text_of(letter))[0])


def test_an_e_mail_address_is_changed_once_the_new_one_confirms_it_and_the_old_one_is_told(
    stage: Stage, letters: list[EmailMessage]
) -> None:
    who, anyone = stage.champion(), stage.world.anyone
    old, new = stage.email(who), f"new{stage.number()}@example.org"
    signing_in = stage.sign_in_secret(who)
    assert who.post("/me/email", {"email": new.upper()}, status=202) is None
    by_address = {letter["To"]: letter for letter in letters}
    assert by_address.keys() == {old, new}
    assert "cce_" not in text_of(by_address[old])
    assert stage.email(who) == old
    secret = {"secret": _confirmation(by_address[new])}
    anyone.post("/email-confirmations", {"secret": "cce_" + 32 * "x"}, status=404)
    with frozen(later(days=4)):
        anyone.post("/email-confirmations", secret, status=404)
    anyone.post("/email-confirmations", secret, status=204)
    anyone.post("/email-confirmations", secret, status=404)
    assert stage.email(who) == new
    anyone.post("/tokens", {"secret": signing_in}, status=401)  # it went to the old one
    letters.clear()
    for email in (old, new):
        _ask(stage.world, email)
    assert [letter["To"] for letter in letters] == [new]
    assert stage.world.coordinator.get(f"/people?q={new}")["items"][0]["id"] == who.person_id


def test_nobody_learns_whether_a_new_address_is_known_but_who_reads_its_mail(
    stage: Stage, letters: list[EmailMessage]
) -> None:
    who, other = stage.champion(), stage.champion()
    answers = [
        who.call("POST", "/me/email", json={"email": email})
        for email in (stage.email(other), f"free{stage.number()}@example.org", stage.email(who))
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 3
    to_known = next(letter for letter in letters if letter["To"] == stage.email(other))
    assert "already" in text_of(to_known)
    assert "cce_" not in text_of(to_known)
    assert len([letter for letter in letters if letter["To"] == stage.email(who)]) == 2
    assert stage.email(who) != stage.email(other)


def test_who_gets_an_address_first_has_it(stage: Stage, letters: list[EmailMessage]) -> None:
    first, second, email = stage.champion(), stage.champion(), f"both{stage.number()}@example.org"
    for who in (first, second):
        who.post("/me/email", {"email": email}, status=202)
    secrets = [_confirmation(letter) for letter in letters if letter["To"] == email]
    for secret, status in zip(secrets, (204, 409), strict=True):
        stage.world.anyone.post("/email-confirmations", {"secret": secret}, status=status)
    assert stage.email(first) == email
    assert stage.email(second) != email


def test_a_coordinator_has_the_address_of_a_champion_changed_and_only_an_admin_that_of_a_coordinator(
    stage: Stage, letters: list[EmailMessage]
) -> None:
    who, world = stage.champion(), stage.world
    email = {"email": f"lost{stage.number()}@example.org"}
    world.coordinator.post(f"/people/{who.person_id}/email", email, status=202)
    world.anyone.post("/email-confirmations", {"secret": _confirmation(letters[0])}, status=204)
    assert stage.email(who) == email["email"]
    other = {"email": f"lost{stage.number()}@example.org"}
    world.coordinator.post(f"/people/{world.admin.person_id}/email", other, status=403)
    world.coordinator.post("/people/2147483647/email", other, status=404)
    world.admin.post(f"/people/{world.coordinator.person_id}/email", other, status=202)


def test_an_address_that_waits_is_void_once_its_owner_signs_out_elsewhere_or_is_given_another_role(
    stage: Stage, letters: list[EmailMessage]
) -> None:
    world, who = stage.world, stage.champion()
    before = stage.email(who)
    for by, path in ((who, "/me/email"), (world.coordinator, f"/people/{who.person_id}/email")):
        letters.clear()
        by.post(path, {"email": f"waits{stage.number()}@example.org"}, status=202)
        if by is who:
            assert who.call("DELETE", "/me/tokens").status_code == 204
        else:
            world.admin.patch(f"/people/{who.person_id}", {"role": "coordinator"}, version=1)
        world.anyone.post("/email-confirmations", {"secret": _confirmation(letters[0])}, status=404)
    assert stage.email(who) == before
