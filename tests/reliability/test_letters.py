"""Whoever sends letters is killed at any moment, and each letter arrives: what comes twice is known for the same."""

from collections import Counter
from functools import partial
from multiprocessing.process import BaseProcess
from threading import Lock, Timer

from fastapi import FastAPI
from sqlalchemy import text

from app.acts.application import Service
from app.community.rules import rules_of
from app.core.config import Settings
from app.core.db import Database
from app.core.keys import server_key
from app.letters.sending import post
from app.main import create_app, identify
from app.maintenance.erasure import erase
from app.outbox.models import LetterKind
from app.outbox.service import queue_at_once
from tests.reliability.sizes import Figures, size
from tests.support.arena import REPLICAS
from tests.support.mailbox import Mailbox, mailbox
from tests.support.rules import KEY
from tests.support.server import mortal, serving
from tests.support.world import World

LETTERS, KILLS = size(32, 500), size(10, 200)
WHOLE = 10
"""Every tenth time whole servers are killed; the other times what they send letters with, which starts sooner."""


def _settings(database_url: str, smtp_url: str) -> Settings:
    ours = {"database_url": database_url, "server_key": KEY.secret.decode(), "smtp_url": smtp_url}
    return Settings.model_validate({**ours, "mail_from": "r@example.org", "post_seconds": 1})


def _app(database_url: str, smtp_url: str) -> FastAPI:
    return create_app(_settings(database_url, smtp_url))


def _deliver(database_url: str, smtp_url: str) -> None:
    """Sends what is due, as a server does."""
    here = _settings(database_url, smtp_url)
    database, key = Database(here.sqlalchemy_url), partial(server_key, here)
    post(Service(database, here, identify, rules=partial(rules_of, here=here), key=key), urgent=True)
    database.dispose()


def _kill_while(box: Mailbox, running: list[BaseProcess], number: int) -> None:
    """Lets senders work, and kills them all over a letter: before the mail server thanks for it, or a moment after."""
    last, starting = len(box.offered) + 1 + number % 3, Lock()

    def kill() -> None:
        with starting:
            for process in running:
                process.kill()

    def answer(offered: int) -> str:
        if offered == last and number % 2:
            kill()
        elif offered == last:
            Timer(0.001 * (number % 5), kill).start()
        return "250 OK"

    box.answer = answer
    with starting:
        for process in running:
            process.start()
    for process in running:
        process.join(60)
        assert process.exitcode is not None


def test_each_letter_arrives_wherever_its_sender_is_killed_and_none_of_somebody_who_was_erased(
    world: World, database_kind: str, figures: Figures
) -> None:
    people = [getattr(world, name).person_id for name in ("ana", "bea", "trusted", "coordinator")]
    with world.database.transaction() as session:
        wanted = [
            queue_at_once(session, LetterKind.INVITATION, person_id=people[number % 4]).seed
            for number in range(LETTERS)
        ]
    erased, killed, replicas = set(wanted[1::4]), 0, REPLICAS[database_kind]
    rounds = KILLS // replicas
    with mailbox() as box:

        def came() -> Counter[str]:
            return Counter(str(letter["Message-ID"]).strip("<>").partition("@")[0] for letter in box.taken)

        for number in range(rounds):
            if number == rounds // 2:
                erased -= came().keys()
                with world.database.transaction() as session:
                    erase(session, person_id=people[1], rules=world.rules, key=KEY)
            sender = partial(serving, partial(_app, smtp_url=box.url)) if number % WHOLE == 0 else None
            running = [
                mortal(sender, world.url) if sender else mortal(_deliver, world.url, box.url) for _ in range(replicas)
            ]
            _kill_while(box, running, number)
            killed += sum(process.exitcode == -9 for process in running)
            with world.database.transaction() as session:  # two minutes later
                session.connection().execute(text("UPDATE letter SET due_at = created_at WHERE status = 'sending'"))
        assert killed == rounds * replicas, "they were done before the killer came: these kills prove nothing"
        box.answer = lambda _number: "250 OK"
        _deliver(world.url, box.url)
        found = came()
    assert erased, "all letters had left before anybody was erased"
    assert found.keys() == set(wanted) - erased
    twice = sum(found.values()) - len(found)
    # Twice comes what was thanked for when nobody was left to note it, and nothing else.
    assert twice <= killed
    with world.database.reading() as session:
        assert session.connection().execute(text("SELECT DISTINCT status FROM letter")).all() == [("sent",)]
    figures(f"{killed} senders of {LETTERS} letters killed: none lost, {twice} twice under the same Message-ID")
