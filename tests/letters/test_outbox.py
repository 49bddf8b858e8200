"""Letters wait in the database until a mail server has taken them: none is lost, and one that comes twice is the same.

The mail server is a real one, on loopback; what it does wrong it is told to do.
"""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlmodel import select

from app.acts.application import Service
from app.core.clock import frozen
from app.core.errors import Busy, NoRoom, Unavailable
from app.core.language import phrase
from app.letters import sending
from app.letters.sending import post
from app.maintenance.backup import backup, restore
from app.maintenance.erasure import erase
from app.maintenance.tidy import tidy
from app.outbox.models import LetterKind, LetterStatus, QueuedLetter
from app.outbox.service import (
    BUSY_PAUSE,
    KEPT_DAYS,
    LEASE,
    PATIENCE,
    RETRY_MINUTES,
    drop_waiting,
    queue_at_once,
    queue_letters,
    settle,
    take_up,
)
from app.outside import mail
from tests.support.contents import contents
from tests.support.mailbox import Mailbox, mailbox
from tests.support.rules import KEY
from tests.support.smtp import text_of
from tests.support.world import World

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def mailing(world: World) -> Iterator[tuple[World, Mailbox]]:
    """The community with a mail server."""
    with mailbox() as box, world.with_settings(smtp_url=box.url, mail_from="r@example.org") as there:
        yield there, box


def _service(world: World) -> Service:
    service: Service = world.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    return service


def _queue(world: World, *people: int | None) -> None:
    with world.database.transaction() as session:
        for person_id in people:
            queue_at_once(session, LetterKind.INVITATION, person_id=person_id)


def _post(world: World, at: datetime = NOON) -> int:
    with frozen(at):
        return post(_service(world), urgent=True)


def _letters(world: World) -> list[QueuedLetter]:
    with world.database.reading() as session:
        return list(session.scalars(select(QueuedLetter).order_by(QueuedLetter.id)))  # type: ignore[arg-type]


def _statuses(world: World) -> list[str]:
    return [letter.status.value for letter in _letters(world)]


