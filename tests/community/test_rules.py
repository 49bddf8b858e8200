"""What belongs to the community is in its database: every replica and the shell go by it, at once."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from pypdf import PdfReader
from sqlalchemy import event

from app.community.models import CommunitySetting
from app.community.rules import rules_of
from app.core.clock import frozen
from app.core.config import Settings
from app.core.db import Database
from app.core.rules import Rules
from app.main import create_app
from app.maintenance.backup import backup, restore
from app.maintenance.migrations import upgrade
from tests.support.client import Client
from tests.support.reading import look_of
from tests.support.shell import Shell
from tests.support.smtp import mail_server, text_of
from tests.support.world import World

MEDICAS = {"--name": "Médicas de México", "--hashtag": "#MédicasDeMéxico", "--language": "es"}


def options(*more: str, **changed: str) -> list[str]:
    """What a community says of itself on the command line."""
    return [part for option in {**MEDICAS, **changed}.items() for part in option] + list(more)


@pytest.fixture
def letters() -> Iterator[tuple[str, list[EmailMessage]]]:
    """A mail server's address, and what it has got."""
    with mail_server() as server:
        yield server


@pytest.fixture
def replicas(world: World, letters: tuple[str, list[EmailMessage]]) -> Iterator[list[World]]:
    """Two servers on the community's database, whose environment says nothing of the community."""
    with ExitStack() as stack:
        here = Settings(database_url=SecretStr(world.url), smtp_url=SecretStr(letters[0]), mail_from="us@example.org")
        apps = [create_app(here) for _ in range(2)]
        yield [world.reached_at(stack.enter_context(Client(app))) for app in apps]
        for app in apps:
            app.state.database.dispose()


def printed(world: World) -> tuple[int, str]:
    """How wide a paper of this server is, in points, and what it says."""
    answer = world.coordinator.call("GET", f"/locations/{world.depot}/count-sheet.pdf")
    (page,) = PdfReader(BytesIO(answer.content)).pages
    return round(float(page.mediabox.width)), page.extract_text()


def test_two_replicas_see_at_once_what_was_set_up(shell: Shell, replicas: list[World]) -> None:
    for world in replicas:
        assert "Your Community" in printed(world)[1]
    assert shell("setup", *options("--paper-size", "a4", "--ribbon-color", "#B0406A")).code == 0
    for world in replicas:
        width, said = printed(world)
        assert (width, "Médicas de México" in said, "Conteo" in said) == (595, True, True)
        assert "#B0406A" in look_of(world.client, world.client.get("/problems/conflict").text)
    assert shell("setup", "--name", "Médicas").code == 0
    assert ["Médicas\n" in printed(world)[1] for world in replicas] == [True, True]


def test_what_goes_on_after_an_answer_goes_by_it_too(
    shell: Shell, replicas: list[World], letters: tuple[str, list[EmailMessage]]
) -> None:
    box = replicas[0].sent(replicas[0].deputized(replicas[0].conference()))
    shell("setup", *options("--sign-in-minutes", "7"))
    for world in replicas:
        world.anyone.post("/sign-in-links", {"email": "ana@example.org"}, status=202)
        letter = letters[1][-1]
        assert "Médicas de México" in letter["Subject"]
        assert "7 minutes" in text_of(letter)
        job = world.coordinator.post("/print-jobs", {"shipment_ids": [box["id"]]}, status=202)
        file = world.coordinator.call("GET", f"/print-jobs/{job['id']}/file")
        assert "Médicas de México" in PdfReader(BytesIO(file.content)).pages[0].extract_text()


def test_limits_and_lead_times_are_those_that_were_set_up(shell: Shell, replicas: list[World]) -> None:
    assert shell("setup", *options("--open-claims", "1", "--transit-days", "20", "--buffer-days", "10")).code == 0
    first, second = replicas
    ask = {"ribbons_requested": 1}
    claim = first.ana.post(f"/conferences/{first.conference(starts_in=60)['id']}/claims", ask, status=201)
    days = datetime.fromisoformat(claim["starts_on"]) - datetime.fromisoformat(claim["ship_by"]["date"])
    assert days.days == 30
    conference = second.conference(starts_in=90)
    second.ana.post(f"/conferences/{conference['id']}/claims", ask, status=409)


def test_who_asks_for_no_language_of_ours_is_refused_in_the_community_s(shell: Shell, replicas: list[World]) -> None:
    for language, said in (("en", "There is no such conference."), ("es", "No existe ese congreso.")):
        shell("setup", *options(**{"--language": language}))
        for world in replicas:
            answer = world.client.get("/api/v1/conferences/999")
            assert (answer.json()["detail"], answer.headers["Content-Language"]) == (said, language)


