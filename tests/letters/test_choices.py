"""Who gets which letters is theirs to say: on their page, or by the link at the end of a letter, without signing in."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.acts.application import Service
from app.core.clock import frozen, utcnow
from app.core.db import Database
from app.letters.choices import stop_code
from app.letters.kinds import KINDS
from app.letters.sending import post
from app.maintenance.migrations import upgrade
from app.outbox.models import LetterKind
from app.outbox.service import queue_letters
from tests.support.browser import Browser, signed_in
from tests.support.mailbox import Mailbox, mailbox
from tests.support.rules import KEY
from tests.support.shell import Shell, shell_on
from tests.support.smtp import text_of
from tests.support.world import World


@pytest.fixture
def mailing(world: World) -> Iterator[tuple[World, Mailbox]]:
    """The community with a mail server."""
    with mailbox() as box, world.with_settings(smtp_url=box.url, mail_from="r@example.org") as there:
        yield there, box


def _box_leaves(world: World, starts_in: int) -> None:
    """A box for Ana leaves, and two minutes later her letter does."""
    world.sent(world.deputized(world.conference(starts_in=starts_in)))
    service: Service = world.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    with frozen(datetime.now(UTC) + timedelta(minutes=2)):
        post(service, urgent=False)


ON_THEIR_WAY = "Your ribbons are on their way"


def test_a_letter_is_stopped_by_one_click_of_a_program_that_is_not_signed_in(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    _box_leaves(world, 60)
    by_subject = {str(letter["Subject"]): letter for letter in box.taken}
    accepted = next(letter for subject, letter in by_subject.items() if subject.startswith("You are the champion"))
    assert accepted["List-Unsubscribe"] is None  # what is decided cannot be switched off, and says so
    assert "cannot be switched off" in text_of(accepted)
    sent = by_subject[ON_THEIR_WAY]
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (address,) = re.findall(r"^<http://[^/]+(/letters/stop\?code=\S+)>$", str(sent["List-Unsubscribe"]))
    assert address in text_of(sent)
    mine = world.ana.get("/me/letters")["letters"]
    assert {choice["kind"] for choice in mine if not choice["wanted"]} == set()
    mail_program = {"Content-Type": "application/x-www-form-urlencoded"}
    done = world.client.request("POST", address, content="List-Unsubscribe=One-Click", headers=mail_program)
    assert done.status_code == 200  # and not led on
    mine = world.ana.get("/me/letters")["letters"]
    assert {choice["kind"] for choice in mine if not choice["wanted"]} == {"box-sent"}
    _box_leaves(world, 70)
    assert [letter["Subject"] for letter in box.taken].count(ON_THEIR_WAY) == 1
    world.ana.call("PUT", "/me/letters", json={"unwanted": []})
    _box_leaves(world, 80)
    assert [letter["Subject"] for letter in box.taken].count(ON_THEIR_WAY) == 2


def test_only_a_code_of_ours_stops_letters_and_only_those_that_can_be_stopped(world: World) -> None:
    ana = world.ana.person_id or 0
    mine = stop_code(KEY, person_id=ana, kind=LetterKind.NAMED)
    others = mine.replace(f"{ana}.", f"{world.bea.person_id}.")
    always = stop_code(KEY, person_id=ana, kind=LetterKind.DEPUTIZED)
    gone = stop_code(KEY, person_id=999_999, kind=LetterKind.NAMED)
    for code in (
        others,
        mine[:-1],
        mine.replace("named", "weekly"),
        always,
        gone,
        "1",
        "9" * 40 + ".named.x",
        "é.named.x",
        f"{ana}.named.é",
        f"{mine}é",
    ):
        world.anyone.post("/letters/stop", {"code": code}, status=404)
    for _ in range(2):
        world.anyone.post("/letters/stop", {"code": mine}, status=204)
    unwanted = {choice["kind"] for choice in world.ana.get("/me/letters")["letters"] if not choice["wanted"]}
    assert unwanted == {"named"}
    refused = world.ana.call("PUT", "/me/letters", json={"unwanted": ["named", "deputized"]})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/unwanted/1")


def test_what_could_not_be_sent_waits_for_a_coordinator_who_sends_it_again(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    box.answer = lambda number: "550 no such mailbox" if number == 1 else "250 OK"
    world.coordinator.post("/people", {"name": "Nora Paz", "email": "nora@example.org"}, status=201)
    (failed,) = world.coordinator.get("/todo")["letters_failed"]
    assert (failed["kind"], failed["person_name"], failed["failure"]) == ("invitation", "Nora Paz", "550")
    desk = signed_in(world, world.coordinator)
    assert "An e-mail to Nora Paz could not be sent" in desk.get("/todo")
    desk.post("/todo", {"verb": "resend", "number": str(failed["id"])})
    assert world.coordinator.get("/todo")["letters_failed"] == []
    world.coordinator.post(f"/letters/{failed['id']}/send-again", status=404)
    post(world.client.app.state.service, urgent=True)  # type: ignore[attr-defined]  # it is FastAPI
    assert [letter["To"] for letter in box.taken] == ["nora@example.org"]
    assert box.offered[0]["Message-ID"] == box.offered[1]["Message-ID"]


def test_a_letter_about_a_report_that_could_not_be_sent_is_shown_to_those_alone_who_may_see_the_report(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    box.answer = lambda number: "550 no such mailbox" if number == 1 else "250 OK"
    world.ana.post("/reports", {"text": "abuse", "person_id": world.coordinator.person_id}, status=204)
    service: Service = world.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    with frozen(datetime.now(UTC) + timedelta(minutes=2)):
        post(service, urgent=False)
    (failed,) = world.admin.get("/todo")["letters_failed"]
    assert (failed["kind"], failed["person_name"]) == ("new-report", "Admin")
    assert "Somebody has reported abuse" in signed_in(world, world.admin).get("/todo")
    assert world.coordinator.get("/todo")["letters_failed"] == []
    assert "could not be sent" not in signed_in(world, world.coordinator).get("/todo")
    with world.database.transaction() as session:
        team = [world.admin.person_id or 0, world.coordinator.person_id or 0]
        queue_letters(session, LetterKind.WEEKLY, to=team, in_seconds=0)
    post(service, urgent=False)
    assert [letter["To"] for letter in box.taken] == ["admin@example.org"]  # nothing waits that the other may know of

    none, trail = failed["id"] + 1000, world.coordinator.get("/audit")
    refused = [world.coordinator.post(f"/letters/{number}/send-again", status=404) for number in (failed["id"], none)]
    assert {said["detail"] for said in refused} == {"There is no such e-mail that could not be sent."}
    world.admin.post(f"/letters/{failed['id']}/send-again", status=204)
    assert (world.coordinator.get("/audit"), world.admin.get("/todo")["letters_failed"]) == (trail, [])
    post(service, urgent=False)
    assert box.taken[-1]["Message-ID"] == box.offered[0]["Message-ID"]


@pytest.mark.on_one_engine("a command calls what is tested on both above")
def test_the_shell_knows_of_a_letter_that_failed_about_a_report_of_which_nobody_on_the_team_may_know(
    mailing: tuple[World, Mailbox], shell: Shell
) -> None:
    world, box = mailing
    with world.with_settings(smtp_url=box.url, contact_email="desk@example.org") as there:
        box.answer = lambda _number: "550 no such mailbox"
        there.admin.patch(f"/people/{there.coordinator.person_id}", {"active": False}, version=1)
        there.ana.post("/reports", {"text": "abuse", "person_id": there.admin.person_id}, status=204)
        post(there.client.app.state.service, urgent=True)  # type: ignore[attr-defined]  # it is FastAPI
        assert there.admin.get("/todo")["letters_failed"] == []
        number, at, kind, failure, to = shell("letter", "failed").out.strip().split("\t")
        assert (kind, failure, to, at[-4:]) == ("new-report", "550", "-", " UTC")
        there.admin.post(f"/letters/{number}/send-again", status=404)
        trail = there.admin.get("/audit")
        ran = shell("letter", "again", "999", number, "998")  # what is refused keeps none behind it from being tried
        assert (ran.code, ran.out) == (1, "Waiting: 1.\n")
        assert [line.split(": ")[:2] for line in ran.err.splitlines()] == [["Error", "999"], ["Error", "998"]]
        assert (there.admin.get("/audit"), shell("letter", "failed").out) == (trail, "")
        assert shell("letter", "again", number).code == 1


@pytest.mark.on_one_engine("a page shows what acts read and do, which is tested on both above")
def test_a_person_chooses_on_a_page_and_by_the_link_of_a_letter(world: World) -> None:
    she = signed_in(world, world.ana)
    assert "Choose your e-mails" in she.get("/me")
    page = she.get("/me/letters")
    assert page.count("checked") == page.count('type="checkbox"') > 3
    assert "Somebody has reported abuse" not in page  # coordinators get those
    assert she.post("/me/letters", {"letter-box-sent": "true"}) == "/me/letters?saved=1"
    wanted = {
        choice["kind"] for choice in world.ana.get("/me/letters")["letters"] if choice["optional"] and choice["wanted"]
    }
    assert wanted == {"box-sent"}
    anyone, code = Browser(world.client), stop_code(KEY, person_id=world.ana.person_id or 0, kind=LetterKind.BOX_SENT)
    before = world.ana.get("/me/letters")["letters"]
    assert "Your box is on its way" in anyone.get(f"/letters/stop?code={code}")
    assert world.ana.get("/me/letters")["letters"] == before  # programs that look at links stop nothing
    assert anyone.post("/letters/stop", {"code": code}) == "/letters/stopped"
    assert not any(choice["wanted"] for choice in world.ana.get("/me/letters")["letters"] if choice["optional"])
    for wrong in ("x", f"{world.ana.person_id}.named.é"):
        assert "does not work" in anyone.post("/letters/stop", {"code": wrong}, status=404)
    she.post("/me/letters", {"letter-named": "true"}, status=403, site="cross-site")


@pytest.mark.on_one_engine("a command calls what is tested on both elsewhere")
def test_letters_are_looked_at_the_mail_server_is_tried_and_what_waits_is_dropped_from_the_shell(
    world: World, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = shell("letter", "preview", "box-sent", "--language", "es").out
    assert said.startswith("Tus cintas van en camino\n")
    admins = world.admin.get("/letter-preview?kind=box-sent&language=es")
    assert admins["subject"] == "Tus cintas van en camino"
    assert "cannot be shown" not in admins["html"]
    with world.database.transaction() as session:
        queue_letters(session, LetterKind.INVITATION, to=[world.ana.person_id or 0])
    assert shell("letter", "drop").out == "Dropped: 1.\n"
    assert shell("letter", "test", "you@example.org").code == 1
    with mailbox() as box:
        monkeypatch.setenv("CHAMPIONS_SMTP_URL", box.url)
        assert shell("letter", "test", "you@example.org").out == "The mail server has taken it.\n"
        box.answer = lambda _number: "552 you@example.org has no room"
        refused = shell("letter", "test", "you@example.org")
        assert (refused.code, "has no room" in refused.err) == (1, True)
    assert set(KINDS) <= set(LetterKind)


@pytest.mark.on_one_engine("a command calls what is tested on both elsewhere")
def test_what_waits_is_dropped_of_a_database_that_an_older_release_left(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    upgrade(empty_database_url, "0046")
    database = Database(empty_database_url)
    columns = "kind, address, subject, facts, seed, message_id, urgent, status, due_at, tries, failure, created_at"
    values = "'sign-in', 'a@example.org', '', '{}', 'seed', '', true, 'queued', :now, 0, '', :now"
    with database.engine.begin() as connection:
        connection.execute(text(f"INSERT INTO letter ({columns}) VALUES ({values})"), {"now": utcnow()})
    database.dispose()
    with shell_on(empty_database_url, tmp_path, monkeypatch, capsys) as run:
        assert [run("letter", "drop").out for _ in range(2)] == ["Dropped: 1.\n", "Dropped: 0.\n"]