def test_what_is_refused_for_now_is_tried_again_and_is_the_same_letter(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    box.answer = lambda number: "451 later" if number <= 2 else "250 OK"
    with frozen(NOON):
        world.anyone.post("/sign-in-links", {"email": "ana@example.org"}, status=202)
        _queue(world, world.bea.person_id)
    assert _post(world) == 1  # the sign-in letter was tried when it was asked for
    assert _post(world, NOON + timedelta(seconds=59)) == 0
    assert _post(world, NOON + timedelta(seconds=61)) == 2
    assert [letter["To"] for letter in box.taken] == ["ana@example.org", "bea@example.org"]
    assert len({letter["Message-ID"] for letter in box.offered}) == 2
    assert len({found for letter in box.offered for found in re.findall(r"ccs_\w+", text_of(letter))}) == 1
    assert _statuses(world) == ["sent"]  # of the other nothing is kept


def test_what_is_refused_for_good_is_not_tried_again_and_of_an_address_nothing_is_kept_but_there(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    box.answer = lambda _number: "550 no such mailbox ana@example.org"
    with frozen(NOON):
        _queue(world, world.ana.person_id)
    _post(world)
    (letter,) = _letters(world)
    assert (letter.status, letter.failure, letter.tries) == (LetterStatus.FAILED, "550", 1)
    assert _post(world, NOON + timedelta(days=2)) == 0
    with frozen(NOON + timedelta(days=KEPT_DAYS, minutes=1)), world.database.transaction() as session:
        assert tidy(session, rules=world.rules).letters == 1
    assert _letters(world) == []


def test_a_letter_whose_thanks_were_lost_comes_again_and_is_known_for_the_same(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    box.answer = lambda number: "" if number == 1 else "250 OK"  # gone in the middle of DATA
    with frozen(NOON):
        _queue(world, world.ana.person_id)
    _post(world)
    _post(world, NOON + timedelta(minutes=1))
    first, second = box.offered
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_string().partition("\n\n")[2] != ""
    assert text_of(first) == text_of(second)
    assert _statuses(world) == ["sent"]


def test_nothing_is_lost_while_the_mail_server_is_away_for_hours_but_codes_that_are_too_old(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    box.down()
    everybody = [world.ana.person_id, world.bea.person_id, world.coordinator.person_id]
    with frozen(NOON):
        _queue(world, *everybody)
        world.anyone.post("/sign-in-links", {"email": "ana@example.org"}, status=202)
    for minute in range(121):
        _post(world, NOON + timedelta(minutes=minute))
    assert box.offered == []
    assert _statuses(world) == ["queued"] * 3
    box.up()
    _post(world, NOON + timedelta(minutes=sum(RETRY_MINUTES[:6])))
    assert sorted(letter["To"] for letter in box.taken) == [
        f"{name}@example.org" for name in ("ana", "bea", "coordinator")
    ]
    assert _statuses(world) == ["sent"] * 3
    assert not any("ccs_" in text_of(letter) for letter in box.taken)


def test_after_eight_tries_it_has_failed(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    box.answer = lambda _number: "421 not now"
    with frozen(NOON):
        _queue(world, world.ana.person_id)
    at = NOON
    for minutes in (*RETRY_MINUTES, 10_000):
        assert _statuses(world) == ["queued"]
        assert _post(world, at) == 1
        assert _post(world, at) == 0
        at += timedelta(minutes=minutes)
    assert (_statuses(world), _letters(world)[0].tries, _post(world, at)) == (["failed"], 8, 0)


def test_a_mail_server_that_is_slow_for_ever_is_asked_again_later(
    mailing: tuple[World, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, box = mailing
    given_up = Event()
    box.answer = lambda number: "250 OK" if number > 1 or given_up.wait(60) else ""
    monkeypatch.setattr(mail, "SECONDS", 0.2)
    with frozen(NOON):
        _queue(world, world.ana.person_id)
    _post(world)
    given_up.set()
    assert _statuses(world) == ["queued"]
    monkeypatch.undo()
    _post(world, NOON + timedelta(minutes=1))
    assert len({letter["Message-ID"] for letter in box.offered}) == 1


def test_a_sender_that_died_holds_nothing(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    with frozen(NOON), world.database.transaction() as session:
        queue_at_once(session, LetterKind.INVITATION, person_id=world.ana.person_id)
        assert take_up(session, urgent=True)
        assert take_up(session, urgent=True) is None
    assert _post(world, NOON + LEASE - timedelta(seconds=1)) == 0
    assert _post(world, NOON + LEASE) == 1
    assert len(box.taken) == 1


def test_a_letter_that_was_taken_is_noted_however_busy_the_database_is(
    mailing: tuple[World, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, box = mailing
    with frozen(NOON):
        _queue(world, world.ana.person_id)
    refusals: list[Exception] = [Busy(phrase("busy")), Unavailable(phrase("away"))]

    def settle_late(*args: Any, **values: Any) -> bool:
        if refusals:
            raise refusals.pop()
        return settle(*args, **values)

    monkeypatch.setattr(sending, "settle", settle_late)
    assert _post(world) == 1
    assert _statuses(world) == ["sent"]
    assert _post(world, NOON + 2 * LEASE) == 0
    assert len(box.taken) == 1


def test_a_database_that_is_too_busy_for_a_letter_takes_none_of_its_tries(
    mailing: tuple[World, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, box = mailing
    with frozen(NOON):
        _queue(world, world.ana.person_id)
    write, at = sending._write, NOON
    refusals = [refusal(phrase("not now")) for refusal in (Busy, NoRoom, Unavailable)] * 4

    def write_late(*args: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return write(*args)

    monkeypatch.setattr(sending, "_write", write_late)
    for _ in range(len(refusals)):
        assert (_post(world, at), _post(world, at)) == (1, 0)
        at += BUSY_PAUSE
    assert (box.offered, _statuses(world)) == ([], ["queued"])
    box.down()
    _post(world, at)
    assert [(letter.tries, letter.due_at - at) for letter in _letters(world)] == [
        (1, timedelta(minutes=RETRY_MINUTES[0]))
    ]
    box.up()
    assert _post(world, at + timedelta(minutes=1)) == 1
    assert (len(box.taken), _statuses(world)) == (1, ["sent"])


def test_a_letter_that_the_database_never_reads_fails_where_everybody_sees_it(
    mailing: tuple[World, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, box = mailing
    with frozen(NOON):
        _queue(world, world.ana.person_id)

    def never(*_: Any) -> Any:
        raise Busy(phrase("not now"))

    monkeypatch.setattr(sending, "_write", never)
    _post(world, NOON + PATIENCE - timedelta(seconds=1))
    assert [letter.tries for letter in _letters(world)] == [0]
    at = NOON + PATIENCE + BUSY_PAUSE
    for minutes in (*RETRY_MINUTES, 0):
        assert (_post(world, at), _statuses(world)[0] == "failed") == (1, not minutes)
        at += timedelta(minutes=minutes)
    (failed,) = world.admin.get("/todo")["letters_failed"]
    assert (failed["kind"], failed["failure"], box.offered) == ("invitation", "not written", [])


def test_of_many_senders_at_once_each_letter_is_one_senders(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    people = [getattr(world, name).person_id for name in ("ana", "bea", "trusted", "coordinator", "admin")] * 4
    _queue(world, *people)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: post(_service(world), urgent=True), range(4)))
    assert sum(taken) == len(box.taken) == 20
    assert set(Counter(letter["Message-ID"] for letter in box.taken).values()) == {1}
    assert _statuses(world) == ["sent"] * 20


def test_nobody_gets_a_letter_who_was_erased_or_cannot_sign_in_or_is_invented(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    people = {name: getattr(world, name).person_id for name in ("ana", "bea", "trusted", "coordinator")}
    _queue(world, *people.values())
    with world.database.transaction() as session:
        erase(session, person_id=people["ana"], rules=world.rules, key=KEY)
    bea = world.admin.get(f"/people/{people['bea']}")
    world.admin.patch(f"/people/{bea['id']}", {"active": False}, version=bea["version"])
    with world.database.transaction() as session:
        session.connection().exec_driver_sql(f"UPDATE person SET fictional = true WHERE id = {people['trusted']}")
    post(_service(world), urgent=True)
    assert [letter["To"] for letter in box.taken] == ["coordinator@example.org"]
    assert _statuses(world) == ["dropped", "dropped", "sent"]


def test_no_code_is_kept_and_codes_on_their_way_end_with_all_others(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    box.answer = lambda number: "451 later" if number == 1 else "250 OK"
    world.anyone.post("/sign-in-links", {"email": "ana@example.org"}, status=202)
    (secret,) = re.findall(r"ccs_\w+", text_of(box.offered[0]))
    kept = str(contents(world.database))
    assert secret.removeprefix("ccs_") not in kept
    assert _statuses(world) == ["queued"]
    world.ana.call("DELETE", "/me/tokens")
    assert _statuses(world) == []


def test_what_is_asked_for_twice_before_it_leaves_leaves_once_and_a_restore_drops_what_waits(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    with frozen(NOON), world.database.transaction() as session:
        for _ in range(2):
            queue_letters(session, LetterKind.INVITATION, to=[world.ana.person_id or 0])
    assert _statuses(world) == ["queued"]
    with frozen(NOON + timedelta(seconds=59)):
        assert post(_service(world), urgent=False) == 0
    with frozen(NOON + timedelta(seconds=61)), world.database.transaction() as session:
        assert drop_waiting(session) == 1
    with frozen(NOON + timedelta(seconds=61)):
        assert post(_service(world), urgent=False) == 0
    assert box.offered == []


def test_a_letter_says_who_wrote_it_to_whom_and_that_no_machine_is_to_answer(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    _queue(world, world.ana.person_id)
    post(_service(world), urgent=True)
    (letter,) = box.taken
    said: dict[str, Any] = {name: letter[name] for name in ("From", "To", "Auto-Submitted", "Reply-To")}
    assert said == {
        "From": "r@example.org",
        "To": "ana@example.org",
        "Auto-Submitted": "auto-generated",
        "Reply-To": world.rules.contact_email or None,
    }
    html = letter.get_body(("html",))
    assert html is not None
    assert "<img" not in str(html)
    assert 'lang="en"' in str(html.get_content())


@pytest.mark.only_on("sqlite")
def test_what_waited_when_a_backup_was_made_is_not_sent_once_it_is_restored(
    mailing: tuple[World, Mailbox], tmp_path: Path
) -> None:
    world, box = mailing
    _queue(world, world.ana.person_id)
    backup(world.url, tmp_path / "saved.db")
    post(_service(world), urgent=True)
    restore(world.url, tmp_path / "saved.db")
    assert post(_service(world), urgent=True) == 0
    assert len(box.offered) == 1
