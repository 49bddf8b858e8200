"""What was called off stays so, whatever becomes of the letter that was to bring it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import func, select, true

from app.acts.application import Service
from app.core.clock import frozen
from app.joining.models import Application
from app.letters.sending import post
from app.maintenance.erasure import erase
from app.maintenance.tidy import tidy
from app.outbox.models import LetterKind, LetterStatus, QueuedLetter
from app.outbox.service import send_again, settle, take_up
from app.people.models import EmailChange
from tests.support.mailbox import Mailbox, mailbox
from tests.support.rules import KEY
from tests.support.smtp import text_of
from tests.support.world import Caller, World


@pytest.fixture
def mailing(world: World) -> Iterator[tuple[World, Mailbox]]:
    """The community with a mail server."""
    with mailbox() as box, world.with_settings(smtp_url=box.url, mail_from="r@example.org") as there:
        yield there, box


def _service(world: World) -> Service:
    service: Service = world.client.app.state.service  # type: ignore[attr-defined]  # it is FastAPI
    return service


def _post(world: World, minutes: int) -> None:
    with frozen(datetime.now(UTC) + timedelta(minutes=minutes)):
        post(_service(world), urgent=True)


def _to_new(world: World) -> list[int]:
    """The letters to a new address that there are, whatever has become of them."""
    with world.database.reading() as session:
        found = session.scalars(select(QueuedLetter))
        return [letter.id for letter in found if letter.kind is LetterKind.NEW_EMAIL]


def test_an_address_that_was_called_off_is_not_wanted_again_by_a_letter_that_is_sent_again_or_being_sent(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    box.answer = lambda _number: "550 no such mailbox"
    world.ana.post("/me/email", {"email": "other@example.org"}, status=202)
    (failed,) = _to_new(world)
    world.ana.call("DELETE", "/me/tokens")
    box.answer = lambda _number: "250 OK"
    world.coordinator.post(f"/letters/{failed}/send-again", status=404)

    box.answer = lambda _number: "451 later"
    world.bea.post("/me/email", {"email": "another@example.org"}, status=202)
    with frozen(datetime.now(UTC) + timedelta(minutes=2)), world.database.transaction() as session:
        taken = [take_up(session, urgent=True) for _ in range(3)]
        letter = next(one for one in taken if one is not None and one.kind is LetterKind.NEW_EMAIL)
    world.bea.call("DELETE", "/me/tokens")
    with world.database.transaction() as session:
        assert not settle(session, letter, LetterStatus.QUEUED)
    box.answer = lambda _number: "250 OK"
    _post(world, 10)
    assert not any("cce_" in text_of(each) for each in box.taken)


def test_a_letter_to_a_new_address_wants_nothing_by_itself(mailing: tuple[World, Mailbox]) -> None:
    world, box = mailing
    box.answer = lambda _number: "550 no such mailbox"
    world.ana.post("/me/email", {"email": "other@example.org"}, status=202)
    (failed,) = _to_new(world)
    with world.database.transaction() as session:
        for change in session.scalars(select(EmailChange)):
            session.delete(change)
        assert send_again(session, true(), letter_id=failed)
    box.answer = lambda _number: "250 OK"
    _post(world, 1)
    assert [each["To"] for each in box.taken] == []
    with world.database.reading() as session:
        assert session.scalars(select(EmailChange)).all() == []


def test_of_an_address_that_somebody_else_wants_nothing_is_kept_once_its_owner_is_erased(world: World) -> None:
    world.ana.post("/me/email", {"email": "bea@example.org"}, status=202)
    with world.database.transaction() as session:
        assert len(session.scalars(select(EmailChange)).all()) == 1
        erase(session, person_id=world.bea.person_id or 0, rules=world.rules, key=KEY)
        assert session.scalars(select(EmailChange)).all() == []


def test_a_letter_that_comes_twice_never_opens_an_account_by_the_code_of_another(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    box.answer = lambda number: "" if number == 1 else "250 OK"  # gone in the middle: it will be tried again
    codes = []
    for email in ("ana@example.org", "bea@example.org"):
        world.anyone.post("/sign-in-links", {"email": email}, status=202)
        codes += re.findall(r"ccs_\w+", text_of(box.offered[-1]))
        if len(codes) == 1:
            world.anyone.post("/tokens", {"secret": codes[0]}, status=201)
            with world.database.transaction() as session:
                tidy(session, rules=world.rules)  # a new link may have the number of the one that is gone
    _post(world, 2)
    token = world.anyone.post("/tokens", {"secret": codes[1]}, status=201)["token"]
    assert Caller(world.client, None, token).get("/me")["name"] == world.bea.get("/me")["name"]
    assert len(box.taken) == 1


@pytest.mark.only_on("sqlite")
def test_a_letter_about_an_application_is_none_about_another_one_that_has_got_its_number(
    mailing: tuple[World, Mailbox],
) -> None:
    world, box = mailing
    box.answer = lambda _number: "451 later"

    def ask(name: str) -> int:
        new = {"name": name, "email": f"{name.lower()}@example.net"}
        world.anyone.post("/applications", new, status=202)
        with world.database.reading() as session:
            return int(session.scalar(select(func.max(Application.id))) or 0)

    first = ask("Gone")
    with world.database.transaction() as session:
        session.delete(session.get_one(Application, first))
    assert ask("Other") == first
    secrets = [re.findall(r"ccj_\w+", text_of(letter)) for letter in box.offered]
    assert len(secrets) == 2
    box.answer = lambda _number: "250 OK"
    _post(world, 2)
    (taken,) = box.taken
    assert (taken["To"], re.findall(r"ccj_\w+", text_of(taken))) == ("other@example.net", secrets[1])
    world.anyone.post("/applications/confirm", {"secret": secrets[1][0]}, status=204)
    with world.database.transaction() as session:
        session.delete(session.get_one(Application, first))
    assert ask("Third") == first
    with world.database.transaction() as session:
        session.get_one(Application, first).confirmed_at = datetime.now(UTC)
    with frozen(datetime.now(UTC) + timedelta(minutes=2)):
        assert post(_service(world), urgent=False) == 2  # to the coordinators, of the one before
    assert [taken["To"] for taken in box.taken] == ["other@example.net", "third@example.net"]