def test_the_environment_of_a_server_holds_before_what_was_set_up(shell: Shell, world: World) -> None:
    shell("setup", *options("--paper-size", "a4"))
    with world.with_settings(community_name="Aquí", paper_size="letter") as other:
        width, said = printed(other)
        assert (width, "Aquí" in said, "Conteo" in said) == (612, True, True)


def test_a_server_is_called_as_its_community_when_it_starts(shell: Shell, world: World) -> None:
    shell("setup", *options())
    with TestClient(create_app(Settings(database_url=SecretStr(world.url)))) as client:
        info = client.get("/openapi.json").json()["info"]
    assert info["title"] == "Conference Champions of Médicas de México"
    assert "#MédicasDeMéxico" in info["description"]


def test_a_server_whose_database_is_gone_still_says_what_a_problem_means(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(data=tmp_path / "gone", ribbon_color="#B0406A", language="es"))) as client:
        page = client.get("/problems/busy")
        assert "#B0406A" in look_of(client, page.text)
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "es"


def test_papers_and_pages_are_dated_by_the_community_s_own_clocks(shell: Shell, replicas: list[World]) -> None:
    shell("setup", *options("--timezone", "America/Mexico_City", **{"--language": "en"}))
    world = replicas[0]
    with frozen(datetime(2026, 12, 1, 3, tzinfo=UTC)):
        answer = world.coordinator.call("GET", f"/locations/{world.depot}/count-sheet.pdf")
    assert "2026-11-30" in answer.headers["Content-Disposition"]
    assert "Printed November 30, 2026, 9:00 PM CST" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def test_rules_are_read_once_by_an_act_that_goes_by_them_and_by_no_other(world: World) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "community_setting" in statement:
            asked.append(statement)

    for engine in world.database.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        numbers = []
        for path in ("/me", "/conferences", "/claims?limit=1", "/claims"):
            asked.clear()
            world.ana.get(path)
            numbers.append(len(asked))
    finally:
        for engine in world.database.engines:
            event.remove(engine, "before_cursor_execute", note)
    assert numbers == [0, 0, 1, 1]


def test_what_another_release_has_settled_is_left_alone(database: Database) -> None:
    with database.transaction() as session:
        session.add(CommunitySetting(name="motto", value='"Juntas"'))
        session.add(CommunitySetting(name="hashtag", value='"#Juntas"'))
    with database.reading() as session:
        assert rules_of(session, here=Settings()).hashtag == "#Juntas"


@pytest.mark.only_on("sqlite")  # PostgreSQL has its own tools
def test_a_backup_takes_the_settings_along(shell: Shell, database: Database, database_url: str, tmp_path: Path) -> None:
    shell("setup", *options())
    backup(database_url, tmp_path / "saved")
    shell("setup", "--name", "Somebody else")
    restore(database_url, tmp_path / "saved")
    with database.reading() as session:
        assert rules_of(session, here=Settings()).community_name == "Médicas de México"


@pytest.mark.only_on("sqlite")
def test_a_backup_from_before_the_settings_were_kept_is_restored(
    database: Database, database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    upgrade(empty_database_url, "0010")
    backup(empty_database_url, tmp_path / "saved")
    restore(database_url, tmp_path / "saved")
    with database.reading() as session:
        assert rules_of(session, here=Settings()) == Rules()


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://ribbons.example.org", True),
        ("http://192.168.1.20:8000", True),
        ("http://127.0.0.1:8000", False),
        ("http://127.9.9.9", False),
        ("http://[::1]:8000", False),
        ("http://0.0.0.0:8000", False),
        ("https://LOCALHOST", False),
        ("https://ribbons.localhost", False),
    ],
)
def test_an_address_is_public_unless_it_is_a_machine_s_own_name_for_itself(url: str, public: bool) -> None:
    assert Rules(public_url=url).is_public is public


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ribbon_color", "blue"),
        ("foil_color", "#C9A22"),
        ("home_country", "XX"),
        ("home_country", "PR"),
        ("timezone", "Mars/Olympus"),
        ("public_url", "ribbons.example.org"),
        ("public_url", "javascript:alert(1)"),
        ("public_url", "https://me:secret@ribbons.example.org"),
        ("public_url", "https://ribbons.example.org/?a=b"),
        ("public_url", "https://ribbons.example.org:99999"),
        ("paper_size", "a5"),
        ("open_claims", 0),
        ("community_name", " "),
    ],
)
def test_what_no_paper_could_be_made_of_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Rules.model_validate({name: value})
