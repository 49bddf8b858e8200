"""Everybody is refused in a language that they read: their own, else the one that their program asks for, else ours."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from markupsafe import escape

from app.claims.service import expire_requests
from app.core.clock import frozen, utcnow
from app.core.language import LANGUAGES, Language
from app.core.schema import MAX_ID
from app.main import create_app
from app.serving.refusals import TITLES
from tests.support.databases import NewDatabase
from tests.support.rules import RULES
from tests.support.said import ours
from tests.support.stage import Operation, operations_of
from tests.support.usps import asking_usps
from tests.support.world import Caller, Json, World, build_world

pytestmark = pytest.mark.on_one_engine("a refusal is put into words after a database was asked, or before")

NO_CLAIM = {"en": "There is no such claim.", "es": "No existe esa solicitud."}
MISSING = {"en": "This is missing.", "es": "Falta este dato."}
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.1"}


@pytest.fixture(scope="module")
def world(new_database: NewDatabase, template_url: str) -> Iterator[World]:
    """One community for the whole module, in which Bea and the coordinator read Spanish."""
    with new_database(copy_of=template_url) as url, build_world(url) as world:
        for who in (world.bea, world.coordinator):
            who.patch("/me", {"language": "es"}, version=1)
        yield world


def refused(response: Any, language: Language) -> Json:
    """The problem of an answer, which must say that it is in this language."""
    assert response.status_code >= 400
    assert response.headers["Content-Language"] == language
    assert response.headers["Vary"] == "Accept-Language"
    problem: Json = response.json()
    assert problem["title"] == TITLES[problem["type"].rpartition("/")[2]].say(language)
    return problem


@pytest.mark.parametrize("accepted", ["", "en", "es", "fr"])
def test_a_person_is_refused_in_her_own_language_whatever_her_program_asks_for(world: World, accepted: str) -> None:
    who: dict[Language, Caller] = {"en": world.ana, "es": world.bea}
    for language, caller in who.items():
        headers = {"Accept-Language": accepted} if accepted else {}
        read = refused(caller.call("GET", "/claims/999", headers=headers), language)
        assert read["detail"] == NO_CLAIM[language]
        written = refused(caller.call("POST", "/claims/999/withdraw", json={}, headers=headers), language)
        assert written["detail"] == NO_CLAIM[language]


def test_what_is_refused_before_the_work_begins_is_said_in_her_own_language_too(world: World) -> None:
    """The input, the permission and the key are looked at in other places."""
    for language, caller in {"en": world.ana, "es": world.bea}.items():
        problem = refused(caller.call("POST", "/conferences", json={}), language)  # type: ignore[arg-type]
        assert {error["detail"] for error in problem["errors"]} == {MISSING[language]}
        refused(caller.call("GET", "/todo"), language)  # type: ignore[arg-type]
        refused(caller.call("PATCH", "/me", json={}), language)  # type: ignore[arg-type]


def test_a_refusal_that_is_kept_with_a_key_is_said_in_her_language(world: World) -> None:
    for _ in range(2):
        headers = {"Idempotency-Key": "spoken"}
        answer = world.bea.call("POST", "/claims/999/withdraw", json={}, headers=headers)
        assert refused(answer, "es")["detail"] == NO_CLAIM["es"]


@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        ("GET", "/api/v1/me", None),
        ("GET", "/api/v1/me", "cct_unknown"),
        ("GET", "/api/v1/conferences/999", None),
        ("GET", "/api/v1/conferences?limit=0", None),
        ("GET", "/nowhere", None),
        ("DELETE", "/api/v1/conferences", None),
        ("POST", "/api/v1/tokens", None),
    ],
)
def test_somebody_whom_we_do_not_know_is_refused_in_the_language_that_her_program_asks_for(
    world: World, method: str, path: str, token: str | None
) -> None:
    own = {"Authorization": f"Bearer {token}"} if token else {}
    english, spanish, other = (
        world.client.request(method, path, headers={**own, **headers})
        for headers in ({"Accept-Language": "en-GB"}, SPANISH, {"Accept-Language": "fr"})
    )
    assert refused(english, "en")["detail"] != refused(spanish, "es")["detail"]
    assert refused(other, "en")["detail"] == english.json()["detail"]


def test_who_asks_for_none_of_our_languages_gets_the_community_s(database_url: str) -> None:
    app = create_app(asking_usps(database_url=database_url, language="es"))
    with TestClient(app) as client:
        for headers, language in (({}, "es"), ({"Accept-Language": "fr"}, "es"), ({"Accept-Language": "en"}, "en")):
            refused(client.get("/api/v1/conferences/999", headers=headers), language)  # type: ignore[arg-type]
            page = client.get("/problems/not-found", headers=headers)
            assert f'<html lang="{language}">' in page.text


def test_a_note_that_nobody_writes_is_in_the_language_of_the_champion_who_reads_it(world: World) -> None:
    cancelled, forgotten = world.conference(starts_in=30), world.conference(starts_in=40)
    ended, expired = world.claim(cancelled, world.bea), world.claim(forgotten, world.bea)
    world.coordinator.post(f"/conferences/{cancelled['id']}/cancel")
    assert world.bea.get(f"/claims/{ended['id']}")["decision_note"] == "Este congreso se canceló."
    with frozen(utcnow() + timedelta(days=45)):
        world.database.run(lambda session: expire_requests(session, rules=RULES))
    note = world.bea.get(f"/claims/{expired['id']}")["decision_note"]
    assert note == "Nadie decidió a tiempo: la solicitud venció."


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_wrong_with_a_request_is_said_in_one_language_and_in_our_words(
    world: World, language: Language
) -> None:
    strange = []
    who = {"en": world.admin, "es": world.coordinator}[language]
    for operation in operations_of(world.client.get("/openapi.json").json()).values():
        for path, body in wrong_requests(operation):
            response = who.call(operation.method, path, json=body)
            if response.status_code >= 400:
                problem = refused(response, language)
                said = [problem["detail"], *(error["detail"] for error in problem.get("errors") or [])]
                strange += [f"{operation.id}: {text}" for text in said if not ours(text, language)]
    assert strange == []


def wrong_requests(operation: Operation) -> Iterator[tuple[str, Json | None]]:
    """An address of nothing, one that cannot be, and bodies that are wrong in each field or hold none."""
    names = re.findall(r"{(\w+)}", operation.path)
    nowhere = operation.path.format(**dict.fromkeys(names, MAX_ID))
    yield f"{re.sub(r'{.*?}', 'x', operation.path)}?limit=x&unknown=1", None
    yield nowhere, None
    if "requestBody" in operation.document:
        yield nowhere, {}
        yield nowhere, {"unknown": 1}


@pytest.mark.parametrize("text", ["Field required", "Value error, must be a day", "x: Input should be a valid string"])
def test_words_of_a_library_are_not_ours(text: str) -> None:
    assert not ours(text, "en")
    assert not ours(text, "es")


def test_texts_are_known_in_their_own_language_only() -> None:
    for own, other in (("en", "es"), ("es", "en")):
        for said in (NO_CLAIM[own], f"#/name: {MISSING[own]}", f"{NO_CLAIM[own]} {MISSING[own]}"):
            assert ours(said, own)  # type: ignore[arg-type]
            assert not ours(said, other)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", TITLES)
def test_what_a_problem_means_is_said_in_every_language(world: World, code: str) -> None:
    for language in LANGUAGES:
        page = world.client.get(f"/problems/{code}", headers={"Accept-Language": language})
        assert page.headers["Content-Language"] == language
        assert f"<h1>{escape(TITLES[code].say(language))}</h1>" in page.text
        assert f"<code>{code}</code>" in page.text
