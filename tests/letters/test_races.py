"""What is asked for while a sender looks at a letter is told."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from sqlalchemy import text
from sqlmodel import Session

from app.acts.policy import Actor, Role
from app.core.clock import frozen
from app.meetups.schemas import NewMeetup
from app.meetups.service import record_meetup
from app.outbox.models import LetterKind, LetterStatus, QueuedLetter
from app.outbox.service import settle, take_up
from tests.letters.conftest import Leave
from tests.support.rules import KEY
from tests.support.world import World, day


@pytest.fixture
def naming(there: World, leave: Leave) -> tuple[Callable[[], NewMeetup], QueuedLetter]:
    """What names Bea once more, and her letter of the day as a sender has it that has found nothing to tell in it."""
    conference = there.conference(name="Heart 2030", starts_in=-1, days=4, timezone="UTC")
    there.deputized(conference)
    others = iter("abcdefgh")

    def new() -> NewMeetup:
        people = [{"handle": "@bea_md"}, {"handle": f"@other_{next(others)}"}]
        return NewMeetup.model_validate({"conference_id": conference["id"], "happened_on": day(0), "people": people})

    blocked = there.ana.post("/meetups", new().model_dump(mode="json"), status=201)["id"]
    (member,) = there.coordinator.get("/members?q=bea_md")["items"]
    there.coordinator.patch(f"/members/{member['id']}", {"person_id": there.bea.person_id}, version=1)
    there.bea.post(f"/membership/meetups/{blocked}/block-recorder", {}, status=204)
    leave()
    there.ana.post("/meetups", new().model_dump(mode="json"), status=201)
    with frozen(datetime.now(UTC) + timedelta(minutes=2)), there.database.transaction() as session:
        letter = take_up(session, urgent=False)
    assert letter is not None
    assert (letter.kind, letter.person_id) == (LetterKind.NAMED, there.bea.person_id)
    return new, letter


def test_whoever_is_named_while_their_letter_is_found_to_say_nothing_is_told_all_the_same(
    there: World, leave: Leave, naming: tuple[Callable[[], NewMeetup], QueuedLetter]
) -> None:
    new, letter = naming
    there.coordinator.post("/meetups", new().model_dump(mode="json"), status=201)
    with there.database.transaction() as session:
        assert settle(session, letter, LetterStatus.DROPPED)
    assert leave() == [("bea", "Did you meet in person?")]
    there.coordinator.post("/meetups", new().model_dump(mode="json"), status=201)
    assert leave() == []


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("first", ["named", "dropped"])
def test_a_naming_and_a_drop_that_do_not_see_each_other_lose_no_letter(
    first: str, there: World, leave: Leave, naming: tuple[Callable[[], NewMeetup], QueuedLetter]
) -> None:
    new, letter = naming
    actor = Actor(role=Role.COORDINATOR, person_id=there.coordinator.person_id)

    def name(session: Session) -> None:
        record_meetup(session, new=new(), rules=there.rules, key=KEY, actor=actor)

    def drop(session: Session) -> None:
        settle(session, letter, LetterStatus.DROPPED)

    one, other = (name, drop) if first == "named" else (drop, name)
    with ThreadPoolExecutor(1) as thread:
        with there.database.transaction() as session:
            one(session)
            session.flush()
            second = thread.submit(there.database.run, other)
            _until_it_waits_or_has_ended(there, second)
        second.result()
    assert leave() == [("bea", "Did you meet in person?")]


def _until_it_waits_or_has_ended(world: World, work: Future[None]) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = monotonic() + 30
    while not work.done():
        assert monotonic() < until, "neither waits nor ends"
        with world.database.reading() as session:
            if session.scalar(waiting):
                return
